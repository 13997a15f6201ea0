//! The functions behind dense layers: as the file says them, or as every VGG has them.

use vggscope_core::error::ModelError;
use vggscope_core::nn::labels::tidy;

use super::Dense;
use crate::load::formats::Outline;

/// The operator behind each dense layer, which are put into the order of the outline where there is one.
///
/// # Errors
/// A function that is not rebuilt.
pub fn of(dense: &mut [Dense], outline: Option<&Outline>) -> Result<Vec<Option<&'static str>>, ModelError> {
    let listed = outline.map(|outline| &outline.dense[..]).unwrap_or_default();
    let place = |name: &str| listed.iter().position(|one| one.name == name);
    // Keras' archives call layers by their class; those are in the order in which they were made.
    if dense.iter().all(|one| place(&one.name).is_some()) {
        dense.sort_by_key(|one| place(&one.name));
    }
    let units = |one: &Dense| one.matrix.view.dims.first().map(|units| *units as u64);
    if listed.len() == dense.len()
        && listed.iter().zip(&*dense).all(|(one, own)| Some(one.units) == units(own))
    {
        return listed.iter().map(|one| operator(&one.activation)).collect();
    }
    let last = dense.len().saturating_sub(1);
    let rectified = |at: usize, one: &Dense| at < last || is_before_head(one);
    Ok(dense.iter().enumerate().map(|(at, one)| rectified(at, one).then_some("Relu")).collect())
}

/// Whether a dense layer is one of timm's that a head would read: a file without one ends with features.
pub fn is_before_head(dense: &Dense) -> bool {
    dense.name.starts_with("pre_logits")
}

/// The operator of a function of Keras.
fn operator(function: &str) -> Result<Option<&'static str>, ModelError> {
    Ok(Some(match function {
        "linear" => return Ok(None),
        "relu" => "Relu",
        "sigmoid" => "Sigmoid",
        "softmax" => "Softmax",
        "tanh" => "Tanh",
        "elu" => "Elu",
        "selu" => "Selu",
        "softplus" => "Softplus",
        other => {
            return Err(ModelError::NotVgg { found: tidy(&format!("a layer with the function {other}")) });
        }
    }))
}
