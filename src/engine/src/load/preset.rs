//! Which preset a model wants, where its file does not say.

use tract_onnx::pb::ModelProto;
use vggscope_core::image::{Layout, Preset};

use super::graph::LayerPlan;

/// The likeliest preset: Keras applications of the VGG era take the original weights' BGR, and nearly everything
/// else that exports ONNX was trained on torchvision's.
pub fn guess(proto: &ModelProto, plan: &LayerPlan) -> Preset {
    let keras = proto.producer_name.contains("tf2onnx") || plan.input.layout == Layout::Nhwc;
    if keras { Preset::Caffe } else { Preset::Torchvision }
}
