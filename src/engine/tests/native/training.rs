//! Heads: their gradients and optimisers are PyTorch's, what they learn is there to be learnt, and on a network they say what they
//! say alone.

use serde_json::Value;
use tract_onnx::prelude::{Tensor, tract_ndarray::Array2};
use vggscope_core::error::{Error, ModelError, TrainingError};
use vggscope_core::image::{Fit, Photo, Preset};
use vggscope_core::model::Precision;
use vggscope_core::nn::Shape;
use vggscope_core::nn::labels::Label;
use vggscope_core::training::{
    DenseLayer, Epoch, Extracted, Head, HeadKind, Optimiser, Sample, Settings, Trained, split,
};
use vggscope_core::vgg::build::Build;
use vggscope_core::vgg::initialise::Initialisation;
use vggscope_core::vgg::transfer::Transfer;
use vggscope_core::wire::{ExtractionId, Reply, TrainingId};
use vggscope_engine::{
    About, Descent, Extraction, Features, Initialised, Mlp, Network, Operators, Progress, SIDE, Size,
    Trainer, Training, write_onnx, write_safetensors,
};

use super::common::{file, golden, noise, run, sequence};

fn numbers(count: usize, start: usize) -> Vec<f32> {
    sequence(start + count).split_off(start)
}

/// The layers that the script makes.
fn layers(widths: &[usize]) -> Vec<DenseLayer> {
    let layer = |(place, sides): (usize, &[usize])| DenseLayer {
        units: sides[1],
        weights: numbers(sides[0] * sides[1], 1000 * place),
        bias: numbers(sides[1], 1000 * place + 500),
    };
    widths.windows(2).enumerate().map(layer).collect()
}

fn flat(layers: &[DenseLayer]) -> Vec<f32> {
    layers.iter().flat_map(|layer| layer.weights.iter().chain(&layer.bias).copied()).collect()
}

fn close(found: &[f32], expected: &Value, within: f32, what: &str) {
    let expected: Vec<f32> = serde_json::from_value(expected.clone()).unwrap();
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= within * expected.abs().max(1.0),
            "{what}: {found} for {expected}"
        );
    }
}

#[test]
fn gradients_and_optimisers_are_pytorchs() {
    let golden: Value = serde_json::from_slice(&golden("training.json")).unwrap();
    for name in ["linear", "dense"] {
        let expected = &golden[name];
        let widths: Vec<usize> = serde_json::from_value(expected["widths"].clone()).unwrap();
        let inputs: Vec<f32> = numbers(7 * widths[0], 5000).iter().map(|number| 2.0 * number).collect();
        let inputs = Array2::from_shape_vec((7, widths[0]), inputs).unwrap();
        let last = widths[widths.len() - 1] as u16;
        let classes: Vec<u16> = (0..7).map(|at| at % last).collect();
        let start = Mlp::of(&layers(&widths)).unwrap();
        let gradient = start.gradient(inputs.view(), &classes, None);
        assert!((gradient.loss / 7.0 - expected["loss"].as_f64().unwrap()).abs() < 1e-5, "{name}");
        assert_eq!(gradient.right as u64, expected["right"].as_u64().unwrap(), "{name}");
        let found = Mlp(gradient.layers).unscaled(&[], &[]);
        close(&flat(&found), &expected["gradient"], 1e-5, name);
        for (key, by) in [("sgd", Optimiser::Sgd), ("adam", Optimiser::Adam)] {
            let mut weights = start.clone();
            let mut descent = Descent::new(by, 0.05, 0.01, &weights);
            for _ in 0..5 {
                let gradient = weights.gradient(inputs.view(), &classes, None);
                descent.step(&mut weights, gradient.layers);
            }
            close(&flat(&weights.unscaled(&[], &[])), &expected[key], 2e-5, &format!("{name} {key}"));
        }
    }
}

fn named(name: &str) -> Label {
    Label { en: name.to_owned(), zh: None, id: None }
}

/// A head whose weights are still to come.
fn blank(classes: usize) -> Head {
    let classes = (0..classes).map(|class| named(&format!("class {class}"))).collect();
    let (maps, name) = (String::new(), "test".to_owned());
    Head { pooled: true, maps, layers: Vec::new(), classes, name, preset: Preset::Torchvision }
}

fn train(
    settings: Settings,
    samples: Vec<Sample>,
    rounds: u8,
    head: Head,
    features: &Features,
) -> Result<(Vec<(u8, Epoch)>, Trained), TrainingError> {
    let mut training = Training::new(settings, samples, rounds, head, features)?;
    let mut epochs = Vec::new();
    loop {
        match training.step(features)? {
            Progress::Batch => {}
            Progress::Epoch(round, epoch) => epochs.push((round, epoch)),
            Progress::Done(trained) => return Ok((epochs, *trained)),
        }
    }
}

