//! Layers and engine variants in words.

use crate::nn::{Interpolation, Layer, Op, Window};
use crate::session::Lang;
use crate::wire::Variant;

/// What a layer computes, in one line.
pub fn layer_line(lang: Lang, layer: &Layer) -> String {
    let zh = lang == Lang::Zh;
    let mut line = match &layer.op {
        Op::Input => (if zh { "输入" } else { "input" }).to_owned(),
        Op::Convolution(window) => sliding(lang, window, if zh { "卷积" } else { "convolution" }),
        Op::Transposed(window) => {
            sliding(lang, window, if zh { "转置卷积" } else { "transposed convolution" })
        }
        Op::MaxPool(window) => sliding(lang, window, if zh { "最大池化" } else { "max pool" }),
        Op::AveragePool(window) => sliding(lang, window, if zh { "平均池化" } else { "average pool" }),
        Op::GlobalAveragePool => (if zh { "全局平均池化" } else { "global average pool" }).to_owned(),
        Op::Dense => (if zh { "全连接" } else { "fully connected" }).to_owned(),
        Op::Sum => (if zh { "残差相加" } else { "residual sum" }).to_owned(),
        Op::Resize(interpolation) => (match (interpolation, zh) {
            (Interpolation::Nearest, false) => "resize, nearest neighbour",
            (Interpolation::Nearest, true) => "缩放（最近邻）",
            (Interpolation::Linear, false) => "resize, bilinear",
            (Interpolation::Linear, true) => "缩放（双线性插值）",
            (Interpolation::Cubic, false) => "resize, bicubic",
            (Interpolation::Cubic, true) => "缩放（双三次插值）",
        })
        .to_owned(),
    };
    if let Some(activation) = &layer.activation {
        let name = if activation == "Relu" { "ReLU" } else { activation };
        line += &if zh { format!("，再经 {name}") } else { format!(", then {name}") };
    }
    line
}

fn sliding(lang: Lang, window: &Window, what: &str) -> String {
    let pair = |[rows, columns]: [usize; 2]| {
        if rows == columns { rows.to_string() } else { format!("{rows}×{columns}") }
    };
    let [rows, columns] = window.kernel;
    let mut line = match lang {
        Lang::En => format!("{rows}×{columns} {what}, stride {}", pair(window.stride)),
        Lang::Zh => format!("{rows}×{columns} {what}，步幅 {}", pair(window.stride)),
    };
    if window.padding != [0, 0] {
        line += &match lang {
            Lang::En => format!(", padding {}", pair(window.padding)),
            Lang::Zh => format!("，填充 {}", pair(window.padding)),
        };
    }
    if window.dilation != [1, 1] {
        line += &match lang {
            Lang::En => format!(", dilation {}", pair(window.dilation)),
            Lang::Zh => format!("，空洞 {}", pair(window.dilation)),
        };
    }
    line
}

/// The engine's variant in a few words.
pub fn variant_short(lang: Lang, variant: &Variant) -> String {
    let simd = simd(variant);
    match lang {
        Lang::En if variant.threads == 1 => format!("1 thread · {simd}"),
        Lang::En => format!("{} threads · {simd}", variant.threads),
        Lang::Zh => format!("{} 线程 · {simd}", variant.threads),
    }
}

/// What runs, why nothing faster does, and what that costs.
pub fn variant_line(lang: Lang, variant: &Variant) -> String {
    let (simd, threads) = (simd(variant), variant.threads);
    let fastest = variant.missing.is_empty();
    let reasons = self::reasons(lang, &variant.missing);
    let mut line = match lang {
        Lang::En if fastest => format!(
            "The fastest variant of the engine: {threads} threads, since the page is cross-origin isolated, and {simd}."
        ),
        Lang::Zh if fastest => {
            format!("引擎的最快版本：页面已跨源隔离，使用 {threads} 个线程；{simd}。")
        }
        Lang::En => format!(
            "A slower variant of the engine, with {threads} {} and {simd}: {}. Each photo takes longer; the results are the \
             same.",
            if threads == 1 { "thread" } else { "threads" },
            reasons
        ),
        Lang::Zh => format!(
            "引擎的较慢版本，{threads} 个线程，{simd}：{}。每张照片要多花一些时间；结果相同。",
            reasons
        ),
    };
    if variant.memory_mib != 0 && variant.memory_mib < FULL_MEMORY_MIB {
        let most = f64::from(variant.memory_mib) / 1024.0;
        line += &match lang {
            Lang::En => format!(
                " This browser grants it no more than {most} GiB of memory; a large model may not fit."
            ),
            Lang::Zh => format!("浏览器最多给它 {most} GiB 内存，大模型可能放不下。"),
        };
    }
    line
}

