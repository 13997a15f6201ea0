//! What the page and its worker say to each other. Large pixels and tensors travel beside a message, as buffers
//! that are handed over rather than copied.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::explain::attribution::Method;
use crate::explain::breakdown::{Breakdown, Origin, Unit};
use crate::explain::kernels::{Kernels, Side};
use crate::image::{Fit, Preset, Rect};
use crate::nn::labels::Label;
use crate::nn::stack::{Row, Stack, Step, StepKind};
use crate::nn::{Architecture, LayerId, Op, Shape};
use crate::receptive_field::ReceptiveField;
use crate::render::stats::{ChannelStats, Histogram, SortBy};
use crate::render::{ColourMap, Scale, Sheet};
use crate::session::timing::Algorithm;

/// One piece of work; a larger number is newer, and results of an older one are stale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Job(pub u32);

impl Job {
    /// The job after this one.
    pub fn next(self) -> Job {
        Job(self.0 + 1)
    }
}

/// What the page asks of the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Read the model in the buffer beside this.
    Load {
        /// Names the loading.
        job: Job,
        /// The file's name, for messages.
        name: String,
    },
    /// Keep the photo in the buffer beside this: rows of RGBA bytes.
    Photo {
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
    },
    /// Run the model on the photo; a run under way is given up for it.
    Run {
        /// Names the run.
        job: Job,
        /// How the photo becomes the network's rectangle.
        fit: Fit,
        /// How bytes become numbers.
        preset: Preset,
    },
    /// Give up the run under way.
    Cancel,
    /// Draw all maps of a layer.
    Draw {
        /// The run whose activations are meant.
        job: Job,
        /// What to draw, and how.
        view: View,
    },
    /// Send the values of one map.
    Plane {
        /// The run whose activations are meant.
        job: Job,
        /// The layer.
        layer: LayerId,
        /// The channel.
        channel: u16,
    },
    /// Send the map of a class.
    Why {
        /// The run whose activations are meant.
        job: Job,
        /// The class.
        class: usize,
        /// How it is made.
        method: Method,
    },
    /// Send the values of a whole layer.
    Values {
        /// The run whose activations are meant.
        job: Job,
        /// The layer.
        layer: LayerId,
    },
    /// Tell how the value of a unit came to be.
    Explain {
        /// The run whose activations are meant.
        job: Job,
        /// The unit.
        unit: Unit,
        /// The colours of the maps beside it.
        colours: ColourMap,
    },
    /// Draw kernels of a convolution.
    Kernels {
        /// The run whose activations are meant.
        job: Job,
        /// The layer.
        layer: LayerId,
        /// Which of its kernels.
        side: Side,
    },
    /// Tell how much each pixel counts for a unit.
    Influence {
        /// The run whose activations are meant.
        job: Job,
        /// The unit.
        unit: Unit,
    },
    /// Keep what the last run left beside what the next one will.
    Hold {
        /// The run.
        job: Job,
    },
    /// Send the values of one map of the run that is held.
    Beside {
        /// That run.
        job: Job,
        /// The layer.
        layer: LayerId,
        /// The channel.
        channel: u16,
    },
}

/// How a layer is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The layer.
    pub layer: LayerId,
    /// The order of its maps.
    pub sort: SortBy,
    /// The colours.
    pub colours: ColourMap,
    /// Which maps share one range of colours.
    pub scale: Scale,
    /// Whether maps without any response are among them.
    pub dead: bool,
    /// The class in question, where they are sorted by what they contribute to it.
    pub toward: Option<usize>,
}

impl View {
    /// The channels that are drawn, in their order; all of them where none responds.
    pub fn order(&self, stats: &[ChannelStats], contributions: &[f32]) -> Vec<u16> {
        let all = self.sort.order(stats, contributions);
        let alive = |channel: &&u16| self.dead || !stats[usize::from(**channel)].is_dead();
        let shown: Vec<u16> = all.iter().filter(alive).copied().collect();
        if shown.is_empty() { all } else { shown }
    }
}

