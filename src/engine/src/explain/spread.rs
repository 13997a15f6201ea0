//! How far activations and gradients spread from layer to layer, in the network in use and in networks like it whose weights are only
//! just drawn: each is built, run on what the run was fed, and followed back from its likeliest class.

use vggscope_core::error::Error;
use vggscope_core::explain::spread::{Answer, Question, Spread, Spreads};
use vggscope_core::image::normalise;
use vggscope_core::nn::softmax::ranking;
use vggscope_core::nn::{LayerId, Op};
use vggscope_core::vgg::build::Build;
use vggscope_core::vgg::initialise::Initialisation;

use super::gradient::Backward;
use super::{Compute, Step, Task, Work};
use crate::run::recording::Recording;
use crate::{Activations, Initialised, Network, Operators, Pass, PassStep, Size};

impl Compute for Question {
    fn compute(self, network: &Network, recording: &Recording) -> Option<Work<Answer>> {
        (!recording.probabilities.is_empty()).then_some(())?;
        let build = Build { seed: self.seed, ..Build::like(&network.model.architecture)? };
        let fed = recording.activations.values(LayerId(0))?;
        let square = fed.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>() / fed.len().max(1) as f64;
        let rules = std::iter::once(None).chain(Initialisation::ALL.map(Some)).collect();
        let answer = Answer { input: square, networks: Vec::new() };
        Some(Work::Task(Box::new(Comparison { build, rules, answer, under_way: None, done: 0 })))
    }
}

/// A comparison under way.
struct Comparison {
    build: Build,
    /// By which rules weights are drawn; none for the network in use.
    rules: Vec<Option<Initialisation>>,
    answer: Answer,
    under_way: Option<Measured>,
    /// Layers that were run or passed back through, of all networks so far.
    done: u32,
}

impl Task<Answer> for Comparison {
    fn step(&mut self, network: &Network, recording: &Recording) -> Result<Step<Answer>, Error> {
        let layers = network.model.architecture.layers.len() as u32;
        let Some(rule) = self.rules.get(self.answer.networks.len()).copied() else {
            return Ok(Step::Done(self.answer.clone()));
        };
        let measured = match &mut self.under_way {
            Some(measured) => measured,
            none => none.insert(match rule {
                None => Measured::in_use(network, recording),
                Some(initialisation) => {
                    Measured::built(&Build { initialisation, ..self.build.clone() }, recording)?
                }
            }),
        };
        let is_over = measured.step(network)?;
        self.done += 1;
        let mut partial = None;
        if is_over {
            let spreads = measured.spreads(rule, network);
            self.under_way = None;
            self.answer.networks.push(spreads);
            self.done = 2 * layers * self.answer.networks.len() as u32;
            partial = Some(self.answer.clone());
        }
        Ok(Step::Progress { done: self.done, of: 2 * layers * self.rules.len() as u32, partial })
    }
}

/// A network that is run, and followed back.
struct Measured {
    /// None where it is the one in use.
    built: Option<Network>,
    pass: Option<Pass>,
    kept: Activations,
    backward: Option<Backward>,
    /// The deviations of the gradients with respect to the layers that were reached.
    gradients: Vec<(LayerId, f32)>,
}

impl Measured {
    /// The network in use, whose run is over.
    fn in_use(network: &Network, recording: &Recording) -> Measured {
        let likeliest = ranking(&recording.probabilities).first().copied();
        Measured {
            built: None,
            pass: None,
            kept: recording.activations.clone(),
            backward: likeliest.and_then(|class| Backward::of_class(network, class)),
            gradients: Vec::new(),
        }
    }

    fn built(build: &Build, recording: &Recording) -> Result<Measured, Error> {
        let failed = |why| Error::Model { name: build.to_string(), why };
        let size = Size::Own([build.side; 2]);
        let network = Network::with(Initialised::of(build), size, Operators::Ours).map_err(failed)?;
        let shape = network.model.architecture.input();
        let tensor = normalise(&recording.input, recording.preset, network.layout, shape.channels);
        let pass = Pass::new(&network, tensor)?;
        let kept = Activations::default();
        Ok(Measured { built: Some(network), pass: Some(pass), kept, backward: None, gradients: Vec::new() })
    }

    /// Goes a layer further; whether that was the last.
    fn step(&mut self, in_use: &Network) -> Result<bool, Error> {
        let network = self.built.as_ref().unwrap_or(in_use);
        if let Some(pass) = &mut self.pass {
            match pass.step()? {
                PassStep::Layer(layer, values) => {
                    if let Some(shape) = network.shape(layer) {
                        self.kept.keep_layer(layer, shape, values);
                    }
                }
                PassStep::Intermediate(id, values) => network.keep_intermediate(&mut self.kept, id, values),
                PassStep::Done(logits) => {
                    let likeliest = ranking(&logits).first().copied();
                    self.backward = likeliest.and_then(|class| Backward::of_class(network, class));
                    self.pass = None;
                }
            }
            return Ok(false);
        }
        let Some(backward) = &mut self.backward else { return Ok(true) };
        match (backward.at(), backward.gradient()) {
            (Some(layer), Some(gradient)) if layer.0 > 0 => {
                // Of the score itself it is 1 for its class and 0 for all others.
                if Some(layer) != network.answer {
                    self.gradients.push((layer, gradient.deviation()));
                }
                Ok(backward.step(network, &self.kept).is_err())
            }
            _ => Ok(true),
        }
    }

    fn spreads(&self, rule: Option<Initialisation>, in_use: &Network) -> Spreads {
        let network = self.built.as_ref().unwrap_or(in_use);
        let architecture = &network.model.architecture;
        let layers = architecture.ids().zip(&architecture.layers);
        let weighted = layers.filter(|(_, layer)| matches!(layer.op, Op::Convolution(_) | Op::Dense));
        let spread = |(id, _)| {
            let gradient = self.gradients.iter().find(|(layer, _)| *layer == id).map(|(_, size)| *size);
            Some(Spread { gradient, ..Spread::of(id, self.kept.values(id)?) })
        };
        Spreads { rule, layers: weighted.filter_map(spread).collect() }
    }
}
