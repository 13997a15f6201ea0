//! What networks are: layers with shapes and costs, stacks of them and their text forms, class names and scores.

mod architecture;
pub mod compose;
pub mod labels;
pub mod meaning;
pub mod softmax;
pub mod stack;

pub use architecture::{Architecture, Interpolation, Layer, LayerId, Op, Position, Shape, Unshown, Window};
