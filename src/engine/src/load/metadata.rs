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
        .map(|en| labels::lists(en, entry(proto, "vggscope.labels.zh"), entry(proto, "vggscope.labels.wnid")))
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

/// What is said of a network beside its graph.
pub struct About<'a> {
    /// Its name.
    pub name: &'a str,
    /// How it wants its photos.
    pub preset: Preset,
    /// What its classes are called.
    pub classes: &'a [Label],
}

/// Says it in a message; what that says itself is forgotten.
pub fn say(proto: &mut pb::ModelProto, about: &About) {
    proto.metadata_props.retain(|entry| !is_own(&entry.key));
    take(proto, entries(about));
}

/// Puts entries into a message.
pub fn take(proto: &mut pb::ModelProto, entries: Vec<(String, String)>) {
    let entry = |(key, value)| pb::StringStringEntryProto { key, value };
    proto.metadata_props.extend(entries.into_iter().map(entry));
}

/// What is said of the source of a network, its licence and its sum is so of its layers alone, once it has another head.
pub fn of_layers(proto: &mut pb::ModelProto) {
    for entry in &mut proto.metadata_props {
        if let Some(what) =
            ["source", "licence", "checksum"].into_iter().find(|what| entry.key == format!("vggscope.{what}"))
        {
            entry.key = format!("vggscope.layers.{what}");
        }
    }
    let head =
        ("vggscope.head".to_owned(), "trained in vggscope on photos of whoever saved this file".to_owned());
    take(proto, vec![head]);
}

/// Whether an entry is one of those that are said.
pub fn is_own(key: &str) -> bool {
    OWN.contains(&key)
}

/// What is said, as keys and values.
pub fn entries(about: &About) -> Vec<(String, String)> {
    let About { name, preset, classes } = *about;
    let list = |name: fn(&Label) -> Option<&str>| {
        let names: Vec<&str> = classes.iter().map(|label| name(label).unwrap_or_default()).collect();
        names.iter().any(|name| !name.is_empty()).then(|| names.join("\n"))
    };
    let [own, wanted, en, zh, ids, _] = OWN;
    let said = [
        (own, Some(name.to_owned()).filter(|name| !name.is_empty())),
        (wanted, Some(preset.to_string())),
        (en, list(|label| Some(&label.en))),
        (zh, list(|label| label.zh.as_deref())),
        (ids, list(|label| label.id.as_deref())),
    ];
    said.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

/// The keys of what [`entries`] says, and of what other programs call classes by.
const OWN: [&str; 6] =
    ["vggscope.name", PRESET, "vggscope.labels.en", "vggscope.labels.zh", "vggscope.labels.wnid", "names"];

fn entry<'a>(proto: &'a pb::ModelProto, key: &str) -> Option<&'a str> {
    proto.metadata_props.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str())
}
