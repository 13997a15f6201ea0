//! What the page finds, without the page: runs a model on a photo and prints its classes and layers as JSON.

mod picture;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::LazyLock;
use std::time::Instant;

use serde_json::{Value, json};
use vggscope_core::error::{Error, ModelError};
use vggscope_core::explain::spread::deviation;
use vggscope_core::explain::{Ask, evaluation};
use vggscope_core::image::{Fit, Layout, Preset, network_input, normalise};
use vggscope_core::nn::labels::{self, Label};
use vggscope_core::nn::softmax::ranking;
use vggscope_core::nn::{Layer, LayerId, Op};
use vggscope_core::session::{Lang, Notice};
use vggscope_core::text;
use vggscope_core::vgg::build::Build;
use vggscope_engine::{
    Activations, Files, Initialised, Network, Operators, Pass, PassStep, Recording, SIDE, Size, Step, Work,
    answer,
};

const USAGE: &str = "usage: classify MODEL|build:NETWORK PHOTO [--preset torchvision|caffe|unit|signed|raw|centred|radiograph] [--labels FILE] \
                     [--size ROWSxCOLUMNS] [--evaluate dense|both]";
/// When it began.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);
/// What stands before a network that is built, as `Build` reads it: build:vgg11/xavier/1.
const BUILT: &str = "build:";
/// How many classes are printed.
const TOP: usize = 5;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(complaint) => return fail(&format!("{complaint}\n{USAGE}")),
    };
    match classify(&arguments) {
        Ok(found) => println!("{found:#}"),
        Err(complaint) => return fail(&complaint),
    }
    ExitCode::SUCCESS
}

fn fail(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::FAILURE
}

struct Arguments {
    model: PathBuf,
    photo: PathBuf,
    preset: Option<Preset>,
    labels: Option<PathBuf>,
    /// Rows and columns of the input, where they are not to be the file's own.
    size: Option<[usize; 2]>,
    /// By which of the paper's protocols it is evaluated too.
    evaluate: Option<evaluation::Question>,
}

impl Arguments {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let (mut files, mut preset, mut labels) = (Vec::new(), None, None);
        let (mut size, mut evaluate) = (None, None);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value."));
            match word.as_str() {
                "--preset" => {
                    let name = value()?;
                    preset =
                        Some(Preset::of_word(&name).ok_or_else(|| format!("No preset is called {name}."))?);
                }
                "--labels" => labels = Some(PathBuf::from(value()?)),
                "--size" => {
                    let said = value()?;
                    let sides = said
                        .split_once('x')
                        .and_then(|(rows, columns)| Some([rows.parse().ok()?, columns.parse().ok()?]));
                    size = Some(sides.ok_or_else(|| format!("{said} is no size, such as 384x512."))?);
                }
                "--evaluate" => {
                    evaluate = Some(match value()?.as_str() {
                        "dense" => evaluation::Question { crops: false },
                        "both" => evaluation::Question { crops: true },
                        other => return Err(format!("{other} is neither dense nor both.")),
                    });
                }
                option if option.starts_with("--") => return Err(format!("{option} is no option.")),
                file => files.push(PathBuf::from(file)),
            }
        }
        let [model, photo] = files.try_into().map_err(|_| "A model and a photo, please.".to_owned())?;
        Ok(Arguments { model, photo, preset, labels, size, evaluate })
    }
}

fn classify(arguments: &Arguments) -> Result<Value, String> {
    let network = network(arguments)?;
    let labels = labels(arguments, &network)?;
    let preset = arguments.preset.unwrap_or(network.model.preset);
    let name = arguments.photo.display().to_string();
    let (photo, incomplete) = picture::open(&read(&arguments.photo)?)
        .map_err(|why| said(Error::Photo { name: name.clone(), why }))?;
    if incomplete {
        eprintln!("{}", text::notice(Lang::En, &Notice::Incomplete(name)));
    }

    let started = Instant::now();
    let input = network.model.architecture.input();
    let pixels = network_input(&photo, Fit::Centre, input);
    let mut kept = Activations::default();
    kept.keep_input(input, normalise(&pixels, preset, Layout::Nchw, input.channels));
    let tensor = normalise(&pixels, preset, network.layout, input.channels);
    let mut run = Pass::new(&network, tensor).map_err(said)?;
    let layers = &network.model.architecture.layers;
    let logits = loop {
        match run.step().map_err(said)? {
            PassStep::Layer(id, values) => kept.keep_layer(id, layers[usize::from(id.0)].shape, values),
            PassStep::Intermediate(..) => {}
            PassStep::Done(logits) => break logits,
        }
    };
    let ms = started.elapsed().as_secs_f64() * 1000.0;
    let layers: Vec<Value> =
        network.model.architecture.ids().zip(layers).map(|(id, layer)| about(layer, id, &kept)).collect();
    let probabilities = network.model.meaning.probabilities(&logits);
    let best = top(&logits, &probabilities, &labels);
    let clock = || Instant::now().duration_since(*START).as_secs_f64() * 1000.0;
    let recording =
        Recording { photo: photo.into(), input: pixels, preset, activations: kept, probabilities, clock };
    let evaluated = evaluated(arguments, &network, &recording, &labels)?;
    let says = match logits.len() {
        0 => Some(text::words(Lang::En).answer_none),
        count => text::meaning(Lang::En, network.model.meaning, count),
    };
    let preset = preset.word();
    Ok(
        json!({ "top": best, "answer": says, "layers": layers, "preset": preset, "ms": ms, "evaluation": evaluated }),
    )
}

