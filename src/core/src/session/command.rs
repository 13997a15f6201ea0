//! What the keys of the explorer do.

use crate::nn::LayerId;
use crate::pages::route::Page;

use super::{Look, Session};

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
    /// The list of keys, there or gone.
    Help,
    /// One step back: from the list of keys, from what is pinned, from the open map.
    Back,
}

impl Session {
    /// Does what a key asks for, on the page whose keys these are.
    pub(super) fn command(&mut self, command: Command) {
        if self.page != Page::Explore {
            return;
        }
        match command {
            Command::PreviousLayer => self.step_layer(|at| at.checked_sub(1)),
            Command::NextLayer => self.step_layer(|at| at.checked_add(1)),
            Command::PreviousChannel => self.step_channel(|at| at.checked_sub(1)),
            Command::NextChannel => self.step_channel(|at| at.checked_add(1)),
            Command::Zoom if self.look.channel.is_some() => self.look.channel = None,
            Command::Zoom => self.look.channel = self.order().first().copied(),
            Command::Freeze => {
                self.gaze.pinned = if self.gaze.pinned.is_some() { None } else { self.gaze.pointed };
            }
            Command::Help => self.help = !self.help,
            Command::Back if self.help => self.help = false,
            Command::Back if self.gaze.pinned.is_some() => self.gaze.pinned = None,
            Command::Back => self.look.channel = None,
        }
    }

    /// Opens a layer; of a channel that it has not, none is open.
    pub(super) fn open_layer(&mut self, layer: LayerId) {
        let channels = self.model.as_ref().and_then(|model| model.about.net.layer(layer));
        let channels = channels.map_or(0, |layer| layer.shape.channels);
        let channel = self.look.channel.filter(|channel| usize::from(*channel) < channels);
        self.look = Look { layer: Some(layer), channel, ..self.look };
        self.kernels_of = None;
        self.gaze = self.gaze.on_another_layer();
    }

    fn step_layer(&mut self, step: impl Fn(u16) -> Option<u16>) {
        let count = self.model.as_ref().map_or(0, |model| model.about.net.layers.len());
        let next = self.look.layer.and_then(|layer| step(layer.0));
        if let Some(next) = next.filter(|next| usize::from(*next) < count) {
            self.open_layer(LayerId(next));
        }
    }

    fn step_channel(&mut self, step: impl Fn(usize) -> Option<usize>) {
        let order = self.order();
        let at = order.iter().position(|channel| Some(*channel) == self.look.channel);
        let next = at.map_or(Some(0), step).and_then(|next| order.get(next));
        self.look.channel = next.copied().or(self.look.channel);
    }

    /// The channels of the open layer in the order shown.
    fn order(&self) -> Vec<u16> {
        let run = self.run.as_ref();
        let drawn = self.sheet.as_ref().filter(|drawn| run.is_some_and(|run| run.job == drawn.job));
        if let Some(drawn) = drawn.filter(|drawn| self.view() == Some(drawn.view)) {
            return drawn.order.to_vec();
        }
        let finished = self.look.layer.and_then(|layer| run?.finished(layer));
        let view = self.view();
        view.zip(finished).map(|(view, finished)| view.order(&finished.done.stats, &[])).unwrap_or_default()
    }
}
