//! What a file says of itself beside its graph: its name, its preprocessing, its class names.

use tract_onnx::pb;
use vggscope_core::image::Preset;
use vggscope_core::model::LabelsFrom;
use vggscope_core::nn::labels::{self, Label, tidy};

/// The key of its preprocessing.
pub const PRESET: &str = "vggscope.preset";

/// The network's name.
pub fn name(proto: &pb::ModelProto) -> String {
    let given = entry(proto, "vggscope.name");
    let graph = proto.graph.as_ref().map(|graph| graph.name.as_str());
    tidy(given.or(graph).unwrap_or_default())
}

/// How it wants its photos, if the file says so.
pub fn preset(proto: &pb::ModelProto) -> Option<Preset> {
    entry(proto, PRESET).and_then(Preset::of_word)
}

/// The names of so many classes: the file's own, or ImageNet's where their number is its.
pub fn labels(proto: &pb::ModelProto, classes: usize) -> (Vec<Label>, LabelsFrom) {
    let own = entry(proto, "vggscope.labels.en")
        .map(|en| labels::pair(en, entry(proto, "vggscope.labels.zh")))
        .filter(|labels| labels.len() == classes);
    // Ultralytics' exporter writes a dictionary.
    let names = || entry(proto, "names").map(labels::parse).filter(|labels| labels.len() == classes);
    if let Some(labels) = own.or_else(names) {
        return (labels, LabelsFrom::Model);
    }
    match labels::for_classes(labels::parse_table(crate::IMAGENET), classes) {
        Ok(imagenet) => (imagenet, LabelsFrom::ImageNet),
        Err(_) => (Vec::new(), LabelsFrom::Nowhere),
    }
}

fn entry<'a>(proto: &'a pb::ModelProto, key: &str) -> Option<&'a str> {
    proto.metadata_props.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str())
}
