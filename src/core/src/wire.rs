//! What the page and its worker say to each other. A model's file and a photo's pixels travel beside a request, as buffers
//! that are handed over rather than copied.
//!
//! About a run, four words are spoken: the page asks and stops, the worker answers and tells progress, or that it failed.
//! Each reply repeats its run and its question, so that whether it is still wanted is one comparison
//! ([`crate::session::Explorer::slot`]).

mod reading;

pub use reading::{Read, Reading};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Error, TrainingError};
use crate::explain::{Answer, Question};
use crate::image::{Fit, Preset, Rect};
use crate::model::{Model, SaveAs};
use crate::nn::LayerId;
use crate::nn::labels::Label;
use crate::render::Tile;
use crate::render::stats::ChannelStats;
use crate::shared::Shared;
use crate::training::{Epoch, Extracted, Head, Sample, Settings, Trained};
use crate::vgg::transfer::Transfer;

/// One loading of a model; a larger number is newer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LoadId(pub u32);

/// One pass of a network over a photo; a larger number is newer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RunId(pub u32);

/// One going over of photos for the features that a head is trained on; a larger number is newer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExtractionId(pub u32);

/// One training of a head; a larger number is newer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TrainingId(pub u32);

/// What the page wants of the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Read the model in the buffer or file beside this; the others there are files that it may name.
    Load {
        /// Names the loading.
        load: LoadId,
        /// The file's name, for messages.
        name: String,
        /// The names of the others.
        beside: Vec<String>,
        /// Rows and columns of its input, where they are not to be the file's own.
        size: Option<[usize; 2]>,
        /// What is to stand in the place of its own head.
        head: Option<Shared<Head>>,
    },
    /// Build a network whose weights are only just drawn, or come from the model in the buffer or file beside this.
    Build {
        /// Names the loading.
        load: LoadId,
        /// Which, as [`Build`](crate::vgg::build::Build) writes it.
        network: String,
        /// The model that weights are taken over from.
        from: Option<Begun>,
        /// Rows and columns of its input, where they are not to be its own.
        size: Option<[usize; 2]>,
        /// What is to stand in the place of its own head.
        head: Option<Shared<Head>>,
    },
    /// Read the same model again, for an input of another size.
    Resize {
        /// Names the loading.
        load: LoadId,
        /// Rows and columns.
        size: [usize; 2],
    },
    /// Keep the photo in the buffer beside this: rows of RGBA bytes.
    Photo {
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
    },
    /// Run the model on the photo; the run before it is forgotten, with all that is asked about it.
    Run {
        /// Names the run.
        run: RunId,
        /// How the photo becomes the network's rectangle.
        fit: Fit,
        /// How bytes become numbers.
        preset: Preset,
    },
    /// Give up a run under way.
    StopRun {
        /// The run.
        run: RunId,
    },
    /// Keep what a run left as the reference run, beside what the next one will leave.
    KeepReference {
        /// The run.
        run: RunId,
    },
    /// Keep the reference run no longer.
    DropReference {
        /// The run.
        run: RunId,
    },
    /// Answer a question.
    Ask {
        /// The run that it is about.
        run: RunId,
        /// The question.
        question: Question,
    },
    /// Answer a question no further.
    Stop {
        /// The run that it is about.
        run: RunId,
        /// The question.
        question: Question,
    },
    /// Write the model as a file.
    Save {
        /// As what.
        format: SaveAs,
        /// The network's name.
        name: String,
        /// How it wants its photos.
        preset: Preset,
        /// What its classes are called.
        classes: Vec<Label>,
    },
    /// Run the model on the photo in the buffer beside this, rows of RGBA bytes, and keep its features; those of an extraction before
    /// this one are forgotten.
    Extract {
        /// Names the extraction.
        extraction: ExtractionId,
        /// The photo's number.
        photo: u32,
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
        /// How the photo becomes the network's rectangle.
        fit: Fit,
        /// How bytes become numbers.
        preset: Preset,
        /// Whether the means of the maps are kept; else every unit of them.
        pooled: bool,
        /// Of how many random crops too.
        crops: u8,
    },
    /// Train a head on the features that are kept; a training before this one ends.
    Train {
        /// Names the training.
        training: TrainingId,
        /// How.
        settings: Settings,
        /// On which photos.
        samples: Vec<Sample>,
        /// In how many rounds photos are held out.
        rounds: u8,
        /// The head, of which maps and weights are still to come.
        head: Head,
    },
    /// Train no further for now, or go on.
    PauseTraining {
        /// The training.
        training: TrainingId,
        /// Whether it is to pause.
        paused: bool,
    },
    /// Give up a training.
    StopTraining {
        /// The training.
        training: TrainingId,
    },
}

/// A model whose weights begin another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Begun {
    /// Which of its tensors do.
    pub transfer: Transfer,
    /// Its file's name.
    pub name: String,
    /// The names of files beside it.
    pub beside: Vec<String>,
    /// What stands in the place of its own head.
    pub head: Option<Shared<Head>>,
}