const SHAPE: Shape = Shape { channels: 6, height: 2, width: 2 };

/// Photos of three classes, each with a map of its own that is brighter than others, among noise.
fn features(kind: HeadKind, each: usize) -> (Features, Vec<(u32, u16, u64)>) {
    let mut features = Features::default();
    let mut photos = Vec::new();
    for photo in 0..3 * each {
        let class = photo % 3;
        let mut values: Vec<f32> = numbers(24, 100 * photo).iter().map(|noise| 1.0 + noise).collect();
        values[4 * class..4 * class + 4].iter_mut().for_each(|value| *value += 2.0);
        let maps = Tensor::from_shape(&[1, 6, 2, 2], &values).unwrap();
        features.keep([photo as u32, 0], kind.is_pooled(), SHAPE, &maps).unwrap();
        photos.push((photo as u32, class as u16, photo as u64));
    }
    (features, photos)
}

#[test]
fn what_can_be_told_apart_is_learnt() {
    for (kind, by, rate, patience, each, rounds) in [
        (HeadKind::Linear, Optimiser::Adam, 0.01, 0, 30, 1),
        (HeadKind::Linear, Optimiser::Sgd, 0.01, 5, 30, 1),
        (HeadKind::Dense(16), Optimiser::Adam, 0.005, 0, 30, 1),
        (HeadKind::Linear, Optimiser::Adam, 0.01, 0, 8, 5),
    ] {
        let (features, photos) = features(kind, each);
        let found = split(&photos, 3).unwrap();
        assert_eq!(found.rounds, rounds);
        let settings = Settings { kind, optimiser: by, rate, patience, batch: 8, ..Settings::default() };
        let (epochs, trained) =
            train(settings, found.samples.clone(), found.rounds, blank(3), &features).unwrap();
        let held = found.samples.iter().filter(|sample| sample.round.is_some()).count();
        assert_eq!(trained.held_out.len(), held, "{kind:?}");
        let right = trained.held_out.iter().filter(|one| one.said == one.class).count();
        assert!(right as f64 > 0.9 * held as f64, "{kind:?} {by:?}: {right} of {held}");
        assert!(epochs[0].1.loss > epochs[epochs.len() - 1].1.loss);
        assert_eq!(trained.head.pooled, kind == HeadKind::Linear);
        assert_eq!(trained.chosen, patience > 0);
        assert!(trained.epoch <= settings.epochs && (patience > 0 || trained.epoch == settings.epochs));
        if rounds > 1 {
            // At last all photos are trained on, and none is held out.
            assert!(epochs.iter().all(|(round, epoch)| (*round < rounds) == epoch.held_out.is_some()));
            assert_eq!(
                epochs.iter().filter(|(round, _)| *round == rounds).count(),
                usize::from(settings.epochs)
            );
        }
    }
}

/// Three layers on as many units as VGG's have learn at the page's own settings: too large a step would leave no unit alive.
#[test]
fn many_inputs_are_no_large_steps() {
    let shape = Shape { channels: 256, height: 7, width: 7 };
    let mut features = Features::default();
    let mut photos = Vec::new();
    for photo in 0..60 {
        let class = photo % 3;
        // As behind a ReLU and a pool: mostly zeros.
        let noise = numbers(shape.units(), 1000 * photo).into_iter();
        let mut values: Vec<f32> = noise.map(|noise| (noise - 0.5).max(0.0) * 40.0).collect();
        let own = 49 * (class * 20)..49 * (class * 20 + 20);
        values[own].iter_mut().for_each(|value| *value += 5.0);
        let maps = Tensor::from_shape(&[1, 256, 7, 7], &values).unwrap();
        features.keep([photo as u32, 0], false, shape, &maps).unwrap();
        photos.push((photo as u32, class as u16, photo as u64));
    }
    for optimiser in [Optimiser::Adam, Optimiser::Sgd] {
        let found = split(&photos, 3).unwrap();
        let settings = Settings { kind: HeadKind::Dense(16), optimiser, rate: 0.005, ..Settings::default() };
        let (_, trained) = train(settings, found.samples, found.rounds, blank(3), &features).unwrap();
        let right = trained.held_out.iter().filter(|one| one.said == one.class).count();
        assert!(right * 10 > trained.held_out.len() * 9, "{optimiser:?}: {right}");
    }
}

