//! The window of a transposed convolution, which lies in its output, and what of that is cut off
//! (<https://onnx.ai/onnx/operators/onnx__ConvTranspose.html>; of an odd number of units, as onnxruntime does it).

use tract_onnx::pb::NodeProto;
use vggscope_core::nn::Window;

use super::window::pair;

/// A transposed convolution over maps of known size, along rows and columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The window; its padding is what is cut off before.
    pub window: Window,
    /// What is cut off behind.
    pub after: [usize; 2],
    /// Units that are added behind.
    pub added: [usize; 2],
    /// Rows and columns of the output.
    pub size: [usize; 2],
}

impl Spread {
    /// That of a node with this kernel over so many rows and columns; `None` where nothing is left, or more is asked for than the
    /// windows reach.
    pub fn of(node: &NodeProto, kernel: [usize; 2], over: [usize; 2]) -> Option<Spread> {
        let auto =
            node.attribute.iter().find(|one| one.name == "auto_pad").map_or(&b"NOTSET"[..], |one| &one.s);
        let [stride, dilation] = ["strides", "dilations"].map(|name| pair(node, name).unwrap_or([1, 1]));
        let mut spread = Spread {
            window: Window { kernel, stride, dilation, padding: [0, 0] },
            after: [0, 0],
            added: pair(node, "output_padding").unwrap_or([0, 0]),
            size: [0, 0],
        };
        let ints =
            |name: &str| node.attribute.iter().find(|one| one.name == name).map(|one| one.ints.as_slice());
        let number = |name: &str, at: usize| ints(name).and_then(|ints| usize::try_from(*ints.get(at)?).ok());
        for axis in 0..2 {
            let slide = spread.window.along(axis);
            let full = over[axis].checked_sub(1)?.checked_mul(stride[axis])?.checked_add(slide.extent()?)?;
            let full = full.checked_add(spread.added[axis])?;
            // What is to be left, where the file says that rather than what is cut off.
            let left = match auto {
                _ if ints("output_shape").is_some() => Some(number("output_shape", axis)?),
                b"SAME_UPPER" | b"SAME_LOWER" => Some(over[axis].checked_mul(stride[axis])?.min(full)),
                _ => None,
            };
            let (before, after) = match left {
                Some(left) => {
                    let cut = full.checked_sub(left)?;
                    if auto == b"SAME_UPPER" { (cut / 2, cut - cut / 2) } else { (cut - cut / 2, cut / 2) }
                }
                None if auto == b"NOTSET" => {
                    (number("pads", axis).unwrap_or(0), number("pads", axis + 2).unwrap_or(0))
                }
                None => (0, 0),
            };
            spread.size[axis] = full.checked_sub(before.checked_add(after)?).filter(|size| *size > 0)?;
            // Units are not added only to be cut off.
            let both = after.min(spread.added[axis]);
            (spread.after[axis], spread.added[axis]) = (after - both, spread.added[axis] - both);
            spread.window.padding[axis] = before;
        }
        Some(spread)
    }
}
