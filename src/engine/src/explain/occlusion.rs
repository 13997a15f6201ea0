//! Occlusion: the network is run again for each place that a grey square hides.

use vggscope_core::error::Error;
use vggscope_core::explain::attribution::AttributionMap;
use vggscope_core::explain::occlusion::{Answer, GRID, Question, hidden};
use vggscope_core::image::{self, NetworkInput, Preset};

use super::{Compute, Step, Task, Work};
use crate::run::recording::Recording;
use crate::{Network, Pass, PassStep};

impl Compute for Question {
    fn compute(self, _: &Network, recording: &Recording) -> Option<Work<Answer>> {
        let before = *recording.probabilities.get(self.class)?;
        let (input, preset) = (recording.input.clone(), recording.preset);
        Some(Work::Task(Box::new(Sweep::new(input, preset, self.class, before))))
    }
}

impl Task<Answer> for Sweep {
    fn step(&mut self, network: &Network, _: &Recording) -> Result<Step<Answer>, Error> {
        let before = self.lost.len();
        Sweep::step(self, network)?;
        let (done, of) = (self.lost.len(), Sweep::PLACES);
        let map = || Some(AttributionMap { width: GRID, of, values: self.lost.clone(), bias: 0.0 });
        Ok(match done {
            _ if done == of => Step::Done(map()),
            _ => {
                let partial = (done > before).then(map);
                Step::Progress { done: done as u32, of: of as u32, partial }
            }
        })
    }
}

/// A grey square on its way over a photo.
pub struct Sweep {
    input: NetworkInput,
    preset: Preset,
    class: usize,
    /// The class's probability with nothing hidden.
    before: f32,
    /// What it loses at each place so far, row by row.
    pub lost: Vec<f32>,
    run: Option<Pass>,
}

impl Sweep {
    /// A sweep over the network's input, for a class of this probability.
    pub fn new(input: NetworkInput, preset: Preset, class: usize, before: f32) -> Sweep {
        Sweep { input, preset, class, before, lost: Vec::new(), run: None }
    }

    /// How many places there are.
    pub const PLACES: usize = GRID * GRID;

    /// Works a layer further.
    ///
    /// # Errors
    /// Where the runtime fails.
    pub fn step(&mut self, network: &Network) -> Result<(), Error> {
        if self.lost.len() == Sweep::PLACES {
            return Ok(());
        }
        if self.run.is_none() {
            let hidden = self.hide(self.lost.len());
            let channels = network.model.architecture.input().channels;
            let tensor = image::normalise(&hidden, self.preset, network.layout, channels);
            self.run = Some(Pass::new(network, tensor)?);
        }
        if let Some(run) = &mut self.run
            && let PassStep::Done(logits) = run.step()?
        {
            let now =
                network.model.meaning.probabilities(&logits).get(self.class).copied().unwrap_or_default();
            self.lost.push(self.before - now);
            self.run = None;
        }
        Ok(())
    }

    /// The photo with a square over this place.
    fn hide(&self, place: usize) -> NetworkInput {
        let mut input = self.input.clone();
        let ((top, bottom), (left, right)) =
            (hidden(place / GRID, input.height), hidden(place % GRID, input.width));
        for row in top..bottom {
            for pixel in
                input.rgb[(row * input.width + left) * 3..(row * input.width + right) * 3].chunks_exact_mut(3)
            {
                pixel.copy_from_slice(&image::GREY);
            }
        }
        input
    }
}
