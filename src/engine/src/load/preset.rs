//! Which preset a model wants, where its file does not say.

use tract_onnx::pb::ModelProto;
use vggscope_core::image::{Layout, Preset};

use super::formats::Source;
use super::graph::LayerPlan;

/// The likeliest preset: Keras applications of the VGG era take the original weights' BGR, and nearly everything
/// else that exports ONNX was trained on torchvision's.
pub fn guess(proto: &ModelProto, plan: &LayerPlan) -> Preset {
    let producer = proto.producer_name.as_str();
    let bgr = [Source::Keras, Source::Caffe].iter().any(|source| producer == source.name());
    if bgr || producer.contains("tf2onnx") || plan.input.layout == Layout::Nhwc {
        Preset::Caffe
    } else {
        Preset::Torchvision
    }
}