/// What the worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// The engine runs.
    Ready(Variant),
    /// The model is read.
    Loaded {
        /// The loading.
        load: LoadId,
        /// What is known of the model.
        model: Box<Model>,
    },
    /// The model cannot be read.
    NotLoaded {
        /// The loading.
        load: LoadId,
        /// Why.
        error: Error,
    },
    /// What the network is fed.
    Input {
        /// The run.
        run: RunId,
        /// Its pixels.
        tile: Shared<Tile>,
        /// The part of the photo that was taken, in pixels of the photo.
        crop: Rect,
    },
    /// A layer is done.
    Layer {
        /// The run.
        run: RunId,
        /// What was found.
        done: Shared<LayerDone>,
    },
    /// The run is over.
    Done {
        /// The run.
        run: RunId,
        /// Raw scores of the classes.
        logits: Vec<f32>,
        /// Their softmax.
        probabilities: Vec<f32>,
        /// Time from the photo's crop to the scores, in milliseconds.
        ms: f64,
    },
    /// The run failed.
    RunFailed {
        /// The run.
        run: RunId,
        /// Why.
        error: Error,
    },
    /// The answer to a question.
    Answer {
        /// The run that it is about.
        run: RunId,
        /// The question.
        question: Question,
        /// The answer.
        answer: Answer,
    },
    /// A question takes its time.
    Progress {
        /// The run that it is about.
        run: RunId,
        /// The question.
        question: Question,
        /// Steps that were done.
        done: u32,
        /// Steps in all.
        of: u32,
        /// The answer as far as it is known, of questions that are answered part by part.
        partial: Option<Answer>,
    },
    /// A question cannot be answered.
    Failed {
        /// The run that it is about.
        run: RunId,
        /// The question.
        question: Question,
        /// Why.
        error: Error,
    },
    /// The model is written.
    Saved {
        /// As what.
        format: SaveAs,
        /// An address of the browser's under which the file can be had.
        url: String,
    },
    /// The model cannot be written.
    NotSaved {
        /// Why.
        error: Error,
    },
    /// The features of a photo are kept.
    Extracted {
        /// The extraction.
        extraction: ExtractionId,
        /// The photo's number.
        photo: u32,
        /// What is known of it.
        found: Extracted,
    },
    /// The features of a photo cannot be had.
    NotExtracted {
        /// The extraction.
        extraction: ExtractionId,
        /// The photo's number.
        photo: u32,
        /// Why.
        error: Error,
    },
    /// An epoch of a training is over.
    Epoch {
        /// The training.
        training: TrainingId,
        /// The round, counted from 0; the one in which nothing is held out comes last.
        round: u8,
        /// What it has brought.
        epoch: Epoch,
    },
    /// A head is trained.
    Trained {
        /// The training.
        training: TrainingId,
        /// What it has brought.
        trained: Box<Trained>,
    },
    /// A head cannot be trained.
    NotTrained {
        /// The training.
        training: TrainingId,
        /// Why.
        error: TrainingError,
    },
}

/// Which build of the engine runs, and why no faster one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Threads that share a layer.
    pub threads: u32,
    /// What keeps it from being the fastest, with all threads: names that `www/engine.js` lists.
    pub missing: Vec<String>,
    /// Whether the page is cross-origin isolated.
    pub isolated: bool,
    /// What shared memory may grow to, in MiB; 0 where it is not shared.
    pub memory_mib: u32,
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
    /// The strongest channels, strongest first.
    pub strongest: Vec<u16>,
    /// Their maps drawn small, two a row.
    pub thumbnails: Shared<Tile>,
}

/// The bytes of a message.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    // The length is counted first: a message may hold megabytes, and would be copied each time the vector grows.
    let size = postcard::experimental::serialized_size(message).unwrap_or_default();
    // Only a sequence of unknown length cannot be written, and messages have none.
    postcard::to_extend(message, Vec::with_capacity(size)).unwrap_or_default()
}

/// The message of these bytes, or `None` where they are no such message.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::{Ask, contact_sheet, feature_map};
    use crate::render::stats::SortBy;
    use crate::render::{ColourMap, Scale};
    use proptest::prelude::*;

    #[test]
    fn requests_round_trip() {
        let question = contact_sheet::Question {
            layer: LayerId(3),
            sort: SortBy::Mean,
            colours: ColourMap::Magma,
            scale: Scale::Layer,
            dead: false,
            class: None,
        };
        let request = Request::Ask { run: RunId(7), question: question.into() };
        assert_eq!(decode::<Request>(&encode(&request)), Some(request));
    }

    #[test]
    fn pixels_and_values_round_trip() {
        let tile = Tile { width: 1, height: 1, rgba: vec![1, 2, 3, 255] };
        let stats = vec![ChannelStats { min: 0.0, max: 2.0, mean: 0.5, sparsity: 0.25 }];
        let thumbnails = tile.clone().into();
        let done = LayerDone { layer: LayerId(1), ms: 12.5, stats, strongest: vec![0], thumbnails };
        match decode(&encode(&Reply::Layer { run: RunId(1), done: done.clone().into() })) {
            Some(Reply::Layer { run: RunId(1), done: read }) => {
                assert_eq!((read.ms, &read.stats, &read.strongest), (done.ms, &done.stats, &done.strongest));
                assert_eq!(*read.thumbnails, tile);
            }
            other => panic!("{other:?}"),
        }
        let question = feature_map::Question { layer: LayerId(1), channel: 2 };
        let values = vec![0.5, -1e-30, f32::MAX];
        let answer = feature_map::Question::answer(feature_map::Answer { values: values.clone() });
        match decode(&encode(&Reply::Answer { run: RunId(1), question: question.into(), answer })) {
            Some(Reply::Answer { question: read, answer, .. }) => {
                assert_eq!(feature_map::Question::read(&read), Some(&question));
                assert_eq!(feature_map::Question::found(&answer).unwrap().values, values);
            }
            other => panic!("{other:?}"),
        }
    }

    proptest! {
        #[test]
        fn garbage_is_no_message(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = decode::<Reply>(&bytes);
            let _ = decode::<Request>(&bytes);
        }
    }
}
