//! What of the open layer is saved as a file.

pub mod files;

use crate::explain::{Answer, Kind, Question, contact_sheet, feature_map};
use crate::render;
use crate::session::Effect;

use super::Explorer;

/// What can be saved of the open layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// The open map, as drawn: one pixel a unit, PNG.
    Map,
    /// All maps, as drawn: one pixel a unit, PNG.
    Sheet,
    /// The layer's values.
    Values(Format),
}

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For NumPy.
    Npy,
    /// As a table.
    Csv,
}

impl Explorer {
    /// Saves what is at hand; values are asked for first.
    pub(super) fn save(&mut self, export: Export, effects: &mut Vec<Effect>) {
        let (Some(layer), Some(id), Some(run)) = (self.layer(), self.selection.layer, &self.run) else {
            return;
        };
        let stem = files::stem(&layer.name);
        match export {
            Export::Map => {
                let Some(channel) = self.selection.channel else { return };
                let map = run.answers.to(feature_map::Question { layer: id, channel });
                if let Some((map, range)) = map.zip(self.range(channel)) {
                    let tile = render::plane(&map.values, layer.shape.width, range, self.view.colours);
                    let name = format!("{stem}-{channel}.png");
                    effects.push(Effect::SavePicture { name, tile: tile.into() });
                }
            }
            Export::Sheet => {
                let drawn = run.answers.last::<contact_sheet::Question>();
                if let Some((_, sheet)) = drawn.filter(|(question, _)| question.layer == id) {
                    let (name, tile) = (format!("{stem}.png"), sheet.tile.clone());
                    effects.push(Effect::SavePicture { name, tile });
                }
            }
            Export::Values(format) => {
                if let Some(run) = &mut self.run {
                    run.export = Some((id, format));
                }
            }
        }
    }

    /// Saves the values of a layer that were asked for, if they came, and keeps them no longer.
    pub(in crate::session) fn values_came(&mut self, question: &Question, effects: &mut Vec<Effect>) {
        let Question::LayerValues(asked) = question else { return };
        let Some(run) = &mut self.run else { return };
        let export = run.export.take();
        let values = match run.answers.answer_to(question) {
            Some(Answer::LayerValues(values)) => values.clone(),
            _ => return,
        };
        run.answers.forget(Kind::LayerValues);
        let (Some((_, format)), Some(layer)) = (export, self.architecture().layer(asked.layer)) else {
            return;
        };
        let stem = files::stem(&layer.name);
        let (name, media, bytes) = match format {
            Format::Npy => {
                let bytes = files::npy(&values.values, layer.shape);
                (format!("{stem}.npy"), "application/octet-stream", bytes)
            }
            Format::Csv => {
                let bytes = files::table(&values.values, layer.shape).into_bytes();
                (format!("{stem}.csv"), "text/csv;charset=utf-8", bytes)
            }
        };
        effects.push(Effect::SaveBytes { name, media, bytes });
    }
}
