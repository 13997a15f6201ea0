//! Operators of our own in the runtime's plan, where a layer is one that they do faster: convolutions of 3x3 by
//! Winograd's filtering, others as products of matrices, pools of 2x2, and matrix products with one row. A layer's
//! normalisation and rectifier are done with it.

use std::sync::Arc;

use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::*;
use vggscope_core::model::Algorithm;
use vggscope_core::nn::{LayerId, Shape, Window};

use crate::load::computation::{Computation, Floats, Operation, Pointwise};
use crate::ops::im2col::Im2col;
use crate::ops::onnx::fake_quantize::Rounding;
use crate::ops::parallel;
use crate::ops::simd::F32x4;
use crate::ops::winograd::{Size, Winograd};

/// A layer as an operator.
#[derive(Clone, Debug)]
struct Fast {
    work: Arc<Work>,
    /// What is done to all that it makes.
    rounding: Option<Rounding>,
    /// Of the tensor that it makes.
    shape: TVec<usize>,
}

#[derive(Debug)]
enum Work {
    Convolution(Winograd, Size),
    /// With rows and columns of the maps below and of its own.
    Product(Im2col, [[usize; 2]; 2]),
    /// Rows and columns of the maps below.
    Pool([usize; 2]),
    Dense {
        rows: Floats,
        bias: Vec<f32>,
        rectified: bool,
    },
}

/// The most floats that transformed kernels take in all; those of VGG-19 take 80 million. What goes beyond is left to the
/// runtime, which holds no more than the weights themselves.
pub const MOST_KERNELS: usize = 1 << 27;

/// Where a layer finds what it reads, and where what it makes is.
pub struct Places {
    /// The outlet of what it reads.
    pub from: OutletId,
    /// The shape of that.
    pub below: Shape,
    /// The outlet of the tensor that is shown.
    pub to: OutletId,
    /// The shape of the layer.
    pub own: Shape,
}

/// Puts an operator of ours in the place of a layer, if there is one for it, and says what computes it now;
/// `left` is how many floats our operators' kernels may still take.
///
/// # Errors
/// Where the runtime cannot take it.
pub fn put(
    model: &mut TypedModel,
    computation: &Computation,
    id: LayerId,
    places: &Places,
    left: &mut usize,
) -> TractResult<Algorithm> {
    let plain = |outlet: OutletId, shape: Shape| {
        let fact = model.outlet_fact(outlet)?;
        let whole =
            fact.shape.as_concrete().is_some_and(|dims| dims.iter().product::<usize>() == shape.units());
        TractResult::Ok((whole && fact.datum_type == f32::datum_type()).then(|| fact.shape.clone()))
    };
    let (Some(_), Some(dims)) = (plain(places.from, places.below)?, plain(places.to, places.own)?) else {
        return Ok(Algorithm::Runtime);
    };
    // Numbers are rounded last, if at all.
    let (links, rounding) = match computation.links.split_last() {
        Some((Pointwise::Round(rounding), links)) => (links, Some(*rounding)),
        _ => (computation.links.as_slice(), None),
    };
    let plain = !links.iter().any(|link| matches!(link, Pointwise::Round(_)));
    let work = if plain { Work::of(&computation.operation, links, places, left) } else { None };
    let Some(work) = work else { return Ok(Algorithm::Runtime) };
    let algorithm = work.algorithm();
    let shape = dims.as_concrete().unwrap_or_default().into();
    let mut patch = TypedModelPatch::default();
    let from = patch.tap_model(model, places.from)?;
    let made = patch.wire_node(
        format!("vggscope.{}", id.0),
        Fast { work: Arc::new(work), rounding, shape },
        &[from],
    )?;
    patch.shunt_outside(model, places.to, made[0])?;
    patch.apply(model)?;
    Ok(algorithm)
}

impl Work {
    fn of(operation: &Operation, links: &[Pointwise], places: &Places, left: &mut usize) -> Option<Work> {
        let (below, own) = (places.below, places.own);
        let rectified = match links.last() {
            Some(link) if link.is_rectifier() => true,
            Some(link) if link.is_activation() => return None,
            _ => false,
        };
        match operation {
            Operation::Convolution { window, kernels, bias, groups: 1 } => {
                let large = own.plane() > TINY && own.height.min(own.width) >= LOW;
                let short = Winograd::row(below.channels, own.width) <= LONG;
                let small = is_small(window) && below.channels > FEW && large && short;
                let floats = if small {
                    Winograd::floats(below.channels, own.channels)
                } else {
                    Im2col::floats(below.channels, own.channels, window)
                };
                *left = left.checked_sub(floats)?;
                let taps = below.channels * window.kernel[0] * window.kernel[1];
                let mut weights = kernels.get().to_vec();
                let mut sums =
                    bias.as_ref().map_or_else(|| vec![0.0; own.channels], |bias| bias.get().to_vec());
                for link in links.iter().filter(|link| !link.is_activation()) {
                    for (channel, sum) in sums.iter_mut().enumerate() {
                        let factor = link.factor(channel);
                        weights[channel * taps..(channel + 1) * taps]
                            .iter_mut()
                            .for_each(|weight| *weight *= factor);
                        *sum = link.apply(f64::from(*sum), channel) as f32;
                    }
                }
                let side = |shape: Shape| [shape.height, shape.width];
                Some(if small {
                    let size = Size { input: side(below), output: side(own), padding: window.padding };
                    Work::Convolution(Winograd::new(below.channels, &weights, &sums, rectified), size)
                } else {
                    let panels = Im2col::new(*window, below.channels, &weights, &sums, rectified);
                    Work::Product(panels, [side(below), side(own)])
                })
            }
            Operation::MaxPool(window) => {
                let square = window.kernel == [2, 2] && window.stride == [2, 2] && window.dilation == [1, 1];
                let whole = [below.height / 2, below.width / 2] == [own.height, own.width];
                (square && whole && window.padding == [0, 0])
                    .then_some(Work::Pool([below.height, below.width]))
            }
            Operation::Dense { matrix, bias } if matrix.row_is_output => {
                let mut sums =
                    bias.as_ref().map_or_else(|| vec![0.0; own.channels], |bias| bias.get().to_vec());
                // A factor would take a copy of the matrix.
                for link in links.iter().filter(|link| !link.is_activation()) {
                    (0..sums.len()).all(|channel| link.factor(channel) == 1.0).then_some(())?;
                    let added = sums.iter_mut().enumerate();
                    added.for_each(|(channel, sum)| *sum = link.apply(f64::from(*sum), channel) as f32);
                }
                Some(Work::Dense { rows: matrix.values.clone(), bias: sums, rectified })
            }
            _ => None,
        }
    }

