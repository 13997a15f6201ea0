//! One pass of a network over a photo, a layer at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tract_onnx::prelude::*;
use vggscope_core::error::Error;
use vggscope_core::nn::LayerId;
use vggscope_core::nn::labels::tidy;

use crate::load::network::Network;

/// A pass under way. Intermediate two steps anything may happen, dropping the pass included.
pub struct Pass {
    state: TypedSimpleState,
    order: Vec<usize>,
    next: usize,
    /// How many nodes still want the values of each node.
    wanted: Vec<usize>,
    /// For each node, which outputs of the plan it makes.
    outputs: Vec<Vec<usize>>,
    shown: Vec<Vec<LayerId>>,
    /// How many layers there are; larger ids are of tensors between them.
    layers: usize,
    logits: (usize, Option<Vec<f32>>),
    /// Layers that share one tensor with the layer last reported.
    ready: Vec<(LayerId, Arc<Tensor>)>,
}

/// How far a step got.
#[derive(Debug)]
pub enum PassStep {
    /// A layer is done: its values, plane by plane.
    Layer(LayerId, Arc<Tensor>),
    /// The same of a tensor between layers, which is to be kept and not shown.
    Intermediate(LayerId, Arc<Tensor>),
    /// The pass is over; the raw scores.
    Done(Vec<f32>),
}

impl Pass {
    /// Begins a pass over a normalised photo.
    ///
    /// # Errors
    /// Where the tensor does not fit the network.
    pub fn new(network: &Network, tensor: Vec<f32>) -> Result<Pass, Error> {
        guard(|| Pass::begin(network, tensor))
    }

    fn begin(network: &Network, tensor: Vec<f32>) -> TractResult<Pass> {
        let model = network.runnable.model();
        let shape = model.input_fact(0)?.shape.as_concrete().unwrap_or_default().to_vec();
        let input = Tensor::from_shape(&shape, &tensor)?;
        let mut state = network.runnable.spawn()?;
        state.set_input(0, input.into_tvalue())?;

        let mut wanted = vec![0; model.nodes.len()];
        for node in &model.nodes {
            for input in &node.inputs {
                wanted[input.node] += 1;
            }
        }
        let mut outputs = vec![Vec::new(); model.nodes.len()];
        for (place, outlet) in model.outputs.iter().enumerate() {
            outputs[outlet.node].push(place);
        }
        let mut run = Pass {
            state,
            order: network.runnable.order_without_consts().to_vec(),
            next: 0,
            wanted,
            outputs,
            shown: network.shown.clone(),
            layers: network.model.architecture.layers.len(),
            logits: (network.logits, (network.model.architecture.classes > 0).then(Vec::new)),
            ready: Vec::new(),
        };
        // A layer that turns out not to depend on the photo is there from the start, and no step makes it.
        for node in 0..run.outputs.len() {
            run.collect(node)?;
        }
        Ok(run)
    }

    /// Works until the next layer is done, or to the end.
    ///
    /// # Errors
    /// Where the runtime fails.
    pub fn step(&mut self) -> Result<PassStep, Error> {
        guard(|| self.advance())
    }

    fn advance(&mut self) -> TractResult<PassStep> {
        loop {
            if let Some((layer, values)) = self.ready.pop() {
                let shown = usize::from(layer.0) < self.layers;
                return Ok(if shown {
                    PassStep::Layer(layer, values)
                } else {
                    PassStep::Intermediate(layer, values)
                });
            }
            let Some(&node) = self.order.get(self.next) else {
                return Ok(PassStep::Done(self.logits.1.take().unwrap_or_default()));
            };
            self.next += 1;
            // Let go before the node is computed: what nobody else holds it may overwrite.
            let inputs = self.state.prepare_inputs(node)?;
            self.release(node);
            self.state.compute_one_with_inputs(node, inputs)?;
            self.collect(node)?;
        }
    }

    /// Keeps what a node made, where it is a layer or the scores.
    fn collect(&mut self, node: usize) -> TractResult<()> {
        for &place in &self.outputs[node] {
            let slot = self.state.model().outputs[place].slot;
            let Some(value) = self.state.turn_state.values[node].as_ref().map(|values| values[slot].clone())
            else {
                continue;
            };
            // Networks of half precision make halves; everything that reads a layer reads 32-bit floats.
            let tensor = if value.datum_type() == f32::datum_type() {
                value.into_arc_tensor()
            } else {
                value.cast_to::<f32>()?.into_owned().into_arc_tensor()
            };
            if place == self.logits.0
                && let Some(logits) = &mut self.logits.1
            {
                *logits = tensor.try_as_plain_ram()?.as_slice::<f32>()?.to_vec();
            }
            self.ready.extend(self.shown[place].iter().map(|layer| (*layer, tensor.clone())));
        }
        Ok(())
    }

    /// Frees what no node wants any more.
    fn release(&mut self, node: usize) {
        let Pass { state, wanted, .. } = self;
        let plan = state.plan().clone();
        for input in &plan.model().nodes[node].inputs {
            wanted[input.node] -= 1;
            if wanted[input.node] == 0 {
                state.turn_state.values[input.node] = None;
            }
        }
    }
}

/// Turns the runtime's errors into ours, and natively its panics too, as reading a network does.
fn guard<T>(work: impl FnOnce() -> TractResult<T>) -> Result<T, Error> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|error| Error::Run { detail: tidy(&error.root_cause().to_string()) }),
        Err(_) => Err(Error::Run { detail: String::new() }),
    }
}
