//! Gradients against differences of the runtime's own passes, and what is made of them.

use vggscope_core::explain::breakdown::Unit;
use vggscope_core::explain::kernels::Side;
use vggscope_core::explain::occlusion::{GRID, hidden};
use vggscope_core::image::{GREY, NetworkInput, Preset, normalise};
use vggscope_core::nn::softmax::softmax;
use vggscope_core::nn::{Architecture, LayerId, Op};
use vggscope_core::receptive_field::Span;
use vggscope_core::session::explorer::selection::{Lit, Target, lit};
use vggscope_engine::{Activations, Backward, Network, SIDE, Sweep};

use crate::common::{golden, noise, run, settled};

fn network(path: &str) -> Network {
    Network::read(golden(path), [SIDE, SIDE]).unwrap()
}

fn net(network: &Network) -> &Architecture {
    &network.model.architecture
}

/// Steps a gradient back to the photo; for each channel the gradient of each pixel, plane by plane.
fn to_photo(mut backward: Backward, network: &Network, kept: &Activations) -> Vec<f32> {
    while backward.at().unwrap() > LayerId(0) {
        backward.step(network, kept).unwrap();
    }
    let input = net(network).input();
    let gradient = backward.gradient().unwrap();
    let mut planes = vec![0f32; input.units()];
    for [row, column] in gradient.places() {
        for (channel, value) in gradient.place(row, column).iter().enumerate() {
            planes[channel * input.plane() + row * input.width + column] = *value;
        }
    }
    planes
}

/// The gradient of the largest score, pixel by pixel, against how the score changes with that pixel. A rectifier or a
/// pool may switch within a step, so that a few pixels are off.
fn agrees_with_differences(path: &str) {
    const STEP: f32 = 4e-3;
    let network = network(path);
    let input = noise(&network);
    let (kept, logits) = settled(&network, input.clone());
    let class = (0..logits.len()).max_by(|a, b| logits[*a].total_cmp(&logits[*b])).unwrap();
    let gradient = to_photo(Backward::of_class(&network, class).unwrap(), &network, &kept);
    let largest = gradient.iter().fold(0f32, |most, value| most.max(value.abs()));
    assert!(largest > 0.0, "{path}");
    let score = |at: usize, by: f32| {
        let mut changed = input.clone();
        changed[at] += by;
        run(&network, changed).unwrap().1[class]
    };
    let pixels = 40;
    let near = (0..pixels).filter(|number| {
        let at = number * 7919 % input.len();
        let slope = (score(at, STEP) - score(at, -STEP)) / (2.0 * STEP);
        (slope - gradient[at]).abs() < 0.05 * largest
    });
    let near = near.count();
    assert!(near * 10 >= pixels * 9, "{path}: {near} of {pixels}");
}

#[test]
fn gradients_are_slopes() {
    for name in ["vgg11-torchscript", "vgg16bn-torchscript", "vgg13-dynamo", "resnet-torchscript"] {
        agrees_with_differences(&format!("nets/{name}.onnx"));
    }
    agrees_with_differences("../cases/models/Z-decoder.onnx");
}

/// What a unit depends on lies within its receptive field, and reaches beyond any smaller one.
#[test]
fn influence_lies_within_the_field() {
    let network = network("nets/vgg11-torchscript.onnx");
    let (kept, _) = settled(&network, noise(&network));
    let input = net(&network).input();
    let maps = net(&network).ids().skip(1).filter(|id| net(&network).layer(*id).unwrap().shape.plane() > 1);
    for layer in maps {
        let about = net(&network).layer(layer).unwrap();
        let place = [about.shape.height / 2, about.shape.width / 2];
        let backward = Backward::of_unit(&network, &kept, Unit { layer, channel: 0, place }).unwrap();
        let gradient = to_photo(backward, &network, &kept);
        let field = &network.model.receptive_fields[usize::from(layer.0)];
        let Some(Lit::Field { pixels: [rows, columns], .. }) =
            lit(Target::Unit(place), field, about.shape, input)
        else {
            panic!("{}", about.name)
        };
        let inside = |at: usize| {
            let at = at % input.plane();
            let within = |span: &Span, at: usize| span.contains(&(at as i64));
            within(&rows, at / input.width) && within(&columns, at % input.width)
        };
        let counts = |at: &usize| gradient[*at] != 0.0;
        assert!((0..input.units()).filter(counts).all(inside), "{}", about.name);
    }
}