/// What the worker answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// The engine runs.
    Ready(Variant),
    /// The model is read.
    Loaded {
        /// The loading.
        job: Job,
        /// What the model is made of.
        model: Box<Model>,
    },
    /// What the network is fed; beside this, its pixels as RGBA.
    Fed {
        /// The run.
        job: Job,
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
        /// The part of the photo that was taken, in pixels of the photo.
        taken: Rect,
    },
    /// A layer is done; beside this, its strongest maps as RGBA, two a row.
    Layer {
        /// The run.
        job: Job,
        /// What was found.
        done: LayerDone,
    },
    /// The run is over.
    Done {
        /// The run.
        job: Job,
        /// Raw scores of the classes.
        logits: Vec<f32>,
        /// Their softmax.
        probabilities: Vec<f32>,
        /// Time from the photo's crop to the scores, in milliseconds.
        ms: f64,
    },
    /// A layer is drawn; beside this, the sheet as RGBA.
    Drawn {
        /// The run.
        job: Job,
        /// What was asked for.
        view: View,
        /// Where each map stands.
        sheet: Sheet,
        /// The channels that are drawn, in their order.
        order: Vec<u16>,
        /// What each channel contributes to the class in question; empty where that is not asked or cannot be told.
        contributions: Vec<f32>,
        /// How often values occur in the layer.
        histogram: Histogram,
        /// Time spent drawing, in milliseconds.
        ms: f64,
    },
    /// The values of one map; beside this, as 32-bit floats.
    Plane {
        /// The run.
        job: Job,
        /// The layer.
        layer: LayerId,
        /// The channel.
        channel: u16,
    },
    /// The map of a class, as far as it is known; beside this, its values as 32-bit floats, none where no such map can be
    /// made. The mean of a class activation map and the bias are the class's score.
    Why {
        /// The run.
        job: Job,
        /// The class.
        class: usize,
        /// How it was made.
        method: Method,
        /// Width in units.
        width: usize,
        /// Units in all.
        of: usize,
        /// What is added to the mean.
        bias: f32,
    },
    /// The values of a whole layer; beside this, as 32-bit floats, plane by plane.
    Values {
        /// The run.
        job: Job,
        /// The layer.
        layer: LayerId,
    },
    /// How the value of a unit came to be. Beside this, as RGBA, the maps that its terms are of, in their order, one below
    /// the other; nothing where the terms are of single values.
    Explained {
        /// The run.
        job: Job,
        /// The unit.
        unit: Unit,
        /// The arithmetic; none of a layer whose arithmetic is more than a page can show.
        found: Option<Box<Breakdown>>,
        /// Columns and rows of each map.
        size: [usize; 2],
    },
    /// Kernels are drawn; beside this, the picture as RGBA.
    Kernels {
        /// The run.
        job: Job,
        /// The layer.
        layer: LayerId,
        /// Which of its kernels.
        side: Side,
        /// What is known of them, and what the layer reads; none where it has no such kernels.
        found: Option<Box<(Kernels, Origin)>>,
    },
    /// How much each pixel counts for a unit; beside this, as 32-bit floats, row by row. Nothing beside it: that cannot be
    /// told.
    Influence {
        /// The run.
        job: Job,
        /// The unit.
        unit: Unit,
    },
    /// What takes long is under way.
    Busy {
        /// The run.
        job: Job,
        /// What.
        task: Task,
        /// Layers that were passed.
        done: u16,
        /// Layers in all.
        of: u16,
    },
    /// The values of one map of the run that is held; beside this, as 32-bit floats.
    Beside {
        /// That run.
        job: Job,
        /// The layer.
        layer: LayerId,
        /// The channel.
        channel: u16,
    },
    /// The job failed.
    Failed {
        /// The loading or run.
        job: Job,
        /// Why.
        error: Error,
    },
}

/// Something that takes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// Following a unit back to the photo.
    Influence,
    /// Following a class back to a layer.
    Contributions,
}

/// Which build of the engine runs, and why no faster one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Threads that share a layer.
    pub threads: u32,
    /// What the page or browser lacks for a faster variant.
    pub missing: Vec<String>,
}

