//! Work that is shared by the threads of the pool, where there is one.

/// Works on each piece of so many values, of which the last may be shorter. A piece is told its number; what `scratch`
/// makes is used again for further pieces.
#[cfg(feature = "threads")]
pub fn chunks<S: Send>(
    values: &mut [f32],
    size: usize,
    scratch: impl Fn() -> S + Sync + Send,
    work: impl Fn(usize, &mut [f32], &mut S) + Sync + Send,
) {
    use rayon::prelude::*;
    values
        .par_chunks_mut(size)
        .enumerate()
        .for_each_init(scratch, |scratch, (at, values)| work(at, values, scratch));
}

/// Works on each piece of so many values, of which the last may be shorter. A piece is told its number; what `scratch`
/// makes is used again for further pieces.
#[cfg(not(feature = "threads"))]
pub fn chunks<S>(
    values: &mut [f32],
    size: usize,
    scratch: impl Fn() -> S,
    work: impl Fn(usize, &mut [f32], &mut S),
) {
    let mut scratch = scratch();
    for (at, values) in values.chunks_mut(size).enumerate() {
        work(at, values, &mut scratch);
    }
}
