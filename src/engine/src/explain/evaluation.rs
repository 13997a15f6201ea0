//! Evaluation by the paper's protocols: the network is read again for each scale of dense evaluation, and run as it is on
//! crops.

use vggscope_core::error::Error;
use vggscope_core::explain::evaluation::{
    self, Answer, CROPS, Protocol, Question, Row, ScoreMaps, crop_fit, mirrored, whole, whole_fit,
};
use vggscope_core::image::{Fit, NetworkInput, Rect, network_input, normalise};
use vggscope_core::nn::softmax::ranking;
use vggscope_core::nn::{LayerId, Shape};

use super::{Compute, Step, Task, Work};
use crate::run::recording::Recording;
use crate::{Activations, Network, Pass, PassStep};

/// The classes whose maps are told, of a protocol and of the run.
const TOP: usize = 5;

impl Compute for Question {
    fn compute(self, network: &Network, recording: &Recording) -> Option<Work<Answer>> {
        (!recording.probabilities.is_empty()).then_some(())?;
        network.again.as_ref()?;
        let sizes = network.model.sizes;
        let scales = evaluation::scales(sizes.own[0].min(sizes.own[1]));
        let photo = [recording.photo.width(), recording.photo.height()];
        // A photo may be too narrow for a network that takes none smaller than its own.
        let fits = |scale: &usize| sizes.allow(whole(photo, *scale));
        let mut protocols: Vec<Protocol> = scales.into_iter().filter(fits).map(Protocol::Dense).collect();
        if protocols.is_empty() {
            return None;
        }
        protocols.push(Protocol::AllDense);
        if self.crops {
            protocols.extend(scales.map(Protocol::Crops));
            protocols.extend([Protocol::AllCrops, Protocol::Both]);
        }
        Some(Work::Task(Box::new(Evaluation { protocols, rows: Vec::new(), under_way: None })))
    }
}

/// An evaluation under way.
struct Evaluation {
    /// All that are asked for, in the order in which they are done.
    protocols: Vec<Protocol>,
    /// Those that are done.
    rows: Vec<Row>,
    under_way: Option<Passes>,
}

impl Task<Answer> for Evaluation {
    fn step(&mut self, network: &Network, recording: &Recording) -> Result<Step<Answer>, Error> {
        let Some(protocol) = self.protocols.get(self.rows.len()).copied() else {
            return Ok(Step::Done(Answer { rows: std::mem::take(&mut self.rows) }));
        };
        let row = match (self.mean(protocol), &mut self.under_way) {
            (Some(row), _) => Some(row),
            (None, Some(passes)) => passes.step(network, recording)?,
            (None, none) => {
                *none = Some(Passes::new(protocol, network, recording)?);
                None
            }
        };
        let is_new = row.is_some();
        if let Some(row) = row {
            self.rows.push(row);
            self.under_way = None;
        }
        let partial = is_new.then(|| Answer { rows: self.rows.clone() });
        let passes = |protocol: &Protocol| passes(*protocol) as u32;
        let of = self.protocols.iter().map(passes).sum();
        let done = self.protocols[..self.rows.len()].iter().map(passes).sum::<u32>()
            + self.under_way.as_ref().map_or(0, |passes| passes.done as u32);
        Ok(Step::Progress { done, of, partial })
    }
}

impl Evaluation {
    /// What a protocol says that is the mean of others.
    fn mean(&self, protocol: Protocol) -> Option<Row> {
        let is_part: fn(&Protocol) -> bool = match protocol {
            Protocol::AllDense => |one| matches!(one, Protocol::Dense(_)),
            Protocol::AllCrops => |one| matches!(one, Protocol::Crops(_)),
            Protocol::Both => |one| matches!(one, Protocol::AllDense | Protocol::AllCrops),
            Protocol::Dense(_) | Protocol::Crops(_) => return None,
        };
        let rows: Vec<&Row> = self.rows.iter().filter(|row| is_part(&row.protocol)).collect();
        Some(evaluation::mean(protocol, &rows))
    }
}

/// How many passes a protocol takes of its own.
fn passes(protocol: Protocol) -> usize {
    match protocol {
        Protocol::Dense(_) => 2,
        Protocol::Crops(_) => CROPS,
        Protocol::AllDense | Protocol::AllCrops | Protocol::Both => 0,
    }
}

/// The passes of a protocol.
struct Passes {
    protocol: Protocol,
    /// The network at the photo's size; none where it is the one in use.
    convolved: Option<Network>,
    /// Its input.
    shape: Shape,
    /// The sums of what they say.
    sums: Vec<f64>,
    done: usize,
    pass: Option<Pass>,
    /// What the first pass leaves that maps of scores are made of.
    kept: Activations,
    maps: Option<ScoreMaps>,
    started: f64,
}

