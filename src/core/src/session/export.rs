//! What is taken away.

pub mod files;

use std::rc::Rc;

use crate::nn::LayerId;
use crate::render;
use crate::wire::{Job, Request};
use files::Export;

use super::{Effect, Session};

impl Session {
    pub(super) fn export(&mut self, export: Export, effects: &mut Vec<Effect>) {
        let Some((run, layer)) = self.run.as_ref().zip(self.look.layer) else { return };
        let Some(about) = self.model.as_ref().and_then(|model| model.about.net.layer(layer)) else { return };
        let stem = files::stem(&about.name);
        match export {
            Export::Map => {
                let Some(map) = self.map.as_ref().filter(|map| (map.job, map.layer) == (run.job, layer))
                else {
                    return;
                };
                let Some(range) = self.range(map.channel) else { return };
                let tile = render::plane(&map.values, about.shape.width, range, self.look.colours);
                effects.push(Effect::SavePicture {
                    name: format!("{stem}-{}.png", map.channel),
                    tile: Rc::new(tile),
                });
            }
            Export::Sheet => {
                let drawn =
                    self.sheet.as_ref().filter(|drawn| (drawn.job, drawn.view.layer) == (run.job, layer));
                if let Some(drawn) = drawn {
                    effects
                        .push(Effect::SavePicture { name: format!("{stem}.png"), tile: drawn.tile.clone() });
                }
            }
            Export::Npy | Export::Csv => {
                self.sent.export = Some((run.job, layer, export));
                effects.push(Effect::Send(Request::Values { job: run.job, layer }));
            }
        }
    }

    /// The values of a layer came, to be made a file.
    pub(super) fn exported(&mut self, job: Job, layer: LayerId, values: &[f32], effects: &mut Vec<Effect>) {
        let asked = self.sent.export.take_if(|(j, l, _)| (*j, *l) == (job, layer));
        let about = self.model.as_ref().and_then(|model| model.about.net.layer(layer));
        let (Some((_, _, export)), Some(about)) = (asked, about) else { return };
        let stem = files::stem(&about.name);
        let (name, media, bytes) = match export {
            Export::Npy => {
                (format!("{stem}.npy"), "application/octet-stream", files::npy(values, about.shape))
            }
            _ => (
                format!("{stem}.csv"),
                "text/csv;charset=utf-8",
                files::table(values, about.shape).into_bytes(),
            ),
        };
        effects.push(Effect::SaveBytes { name, media, bytes });
    }
}
