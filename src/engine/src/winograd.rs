//! Convolutions of 3x3 kernels and stride 1 by a quarter of the multiplications: Winograd's minimal filtering
//! F(4x4, 3x3) (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016, section 4.3).
//!
//! A tile of 6x6 inputs makes 4x4 outputs. Tiles and kernels are transformed to 36 numbers each; for each of the 36, a
//! small matrix product over the channels takes the place of the convolution; its results are transformed back. All of
//! it stays in the layout of planes: vectors run over four tiles that stand beside each other in a row.

use std::ops::Range;

use crate::lanes::Lanes;
use crate::product::{COLUMNS as TILES, KERNELS as CHANNELS, LANES as GROUP, product, slice};
use crate::share;

/// Outputs of a tile along an axis.
const OUT: usize = 4;
/// Inputs of a tile along an axis.
const IN: usize = 6;
/// Numbers of a transformed tile.
const POINTS: usize = IN * IN;
/// Floats between the transformed tiles of two points, so that they do not fall on one line of the cache.
const SPARE: usize = 16;
/// The fewest and the most floats of transformed tiles that are worked on at a time: as many as kernels have, which pass
/// by once for each such block. Fewer than fill a second-level cache or more than fill a third-level one are no gain.
const BLOCK: [usize; 2] = [1 << 16, 1 << 20];

/// A convolution whose kernels have been transformed.
#[derive(Clone, Debug)]
pub struct Winograd {
    inputs: usize,
    outputs: usize,
    /// Four output channels at a time, point by point: for each input channel their four numbers.
    kernels: Vec<f32>,
    bias: Vec<f32>,
    rectified: bool,
}

/// Where maps stand and how large they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Rows and columns of the input.
    pub input: [usize; 2],
    /// Rows and columns of the output.
    pub output: [usize; 2],
    /// Padding before the first row and column.
    pub padding: [usize; 2],
}

impl Winograd {
    /// How many floats the kernels take once they are transformed.
    pub fn floats(inputs: usize, outputs: usize) -> usize {
        outputs.next_multiple_of(CHANNELS) * inputs * POINTS
    }

    /// Of kernels [outputs, inputs, 3, 3] and a bias for each output; `rectified` for what follows with negative values
    /// made zero.
    pub fn new(inputs: usize, kernels: &[f32], bias: &[f32], rectified: bool) -> Winograd {
        let outputs = bias.len();
        let four = POINTS * inputs * CHANNELS;
        let mut packed = vec![0f32; Winograd::floats(inputs, outputs)];
        share::chunks(
            &mut packed,
            four,
            || (),
            |at, packed, ()| {
                let kernels = &kernels[at * CHANNELS * inputs * 9..];
                for input in 0..inputs {
                    // Channels that there are none of have kernels of nothing.
                    let taps = std::array::from_fn(|tap| {
                        let number = |channel: usize| kernels.get((channel * inputs + input) * 9 + tap);
                        let numbers: [f32; CHANNELS] =
                            std::array::from_fn(|channel| number(channel).copied().unwrap_or_default());
                        Lanes::load(&numbers)
                    });
                    for (point, numbers) in of_kernels(taps).into_iter().enumerate() {
                        numbers.store(&mut packed[(point * inputs + input) * CHANNELS..][..CHANNELS]);
                    }
                }
            },
        );
        Winograd { inputs, outputs, kernels: packed, bias: bias.to_vec(), rectified }
    }

