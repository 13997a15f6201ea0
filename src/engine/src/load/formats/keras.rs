//! Weights of Keras: `.h5` and `.weights.h5`, which are HDF5, and `.keras`, a zip archive with such a file in it
//! (<https://keras.io/api/models/model_saving_apis/>).

use vggscope_core::error::ModelError;

use super::zip::Archive;
use super::{Entry, Format, Source, StateDict, hdf5};
use crate::load::bytes::{Bytes, begins};

/// Either of them.
pub struct Keras;

/// The weights of a `.keras` archive.
const WEIGHTS: &str = "model.weights.h5";

impl Format for Keras {
    fn matches(&self, file: &dyn Bytes) -> bool {
        begins(file, hdf5::MAGIC)
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
        let entries = datasets.into_iter().map(|dataset| Entry { name: dataset.path, view: dataset.view });
        // What the optimiser keeps has the names of the weights.
        let entries = entries.filter(|entry| !entry.name.contains("optimizer")).collect();
        Ok(StateDict { source: Source::Keras, entries })
    }
}
