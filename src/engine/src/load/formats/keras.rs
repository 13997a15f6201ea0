//! Weights of Keras: `.h5` and `.weights.h5`, which are HDF5, and `.keras`, a zip archive with such a file in it
//! (<https://keras.io/api/models/model_saving_apis/>).

mod outline;

use vggscope_core::error::ModelError;
use vggscope_core::model::HDF5;

use super::zip::Archive;
use super::{Format, Source, StateDict, hdf5};
use crate::load::bytes::{Bytes, begins, bytes};
pub use outline::Outline;

/// Either of them.
pub struct Keras;

/// The weights of a `.keras` archive.
const WEIGHTS: &str = "model.weights.h5";
/// Its outline.
const OUTLINE: &str = "config.json";
/// The same in an HDF5 file.
const ATTRIBUTE: &str = "model_config";

impl Format for Keras {
    fn matches(&self, file: &dyn Bytes) -> bool {
        begins(file, HDF5)
            || Archive::matches(file)
                && Archive::open(file).is_ok_and(|archive| archive.find(WEIGHTS).is_some())
    }

    fn read(&self, file: &dyn Bytes) -> Result<StateDict, ModelError> {
        let (part, beside) = if Archive::matches(file) {
            let archive = Archive::open(file)?;
            let name = archive.find(WEIGHTS).ok_or(ModelError::NoWeights)?;
            let folder = name.strip_suffix(WEIGHTS).unwrap_or_default();
            // A compressed outline is none.
            let beside = archive.get(&format!("{folder}{OUTLINE}")).ok().flatten();
            (archive.get(name)?.ok_or(ModelError::NoWeights)?, beside)
        } else {
            (0..file.end(), None)
        };
        let (datasets, own) = hdf5::read(file, part, ATTRIBUTE)?;
        let mut weights = StateDict::new(Source::Keras);
        let text = beside.or(own).filter(|text| text.len() <= outline::LONGEST);
        weights.outline = text.and_then(|text| Outline::read(&bytes(file, text)));
        // What the optimiser keeps has the names of the weights.
        for dataset in datasets.into_iter().filter(|dataset| !dataset.path.contains("optimizer")) {
            weights.add(&dataset.path, dataset.view)?;
        }
        Ok(weights)
    }
}
