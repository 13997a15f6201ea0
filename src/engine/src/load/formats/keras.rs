//! Weights of Keras: `.h5` and `.weights.h5`, which are HDF5, and `.keras`, a zip archive with such a file in it
//! (<https://keras.io/api/models/model_saving_apis/>).

use vggscope_core::error::ModelError;
use vggscope_core::model::HDF5;

use super::zip::Archive;
use super::{Format, Source, StateDict, hdf5};
use crate::load::bytes::{Bytes, begins};

/// Either of them.
pub struct Keras;

/// The weights of a `.keras` archive.
const WEIGHTS: &str = "model.weights.h5";

impl Format for Keras {
    fn matches(&self, file: &dyn Bytes) -> bool {
        begins(file, HDF5)
            || Archive::matches(file)
                && Archive::open(file).is_ok_and(|archive| archive.find(WEIGHTS).is_some())
    }

    fn read(&self, file: &dyn Bytes) -> Result<StateDict, ModelError> {
        let part = if Archive::matches(file) {
            let archive = Archive::open(file)?;
            archive
                .find(WEIGHTS)
                .map(|name| archive.get(name))
                .transpose()?
                .flatten()
                .ok_or(ModelError::NoWeights)?
        } else {
            0..file.end()
        };
        let datasets = hdf5::datasets(file, part)?;
        let mut weights = StateDict::new(Source::Keras);
        // What the optimiser keeps has the names of the weights.
        for dataset in datasets.into_iter().filter(|dataset| !dataset.path.contains("optimizer")) {
            weights.add(&dataset.path, dataset.view)?;
        }
        Ok(weights)
    }
}
