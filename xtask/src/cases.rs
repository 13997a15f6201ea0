//! What the benchmark runs: networks, their inputs, and who runs them.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use serde::Serialize;

use crate::sh;

/// Ours.
pub const ENGINE: &str = "vggscope";
/// The peer in the browser.
pub const PEER: &str = "onnxruntime-web";

/// One network on one input.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    /// What it is called in the table.
    pub name: &'static str,
    /// Its address.
    pub model: String,
    /// Rows and columns of its input.
    pub side: u32,
    /// Runs of each contender.
    pub rounds: u32,
    /// Who runs it, by turns.
    pub contenders: Vec<Contender>,
    /// The file, for who is no page.
    #[serde(skip)]
    pub file: PathBuf,
}

/// Who runs a case.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Contender {
    who: &'static str,
    threads: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<&'static str>,
}

/// Folders that the page finds models in: its name for them, and where they are.
pub fn folders(made: &Path) -> [(&'static str, PathBuf); 3] {
    [
        ("/models/", sh::root().join("models")),
        ("/light/", sh::root().join("tests/golden/light")),
        ("/made/", made.to_owned()),
    ]
}

/// Every case, or the one of a name, in `rounds` runs; `made` is the folder of what benches/models.py makes.
pub fn all(rounds: u32, only: Option<&str>, made: &Path) -> Result<Vec<Case>> {
    let both = |threads| [ENGINE, PEER].map(|who| Contender { who, threads, variant: None });
    let plain = Contender { who: ENGINE, threads: 1, variant: Some("plain") };
    let full = [both(1), both(2)].concat();
    let first = [full.as_slice(), &[plain]].concat();
    let folders = folders(made);
    let case = |name, model: &str, side, contenders: &[Contender]| {
        let place =
            folders.iter().find_map(|(prefix, folder)| Some(folder.join(model.strip_prefix(prefix)?)));
        let (model, contenders) = (model.to_owned(), contenders.to_vec());
        Case { name, model, side, rounds, contenders, file: place.unwrap_or_default() }
    };
    let mut cases = vec![
        case("VGG-16, as it comes", "/models/vgg16.onnx", 224, &first),
        case("VGG-16 convolutions, 224", "/made/open.onnx", 224, &both(1)),
        case("VGG-16 convolutions, 320", "/made/open.onnx", 320, &both(1)),
        case("VGG-16 convolutions, 448", "/made/open.onnx", 448, &both(1)),
        case("VGG-11, whole", "/made/vgg11.onnx", 224, &both(1)),
        case("VGG-13, whole", "/made/vgg13.onnx", 224, &both(1)),
        case("VGG-16, whole", "/made/vgg16.onnx", 224, &full),
        case("VGG-19, whole", "/made/vgg19.onnx", 224, &both(1)),
        case("ResNet-50", "/light/light_resnet50.onnx", 224, &both(1)),
    ];
    if let Some(only) = only {
        let names: Vec<_> = cases.iter().map(|case| case.name).collect();
        cases.retain(|case| case.name == only);
        if cases.is_empty() {
            bail!("there is no case {only:?}; there are: {}", names.join("; "));
        }
    }
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_has_a_file_and_a_peer() -> Result<()> {
        for case in all(7, None, Path::new("made"))? {
            assert!(!case.file.as_os_str().is_empty(), "{}", case.name);
            assert!(case.contenders.iter().any(|contender| contender.who == PEER), "{}", case.name);
        }
        assert!(all(7, Some("VGG-17"), Path::new("made")).is_err());
        Ok(())
    }
}
