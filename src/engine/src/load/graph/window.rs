//! The window of a convolution or pool, from its node's attributes.

use tract_onnx::pb::{AttributeProto, NodeProto};
use vggscope_core::nn::Window;

use super::{SameUpper, SlidingWindow};

/// A window that has not been told what it slides over.
pub struct Bare {
    window: Window,
    same: Option<SameUpper>,
}

impl Bare {
    /// The window over this tensor.
    pub fn over(self, tensor: &str) -> SlidingWindow {
        SlidingWindow { over: tensor.to_owned(), window: self.window, same: self.same }
    }
}

/// The window of a node; the kernel is that of the weights where the node does not name one. `None` where it is not
/// two-dimensional.
pub fn of(node: &NodeProto, weights: Option<&[u64]>) -> Option<Bare> {
    let pair = |name: &str| pair(node, name);
    let kernel = match weights {
        Some(&[rows, columns]) => [rows as usize, columns as usize],
        Some(_) => return None,
        None => pair("kernel_shape").filter(|_| node.attribute.iter().any(is_flat))?,
    };
    let auto = node.attribute.iter().find(|a| a.name == "auto_pad").map(|a| a.s.as_slice());
    let pads = pair("pads");
    // Of both, which ONNX forbids, the runtime takes the numbers.
    let same = match auto.filter(|_| pads.is_none()) {
        Some(b"SAME_UPPER") => Some(true),
        Some(b"SAME_LOWER") => Some(false),
        _ => None,
    };
    let window = Window {
        kernel,
        stride: pair("strides").unwrap_or([1, 1]),
        dilation: pair("dilations").unwrap_or([1, 1]),
        padding: pads.unwrap_or([0, 0]),
    };
    Some(Bare { window, same })
}

/// The window of a convolution over vectors, along one axis, as one of a single column.
pub fn over_vectors(node: &NodeProto, length: u64) -> Option<Bare> {
    let first = |name: &str| node.attribute.iter().find(|one| one.name == name)?.ints.first().copied();
    let number = |name: &str, usual| first(name).map_or(Some(usual), |number| usize::try_from(number).ok());
    let window = Window {
        kernel: [usize::try_from(length).ok()?, 1],
        stride: [number("strides", 1)?, 1],
        dilation: [number("dilations", 1)?, 1],
        padding: [number("pads", 0)?, 0],
    };
    Some(Bare { window, same: None })
}

/// Whether an attribute is the size of a kernel over rows and columns.
fn is_flat(attribute: &AttributeProto) -> bool {
    attribute.name == "kernel_shape" && attribute.ints.len() == 2
}

/// The first two numbers of an attribute.
pub fn pair(node: &NodeProto, name: &str) -> Option<[usize; 2]> {
    let values = &node.attribute.iter().find(|a| a.name == name)?.ints;
    Some([usize::try_from(*values.first()?).ok()?, usize::try_from(*values.get(1)?).ok()?])
}

impl SlidingWindow {
    /// The window over rows and columns of this number, its padding worked out.
    pub fn resolve(&self, size: Option<[usize; 2]>) -> Window {
        let mut window = self.window;
        if let (Some(upper), Some(size)) = (self.same, size) {
            for (axis, length) in size.into_iter().enumerate() {
                let extent = (window.kernel[axis].max(1) - 1) * window.dilation[axis] + 1;
                let stride = window.stride[axis].max(1);
                let total = ((length.div_ceil(stride).max(1) - 1) * stride + extent).saturating_sub(length);
                window.padding[axis] = if upper { total / 2 } else { total.div_ceil(2) };
            }
        }
        window
    }
}
