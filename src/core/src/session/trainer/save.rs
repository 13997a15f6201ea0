//! The model in use as a file.

use crate::model::script::script;
use crate::model::{Precision, SaveAs};
use crate::session::explorer::export::files::stem;
use crate::session::{Effect, Session};
use crate::vgg::build::Build;
use crate::wire::Request;

impl Session {
    /// Has the model in use written as a file.
    pub(super) fn save_model(&mut self, format: SaveAs, effects: &mut Vec<Effect>) {
        let Some(explorer) = self.explorer.as_ref().filter(|explorer| explorer.live) else { return };
        let (model, preset) = (&explorer.model, explorer.preset_in_use());
        let (name, classes) = (model.architecture.name.clone(), model.labels.clone());
        effects.push(Effect::Send(Request::Save { format, name, preset, classes }));
        self.trainer.change().saving = true;
    }

    /// The model in use is written: the person gets it as a file.
    pub(in crate::session) fn saved(&mut self, format: SaveAs, url: String, effects: &mut Vec<Effect>) {
        self.trainer.change().saving = false;
        let Some(explorer) = &self.explorer else { return };
        let end = match format {
            SaveAs::Onnx(Precision::Float32) => ".onnx",
            SaveAs::Onnx(Precision::Float16) => "-float16.onnx",
            SaveAs::Onnx(Precision::Int8) => "-int8.onnx",
            SaveAs::Safetensors => ".safetensors",
        };
        let name = format!("{}{end}", stem(&explorer.model.architecture.name));
        effects.push(Effect::SaveFrom { name, url });
    }

    /// Gives the PyTorch program of the model in use, which loads its weights; nothing where that is no plain VGG.
    pub(super) fn save_script(&self, effects: &mut Vec<Effect>) {
        let Some(explorer) = &self.explorer else { return };
        let model = &explorer.model;
        let Some(build) = Build::like(&model.architecture) else { return };
        let stem = stem(&model.architecture.name);
        let preprocessing = explorer.preset_in_use().preprocessing();
        let script = script(&build, &format!("{stem}.safetensors"), preprocessing, &model.labels);
        let (name, media) = (format!("{stem}.py"), "text/x-python");
        effects.push(Effect::SaveBytes { name, media, bytes: script.into_bytes() });
    }
}
