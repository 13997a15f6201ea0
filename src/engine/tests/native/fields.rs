//! Receptive fields read off graphs, against published ones.

use vggscope_core::nn::{LayerId, Op};
use vggscope_core::receptive_field::Misfit;
use vggscope_core::session::explorer::selection::{Lit, Target, lit};
use vggscope_engine::{Network, Operators, Pass, PassStep, SIDE, Size};

use crate::common::golden;

fn network(path: &str) -> Network {
    // To the last bit: no tiles whose units share rounding errors.
    Network::with(golden(path), Size::Own([SIDE, SIDE]), Operators::Runtime).unwrap()
}

/// Size and effective stride along the rows of every layer that slides.
fn fields(network: &Network) -> Vec<(i64, i64)> {
    let sliding = |op: &Op| matches!(op, Op::Convolution(_) | Op::MaxPool(_));
    let layers = network.model.architecture.layers.iter().zip(&network.model.receptive_fields);
    layers
        .filter(|(layer, _)| sliding(&layer.op))
        .map(|(_, field)| {
            field.reach.as_ref().map_or((0, 0), |[rows, _]| (rows.size(), rows.stride() as i64))
        })
        .collect()
}

fn largest(path: &str) -> (i64, i64) {
    let network = network(path);
    assert_eq!(network.model.receptive_fields.len(), network.model.architecture.layers.len());
    fields(&network).into_iter().max().unwrap()
}

#[test]
fn the_default_model() {
    let network = network("../../models/vgg16.onnx");
    let sizes: Vec<i64> = fields(&network).iter().map(|(size, _)| *size).collect();
    assert_eq!(sizes, [3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212]);
    // The head pools all 7x7 units: the photo, and 90 pixels of padding before it.
    let head = network.model.receptive_fields.last().unwrap().reach.clone().unwrap();
    assert_eq!(head[0].pixels(0), -90..=313);
}

/// The table of google-research/receptive_field; the files with branches are of the same architectures.
#[test]
fn published_networks() {
    assert_eq!(largest("light/light_vgg19.onnx"), (268, 32));
    assert_eq!(largest("light/light_bvlc_alexnet.onnx"), (195, 32));
    // Its stride is in the first block of a stage, not in the last as in the table: 427, as torchvision's.
    assert_eq!(largest("light/light_resnet50.onnx"), (427, 32));
    assert_eq!(largest("light/light_inception_v2.onnx"), (699, 32));
}

/// Where Inception v2 halves its maps of 28x28, which are 8 pixels apart, the convolutions pad by 1 on each side, and the pool
/// of 3x3 beside them at the end only: its units stand a place further on. ResNet-50 halves by kernels of 1x1 in
/// both of its branches, so that their units stand above each other.
#[test]
fn branches_that_are_not_aligned() {
    let misfits = |path: &str| -> Vec<Misfit> {
        network(path).model.receptive_fields.iter().filter_map(|field| field.misfit).collect()
    };
    assert_eq!(misfits("../../models/vgg16.onnx"), []);
    assert_eq!(misfits("light/light_resnet50.onnx"), []);
    let found = misfits("light/light_inception_v2.onnx");
    let one_place = |misfit: &Misfit| matches!(misfit, Misfit::Centre(a, b) if (a - b).abs() == 8.0);
    assert!(one_place(&found[0]), "{found:?}");
    assert!(found.iter().all(|misfit| matches!(misfit, Misfit::Centre(..))), "{found:?}");
}

/// The values of each layer up to the last of these names.
fn values(network: &Network, tensor: Vec<f32>, until: &str) -> Vec<(LayerId, Vec<f32>)> {
    let mut run = Pass::new(network, tensor).unwrap();
    let mut layers = Vec::new();
    loop {
        let (layer, values) = match run.step().unwrap() {
            PassStep::Layer(layer, values) => (layer, values),
            PassStep::Intermediate(..) => continue,
            PassStep::Done(_) => break,
        };
        layers.push((layer, values.try_as_plain_ram().unwrap().as_slice::<f32>().unwrap().to_vec()));
        if network.model.architecture.layer(layer).unwrap().name == until {
            break;
        }
    }
    layers
}

/// Sets one pixel and looks which units change: none but those that are said to see it. The share of layers where all
/// of them do, up to their edges; where a rectifier or a pool lets nothing of the change through, some do not.
fn changes_where_it_is_seen(path: &str, pixels: &[[usize; 2]], until: &str) -> f64 {
    let network = network(path);
    let input = network.model.architecture.input();
    let noise = |at: usize| ((at * 7919) % 251) as f32 - 125.0;
    let before: Vec<f32> = (0..input.units()).map(noise).collect();
    let kept = values(&network, before.clone(), until);
    let (mut exact, mut all) = (0, 0);
    for pixel in pixels {
        let mut after = before.clone();
        for channel in 0..input.channels {
            after[channel * input.plane() + pixel[0] * input.width + pixel[1]] += 2000.0;
        }
        for ((layer, old), (_, new)) in kept.iter().zip(values(&network, after, until)) {
            let about = network.model.architecture.layer(*layer).unwrap();
            let field = &network.model.receptive_fields[usize::from(layer.0)];
            let Some(Lit::Units { units: [rows, columns], .. }) =
                lit(Target::Pixel(*pixel), field, about.shape, input)
            else {
                panic!("{}: unknown", about.name)
            };
            let mut changed = [(usize::MAX, 0), (usize::MAX, 0)];
            for at in (0..old.len()).filter(|at| old[*at] != new[*at]) {
                let unit = [at % about.shape.plane() / about.shape.width, at % about.shape.width];
                for (edge, at) in changed.iter_mut().zip(unit) {
                    *edge = (edge.0.min(at), edge.1.max(at));
                }
            }
            let wanted = [(*rows.start(), *rows.end()), (*columns.start(), *columns.end())];
            let inside = changed.iter().zip(&wanted).all(|(is, may)| is.0 >= may.0 && is.1 <= may.1);
            assert!(inside, "{path} {} {pixel:?}: {changed:?} of {wanted:?}", about.name);
            exact += usize::from(changed == wanted);
            all += 1;
        }
    }
    exact as f64 / f64::from(all)
}

#[test]
fn one_pixel_changes_the_units_that_see_it() {
    let corners = [[0, 0], [112, 97], [223, 223]];
    assert_eq!(changes_where_it_is_seen("../../models/vgg16.onnx", &corners, "conv3_3"), 1.0);
}

#[test]
fn one_pixel_changes_the_units_that_see_it_behind_branches() {
    assert!(changes_where_it_is_seen("light/light_resnet50.onnx", &[[0, 5], [100, 101]], "") > 0.9);
}
