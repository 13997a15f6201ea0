//! A VGG rebuilt from the names and shapes of its weights: which convolutions there are, where pools stand between them, with
//! batch norm or without, with its classifier or without.

mod functions;
mod graph;
mod names;

use std::collections::HashMap;

use tract_onnx::pb;
use vggscope_core::error::ModelError;
use vggscope_core::image::Preset;
use vggscope_core::nn::labels::tidy;
use vggscope_core::vgg::configuration::{CONFIGURATIONS, Entry as Listed};

use super::formats::{Entry, Lrn, Outline, PAPERS, Source, StateDict};
use super::view::View;
use graph::Graph;

/// A convolution, and what belongs to it.
struct Convolution {
    name: String,
    /// Output, input, row, column.
    kernel: Named,
    bias: Option<Named>,
    /// Scale, shift, mean and variance.
    norm: Option<[Named; 4]>,
    /// What follows its rectifier.
    lrn: Option<Lrn>,
    /// Where it stands, as far as its name says.
    place: Place,
}

/// Where a convolution stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At this index of a `Sequential`, which counts rectifiers and pools too.
    Index(usize),
    /// In this block; each ends with a pool.
    Block(usize),
    Unknown,
}

/// A dense layer.
struct Dense {
    name: String,
    /// Output, input.
    matrix: Named,
    bias: Option<Named>,
}

#[derive(Clone)]
struct Named {
    name: String,
    view: View,
}

/// The side of the map that VGG's classifier reads.
const CLASSIFIER_SIDE: usize = 7;
/// The most pools of a VGG.
const MOST_POOLS: usize = 5;
/// The longest list that is read: more layers than any VGG has.
const MOST_LAYERS: usize = 256;

/// The network of these weights as a message, and where the weights stand in the file.
///
/// # Errors
/// What of them is no VGG's.
pub fn rebuild(weights: StateDict) -> Result<(pb::ModelProto, HashMap<String, View>), ModelError> {
    let StateDict { source, entries, lrns, build, outline, .. } = weights;
    if entries.is_empty() {
        return Err(ModelError::NoWeights);
    }
    let found = found(&entries);
    let no_vgg = || ModelError::NotVgg { found: found.clone() };
    if entries.len() > 8 * MOST_LAYERS {
        return Err(no_vgg());
    }
    let (mut convolutions, mut dense, names) = match source {
        Source::PyTorch => names::pytorch(entries, &no_vgg)?,
        Source::Keras => names::keras(entries).ok_or_else(no_vgg)?,
        Source::Caffe => names::caffe(entries).ok_or_else(no_vgg)?,
    };
    if convolutions.is_empty() || convolutions.len() + dense.len() > MOST_LAYERS {
        return Err(no_vgg());
    }
    // A message may end between any two layers; Caffe's hold the whole network.
    if source == Source::Caffe && dense.is_empty() {
        return Err(ModelError::Truncated);
    }
    for (layer, lrn) in lrns {
        let before = convolutions.iter_mut().find(|convolution| convolution.name == layer);
        before.ok_or_else(no_vgg)?.lrn = Some(lrn);
    }
    check_shapes(&convolutions)?;
    let pools = match &build {
        Some(build) => listed(&mut convolutions, &build.entries).ok_or_else(no_vgg)?,
        None => {
            let said = outline.as_ref().and_then(|outline| outlined(&convolutions, outline));
            let pools = said.or_else(|| pools(&convolutions)).ok_or_else(no_vgg)?;
            let count = pools.iter().filter(|pool| **pool).count();
            // More stand for something else, such as dropouts, whose gaps in the numbers look alike.
            if count > MOST_POOLS {
                return Err(gaps(count));
            }
            pools
        }
    };
    let functions = functions::of(&mut dense, outline.as_ref())?;
    let side = build.map(|build| build.side).or(outline.as_ref().and_then(|outline| outline.side));
    let (global, preset) = outline.map(|outline| (outline.global, outline.preset)).unwrap_or_default();
    let network = Network { source: names, convolutions, pools, dense, functions, side, global, preset };
    network.build()
}

/// A file with so many pools.
fn gaps(count: usize) -> ModelError {
    ModelError::NotVgg { found: format!("{count} gaps between its convolutions, more than a VGG has pools") }
}

/// What stands in a file, in few words: the first and the last weight, and how many there are.
fn found(entries: &[Entry]) -> String {
    let one = |entry: &Entry| {
        let dims: Vec<String> = entry.view.dims.iter().map(usize::to_string).collect();
        format!("{} {}", tidy(&entry.name), dims.join("×"))
    };
    match entries {
        [] => String::new(),
        [only] => one(only),
        [first, .., last] => format!("{} … {} ({})", one(first), one(last), entries.len()),
    }
}

