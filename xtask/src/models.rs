//! The official VGGs: exported to models/local/, and listed for the page.

use std::{
    fmt::Write,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use clap::{Args, Command, FromArgMatches, ValueEnum};
use sha2::{Digest, Sha256};

use crate::{files, python, sh};

/// Where exports go; git ignores it.
const LOCAL: &str = "models/local";

/// What to export.
#[derive(Args)]
pub struct Export {
    /// The network
    name: Name,
    /// The precision in which the file holds the weights
    #[arg(long, default_value = "f32")]
    precision: Precision,
    /// Weights that were never trained, for tests
    #[arg(long)]
    random_init: bool,
    /// Drop the classifier
    #[arg(long, conflicts_with = "num_classes")]
    features_only: bool,
    /// A new last layer of N classes: Xavier uniform weights, zero biases, not trained
    #[arg(long, value_name = "N")]
    num_classes: Option<u16>,
    /// Labelled photos (path, WordNet id) on which to compare the file with float32
    #[arg(long, value_name = "TSV", conflicts_with_all = ["features_only", "num_classes"])]
    photos: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Name {
    Vgg11,
    Vgg11Bn,
    Vgg13,
    Vgg13Bn,
    Vgg16,
    Vgg16Bn,
    Vgg19,
    Vgg19Bn,
}

#[derive(Clone, Copy, ValueEnum)]
enum Precision {
    F32,
    F16,
    Int8,
}

impl Export {
    /// What `cargo xtask models` would take these words for.
    pub fn of(words: &str) -> Result<Export> {
        let command = Export::augment_args(Command::new("models").no_binary_name(true));
        Ok(Export::from_arg_matches(&command.try_get_matches_from(words.split(' '))?)?)
    }

    /// Exports and checks it.
    pub fn run(&self) -> Result<()> {
        let mut command = sh::command(python::environment("models/official-requirements.txt")?);
        command.arg("models/official.py").arg(word(self.name)).args(["--precision", &word(self.precision)]);
        command.arg("--out").arg(sh::root().join(LOCAL));
        if self.random_init {
            command.arg("--random-init");
        }
        if self.features_only {
            command.arg("--features-only");
        }
        if let Some(classes) = self.num_classes {
            command.args(["--num-classes", &classes.to_string()]);
        }
        if let Some(photos) = &self.photos {
            command
                .arg("--photos")
                .arg(photos.canonicalize().with_context(|| format!("{}", photos.display()))?);
        }
        sh::run(&mut command)
    }
}

fn word(value: impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// Puts the default model into `out`/models/, and the exported ones with their list, which may be empty, into `out`/models/local/.
pub fn stage(out: &Path) -> Result<()> {
    let target = out.join(LOCAL);
    fs::create_dir_all(&target).with_context(|| format!("cannot make {}", target.display()))?;
    let mut list = "file\tbytes\tsha256\n".to_owned();
    for file in exported()? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let staged = target.join(name.as_ref());
        // A link takes no time and no room; not every file system has them.
        if !staged.exists() && fs::hard_link(&file, &staged).is_err() {
            fs::copy(&file, &staged).with_context(|| format!("cannot write {}", staged.display()))?;
        }
        writeln!(list, "{name}\t{}\t{}", fs::metadata(&file)?.len(), sha256(&file)?)?;
    }
    let index = target.join("index.tsv");
    fs::write(&index, list).with_context(|| format!("cannot write {}", index.display()))?;

    let model = sh::root().join(DEFAULT);
    let named = out.join(format!("models/vgg16-{}.onnx", &sha256(&model)?[..files::SUM]));
    fs::copy(&model, &named).map(drop).with_context(|| format!("cannot write {}", named.display()))
}

/// The model that comes with the page. There its name has the sum of what it holds, so that browsers may keep it for ever.
const DEFAULT: &str = "models/vgg16.onnx";

/// The SHA-256 of a file, in hexadecimal digits.
fn sha256(file: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    io::copy(&mut File::open(file)?, &mut hash).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(files::hex(&hash.finalize()))
}

/// The ONNX files in models/local/, by name.
fn exported() -> Result<Vec<PathBuf>> {
    let folder = sh::root().join(LOCAL);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()
        .with_context(|| format!("cannot read {}", folder.display()))?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "onnx"));
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_model_is_the_one_that_browsers_keep() -> Result<()> {
        assert_eq!(sha256(&sh::root().join(DEFAULT))?, vggscope_core::session::catalog::DEFAULT_SHA256);
        Ok(())
    }

    #[test]
    fn options_are_understood() {
        for words in ["vgg11_bn --precision f16 --num-classes 10", "vgg19 --features-only --random-init"] {
            assert!(Export::of(words).is_ok(), "{words}");
        }
        let known = Export::of("vgg17").err().map(|error| error.to_string()).unwrap_or_default();
        assert!(known.contains("vgg16_bn"), "{known}");
        for words in
            ["vgg16 --num-classes 70000", "vgg16 --features-only --num-classes 3", "vgg16 --precision f64"]
        {
            assert!(Export::of(words).is_err(), "{words}");
        }
    }
}
