//! Resize, as onnxruntime has it in all of its modes; the runtime rounds otherwise in old operator sets and where corners are
//! aligned. Each axis by itself.

use std::sync::Arc;

use tract_onnx::model::ParsingContext;
use tract_onnx::pb::NodeProto;
use tract_onnx::prelude::*;
use tract_onnx::tract_core::ops::nn::resize::cubic_kernel;
use tract_onnx::tract_hir::internal::*;
use vggscope_core::nn::Interpolation;
use vggscope_core::receptive_field::Span;

use super::{known, of_floats};
use crate::ops::parallel;

/// How values between units are found.
#[derive(Clone, Debug)]
pub struct Sampling {
    /// What is taken for them.
    pub interpolation: Interpolation,
    place: Place,
    nearest: Nearest,
    /// The cubic's coefficient a.
    cubic: f32,
    /// Whether weights beyond the edge are left out, where otherwise the edge is repeated.
    exclude_outside: bool,
}

/// Where on the axis below a unit stands.
#[derive(Clone, Copy, Debug)]
enum Place {
    HalfPixel,
    PytorchHalfPixel,
    HalfPixelSymmetric,
    AlignCorners,
    Asymmetric,
    HalfPixelForNearest,
}

/// Which of two units is the nearest.
#[derive(Clone, Copy, Debug)]
enum Nearest {
    Floor,
    Ceil,
    PreferFloor,
    PreferCeil,
    /// As before operator set 11: the one before where maps grow, the one behind where they shrink.
    ByScale,
}

/// The units below that a unit is made of, with their weights; below 0 and beyond the end lie repeated edges.
#[derive(Debug, PartialEq)]
struct Taps {
    first: i64,
    weights: Vec<f32>,
}

/// An axis that is resized.
#[derive(Clone, Copy, Debug)]
pub struct Resized {
    /// Its place.
    pub axis: usize,
    /// Units before.
    pub from: usize,
    /// Units after.
    pub to: usize,
    scale: f32,
}

impl Sampling {
    /// Reads the attributes of a node.
    ///
    /// # Errors
    /// The value of one that is not supported.
    pub fn read(node: &NodeProto) -> Result<Sampling, String> {
        let attribute = |name: &str| node.attribute.iter().find(|one| one.name == name);
        let word = |name: &str, otherwise: &str| {
            attribute(name).map_or(otherwise.to_owned(), |one| String::from_utf8_lossy(&one.s).into_owned())
        };
        let is_set = |name: &str| attribute(name).is_some_and(|one| one.i != 0);
        if is_set("antialias") {
            return Err("antialias".to_owned());
        }
        let ratio = word("keep_aspect_ratio_policy", "stretch");
        if ratio != "stretch" {
            return Err(ratio);
        }
        Ok(Sampling {
            interpolation: match word("mode", "nearest").as_str() {
                "nearest" => Interpolation::Nearest,
                "linear" | "bilinear" => Interpolation::Linear,
                "cubic" => Interpolation::Cubic,
                other => return Err(other.to_owned()),
            },
            place: match word("coordinate_transformation_mode", "half_pixel").as_str() {
                "half_pixel" => Place::HalfPixel,
                "pytorch_half_pixel" => Place::PytorchHalfPixel,
                "half_pixel_symmetric" => Place::HalfPixelSymmetric,
                "align_corners" => Place::AlignCorners,
                "asymmetric" => Place::Asymmetric,
                "tf_half_pixel_for_nn" => Place::HalfPixelForNearest,
                other => return Err(other.to_owned()),
            },
            nearest: match word("nearest_mode", "round_prefer_floor").as_str() {
                "round_prefer_floor" => Nearest::PreferFloor,
                "round_prefer_ceil" => Nearest::PreferCeil,
                "floor" => Nearest::Floor,
                "ceil" => Nearest::Ceil,
                "by_scale" => Nearest::ByScale,
                other => return Err(other.to_owned()),
            },
            cubic: attribute("cubic_coeff_a").map_or(-0.75, |one| one.f),
            exclude_outside: is_set("exclude_outside"),
        })
    }

    /// The units below that each unit of an axis sees.
    pub fn seen(&self, resized: &Resized) -> Vec<Span> {
        let span = |taps: Taps| {
            let count = taps.weights.len() as i64;
            taps.first..=taps.first + count - 1
        };
        (0..resized.to).map(|unit| span(self.taps(unit, resized))).collect()
    }

