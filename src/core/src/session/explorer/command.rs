//! What the keys of the explorer do.

use crate::nn::LayerId;

use super::Explorer;

/// What a key asks for, wherever on the page the focus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// The layer before the open one.
    PreviousLayer,
    /// The layer after the open one.
    NextLayer,
    /// The map before the open one, in the order shown.
    PreviousChannel,
    /// The map after the open one, in the order shown.
    NextChannel,
    /// The first map large; or back to all of them.
    Zoom,
    /// Pins what is pointed at; or frees it.
    Freeze,
    /// One step back: from what is pinned, from the open map.
    Back,
}

impl Explorer {
    /// Does what a key asks for.
    pub(in crate::session) fn command(&mut self, command: Command) {
        match command {
            Command::PreviousLayer => self.step_layer(|at| at.checked_sub(1)),
            Command::NextLayer => self.step_layer(|at| at.checked_add(1)),
            Command::PreviousChannel => self.step_channel(|at| at.checked_sub(1)),
            Command::NextChannel => self.step_channel(|at| at.checked_add(1)),
            Command::Zoom => {
                self.selection.channel =
                    if self.selection.channel.is_some() { None } else { self.order().first().copied() };
            }
            Command::Freeze => {
                let cursor = &mut self.selection.cursor;
                cursor.pinned = if cursor.pinned.is_some() { None } else { cursor.pointed };
            }
            Command::Back if self.selection.cursor.pinned.is_some() => self.selection.cursor.pinned = None,
            Command::Back => self.selection.channel = None,
        }
    }

    fn step_layer(&mut self, step: impl Fn(u16) -> Option<u16>) {
        let count = self.architecture().layers.len();
        let next = self.selection.layer.and_then(|layer| step(layer.0));
        if let Some(next) = next.filter(|next| usize::from(*next) < count) {
            self.open_layer(LayerId(next));
        }
    }

    fn step_channel(&mut self, step: impl Fn(usize) -> Option<usize>) {
        let order = self.order();
        let at = order.iter().position(|channel| Some(*channel) == self.selection.channel);
        let next = at.map_or(Some(0), step).and_then(|next| order.get(next));
        self.selection.channel = next.copied().or(self.selection.channel);
    }

    /// The channels of the open layer in the order shown.
    fn order(&self) -> Vec<u16> {
        let Some((sheet, run)) = self.sheet().zip(self.run.as_ref()) else { return Vec::new() };
        if let Some(drawn) = run.answers.to(sheet) {
            return drawn.order.to_vec();
        }
        run.finished(sheet.layer).map(|done| sheet.order(&done.stats, &[])).unwrap_or_default()
    }
}
