//! Convolutions of 3x3 kernels and stride 1 by a quarter of the multiplications: Winograd's minimal filtering
//! F(4x4, 3x3) (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016, section 4.3).
//!
//! A tile of 6x6 inputs makes 4x4 outputs. Tiles and kernels are transformed to 36 numbers each; for each of the 36, a
//! small matrix product over the channels takes the place of the convolution; its results are transformed back. All of
//! it stays in the layout of planes: vectors run over four tiles that follow each other.

mod tiles;

pub use self::tiles::Size;
use self::tiles::{Band, Places, Source};
use crate::ops::microkernel::{COLUMNS as TILES, KERNELS as CHANNELS, LANES as GROUP, product, slice};
use crate::ops::parallel;
use crate::ops::simd::F32x4;

/// Outputs of a tile along an axis.
const OUT: usize = 4;
/// Inputs of a tile along an axis.
const IN: usize = 6;
/// Numbers of a transformed tile.
const POINTS: usize = IN * IN;
/// Products of one channel and eight tiles.
const ONE: usize = POINTS * TILES;
/// Floats between the transformed tiles of two points, so that they do not fall on one line of the cache.
const SPARE: usize = 16;
/// The fewest and the most floats of transformed tiles that are worked on at a time: as many as kernels have, which pass
/// by once for each such band; but rows of tiles are not cut. Fewer than fill a second-level cache or more than fill a
/// third-level one are no gain.
const BAND: [usize; 2] = [1 << 16, 1 << 20];
/// From so many bands for each thread on, threads take whole bands instead of sharing one, and need not wait for each
/// other.
const MANY: usize = 4;

/// A convolution whose kernels have been transformed.
#[derive(Clone, Debug)]
pub struct Winograd {
    inputs: usize,
    /// Four output channels at a time, point by point: for each input channel their four numbers.
    kernels: Vec<f32>,
    bias: Vec<f32>,
    rectified: bool,
}

/// What a thread writes in between.
#[derive(Default)]
struct Scratch {
    tiles: Vec<f32>,
    products: Vec<f32>,
}

impl Winograd {
    /// How many floats the kernels take once they are transformed.
    pub fn floats(inputs: usize, outputs: usize) -> usize {
        outputs.next_multiple_of(CHANNELS) * inputs * POINTS
    }

    /// How many floats the transformed tiles of one row take, which are worked on together at the least.
    pub fn row(inputs: usize, columns: usize) -> usize {
        columns.div_ceil(OUT).div_ceil(TILES) * pair(inputs)
    }

    /// Of kernels [outputs, inputs, 3, 3] and a bias for each output; `rectified` for what follows with negative values
    /// made zero.
    pub fn new(inputs: usize, kernels: &[f32], bias: &[f32], rectified: bool) -> Winograd {
        let four = POINTS * inputs * CHANNELS;
        let mut packed = vec![0f32; Winograd::floats(inputs, bias.len())];
        parallel::chunks(&mut packed, four, |at, packed| {
            let kernels = &kernels[at * CHANNELS * inputs * 9..];
            for input in 0..inputs {
                // Channels that there are none of have kernels of nothing.
                let taps = std::array::from_fn(|tap| {
                    let number = |channel: usize| kernels.get((channel * inputs + input) * 9 + tap);
                    let numbers: [f32; CHANNELS] =
                        std::array::from_fn(|channel| number(channel).copied().unwrap_or_default());
                    F32x4::load(&numbers)
                });
                for (point, numbers) in of_kernels(taps).into_iter().enumerate() {
                    numbers.store(&mut packed[(point * inputs + input) * CHANNELS..][..CHANNELS]);
                }
            }
        });
        Winograd { inputs, kernels: packed, bias: bias.to_vec(), rectified }
    }

