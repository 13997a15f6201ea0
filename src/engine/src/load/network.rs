//! The last stage: a network that is ready to run, our operators in its plan.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use tract_onnx::prelude::*;
use vggscope_core::error::{Error, ModelError, NotCnn};
use vggscope_core::image::Layout;
use vggscope_core::model::{Algorithm, Model, PresetFrom};
use vggscope_core::nn::meaning::Meaning;
use vggscope_core::nn::{Architecture, LayerId, Shape};
use vggscope_core::training::Head;

use super::bound::{Bound, Intermediate, after, shape_of};
use super::bytes::Bytes;
use super::computation::Computation;
use super::graph::{LayerPlan, failed};
use super::{metadata, preset};
use crate::explain::cam::{Cam, Linear};
use crate::ops::substitute;
use crate::run::activations::Activations;

/// A network that is ready to run.
pub struct Network {
    /// What the page is told of it.
    pub model: Model,
    /// Where the photo's channels go.
    pub layout: Layout,
    /// The file's name for the tensor of each layer, input first.
    pub tensors: Vec<String>,
    pub(crate) linear: Option<Linear>,
    /// How each layer is computed, input first; `None` where that is more than a page can show.
    pub(crate) computations: Vec<Option<Computation>>,
    /// Tensors that layers read and that are none themselves. Their ids come after those of the layers.
    pub(crate) intermediates: Vec<Intermediate>,
    /// The layer that holds the scores, one a channel.
    pub(crate) answer: Option<LayerId>,
    /// The runtime's plan of it.
    pub(crate) runnable: Arc<TypedSimplePlan>,
    /// For each output of the plan, the layers that it shows.
    pub(crate) shown: Vec<Vec<LayerId>>,
    /// The output of the plan that holds the raw scores.
    pub(crate) logits: usize,
    /// Reads its file again, for an input of another size; none where the file is not at hand.
    pub again: Option<Again>,
}

/// What reads a network's file again.
pub type Again = Rc<dyn Fn(Size) -> Result<Network, Error>>;

/// Whose operators a network is run by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operators {
    /// The runtime's alone. A unit of theirs depends on nothing but what it sees, to the last bit.
    Runtime,
    /// Ours where there are any. Units that share a tile share its rounding errors.
    Ours,
}

/// The size of input that a network is read for, as rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// The file's own; where it leaves it open, this.
    Own([usize; 2]),
    /// This, one that [`Sizes`](vggscope_core::model::Sizes) allow.
    Chosen([usize; 2]),
}

/// The side that is taken where a file leaves it open: what VGG and most of its successors were trained on.
pub const SIDE: usize = 224;

impl Network {
    /// The class activation map of a class, from what a run left; none where the scores are no linear function of
    /// the means of maps.
    pub fn cam(&self, kept: &Activations, class: usize) -> Option<Cam> {
        self.linear.as_ref()?.map(kept, class)
    }

    /// The same network for an input of this size.
    ///
    /// # Errors
    /// Where it is none of this size, or its file is not at hand.
    pub fn resized(&self, size: [usize; 2]) -> Result<Network, Error> {
        let again = self.again.as_ref().ok_or(Error::Run { detail: String::new() })?;
        again(if size == self.model.sizes.own { Size::Own(size) } else { Size::Chosen(size) })
    }

    /// Keeps the values of a tensor between layers, which some layer reads.
    pub fn keep_intermediate(&self, kept: &mut Activations, id: LayerId, values: Arc<Tensor>) {
        if let Some(shape) = self.shape(id) {
            kept.keep_intermediate(id, shape, values);
        }
    }

    /// The shape of a layer, or of a tensor between layers.
    pub fn shape(&self, id: LayerId) -> Option<Shape> {
        shape_of(&self.model.architecture, &self.intermediates, id)
    }

    /// Reads an ONNX file; where it leaves its size open, `open` gives rows and columns.
    ///
    /// # Errors
    /// What is wrong with the file, or why its network is not one that can be shown.
    pub fn read(file: impl Bytes, open: [usize; 2]) -> Result<Network, ModelError> {
        Network::with(file, Size::Own(open), Operators::Ours)
    }

    /// Reads a file for an input of this size, with the runtime's own operators or ours.
    ///
    /// # Errors
    /// As of [`Network::read`], or where the network is none of this size.
    pub fn with(file: impl Bytes, size: Size, operators: Operators) -> Result<Network, ModelError> {
        Network::headed(file, None, size, operators)
    }

