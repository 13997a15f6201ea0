//! How a model wants its photos, where its file does not say: a guess, and from what.

mod affine;
mod applications;
mod beginning;

use tract_onnx::pb::{GraphProto, ModelProto, NodeProto};
use vggscope_core::image::{Layout, Preset};
use vggscope_core::model::PresetFrom;

use super::formats::Source;
use super::graph::LayerPlan;

/// The classes of TensorFlow's networks on ImageNet, the background among them.
const WITH_BACKGROUND: usize = 1001;

/// The likeliest preset of a network of so many classes.
pub fn guess(proto: &ModelProto, plan: &LayerPlan, classes: usize) -> (Preset, PresetFrom) {
    let graph = proto.graph.as_ref();
    if let Some(preset) = graph.and_then(|graph| beginning::preset(graph, &plan.input)) {
        return (preset, PresetFrom::Graph);
    }
    let producer = proto.producer_name.as_str();
    let has = |key: &str| proto.metadata_props.iter().any(|entry| entry.key == key);
    if has("names") && (has("stride") || has("task") || has("imgsz")) {
        // Ultralytics' exporter.
        return (Preset::Unit, PresetFrom::Exporter);
    }
    if producer == Source::PyTorch.name() {
        return (Preset::Torchvision, PresetFrom::Exporter);
    }
    if [Source::Keras, Source::Caffe].iter().any(|source| producer == source.name())
        || producer.contains("caffe")
    {
        return (Preset::Caffe, PresetFrom::Exporter);
    }
    let depthwise = graph.is_some_and(has_depthwise);
    // Of one channel there is no order, and no usual mean.
    if plan.input.channels == 1 {
        return (Preset::Unit, PresetFrom::Common);
    }
    if classes == WITH_BACKGROUND {
        return (if depthwise { Preset::Signed } else { Preset::Centred }, PresetFrom::Background);
    }
    // Keras' applications, by their names, or by their form: MobileNet and its like take numbers from −1 to 1, those of the VGG era
    // the original weights' BGR.
    if producer.contains("tf2onnx") || plan.input.layout == Layout::Nhwc {
        if let Some(preset) = graph.and_then(applications::preset) {
            return (preset, PresetFrom::Exporter);
        }
        return (if depthwise { Preset::Signed } else { Preset::Caffe }, PresetFrom::Exporter);
    }
    // Nearly everything else that exports ONNX was trained on torchvision's.
    (Preset::Torchvision, PresetFrom::Common)
}

/// Whether a convolution of some size has a kernel for each channel.
fn has_depthwise(graph: &GraphProto) -> bool {
    let group =
        |node: &NodeProto| node.attribute.iter().find(|one| one.name == "group").map_or(1, |one| one.i);
    graph.node.iter().any(|node| node.op_type == "Conv" && group(node) > 4)
}
