//! The engine as `cargo xtask bench` measures it: whole passes as the page has them, bare ones, and what the machine could
//! do at most.

use std::hint::black_box;
use std::sync::Arc;

use js_sys::Uint8Array;
use tract_onnx::prelude::*;
use vggscope_core::error::Error;
use vggscope_core::model::Algorithm;
use vggscope_core::nn::LayerId;
use vggscope_core::wire::{Reply, RunId, encode};
use wasm_bindgen::prelude::*;

use crate::ops::simd::F32x4;
use crate::worker::kept::Outside;
use crate::worker::{done, now, share_work};
use crate::{Activations, Network, Pass, PassStep};

/// A network under measurement.
#[wasm_bindgen]
pub struct Bench {
    network: Network,
    /// The same, of which nothing but the scores is wanted.
    bare: Arc<TypedSimplePlan>,
    kept: Activations,
    times: Vec<f64>,
}

#[wasm_bindgen]
impl Bench {
    /// Reads a model; where it leaves its size open, its input is a square of this side.
    ///
    /// # Errors
    /// What is wrong with the file.
    #[wasm_bindgen(constructor)]
    pub fn new(model: Uint8Array, side: usize) -> Result<Bench, JsError> {
        share_work();
        let network = Network::read(Outside(model), [side, side]).map_err(|error| said(&error))?;
        let bare = bare(&network).map_err(|error| said(&error))?;
        let times = vec![0.0; 2 * network.model.architecture.layers.len()];
        Ok(Bench { network, bare, kept: Activations::default(), times })
    }

    /// One whole pass on a normalised photo as the page has it: every layer tapped, its figures and thumbnails made, its
    /// message encoded. Returns the raw scores.
    ///
    /// # Errors
    /// What the runtime says.
    pub fn run(&mut self, input: Vec<f32>) -> Result<Vec<f32>, JsError> {
        let failed = |error: Error| said(&error);
        self.kept = Activations::default();
        let mut run = Pass::new(&self.network, input).map_err(failed)?;
        loop {
            let started = now();
            match run.step().map_err(failed)? {
                PassStep::Done(logits) => return Ok(logits),
                PassStep::Intermediate(id, values) => {
                    self.network.keep_intermediate(&mut self.kept, id, values)
                }
                PassStep::Layer(layer, values) => {
                    let (place, computed) = (usize::from(layer.0), now());
                    self.kept.keep_layer(layer, self.network.model.architecture.layers[place].shape, values);
                    if let Some(done) = done(&self.kept, layer, 0.0) {
                        black_box(encode(&Reply::Layer { run: RunId(0), done: done.into() }));
                    }
                    self.times[2 * place] = computed - started;
                    self.times[2 * place + 1] = now() - computed;
                }
            }
        }
    }

    /// One pass that looks at nothing but the scores.
    ///
    /// # Errors
    /// What the runtime says.
    pub fn bare(&mut self, input: Vec<f32>) -> Result<Vec<f32>, JsError> {
        self.kept = Activations::default();
        let run = || -> TractResult<Vec<f32>> {
            let shape = self.bare.model().input_fact(0)?.shape.as_concrete().unwrap_or_default().to_vec();
            let input = Tensor::from_shape(&shape, &input)?;
            let scores = self.bare.run(tvec!(input.into_tvalue()))?;
            Ok(scores[0].try_as_plain_ram()?.as_slice::<f32>()?.to_vec())
        };
        run().map_err(|error| said(&error))
    }

    /// Milliseconds of each layer in the last whole pass: to compute it, and to report it.
    pub fn times(&self) -> Vec<f64> {
        self.times.clone()
    }

    /// A line for each layer: name, what computes it, its multiply-accumulate operations, those really done, and the bytes
    /// of what it reads, of its weights, and of what it makes.
    pub fn layers(&self) -> String {
        let model = &self.network.model;
        let line = |(id, by): (LayerId, &Algorithm)| {
            let layer = model.architecture.layer(id)?;
            let read = self.network.computations[usize::from(id.0)]
                .iter()
                .flat_map(|computation| &computation.reads);
            let read: usize = read.filter_map(|id| self.network.shape(*id)).map(|shape| shape.units()).sum();
            let bytes = 4 * (read as u64 + layer.parameters + layer.shape.units() as u64);
            Some(format!(
                "{}\t{by:?}\t{}\t{}\t{bytes}\n",
                layer.name,
                layer.macs,
                by.multiplications(layer.macs)
            ))
        };
        model.architecture.ids().zip(&model.algorithms).filter_map(line).collect()
    }

    /// Bytes of memory; they never become fewer.
    pub fn memory(&self) -> f64 {
        core::arch::wasm32::memory_size(0) as f64 * 65_536.0
    }
}

/// What one thread can do at most: multiply-accumulate operations a second, and bytes read from memory a second.
#[wasm_bindgen]
pub fn peak() -> Vec<f64> {
    const TRIES: usize = 7;
    /// Sums that do not wait for each other.
    const SUMS: usize = 10;
    const TURNS: usize = 1 << 22;
    /// More than a cache holds.
    const FLOATS: usize = 1 << 25;
    let best = |amount: f64, work: &dyn Fn() -> [F32x4; SUMS]| {
        let mut least = f64::INFINITY;
        for _ in 0..TRIES {
            let started = now();
            black_box(work().map(F32x4::numbers));
            least = least.min(now() - started);
        }
        amount / least * 1e3
    };
    let factor = F32x4::all(black_box(0.5));
    let arithmetic = best((TURNS * SUMS * 4) as f64, &|| products([factor; SUMS], factor, TURNS));
    let numbers = vec![1f32; FLOATS];
    let memory = best((FLOATS * 4) as f64, &|| {
        let mut sums = [factor; SUMS];
        for numbers in numbers.chunks_exact(8 * 4) {
            for (sum, numbers) in sums.iter_mut().zip(numbers.chunks_exact(4)) {
                *sum = *sum + F32x4::load(numbers);
            }
        }
        sums
    });
    vec![arithmetic, memory]
}

/// Products on top of products, so many times.
#[cfg_attr(all(target_arch = "wasm32", feature = "relaxed"), target_feature(enable = "relaxed-simd"))]
fn products<const SUMS: usize>(mut sums: [F32x4; SUMS], factor: F32x4, turns: usize) -> [F32x4; SUMS] {
    for _ in 0..turns {
        for sum in &mut sums {
            *sum = factor.plus(*sum, factor);
        }
    }
    sums
}

/// The plan of a network that makes nothing but its scores.
fn bare(network: &Network) -> TractResult<Arc<TypedSimplePlan>> {
    let mut model = network.runnable.model().clone();
    let scores = model.outputs[network.logits];
    model.select_output_outlets(&[scores])?;
    TypedSimplePlan::new(model.into_optimized()?)
}

fn said(error: &impl std::fmt::Debug) -> JsError {
    JsError::new(&format!("{error:?}"))
}