    fn algorithm(&self) -> Algorithm {
        match self {
            Work::Convolution(..) => Algorithm::Winograd,
            Work::Product(..) => Algorithm::Im2col,
            Work::Pool(_) => Algorithm::Pool,
            Work::Dense { .. } => Algorithm::Dense,
        }
    }

    fn run(&self, from: &[f32], made: &mut [f32]) {
        match self {
            Work::Convolution(convolution, size) => convolution.run(from, *size, made),
            Work::Product(panels, [below, own]) => panels.run(from, *below, *own, made),
            Work::Pool([height, width]) => {
                let (plane, own) = (height * width, (height / 2) * (width / 2));
                parallel::chunks(made, own, |at, made| {
                    let map = &from[at * plane..(at + 1) * plane];
                    for (made, lines) in made.chunks_exact_mut(width / 2).zip(map.chunks_exact(2 * width)) {
                        let (one, two) = lines.split_at(*width);
                        let pairs = one.as_chunks::<2>().0.iter().zip(two.as_chunks::<2>().0);
                        for (made, ([a, b], [c, d])) in made.iter_mut().zip(pairs) {
                            let larger = |a: f32, b: f32| if a < b { b } else { a };
                            *made = larger(larger(*a, *b), larger(*c, *d));
                        }
                    }
                });
            }
            Work::Dense { rows, bias, rectified } => {
                let features = from.len();
                parallel::chunks(made, ROWS, |at, made| {
                    for (row, made) in made.iter_mut().enumerate() {
                        let output = at * ROWS + row;
                        let weights = &rows.get()[output * features..(output + 1) * features];
                        let sum = dot(weights, from) + bias[output];
                        *made = if *rectified && sum < 0.0 { 0.0 } else { sum };
                    }
                });
            }
        }
    }
}

/// Up to so many channels below, transforming tiles costs more than it saves.
const FEW: usize = 7;
/// Of maps up to so large, tiles would be half empty.
const TINY: usize = 49;
/// The same of maps that are not so high or wide.
const LOW: usize = 4;
/// The most floats of a row of transformed tiles: longer rows would take more memory than they save time.
const LONG: usize = 1 << 23;

/// Whether Winograd's filtering does it.
fn is_small(window: &Window) -> bool {
    window.kernel == [3, 3] && window.stride == [1, 1] && window.dilation == [1, 1]
}

/// Outputs of a dense layer that one piece of work makes.
const ROWS: usize = 16;

/// A sum of products.
#[cfg_attr(all(target_arch = "wasm32", feature = "relaxed"), target_feature(enable = "relaxed-simd"))]
fn dot(one: &[f32], other: &[f32]) -> f32 {
    const WIDE: usize = 16;
    let mut sums = [F32x4::all(0.0); 4];
    let (wide, rest) = one.as_chunks::<WIDE>();
    for (one, other) in wide.iter().zip(other.as_chunks::<WIDE>().0) {
        for (part, sum) in sums.iter_mut().enumerate() {
            let part = part * 4..part * 4 + 4;
            *sum = sum.plus(F32x4::load(&one[part.clone()]), F32x4::load(&other[part]));
        }
    }
    let [a, b, c, d] = sums;
    let lanes = (a + b + (c + d)).numbers();
    let rest = rest.iter().zip(&other[wide.len() * WIDE..]).map(|(one, other)| one * other);
    lanes.iter().sum::<f32>() + rest.sum::<f32>()
}

impl PartialEq for Fast {
    fn eq(&self, other: &Fast) -> bool {
        Arc::ptr_eq(&self.work, &other.work) && self.rounding == other.rounding
    }
}

impl Eq for Fast {}

impl Op for Fast {
    fn name(&self) -> StaticName {
        format!("Vggscope{:?}", self.work.algorithm()).into()
    }

    op_as_typed_op!();
}

impl EvalOp for Fast {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let from = inputs[0].try_as_plain_ram()?;
        let mut made = Tensor::zero::<f32>(&self.shape)?;
        let mut plain = made.try_as_plain_ram_mut()?;
        let values = plain.as_slice_mut::<f32>()?;
        self.work.run(from.as_slice::<f32>()?, values);
        if let Some(rounding) = self.rounding {
            rounding.round(values);
        }
        Ok(tvec!(made.into_tvalue()))
    }
}

impl TypedOp for Fast {
    fn output_facts(&self, _: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(f32::fact(&self.shape)))
    }

    as_op!();
}
