//! Convolutions of any window as a product of matrices: all kernels, times the patches of eight neighbouring units of
//! the output at a time (Chellapilla, Puri and Simard, "High Performance Convolutional Neural Networks for Document
//! Processing", 2006, section 3.2, a panel at a time).

use std::ops::Range;

use vggscope_core::nn::Window;

use crate::ops::microkernel::{COLUMNS, KERNELS, LANES, product, slice};
use crate::ops::parallel;
use crate::ops::simd::F32x4;

/// Floats of patches that are worked on at a time.
const BLOCK: usize = 1 << 18;
/// Rows of a panel that a product takes at once, so that they stay in the nearest cache.
const DEPTH: usize = 512;

/// A convolution whose kernels stand as a product takes them.
#[derive(Clone, Debug)]
pub struct Im2col {
    inputs: usize,
    window: Window,
    /// Four output channels at a time: for each number of a kernel their four.
    kernels: Vec<f32>,
    bias: Vec<f32>,
    rectified: bool,
}

impl Im2col {
    /// How many floats the kernels take.
    pub fn floats(inputs: usize, outputs: usize, window: &Window) -> usize {
        outputs.next_multiple_of(KERNELS) * inputs * window.kernel[0] * window.kernel[1]
    }

    /// Of kernels [outputs, inputs, rows, columns] and a bias for each output; `rectified` for what follows with negative
    /// values made zero.
    pub fn new(window: Window, inputs: usize, kernels: &[f32], bias: &[f32], rectified: bool) -> Im2col {
        let rows = inputs * window.kernel[0] * window.kernel[1];
        let mut packed = vec![0f32; Im2col::floats(inputs, bias.len(), &window)];
        for (output, kernel) in kernels.chunks_exact(rows).enumerate() {
            let four = &mut packed[output / KERNELS * KERNELS * rows..];
            for (row, number) in kernel.iter().enumerate() {
                four[row * KERNELS + output % KERNELS] = *number;
            }
        }
        Im2col { inputs, window, kernels: packed, bias: bias.to_vec(), rectified }
    }

    /// Convolves maps of `below` rows and columns, plane by plane, into maps of `own`.
    pub fn run(&self, maps: &[f32], below: [usize; 2], own: [usize; 2], made: &mut [f32]) {
        let (rows, plane) = (self.rows(), own[0] * own[1]);
        let panels = plane.div_ceil(COLUMNS);
        let blocks = panels.div_ceil((BLOCK / (rows * COLUMNS)).max(1));
        let each = panels.div_ceil(blocks);
        let slice = slice(self.bias.len());
        let mut patches = vec![0f32; each * rows * COLUMNS];
        for first in (0..panels).step_by(each) {
            let panels = first..(first + each).min(panels);
            let patches = &mut patches[..panels.len() * rows * COLUMNS];
            parallel::chunks(patches, rows * COLUMNS, |at, panel| {
                self.gather(maps, below, own, (panels.start + at) * COLUMNS, panel)
            });
            parallel::chunks(made, slice * plane, |at, made| {
                let channels = at * slice..((at + 1) * slice).min(self.bias.len());
                self.make(patches, panels.start * COLUMNS, channels, plane, made);
            });
        }
    }

    /// Numbers of a kernel.
    fn rows(&self) -> usize {
        self.inputs * self.window.kernel[0] * self.window.kernel[1]
    }

    /// Puts the patches of the units from `first` on beside each other.
    fn gather(&self, maps: &[f32], below: [usize; 2], own: [usize; 2], first: usize, panel: &mut [f32]) {
        let Window { kernel, stride, dilation, padding } = self.window;
        let [height, width] = below;
        let last = own[0] * own[1] - 1;
        // Units beyond the last stand for the last; what is made of them is not written.
        let places: [[isize; 2]; COLUMNS] = std::array::from_fn(|column| {
            let unit = (first + column).min(last);
            let at = [unit / own[1], unit % own[1]];
            std::array::from_fn(|axis| (at[axis] * stride[axis]) as isize - padding[axis] as isize)
        });
        let ([top, left], [bottom, right]) = (places[0], places[COLUMNS - 1]);
        let in_line = stride[1] == 1 && top == bottom && right - left == COLUMNS as isize - 1;
        let mut lines = panel.chunks_exact_mut(COLUMNS);
        for map in maps.chunks_exact(height * width).take(self.inputs) {
            for tap in 0..kernel[0] * kernel[1] {
                let Some(line) = lines.next() else { return };
                let down = (tap / kernel[1] * dilation[0]) as isize;
                let across = (tap % kernel[1] * dilation[1]) as isize;
                let inside = |at: isize, side: usize| usize::try_from(at).ok().filter(|at| *at < side);
                let start = inside(top + down, height).zip(inside(left + across, width));
                match start.filter(|_| in_line && right + across < width as isize) {
                    Some((row, column)) => {
                        let from = &map[row * width + column..][..COLUMNS];
                        F32x4::load(&from[..LANES]).store(&mut line[..LANES]);
                        F32x4::load(&from[LANES..]).store(&mut line[LANES..]);
                    }
                    None => {
                        for (number, [top, left]) in line.iter_mut().zip(places) {
                            let place = inside(top + down, height).zip(inside(left + across, width));
                            *number = place.map_or(0.0, |(row, column)| map[row * width + column]);
                        }
                    }
                }
            }
        }
    }

