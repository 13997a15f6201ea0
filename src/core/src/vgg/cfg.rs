//! A network's convolutions and pools as the list that torchvision's code has: `64, M, 128, M`. A 1x1 convolution is written as in
//! the paper's table, `conv1-256`, and a local response normalisation as `LRN`.

use crate::vgg::configuration::{Configuration, Entry, SIDE};

/// Why a text is no such list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CfgError {
    /// An entry that is neither a number of channels nor `M`.
    Entry(String),
    /// A number of channels that is 0 or beyond [`MOST`].
    Channels(String),
    /// A name that is none of [`NAMES`].
    Name(String),
    /// Nothing.
    Empty,
    /// More than this many pools leave nothing of a photo.
    Pools(usize),
}

/// Names of lists, and the letters of their configurations.
pub const NAMES: [(&str, &str); 4] = [("vgg11", "A"), ("vgg13", "B"), ("vgg16", "D"), ("vgg19", "E")];
/// The most channels of a layer, and the most entries of a list.
pub const MOST: usize = 4096;

/// The entries of a list, or of one of the names.
///
/// # Errors
/// What in the text is no entry.
pub fn read(text: &str) -> Result<Vec<Entry>, CfgError> {
    let text = text.trim().trim_matches(['[', ']']);
    if let Some(configuration) = Configuration::of(&text.to_ascii_uppercase()) {
        return Ok(configuration.entries.to_vec());
    }
    if let Some((_, letter)) = NAMES.iter().find(|(name, _)| text.eq_ignore_ascii_case(name)) {
        return Ok(Configuration::of(letter).map_or(Vec::new(), |one| one.entries.to_vec()));
    }
    if text.to_ascii_lowercase().starts_with("vgg") {
        return Err(CfgError::Name(text.chars().take(20).collect()));
    }
    let parts = text.split([',', '，', ' ', '、']).map(|part| part.trim().trim_matches(['\'', '"']));
    let entries =
        parts.filter(|part| !part.is_empty()).take(MOST).map(entry).collect::<Result<Vec<_>, _>>()?;
    if entries.is_empty() {
        return Err(CfgError::Empty);
    }
    let most = SIDE.ilog2() as usize;
    if entries.iter().filter(|entry| **entry == Entry::Pool).count() > most {
        return Err(CfgError::Pools(most));
    }
    Ok(entries)
}

fn entry(part: &str) -> Result<Entry, CfgError> {
    let short = || part.chars().take(20).collect();
    if part.eq_ignore_ascii_case("M") {
        return Ok(Entry::Pool);
    }
    if part.eq_ignore_ascii_case("LRN") {
        return Ok(Entry::Lrn);
    }
    let lower = part.to_ascii_lowercase();
    let (make, number): (fn(usize) -> Entry, &str) = match lower.strip_prefix("conv1-") {
        Some(number) => (Entry::Conv1, number),
        None => (Entry::Conv3, lower.strip_prefix("conv3-").unwrap_or(&lower)),
    };
    match number.parse::<usize>() {
        Ok(channels) if (1..=MOST).contains(&channels) => Ok(make(channels)),
        Ok(_) => Err(CfgError::Channels(short())),
        Err(_) if number.bytes().all(|byte| byte.is_ascii_digit()) => Err(CfgError::Channels(short())),
        Err(_) => Err(CfgError::Entry(short())),
    }
}

/// The list as text.
pub fn write(entries: &[Entry]) -> String {
    let word = |entry: &Entry| match entry {
        Entry::Conv3(channels) => channels.to_string(),
        Entry::Conv1(channels) => format!("conv1-{channels}"),
        Entry::Pool => "M".to_owned(),
        Entry::Lrn => "LRN".to_owned(),
    };
    entries.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// The network of a list in PyTorch, over a photo of this side, with these units of its dense layers; a single one reads the means of the
/// maps.
pub fn pytorch(entries: &[Entry], side: usize, units: &[usize], batch_norm: bool) -> String {
    let (mut from, mut side) = (3, side);
    let mut code = "features = nn.Sequential(\n".to_owned();
    for entry in entries {
        let (to, kernel) = match *entry {
            Entry::Pool => {
                side /= 2;
                code += "    nn.MaxPool2d(kernel_size=2, stride=2),\n";
                continue;
            }
            // The paper's, after Krizhevsky et al. 2012, whose factor is not divided by the size.
            Entry::Lrn => {
                code += "    nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0),\n";
                continue;
            }
            Entry::Conv3(to) => (to, "kernel_size=3, padding=1"),
            Entry::Conv1(to) => (to, "kernel_size=1"),
        };
        let norm = if batch_norm { format!("nn.BatchNorm2d({to}), ") } else { String::new() };
        code += &format!("    nn.Conv2d({from}, {to}, {kernel}), {norm}nn.ReLU(inplace=True),\n");
        from = to;
    }
    let &[first, second, classes] = units else {
        let classes = units.last().copied().unwrap_or_default();
        return code
            + &format!(
                ")\nclassifier = nn.Linear({from}, {classes})\n\
                 model = nn.Sequential(features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), classifier)\n"
            );
    };
    code + &format!(
        ")\nclassifier = nn.Sequential(\n    nn.Linear({from} * {side} * {side}, {first}), nn.ReLU(inplace=True), nn.Dropout(),\n    \
         nn.Linear({first}, {second}), nn.ReLU(inplace=True), nn.Dropout(),\n    nn.Linear({second}, {classes}),\n)\n\
         model = nn.Sequential(features, nn.Flatten(), classifier)\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vgg::configuration::CLASSIFIER;

    #[test]
    fn lists() {
        assert_eq!(read("[64, 'M', 128]"), Ok(vec![Entry::Conv3(64), Entry::Pool, Entry::Conv3(128)]));
        assert_eq!(read("64 m，128").map(|list| write(&list)).as_deref(), Ok("64, M, 128"));
        for (name, letter) in NAMES {
            let entries = Configuration::of(letter).unwrap().entries;
            assert_eq!(read(name).as_deref(), Ok(entries));
            assert_eq!(read(&write(entries)).as_deref(), Ok(entries));
        }
        // Those that torchvision has no name for.
        for letter in ["A-LRN", "C"] {
            let entries = Configuration::of(letter).unwrap().entries;
            assert_eq!(read(letter).as_deref(), Ok(entries));
            assert_eq!(read(&write(entries)).as_deref(), Ok(entries));
        }
    }

    #[test]
    fn what_is_no_list() {
        assert_eq!(read("64, X"), Err(CfgError::Entry("X".into())));
        assert_eq!(read("0"), Err(CfgError::Channels("0".into())));
        assert_eq!(read("99999999999999999999999"), Err(CfgError::Channels("99999999999999999999".into())));
        assert_eq!(read("vgg12"), Err(CfgError::Name("vgg12".into())));
        assert_eq!(read(" "), Err(CfgError::Empty));
        assert_eq!(read(&"M,".repeat(8)), Err(CfgError::Pools(7)));
    }

    #[test]
    fn code() {
        let code = pytorch(&read("vgg16").unwrap(), SIDE, &CLASSIFIER, false);
        assert!(code.contains("nn.Linear(512 * 7 * 7, 4096)"), "{code}");
        assert_eq!(code.matches("nn.Conv2d(").count(), 13);
        let code = pytorch(&read("A-LRN").unwrap(), 96, &[64, 64, 4], true);
        assert!(
            code.contains("nn.LocalResponseNorm(5") && code.contains("nn.Linear(512 * 3 * 3, 64)"),
            "{code}"
        );
        assert_eq!(code.matches("nn.BatchNorm2d(").count(), 8);
    }
}
