//! A network that is built here: a list, a classifier, the side of its photo, and how its weights begin.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use super::cfg::{self, CfgError};
use super::configuration::{self, CLASSIFIER, Entry, SIDE};
use super::initialise::{Distribution, Initialisation, key};
use crate::nn::{Architecture, Op, Window};

/// Such a network. As a text it is the list or its name, the rule of the weights, the seed, and where they differ from
/// the paper's the classes, the units of the two dense layers before them, and the side: `vgg11/xavier/1`,
/// `16,M,32,M/kaiming/7/4/64/96`; `bn` at the end puts batch norm behind each convolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// Convolutions and pools.
    pub entries: Vec<Entry>,
    /// Whether a batch norm stands behind each convolution.
    pub batch_norm: bool,
    /// Units of each of the two dense layers before the last; 0 where there is only the last, which reads the means of the maps.
    pub hidden: usize,
    /// Classes.
    pub classes: usize,
    /// Rows and columns of the photo.
    pub side: usize,
    /// How the weights begin.
    pub initialisation: Initialisation,
    /// From which the weights are drawn: the same seed gives the same network.
    pub seed: u64,
}

/// Why a text is no such network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildError {
    /// The list.
    Cfg(CfgError),
    /// A word that is no [`Initialisation::word`].
    Initialisation(String),
    /// A seed, classes or units that are no number, or none that is taken.
    Number(String),
    /// A pool that does not follow a convolution, perhaps with a normalisation between them.
    Pool,
    /// A side that is not from [`LEAST_SIDE`] to [`MOST_SIDE`], or that the pools, so many, do not halve evenly.
    Side(usize, usize),
    /// More weights than the page's memory holds: so many.
    Weights(u64),
}

/// The most weights: half as many again as VGG-19 has.
pub const MOST_WEIGHTS: u64 = 220_000_000;

/// The shortest side.
pub const LEAST_SIDE: usize = 32;
/// The longest side.
pub const MOST_SIDE: usize = 512;

/// A tensor of weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// As torchvision calls it.
    pub name: String,
    /// Its dimensions, in PyTorch's order.
    pub dims: Vec<usize>,
    /// What its numbers are drawn from.
    pub from: Distribution,
    /// The key of its numbers.
    pub key: u64,
}

impl Tensor {
    /// How many numbers it has.
    pub fn count(&self) -> u64 {
        self.dims.iter().map(|dim| *dim as u64).product()
    }
}

impl Build {
    /// A network with these convolutions and pools that is as the paper's in all else.
    pub fn of(entries: &[Entry], initialisation: Initialisation) -> Build {
        let [hidden, _, classes] = CLASSIFIER;
        Build {
            entries: entries.to_vec(),
            batch_norm: false,
            hidden,
            classes,
            side: SIDE,
            initialisation,
            seed: 1,
        }
    }

    /// The same network as one that is in use; none where that is no plain VGG with three dense layers, or one on means. What rule its weights once
    /// had is not known.
    pub fn like(network: &Architecture) -> Option<Build> {
        let (mut entries, mut units, mut pooled) = (Vec::new(), Vec::new(), false);
        let window = |kernel, stride, padding| Window {
            kernel: [kernel; 2],
            stride: [stride; 2],
            dilation: [1; 2],
            padding: [padding; 2],
        };
        let mut norms = Vec::new();
        for (layer, below) in network.layers.iter().skip(1).zip(&network.layers) {
            let channels = layer.shape.channels;
            if let Op::Convolution(own) = layer.op {
                let weights = (own.kernel[0] * own.kernel[1] * below.shape.channels * channels) as u64;
                // Besides biases a batch norm has two numbers a channel.
                norms.push(layer.parameters.checked_sub(weights)? > channels as u64);
            }
            match layer.op {
                Op::Dense => units.push(channels),
                _ if !units.is_empty() || pooled => return None,
                Op::GlobalAveragePool => pooled = true,
                Op::Convolution(own) if own == window(3, 1, 1) => entries.push(Entry::Conv3(channels)),
                Op::Convolution(own) if own == window(1, 1, 0) => entries.push(Entry::Conv1(channels)),
                Op::MaxPool(own) if own == window(2, 2, 0) => entries.push(Entry::Pool),
                _ => return None,
            }
        }
        let (hidden, classes) = match (units.as_slice(), pooled) {
            (&[hidden, second, classes], false) if hidden == second => (hidden, classes),
            (&[classes], true) => (0, classes),
            _ => return None,
        };
        let input = network.input();
        let batch_norm = norms.first().copied()?;
        let is_like = norms.iter().all(|norm| *norm == batch_norm);
        let is_square = input.width == input.height && input.channels == 3;
        let build = Build {
            batch_norm,
            hidden,
            classes,
            side: input.height,
            ..Build::of(&entries, Initialisation::Xavier)
        };
        (is_square && is_like && build.check().is_ok()).then_some(build)
    }

