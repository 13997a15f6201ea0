//! How a model wants its photos, where its file does not say: a guess, and from what.

use tract_onnx::pb::{GraphProto, ModelProto, NodeProto, TensorProto};
use vggscope_core::image::{Layout, Preset};
use vggscope_core::model::PresetFrom;

use super::formats::Source;
use super::graph::LayerPlan;
use super::normalise::numbers::{floats, longs, written};

/// The classes of TensorFlow's networks on ImageNet, the background among them.
const WITH_BACKGROUND: usize = 1001;

/// The likeliest preset of a network of so many classes.
pub fn guess(proto: &ModelProto, plan: &LayerPlan, classes: usize) -> (Preset, PresetFrom) {
    let graph = proto.graph.as_ref();
    if let Some(preset) = graph.and_then(|graph| by_beginning(graph, &plan.input.name)) {
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
    // Keras' applications: MobileNet and its like take numbers from −1 to 1, those of the VGG era the original weights' BGR.
    if producer.contains("tf2onnx") || plan.input.layout == Layout::Nhwc {
        return (if depthwise { Preset::Signed } else { Preset::Caffe }, PresetFrom::Exporter);
    }
    // Nearly everything else that exports ONNX was trained on torchvision's.
    (Preset::Torchvision, PresetFrom::Common)
}

/// What a graph wants that begins by scaling or shifting the photo itself.
fn by_beginning(graph: &GraphProto, input: &str) -> Option<Preset> {
    let mut name = input;
    let (mut preset, mut turned) = (None, false);
    loop {
        let reads = |node: &&NodeProto| node.op_type != "Shape" && node.input.iter().any(|one| one == name);
        let mut users = graph.node.iter().filter(reads);
        let (Some(user), None) = (users.next(), users.next()) else { return preset };
        let numbers = || {
            let other = user.input.iter().find(|one| *one != name)?;
            floats(constant(graph, other)?).filter(|numbers| numbers.len() <= 4)
        };
        match user.op_type.as_str() {
            // Numbers that come as bytes.
            "Cast" => preset = Some(Preset::Raw),
            // What only moves numbers.
            "Transpose" | "Identity" | "Resize" | "Clip" | "Unsqueeze" | "Squeeze" => {}
            "Gather" => {
                let order = longs(constant(graph, user.input.get(1)?)?)?;
                turned ^= order == [2, 1, 0];
            }
            "Sub" | "Add" | "Mul" | "Div" => {
                let Some(numbers) = numbers() else { return preset };
                let size = numbers.iter().copied().map(f32::abs).max_by(f32::total_cmp)?;
                let moves = matches!(user.op_type.as_str(), "Sub" | "Add");
                if size == if moves { 0.0 } else { 1.0 } {
                    name = user.output.first()?;
                    continue;
                }
                let own = match user.op_type.as_str() {
                    // A mean of bytes, or of numbers up to one.
                    "Sub" | "Add" => Some(if size > 2.0 { Preset::Raw } else { Preset::Unit }),
                    // By 255 or 127.5, as a factor or a divisor.
                    "Mul" if size < 0.1 => Some(Preset::Raw),
                    "Div" if size > 10.0 => Some(Preset::Raw),
                    _ => None,
                };
                preset = Some(preset.or(own)?);
                if moves && blue_first(&numbers)? != turned {
                    return preset.map(|preset| Preset::Own(preset.preprocessing().with_blue_first()));
                }
            }
            _ => return preset,
        }
        name = user.output.first()?;
    }
}

/// Whether means are those of blue, green and red: photos have more red than blue.
fn blue_first(means: &[f32]) -> Option<bool> {
    let size = |at: usize| means.get(at).copied().map(f32::abs);
    Some(size(0).zip(size(2)).is_some_and(|(first, last)| first < last))
}

/// The tensor of a constant.
fn constant<'a>(graph: &'a GraphProto, name: &str) -> Option<&'a TensorProto> {
    let named = graph.initializer.iter().find(|tensor| tensor.name == name);
    named.or_else(|| written(&graph.node).find(|(own, _)| *own == name).map(|(_, tensor)| tensor))
}

/// Whether a convolution of some size has a kernel for each channel.
fn has_depthwise(graph: &GraphProto) -> bool {
    let group =
        |node: &NodeProto| node.attribute.iter().find(|one| one.name == "group").map_or(1, |one| one.i);
    graph.node.iter().any(|node| node.op_type == "Conv" && group(node) > 4)
}
