//! The arithmetic of a unit, added up in double precision from the weights and the layers below, is what the runtime
//! computed by its own ways.

use vggscope_core::explain::breakdown::{Breakdown, Origin, TailOp, Terms, Unit};
use vggscope_core::nn::{Architecture, LayerId, Shape};
use vggscope_engine::{Activations, Network, SIDE};

use crate::common::{golden, noise, settled};

/// How far a value may be off, over its own size or a hundredth of its layer's largest.
const TOLERANCE: f64 = 1e-4;

struct Case {
    network: Network,
    kept: Activations,
}

impl Case {
    fn new(path: &str) -> Case {
        let network = Network::read(golden(path), [SIDE, SIDE]).unwrap();
        let (kept, _) = settled(&network, noise(&network));
        Case { network, kept }
    }

    fn net(&self) -> &Architecture {
        &self.network.model.architecture
    }

    fn explain(&self, layer: LayerId, at: usize) -> Option<Breakdown> {
        let Shape { width, .. } = self.net().layer(layer)?.shape;
        let plane = self.net().layer(layer)?.shape.plane();
        let place = [at % plane / width, at % plane % width];
        self.network.explain(&self.kept, Unit { layer, channel: (at / plane) as u16, place })
    }

    /// Units of every layer that has a recipe, so many in all; the largest difference.
    fn furthest(&self, units: usize) -> f64 {
        let layers: Vec<LayerId> = self.net().ids().filter(|id| self.explain(*id, 0).is_some()).collect();
        let mut worst: f64 = 0.0;
        for number in 0..units {
            let layer = layers[number % layers.len()];
            let about = self.net().layer(layer).unwrap();
            let at = (number * 2_654_435_761) % about.shape.units();
            let found = self.explain(layer, at).unwrap();
            let values = self.kept.values(layer).unwrap();
            assert_eq!(found.value, values[at], "{}", about.name);
            let largest = values.iter().fold(0f64, |most, value| most.max(f64::from(value.abs())));
            let size = f64::from(found.value.abs()).max(largest / 100.0).max(f64::MIN_POSITIVE);
            let off = found.difference().abs() / size;
            assert!(off < TOLERANCE, "{} {at}: {} for {}", about.name, found.result(), found.value);
            assert!((shown(&found) - found.made).abs() <= 1e-9 * (1.0 + largest), "{} {at}", about.name);
            worst = worst.max(off);
        }
        worst
    }

    /// The layers that have no recipe, the input left out.
    fn untold(&self) -> Vec<&str> {
        let untold = self.net().layers.iter().zip(self.net().ids()).skip(1);
        untold
            .filter(|(_, id)| self.explain(*id, 0).is_none())
            .map(|(layer, _)| layer.name.as_str())
            .collect()
    }
}

/// What the terms add up to, the rest included.
fn shown(found: &Breakdown) -> f64 {
    match &found.terms {
        Terms::Convolution { top, rest, .. } => {
            let product =
                |value: &Option<f32>, weight: &f32| f64::from(value.unwrap_or_default()) * f64::from(*weight);
            for slice in top {
                let sum: f64 = slice.patch.iter().zip(&slice.kernel).map(|(v, w)| product(v, w)).sum();
                assert!((sum - slice.sum).abs() <= 1e-9 * (1.0 + sum.abs()));
            }
            top.iter().map(|slice| slice.sum).sum::<f64>() + rest.sum
        }
        Terms::Dense { top, rest, .. } => {
            top.iter().map(|one| f64::from(one.value) * f64::from(one.weight)).sum::<f64>() + rest.sum
        }
        Terms::Sum(terms) => terms.iter().map(|(_, value)| f64::from(*value)).sum(),
        _ => found.made,
    }
}

#[test]
fn a_thousand_units_of_the_default_model() {
    let case = Case::new("../../models/vgg16.onnx");
    assert_eq!(case.untold(), [""; 0]);
    assert!(case.furthest(1000) > 0.0, "the runtime adds in single precision");
}

/// VGG with and without batch norm, as both of PyTorch's exporters and Keras write it; dense heads of three layers.
#[test]
fn every_layer_of_every_vgg() {
    for name in
        ["vgg11-torchscript", "vgg13-dynamo", "vgg16bn-torchscript", "vgg19bn-dynamo", "vgg16-keras-tf2onnx"]
    {
        let case = Case::new(&format!("nets/{name}.onnx"));
        assert_eq!(case.untold(), [""; 0], "{name}");
        case.furthest(400);
    }
}

#[test]
fn residual_sums_and_branches() {
    let resnet = Case::new("nets/resnet-torchscript.onnx");
    assert_eq!(resnet.untold(), [""; 0]);
    resnet.furthest(400);
    let sums = resnet.net().ids().filter_map(|id| resnet.explain(id, 0));
    assert!(sums.filter(|found| matches!(&found.terms, Terms::Sum(terms) if terms.len() == 2)).count() > 0);
    // What its fire modules read has been put together from two layers.
    let squeeze = Case::new("nets/squeezenet-old.onnx");
    squeeze.furthest(400);
    let together =
        |found: &Breakdown| matches!(&found.terms, Terms::Convolution { from: Origin::Tensor(_), .. });
    assert!(squeeze.net().ids().filter_map(|id| squeeze.explain(id, 0)).any(|found| together(&found)));
    let alexnet = Case::new("nets/alexnet-old.onnx");
    assert_eq!(alexnet.untold(), [""; 0]);
    alexnet.furthest(400);
}

/// Cut, dilated, in groups, to a size: whatever lies under a unit of a transposed convolution.
#[test]
fn transposed_convolutions() {
    for (name, untold) in [("Z-decoder", 0), ("Z-transposed", 0), ("Z-unet", 0), ("Z-segmentation", 2)] {
        let case = Case::new(&format!("../cases/models/{name}.onnx"));
        // Of maps that were resized there is no arithmetic of weights.
        assert_eq!(case.untold().len(), untold, "{name}: {:?}", case.untold());
        case.furthest(400);
    }
}

/// Batch norm that is a node of its own is a step of its own, before the rectifier.
#[test]
fn batch_norm_is_a_step() {
    let nets = ["vgg16bn-torchscript", "vgg19bn-dynamo", "vgg16-keras-tf2onnx", "resnet-torchscript"];
    let norms = nets.map(|name| {
        let case = Case::new(&format!("nets/{name}.onnx"));
        let found = case.net().ids().filter_map(|id| case.explain(id, 0));
        let norm =
            |found: &Breakdown| found.steps.iter().any(|step| matches!(step.kind, TailOp::Norm { .. }));
        found.filter(norm).count()
    });
    assert!(norms.iter().any(|count| *count > 0), "{norms:?}");
}

#[test]
fn nothing_where_there_is_no_unit() {
    let case = Case::new("nets/vgg11-torchscript.onnx");
    assert!(case.explain(LayerId(0), 0).is_none(), "the input is given, not computed");
    let shape = case.net().layers[1].shape;
    let unit = |channel: u16, place| Unit { layer: LayerId(1), channel, place };
    let explain = |unit| case.network.explain(&case.kept, unit);
    assert!(explain(unit(0, [0, 0])).is_some());
    assert!(explain(unit(shape.channels as u16, [0, 0])).is_none());
    assert!(explain(unit(0, [shape.height, 0])).is_none());
    assert!(explain(unit(0, [0, shape.width])).is_none());
}
