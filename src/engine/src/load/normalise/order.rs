//! Nodes in an order in which each comes after those that it reads from. ONNX asks for it; every other runtime sorts.

use std::collections::HashMap;

use tract_onnx::pb::GraphProto;

/// Sorts the nodes of a graph. Those of a circle stay at the end.
pub fn sort(graph: &mut GraphProto) {
    let count = graph.node.len();
    let mut makers = HashMap::new();
    for (place, node) in graph.node.iter().enumerate() {
        makers.extend(node.output.iter().filter(|name| !name.is_empty()).map(|name| (name.as_str(), place)));
    }
    let mut users = vec![Vec::new(); count];
    let mut missing = vec![0usize; count];
    for (place, node) in graph.node.iter().enumerate() {
        for maker in node.input.iter().filter_map(|name| makers.get(name.as_str())) {
            users[*maker].push(place);
            missing[place] += 1;
        }
    }
    // As they stand, as far as that goes: of those that are ready, the first.
    let mut ready: std::collections::BTreeSet<usize> =
        (0..count).filter(|place| missing[*place] == 0).collect();
    let mut order = Vec::with_capacity(count);
    while let Some(place) = ready.pop_first() {
        order.push(place);
        for user in &users[place] {
            missing[*user] -= 1;
            if missing[*user] == 0 {
                ready.insert(*user);
            }
        }
    }
    order.extend((0..count).filter(|place| missing[*place] > 0));
    let mut nodes: Vec<_> = std::mem::take(&mut graph.node).into_iter().map(Some).collect();
    graph.node = order.into_iter().filter_map(|place| nodes[place].take()).collect();
}
