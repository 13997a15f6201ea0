//! Weights of one network that begin another: which of its tensors are taken over, and which are not.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::build::{Build, Tensor};
use super::configuration::Entry;

/// Which tensors are taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Transfer {
    /// Those of the same name and shape, as `load_state_dict(…, strict=False)` does once tensors of other shapes are left out.
    Names,
    /// The first four convolutions and the dense layers, by their places, as the paper begins its deeper networks with its network A
    /// (Simonyan and Zisserman 2014, section 3.1).
    Paper,
}

/// What becomes of each tensor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Tensors that are taken over, each with its name in the other network.
    pub loaded: Vec<[String; 2]>,
    /// Tensors of the new network that the other has not.
    pub missing: Vec<String>,
    /// Tensors of the other network that the new one has not.
    pub unexpected: Vec<String>,
    /// Tensors that both have, in other shapes: that of the new network, and of the other.
    pub mismatched: Vec<(String, Vec<usize>, Vec<usize>)>,
}

impl Transfer {
    /// What becomes of each tensor where the weights of `from` begin `to`.
    pub fn keys(self, from: &Build, to: &Build) -> Keys {
        let (theirs, ours) = (self.places(from, "from"), self.places(to, "to"));
        let by_place: HashMap<&str, &Tensor> =
            theirs.iter().map(|(place, tensor)| (&**place, tensor)).collect();
        let taken: HashSet<&str> = ours.iter().map(|(place, _)| &**place).collect();
        let mut keys = Keys::default();
        for (place, tensor) in &ours {
            match by_place.get(&**place) {
                None => keys.missing.push(tensor.name.clone()),
                Some(other) if other.dims == tensor.dims => {
                    keys.loaded.push([tensor.name.clone(), other.name.clone()]);
                }
                Some(other) => {
                    keys.mismatched.push((tensor.name.clone(), tensor.dims.clone(), other.dims.clone()));
                }
            }
        }
        let spare = theirs.iter().filter(|(place, _)| !taken.contains(&**place));
        keys.unexpected.extend(spare.map(|(_, tensor)| tensor.name.clone()));
        keys
    }

    /// The tensors of a network, each with what it is found by in the other.
    fn places(self, build: &Build, side: &str) -> Vec<(String, Tensor)> {
        if self == Transfer::Names {
            return build.tensors().into_iter().map(|tensor| (tensor.name.clone(), tensor)).collect();
        }
        /// Convolutions that stand where the first four of network A do: block and number, from 0.
        const FIRST_FOUR: [[usize; 2]; 4] = [[0, 0], [1, 0], [2, 0], [2, 1]];
        let (mut at, mut convolutions) = ([0, 0], Vec::new());
        for entry in &build.entries {
            match entry {
                Entry::Pool => at = [at[0] + 1, 0],
                Entry::Lrn => {}
                Entry::Conv3(_) | Entry::Conv1(_) => {
                    convolutions.push(at);
                    at[1] += 1;
                }
            }
        }
        let (mut convolutions, mut own) = (convolutions.into_iter(), None);
        let place = |tensor: Tensor| {
            let (module, what) = tensor.name.rsplit_once('.').unwrap_or_default();
            if tensor.dims.len() == 4 {
                own = convolutions.next().map(|at| (module.to_owned(), at));
            }
            let place = match &own {
                Some((convolution, at)) if convolution == module && FIRST_FOUR.contains(at) => {
                    format!("convolution {at:?} {what}")
                }
                _ if module.starts_with("classifier") => tensor.name.clone(),
                // Found by nothing.
                _ => format!("{side} {}", tensor.name),
            };
            (place, tensor)
        };
        build.tensors().into_iter().map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(transfer: Transfer, from: &str, to: &str) -> Keys {
        transfer.keys(&from.parse().unwrap(), &to.parse().unwrap())
    }

    /// `missing_keys` and `unexpected_keys` of torchvision's own networks: vgg16's weights in one with a classifier of one layer
    /// (`model.classifier = nn.Linear(512, 10)`), and in vgg11.
    #[test]
    fn as_pytorch_lists_them() {
        let found = keys(Transfer::Names, "vgg16", "vgg16/xavier/1/10/0");
        assert_eq!(found.missing, ["classifier.weight", "classifier.bias"]);
        let spare =
            ["0", "3", "6"].map(|at| ["weight", "bias"].map(|what| format!("classifier.{at}.{what}")));
        assert_eq!(found.unexpected, spare.concat());
        assert_eq!((found.loaded.len(), found.mismatched.len()), (26, 0));

        let found = keys(Transfer::Names, "vgg16", "vgg16/xavier/1/10");
        assert!(found.missing.is_empty() && found.unexpected.is_empty());
        let [weight, bias] = &found.mismatched[..] else { panic!("{found:?}") };
        assert_eq!(*weight, ("classifier.6.weight".to_owned(), vec![10, 4096], vec![1000, 4096]));
        assert_eq!(bias.0, "classifier.6.bias");

        let found = keys(Transfer::Names, "vgg16", "vgg11");
        let missing = [3, 6, 8, 11, 13, 16, 18]
            .map(|at| ["weight", "bias"].map(|what| format!("features.{at}.{what}")));
        assert_eq!(found.missing, missing.concat());
        assert!(found.mismatched.is_empty());
    }

    /// Eleven layers of network A begin those of network D that the paper names.
    #[test]
    fn as_the_paper_begins() {
        let found = keys(Transfer::Paper, "A", "D");
        let ours: Vec<&str> = found.loaded.iter().map(|[ours, _]| &**ours).collect();
        assert_eq!(
            ours[..8],
            [0, 5, 10, 12].map(|at| ["weight", "bias"].map(|what| format!("features.{at}.{what}"))).concat()
        );
        assert_eq!(found.loaded[2], ["features.5.weight", "features.3.weight"]);
        assert_eq!((found.loaded.len(), found.mismatched.len()), (8 + 6, 0));
        assert_eq!((found.missing.len(), found.unexpected.len()), (2 * 9, 2 * 4));
    }
}
