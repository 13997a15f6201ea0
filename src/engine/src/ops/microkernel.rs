//! The product that convolutions spend their time in: four kernels times eight columns.
//!
//! Of the shapes that sixteen vector registers allow, this one comes closest to what a browser's machine code can do
//! (nine tenths of it, where both operands are in the cache).

use crate::ops::parallel;
use crate::ops::simd::F32x4;

/// Numbers of a vector.
pub const LANES: usize = 4;
/// Columns that a product takes at once, in two vectors.
pub const COLUMNS: usize = 2 * LANES;
/// Kernels that it takes at once.
pub const KERNELS: usize = 4;

/// The most channels of the output that one piece of work makes.
const SLICE: usize = 32;

/// How many of so many channels of the output one piece of work makes.
pub fn slice(outputs: usize) -> usize {
    parallel::piece(outputs).next_multiple_of(KERNELS).min(SLICE)
}

/// Sums, and products on top of them: `kernels` holds the four numbers of each row, `columns` the eight numbers of each
/// row.
#[inline]
#[cfg_attr(all(target_arch = "wasm32", feature = "relaxed"), target_feature(enable = "relaxed-simd"))]
pub fn product(mut sums: [[F32x4; 2]; KERNELS], kernels: &[f32], columns: &[f32]) -> [[F32x4; 2]; KERNELS] {
    for (kernels, columns) in kernels.chunks_exact(KERNELS).zip(columns.chunks_exact(COLUMNS)) {
        let (one, two) = (F32x4::load(&columns[..LANES]), F32x4::load(&columns[LANES..]));
        for (sums, kernel) in sums.iter_mut().zip(kernels) {
            let kernel = F32x4::all(*kernel);
            sums[0] = sums[0].plus(kernel, one);
            sums[1] = sums[1].plus(kernel, two);
        }
    }
    sums
}
