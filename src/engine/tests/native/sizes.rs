//! Networks on inputs of other sizes than their files', against onnxruntime and PyTorch.

use std::rc::Rc;

use serde_json::Value;
use vggscope_core::error::{Error, ModelError};
use vggscope_core::explain::evaluation::{Protocol, Question};
use vggscope_core::explain::{Answer, Ask};
use vggscope_core::image::{Fit, Photo, Preset, network_input, normalise};
use vggscope_core::model::OtherSizes;
use vggscope_core::nn::meaning::Meaning;
use vggscope_engine::{Network, Operators, Recording, Size, Step, Work, answer};

use crate::common::proto::Attribute::Ints;
use crate::common::proto::{Field, floats, ints, model, node, write};
use crate::common::{golden, run, sequence, settled};

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Whether scores are those wanted, to 1e-4 of the largest.
fn assert_close(found: &[f32], wanted: &[f64], what: &str) {
    let most = wanted.iter().fold(1e-6f64, |most, score| most.max(score.abs()));
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (found, wanted) in found.iter().zip(wanted) {
        assert!((f64::from(*found) - wanted).abs() <= 1e-4 * most, "{what}: {found} for {wanted}");
    }
}

#[test]
fn the_scores_of_other_sizes() {
    let expected: Value = serde_json::from_slice(&golden("sizes.json")).unwrap();
    let (mut compared, mut alone) = (0, Vec::new());
    for (name, expected) in expected["sizes"].as_object().unwrap() {
        let size = [0, 1].map(|at| expected["size"][at].as_u64().unwrap() as usize);
        let Ok(own) = Network::read(golden(name), [224; 2]) else { continue };
        let sizes = own.model.sizes;
        let is_dense = expected.get("map").is_some();
        // What onnxruntime takes as it is need not become a convolution.
        if sizes.others == OtherSizes::None || (sizes.others == OtherSizes::Dense && !is_dense) {
            alone.push(name.as_str());
            continue;
        }
        let network = Network::with(golden(name), Size::Chosen(size), Operators::Ours)
            .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let input = network.model.architecture.input();
        assert_eq!([input.height, input.width], size, "{name}");
        assert_eq!(network.model.sizes, sizes, "{name}");
        let (_, logits) = run(&network, sequence(input.units())).unwrap();
        let scores = numbers(&expected["scores"]);
        let probabilities = network.model.meaning.probabilities(&logits);
        // As the graph ends.
        let found = if is_dense {
            logits
        } else {
            match network.model.meaning {
                Meaning::Softmax if scores[0] <= 0.0 => {
                    probabilities.iter().map(|share| share.ln()).collect()
                }
                Meaning::Softmax | Meaning::Sigmoids => probabilities,
                _ => logits,
            }
        };
        assert_close(&found, &scores, name);
        compared += 1;
    }
    assert!(compared > 20, "only {compared} compared; of their own size alone: {alone:?}");
}

/// A network whose dense layers are convolutions says on an input of its own size what it says as it is.
#[test]
fn dense_layers_as_convolutions() {
    for name in [
        "nets/vgg16-keras-tf2onnx.onnx",
        "nets/alexnet-old.onnx",
        "nets/vgg16bn-torchscript.onnx",
        "nets/vgg19bn-dynamo.onnx",
        "weights/vgg16.h5",
        "weights/vgg16.caffemodel",
        "weights/vgg16-half.safetensors",
        "weights/vgg13bn-zip.pth",
    ] {
        let own = Network::read(golden(name), [224; 2]).unwrap();
        assert_eq!(own.model.sizes.others, OtherSizes::Dense, "{name}");
        let input = sequence(own.model.architecture.input().units());
        let size = own.model.sizes.own;
        let convolved = Network::with(golden(name), Size::Chosen(size), Operators::Ours).unwrap();
        let wanted: Vec<f64> =
            run(&own, input.clone()).unwrap().1.iter().map(|one| f64::from(*one)).collect();
        assert_close(&run(&convolved, input).unwrap().1, &wanted, name);
        assert_eq!(own.model.architecture.parameters(), convolved.model.architecture.parameters(), "{name}");
        assert!(convolved.model.cam.is_some(), "{name}: no maps of scores");
    }
}

#[test]
fn sizes_that_cannot_be() {
    let at = |name: &str, size| Network::with(golden(name), Size::Chosen(size), Operators::Ours).err();
    let own = [224, 224];
    let refused = Some(ModelError::Size { own, least: Some(own), most: 1024 });
    assert_eq!(at("weights/vgg11-stream.pth", [192, 224]), refused);
    assert_eq!(at("weights/vgg11-stream.pth", [224, 1025]), refused);
    assert_eq!(
        at("../cases/models/M13.onnx", [96, 96]),
        Some(ModelError::Size { own: [64, 64], least: None, most: 1024 })
    );
}

