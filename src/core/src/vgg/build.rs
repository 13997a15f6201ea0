//! A network that is built here: a list, a classifier, and how its weights begin.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use super::cfg::{self, CfgError};
use super::configuration::{CLASSIFIER, Entry, SIDE};
use super::initialise::{Distribution, Initialisation, key};

/// Such a network. As a text it is the list or its name, the rule of the weights, the seed, and where they differ from
/// the paper's the classes and the units of the two dense layers before them: `vgg11/xavier/1`, `16,M,32,M/kaiming/7/4/64`;
/// `bn` at the end puts batch norm behind each convolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// Convolutions and pools.
    pub entries: Vec<Entry>,
    /// Whether a batch norm stands behind each convolution.
    pub batch_norm: bool,
    /// Units of each of the two dense layers before the last.
    pub hidden: usize,
    /// Classes.
    pub classes: usize,
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
    /// A pool that does not follow a convolution.
    Pool,
    /// More weights than the page's memory holds: so many.
    Weights(u64),
}

/// The most weights: half as many again as VGG-19 has.
pub const MOST_WEIGHTS: u64 = 220_000_000;

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
    /// Every tensor, as torchvision's state dict has them.
    pub fn tensors(&self) -> Vec<Tensor> {
        let (mut tensors, mut matrices) = (Vec::new(), 0);
        let mut add = |name: String, dims: Vec<usize>, from| {
            // Of what is drawn only: a norm more does not change it.
            matrices += u64::from(dims.len() > 1);
            tensors.push(Tensor { name, dims, from, key: key(self.seed, matrices) });
        };
        let (zero, one) = (Distribution::Constant(0.0), Distribution::Constant(1.0));
        let (mut index, mut channels, mut side) = (0, 3, SIDE);
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
        let mut from = channels * side * side;
        for (index, to) in [(0, self.hidden), (3, self.hidden), (6, self.classes)] {
            let weights = self.initialisation.dense([from, to]);
            add(format!("classifier.{index}.weight"), vec![to, from], weights);
            add(format!("classifier.{index}.bias"), vec![to], zero);
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
        // The weights do not tell of any other.
        if entries.first() == Some(&Entry::Pool) || entries.windows(2).any(|pair| pair == [Entry::Pool; 2]) {
            return Err(BuildError::Pool);
        }
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
        let units = |place: usize, usual: usize| {
            let said = number(place, usual as u64, 1)?;
            usize::try_from(said)
                .ok()
                .filter(|units| *units <= cfg::MOST)
                .ok_or_else(|| BuildError::Number(said.to_string()))
        };
        if let Some(more) = part(5) {
            return Err(BuildError::Number(short(more)));
        }
        let [hidden, _, classes] = CLASSIFIER;
        let build = Build {
            entries,
            batch_norm,
            hidden: units(4, hidden)?,
            classes: units(3, classes)?,
            initialisation,
            seed: number(2, 0, 0)?,
        };
        let weights = build.tensors().iter().map(Tensor::count).sum();
        if weights > MOST_WEIGHTS { Err(BuildError::Weights(weights)) } else { Ok(build) }
    }
}

impl Display for Build {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let list = cfg::write(&self.entries).replace(' ', "");
        let Build { initialisation, seed, classes, hidden, .. } = self;
        write!(f, "{list}/{}/{seed}/{classes}/{hidden}", initialisation.word())?;
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
        for text in ["64,M,128,128,M/xavier/1/4/64", "8,M/normal/18446744073709551615/2/1/bn"] {
            assert_eq!(text.parse::<Build>().unwrap().to_string(), text);
        }
        let error = |text: &str| text.parse::<Build>().unwrap_err();
        assert_eq!(error(""), BuildError::Cfg(CfgError::Empty));
        assert_eq!(error("vgg12"), BuildError::Cfg(CfgError::Name("vgg12".into())));
        assert_eq!(error("8/he"), BuildError::Initialisation("he".into()));
        for text in ["8/xavier/-1", "8/xavier/1/0", "8/xavier/1/2/5000", "8/xavier/1/2/3/4"] {
            assert!(matches!(error(text), BuildError::Number(_)), "{text}");
        }
        for text in ["M,8", "8,M,M"] {
            assert_eq!(error(text), BuildError::Pool, "{text}");
        }
        // Without a pool the first dense layer reads every pixel of 64 channels.
        assert!(matches!(error("64/xavier"), BuildError::Weights(13_170_000_000..)));
    }
}
