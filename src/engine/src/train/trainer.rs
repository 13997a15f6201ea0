//! What the worker does for training, a step at a time: photos that wait for their features, and a training under way.

use std::collections::VecDeque;

use vggscope_core::error::TrainingError;
use vggscope_core::training::{Head, Sample, Settings};
use vggscope_core::wire::{ExtractionId, Reply, TrainingId};

use super::extraction::Extraction;
use super::features::Features;
use super::fit::{Progress, Training};
use crate::Network;

/// Extraction and training.
#[derive(Default)]
pub struct Trainer {
    /// The extraction whose features are kept.
    extraction: ExtractionId,
    features: Features,
    /// The tensor of the network's file that they are of.
    maps: String,
    waiting: VecDeque<Waiting>,
    training: Option<Running>,
}

struct Waiting {
    photo: u32,
    extraction: Extraction,
}

struct Running {
    id: TrainingId,
    training: Training,
    paused: bool,
}

impl Trainer {
    /// Takes a photo whose features are wanted.
    pub fn extract(&mut self, id: ExtractionId, photo: u32, extraction: Extraction) {
        if id != self.extraction {
            // A training under way has begun with features that are gone now.
            self.training = None;
            (self.extraction, self.features) = (id, Features::default());
            self.waiting.clear();
        }
        self.waiting.push_back(Waiting { photo, extraction });
    }

    /// Forgets photos that wait for a network that is gone; features that are kept stay.
    pub fn lose_network(&mut self) {
        self.waiting.clear();
    }

    /// Begins a training, in the place of one that is under way.
    ///
    /// # Errors
    /// Where features are missing.
    pub fn train(
        &mut self,
        id: TrainingId,
        settings: Settings,
        samples: Vec<Sample>,
        rounds: u8,
        head: Head,
    ) -> Result<(), TrainingError> {
        self.training = None;
        let head = Head { maps: self.maps.clone(), ..head };
        let training = Training::new(settings, samples, rounds, head, &self.features)?;
        self.training = Some(Running { id, training, paused: false });
        Ok(())
    }

    /// Pauses a training, or goes on with it.
    pub fn pause(&mut self, id: TrainingId, paused: bool) {
        if let Some(running) = self.training.as_mut().filter(|running| running.id == id) {
            running.paused = paused;
        }
    }

    /// Gives a training up.
    pub fn stop(&mut self, id: TrainingId) {
        self.training.take_if(|running| running.id == id);
    }

    /// Whether there is nothing to do.
    pub fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.training.as_ref().is_none_or(|running| running.paused)
    }

    /// Works a step further: a layer of a photo, or else a batch. What there is to tell.
    pub fn step(&mut self, network: Option<&Network>) -> Option<Reply> {
        match network {
            Some(network) if !self.waiting.is_empty() => self.step_of_photo(network),
            _ => self.step_of_training(),
        }
    }

    fn step_of_photo(&mut self, network: &Network) -> Option<Reply> {
        let Waiting { photo, extraction } = self.waiting.front_mut()?;
        let (id, photo) = (self.extraction, *photo);
        let reply = match extraction.step(network, &mut self.features) {
            Ok(None) => return None,
            Ok(Some(found)) => {
                if let Some((layer, _)) = network.head_maps() {
                    self.maps.clone_from(&network.tensors[usize::from(layer.0)]);
                }
                Reply::Extracted { extraction: id, photo, found }
            }
            Err(error) => Reply::NotExtracted { extraction: id, photo, error },
        };
        self.waiting.pop_front();
        Some(reply)
    }

    fn step_of_training(&mut self) -> Option<Reply> {
        let Running { id, training, .. } = self.training.as_mut().filter(|running| !running.paused)?;
        let id = *id;
        let reply = match training.step(&self.features) {
            Ok(Progress::Batch) => return None,
            Ok(Progress::Epoch(round, epoch)) => return Some(Reply::Epoch { training: id, round, epoch }),
            Ok(Progress::Done(trained)) => Reply::Trained { training: id, trained },
            Err(error) => Reply::NotTrained { training: id, error },
        };
        self.training = None;
        Some(reply)
    }
}