    /// Convolves maps, plane by plane, into maps.
    pub fn run(&self, maps: &[f32], size: Size, made: &mut [f32]) {
        let [rows, columns] = size.output.map(|side| side.div_ceil(OUT));
        let across = columns.div_ceil(GROUP);
        let groups = rows * across;
        // Two vectors of tiles go together.
        let pairs = groups.div_ceil(2);
        let pair = POINTS * self.stride();
        let most = (self.kernels.len().clamp(BLOCK[0], BLOCK[1]) / pair).clamp(1, pairs);
        let slice = slice(self.outputs);
        let blocks = pairs.div_ceil(most);
        let each = pairs.div_ceil(blocks);
        let mut tiles = vec![0f32; each * pair];
        for first in (0..pairs).step_by(each) {
            let pairs = first..(first + each).min(pairs);
            let tiles = &mut tiles[..pairs.len() * pair];
            share::chunks(tiles, pair, Vec::new, |at, tiles, strip| {
                for half in 0..2 {
                    let group = 2 * (pairs.start + at) + half;
                    self.transform(maps, size, [group / across, group % across], half, tiles, strip);
                }
            });
            let plane = size.output[0] * size.output[1];
            share::chunks(made, slice * plane, Vec::new, |at, made, products| {
                let channels = at * slice..((at + 1) * slice).min(self.outputs);
                self.make(tiles, channels, products, |channel, pair, half, tile| {
                    let group = 2 * (pairs.start + pair) + half;
                    if group < groups {
                        let place = [group / across, group % across];
                        put(tile, &mut made[channel * plane..(channel + 1) * plane], size.output, place);
                    }
                });
            });
        }
    }

    /// Floats of one point of a pair of vectors.
    fn stride(&self) -> usize {
        self.inputs * TILES + SPARE
    }

    /// Transforms four tiles of all channels; they stand at this row and group of columns of the output.
    fn transform(
        &self,
        maps: &[f32],
        size: Size,
        [row, group]: [usize; 2],
        half: usize,
        tiles: &mut [f32],
        strip: &mut Vec<f32>,
    ) {
        const WIDE: usize = GROUP * OUT + IN - OUT;
        strip.resize(IN * WIDE, 0.0);
        let [height, width] = size.input;
        let top = (row * OUT) as isize - size.padding[0] as isize;
        let left = (group * GROUP * OUT) as isize - size.padding[1] as isize;
        let inside = |first: isize, count: usize, side: usize| -> Range<usize> {
            let start = (-first).clamp(0, count as isize) as usize;
            let end = (side as isize - first).clamp(start as isize, count as isize) as usize;
            start..end
        };
        let (down, across) = (inside(top, IN, height), inside(left, WIDE, width));
        let whole = down.len() == IN && across.len() == WIDE;
        strip.fill(0.0);
        for (input, map) in maps.chunks_exact(height * width).take(self.inputs).enumerate() {
            let lines: [[Lanes; IN]; IN] = if whole {
                let start = top as usize * width + left as usize;
                std::array::from_fn(|line| columns(&map[start + line * width..][..WIDE]))
            } else {
                // Of tiles that lie in the padding alone there is nothing to copy.
                for line in down.clone().filter(|_| !across.is_empty()) {
                    let start = (top + line as isize) as usize * width;
                    let from = (left + across.start as isize) as usize;
                    strip[line * WIDE + across.start..line * WIDE + across.end]
                        .copy_from_slice(&map[start + from..start + from + across.len()]);
                }
                std::array::from_fn(|line| columns(&strip[line * WIDE..(line + 1) * WIDE]))
            };
            // Along the columns of the tile, then along its rows.
            let turned = turned(std::array::from_fn(|column| of_tile(lines.map(|line| line[column]))));
            let place = input * TILES + half * GROUP;
            for (line, values) in turned.into_iter().enumerate() {
                for (column, value) in of_tile(values).into_iter().enumerate() {
                    let start = (line * IN + column) * self.stride() + place;
                    value.store(&mut tiles[start..start + GROUP]);
                }
            }
        }
    }