/// What the engine asks for where it may have it: all that WebAssembly can address.
const FULL_MEMORY_MIB: u32 = 4096;

fn simd(variant: &Variant) -> &'static str {
    if variant.name.ends_with("relaxed") { "relaxed SIMD" } else { "SIMD" }
}

/// What a browser or page lacks, in a row.
pub fn reasons(lang: Lang, missing: &[String]) -> String {
    let reasons: Vec<&str> = missing.iter().map(|why| reason(lang, why)).collect();
    reasons.join(if lang == Lang::Zh { "；" } else { "; " })
}

fn reason(lang: Lang, why: &str) -> &'static str {
    let (en, zh) = match why {
        "isolation" => (
            "the page is not cross-origin isolated (neither the server's headers nor a service worker did that)",
            "页面没有跨源隔离（服务器未发送 COOP 与 COEP 响应头，Service Worker 也未能代为添加）",
        ),
        "shared-memory" => (
            "the page is isolated, but this browser has no shared memory (SharedArrayBuffer)",
            "页面已隔离，但浏览器没有共享内存（SharedArrayBuffer）",
        ),
        "threads" => ("this browser has no WebAssembly threads", "浏览器不支持 WebAssembly 多线程"),
        "relaxed-simd" => ("this browser has no relaxed SIMD", "浏览器不支持 relaxed SIMD"),
        "simd" => ("this browser has no WebAssembly SIMD", "浏览器不支持 WebAssembly SIMD"),
        "memory" => ("this browser refused the shared memory", "浏览器拒绝分配共享内存"),
        "pool" => ("its threads did not start", "线程未能启动"),
        "cores" => ("this machine offers one processor core", "这台机器只提供一个处理器核心"),
        "lost" => ("a thread was lost before", "此前丢失了一个线程"),
        "asked" => ("the address asks for it", "网址指定了它"),
        _ => ("a faster one could not be loaded", "更快的版本无法加载"),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::Shape;

    #[test]
    fn a_convolution_in_words() {
        let window = Window { kernel: [3, 3], stride: [1, 1], dilation: [1, 1], padding: [1, 1] };
        let layer = Layer {
            name: "conv1_1".into(),
            op: Op::Convolution(window),
            activation: Some("Relu".into()),
            shape: Shape { channels: 64, height: 224, width: 224 },
            parameters: 1792,
            macs: 86_704_128,
        };
        assert_eq!(layer_line(Lang::En, &layer), "3×3 convolution, stride 1, padding 1, then ReLU");
        assert_eq!(layer_line(Lang::Zh, &layer), "3×3 卷积，步幅 1，填充 1，再经 ReLU");
    }

    /// In no combination is something said that does not hold.
    #[test]
    fn a_variant_in_words() {
        let variant = |threads, missing: &[&str], isolated, memory_mib| Variant {
            name: if memory_mib == 0 { "plain" } else { "threads-relaxed" }.into(),
            threads,
            missing: missing.iter().map(|&why| why.to_owned()).collect(),
            isolated,
            memory_mib,
        };
        let line = |variant| variant_line(Lang::En, &variant);
        assert_eq!(
            line(variant(2, &[], true, 4096)),
            "The fastest variant of the engine: 2 threads, since the page is cross-origin isolated, and relaxed SIMD."
        );
        let webkitgtk = line(variant(1, &["shared-memory"], true, 0));
        assert!(webkitgtk.contains("1 thread and SIMD: the page is isolated, but"), "{webkitgtk}");
        let lost = line(variant(1, &["lost"], true, 4096));
        assert!(lost.contains("1 thread and relaxed SIMD: a thread was lost before"), "{lost}");
        let phone = line(variant(4, &[], true, 1024));
        assert!(phone.contains("no more than 1 GiB"), "{phone}");
        assert!(variant_line(Lang::Zh, &variant(4, &[], true, 512)).contains("0.5 GiB"));
        for why in
            ["isolation", "shared-memory", "threads", "memory", "pool", "cores", "lost", "asked", "failed"]
        {
            let [en, zh] = [Lang::En, Lang::Zh].map(|lang| variant_line(lang, &variant(1, &[why], false, 0)));
            assert!(!en.contains("fastest") && !zh.contains("最快版本"), "{en} {zh}");
        }
    }
}