/// The network, with what reads it again for other sizes.
fn network(arguments: &Arguments) -> Result<Network, String> {
    let model = arguments.model.clone();
    let failed = |why| said(Error::Model { name: model.display().to_string(), why });
    if let Some(text) = model.to_str().and_then(|name| name.strip_prefix(BUILT)) {
        let build: Build = text.parse().map_err(|error| text::build_error(Lang::En, &error))?;
        let size = arguments.size.map_or(Size::Own([SIDE; 2]), Size::Chosen);
        return Network::with(Initialised::of(&build), size, Operators::Ours).map_err(failed);
    }
    let mut files = Files::new(read(&model)?, Vec::new());
    let size = arguments.size.map_or(Size::Own([SIDE; 2]), Size::Chosen);
    let network = match Network::with(&files, size, Operators::Ours) {
        // What the file names stands beside it.
        Err(ModelError::ExternalData { files: names }) => {
            let beside = |name: String| Ok((name.clone(), read(&model.with_file_name(name))?));
            let beside = names.into_iter().map(beside).collect::<Result<_, String>>()?;
            files = Files::new(read(&model)?, beside);
            Network::with(&files, size, Operators::Ours)
        }
        read => read,
    };
    let mut network = network.map_err(failed)?;
    network.again = Some(Rc::new(move |size| {
        let failed = |why| Error::Model { name: model.display().to_string(), why };
        Network::with(&files, size, Operators::Ours).map_err(failed)
    }));
    Ok(network)
}

/// What the paper's protocols say, as far as any are asked for.
fn evaluated(
    arguments: &Arguments,
    network: &Network,
    recording: &Recording,
    labels: &[Label],
) -> Result<Value, String> {
    let Some(question) = arguments.evaluate else { return Ok(Value::Null) };
    let Some(Work::Task(mut task)) = answer(question.into(), network, recording) else {
        return Err("No protocol fits this network.".to_owned());
    };
    let found = loop {
        if let Step::Done(answer) = task.step(network, recording).map_err(said)? {
            break answer;
        }
    };
    let rows = evaluation::Question::found(&found).map_or(&[][..], |answer| &answer.rows);
    let row = |row: &evaluation::Row| {
        json!({
            "protocol": text::protocol(Lang::En, row.protocol),
            "passes": row.passes,
            "ms": row.ms,
            "top": top(&row.probabilities, &row.probabilities, labels),
        })
    };
    Ok(rows.iter().map(row).collect())
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}.", path.display()))
}

fn said(error: Error) -> String {
    text::error(Lang::En, &error)
}

/// The names in a file given, or else the model's.
fn labels(arguments: &Arguments, network: &Network) -> Result<Vec<Label>, String> {
    let Some(path) = &arguments.labels else { return Ok(network.model.labels.clone()) };
    let expected = network.model.architecture.classes;
    labels::parse_for(&String::from_utf8_lossy(&read(path)?), expected)
        .map_err(|found| said(Error::Labels { found: found.len(), expected }))
}

/// The likeliest classes; where numbers are no scores, their size alone is told.
fn top(logits: &[f32], probabilities: &[f32], labels: &[Label]) -> Vec<Value> {
    let class = |index: usize| {
        let label = labels.get(index);
        json!({
            "index": index,
            "label": label.map(|label| &label.en),
            "label_zh": label.and_then(|label| label.zh.as_ref()),
            "logit": logits[index],
            "probability": probabilities.get(index),
        })
    };
    ranking(logits).into_iter().take(TOP).map(class).collect()
}

fn about(layer: &Layer, id: LayerId, kept: &Activations) -> Value {
    let stats = kept.stats(id).unwrap_or_default();
    let mean = stats.iter().map(|map| f64::from(map.mean)).sum::<f64>() / stats.len().max(1) as f64;
    let max = stats.iter().map(|map| map.max).reduce(f32::max);
    json!({
        "name": layer.name,
        "operator": operator(layer.op),
        "shape": [layer.shape.channels, layer.shape.height, layer.shape.width],
        "mean": mean,
        "deviation": kept.values(id).map(|values| deviation(values.iter().copied())),
        "max": max,
    })
}

/// A layer's operator as ONNX calls it.
fn operator(op: Op) -> &'static str {
    match op {
        Op::Input => "Input",
        Op::Convolution(_) => "Conv",
        Op::Transposed(_) => "ConvTranspose",
        Op::MaxPool(_) => "MaxPool",
        Op::AveragePool(_) => "AveragePool",
        Op::GlobalAveragePool => "GlobalAveragePool",
        Op::Dense => "Gemm",
        Op::Sum => "Add",
        Op::Resize(_) => "Resize",
    }
}