/// Dense evaluation, crops and both, on a photo, against PyTorch.
#[test]
fn the_papers_protocols() {
    let expected: Value = serde_json::from_slice(&golden("sizes.json")).unwrap();
    let expected = &expected["protocols"];
    let file = golden("weights/vgg11-stream.pth");
    let mut network = Network::read(file.clone(), [224; 2]).unwrap();
    network.again = Some(Rc::new(move |size| {
        let failed = |why| Error::Model { name: String::new(), why };
        Network::with(file.clone(), size, Operators::Ours).map_err(failed)
    }));
    let picture = image::load_from_memory(&golden("crops/source.png")).unwrap().to_rgba8();
    let photo = Photo::new(picture.width() as usize, picture.height() as usize, picture.into_raw()).unwrap();
    let (shape, preset) = (network.model.architecture.input(), Preset::Torchvision);
    let input = network_input(&photo, Fit::Centre, shape);
    let tensor = normalise(&input, preset, network.layout, shape.channels);
    let (activations, logits) = settled(&network, tensor);
    let probabilities = network.model.meaning.probabilities(&logits);
    let recording =
        Recording { photo: photo.into(), input, preset, activations, probabilities, clock: || 0.0 };

    let Some(Work::Task(mut task)) = answer(Question { crops: true }.into(), &network, &recording) else {
        panic!("no task")
    };
    let mut last = (0, 0);
    let found: Answer = loop {
        match task.step(&network, &recording).unwrap() {
            Step::Progress { done, of, .. } => {
                assert!(done >= last.0 && of == 156, "{done} of {of} after {last:?}");
                last = (done, of);
            }
            Step::Done(answer) => break answer,
        }
    };
    let rows = &Question::found(&found).unwrap().rows;
    for row in rows {
        let (name, passes) = match row.protocol {
            Protocol::Dense(scale) => (format!("dense {scale}"), 2),
            Protocol::Crops(scale) => (format!("crops {scale}"), 50),
            Protocol::AllDense => ("dense".to_owned(), 6),
            Protocol::AllCrops => ("crops".to_owned(), 150),
            Protocol::Both => ("both".to_owned(), 156),
        };
        assert_close(&row.probabilities, &numbers(&expected[&name]["probabilities"]), &name);
        assert_eq!(row.passes, passes, "{name}");
        let Some(maps) = &row.maps else { continue };
        let pair = |key: &str| numbers(&expected[&name][key]);
        assert_eq!(maps.input.map(|side| side as f64).to_vec(), pair("size"), "{name}");
        assert_eq!(maps.places.map(|side| side as f64).to_vec(), pair("map"), "{name}");
        // Of 224 pixels each, 32 further: half of a stride about their centres.
        assert_eq!((maps.over.x, maps.over.width), (96.0, 32.0 * maps.places[1] as f64), "{name}");
        if let Some(first) = maps.of(0) {
            assert_close(first, &pair("first"), &name);
        }
    }
    assert_eq!(rows.len(), 9);
    assert!(
        rows.iter().any(|row| row.maps.as_ref().is_some_and(|maps| maps.of(0).is_some())),
        "no map compared"
    );
}

/// Which sizes a network of a convolution and these nodes, up to the tensor `y`, can be given besides its own.
fn others(photo: [i64; 2], strides: &[i64], nodes: Vec<Field>, weights: Vec<Vec<Field>>) -> OtherSizes {
    let mut all = vec![node("Conv", "x w", "c", &[("strides", Ints(strides))])];
    all.extend(nodes);
    let mut tensors = vec![floats("w", &[4, 3, 1, 1])];
    tensors.extend(weights);
    let bytes = write(&model(13, &[1, 3, photo[0], photo[1]], all, tensors));
    Network::read(bytes, [16, 16]).unwrap().model.sizes.others
}

/// What a kernel cannot take the place of, or what has a size of its own, is not offered.
#[test]
fn what_depends_on_the_size() {
    let flat = || node("Flatten", "c", "f", &[]);
    let dense = |from: &str| node("Gemm", &format!("{from} m"), "y", &[]);
    let matrix = || floats("m", &[1024, 5]);
    let of = |photo, strides: &[i64]| others(photo, strides, vec![flat(), dense("f")], vec![matrix()]);
    assert_eq!(of([16, 16], &[1, 1]), OtherSizes::Dense);
    // 4 rows of 64 columns, and 16 of 16 that began as 16 of 64, are no squares or not known to be.
    assert_eq!(of([4, 64], &[1, 1]), OtherSizes::None);
    assert_eq!(of([16, 64], &[1, 4]), OtherSizes::None);
    // A norm of each place of each map.
    let norm = || node("BatchNormalization", "f n n n n", "g", &[]);
    let places = vec![matrix(), floats("n", &[1024])];
    assert_eq!(others([16, 16], &[1, 1], vec![flat(), norm(), dense("g")], places), OtherSizes::None);
    // Maps of whatever size brought to one.
    let resized = vec![node("Resize", "c none none k", "d", &[]), node("GlobalAveragePool", "d", "y", &[])];
    let sizes = vec![ints("k", &[1, 4, 32, 32]), floats("none", &[0])];
    assert_eq!(others([16, 16], &[1, 1], resized, sizes), OtherSizes::None);
    assert_eq!(
        others([16, 16], &[1, 1], vec![node("GlobalAveragePool", "c", "y", &[])], vec![]),
        OtherSizes::Any
    );
}
