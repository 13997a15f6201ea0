//! Weights of PyTorch: of torchvision's names or timm's, of a bare `Sequential`, or of Caffe's, whatever stands before them.

use std::collections::{BTreeMap, HashMap};

use vggscope_core::error::ModelError;
use vggscope_core::nn::labels::tidy;

use super::{Layers, block, flat, natural};
use crate::load::formats::{Entry, Source};
use crate::load::vgg::{Convolution, Dense, Named, Place, pools};

/// What modules that hold another one call it: `DataParallel` and `torch.compile`.
const WRAPPERS: [&str; 2] = ["module", "_orig_mod"];

/// How many modules torchvision has for a dense layer: itself, a rectifier and a dropout.
const DENSE_AND_OTHERS: usize = 3;

/// The convolutions of VGG-11, the smallest of the paper's.
const FEWEST: usize = 8;

/// The tensors of a module.
struct Module {
    /// The names of the modules that it is in, and its own, without wrappers.
    path: String,
    /// What the file calls it.
    name: String,
    parts: HashMap<String, Named>,
}

/// Where the convolutions are.
struct Trunk {
    /// The module that they are in.
    parent: String,
    /// Whether their names count blocks; else they have indices.
    is_of_blocks: bool,
}

/// The layers of these weights.
///
/// # Errors
/// Which tensor is missing, or is none of a VGG; `no_vgg` where that are many.
pub(in crate::load::vgg) fn pytorch(
    entries: Vec<Entry>,
    no_vgg: &dyn Fn() -> ModelError,
) -> Result<Layers, ModelError> {
    let count = entries.len();
    let modules = modules(entries);
    let trunk = trunk(&modules).ok_or_else(no_vgg)?;
    let (mut convolutions, mut dense, mut foreign) = (Vec::new(), Vec::new(), Vec::new());
    // Those of the trunk in their order.
    let mut features = BTreeMap::new();
    for module in modules {
        match place(&trunk, &module) {
            Some(place) => drop(features.insert(place, module)),
            None if is_dense(&module) => dense.push(module),
            None => foreign.push(module),
        }
    }
    let tensors = |modules: &[Module]| modules.iter().map(|module| module.parts.len()).sum::<usize>();
    if 2 * tensors(&foreign) >= count {
        return Err(no_vgg());
    }
    if let Some(module) = foreign.into_iter().next() {
        return Err(module.foreign());
    }
    let mut within = Vec::new();
    for (place, module) in features {
        match module.parts.get("weight").map(|weight| weight.view.dims.len()) {
            Some(2) => within.push(module),
            Some(1) => norm(module, place, &mut convolutions).map_err(|why| why.unwrap_or_else(no_vgg))?,
            _ => convolutions.push(convolution(module, place)?),
        }
    }
    if let Some(module) = alike(&convolutions) {
        return Err(module);
    }
    let is_named = trunk.is_of_blocks || trunk.parent.rsplit('.').next() == Some("features");
    // Of other names, few convolutions may have no padding, and an even row of them may be one that keeps the size of photos.
    let has_pools = || pools(&convolutions).is_some_and(|pools| pools[..pools.len() - 1].contains(&true));
    if !is_named && (convolutions.len() < FEWEST || !has_pools()) {
        return Err(no_vgg());
    }
    let prefix = parent(&trunk.parent).to_owned();
    let dense = if within.is_empty() { one_group(dense)? } else { within.into_iter().chain(dense).collect() };
    let dense = dense.into_iter().map(|module| to_dense(module, &prefix)).collect::<Result<_, _>>()?;
    let source = if trunk.is_of_blocks { Source::Caffe } else { Source::PyTorch };
    let dense = in_order(dense);
    match dense.windows(2).find_map(|pair| gap(&pair[0], &pair[1])) {
        Some(missing) => Err(missing),
        None => Ok((convolutions, dense, source)),
    }
}