    /// Its layers.
    pub fn architecture(&self) -> Architecture {
        configuration::architecture("", &self.entries, self.side, &self.units(), self.batch_norm)
    }

    /// Its code in PyTorch.
    pub fn pytorch(&self) -> String {
        cfg::pytorch(&self.entries, self.side, &self.units(), self.batch_norm)
    }

    /// Units of the dense layers.
    fn units(&self) -> Vec<usize> {
        match self.hidden {
            0 => vec![self.classes],
            hidden => vec![hidden, hidden, self.classes],
        }
    }

    /// Whether it can be run.
    fn check(&self) -> Result<(), BuildError> {
        let pools = self.entries.iter().filter(|entry| **entry == Entry::Pool).count();
        // The weights do not tell of any other.
        let mut follows = false;
        for entry in &self.entries {
            match entry {
                Entry::Conv3(_) | Entry::Conv1(_) => follows = true,
                Entry::Pool | Entry::Lrn if !follows => return Err(BuildError::Pool),
                Entry::Pool => follows = false,
                Entry::Lrn => {}
            }
        }
        let halves = u32::try_from(pools).ok().and_then(|pools| 1usize.checked_shl(pools));
        let fits = halves.is_some_and(|halves| self.side.is_multiple_of(halves));
        if !fits || !(LEAST_SIDE..=MOST_SIDE).contains(&self.side) {
            return Err(BuildError::Side(self.side, pools));
        }
        let weights = self.tensors().iter().map(Tensor::count).sum();
        if weights > MOST_WEIGHTS { Err(BuildError::Weights(weights)) } else { Ok(()) }
    }

    /// Every tensor, as torchvision's state dict has them.
    pub fn tensors(&self) -> Vec<Tensor> {
        let (mut tensors, mut matrices) = (Vec::new(), 0);
        let mut add = |name: String, dims: Vec<usize>, from| {
            // Of what is drawn only: a norm more does not change it.
            matrices += u64::from(dims.len() > 1);
            tensors.push(Tensor { name, dims, from, key: key(self.seed, matrices) });
        };
        let (zero, one) = (Distribution::Constant(0.0), Distribution::Constant(1.0));
        let (mut index, mut channels, mut side) = (0, 3, self.side);
        for entry in &self.entries {
            let (to, kernel) = match *entry {
                Entry::Conv3(to) => (to, 3),
                Entry::Conv1(to) => (to, 1),
                Entry::Pool => {
                    (index, side) = (index + 1, side / 2);
                    continue;
                }
                Entry::Lrn => {
                    index += 1;
                    continue;
                }
            };
            let weights = self.initialisation.convolution(kernel * kernel, [channels, to]);
            add(format!("features.{index}.weight"), vec![to, channels, kernel, kernel], weights);
            add(format!("features.{index}.bias"), vec![to], zero);
            // Its rectifier counts too.
            index += 2;
            if self.batch_norm {
                let norm = index - 1;
                for (what, number) in
                    [("weight", one), ("bias", zero), ("running_mean", zero), ("running_var", one)]
                {
                    add(format!("features.{norm}.{what}"), vec![to], number);
                }
                index += 1;
            }
            channels = to;
        }
        let (names, mut from) = match self.hidden {
            0 => (&["classifier"][..], channels),
            _ => (&["classifier.0", "classifier.3", "classifier.6"][..], channels * side * side),
        };
        for (name, to) in names.iter().zip(self.units()) {
            let weights = self.initialisation.dense([from, to]);
            add(format!("{name}.weight"), vec![to, from], weights);
            add(format!("{name}.bias"), vec![to], zero);
            from = to;
        }
        tensors
    }
}

impl FromStr for Build {
    type Err = BuildError;

    fn from_str(text: &str) -> Result<Build, BuildError> {
        let mut parts: Vec<&str> = text.split('/').map(str::trim).collect();
        let batch_norm = parts.pop_if(|last| *last == "bn").is_some();
        let part = |place: usize| parts.get(place).copied();
        let short = |text: &str| text.chars().take(20).collect::<String>();
        let entries = cfg::read(part(0).unwrap_or_default()).map_err(BuildError::Cfg)?;
        let word = part(1).unwrap_or(Initialisation::Xavier.word());
        let initialisation = Initialisation::ALL.into_iter().find(|one| one.word() == word);
        let initialisation = initialisation.ok_or_else(|| BuildError::Initialisation(short(word)))?;
        let number = |place: usize, usual: u64, least: u64| match part(place) {
            None => Ok(usual),
            Some(text) => {
                let number = text.parse().ok().filter(|number| *number >= least);
                number.ok_or_else(|| BuildError::Number(short(text)))
            }
        };
        let units = |place: usize, usual: usize, least: u64| {
            let said = number(place, usual as u64, least)?;
            usize::try_from(said)
                .ok()
                .filter(|units| *units <= cfg::MOST)
                .ok_or_else(|| BuildError::Number(said.to_string()))
        };
        if let Some(more) = part(6) {
            return Err(BuildError::Number(short(more)));
        }
        let usual = Build::of(&entries, initialisation);
        let build = Build {
            batch_norm,
            hidden: units(4, usual.hidden, 0)?,
            classes: units(3, usual.classes, 1)?,
            side: units(5, usual.side, 1)?,
            seed: number(2, 0, 0)?,
            ..usual
        };
        build.check()?;
        Ok(build)
    }
}