#[test]
fn what_cannot_be_trained_is_said() {
    let (features, photos) = features(HeadKind::Linear, 10);
    let samples = split(&photos, 1).unwrap().samples;
    let settings = Settings { rate: 1e38, optimiser: Optimiser::Sgd, ..Settings::default() };
    let found = train(settings, samples.clone(), 1, blank(3), &features).map(|_| ());
    assert_eq!(found, Err(TrainingError::Diverged));
    let lost = [samples, vec![Sample { photo: 99, class: 0, round: None }]].concat();
    let found = train(Settings::default(), lost, 1, blank(3), &features).map(|_| ());
    assert_eq!(found, Err(TrainingError::Lost));
}

/// The features of a photo.
fn extract(
    network: &Network,
    photo: Photo,
    kind: HeadKind,
    crops: u8,
) -> Result<(Features, Extracted), Error> {
    let mut features = Features::default();
    let mut extraction =
        Extraction::new(photo, 0, Fit::Squeeze, network.model.preset, kind.is_pooled(), crops);
    loop {
        if let Some(found) = extraction.step(network, &mut features)? {
            return Ok((features, found));
        }
    }
}

fn cat() -> Photo {
    let image = image::open(file("tests/golden/cat-224.png")).unwrap().to_rgba8();
    Photo::new(224, 224, image.into_raw()).unwrap()
}

/// A network with another head says what the head says of its features, linear or dense, whatever the file.
#[test]
fn a_head_on_a_network() {
    let built = Initialised::of(&"8,M,16,M/kaiming/3/5/6/32".parse::<Build>().unwrap());
    let built = bytes_of(&built);
    for (name, file) in [
        ("default", std::fs::read(file("models/vgg16.onnx")).unwrap()),
        ("stream", golden("weights/vgg11-stream.pth")),
        ("built", built),
    ] {
        let network = Network::read(file.as_slice(), [SIDE; 2]).unwrap();
        let (layer, shape) = network.head_maps().unwrap();
        for kind in [HeadKind::Linear, HeadKind::Dense(7)] {
            let (features, _) = extract(&network, cat(), kind, 0).unwrap();
            let length = features.length([0, 0]).unwrap();
            assert_eq!(length, if kind == HeadKind::Linear { shape.channels } else { shape.units() });
            let widths = if kind == HeadKind::Linear { vec![length, 4] } else { vec![length, 7, 7, 4] };
            let head = Head {
                pooled: kind == HeadKind::Linear,
                maps: network.tensors[usize::from(layer.0)].clone(),
                layers: Mlp::new(&widths, 5).unscaled(&[], &[]),
                preset: network.model.preset,
                ..blank(4)
            };
            let headed =
                Network::headed(file.as_slice(), Some(&head), Size::Own([SIDE; 2]), Operators::Ours).unwrap();
            assert_eq!(
                headed.model.labels.iter().map(|label| &*label.en).collect::<Vec<_>>(),
                ["class 0", "class 1", "class 2", "class 3"]
            );
            assert_eq!(headed.model.cam.is_some(), kind == HeadKind::Linear, "{name}");
            assert_eq!(
                (headed.model.preset, &*headed.model.architecture.name),
                (network.model.preset, "test")
            );
            let mut row = vec![0.0; length];
            features.copy([0, 0], &mut row).unwrap();
            let expected = Mlp::of(&head.layers)
                .unwrap()
                .scores(Array2::from_shape_vec((1, length), row).unwrap().view());
            let photo =
                vggscope_core::image::network_input(&cat(), Fit::Squeeze, headed.model.architecture.input());
            let input = headed.model.architecture.input();
            let tensor =
                vggscope_core::image::normalise(&photo, headed.model.preset, headed.layout, input.channels);
            let (_, scores) = run(&headed, tensor).unwrap();
            let most = expected.iter().fold(0f32, |most, score| most.max(score.abs()));
            for (found, expected) in scores.iter().zip(&expected) {
                // Maps are kept as halves.
                let within = if kind == HeadKind::Linear { 1e-5 } else { 2e-3 };
                assert!((found - expected).abs() <= within * most, "{name} {kind:?}: {found} for {expected}");
            }
        }
    }
}

fn bytes_of(file: &Initialised) -> Vec<u8> {
    use vggscope_engine::Bytes;
    let mut bytes = vec![0; file.count()];
    file.copy(0, &mut bytes);
    bytes
}

