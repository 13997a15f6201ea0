//! Gates: modules beside the chain that weigh its map, such as squeeze-and-excitation.

use super::code::{enclosed, is_printed};

/// What the names of their classes begin with.
const BEGINS: [&str; 5] = ["SqueezeEx", "SqueezeAndEx", "Squeeze_Ex", "ChannelAttention", "CBAM"];
/// Further names.
const NAMES: [&str; 7] = ["SE", "SELayer", "SEBlock", "SEModule", "SE_Block", "SE_Layer", "SEUnit"];

/// Whether a module is a gate by its class or by the name under which it is kept. Blocks that have a gate are called so too,
/// but have other kernels, or more arguments than channels and their reduction.
pub fn is_gate(class: &str, kept: Option<&str>, inside: &str) -> bool {
    let is_kept = kept.is_some_and(|kept| matches!(kept, "se" | "cbam")) && is_printed(inside);
    let is_called = NAMES.contains(&class) || BEGINS.iter().any(|begin| class.starts_with(begin));
    if !is_kept && !is_called {
        return false;
    }
    let arguments = enclosed(inside).unwrap_or_default();
    let of_gate = |kernel: &str| ["(1, 1)", "(7, 7)"].iter().any(|usual| kernel.starts_with(usual));
    match is_printed(inside) {
        true => arguments.join(",").split("kernel_size=").skip(1).all(of_gate),
        false => arguments.len() <= 2,
    }
}
