//! One pass of the network over the photo: what is known of its layers, how it stands, and what was asked about it.

use crate::error::Error;
use crate::explain::{evaluation, spread};
use crate::image::{Fit, Preset, Rect};
use crate::nn::softmax::ranking;
use crate::nn::{LayerId, Shape};
use crate::render::Tile;
use crate::session::Source;
use crate::shared::Shared;
use crate::wire::{LayerDone, RunId};

use super::Answers;
use super::export::Format;

/// All that a run's result depends on, but for the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunSettings {
    /// Where the photo comes from.
    pub photo: Source,
    /// How it becomes the network's rectangle.
    pub fit: Fit,
    /// How bytes become numbers.
    pub preset: Preset,
}

/// What the network is fed.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkInput {
    /// Its pixels.
    pub tile: Shared<Tile>,
    /// The part of the photo that was taken, in pixels of the photo.
    pub crop: Rect,
}

impl NetworkInput {
    /// Its shape, as colours.
    pub fn shape(&self) -> Shape {
        Shape { channels: 3, height: self.tile.height, width: self.tile.width }
    }
}

/// What is known of each layer, in the order of the network; none of those that are not done.
pub type Layers = Vec<Option<Shared<LayerDone>>>;

/// One pass of the network over the photo.
#[derive(Clone, Debug)]
pub struct Run {
    /// Names the run.
    pub id: RunId,
    /// The name of its photo.
    pub photo: String,
    /// What the network is fed.
    pub input: Option<Shared<NetworkInput>>,
    /// What is known of each layer.
    pub layers: Shared<Layers>,
    /// How it stands.
    pub state: RunState,
    /// Whether the engine still has its activations.
    pub live: bool,
    /// What was asked about it.
    pub answers: Answers,
    /// By which protocols it is to be evaluated.
    pub evaluate: Option<evaluation::Question>,
    /// From which seed the spreads of activations are to be compared.
    pub spread: Option<spread::Question>,
    /// A layer whose values are to be saved, and how, as soon as they are here.
    pub(in crate::session) export: Option<(LayerId, Format)>,
}

impl Run {
    pub(in crate::session) fn new(id: RunId, photo: String, layers: usize) -> Run {
        Run {
            id,
            photo,
            input: None,
            layers: Shared::new(vec![None; layers]),
            state: RunState::Running,
            live: true,
            answers: Answers::default(),
            evaluate: None,
            spread: None,
            export: None,
        }
    }

    /// What is known of a layer that is done.
    pub fn finished(&self, layer: LayerId) -> Option<&Shared<LayerDone>> {
        self.layers.get(usize::from(layer.0))?.as_ref()
    }

    /// Whether it failed or was stopped.
    pub fn is_over_without_answer(&self) -> bool {
        matches!(self.state, RunState::Failed(_) | RunState::Stopped)
    }

    /// The answer, once there is one.
    pub fn outcome(&self) -> Option<&Shared<Outcome>> {
        match &self.state {
            RunState::Done(outcome) => Some(outcome),
            _ => None,
        }
    }

    pub(in crate::session) fn finish(&mut self, done: Shared<LayerDone>) {
        if let Some(slot) = self.layers.change().get_mut(usize::from(done.layer.0)) {
            *slot = Some(done);
        }
    }
}

/// How a run stands.
#[derive(Clone, Debug, PartialEq)]
pub enum RunState {
    /// Layers come in.
    Running,
    /// There is an answer.
    Done(Shared<Outcome>),
    /// There will be no answer.
    Failed(Error),
    /// The person stopped it.
    Stopped,
}

/// The network's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Raw scores.
    pub logits: Vec<f32>,
    /// Softmax of the scores.
    pub probabilities: Vec<f32>,
    /// Classes, most probable first.
    pub ranking: Vec<usize>,
    /// Time from the crop to the scores, in milliseconds.
    pub ms: f64,
}

impl Outcome {
    pub(in crate::session) fn new(logits: Vec<f32>, probabilities: Vec<f32>, ms: f64) -> Outcome {
        let ranking = ranking(&logits);
        Outcome { logits, probabilities, ranking, ms }
    }
}