    /// Makes a slice of channels of all tiles; `put` takes channel of the slice, pair, half, and the rows of four tiles.
    fn make(
        &self,
        tiles: &[f32],
        channels: Range<usize>,
        products: &mut Vec<f32>,
        mut put: impl FnMut(usize, usize, usize, [[Lanes; OUT]; OUT]),
    ) {
        let whole = channels.len().next_multiple_of(CHANNELS);
        let pairs = tiles.len() / (POINTS * self.stride());
        products.resize(pairs * whole * POINTS * TILES, 0.0);
        let at = |pair: usize, channel: usize| (pair * whole + channel) * POINTS * TILES;
        // A point's kernels stay near while all tiles pass by.
        for point in 0..POINTS {
            for pair in 0..pairs {
                let tiles = &tiles[(pair * POINTS + point) * self.stride()..][..self.inputs * TILES];
                for four in (0..whole).step_by(CHANNELS) {
                    let group = (channels.start + four) / CHANNELS;
                    let start = (group * POINTS + point) * self.inputs * CHANNELS;
                    let sums = product(&self.kernels[start..start + CHANNELS * self.inputs], tiles);
                    for (channel, sums) in (four..).zip(sums) {
                        let products = &mut products[at(pair, channel) + point * TILES..][..TILES];
                        sums[0].store(&mut products[..GROUP]);
                        sums[1].store(&mut products[GROUP..]);
                    }
                }
            }
        }
        for pair in 0..pairs {
            for (channel, bias) in self.bias[channels.clone()].iter().enumerate() {
                let products = &products[at(pair, channel)..][..POINTS * TILES];
                for half in 0..2 {
                    put(channel, pair, half, self.back(products, half, *bias));
                }
            }
        }
    }

    /// The outputs of four tiles: rows, each of one number of every tile.
    fn back(&self, products: &[f32], half: usize, bias: f32) -> [[Lanes; OUT]; OUT] {
        let at = |point: usize| {
            let start = point * TILES + half * GROUP;
            Lanes::load(&products[start..start + GROUP])
        };
        let along = |column: usize| of_products(std::array::from_fn(|line| at(line * IN + column)));
        let turned: [[Lanes; IN]; OUT] = turned(std::array::from_fn(along));
        let (bias, zero) = (Lanes::all(bias), Lanes::all(0.0));
        turned.map(|line| {
            let made = of_products(line).map(|value| value + bias);
            let made = if self.rectified { made.map(|value| zero.max(value)) } else { made };
            // From one number of each tile to all numbers of one.
            Lanes::transposed(made)
        })
    }
}

/// Columns to rows.
#[inline(always)]
fn turned<const ROWS: usize>(columns: [[Lanes; ROWS]; IN]) -> [[Lanes; IN]; ROWS] {
    std::array::from_fn(|row| columns.map(|column| column[row]))
}

/// Writes the outputs of four tiles into a plane, as far as they lie on it.
fn put(tiles: [[Lanes; OUT]; OUT], plane: &mut [f32], [height, width]: [usize; 2], [row, group]: [usize; 2]) {
    let left = group * GROUP * OUT;
    let wide = (width - left).min(GROUP * OUT);
    for (line, tiles) in tiles.into_iter().enumerate().take(height - row * OUT) {
        let start = (row * OUT + line) * width + left;
        let to = &mut plane[start..start + wide];
        if wide == GROUP * OUT {
            for (tile, to) in tiles.into_iter().zip(to.chunks_exact_mut(OUT)) {
                tile.store(to);
            }
        } else {
            let mut whole = [0f32; GROUP * OUT];
            for (tile, to) in tiles.into_iter().zip(whole.chunks_exact_mut(OUT)) {
                tile.store(to);
            }
            to.copy_from_slice(&whole[..wide]);
        }
    }
}

/// The six columns of four tiles that stand four numbers apart in a line.
#[inline(always)]
fn columns(line: &[f32]) -> [Lanes; IN] {
    let part = |at: usize| Lanes::load(&line[at * GROUP..at * GROUP + GROUP]);
    let [a, b, c, d] = Lanes::transposed([part(0), part(1), part(2), part(3)]);
    let after = |at: usize| Lanes::all(line[GROUP * OUT + at]);
    [a, b, c, d, a.shifted(after(0)), b.shifted(after(1))]
}