impl Passes {
    fn new(protocol: Protocol, network: &Network, recording: &Recording) -> Result<Passes, Error> {
        let started = (recording.clock)();
        let photo = &recording.photo;
        let channels = network.model.architecture.input().channels;
        let convolved = match protocol {
            Protocol::Dense(scale) => Some(network.resized(whole([photo.width(), photo.height()], scale))?),
            // The run's network may be of a size that was chosen.
            _ if own(network) != network.model.sizes.own => Some(network.resized(network.model.sizes.own)?),
            _ => None,
        };
        let [height, width] = own(convolved.as_ref().unwrap_or(network));
        Ok(Passes {
            protocol,
            convolved,
            shape: Shape { channels, height, width },
            sums: vec![0.0; recording.probabilities.len()],
            done: 0,
            pass: None,
            kept: Activations::default(),
            maps: None,
            started,
        })
    }

    /// Works a layer further; what the protocol says, once it is over.
    fn step(&mut self, network: &Network, recording: &Recording) -> Result<Option<Row>, Error> {
        let network = self.convolved.as_ref().unwrap_or(network);
        let Some(pass) = &mut self.pass else {
            let input = self.input(recording);
            let tensor = normalise(&input, recording.preset, network.layout, self.shape.channels);
            self.pass = Some(Pass::new(network, tensor)?);
            return Ok(None);
        };
        let is_first = self.done == 0 && matches!(self.protocol, Protocol::Dense(_));
        match pass.step()? {
            PassStep::Layer(layer, values) => {
                if is_first
                    && network.model.cam == Some(layer)
                    && let Some(about) = network.model.architecture.layer(layer)
                {
                    self.kept.keep_layer(layer, about.shape, values);
                }
            }
            PassStep::Intermediate(..) => {}
            PassStep::Done(logits) => {
                let probabilities = network.model.meaning.probabilities(&logits);
                if is_first {
                    self.maps = maps(network, &self.kept, &[&probabilities, &recording.probabilities]);
                    self.kept = Activations::default();
                }
                self.sums.iter_mut().zip(&probabilities).for_each(|(sum, one)| *sum += f64::from(*one));
                (self.pass, self.done) = (None, self.done + 1);
            }
        }
        let passes = passes(self.protocol);
        Ok((self.done == passes).then(|| Row {
            protocol: self.protocol,
            probabilities: self.sums.iter().map(|sum| (sum / passes as f64) as f32).collect(),
            passes: passes as u32,
            ms: (recording.clock)() - self.started,
            maps: self.maps.take(),
        }))
    }

    /// What the next pass is fed.
    fn input(&self, recording: &Recording) -> NetworkInput {
        let fed = |fit: Fit| network_input(&recording.photo, fit, self.shape);
        let (fit, is_mirrored) = match self.protocol {
            Protocol::Crops(scale) => (crop_fit(scale, self.done / 2), self.done % 2 == 1),
            Protocol::Dense(scale) => (whole_fit(scale), self.done == 1),
            Protocol::AllDense | Protocol::AllCrops | Protocol::Both => (Fit::default(), false),
        };
        if is_mirrored { mirrored(&fed(fit)) } else { fed(fit) }
    }
}

/// Rows and columns of a network's input.
fn own(network: &Network) -> [usize; 2] {
    let input = network.model.architecture.input();
    [input.height, input.width]
}

/// What each place says, of the likeliest classes of these; `None` where scores are no means of maps.
fn maps(network: &Network, kept: &Activations, likeliest: &[&Vec<f32>]) -> Option<ScoreMaps> {
    let layer = network.model.cam?;
    let all = network.model.architecture.classes;
    let scores: Vec<Vec<f32>> = (0..all)
        .map(|class| {
            let cam = network.cam(kept, class)?;
            Some(cam.values.iter().map(|value| value + cam.bias).collect())
        })
        .collect::<Option<_>>()?;
    let mut classes: Vec<usize> =
        likeliest.iter().flat_map(|probabilities| ranking(probabilities).into_iter().take(TOP)).collect();
    classes.sort_unstable();
    classes.dedup();
    let shape = network.model.architecture.layer(layer)?.shape;
    let mut found: Vec<(usize, Vec<f32>)> = classes.into_iter().map(|class| (class, Vec::new())).collect();
    for place in 0..shape.plane() {
        let at: Vec<f32> = scores.iter().map(|map| map[place]).collect();
        let probabilities = network.model.meaning.probabilities(&at);
        found.iter_mut().for_each(|(class, values)| values.push(probabilities[*class]));
    }
    let input = own(network);
    Some(ScoreMaps {
        input,
        places: [shape.height, shape.width],
        over: over(network, layer, shape).unwrap_or(Rect {
            x: 0.0,
            y: 0.0,
            width: input[1] as f64,
            height: input[0] as f64,
        }),
        classes: found,
    })
}

/// The part of the input that the places of a layer stand on.
fn over(network: &Network, layer: LayerId, shape: Shape) -> Option<Rect> {
    let [rows, columns] = network.model.receptive_fields.get(usize::from(layer.0))?.reach.as_ref()?;
    // Pixels are squares whose centres are halves.
    Some(Rect {
        x: columns.centre() + 0.5 - columns.stride() / 2.0,
        y: rows.centre() + 0.5 - rows.stride() / 2.0,
        width: columns.stride() * shape.width as f64,
        height: rows.stride() * shape.height as f64,
    })
}
