//! Photos that are sorted into classes, how well a network knows them, and a head that is trained on them. The engine trains;
//! here is what it is told, and how its results are measured.

mod classes;
mod measures;
mod split;

pub use classes::{class_of, tidy_class};
pub use measures::{Confusion, wilson};
pub use split::{FEW, FOLDS, Split, TooFew, split};

use serde::{Deserialize, Serialize};

use crate::image::Preset;
use crate::nn::labels::Label;
use crate::render::Tile;
use crate::shared::Shared;

/// How a head is trained.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// What stands on the frozen layers.
    pub kind: HeadKind,
    /// How weights follow the gradient.
    pub optimiser: Optimiser,
    /// The learning rate.
    pub rate: f32,
    /// Weight decay: what times each weight is added to its gradient.
    pub decay: f32,
    /// The most passes over the photos of training.
    pub epochs: u16,
    /// Photos a step.
    pub batch: u16,
    /// Epochs without a lower held-out loss after which training stops; 0 where it never does.
    pub patience: u16,
    /// Random crops of each photo, besides the one in its middle.
    pub crops: u8,
    /// From which crops, splits and first weights are drawn.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            kind: HeadKind::Linear,
            optimiser: Optimiser::Adam,
            rate: 0.002,
            decay: 0.01,
            epochs: 60,
            batch: 32,
            patience: 0,
            crops: 0,
            seed: 1,
        }
    }
}

impl Settings {
    /// The numbers that can be trained with.
    pub fn is_sound(&self) -> bool {
        let positive = |number: f32| number.is_finite() && number > 0.0;
        positive(self.rate)
            && (positive(self.decay) || self.decay == 0.0)
            && (1..=MOST_EPOCHS).contains(&self.epochs)
            && (1..=MOST_BATCH).contains(&self.batch)
            && self.crops <= MOST_CROPS
            && !matches!(self.kind, HeadKind::Dense(units) if !(1..=MOST_UNITS).contains(&units))
    }
}

/// The most passes over the photos.
pub const MOST_EPOCHS: u16 = 1000;
/// The most photos a step.
pub const MOST_BATCH: u16 = 1024;
/// The most random crops of each photo.
pub const MOST_CROPS: u8 = 20;
/// The most units of each of two dense layers: as VGG has them.
pub const MOST_UNITS: u16 = 4096;

/// What stands on the frozen layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum HeadKind {
    /// One dense layer on the means of the last maps, whose class activation map is exact.
    Linear,
    /// Three dense layers on the last maps, with dropout, as VGG has them: so many units in each of the first two.
    Dense(u16),
}

impl HeadKind {
    /// Whether it reads the means of the maps; else every unit of them.
    pub fn is_pooled(self) -> bool {
        self == HeadKind::Linear
    }
}

/// How weights follow the gradient, with PyTorch's defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Optimiser {
    /// Stochastic gradient descent with a momentum of 0.9 (Simonyan and Zisserman 2014, section 3.1).
    Sgd,
    /// Adam (Kingma and Ba 2015), algorithm 1.
    Adam,
}

/// A photo of training, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The photo.
    pub photo: u32,
    /// Its class.
    pub class: u16,
    /// The round in which it is held out; none where it never is.
    pub round: Option<u8>,
}

/// What is known of a photo whose features are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extracted {
    /// A number for its pixels: equal where they are.
    pub content: u64,
    /// The photo, small.
    pub thumbnail: Shared<Tile>,
    /// The probabilities that the network gives its classes.
    pub probabilities: Shared<Vec<f32>>,
}

/// A head: dense layers with a ReLU between two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Whether it reads the means of the maps; else every unit of them, channel by channel.
    pub pooled: bool,
    /// The tensor of the network's file that holds the maps.
    pub maps: String,
    /// Its layers, first to last.
    pub layers: Vec<DenseLayer>,
    /// The names of its classes.
    pub classes: Vec<Label>,
    /// The name of the network with it.
    pub name: String,
    /// How photos became numbers when it was trained.
    pub preset: Preset,
}

impl Head {
    /// Weights and biases in all.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(|layer| layer.weights.len() + layer.bias.len()).sum()
    }
}

/// A dense layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DenseLayer {
    /// Its units.
    pub units: usize,
    /// Row by row: one for each of its units, a column for each input.
    pub weights: Vec<f32>,
    /// A number for each of its units.
    pub bias: Vec<f32>,
}

impl DenseLayer {
    /// How many numbers it reads.
    pub fn inputs(&self) -> usize {
        self.weights.len().checked_div(self.units).unwrap_or_default()
    }
}

/// What one pass over the photos has brought.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// The mean cross-entropy of the photos of training, in nats, while weights changed.
    pub loss: f32,
    /// The share of them that was right.
    pub accuracy: f32,
    /// The same of photos held out, after the pass; none where none are.
    pub held_out: Option<[f32; 2]>,
}

/// What was said of a photo that was held out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The photo.
    pub photo: u32,
    /// Its class.
    pub class: u16,
    /// The class that was said.
    pub said: u16,
    /// With this probability.
    pub probability: f32,
}

/// What training has brought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    /// The head.
    pub head: Head,
    /// What was said of photos while they were held out.
    pub held_out: Vec<Prediction>,
    /// Rounds of cross-validation; 1 where the same photos were held out throughout.
    pub rounds: u8,
    /// The epoch whose weights these are, counted from 1.
    pub epoch: u16,
    /// Whether the held-out loss has chosen it.
    pub chosen: bool,
}
