//! Where tiles lie: which of them are worked on together, what each reads of the maps, and what it writes of the output.

use super::{GROUP, IN, OUT, TILES, of_tile};
use crate::ops::simd::F32x4;

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

/// Some rows of tiles.
pub struct Band {
    /// Where maps stand and how large they are.
    pub size: Size,
    top: usize,
    height: usize,
}

impl Band {
    /// Cuts the output into bands of so many tiles at the most, or of one row; with each band goes its part of the plane
    /// of each channel.
    pub fn cut(size: Size, most: usize, made: &mut [f32]) -> Vec<(Band, Vec<&mut [f32]>)> {
        let [height, width] = size.output;
        let [rows, columns] = size.output.map(|side| side.div_ceil(OUT));
        // So many rows fill their vectors; a band that holds no more of them has single rows.
        let full = (1..TILES).find(|rows| (rows * columns).is_multiple_of(TILES)).unwrap_or(TILES);
        let step = if most / columns < full { 1 } else { full };
        let bands = rows.div_ceil((most / columns / step * step).clamp(1, rows));
        let each = rows.div_ceil(bands).next_multiple_of(step.min(rows)) * OUT;
        let band = |top| Band { size, top, height: each.min(height - top) };
        let mut cut: Vec<_> = (0..height).step_by(each).map(|top| (band(top), Vec::new())).collect();
        for plane in made.chunks_exact_mut(height * width) {
            cut.iter_mut()
                .zip(plane.chunks_mut(each * width))
                .for_each(|((_, parts), part)| parts.push(part));
        }
        cut
    }

    /// How many tiles there are.
    pub fn tiles(&self) -> usize {
        self.height.div_ceil(OUT) * self.columns()
    }

    fn columns(&self) -> usize {
        self.size.output[1].div_ceil(OUT)
    }

    /// Where in the band four tiles begin; tiles that there are none of, below it.
    fn places(&self, first: usize) -> [[usize; 2]; GROUP] {
        let columns = self.columns();
        std::array::from_fn(|at| [(first + at) / columns * OUT, (first + at) % columns * OUT])
    }
}

/// Numbers of a line that four tiles beside each other take.
const WIDE: usize = GROUP * OUT + IN - OUT;

/// Where four tiles are read.
pub enum Source {
    /// Beside each other, inside of the map, from here on.
    Row(usize),
    /// Each for itself, some of it outside.
    Apart(Box<[Part; GROUP]>),
}

/// Where one tile is read.
pub struct Part {
    /// Of each of its lines, where in a map it begins; nothing for a line outside.
    lines: [Option<isize>; IN],
    /// Which of its first four columns, and of its last four, are inside.
    inside: [F32x4; 2],
}

impl Source {
    /// Four tiles of a band, from the tile `first` on.
    pub fn of(band: &Band, first: usize) -> Source {
        let Size { input: [height, width], padding, .. } = band.size;
        let corners = band.places(first).map(|[row, column]| {
            [(band.top + row) as isize - padding[0] as isize, column as isize - padding[1] as isize]
        });
        let ([top, left], [bottom, _]) = (corners[0], corners[GROUP - 1]);
        if let (Ok(row), Ok(column)) = (usize::try_from(top), usize::try_from(left))
            && top == bottom
            && row + IN <= height
            && column + WIDE <= width
        {
            return Source::Row(row * width + column);
        }
        let inside = |at: isize, side: usize| (0..side as isize).contains(&at);
        Source::Apart(Box::new(corners.map(|[top, left]| Part {
            lines: std::array::from_fn(|line| {
                let row = top + line as isize;
                inside(row, height).then_some(row * width as isize + left)
            }),
            inside: [0, IN - GROUP].map(|skip| {
                F32x4::mask(std::array::from_fn(|at| inside(left + (skip + at) as isize, width)))
            }),
        })))
    }

    /// Transforms the four tiles of the map that begins at `start`; numbers of two points are to stand `stride` apart.
    #[inline(always)]
    pub fn transform(&self, maps: &[f32], start: usize, width: usize, tiles: &mut [f32], stride: usize) {
        match self {
            Source::Row(at) => {
                let lines = &maps[start + at..][..(IN - 1) * width + WIDE];
                spread(&std::array::from_fn(|line| columns(&lines[line * width..][..WIDE])), tiles, stride);
            }
            Source::Apart(parts) => spread_apart(parts, maps, start, tiles, stride),
        }
    }
}