impl Display for Build {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let list = cfg::write(&self.entries).replace(' ', "");
        let Build { initialisation, seed, classes, hidden, side, .. } = self;
        write!(f, "{list}/{}/{seed}/{classes}/{hidden}", initialisation.word())?;
        if *side != SIDE {
            write!(f, "/{side}")?;
        }
        if self.batch_norm { f.write_str("/bn") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn weights(text: &str) -> u64 {
        let tensors = text.parse::<Build>().unwrap().tensors();
        let learnt = tensors.iter().filter(|tensor| !tensor.name.contains("running"));
        learnt.map(Tensor::count).sum()
    }

    /// torchvision's own counts.
    #[test]
    fn parameters() {
        for (text, count) in [
            ("vgg11", 132_863_336),
            ("vgg13", 133_047_848),
            ("vgg16/kaiming/3", 138_357_544),
            ("vgg19", 143_667_240),
            ("vgg11/xavier/1/bn", 132_868_840),
            ("vgg19/zeros/0/1000/4096/bn", 143_678_248),
        ] {
            assert_eq!(weights(text), count, "{text}");
        }
    }

    /// The network in use is one that can be built, unless it is no plain VGG.
    #[test]
    fn networks_in_use() {
        for text in ["vgg16/xavier/1", "C/xavier/1/10/64/96", "vgg11/xavier/1/5/0", "vgg11/xavier/1/5/8/bn"] {
            let build: Build = text.parse().unwrap();
            assert_eq!(Build::like(&build.architecture()), Some(build), "{text}");
        }
        let mut other = "vgg11/xavier/1".parse::<Build>().unwrap().architecture();
        other.layers[2].op = Op::GlobalAveragePool;
        assert_eq!(Build::like(&other), None);
    }

    /// As `vgg11_bn(num_classes=10).state_dict()` of torchvision has them.
    #[test]
    fn names() {
        let tensors = "vgg11/kaiming/1/10/bn".parse::<Build>().unwrap().tensors();
        let about = |at: usize| (tensors[at].name.as_str(), tensors[at].dims.as_slice());
        assert_eq!(about(0), ("features.0.weight", &[64, 3, 3, 3][..]));
        assert_eq!(about(5), ("features.1.running_var", &[64][..]));
        assert_eq!(about(6), ("features.4.weight", &[128, 64, 3, 3][..]));
        assert_eq!(about(42), ("features.25.weight", &[512, 512, 3, 3][..]));
        assert_eq!(about(48), ("classifier.0.weight", &[4096, 25088][..]));
        assert_eq!(about(53), ("classifier.6.bias", &[10][..]));
        assert_eq!(tensors.len(), 54);
        let keys: BTreeSet<u64> = tensors.iter().map(|tensor| tensor.key).collect();
        assert_eq!(keys.len(), 8 + 3);
    }

    #[test]
    fn texts() {
        for text in ["64,M,128,128,M/xavier/1/4/64", "8,LRN,M,conv1-8/normal/18446744073709551615/2/1/96/bn"]
        {
            assert_eq!(text.parse::<Build>().unwrap().to_string(), text);
        }
        let error = |text: &str| text.parse::<Build>().unwrap_err();
        assert_eq!(error(""), BuildError::Cfg(CfgError::Empty));
        assert_eq!(error("vgg12"), BuildError::Cfg(CfgError::Name("vgg12".into())));
        assert_eq!(error("8/he"), BuildError::Initialisation("he".into()));
        for text in ["8/xavier/-1", "8/xavier/1/0", "8/xavier/1/2/5000", "8/xavier/1/2/3/32/4"] {
            assert!(matches!(error(text), BuildError::Number(_)), "{text}");
        }
        for text in ["M,8", "8,M,M", "LRN,8"] {
            assert_eq!(error(text), BuildError::Pool, "{text}");
        }
        assert_eq!(error("8,M,8,M/xavier/1/4/64/98"), BuildError::Side(98, 2));
        assert_eq!(error("8/xavier/1/4/64/16"), BuildError::Side(16, 0));
        // Without a pool the first dense layer reads every pixel of 64 channels.
        assert!(matches!(error("64/xavier"), BuildError::Weights(13_170_000_000..)));
    }
}
