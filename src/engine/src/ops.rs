//! Operators of our own and what they are made of: Winograd, im2col, pooling, dense rows, SIMD, threads.

mod im2col;
mod microkernel;
pub mod parallel;
#[cfg(test)]
mod reference;
pub mod simd;
pub mod substitute;
mod winograd;