    fn taps(&self, unit: usize, resized: &Resized) -> Taps {
        let Resized { from, to, scale, .. } = *resized;
        let (unit, from_units, to_units) = (unit as f32, from as f32, to as f32);
        let half_pixel = (unit + 0.5) / scale - 0.5;
        let place = match self.place {
            Place::PytorchHalfPixel | Place::AlignCorners if to == 1 => 0.0,
            Place::HalfPixel | Place::PytorchHalfPixel => half_pixel,
            Place::HalfPixelSymmetric => {
                let cut = to_units / (scale * from_units);
                from_units / 2.0 * (1.0 - cut) + half_pixel
            }
            Place::AlignCorners => unit * (from_units - 1.0) / (to_units - 1.0),
            Place::Asymmetric => unit / scale,
            Place::HalfPixelForNearest => (unit + 0.5) / scale,
        };
        let before = place.floor();
        let past = place - before;
        let (first, weights) = match self.interpolation {
            Interpolation::Nearest => {
                let behind = match self.nearest {
                    Nearest::Floor => false,
                    Nearest::Ceil => past > 0.0,
                    Nearest::PreferFloor => past > 0.5,
                    Nearest::PreferCeil => past >= 0.5,
                    Nearest::ByScale => scale < 1.0 && past > 0.0,
                };
                (before as i64 + i64::from(behind), vec![1.0])
            }
            Interpolation::Linear => (before as i64, vec![1.0 - past, past]),
            Interpolation::Cubic => {
                let weight = |at: i8| cubic_kernel(f32::from(at) - past, self.cubic);
                (before as i64 - 1, (-1..=2).map(weight).collect())
            }
        };
        self.without_nothing(first, weights, from)
    }

    /// Without weights of zero at both ends.
    fn without_nothing(&self, first: i64, mut weights: Vec<f32>, from: usize) -> Taps {
        if self.exclude_outside && self.interpolation == Interpolation::Cubic {
            let is_inside = |at: usize| (0..from as i64).contains(&(first + at as i64));
            weights
                .iter_mut()
                .enumerate()
                .for_each(|(at, weight)| *weight *= f32::from(u8::from(is_inside(at))));
            let sum: f32 = weights.iter().sum();
            weights.iter_mut().for_each(|weight| *weight /= sum);
        }
        let empty = weights.iter().take_while(|weight| **weight == 0.0).count().min(weights.len() - 1);
        weights.drain(..empty);
        while weights.len() > 1 && weights.last() == Some(&0.0) {
            weights.pop();
        }
        Taps { first: first + empty as i64, weights }
    }
}

/// The longest side that is made: four times that of the largest photo.
const LONGEST: usize = 1 << 14;

/// The axes that a node resizes, of a tensor of these dimensions, by scales or to sizes.
pub fn resized(node: &NodeProto, dims: &[usize], by: &Tensor) -> TractResult<Vec<Resized>> {
    let axes = node.attribute.iter().find(|one| one.name == "axes").map(|one| one.ints.as_slice());
    let rank = dims.len() as i64;
    let axes: Vec<usize> = match axes {
        Some(axes) => axes.iter().map(|axis| axis.rem_euclid(rank.max(1)) as usize).collect(),
        None => (0..dims.len()).collect(),
    };
    ensure!(by.len() == axes.len(), "Resize of {dims:?} along {axes:?} by {} numbers", by.len());
    let is_scale = by.datum_type().is_float();
    let numbers =
        if is_scale { by.cast_to::<f32>()?.into_owned() } else { by.cast_to::<i64>()?.into_owned() };
    let mut all = Vec::new();
    for (at, axis) in axes.into_iter().enumerate() {
        let from = *dims.get(axis).context("an axis")?;
        let (to, scale) = if is_scale {
            let scale = numbers.try_as_plain_ram()?.as_slice::<f32>()?[at];
            ((from as f32 * scale) as usize, scale)
        } else {
            let to = usize::try_from(numbers.try_as_plain_ram()?.as_slice::<i64>()?[at])?;
            (to, to as f32 / from as f32)
        };
        ensure!(from > 0 && (1..=LONGEST).contains(&to), "Resize from {from} to {to}");
        if (from, scale) != (to, 1.0) {
            all.push(Resized { axis, from, to, scale });
        }
    }
    Ok(all)
}

