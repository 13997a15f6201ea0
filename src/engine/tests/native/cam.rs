//! Class activation maps: their mean and the bias are the score, whatever exporter wrote the head.

use vggscope_core::nn::LayerId;
use vggscope_engine::{Activations, Network, SIDE};

use crate::common::{golden, noise, settled};

/// Every 37th class of a network: the difference from its score, over the largest score.
fn off(path: &str, maps: &str) -> f64 {
    let network = Network::read(golden(path), [SIDE, SIDE]).unwrap();
    let (net, at) = (&network.model.architecture, network.model.cam.unwrap());
    assert_eq!(net.layer(at).unwrap().name, maps, "{path}");
    let (kept, logits) = settled(&network, noise(&network));
    let most = logits.iter().fold(0f64, |most, logit| most.max(f64::from(logit.abs())));
    assert!(most > 0.0, "{path}");
    let apart = (0..net.classes).step_by(37).map(|class| {
        let cam = network.cam(&kept, class).unwrap();
        assert_eq!(cam.values.len(), cam.shape.plane(), "{path}");
        let mean = cam.values.iter().map(|value| f64::from(*value)).sum::<f64>() / cam.values.len() as f64;
        (mean + f64::from(cam.bias) - f64::from(logits[class])).abs() / most
    });
    assert!(network.cam(&kept, net.classes).is_none(), "{path}");
    apart.fold(0.0, f64::max)
}

#[test]
fn sums_to_the_score() {
    assert!(off("../../models/vgg16.onnx", "pool5") < 1e-5);
    let resnet = Network::read(golden("nets/resnet-torchscript.onnx"), [SIDE, SIDE]).unwrap();
    let last = |id: LayerId| resnet.model.architecture.layer(id).unwrap().name.clone();
    assert!(off("nets/resnet-torchscript.onnx", &last(resnet.model.cam.unwrap())) < 1e-5);
    // Here the maps are of the classes themselves.
    let squeeze = Network::read(golden("nets/squeezenet-old.onnx"), [SIDE, SIDE]).unwrap();
    let maps = squeeze.model.architecture.layer(squeeze.model.cam.unwrap()).unwrap();
    assert_eq!(maps.shape.channels, squeeze.model.architecture.classes);
    assert!(off("nets/squeezenet-old.onnx", &maps.name) < 1e-5);
}

#[test]
fn dense_heads_have_none() {
    let network = Network::read(golden("nets/vgg11-torchscript.onnx"), [SIDE, SIDE]).unwrap();
    assert_eq!(network.model.cam, None);
    assert!(network.cam(&Activations::default(), 0).is_none());
}
