//! What the page's training finds, without the page: puts a head on a model, trains it on a folder of photos whose folders are its
//! classes, and prints how well it does on photos held out, as JSON.

#[path = "../classify/picture.rs"]
mod picture;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use serde_json::{Value, json};
use vggscope_core::error::{Error, TrainingError};
use vggscope_core::image::{Fit, network_input, normalise};
use vggscope_core::model::Precision;
use vggscope_core::model::script::script;
use vggscope_core::nn::labels::Label;
use vggscope_core::session::Lang;
use vggscope_core::text;
use vggscope_core::training::{Confusion, Head, HeadKind, Optimiser, Settings, split, wilson};
use vggscope_core::vgg::build::Build;
use vggscope_engine::{
    About, Extraction, Features, Network, Operators, Pass, PassStep, Progress, SIDE, Size, Training,
    write_onnx, write_safetensors,
};

const USAGE: &str = "usage: train MODEL FOLDER [--each PHOTOS] [--crops N] [--units N] [--epochs N] [--rate RATE] [--decay DECAY] [--sgd] \
                     [--patience N] [--seed N] [--out FOLDER]";

fn main() -> ExitCode {
    match train(std::env::args().skip(1)) {
        Ok(found) => println!("{found:#}"),
        Err(complaint) => {
            eprintln!("{complaint}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn train(mut words: impl Iterator<Item = String>) -> Result<Value, String> {
    let (mut files, mut settings, mut each, mut out) = (Vec::new(), Settings::default(), usize::MAX, None);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value."));
        match word.as_str() {
            "--each" => each = number(&value()?)?,
            "--crops" => settings.crops = number(&value()?)?,
            "--units" => settings.kind = HeadKind::Dense(number(&value()?)?),
            "--epochs" => settings.epochs = number(&value()?)?,
            "--rate" => settings.rate = number(&value()?)?,
            "--decay" => settings.decay = number(&value()?)?,
            "--patience" => settings.patience = number(&value()?)?,
            "--seed" => settings.seed = number(&value()?)?,
            "--out" => out = Some(PathBuf::from(value()?)),
            "--sgd" => settings.optimiser = Optimiser::Sgd,
            option if option.starts_with("--") => return Err(format!("{option} is no option.\n{USAGE}")),
            file => files.push(PathBuf::from(file)),
        }
    }
    let [model, folder] = files.try_into().map_err(|_| USAGE.to_owned())?;
    if !settings.is_sound() {
        return Err("These numbers cannot be trained with.".to_owned());
    }
    let file = read(&model)?;
    let network = Network::read(file.as_slice(), [SIDE; 2])
        .map_err(|why| said(Error::Model { name: model.display().to_string(), why }))?;
    let (classes, photos) = photos(&folder, each)?;

    let (started, mut features, mut labelled) = (Instant::now(), Features::default(), Vec::new());
    for (number, (class, path)) in photos.iter().enumerate() {
        let (photo, _) = picture::open(&read(path)?)
            .map_err(|why| said(Error::Photo { name: path.display().to_string(), why }))?;
        let preset = network.model.preset;
        let mut extraction = Extraction::new(
            photo,
            number as u32,
            Fit::Centre,
            preset,
            settings.kind.is_pooled(),
            settings.crops,
        );
        let found = loop {
            if let Some(found) = extraction.step(&network, &mut features).map_err(said)? {
                break found;
            }
        };
        labelled.push((number as u32, *class, found.content));
    }
    let extracted = started.elapsed();

    let failed = |why| said(Error::Training(why));
    let named = |class: u16| classes[usize::from(class)].clone();
    let split = split(&labelled, settings.seed).map_err(|why| failed(why.error(named)))?;
    let (layer, _) = network.head_maps().ok_or_else(|| failed(TrainingError::NoMaps))?;
    let head = Head {
        pooled: settings.kind.is_pooled(),
        maps: network.tensors[usize::from(layer.0)].clone(),
        layers: Vec::new(),
        classes: classes.iter().map(|name| Label { en: name.clone(), zh: None, id: None }).collect(),
        name: "trained".to_owned(),
        preset: network.model.preset,
    };
    let started = Instant::now();
    let mut training =
        Training::new(settings, split.samples, split.rounds, head, &features).map_err(failed)?;
    let mut last = None;
    let trained = loop {
        match training.step(&features).map_err(failed)? {
            Progress::Batch => {}
            Progress::Epoch(_, epoch) => last = Some(epoch),
            Progress::Done(trained) => break trained,
        }
    };
    if let (Some(out), Some((_, photo))) = (out, photos.first()) {
        save(&file, &trained.head, &out, photo)?;
    }
    let pairs = trained.held_out.iter().map(|one| [usize::from(one.class), usize::from(one.said)]);
    let confusion = Confusion::of(classes.len(), pairs);
    let (right, of) = (confusion.right(), confusion.total());
    Ok(json!({
        "photos": photos.len(),
        "classes": classes,
        "rounds": trained.rounds,
        "epochs": trained.epoch,
        "training": last.map(|epoch| json!({ "loss": epoch.loss, "accuracy": epoch.accuracy })),
        "held_out": { "right": right, "of": of, "accuracy": right as f64 / of as f64, "interval": wilson(right, of) },
        "confusion": (0..classes.len()).map(|class| confusion.row(class)).collect::<Vec<_>>(),
        "seconds": { "features": extracted.as_secs_f64(), "training": started.elapsed().as_secs_f64() },
    }))
}

/// Writes the network with the head as every kind of file, and what it says of a photo.
fn save(file: &[u8], head: &Head, out: &Path, photo: &Path) -> Result<(), String> {
    let failed = |why| said(Error::Model { name: head.name.clone(), why });
    let written = |name: &str, bytes: &[u8]| {
        std::fs::write(out.join(name), bytes)
            .map_err(|error| format!("{}: {error}.", out.join(name).display()))
    };
    std::fs::create_dir_all(out).map_err(|error| format!("{}: {error}.", out.display()))?;
    let network = Network::headed(file, Some(head), Size::Own([SIDE; 2]), Operators::Ours).map_err(failed)?;
    let about = About { name: &head.name, preset: head.preset, classes: &head.classes };
    for (name, precision) in [
        ("float32.onnx", Precision::Float32),
        ("float16.onnx", Precision::Float16),
        ("int8.onnx", Precision::Int8),
    ] {
        let mut bytes = Vec::new();
        write_onnx(&file, Some(head), &about, precision, &mut |part| bytes.extend_from_slice(part))
            .map_err(failed)?;
        written(name, &bytes)?;
    }
    let mut bytes = Vec::new();
    write_safetensors(&network, &about, &mut |part| bytes.extend_from_slice(part)).map_err(failed)?;
    written("trained.safetensors", &bytes)?;
    let build = Build::like(&network.model.architecture).ok_or("This is no plain VGG.")?;
    written(
        "trained.py",
        script(&build, "trained.safetensors", head.preset.preprocessing(), &head.classes).as_bytes(),
    )?;

    let (pixels, _) = picture::open(&read(photo)?)
        .map_err(|why| said(Error::Photo { name: photo.display().to_string(), why }))?;
    let input = network.model.architecture.input();
    let pixels = network_input(&pixels, Fit::Centre, input);
    let tensor = normalise(&pixels, head.preset, network.layout, input.channels);
    let mut pass = Pass::new(&network, tensor.clone()).map_err(said)?;
    let logits = loop {
        if let PassStep::Done(logits) = pass.step().map_err(said)? {
            break logits;
        }
    };
    let photo = photo.display().to_string();
    written("said.json", json!({ "photo": photo, "input": tensor, "logits": logits }).to_string().as_bytes())
}

/// The names of classes, and photos with the number of theirs.
type Photos = (Vec<String>, Vec<(u16, PathBuf)>);

/// The names of the folders in a folder, and the files of each, as many as are wanted, with the number of their class.
fn photos(folder: &Path, each: usize) -> Result<Photos, String> {
    let (mut classes, mut photos) = (Vec::new(), Vec::new());
    for class in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
        let name = class.file_name().unwrap_or_default().to_string_lossy().into_owned();
        photos.extend(entries(&class)?.into_iter().take(each).map(|path| (classes.len() as u16, path)));
        classes.push(name);
    }
    Ok((classes, photos))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}.", folder.display());
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let mut paths =
        entries.map(|entry| Ok(entry.map_err(failed)?.path())).collect::<Result<Vec<_>, String>>()?;
    paths.sort();
    Ok(paths)
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text} is no number that is taken here."))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}.", path.display()))
}

fn said(error: Error) -> String {
    text::error(Lang::En, &error)
}