/// Kernels must follow from each other, and be such as need no stride that a file does not hold.
fn check_shapes(convolutions: &[Convolution]) -> Result<(), ModelError> {
    let mut channels = None;
    for convolution in convolutions {
        let dims = &convolution.kernel.view.dims;
        let expected = |out: usize, below: usize, side: usize| format!("{out}×{below}×{side}×{side}");
        let wrong = |expected: String| {
            let found: Vec<String> = dims.iter().map(usize::to_string).collect();
            ModelError::WrongShape {
                tensor: tidy(&convolution.kernel.name),
                expected,
                found: found.join("×"),
            }
        };
        let &[out, below, rows, columns] = &dims[..] else {
            let out = dims.first().copied().unwrap_or_default();
            return Err(wrong(expected(out, channels.unwrap_or(3), 3)));
        };
        let known = channels.unwrap_or(if below == 1 { 1 } else { 3 });
        if below != known || rows != columns || !matches!(rows, 1 | 3) || out == 0 {
            return Err(wrong(expected(out, known, if rows == 1 { 1 } else { 3 })));
        }
        let mut vectors = convolution.bias.iter().chain(convolution.norm.iter().flatten());
        if let Some(vector) = vectors.find(|vector| vector.view.dims != [out]) {
            let found: Vec<String> = vector.view.dims.iter().map(usize::to_string).collect();
            return Err(ModelError::WrongShape {
                tensor: tidy(&vector.name),
                expected: out.to_string(),
                found: found.join("×"),
            });
        }
        channels = Some(out);
    }
    Ok(())
}

/// For each convolution, whether a pool stands behind it in the list of a file; none where the list is of other convolutions.
fn listed(convolutions: &mut [Convolution], layers: &[Listed]) -> Option<Vec<bool>> {
    let (mut pools, mut left) = (Vec::<bool>::new(), convolutions.iter_mut().peekable());
    for (entry, next) in layers.iter().zip(layers.iter().skip(1).map(Some).chain([None])) {
        let (channels, side) = match *entry {
            Listed::Conv3(channels) => (channels, 3),
            Listed::Conv1(channels) => (channels, 1),
            Listed::Pool => {
                *pools.last_mut().filter(|pool| !**pool)? = true;
                continue;
            }
            Listed::Lrn => continue,
        };
        let convolution = left.next()?;
        let dims = &convolution.kernel.view.dims;
        (dims[0] == channels && dims[2] == side).then_some(())?;
        convolution.lrn = (next == Some(&Listed::Lrn)).then_some(PAPERS);
        pools.push(false);
    }
    left.peek().is_none().then_some(pools)
}

/// The same as an outline says it; none where that is of other convolutions.
fn outlined(convolutions: &[Convolution], outline: &Outline) -> Option<Vec<bool>> {
    let listed = outline.convolutions.as_ref().filter(|listed| listed.len() == convolutions.len())?;
    let mut both = convolutions.iter().zip(listed);
    let fits = both.all(|(own, (filters, _))| own.kernel.view.dims[0] as u64 == *filters);
    fits.then(|| listed.iter().map(|(_, pool)| *pool).collect())
}

/// For each convolution, whether a pool stands behind it; none where the names leave room for something else.
fn pools(convolutions: &[Convolution]) -> Option<Vec<bool>> {
    let mut pools = Vec::new();
    for (convolution, next) in convolutions.iter().zip(convolutions.iter().skip(1)) {
        pools.push(match (convolution.place, next.place) {
            (Place::Index(own), Place::Index(next)) => {
                // The convolution, perhaps a batch norm, and a rectifier.
                let taken = if convolution.norm.is_some() { 3 } else { 2 };
                match next.checked_sub(own + taken)? {
                    0 => false,
                    1 => true,
                    _ => return None,
                }
            }
            (Place::Block(own), Place::Block(next)) if next == own || next == own + 1 => next != own,
            _ => return pools_by_channels(convolutions),
        });
    }
    // Every VGG ends with one.
    pools.push(true);
    Some(pools)
}

/// The same where names say nothing: as in the paper's configuration whose channels these are, or a part of them.
fn pools_by_channels(convolutions: &[Convolution]) -> Option<Vec<bool>> {
    let kernel = |convolution: &Convolution| {
        let dims = &convolution.kernel.view.dims;
        (dims[0], dims[2])
    };
    let own: Vec<(usize, usize)> = convolutions.iter().map(kernel).collect();
    CONFIGURATIONS.into_iter().find_map(|configuration| {
        let (mut kernels, mut pools) = (Vec::new(), Vec::new());
        for entry in configuration.entries {
            match entry {
                Listed::Conv3(channels) => kernels.push((*channels, 3)),
                Listed::Conv1(channels) => kernels.push((*channels, 1)),
                Listed::Lrn => return None,
                Listed::Pool => *pools.last_mut()? = true,
            }
            if !matches!(entry, Listed::Pool) {
                pools.push(false);
            }
        }
        let (first, of_first) = (own.first()?.0, kernels.first()?.0);
        let fits = own.len() == kernels.len()
            && own.iter().zip(&kernels).all(|(own, listed)| {
                own.1 == listed.1 && own.0.checked_mul(of_first) == listed.0.checked_mul(first)
            });
        fits.then_some(pools)
    })
}

