//! What every tensor of a graph sees of the photo: receptive fields followed node by node, where branches meet the
//! union of both.

use std::collections::HashMap;

use tract_onnx::pb::{GraphProto, NodeProto};
use vggscope_core::receptive_field::{Misfit, Reach, ReceptiveField};

use super::{GraphOp, LayerPlan, Lookup, graph_layer};

/// Sizes of tensors, as rows and columns.
pub type Sizes = HashMap<String, [usize; 2]>;

/// What the units of every layer see, the input first.
pub fn receptive_fields(graph: &GraphProto, plan: &LayerPlan, sizes: &Sizes) -> Vec<ReceptiveField> {
    let lookup = Lookup::of(graph);
    let pixel = ReceptiveField { reach: Some([Reach::pixel(), Reach::pixel()]), misfit: None };
    let mut fields = HashMap::from([(plan.input.name.as_str(), pixel.clone())]);
    for node in graph.node.iter().filter(|node| !lookup.is_constant(node)) {
        let field = made(node, &lookup, &fields, sizes);
        fields.extend(node.output.iter().map(|name| (name.as_str(), field.clone())));
    }
    let of_layer = |tensor: &String| fields.get(tensor.as_str()).cloned().unwrap_or_default();
    std::iter::once(pixel).chain(plan.layers.iter().map(|layer| of_layer(&layer.tensor))).collect()
}

/// What a node's outputs see.
fn made(
    node: &NodeProto,
    lookup: &Lookup,
    fields: &HashMap<&str, ReceptiveField>,
    sizes: &Sizes,
) -> ReceptiveField {
    let mut branches =
        node.input.iter().filter(|name| !lookup.constant(name)).filter_map(|name| fields.get(name.as_str()));
    let Some(first) = branches.next().cloned() else { return ReceptiveField::default() };
    let size = node.input.first().and_then(|name| sizes.get(name)).copied();
    let ReceptiveField { reach, misfit } = first;
    match node.op_type.as_str() {
        "Conv" | "MaxPool" | "AveragePool" | "LpPool" => {
            let window = graph_layer(node, lookup).and_then(|(kind, _)| match kind {
                GraphOp::Convolution(sliding, _)
                | GraphOp::MaxPool(sliding)
                | GraphOp::AveragePool(sliding) => Some(sliding.resolve(size)),
                _ => None,
            });
            let through = |[rows, columns]: [Reach; 2]| {
                let window = window?;
                Some([rows.through(window.along(0))?, columns.through(window.along(1))?])
            };
            ReceptiveField { reach: reach.and_then(through), misfit }
        }
        // Every unit of the output depends on all of the maps.
        "GlobalAveragePool" | "GlobalMaxPool" | "ReduceMean" | "Flatten" | "Reshape" | "Gemm" | "MatMul" => {
            let whole = |[rows, columns]: [Reach; 2]| match size {
                Some([down, across]) => Some([rows.whole(down)?, columns.whole(across)?]),
                // A vector already.
                None => Some([rows, columns]),
            };
            ReceptiveField { reach: reach.and_then(whole), misfit }
        }
        "Relu" | "LeakyRelu" | "PRelu" | "Clip" | "Elu" | "Selu" | "Sigmoid" | "HardSigmoid"
        | "HardSwish" | "Tanh" | "Softplus" | "Softmax" | "LogSoftmax" | "BatchNormalization" | "LRN"
        | "Dropout" | "Identity" | "Cast" | "Add" | "Sub" | "Mul" | "Div" | "Sum" | "Max" | "Mean"
        | "Concat" | "Squeeze" | "Unsqueeze" | "Transpose" | "Split" | "Slice" => {
            branches.fold(ReceptiveField { reach, misfit }, joined)
        }
        _ => ReceptiveField { reach: None, misfit },
    }
}

/// What a node sees that joins two branches.
fn joined(one: ReceptiveField, other: &ReceptiveField) -> ReceptiveField {
    let misfit = one.misfit.or(other.misfit);
    let (Some([rows, columns]), Some([other_rows, other_columns])) = (&one.reach, &other.reach) else {
        return ReceptiveField { reach: None, misfit };
    };
    let apart = |a: &Reach, b: &Reach| (!a.aligned(b)).then(|| Misfit::Centre(a.centre(), b.centre()));
    match (rows.union(other_rows), columns.union(other_columns)) {
        (Ok(down), Ok(across)) => {
            let misfit = misfit.or(apart(rows, other_rows)).or(apart(columns, other_columns));
            ReceptiveField { reach: Some([down, across]), misfit }
        }
        (Err(why), _) | (_, Err(why)) => ReceptiveField { reach: None, misfit: misfit.or(Some(why)) },
    }
}