/// The modules of all tensors, in the file's order.
fn modules(entries: Vec<Entry>) -> Vec<Module> {
    let mut modules: Vec<Module> = Vec::new();
    let mut places = HashMap::new();
    for Entry { name, view } in entries {
        let parts: Vec<&str> = name.split('.').filter(|part| !WRAPPERS.contains(part)).collect();
        let Some((kind, path)) = parts.split_last() else { continue };
        let (kind, path) = ((*kind).to_owned(), path.join("."));
        let place = *places.entry(path.clone()).or_insert_with(|| {
            let name = name.rsplit_once('.').map_or("", |(name, _)| name).to_owned();
            modules.push(Module { path, name, parts: HashMap::new() });
            modules.len() - 1
        });
        modules[place].parts.insert(kind, Named { name, view });
    }
    modules
}

impl Module {
    fn last(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// The dimensions of its weight.
    fn dims(&self) -> &[usize] {
        self.parts.get("weight").map(|weight| &weight.view.dims[..]).unwrap_or_default()
    }

    /// One of its tensors, which must be there.
    fn take(&mut self, kind: &str) -> Result<Named, ModelError> {
        self.parts.remove(kind).ok_or_else(|| missing(&self.name, kind))
    }

    /// That no VGG has one of its tensors.
    fn foreign(&self) -> ModelError {
        let name = self.parts.values().map(|part| &part.name).min();
        ModelError::ForeignTensor { tensor: tidy(name.unwrap_or(&self.name)) }
    }

    /// Nothing of it may be left over.
    fn finish(&self) -> Result<(), ModelError> {
        if self.parts.is_empty() { Ok(()) } else { Err(self.foreign()) }
    }
}

fn missing(module: &str, kind: &str) -> ModelError {
    let name = if module.is_empty() { kind.to_owned() } else { format!("{module}.{kind}") };
    ModelError::MissingTensor { tensor: tidy(&name) }
}

/// The path of the module that one is in.
fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(parent, _)| parent)
}

/// Where the convolutions are: in `features`, or in any sequence that begins with one, or under Caffe's names.
fn trunk(modules: &[Module]) -> Option<Trunk> {
    let all = |is: &dyn Fn(&Module) -> bool, is_of_blocks| {
        let first = modules.iter().find(|module| is(module))?;
        Some(Trunk { parent: parent(&first.path).to_owned(), is_of_blocks })
    };
    all(&|module| module.path == "features.0" || module.path.ends_with(".features.0"), false)
        .or_else(|| all(&|module| module.last() == "0" && module.dims().len() == 4, false))
        .or_else(|| all(&|module| module.last() == "conv1_1" && module.dims().len() == 4, true))
}

/// The place of a module in the trunk: its index, or block and number.
fn place(trunk: &Trunk, module: &Module) -> Option<(usize, usize)> {
    (parent(&module.path) == trunk.parent).then_some(())?;
    if !trunk.is_of_blocks {
        return Some((0, module.last().parse().ok()?));
    }
    let (block, number) = module.last().strip_prefix("conv")?.split_once('_')?;
    Some((block.parse().ok()?, number.parse().ok()?))
}

/// Whether a module is a dense layer, or what is left of one. The first are convolutions in timm's files, and where a network was
/// made to take larger photos.
fn is_dense(module: &Module) -> bool {
    match module.dims().len() {
        0 => module.parts.contains_key("bias") && module.parts.len() == 1,
        2 => true,
        4 => module.last().starts_with("fc"),
        _ => false,
    }
}

fn convolution(mut module: Module, (_, index): (usize, usize)) -> Result<Convolution, ModelError> {
    let name = module.last().to_owned();
    let place = match block(&name) {
        Place::Unknown => Place::Index(index),
        place => place,
    };
    let (kernel, bias) = (module.take("weight")?, module.parts.remove("bias"));
    module.finish()?;
    Ok(Convolution { name, kernel, bias, norm: None, lrn: None, place })
}

/// Gives a batch norm to the convolution right before it.
fn norm(
    mut module: Module,
    (_, index): (usize, usize),
    convolutions: &mut [Convolution],
) -> Result<(), Option<ModelError>> {
    // The slopes of a PReLU have no shift.
    if module.parts.len() == 1 {
        return Err(Some(module.foreign()));
    }
    let before = |last: &&mut Convolution| matches!(last.place, Place::Index(own) if own + 1 == index);
    let last = convolutions.last_mut().filter(before).ok_or(None)?;
    let mut take = |kind: &str| module.take(kind).map_err(Some);
    last.norm = Some([take("weight")?, take("bias")?, take("running_mean")?, take("running_var")?]);
    module.finish().map_err(Some)
}