/// What is known of a model once it is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The network.
    pub net: Architecture,
    /// What the units of each of its layers see of the input, branches included.
    pub receptive_fields: Vec<ReceptiveField>,
    /// What computes each of its layers.
    pub algorithms: Vec<Algorithm>,
    /// The layer of maps of whose means its scores are a linear function, so that each class has a map of its own.
    pub cam: Option<LayerId>,
    /// How it wants its photos.
    pub preset: Preset,
    /// Whether the file says so, or it was guessed.
    pub preset_known: bool,
    /// Names of its classes; empty where they are not known.
    pub labels: Vec<Label>,
    /// Where the names come from.
    pub labels_from: LabelsFrom,
}

impl Model {
    /// The network as a stack, up to its first layer that takes a map whole; `None` where it is none: where a layer
    /// sees something else than the windows of the layers before it, as behind a branch.
    pub fn stack(&self) -> Option<Stack> {
        let input = self.net.input();
        let mut stack = Stack { input: [input.height, input.width], steps: Vec::new() };
        let mut sliding = Vec::new();
        for (layer, sight) in self.net.layers.iter().zip(&self.receptive_fields).skip(1) {
            let (kind, window) = match layer.op {
                Op::Convolution(window) => (StepKind::Convolution, window),
                Op::MaxPool(window) => (StepKind::MaxPool, window),
                Op::AveragePool(window) => (StepKind::AveragePool, window),
                Op::GlobalAveragePool | Op::Dense => break,
                Op::Input | Op::Sum => return None,
            };
            stack.steps.push(Step { kind, window });
            sliding.push((layer.shape, sight));
        }
        let rows = stack.rows().ok()?;
        let same = |row: &Row, (shape, sight): &(Shape, &ReceptiveField)| {
            row.size == [shape.height, shape.width] && sight.reach.as_ref() == Some(&row.reach)
        };
        rows.iter().zip(&sliding).all(|(row, layer)| same(row, layer)).then_some(stack)
    }
}

/// Where names of classes come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LabelsFrom {
    /// The model's own file.
    Model,
    /// ImageNet's list, since the number of classes is its number.
    ImageNet,
    /// A file that the person gave.
    File,
    /// Nowhere: classes have numbers only.
    Nowhere,
}

/// A finished layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerDone {
    /// The layer.
    pub layer: LayerId,
    /// Time since the layer before it, in milliseconds.
    pub ms: f64,
    /// Figures of each channel.
    pub stats: Vec<ChannelStats>,
    /// The strongest channels, strongest first, as drawn beside this.
    pub strongest: Vec<u16>,
    /// Width of their picture in pixels.
    pub width: usize,
    /// Height of their picture in pixels.
    pub height: usize,
}

/// The bytes of a message.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    // Only a sequence of unknown length cannot be written, and messages have none.
    postcard::to_stdvec(message).unwrap_or_default()
}

/// The message of these bytes, or `None` where they are no such message.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn round_trips() {
        let request = Request::Draw {
            job: Job(7),
            view: View {
                layer: LayerId(3),
                sort: SortBy::Mean,
                colours: ColourMap::Magma,
                scale: Scale::Layer,
                dead: false,
                toward: None,
            },
        };
        assert_eq!(decode::<Request>(&encode(&request)), Some(request));
        let done = LayerDone {
            layer: LayerId(1),
            ms: 12.5,
            stats: vec![ChannelStats { min: 0.0, max: 2.0, mean: 0.5, sparsity: 0.25 }],
            strongest: vec![0],
            width: 113,
            height: 113,
        };
        let reply = Reply::Layer { job: Job(1), done };
        assert_eq!(decode::<Reply>(&encode(&reply)), Some(reply));
    }

    #[test]
    fn maps_of_zeros_are_left_out() {
        let stats: Vec<ChannelStats> =
            [1.0, 0.5, 1.0].map(|sparsity| ChannelStats { min: 0.0, max: 1.0, mean: 0.5, sparsity }).into();
        let view = |dead| View {
            layer: LayerId(1),
            sort: SortBy::Index,
            colours: ColourMap::Grey,
            scale: Scale::Map,
            dead,
            toward: None,
        };
        assert_eq!(view(true).order(&stats, &[]), [0, 1, 2]);
        assert_eq!(view(false).order(&stats, &[]), [1]);
        assert_eq!(view(false).order(&stats[..1], &[]), [0], "something is always shown");
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_decoder(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = decode::<Request>(&bytes);
            let _ = decode::<Reply>(&bytes);
        }
    }
}