/// Bᵀ: what is done to a tile along an axis, after Lavin and Gray.
#[inline(always)]
fn of_tile([a, b, c, d, e, f]: [Lanes; IN]) -> [Lanes; IN] {
    let (even, odd) = (e - c * 4.0, d - b * 4.0);
    let (near, far) = (e - c, (d - b) * 2.0);
    [a * 4.0 - c * 5.0 + e, even + odd, even - odd, near + far, near - far, b * 4.0 - d * 5.0 + f]
}

/// Aᵀ: what is done to products along an axis.
#[inline(always)]
fn of_products([a, b, c, d, e, f]: [Lanes; IN]) -> [Lanes; OUT] {
    let (plus, minus) = (b + c, b - c);
    let (wide, far) = (d + e, d - e);
    [a + plus + wide, minus + far * 2.0, plus + wide * 4.0, minus + far * 8.0 + f]
}

/// G g Gᵀ: kernels of 3x3, each as 36 numbers.
fn of_kernels(kernels: [Lanes; 9]) -> [Lanes; POINTS] {
    let along = |[a, b, c]: [Lanes; 3]| -> [Lanes; IN] {
        let (plain, wide) = ((a + c) * (-1.0 / 6.0), a * (1.0 / 24.0) + c * (1.0 / 6.0));
        let (middle, narrow) = (b * (1.0 / 6.0), b * (1.0 / 12.0));
        [a * 0.25, plain - middle, plain + middle, wide + narrow, wide - narrow, c]
    };
    let columns: [[Lanes; IN]; 3] =
        std::array::from_fn(|column| along(std::array::from_fn(|row| kernels[row * 3 + column])));
    let lines: [[Lanes; IN]; IN] =
        std::array::from_fn(|line| along(std::array::from_fn(|column| columns[column][line])));
    std::array::from_fn(|point| lines[point / IN][point % IN])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use vggscope_core::net::Window;

    use super::*;
    use crate::plain::{convolved, furthest, noise};

    fn off(inputs: usize, outputs: usize, size: Size, rectified: bool) -> f64 {
        let maps = noise(inputs * size.input[0] * size.input[1], 1);
        let (kernels, bias) = (noise(outputs * inputs * 9, 2), noise(outputs, 3));
        let window = Window { kernel: [3; 2], stride: [1; 2], dilation: [1; 2], padding: size.padding };
        let wanted = convolved(&maps, &kernels, &bias, &window, [size.input, size.output]);
        let mut made = vec![f32::NAN; wanted.len()];
        Winograd::new(inputs, &kernels, &bias, rectified).run(&maps, size, &mut made);
        furthest(&wanted, &made, rectified)
    }

    #[test]
    fn vggs_own_shapes() {
        for (inputs, outputs, side) in [(3, 64, 32), (64, 64, 28), (512, 24, 14)] {
            let size = Size { input: [side; 2], output: [side; 2], padding: [1, 1] };
            let off = off(inputs, outputs, size, true);
            assert!(off < 5e-5, "{inputs} to {outputs}: {off}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn as_it_is_defined(
            inputs in 1usize..10, outputs in 1usize..40, height in 1usize..24, width in 1usize..40,
            before in proptest::array::uniform2(0usize..25), after in proptest::array::uniform2(0usize..6),
            rectified in any::<bool>(),
        ) {
            let side = |axis: usize, length: usize| (length + before[axis] + after[axis]).checked_sub(2);
            let (Some(rows), Some(columns)) = (side(0, height), side(1, width)) else { return Ok(()) };
            prop_assume!(rows > 0 && columns > 0);
            let size = Size { input: [height, width], output: [rows, columns], padding: before };
            prop_assert!(off(inputs, outputs, size, rectified) < 2e-5);
        }
    }
}
