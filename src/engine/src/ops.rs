//! Operators of our own and what they are made of: Winograd, im2col, pooling, dense rows, SIMD, threads; and those of ONNX that the
//! runtime is given.

mod im2col;
mod microkernel;
pub mod onnx;
pub mod parallel;
#[cfg(test)]
mod reference;
pub mod simd;
pub mod strided;
pub mod substitute;
mod winograd;