    /// The same with another head in the place of the network's own, where one is given.
    ///
    /// # Errors
    /// As of [`Network::with`], or where the network has no such maps as the head reads.
    pub fn headed(
        file: impl Bytes,
        head: Option<&Head>,
        size: Size,
        operators: Operators,
    ) -> Result<Network, ModelError> {
        if file.end() == 0 {
            return Err(ModelError::Empty);
        }
        // The runtime trusts its input more than a page can; natively its panics become errors here, in a browser
        // they end the worker, which is then replaced.
        catch_unwind(AssertUnwindSafe(|| super::read(&file, head, size, operators)))
            .unwrap_or_else(|_| Err(ModelError::Broken { detail: String::new() }))
    }
}

impl Network {
    /// Puts our operators into the plan of a bound network, where there are any for its layers, and has the runtime make
    /// it ready.
    ///
    /// # Errors
    /// Where the runtime cannot.
    pub(super) fn of(bound: Bound, operators: Operators) -> Result<Network, ModelError> {
        let (labels, labels_from) = metadata::labels(&bound.proto, bound.architecture.classes);
        let said = metadata::preset(&bound.proto);
        let guessed = preset::guess(&bound.proto, &bound.plan, bound.architecture.classes);
        let Bound { plan, outputs, mut typed, architecture, intermediates, computations, linear, .. } = bound;

        let ids = |name: &String| ids_of(name, &plan, &architecture, &intermediates);
        let shown: Vec<Vec<LayerId>> = outputs.iter().map(ids).collect();
        let logits =
            outputs.iter().position(|name| *name == plan.logits).ok_or(ModelError::NotCnn(NotCnn::Output))?;
        let photo = (plan.input.layout == Layout::Nchw).then_some(LayerId(0));
        let (mut left, mut algorithms) = (substitute::MOST_KERNELS, Vec::new());
        for (id, computation) in architecture.ids().zip(&computations) {
            // Each operator of ours moves what it stands for to another place.
            let outlet = |layer: LayerId| match shown.iter().position(|ids| ids.contains(&layer)) {
                Some(place) => typed.outputs.get(place).copied(),
                None if Some(layer) == photo => typed.inputs.first().copied(),
                None => None,
            };
            let shape = |layer: LayerId| shape_of(&architecture, &intermediates, layer);
            let places = computation.as_ref().and_then(|computation| {
                let from = *computation.reads.first()?;
                let (below, own) = (shape(from)?, shape(id)?);
                Some((computation, substitute::Places { from: outlet(from)?, below, to: outlet(id)?, own }))
            });
            algorithms.push(match places.filter(|_| operators == Operators::Ours) {
                Some((computation, places)) => {
                    substitute::put(&mut typed, computation, id, &places, &mut left).map_err(failed)?
                }
                None => Algorithm::Runtime,
            });
        }
        // One number without a function is no score among others; several that were scaled are probabilities of another scale.
        let meaning = match (plan.meaning, architecture.classes) {
            (Meaning::Scores, 1) => Meaning::Number,
            (Meaning::Number, 2..) => Meaning::Probabilities,
            (meaning, _) => meaning,
        };
        let (preset, preset_from) = said.map_or(guessed, |said| (said, PresetFrom::File));
        let runnable = TypedSimplePlan::new(typed.into_optimized().map_err(failed)?).map_err(failed)?;
        let model = Model {
            meaning,
            cam: linear.as_ref().map(|linear| linear.layer),
            preset,
            preset_from,
            sizes: plan.sizes,
            receptive_fields: bound.receptive_fields,
            architecture,
            algorithms,
            labels,
            labels_from,
        };
        let tensors = plan.layers.iter().map(|layer| layer.tensor.clone());
        Ok(Network {
            model,
            layout: plan.input.layout,
            tensors: std::iter::once(plan.input.name.clone()).chain(tensors).collect(),
            linear,
            computations,
            intermediates,
            answer: bound.answer,
            runnable,
            shown,
            logits,
            again: None,
        })
    }
}

/// What an output of the plan is shown as, or kept for.
fn ids_of(
    tensor: &str,
    plan: &LayerPlan,
    architecture: &Architecture,
    intermediates: &[Intermediate],
) -> Vec<LayerId> {
    let named = plan.layers.iter().enumerate().filter(|(_, layer)| layer.tensor == tensor);
    let layers =
        named.map(|(place, _)| LayerPlan::layer(place)).filter(|id| architecture.layer(*id).is_some());
    let others =
        intermediates.iter().position(|one| one.name == tensor).map(|place| after(architecture, place));
    layers.chain(others).collect()
}