    /// Makes these channels of the units from `first` on, for which the patches are.
    #[cfg_attr(all(target_arch = "wasm32", feature = "relaxed"), target_feature(enable = "relaxed-simd"))]
    fn make(&self, patches: &[f32], first: usize, channels: Range<usize>, plane: usize, made: &mut [f32]) {
        let (rows, zero) = (self.rows(), F32x4::all(0.0));
        for depth in (0..rows).step_by(DEPTH) {
            let depth = depth..(depth + DEPTH).min(rows);
            let last = depth.end == rows;
            for (at, panel) in patches.chunks_exact(rows * COLUMNS).enumerate() {
                let columns = &panel[depth.start * COLUMNS..depth.end * COLUMNS];
                let unit = first + at * COLUMNS;
                let units = unit..(unit + COLUMNS).min(plane);
                for four in channels.clone().step_by(KERNELS) {
                    let kernels = &self.kernels[four * rows..(four + KERNELS) * rows];
                    let kernels = &kernels[depth.start * KERNELS..depth.end * KERNELS];
                    let count = (channels.end - four).min(KERNELS);
                    let start = (four - channels.start) * plane;
                    let mut sums = [[zero; 2]; KERNELS];
                    for (at, sums) in sums[..count].iter_mut().enumerate() {
                        *sums = match depth.start {
                            0 => [F32x4::all(self.bias[four + at]); 2],
                            _ => eight(&made[start + at * plane..][units.clone()]),
                        };
                    }
                    let mut sums = product(sums, kernels, columns);
                    for (at, sums) in sums[..count].iter_mut().enumerate() {
                        if last && self.rectified {
                            *sums = [zero.max(sums[0]), zero.max(sums[1])];
                        }
                        put(sums, &mut made[start + at * plane..][units.clone()]);
                    }
                }
            }
        }
    }
}

/// Eight numbers, or as many as there are.
#[inline(always)]
fn eight(from: &[f32]) -> [F32x4; 2] {
    let mut whole = [0f32; COLUMNS];
    let from = from.first_chunk().unwrap_or_else(|| {
        whole[..from.len()].copy_from_slice(from);
        &whole
    });
    [F32x4::load(&from[..LANES]), F32x4::load(&from[LANES..])]
}

/// Writes eight numbers, or as many as there is room for.
#[inline(always)]
fn put(sums: &[F32x4; 2], to: &mut [f32]) {
    to.chunks_mut(LANES).zip(sums).for_each(|(to, sum)| sum.store_some(to));
}

#[cfg(test)]
mod tests {
    use proptest::array::uniform2;
    use proptest::prelude::*;

    use super::*;
    use crate::ops::reference::{convolved, furthest, noise};

    fn off(window: Window, [inputs, outputs]: [usize; 2], sizes: [[usize; 2]; 2], rectified: bool) -> f64 {
        let maps = noise(inputs * sizes[0][0] * sizes[0][1], 1);
        let kernels = noise(outputs * inputs * window.kernel[0] * window.kernel[1], 2);
        let bias = noise(outputs, 3);
        let wanted = convolved(&maps, &kernels, &bias, &window, sizes);
        let mut made = vec![f32::NAN; wanted.len()];
        Im2col::new(window, inputs, &kernels, &bias, rectified).run(&maps, sizes[0], sizes[1], &mut made);
        furthest(&wanted, &made, rectified)
    }

    #[test]
    fn shapes_of_known_networks() {
        let square = |side: usize, kernel: usize, stride: usize, padding: usize| {
            let own = (side + 2 * padding - kernel) / stride + 1;
            let window =
                Window { kernel: [kernel; 2], stride: [stride; 2], dilation: [1; 2], padding: [padding; 2] };
            (window, [[side; 2], [own; 2]])
        };
        // VGG's first layer, ResNet's first, AlexNet's first, a bottleneck, the last of a network; some need several
        // blocks, others several depths.
        for (case, channels) in [
            (square(64, 3, 1, 1), [3, 64]),
            (square(97, 7, 2, 3), [3, 24]),
            (square(83, 11, 4, 2), [3, 18]),
            (square(28, 1, 1, 0), [600, 40]),
            (square(7, 3, 1, 1), [300, 33]),
        ] {
            let off = off(case.0, channels, case.1, true);
            assert!(off < 1e-5, "{case:?} {channels:?}: {off}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn as_it_is_defined(
            channels in [1usize..10, 1..40], below in uniform2(1usize..30), kernel in uniform2(1usize..6),
            stride in uniform2(1usize..9), dilation in uniform2(1usize..3), padding in uniform2(0usize..4),
            rectified in any::<bool>(),
        ) {
            let side = |axis: usize| {
                let room = (below[axis] + 2 * padding[axis]).checked_sub((kernel[axis] - 1) * dilation[axis] + 1)?;
                Some(room / stride[axis] + 1)
            };
            let (Some(rows), Some(columns)) = (side(0), side(1)) else { return Ok(()) };
            let window = Window { kernel, stride, dilation, padding };
            prop_assert!(off(window, channels, [below, [rows, columns]], rectified) < 1e-5);
        }
    }
}