    /// Convolves maps, plane by plane, into maps.
    pub fn run(&self, maps: &[f32], size: Size, made: &mut [f32]) {
        let pair = pair(self.inputs);
        let most = self.kernels.len().clamp(BAND[0], BAND[1]) / pair * TILES;
        let bands = Band::cut(size, most, made);
        let slice = slice(self.bias.len());
        if bands.len() >= MANY * parallel::threads() {
            parallel::each(
                bands.into_iter(),
                Scratch::default,
                |(band, mut planes), Scratch { tiles, products }| {
                    tiles.resize(band.tiles().div_ceil(TILES) * pair, 0.0);
                    self.transform(maps, &band, 0, tiles);
                    for (at, planes) in planes.chunks_mut(slice).enumerate() {
                        self.make(tiles, &band, at * slice, planes, products);
                    }
                },
            );
            return;
        }
        let mut tiles = Vec::new();
        for (band, mut planes) in bands {
            let pairs = band.tiles().div_ceil(TILES);
            tiles.resize(pairs * pair, 0.0);
            let piece = parallel::piece(pairs);
            parallel::chunks(&mut tiles, piece * pair, |at, tiles| {
                self.transform(maps, &band, at * piece * TILES, tiles);
            });
            parallel::each(planes.chunks_mut(slice).enumerate(), Vec::new, |(at, planes), products| {
                self.make(&tiles, &band, at * slice, planes, products);
            });
        }
    }

    /// Transforms pairs of vectors of tiles of all channels, from the tile `first` of the band on.
    fn transform(&self, maps: &[f32], band: &Band, first: usize, tiles: &mut [f32]) {
        let [height, width] = band.size.input;
        let stride = stride(self.inputs);
        for (pair, tiles) in tiles.chunks_exact_mut(POINTS * stride).enumerate() {
            for half in 0..2 {
                let source = Source::of(band, first + pair * TILES + half * GROUP);
                for input in 0..self.inputs {
                    let tiles = &mut tiles[input * TILES + half * GROUP..];
                    source.transform(maps, input * height * width, width, tiles, stride);
                }
            }
        }
    }

    /// Makes some channels of a band of transformed tiles, from the channel `first` on.
    #[cfg_attr(all(target_arch = "wasm32", feature = "relaxed"), target_feature(enable = "relaxed-simd"))]
    fn make(
        &self,
        tiles: &[f32],
        band: &Band,
        first: usize,
        planes: &mut [&mut [f32]],
        products: &mut Vec<f32>,
    ) {
        let whole = planes.len().next_multiple_of(CHANNELS);
        let (stride, pairs) = (stride(self.inputs), tiles.len() / pair(self.inputs));
        products.resize(pairs * whole * ONE, 0.0);
        let nothing = [[F32x4::all(0.0); 2]; CHANNELS];
        // A point's kernels stay near while all tiles pass by.
        for point in 0..POINTS {
            for (pair, products) in products.chunks_exact_mut(whole * ONE).enumerate() {
                let tiles = &tiles[(pair * POINTS + point) * stride..][..self.inputs * TILES];
                for (four, products) in products.chunks_exact_mut(CHANNELS * ONE).enumerate() {
                    let start = ((first / CHANNELS + four) * POINTS + point) * self.inputs * CHANNELS;
                    let sums = product(nothing, &self.kernels[start..start + CHANNELS * self.inputs], tiles);
                    for (sums, products) in sums.into_iter().zip(products.chunks_exact_mut(ONE)) {
                        let products = &mut products[point * TILES..][..TILES];
                        sums[0].store(&mut products[..GROUP]);
                        sums[1].store(&mut products[GROUP..]);
                    }
                }
            }
        }
        let width = band.size.output[1];
        for (pair, products) in products.chunks_exact(whole * ONE).enumerate() {
            let places = [0, 1].map(|half| Places::of(band, pair * TILES + half * GROUP));
            let products = products.as_chunks::<ONE>().0;
            for (channel, plane) in planes.iter_mut().enumerate() {
                let bias = self.bias[first + channel];
                for (half, places) in places.iter().enumerate() {
                    match places {
                        Places::Row(at) => self.back(&products[channel], half, bias, |line, tiles| {
                            tiles::put(tiles, &mut plane[at + line * width..]);
                        }),
                        Places::Apart(places) => self.back(&products[channel], half, bias, |line, tiles| {
                            tiles::put_apart(tiles, plane, width, places, line);
                        }),
                    }
                }
            }
        }
    }