/// Reads a node.
pub fn read(_: &ParsingContext, node: &NodeProto) -> TractResult<(Box<dyn InferenceOp>, Vec<String>)> {
    let sampling = Sampling::read(node).map_err(|what| format_err!("Resize ({what})"))?;
    Ok((expand(Resize { node: node.clone(), sampling }), vec![]))
}

#[derive(Clone, Debug)]
struct Resize {
    node: NodeProto,
    sampling: Sampling,
}

impl Expansion for Resize {
    fn name(&self) -> StaticName {
        "Resize".into()
    }

    fn rules<'r, 'p: 'r, 's: 'r>(
        &'s self,
        solver: &mut Solver<'r>,
        inputs: &'p [TensorProxy],
        outputs: &'p [TensorProxy],
    ) -> InferenceResult {
        check_input_arity(inputs, 2)?;
        of_floats(solver, &inputs[..1], outputs)?;
        solver.given_2(&inputs[0].shape, &inputs[1].value, move |solver, dims, by| {
            let mut dims = known(&dims)?;
            for Resized { axis, to, .. } in resized(&self.node, &dims, &by)? {
                dims[axis] = to;
            }
            solver.equals(&outputs[0].shape, dims.iter().map(|dim| dim.to_dim()).collect::<TVec<_>>())
        })
    }

    fn wire(&self, prefix: &str, model: &mut TypedModel, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
        let dims = model.outlet_fact(inputs[0])?.shape.as_concrete().context("a size left open")?.to_vec();
        let by = model.outlet_fact(inputs[1])?.konst.clone().context("a size that depends on the input")?;
        let mut shape: TVec<usize> = dims.as_slice().into();
        let mut axes = resized(&self.node, &dims, &by)?;
        // What makes maps smaller first, so that nothing between is larger than both.
        axes.sort_by(|one, other| one.scale.total_cmp(&other.scale));
        axes.iter().for_each(|one| shape[one.axis] = one.to);
        let taps = |one: &Resized| (0..one.to).map(|unit| self.sampling.taps(unit, one)).collect();
        let axes = axes.iter().map(|one| (one.axis, taps(one))).collect();
        model.wire_node(prefix, Resample { axes: Arc::new(axes), shape }, &inputs[..1])
    }
}

/// Axes with what their units are made of.
#[derive(Clone, Debug)]
struct Resample {
    axes: Arc<Vec<(usize, Vec<Taps>)>>,
    /// Of what is made.
    shape: TVec<usize>,
}

/// Values of a tensor of these dimensions, resampled along an axis.
fn resample(values: &[f32], dims: &mut [usize], axis: usize, taps: &[Taps]) -> Vec<f32> {
    let (length, inner) = (dims[axis], dims[axis + 1..].iter().product::<usize>());
    let outer: usize = dims[..axis].iter().product();
    let mut made = vec![0f32; outer * taps.len() * inner];
    parallel::chunks(&mut made, taps.len() * inner, |at, made| {
        let block = &values[at * length * inner..][..length * inner];
        for (Taps { first, weights }, line) in taps.iter().zip(made.chunks_exact_mut(inner)) {
            for (place, weight) in (*first..).zip(weights) {
                let place = place.clamp(0, length as i64 - 1) as usize;
                let from = &block[place * inner..][..inner];
                line.iter_mut().zip(from).for_each(|(sum, value)| *sum += weight * value);
            }
        }
    });
    dims[axis] = taps.len();
    made
}

impl PartialEq for Resample {
    fn eq(&self, other: &Resample) -> bool {
        self.axes == other.axes && self.shape == other.shape
    }
}

impl Eq for Resample {}

impl Op for Resample {
    fn name(&self) -> StaticName {
        "VggscopeResize".into()
    }

    op_as_typed_op!();
}

impl EvalOp for Resample {
    op_out_of_plan!();

    fn eval(&self, _: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let mut dims = inputs[0].shape().to_vec();
        let mut values = inputs[0].try_as_plain_ram()?.as_slice::<f32>()?.to_vec();
        for (axis, taps) in self.axes.iter() {
            values = resample(&values, &mut dims, *axis, taps);
        }
        Ok(tvec!(Tensor::from_shape(&dims, &values)?.into_tvalue()))
    }
}

impl TypedOp for Resample {
    fn output_facts(&self, _: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(f32::fact(&self.shape)))
    }

    as_op!();
}