/// Random crops differ from each other and not from time to time; the same pixels have the same content.
#[test]
fn crops_of_a_photo() {
    let file = std::fs::read(file("models/vgg16.onnx")).unwrap();
    let network = Network::read(file.as_slice(), [64; 2]).unwrap();
    let once = extract(&network, cat(), HeadKind::Linear, 2).unwrap();
    let again = extract(&network, cat(), HeadKind::Linear, 2).unwrap();
    assert_eq!(once.1.content, again.1.content);
    assert_eq!((once.1.thumbnail.width, once.1.thumbnail.rgba.len()), (64, 4 * 64 * 64));
    assert_eq!(once.1.probabilities.len(), 1000);
    let mut rows = [(); 3].map(|()| vec![0.0; 512]);
    for (crop, row) in rows.iter_mut().enumerate() {
        once.0.copy([0, crop as u32], row).unwrap();
        let mut other = vec![0.0; 512];
        again.0.copy([0, crop as u32], &mut other).unwrap();
        assert_eq!(*row, other);
    }
    assert!(rows[0] != rows[1] && rows[1] != rows[2]);
    assert_eq!(once.0.length([0, 3]), None);
    let other = Photo::new(2, 1, vec![1, 2, 3, 255, 1, 2, 4, 255]).unwrap();
    assert_ne!(extract(&network, other, HeadKind::Linear, 0).unwrap().1.content, once.1.content);
}

/// What is said of a network in another file is what it says itself.
#[test]
fn a_network_written_and_read_again() {
    let folder = std::fs::read_dir(file("tests/golden/nets")).unwrap();
    let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "onnx"));
    files.push(file("models/vgg16.onnx"));
    files.push(file("tests/golden/weights/vgg11-stream.pth"));
    assert!(files.len() > 8);
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let network = Network::read(bytes.as_slice(), [SIDE; 2]).unwrap();
        let About { name, preset, .. } = about_of(&network);
        for (precision, within) in
            [(Precision::Float32, 1e-5), (Precision::Float16, 2e-2), (Precision::Int8, 0.2)]
        {
            let mut written = Vec::new();
            match write_onnx(&bytes, None, &about_of(&network), precision, &mut |part| {
                written.extend_from_slice(part)
            }) {
                // Rounded activations, and scales for channels in an old operator set, are refused.
                Err(ModelError::Unwritable { .. }) => {
                    assert!(
                        precision == Precision::Int8 || path.to_string_lossy().contains("int8"),
                        "{path:?}"
                    );
                    continue;
                }
                result => result.unwrap(),
            }
            let again = Network::read(written.as_slice(), [SIDE; 2]).unwrap();
            assert_eq!((&*again.model.architecture.name, again.model.preset), (name, preset), "{path:?}");
            assert_eq!(again.model.labels, network.model.labels, "{path:?}");
            let (_, scores) = run(&network, noise(&network)).unwrap();
            let (_, others) = run(&again, noise(&again)).unwrap();
            let most = scores.iter().fold(1e-6f32, |most, score| most.max(score.abs()));
            for (one, other) in scores.iter().zip(&others) {
                assert!((one - other).abs() <= within * most, "{path:?} {precision:?}: {other} for {one}");
            }
        }
    }
}

/// What is said of a network beside its weights.
fn about_of(network: &Network) -> About<'_> {
    let model = &network.model;
    About { name: &model.architecture.name, preset: model.preset, classes: &model.labels }
}

/// Weights under PyTorch's names are read again as the same network, whatever file they came in.
#[test]
fn weights_written_and_read_again() {
    for path in ["models/vgg16.onnx", "tests/golden/weights/vgg11-stream.pth"] {
        let bytes = std::fs::read(file(path)).unwrap();
        let network = Network::read(bytes.as_slice(), [SIDE; 2]).unwrap();
        let mut written = Vec::new();
        write_safetensors(&network, &about_of(&network), &mut |part| written.extend_from_slice(part))
            .unwrap();
        assert!(
            safetensors::SafeTensors::deserialize(&written).unwrap().names().contains(&"features.0.weight")
        );
        let again = Network::read(written.as_slice(), [SIDE; 2]).unwrap();
        assert_eq!((&again.model.labels, again.model.preset), (&network.model.labels, network.model.preset));
        let (_, scores) = run(&network, noise(&network)).unwrap();
        let (_, others) = run(&again, noise(&again)).unwrap();
        for (one, other) in scores.iter().zip(&others) {
            assert!((one - other).abs() <= 1e-4 * one.abs().max(1.0), "{path}: {other} for {one}");
        }
    }
    let bytes = golden("nets/resnet-torchscript.onnx");
    let network = Network::read(bytes.as_slice(), [SIDE; 2]).unwrap();
    assert!(matches!(
        write_safetensors(&network, &about_of(&network), &mut |_| {}),
        Err(ModelError::Unwritable { .. })
    ));
}