    /// The outputs of four tiles by their products: row by row, one of every tile.
    fn back(
        &self,
        products: &[f32; ONE],
        half: usize,
        bias: f32,
        mut put: impl FnMut(usize, &[F32x4; GROUP]),
    ) {
        // Along the columns of the products, then along the rows of what that makes. Loops, since the compiler does not
        // look through closures this deep.
        let at = |line: usize, column: usize| {
            let start = (line * IN + column) * TILES + half * GROUP;
            F32x4::load(&products[start..start + GROUP])
        };
        let mut columns = [[F32x4::all(0.0); OUT]; IN];
        for (column, made) in columns.iter_mut().enumerate() {
            *made = of_products([0, 1, 2, 3, 4, 5].map(|line| at(line, column)));
        }
        let (bias, zero) = (F32x4::all(bias), F32x4::all(0.0));
        let [a, b, c, d, e, f] = &columns;
        for row in 0..OUT {
            let [a, b, c, d] = of_products([a[row], b[row], c[row], d[row], e[row], f[row]]);
            let mut made = [a + bias, b + bias, c + bias, d + bias];
            if self.rectified {
                made = [zero.max(made[0]), zero.max(made[1]), zero.max(made[2]), zero.max(made[3])];
            }
            // From one number of each tile to all numbers of one.
            put(row, &F32x4::transposed(made));
        }
    }
}

/// Floats of one point of a pair of vectors of transformed tiles.
fn stride(inputs: usize) -> usize {
    inputs * TILES + SPARE
}

/// Floats of all points of such a pair.
fn pair(inputs: usize) -> usize {
    POINTS * stride(inputs)
}

/// Bᵀ: what is done to a tile along an axis, after Lavin and Gray.
#[inline(always)]
fn of_tile([a, b, c, d, e, f]: [F32x4; IN]) -> [F32x4; IN] {
    let (even, odd) = (e - c * 4.0, d - b * 4.0);
    let (near, far) = (e - c, (d - b) * 2.0);
    [a * 4.0 - c * 5.0 + e, even + odd, even - odd, near + far, near - far, b * 4.0 - d * 5.0 + f]
}

/// Aᵀ: what is done to products along an axis.
#[inline(always)]
fn of_products([a, b, c, d, e, f]: [F32x4; IN]) -> [F32x4; OUT] {
    let (plus, minus) = (b + c, b - c);
    let (wide, far) = (d + e, d - e);
    [a + plus + wide, minus + far * 2.0, plus + wide * 4.0, minus + far * 8.0 + f]
}

/// G g Gᵀ: kernels of 3x3, each as 36 numbers.
fn of_kernels(kernels: [F32x4; 9]) -> [F32x4; POINTS] {
    let along = |[a, b, c]: [F32x4; 3]| -> [F32x4; IN] {
        let (plain, wide) = ((a + c) * (-1.0 / 6.0), a * (1.0 / 24.0) + c * (1.0 / 6.0));
        let (middle, narrow) = (b * (1.0 / 6.0), b * (1.0 / 12.0));
        [a * 0.25, plain - middle, plain + middle, wide + narrow, wide - narrow, c]
    };
    let columns: [[F32x4; IN]; 3] =
        std::array::from_fn(|column| along(std::array::from_fn(|row| kernels[row * 3 + column])));
    let lines: [[F32x4; IN]; IN] =
        std::array::from_fn(|line| along(std::array::from_fn(|column| columns[column][line])));
    std::array::from_fn(|point| lines[point / IN][point % IN])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use vggscope_core::nn::Window;

    use super::*;
    use crate::ops::reference::{convolved, furthest, noise};

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

    #[test]
    fn in_several_bands() {
        // Rows of tiles that fill their vectors, rows that do so by eights, rows that are longer than a band.
        for input in [[58, 64], [200, 12], [30, 301]] {
            let size = Size { input, output: input, padding: [1, 1] };
            let off = off(64, 20, size, true);
            assert!(off < 2e-5, "{input:?}: {off}");
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
