//! Antialiased bicubic resampling of a part of a picture, as Pillow does it: a = −0.5 (Keys 1981), the kernel
//! stretched when shrinking, rows first, then columns, in fixed point and rounded to bytes after each, so that the
//! bytes are the same as Pillow's.

use super::{NetworkInput, Rect};

/// Resamples `part` of `source` to `width` x `height`.
pub(super) fn bicubic(source: &NetworkInput, part: Rect, width: usize, height: usize) -> NetworkInput {
    let columns = taps(source.width, part.x, part.width, width);
    let rows = taps(source.height, part.y, part.height, height);
    let first = rows.iter().map(|tap| tap.start).min().unwrap_or(0);
    let last = rows.iter().map(|tap| tap.start + tap.weights.len()).max().unwrap_or(0);

    let mut across = vec![0u8; width * (last - first) * 3];
    for (line, out) in
        source.rgb.chunks_exact(source.width * 3).skip(first).zip(across.chunks_exact_mut(width * 3))
    {
        for (tap, pixel) in columns.iter().zip(out.chunks_exact_mut(3)) {
            let inputs = line[tap.start * 3..].chunks_exact(3);
            pixel.copy_from_slice(&weigh(tap, inputs));
        }
    }

    let mut rgb = Vec::with_capacity(width * height * 3);
    for tap in &rows {
        for column in 0..width {
            let at = ((tap.start - first) * width + column) * 3;
            let inputs = across[at..].chunks(width * 3);
            rgb.extend_from_slice(&weigh(tap, inputs));
        }
    }
    NetworkInput { width, height, rgb }
}

/// The inputs that one output pixel is made of, and how much of each.
struct Tap {
    start: usize,
    /// In units of 1 / 2^[`BITS`].
    weights: Vec<i32>,
}

/// Bits after the point: what a sum of bytes leaves of 32, with two to spare for the kernel's overshoot.
const BITS: u32 = 32 - 8 - 2;

fn weigh<'a>(tap: &Tap, inputs: impl Iterator<Item = &'a [u8]>) -> [u8; 3] {
    let mut sum = [1i32 << (BITS - 1); 3];
    for (weight, pixel) in tap.weights.iter().zip(inputs) {
        for (sum, value) in sum.iter_mut().zip(pixel) {
            *sum += weight * i32::from(*value);
        }
    }
    sum.map(|value| (value >> BITS).clamp(0, 255) as u8)
}

fn taps(length: usize, from: f64, extent: f64, outputs: usize) -> Vec<Tap> {
    let scale = extent / outputs as f64;
    let stretch = scale.max(1.0);
    let support = 2.0 * stretch;
    let tap = |output: usize| {
        let centre = from + (output as f64 + 0.5) * scale;
        let start = ((centre - support + 0.5).max(0.0) as usize).min(length - 1);
        let end = ((centre + support + 0.5).max(0.0) as usize).clamp(start + 1, length);
        let weights: Vec<f64> =
            (start..end).map(|input| keys((input as f64 - centre + 0.5) / stretch)).collect();
        let sum: f64 = weights.iter().sum();
        let weights =
            weights.iter().map(|weight| (weight / sum * f64::from(1 << BITS)).round() as i32).collect();
        Tap { start, weights }
    };
    (0..outputs).map(tap).collect()
}

fn keys(x: f64) -> f64 {
    const A: f64 = -0.5;
    let x = x.abs();
    if x < 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        (((x - 5.0) * x + 8.0) * x - 4.0) * A
    } else {
        0.0
    }
}
