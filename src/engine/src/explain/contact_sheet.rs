//! All maps of a layer, drawn; where they are sorted by what they contribute to a class, its gradient is followed back to
//! the layer first.

use vggscope_core::error::Error;
use vggscope_core::explain::contact_sheet::{Answer, Question};
use vggscope_core::nn::{Architecture, Shape};
use vggscope_core::render::stats::{ChannelStats, Histogram};
use vggscope_core::render::{self, ColourMap, Range, Scale, Sheet};

use super::gradient::{Backward, Way};
use super::{Compute, Step, Task, Work};
use crate::run::recording::Recording;
use crate::{Activations, Network};

/// Width over height of a sheet.
const ASPECT: f64 = 1.5;

impl Compute for Question {
    fn compute(self, network: &Network, recording: &Recording) -> Option<Work<Answer>> {
        let backward = self.class.and_then(|class| Backward::of_class(network, class));
        Some(match backward {
            Some(backward) => Work::Task(Box::new(Contributions { question: self, backward })),
            None => Work::Done(drawn(&self, &[], recording)?),
        })
    }
}

/// A class is followed back to the layer that is to be drawn.
struct Contributions {
    question: Question,
    backward: Backward,
}

impl Task<Answer> for Contributions {
    fn step(&mut self, network: &Network, recording: &Recording) -> Result<Step<Answer>, Error> {
        let Contributions { question, backward } = self;
        let (layer, kept) = (question.layer, &recording.activations);
        let gradient = match backward.follow(network, kept, layer) {
            Way::Progress(done, of) => return Ok(Step::Progress { done, of, partial: None }),
            Way::Reached => backward.gradient().zip(kept.values(layer)),
            Way::DeadEnd => None,
        };
        let contributions = gradient.map(|(gradient, values)| gradient.times(values)).unwrap_or_default();
        let drawn = drawn(question, &contributions, recording);
        drawn.map(Step::Done).ok_or(Error::Run { detail: String::new() })
    }
}

fn drawn(question: &Question, contributions: &[f32], recording: &Recording) -> Option<Answer> {
    let started = (recording.clock)();
    let mut answer = sheet(&recording.activations, question, contributions)?;
    answer.ms = (recording.clock)() - started;
    Some(answer)
}

/// Draws all maps of a layer, with what each contributes to the class in question, if that is known.
pub fn sheet(kept: &Activations, question: &Question, contributions: &[f32]) -> Option<Answer> {
    let Question { layer, colours, scale, .. } = *question;
    let (shape, stats, values) = (kept.shape(layer)?, kept.stats(layer)?, kept.values(layer)?);
    let order = question.order(stats, contributions);
    let sheet = Sheet::new(Shape { channels: order.len(), ..shape }, ASPECT);
    let shared = match scale.over(shape.plane()) {
        Scale::Map => None,
        Scale::Layer => Some(colours.range(stats)),
        Scale::Network => Some(colours.range(sharing(kept))),
    };
    let tile = render::sheet(sheet, values, stats, &order, colours, shared);
    let Range { low, high } = ColourMap::default().range(stats);
    Some(Answer {
        sheet,
        order: order.into(),
        contributions: contributions.to_vec(),
        histogram: Histogram::of(values, low, high).into(),
        ms: 0.0,
        tile: tile.into(),
    })
}

/// Figures of all maps of the network that share a scale.
fn sharing(kept: &Activations) -> impl Iterator<Item = &ChannelStats> {
    let layers = kept.all().filter(|(id, shape, _)| Architecture::shares_scale(usize::from(id.0), *shape));
    layers.flat_map(|(_, _, stats)| stats)
}
