//! What a network takes to load and run, added up before any of it is spent.

use std::collections::HashMap;

use tract_onnx::pb::NodeProto;
use vggscope_core::error::{ModelError, Work};

use super::validate::{Known, kernel, lengths};
use super::{int, product};

/// The most values that all tensors that are computed may have together: 1.6 gigabytes of 32-bit floats, somewhat more than
/// those of VGG-19 at 1,024 pixels a side, and less than half of what a tab can address, since they are there more than once
/// while a constant is made or a convolution runs.
const MOST_UNITS: u64 = 3 << 27;
/// The most multiplications: somewhat more than those of VGG-19 at 1,024 pixels a side. More would not end while a person
/// waits.
const MOST_MACS: u64 = 1 << 39;
/// The most multiplications of constants, which the runtime does more than once while it reads.
const MOST_FOLDED: u64 = 1 << 28;
/// The most values that making constants out of others may look at. To make one, the runtime makes again those that it is of.
const MOST_REMADE: u64 = 1 << 31;
/// The most values that functions of one number may make: eight times as many as there may be units, of which each may pass
/// through several.
const MOST_POINTWISE: u64 = 8 * MOST_UNITS;
/// The most values that all pools may look at: the runtime does so one by one, a billion in a second or so.
const MOST_POOLED: u64 = 1 << 33;
/// The most places in all kernels, over every way in which padding cuts them, since the runtime keeps a list of them
/// all; for a convolution it also compares each place with each other. A dozen kernels of 31x31 are within this.
const MOST_PLACES: u64 = 1 << 24;

/// The sums so far.
#[derive(Default)]
pub struct Cost {
    units: u64,
    macs: u64,
    folded: u64,
    remade: u64,
    /// What making each constant looks at, by its name.
    making: HashMap<String, u64>,
    pooled: u64,
    pointwise: u64,
    places: u64,
}

/// A tensor that a node makes.
pub struct Made {
    /// Its dimensions.
    pub dims: Vec<u64>,
    /// How many 32-bit words each value takes.
    pub words: u64,
    /// Whether it does not depend on the photo's values.
    pub constant: bool,
    /// Whether it stands where the values stood that it is made of, which nothing else reads.
    pub in_place: bool,
}

impl Cost {
    /// Adds what one output of a node takes.
    ///
    /// # Errors
    /// Where a sum is more than a page can hold or a person would wait for.
    pub fn add(&mut self, node: &NodeProto, inputs: &[Known], made: &Made) -> Result<(), ModelError> {
        let units = product(&made.dims);
        // What is computed where it stands takes no room, but its time.
        add(if made.in_place { &mut self.pointwise } else { &mut self.units }, units, made.words);
        if made.constant {
            let own = inputs.iter().map(|input| product(&input.dims)).max().unwrap_or(0).max(units);
            let of = node.input.iter().filter_map(|name| self.making.get(name));
            let making = of.fold(own, |sum, of| sum.saturating_add(*of));
            add(&mut self.remade, making, 1);
            self.making.extend(node.output.iter().map(|name| (name.clone(), making)));
        }
        let kernel = kernel(node, inputs);
        let macs = if made.constant { &mut self.folded } else { &mut self.macs };
        match (node.op_type.as_str(), kernel) {
            ("Conv", _) => add(macs, units, product(&inputs[1].dims[1..])),
            ("ConvTranspose", _) => {
                let (over, weights) = (&inputs[0].dims, &inputs[1].dims);
                let each = product(&weights[1..]);
                add(macs, product(over), each);
                // The runtime makes all products of a place before it adds up what falls on one unit.
                add(&mut self.units, product(&over[2..]), each.saturating_mul(groups(node)));
            }
            // One axis after the other.
            ("Resize", _) => {
                let larger = inputs[0].dims.iter().zip(&made.dims).map(|(before, after)| *before.max(after));
                add(&mut self.units, product(&larger.collect::<Vec<_>>()), made.words);
            }
            ("Gemm" | "MatMul", _) => {
                add(macs, units, inputs[0].dims.iter().rev().take(2).copied().max().unwrap_or(1));
            }
            ("LRN", _) => add(&mut self.pooled, units, inputs[0].dims[1]),
            (_, Some(kernel)) => add(&mut self.pooled, units, product(&kernel)),
            _ => {}
        }
        if let (Some(kernel), [_, _, rows, columns]) = (kernel, made.dims.as_slice()) {
            let places = product(&kernel);
            // Padding cuts a kernel in a way of its own at each of as many places as it is long, at either end.
            let cuts = |size: u64, side: u64| size.min(2 * side + 1);
            let padded = node.attribute.iter().any(|a| a.name == "auto_pad")
                || lengths(node, "pads").any(|pad| pad > 0);
            let ways = if padded { cuts(*rows, kernel[0]) * cuts(*columns, kernel[1]) } else { 1 };
            add(&mut self.places, places, if node.op_type == "Conv" { ways.max(places) } else { ways });
        }
        self.within_limits()
    }

    fn within_limits(&self) -> Result<(), ModelError> {
        if self.units > MOST_UNITS {
            return Err(ModelError::TooBig { units: self.units });
        }
        if self.macs > MOST_MACS {
            return Err(ModelError::TooSlow { macs: self.macs });
        }
        for (count, most, what) in [
            (self.folded, MOST_FOLDED, Work::Constants),
            (self.remade, MOST_REMADE, Work::Constants),
            (self.pooled, MOST_POOLED, Work::Pools),
            (self.pointwise, MOST_POINTWISE, Work::Functions),
            (self.places, MOST_PLACES, Work::Places),
        ] {
            if count > most {
                return Err(ModelError::Limit { what, count, most });
            }
        }
        Ok(())
    }
}

/// Groups of channels that do not meet.
fn groups(node: &NodeProto) -> u64 {
    int(node, "group").and_then(|group| u64::try_from(group).ok()).unwrap_or(1)
}

fn add(sum: &mut u64, times: u64, each: u64) {
    *sum = sum.saturating_add(times.saturating_mul(each));
}