/// Where maps go through a mean and a matrix only, both maps of a class are one, but for its negative part.
#[test]
fn gradient_map_of_a_pooled_head() {
    let network = network("nets/resnet-torchscript.onnx");
    let (kept, logits) = settled(&network, noise(&network));
    for class in [0, 3, logits.len() - 1] {
        let cam = network.cam(&kept, class).unwrap();
        let (shape, map) = network.grad_cam(&kept, class).unwrap();
        assert_eq!(shape, cam.shape);
        let largest = cam.values.iter().fold(0f32, |most, value| most.max(value.abs()));
        for (found, exact) in map.iter().zip(&cam.values) {
            let wanted = exact.max(0.0) / shape.plane() as f32;
            assert!((found - wanted).abs() <= 1e-5 * largest, "{found} for {wanted}");
        }
    }
}

/// What the maps of such a head contribute, and the bias, is the score.
#[test]
fn contributions_add_up() {
    let network = network("../../models/vgg16.onnx");
    let (kept, logits) = settled(&network, noise(&network));
    let layer = network.model.cam.unwrap();
    for class in [0, 281, 999] {
        let mut backward = Backward::of_class(&network, class).unwrap();
        while backward.at().unwrap() > layer {
            backward.step(&network, &kept).unwrap();
        }
        let contributions = backward.gradient().unwrap().times(kept.values(layer).unwrap());
        let sum = contributions.iter().map(|value| f64::from(*value)).sum::<f64>();
        let bias = f64::from(network.cam(&kept, class).unwrap().bias);
        assert!((sum + bias - f64::from(logits[class])).abs() < 1e-3, "{sum} + {bias} for {}", logits[class]);
    }
}

/// What the channels that are read add on average, and the bias, is the mean before the activation function.
#[test]
fn feeding_channels_add_up() {
    let network = network("nets/vgg11-torchscript.onnx");
    let (kept, _) = settled(&network, noise(&network));
    let convolutions = net(&network)
        .ids()
        .filter(|id| matches!(net(&network).layer(*id).unwrap().op, Op::Convolution(_)) && *id > LayerId(1));
    for layer in convolutions {
        let shape = net(&network).layer(layer).unwrap().shape;
        let found = network.kernels(&kept, layer, Side::Into(1)).unwrap().kernels;
        let sum: f64 = found.strength.iter().map(|value| f64::from(*value)).sum();
        let made = (0..shape.plane()).map(|at| {
            let place = [at / shape.width, at % shape.width];
            network.explain(&kept, Unit { layer, channel: 1, place }).unwrap().made
        });
        let mean = made.sum::<f64>() / shape.plane() as f64;
        assert!((sum - mean).abs() < 1e-4 * (1.0 + mean.abs()), "{sum} for {mean}");
        assert!(found.strength.windows(2).all(|pair| pair[0].abs() >= pair[1].abs()));
        let back = network.kernels(&kept, layer, Side::From(found.channels[0])).unwrap().kernels;
        assert_eq!(back.channels.len(), shape.channels);
    }
    assert!(network.kernels(&kept, LayerId(1), Side::Colours { bgr: false }).is_some());
    assert!(network.kernels(&kept, LayerId(2), Side::Into(0)).is_none(), "a pool has no kernels");
    assert!(network.kernels(&kept, LayerId(1), Side::Into(u16::MAX)).is_none());
    assert!(network.kernels(&kept, LayerId(1), Side::From(u16::MAX)).is_none());
}

/// A sweep is so many passes over photos with a part hidden.
#[test]
fn a_sweep_is_many_passes() {
    let network = network("nets/vgg11-torchscript.onnx");
    let input = net(&network).input();
    let rgb: Vec<u8> = (0..input.plane() * 3).map(|at| (at * 7919 % 251) as u8).collect();
    let pixels = NetworkInput { width: input.width, height: input.height, rgb };
    let probability = |pixels: &NetworkInput| {
        let tensor = normalise(pixels, Preset::Torchvision, network.layout, input.channels);
        softmax(&run(&network, tensor).unwrap().1)[2]
    };
    let before = probability(&pixels);
    let mut sweep = Sweep::new(pixels.clone(), Preset::Torchvision, 2, before);
    while sweep.lost.len() < 40 {
        sweep.step(&network).unwrap();
    }
    for place in [0, 20, 39] {
        let mut hid = pixels.clone();
        let ((top, bottom), (left, right)) =
            (hidden(place / GRID, input.height), hidden(place % GRID, input.width));
        for at in 0..input.plane() {
            let (row, column) = (at / input.width, at % input.width);
            if (top..bottom).contains(&row) && (left..right).contains(&column) {
                hid.rgb[at * 3..at * 3 + 3].copy_from_slice(&GREY);
            }
        }
        let wanted = before - probability(&hid);
        assert!((sweep.lost[place] - wanted).abs() < 1e-6, "{place}: {} for {wanted}", sweep.lost[place]);
    }
}