/// What one convolution lacks that others have: a bias, or a batch norm.
fn alike(convolutions: &[Convolution]) -> Option<ModelError> {
    let module = |one: &Convolution| one.kernel.name.strip_suffix(".weight").unwrap_or_default().to_owned();
    let lacks = |has: &dyn Fn(&Convolution) -> bool| {
        let lacks = convolutions.iter().find(|one| !has(one));
        lacks.filter(|_| convolutions.iter().any(has))
    };
    if let Some(one) = lacks(&|one| one.norm.is_some()) {
        let Place::Index(index) = one.place else { return None };
        let own = module(one);
        let before = own.strip_suffix(&index.to_string()).unwrap_or_default();
        return Some(missing(&format!("{before}{}", index + 1), "weight"));
    }
    lacks(&|one| one.bias.is_some()).map(|one| missing(&module(one), "bias"))
}

/// The dense layers, which must be in one module: what computes between two of them is known of none other. In timm's files they are
/// in two.
fn one_group(modules: Vec<Module>) -> Result<Vec<Module>, ModelError> {
    let group = |module: &Module| {
        let mut path = parent(&module.path);
        while path.rsplit('.').next().is_some_and(|last| last.parse::<usize>().is_ok()) {
            path = parent(path);
        }
        path.strip_suffix("pre_logits").or(path.strip_suffix("head")).unwrap_or(path).to_owned()
    };
    let groups: Vec<String> = modules.iter().map(group).collect();
    let mut sizes: HashMap<&str, usize> = HashMap::new();
    groups.iter().for_each(|group| *sizes.entry(group).or_default() += 1);
    let largest = groups.iter().rev().max_by_key(|group| sizes[group.as_str()]);
    let other = groups.iter().position(|group| Some(group) != largest);
    match other {
        Some(other) => Err(modules[other].foreign()),
        None => Ok(modules),
    }
}

fn to_dense(mut module: Module, prefix: &str) -> Result<Dense, ModelError> {
    let own = module.path.strip_prefix(prefix).unwrap_or(&module.path);
    let name = own.strip_prefix('.').unwrap_or(own).to_owned();
    let wrong = module.foreign();
    let (matrix, bias) = (flat(module.take("weight")?).ok_or(wrong)?, module.parts.remove("bias"));
    module.finish()?;
    Ok(Dense { name, matrix, bias })
}

/// The weight that is missing between two dense layers of a sequence, where a whole layer has room with what follows it.
fn gap(one: &Dense, next: &Dense) -> Option<ModelError> {
    let index = |dense: &Dense| dense.name.rsplit('.').next()?.parse::<usize>().ok();
    let (own, next_own) = (index(one)?, index(next)?);
    let is_gap =
        parent(&one.name) == parent(&next.name) && next_own.checked_sub(own)? >= 2 * DENSE_AND_OTHERS;
    is_gap.then_some(())?;
    let before = one.matrix.name.strip_suffix(&format!("{own}.weight"))?;
    Some(missing(&format!("{before}{}", own + DENSE_AND_OTHERS), "weight"))
}

/// Dense layers as they follow each other: by the numbers in their names, or as the file has them where only then each reads what the
/// one before it makes.
fn in_order(dense: Vec<Dense>) -> Vec<Dense> {
    let rank = |one: &Dense| match () {
        () if one.name.starts_with("pre_logits") => 0,
        () if one.name.starts_with("head") => 2,
        () => 1,
    };
    let mut order: Vec<usize> = (0..dense.len()).collect();
    order.sort_by_cached_key(|at| (rank(&dense[*at]), natural(&dense[*at].name)));
    let dims = |at: usize| &dense[at].matrix.view.dims;
    let follows = |pair: &[usize]| dims(pair[0])[0] == dims(pair[1])[1];
    let own: Vec<usize> = (0..dense.len()).collect();
    if !order.windows(2).all(follows) && own.windows(2).all(follows) {
        return dense;
    }
    let mut dense: Vec<Option<Dense>> = dense.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| dense[at].take()).collect()
}