/// A step at a time, as the worker does it: features, then a head; paused, it is idle.
#[test]
fn the_trainer() {
    let built = bytes_of(&Initialised::of(&"4,M,8,M/kaiming/3/5/6/32".parse::<Build>().unwrap()));
    let network = Network::read(built.as_slice(), [SIDE; 2]).unwrap();
    let (mut trainer, one, first) = (Trainer::default(), ExtractionId(1), TrainingId(1));
    assert!(trainer.is_idle());
    for photo in 0..8u32 {
        // Bright ones and dark ones.
        let value = if photo % 2 == 0 { 30 } else { 220 } + photo as u8;
        let pixels = Photo::new(40, 40, [value, value, value, 255].repeat(40 * 40)).unwrap();
        let work = Extraction::new(pixels, photo, Fit::Centre, Preset::Unit, true, 1);
        trainer.extract(one, photo, work);
    }
    let mut found = Vec::new();
    while !trainer.is_idle() {
        match trainer.step(Some(&network)) {
            Some(Reply::Extracted { extraction, photo, .. }) if extraction == one => found.push(photo),
            Some(other) => panic!("{other:?}"),
            None => {}
        }
    }
    assert_eq!(found, [0, 1, 2, 3, 4, 5, 6, 7]);
    let samples: Vec<Sample> = (0..8)
        .map(|photo| Sample { photo, class: (photo % 2) as u16, round: (photo < 2).then_some(0) })
        .collect();
    let settings = Settings { epochs: 30, rate: 0.05, ..Settings::default() };
    trainer.train(first, settings, samples.clone(), 1, blank(2)).unwrap();
    trainer.pause(first, true);
    assert!(trainer.is_idle() && trainer.step(Some(&network)).is_none());
    trainer.pause(first, false);
    let mut epochs = 0;
    let trained = loop {
        match trainer.step(Some(&network)) {
            Some(Reply::Epoch { .. }) => epochs += 1,
            Some(Reply::Trained { training, trained }) if training == first => break trained,
            Some(other) => panic!("{other:?}"),
            None => {}
        }
    };
    assert_eq!(epochs, 30);
    assert!(trained.held_out.iter().all(|one| one.said == one.class));
    // Its head fits the network.
    let headed =
        Network::headed(built.as_slice(), Some(&trained.head), Size::Own([SIDE; 2]), Operators::Ours)
            .unwrap();
    assert_eq!(headed.model.architecture.classes, 2);
    // Photos of another extraction are others.
    let pixels = Photo::new(40, 40, vec![9; 40 * 40 * 4]).unwrap();
    trainer.extract(ExtractionId(2), 0, Extraction::new(pixels, 0, Fit::Centre, Preset::Unit, true, 0));
    assert_eq!(trainer.train(TrainingId(2), settings, samples, 1, blank(2)), Err(TrainingError::Lost));
    trainer.stop(TrainingId(2));
}

/// Weights that are taken over are those of the file, number for number; the others are drawn as ever.
#[test]
fn weights_taken_over() {
    let bytes = golden("weights/vgg11-stream.pth");
    let from = Network::read(bytes.as_slice(), [SIDE; 2]).unwrap();
    let mut saved = Vec::new();
    write_safetensors(&from, &about_of(&from), &mut |part| saved.extend_from_slice(part)).unwrap();
    let theirs = safetensors::SafeTensors::deserialize(&saved).unwrap();
    let like = Build::like(&from.model.architecture).unwrap();
    let build = Build { classes: 3, initialisation: Initialisation::Xavier, seed: 5, ..like };
    let [begun, drawn] =
        [Initialised::begun(&build, &from, Transfer::Names).unwrap(), Initialised::of(&build)]
            .map(|file| bytes_of(&file));
    let [begun, drawn] = [&begun, &drawn].map(|file| safetensors::SafeTensors::deserialize(file).unwrap());
    let last = ["classifier.6.weight", "classifier.6.bias"];
    for name in begun.names() {
        let other = if last.contains(&name) { &drawn } else { &theirs };
        assert_eq!(begun.tensor(name).unwrap().data(), other.tensor(name).unwrap().data(), "{name}");
    }
    let other = Network::read(golden("nets/resnet-torchscript.onnx").as_slice(), [SIDE; 2]).unwrap();
    assert!(Initialised::begun(&build, &other, Transfer::Names).is_err());
}
