//! Layers and engine variants in words.

use crate::nn::{Layer, Op, Window};
use crate::session::Lang;
use crate::wire::Variant;

/// What a layer computes, in one line.
pub fn layer_line(lang: Lang, layer: &Layer) -> String {
    let zh = lang == Lang::Zh;
    let mut line = match &layer.op {
        Op::Input => (if zh { "输入" } else { "input" }).to_owned(),
        Op::Convolution(window) => sliding(lang, window, if zh { "卷积" } else { "convolution" }),
        Op::MaxPool(window) => sliding(lang, window, if zh { "最大池化" } else { "max pool" }),
        Op::AveragePool(window) => sliding(lang, window, if zh { "平均池化" } else { "average pool" }),
        Op::GlobalAveragePool => (if zh { "全局平均池化" } else { "global average pool" }).to_owned(),
        Op::Dense => (if zh { "全连接" } else { "fully connected" }).to_owned(),
        Op::Sum => (if zh { "残差相加" } else { "residual sum" }).to_owned(),
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
    let simd = if variant.name == "plain" { "SIMD" } else { "relaxed SIMD" };
    match lang {
        Lang::En if variant.threads == 1 => format!("1 thread · {simd}"),
        Lang::En => format!("{} threads · {simd}", variant.threads),
        Lang::Zh => format!("{} 线程 · {simd}", variant.threads),
    }
}

/// Why this variant runs and, where it is not the fastest, what that costs.
pub fn variant_line(lang: Lang, variant: &Variant) -> String {
    let zh = lang == Lang::Zh;
    if variant.missing.is_empty() {
        return (if zh {
            "最快的版本：页面已跨源隔离，可以多线程；浏览器支持 relaxed SIMD。"
        } else {
            "The fastest variant: the page is cross-origin isolated, so it may use threads, and the browser has \
             relaxed SIMD."
        })
        .to_owned();
    }
    let reasons: Vec<&str> = variant.missing.iter().map(|feature| reason(zh, feature)).collect();
    if zh {
        format!("较慢的版本：{}。只用一个线程，所以每张照片要多花一些时间；结果相同。", reasons.join("；"))
    } else {
        format!(
            "A slower variant: {}. It uses one thread, so each photo takes longer; the results are the same.",
            reasons.join("; ")
        )
    }
}

fn reason(zh: bool, feature: &str) -> &'static str {
    match (feature, zh) {
        ("isolation", false) => "the server does not isolate this page (it sends no COOP and COEP headers)",
        ("isolation", true) => "服务器没有隔离本页（未发送 COOP 与 COEP 响应头）",
        ("threads", false) => "this browser has no WebAssembly threads",
        ("threads", true) => "浏览器不支持 WebAssembly 多线程",
        ("relaxed-simd", false) => "this browser has no relaxed SIMD",
        ("relaxed-simd", true) => "浏览器不支持 relaxed SIMD",
        ("simd", false) => "this browser has no WebAssembly SIMD",
        ("simd", true) => "浏览器不支持 WebAssembly SIMD",
        ("asked", false) => "the address asks for it",
        ("asked", true) => "网址指定了它",
        (_, false) => "the faster one could not be started",
        (_, true) => "更快的版本无法启动",
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
}
