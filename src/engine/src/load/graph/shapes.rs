//! The shape of every tensor, worked out node by node, so that before each step it is known that the runtime can
//! take it: it makes a constant of whatever size before it asks how large that is.

use tract_onnx::pb::GraphProto;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::infer::Factoid;
use vggscope_core::error::ModelError;

use super::check::MOST_AXES;
use super::cost::{Cost, Made};
use super::sizes::is_pointwise;
use super::validate::{Known, validate};
use super::{Lookup, broken};

/// Works out the shapes of a graph that has been checked and its input made known.
///
/// # Errors
/// Where shapes contradict each other, or the network is more than a page can hold or run.
pub fn infer(model: &mut InferenceModel, graph: &GraphProto) -> Result<(), ModelError> {
    let lookup = Lookup::of(graph);
    let mut cost = Cost::default();
    // The runtime has made the photo and the weights nodes of their own, which come first.
    let first = model.nodes.len() - graph.node.len();
    for (id, node) in (first..).zip(&graph.node) {
        let failed = |error: TractError| broken(&format!("{}: {}", node.op_type, error.root_cause()));
        let (inputs, outputs) = model.node_facts(id).map_err(failed)?;
        let inputs: TVec<InferenceFact> = inputs.into_iter().cloned().collect();
        let outputs: TVec<InferenceFact> = outputs.into_iter().cloned().collect();
        let known = inputs.iter().map(|fact| Known::of(node, fact)).collect::<Result<Vec<_>, _>>()?;
        validate(node, &known)?;
        let op = &mut model.node_mut(id).op;
        if op.nboutputs().map_err(failed)? != outputs.len() {
            return Err(broken(&format!("{} of {} outputs", node.op_type, outputs.len())));
        }
        // What does not depend on the photo's values is computed at once, and again when constants are folded.
        let constant = lookup.is_constant(node);
        // A function of values that nothing else reads is computed where they stand.
        let read_alone = |name: &String| !lookup.constant(name) && lookup.only_user(name).is_some();
        let others_constant = node.input.iter().skip(1).all(|name| lookup.constant(name));
        let in_place =
            is_pointwise(&node.op_type) && node.input.first().is_some_and(read_alone) && others_constant;
        let (inputs, outputs) = (inputs.iter().collect::<TVec<_>>(), outputs.iter().collect::<TVec<_>>());
        let (_, sized, _) = op.infer_facts(inputs.clone(), outputs.clone(), tvec![]).map_err(failed)?;
        for fact in &sized {
            let dims = Known::of(node, fact)?.dims;
            // An empty list is a list, but an axis of nothing among others leaves the runtime nothing to slide over.
            if dims.len() > MOST_AXES || (dims.len() > 1 && dims.contains(&0)) {
                return Err(broken(&format!("{} makes {dims:?}", node.op_type)));
            }
            let in_place = in_place && known.first().is_some_and(|input| input.dims == dims);
            let words = fact.datum_type.concretize().map_or(1, |kind| kind.size_of().div_ceil(4) as u64);
            cost.add(node, &known, &Made { dims, words, constant, in_place })?;
        }
        let (_, made, _) = op.infer(inputs, outputs, tvec![]).map_err(failed)?;
        for (slot, fact) in made.into_iter().enumerate() {
            model.set_outlet_fact(OutletId::new(id, slot), fact).map_err(failed)?;
        }
    }
    Ok(())
}
