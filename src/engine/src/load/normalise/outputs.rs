//! Outputs that name the likeliest classes beside those that hold the scores: the page ranks classes itself.

use std::collections::HashSet;

use tract_onnx::pb::GraphProto;

/// Leaves out such outputs, and what only they need, as long as another output is left.
pub fn without_ranks(graph: &mut GraphProto) {
    let mut ranks: HashSet<String> = HashSet::new();
    for node in &graph.node {
        let of_rank = node.input.first().is_some_and(|input| ranks.contains(input));
        let passes = matches!(
            node.op_type.as_str(),
            "Cast" | "Identity" | "Squeeze" | "Unsqueeze" | "Reshape" | "Flatten"
        );
        if matches!(node.op_type.as_str(), "ArgMax" | "TopK") || passes && of_rank {
            ranks.extend(node.output.iter().cloned());
        }
    }
    if ranks.is_empty() || graph.output.iter().all(|output| ranks.contains(&output.name)) {
        return;
    }
    graph.output.retain(|output| !ranks.contains(&output.name));
    // Last first: each is read by none but those after it.
    loop {
        let read: HashSet<&String> = graph.node.iter().flat_map(|node| &node.input).collect();
        let idle = |output: &String| ranks.contains(output) && !read.contains(output);
        let unread: Vec<bool> = graph.node.iter().map(|node| node.output.iter().all(idle)).collect();
        if !unread.contains(&true) {
            return;
        }
        let mut unread = unread.iter();
        graph.node.retain(|_| unread.next() != Some(&true));
    }
}
