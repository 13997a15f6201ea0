//! Convolutions as they are defined, in double precision: what the fast ones are tested against.

use vggscope_core::nn::Window;

/// Numbers from −1 to 1 without a pattern.
pub fn noise(count: usize, seed: usize) -> Vec<f32> {
    (0..count).map(|at| ((at * 7919 + seed * 104_729) % 2003) as f32 / 1001.0 - 1.0).collect()
}

/// Maps of `below` rows and columns, convolved to maps of `own`.
pub fn convolved(
    maps: &[f32],
    kernels: &[f32],
    bias: &[f32],
    window: &Window,
    [below, own]: [[usize; 2]; 2],
) -> Vec<f64> {
    let inputs = maps.len() / (below[0] * below[1]);
    let taps = window.kernel[0] * window.kernel[1];
    let place = |axis: usize, at: usize, tap: usize| {
        let place =
            (at * window.stride[axis] + tap * window.dilation[axis]).checked_sub(window.padding[axis]);
        place.filter(|place| *place < below[axis])
    };
    let mut made = Vec::new();
    for (output, bias) in bias.iter().enumerate() {
        for at in 0..own[0] * own[1] {
            let mut sum = f64::from(*bias);
            for (number, kernel) in
                kernels[output * inputs * taps..(output + 1) * inputs * taps].iter().enumerate()
            {
                let (input, tap) = (number / taps, number % taps);
                let row = place(0, at / own[1], tap / window.kernel[1]);
                if let Some((row, column)) = row.zip(place(1, at % own[1], tap % window.kernel[1])) {
                    sum += f64::from(*kernel) * f64::from(maps[(input * below[0] + row) * below[1] + column]);
                }
            }
            made.push(sum);
        }
    }
    made
}

/// How far values are from those wanted at the most, as a share of the largest; `rectified` for negative ones made zero.
pub fn furthest(wanted: &[f64], made: &[f32], rectified: bool) -> f64 {
    assert_eq!(wanted.len(), made.len());
    let largest = wanted.iter().fold(1e-9f64, |most, value| most.max(value.abs()));
    let wanted = wanted.iter().map(|value| if rectified { value.max(0.0) } else { *value });
    let off = wanted.zip(made).map(|(wanted, made)| (wanted - f64::from(*made)).abs());
    off.fold(0.0, |most: f64, off| if off.is_nan() { f64::INFINITY } else { most.max(off) }) / largest
}
