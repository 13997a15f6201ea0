//! Memory in words: what each convention counts, and why a figure that everybody copies cannot be right.

use crate::session::Lang;
use crate::text::count;
use crate::vgg::configuration::Configuration;
use crate::vgg::costs::{BYTES, COPIED, ConfigurationCosts, Counting, Measure, Memory};

/// A size in megabytes of a million bytes, with two decimals.
pub fn megabytes(bytes: u64) -> String {
    format!("{:.2} MB", bytes as f64 / 1e6)
}

/// A size in mebibytes of 2^20 bytes.
pub fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

/// What a convention counts.
pub fn memory_name(lang: Lang, memory: Memory) -> &'static str {
    match (memory, lang) {
        (Memory::Once, Lang::En) => "Each output once, ReLU in place",
        (Memory::Once, Lang::Zh) => "每层输出各一份，ReLU 原位",
        (Memory::Apart, Lang::En) => "ReLU outputs kept apart",
        (Memory::Apart, Lang::Zh) => "ReLU 输出另存一份",
        (Memory::Torchinfo, Lang::En) => "torchinfo: learning layers, twice",
        (Memory::Torchinfo, Lang::Zh) => "torchinfo：含参数层，各两份",
    }
}

/// Why the copied figure does not follow from the rows, in sentences.
pub fn copied(lang: Lang) -> Vec<String> {
    let Some(d) = Configuration::of("D").map(ConfigurationCosts::of) else { return Vec::new() };
    let floats = |memory| d.total(Measure::Floats, Counting { memory, ..Counting::default() });
    let (once, apart) = (floats(Memory::Once), floats(Memory::Apart));
    let millions = COPIED.floats / 1_000_000;
    let wan = COPIED.floats / 10_000;
    let said = COPIED.megabytes;
    let (exact, sizes) = (count(once), [once * BYTES, apart * BYTES].map(megabytes));
    let [once_size, apart_size] = sizes;
    let (bytes, binary) = (COPIED.floats * BYTES / 1_000_000, mebibytes(COPIED.floats * BYTES));
    let apart = count(apart);
    match lang {
        Lang::En => vec![
            format!(
                "Lecture notes print \"{millions}M × {BYTES} bytes ≈ {said} MB\" under a list of VGG-16's layers, \
                 and pages copy it. Their own rows, the photo included, sum to {exact} floats: {once_size}."
            ),
            format!(
                "No way of counting them gives {millions} million: with every ReLU's output kept as well it is \
                 {apart} floats, {apart_size}. Nor are {millions} million floats {said} MB: they are {bytes} MB, \
                 or {binary}. So read it as an old estimate, and name your convention."
            ),
        ],
        Lang::Zh => vec![
            format!(
                "课程讲义在 VGG-16 各层列表下写着“{millions}M × {BYTES} 字节 ≈ {said} MB”，许多网页照抄。\
                 但它自己的各行（含输入照片）相加是 {exact} 个浮点数，即 {once_size}。"
            ),
            format!(
                "怎样数都得不到 {wan} 万：即使每个 ReLU 的输出都另存一份，也是 {apart} 个，即 {apart_size}。\
                 而 {wan} 万个浮点数也不是 {said} MB，而是 {bytes} MB，即 {binary}。\
                 所以只能当作早年的估计；引用数字时请写明口径。"
            ),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_sum_is_said() {
        for lang in [Lang::En, Lang::Zh] {
            let text = copied(lang).join(" ");
            for figure in ["15,237,608", "60.95 MB", "93 MB", "96 MB", "91.6 MiB", "28,793,320"] {
                assert!(text.contains(figure), "{figure}: {text}");
            }
        }
        assert_eq!(mebibytes(15_237_608 * BYTES), "58.1 MiB");
    }
}