struct Network {
    source: Source,
    convolutions: Vec<Convolution>,
    pools: Vec<bool>,
    dense: Vec<Dense>,
    /// The operator behind each dense layer.
    functions: Vec<Option<&'static str>>,
    /// The side of the input, where the file says it.
    side: Option<usize>,
    /// The operator that pools whole maps, where the file says it.
    global: Option<&'static str>,
    /// How it wants its photos, where the file says it.
    preset: Option<Preset>,
}

impl Network {
    /// The side of the map that the classifier reads.
    fn map_side(&self) -> Result<usize, ModelError> {
        let Some(first) = self.dense.first() else { return Ok(CLASSIFIER_SIDE) };
        let channels = self.channels();
        let dims = &first.matrix.view.dims;
        let inputs = dims[1];
        let side = (inputs / channels).isqrt();
        if side == 0 || side * side * channels != inputs {
            let side = CLASSIFIER_SIDE;
            let expected = format!("{channels}×{side}×{side} = {}", channels * side * side);
            let (tensor, found) = (tidy(&first.matrix.name), inputs.to_string());
            return Err(ModelError::WrongShape { tensor, expected, found });
        }
        Ok(side)
    }

    /// The channels of the last maps.
    fn channels(&self) -> usize {
        self.convolutions.last().map_or(1, |last| last.kernel.view.dims[0])
    }

    fn build(self) -> Result<(pb::ModelProto, HashMap<String, View>), ModelError> {
        let map_side = self.map_side()?;
        let pools = self.pools.iter().filter(|pool| **pool).count() as u32;
        let way = 2usize.checked_pow(pools);
        let least = way.and_then(|way| way.checked_mul(map_side));
        // A dense layer on one number a channel reads the means of larger maps.
        let means = self.side.filter(|own| map_side == 1 && way.is_some_and(|way| own / way > 1));
        // Pools leave out what is left of an odd side.
        let own = self.side.filter(|own| way.is_some_and(|way| own / way == map_side));
        let side =
            means.or(own).or(least).filter(|side| *side <= 4096).ok_or_else(|| gaps(pools as usize))?;
        let mut graph = Graph::new(self.name(), [1, self.convolutions[0].kernel.view.dims[1], side, side]);
        let (mut block, mut number) = (1, 0);
        for (convolution, pool) in self.convolutions.iter().zip(&self.pools) {
            number += 1;
            graph.convolution(convolution, &format!("conv{block}_{number}"));
            if *pool {
                graph.pool(&format!("pool{block}"));
                (block, number) = (block + 1, 0);
            }
        }
        if means.is_some() {
            graph.node(self.global.unwrap_or("GlobalAveragePool"), "gap", &[], vec![]);
        }
        if !self.dense.is_empty() {
            graph.node("Flatten", "flatten", &[], vec![]);
        }
        let mut units = None;
        for (at, (dense, function)) in self.dense.iter().zip(&self.functions).enumerate() {
            let maps = (at == 0).then_some([self.channels(), map_side, map_side]);
            graph.dense(dense, maps, &mut units, self.source)?;
            if let Some(function) = function {
                graph.node(function, &format!("{}.{}", dense.name, function.to_lowercase()), &[], vec![]);
            }
        }
        let is_headless = self.dense.last().is_some_and(functions::is_before_head);
        Ok(graph.finish(self.source, is_headless, self.preset))
    }

    /// The configuration's name where the channels are one's, or else what there is.
    fn name(&self) -> String {
        let norm = if self.convolutions.iter().any(|one| one.norm.is_some()) { " BN" } else { "" };
        let mut own = Vec::new();
        for (convolution, pool) in self.convolutions.iter().zip(&self.pools) {
            let dims = &convolution.kernel.view.dims;
            own.push(if dims[2] == 1 { Listed::Conv1(dims[0]) } else { Listed::Conv3(dims[0]) });
            if convolution.lrn.is_some() {
                own.push(Listed::Lrn);
            }
            if *pool {
                own.push(Listed::Pool);
            }
        }
        let listed = CONFIGURATIONS.iter().find(|configuration| configuration.entries == own);
        match listed {
            Some(configuration) => format!("{}{norm}", configuration.name),
            None => format!("VGG ({}){norm}", self.convolutions.len() + self.dense.len()),
        }
    }
}
