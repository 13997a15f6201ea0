//! Keras' applications by the names of their nodes (<https://keras.io/api/applications/>), with what each one's
//! `preprocess_input` does.

use tract_onnx::pb::GraphProto;
use vggscope_core::image::Preset;

/// What their names begin with, without what joins words; the longer of two before the shorter.
const NAMES: [(&str, Preset); 16] = [
    ("inceptionv3", Preset::Signed),
    ("inceptionresnetv2", Preset::Signed),
    ("xception", Preset::Signed),
    ("mobilenet", Preset::Signed),
    ("nasnet", Preset::Signed),
    ("resnet50v2", Preset::Signed),
    ("resnet101v2", Preset::Signed),
    ("resnet152v2", Preset::Signed),
    ("resnet50", Preset::Caffe),
    ("resnet101", Preset::Caffe),
    ("resnet152", Preset::Caffe),
    ("vgg16", Preset::Caffe),
    ("vgg19", Preset::Caffe),
    ("densenet", Preset::Torchvision),
    // They scale bytes themselves.
    ("efficientnetb", Preset::Raw),
    ("efficientnetv2", Preset::Raw),
];

/// How the application that a graph is, or has in it, wants its photos.
pub fn preset(graph: &GraphProto) -> Option<Preset> {
    graph.node.iter().find_map(|node| node.name.split('/').find_map(of_name))
}

fn of_name(name: &str) -> Option<Preset> {
    let plain: String = name.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let plain = plain.to_ascii_lowercase();
    NAMES.iter().find(|(own, _)| plain.starts_with(own)).map(|(_, preset)| *preset)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As TensorFlow and Keras 3 name their nodes.
    #[test]
    fn names_of_nodes() {
        for (name, preset) in [
            ("resnet50v2_1", Some(Preset::Signed)),
            ("resnet50", Some(Preset::Caffe)),
            ("mobilenetv2_1.00_224", Some(Preset::Signed)),
            ("inception_resnet_v2", Some(Preset::Signed)),
            ("densenet121_1", Some(Preset::Torchvision)),
            ("NASNet", Some(Preset::Signed)),
            ("efficientnetv2-b0", Some(Preset::Raw)),
            ("conv2d", None),
        ] {
            assert_eq!(of_name(name), preset, "{name}");
        }
    }
}