/// Transforms four tiles by their lines of columns.
#[inline(always)]
fn spread(lines: &[[F32x4; IN]; IN], tiles: &mut [f32], stride: usize) {
    // Along the columns of the tile, then along its rows.
    let [a, b, c, d, e, f] = lines;
    let mut turned = [[F32x4::all(0.0); IN]; IN];
    for (column, made) in turned.iter_mut().enumerate() {
        *made = of_tile([a[column], b[column], c[column], d[column], e[column], f[column]]);
    }
    let [a, b, c, d, e, f] = &turned;
    let mut made = [[F32x4::all(0.0); IN]; IN];
    for (line, made) in made.iter_mut().enumerate() {
        *made = of_tile([a[line], b[line], c[line], d[line], e[line], f[line]]);
    }
    F32x4::scatter(made.as_flattened(), tiles, stride);
}

/// Transforms four tiles that are each for itself. A function of its own, so that the usual way keeps its registers.
#[inline(never)]
fn spread_apart(parts: &[Part; GROUP], maps: &[f32], start: usize, tiles: &mut [f32], stride: usize) {
    let lines: [[F32x4; IN]; IN] = std::array::from_fn(|line| {
        let read = |skip: usize, half: usize| {
            F32x4::transposed(std::array::from_fn(|tile| {
                let part: &Part = &parts[tile];
                let Some(at) = part.lines[line] else { return F32x4::all(0.0) };
                let at = start as isize + at + skip as isize;
                // What is read beside the map belongs to other lines or maps, and the mask takes it away.
                let near = usize::try_from(at).ok().and_then(|at| maps.get(at..at + GROUP));
                let numbers = near.map_or_else(|| beyond(maps, at), F32x4::load);
                numbers.kept(part.inside[half])
            }))
        };
        let [a, b, c, d] = read(0, 0);
        let [_, _, e, f] = read(IN - GROUP, 1);
        [a, b, c, d, e, f]
    });
    spread(&lines, tiles, stride);
}

/// Four numbers of which some are before the first or after the last that there are.
#[cold]
fn beyond(maps: &[f32], at: isize) -> F32x4 {
    let number = |skip: usize| usize::try_from(at + skip as isize).ok().and_then(|at| maps.get(at).copied());
    F32x4::load(&std::array::from_fn::<f32, GROUP, _>(|skip| number(skip).unwrap_or_default()))
}

/// Where four tiles are written.
pub enum Places {
    /// Beside each other, all of them on the output, from here on.
    Row(usize),
    /// Each for itself, some of it outside.
    Apart([[usize; 2]; GROUP]),
}

impl Places {
    /// Four tiles of a band, from the tile `first` on.
    pub fn of(band: &Band, first: usize) -> Places {
        let width = band.size.output[1];
        let places = band.places(first);
        let ([top, left], [bottom, _]) = (places[0], places[GROUP - 1]);
        if top == bottom && top + OUT <= band.height && left + GROUP * OUT <= width {
            Places::Row(top * width + left)
        } else {
            Places::Apart(places)
        }
    }
}

/// Writes a row of four tiles that stand beside each other.
#[inline(always)]
pub fn put(tiles: &[F32x4; GROUP], to: &mut [f32]) {
    let to = &mut to[..GROUP * OUT];
    for (at, tile) in tiles.iter().enumerate() {
        tile.store(&mut to[at * OUT..]);
    }
}

/// Writes a row of four tiles that are each for itself, as far as it lies in the band.
pub fn put_apart(
    tiles: &[F32x4; GROUP],
    plane: &mut [f32],
    width: usize,
    places: &[[usize; 2]; GROUP],
    line: usize,
) {
    for (at, [row, column]) in places.iter().enumerate() {
        let row = (row + line) * width;
        if row < plane.len() {
            let to = &mut plane[row + column..row + width];
            tiles[at].store_some(to);
        }
    }
}

/// The six columns of four tiles that stand four numbers apart in a line.
#[inline(always)]
fn columns(line: &[f32]) -> [F32x4; IN] {
    let part = |at: usize| F32x4::load(&line[at * GROUP..at * GROUP + GROUP]);
    let [a, b, c, d] = F32x4::transposed([part(0), part(1), part(2), part(3)]);
    let after = |at: usize| F32x4::all(line[GROUP * OUT + at]);
    [a, b, c, d, a.shifted(after(0)), b.shifted(after(1))]
}
