//! Numbers that stand somewhere in a file, as a tensor's: of which kind, where, and in which order.

use tract_onnx::prelude::f16;
use vggscope_core::error::ModelError;

use super::bytes::Bytes;

/// The kind of a number in a file; all are little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// IEEE 754 binary16.
    F16,
    /// The upper half of an F32.
    Bf16,
    /// IEEE 754 binary32.
    F32,
    /// IEEE 754 binary64; more digits than the engine computes with.
    F64,
}

impl Element {
    /// How many bytes one takes.
    pub fn size(self) -> usize {
        match self {
            Element::F16 | Element::Bf16 => 2,
            Element::F32 => 4,
            Element::F64 => 8,
        }
    }

    /// Reads numbers, as many as both have room for.
    fn read(self, bytes: &[u8], to: &mut [f32]) {
        let numbers = bytes.chunks_exact(self.size());
        for (number, to) in numbers.zip(to) {
            *to = match (self, number) {
                (Element::F32, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]),
                (Element::F16, &[a, b]) => f16::from_le_bytes([a, b]).to_f32(),
                (Element::Bf16, &[a, b]) => f32::from_le_bytes([0, 0, a, b]),
                (Element::F64, &[a, b, c, d, e, f, g, h]) => {
                    f64::from_le_bytes([a, b, c, d, e, f, g, h]) as f32
                }
                // Chunks are of its size.
                _ => 0.0,
            };
        }
    }
}

/// A tensor that stands in a file: element `[i, j, …]` is the number at place `offset + i·strides[0] + j·strides[1] + …`,
/// counted in elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The kind of its numbers.
    pub element: Element,
    /// The byte of the file that its first number begins at.
    pub offset: usize,
    /// Its dimensions.
    pub dims: Vec<usize>,
    /// The way from one number to the next along each dimension, in elements.
    pub strides: Vec<usize>,
}

/// The most elements of a tensor that has a number more than once, as PyTorch's `expand` makes of biases.
const MOST_REPEATED: usize = 1 << 14;
/// What is read from the file at once, in bytes.
const CHUNK: usize = 1 << 20;

impl View {
    /// A tensor whose numbers stand in the order of its dimensions, the last one fastest.
    pub fn contiguous(element: Element, offset: usize, dims: Vec<usize>) -> View {
        let strides = contiguous_strides(&dims);
        View { element, offset, dims, strides }
    }

    /// How many numbers there are; nothing where that is more than can be counted.
    pub fn count(&self) -> Option<usize> {
        self.dims.iter().try_fold(1usize, |count, dim| count.checked_mul(*dim))
    }

    /// The bytes of the file that it lies in: from its first number to behind its last.
    fn span(&self) -> Option<usize> {
        if self.dims.contains(&0) {
            return Some(0);
        }
        let mut dims = self.dims.iter().zip(&self.strides);
        let last =
            dims.try_fold(0usize, |last, (dim, stride)| last.checked_add((dim - 1).checked_mul(*stride)?))?;
        last.checked_add(1)?.checked_mul(self.element.size())
    }

    /// Whether all of it lies within the first so many bytes, no number being two of its elements, unless there are few: few
    /// bytes would otherwise be many numbers.
    pub fn is_within(&self, bytes: usize) -> bool {
        self.ends_within(bytes)
            && self
                .span()
                .zip(self.count())
                .is_some_and(|(span, count)| count <= MOST_REPEATED.max(span / self.element.size()))
    }

    /// Whether its last number lies within the first so many bytes.
    pub fn ends_within(&self, bytes: usize) -> bool {
        let end = self.span().and_then(|span| self.offset.checked_add(span));
        self.dims.len() == self.strides.len() && end.is_some_and(|end| end <= bytes)
    }

    /// Its dimensions in another order.
    pub fn permuted(&self, order: &[usize]) -> View {
        let pick = |of: &[usize]| order.iter().map(|at| of[*at]).collect();
        View { dims: pick(&self.dims), strides: pick(&self.strides), ..self.clone() }
    }

    /// Some of its rows, along the first dimension.
    pub fn rows(&self, from: usize, count: usize) -> View {
        let mut rows = self.clone();
        if let (Some(dim), Some(stride)) = (rows.dims.first_mut(), self.strides.first()) {
            *dim = count;
            rows.offset += from * stride * self.element.size();
        }
        rows
    }

    /// One of its dimensions as several, the last of which is the fastest.
    pub fn split(&self, at: usize, into: &[usize]) -> Option<View> {
        let (length, stride) = (*self.dims.get(at)?, *self.strides.get(at)?);
        let whole = into.iter().try_fold(1usize, |whole, dim| whole.checked_mul(*dim))?;
        (whole == length).then_some(())?;
        let strides = contiguous_strides(into).into_iter().map(|inner| inner.saturating_mul(stride));
        let mut view = self.clone();
        view.dims.splice(at..=at, into.iter().copied());
        view.strides.splice(at..=at, strides);
        Some(view)
    }

    /// The same numbers as a tensor of other dimensions, where they stand one behind the other.
    pub fn reshaped(&self, dims: Vec<usize>) -> Option<View> {
        let same = View::contiguous(self.element, self.offset, dims);
        (self.is_contiguous() && same.count() == self.count()).then_some(same)
    }

    fn is_contiguous(&self) -> bool {
        let strides = contiguous_strides(&self.dims);
        let mut dims = self.dims.iter().zip(&self.strides).zip(&strides);
        dims.all(|((dim, own), stride)| *dim == 1 || own == stride)
    }

    /// Copies all of it, in the order of its dimensions, as 32-bit floats.
    ///
    /// # Errors
    /// Where the file ends before it does, or `to` has another length.
    pub fn copy(&self, file: &dyn Bytes, to: &mut [f32]) -> Result<(), ModelError> {
        if !self.is_within(file.count()) || self.count() != Some(to.len()) {
            return Err(ModelError::Truncated);
        }
        if to.is_empty() {
            return Ok(());
        }
        // What stands one behind the other is read at once.
        let mut run = 1;
        let mut outer = self.dims.len();
        while outer > 0 && (self.strides[outer - 1] == run || self.dims[outer - 1] == 1) {
            run *= self.dims[outer - 1];
            outer -= 1;
        }
        if run == 1 {
            self.scatter(file, to);
            return Ok(());
        }
        let (dims, strides) = (&self.dims[..outer], &self.strides[..outer]);
        for (place, to) in places(dims, strides).zip(to.chunks_exact_mut(run)) {
            self.copy_run(file, place, to);
        }
        Ok(())
    }

    /// Copies numbers that stand one behind the other from a place on, in elements.
    fn copy_run(&self, file: &dyn Bytes, place: usize, to: &mut [f32]) {
        let size = self.element.size();
        let mut bytes = vec![0; CHUNK.min(to.len() * size)];
        for (at, to) in to.chunks_mut(CHUNK / size).enumerate() {
            let bytes = &mut bytes[..to.len() * size];
            file.copy(self.offset + (place + at * (CHUNK / size)) * size, bytes);
            self.element.read(bytes, to);
        }
    }

    /// Copies numbers of which neighbours in the file are none in the tensor: along the dimension with the shortest way between
    /// them, so that a piece of the file is read at once, to wherever they belong.
    fn scatter(&self, file: &dyn Bytes, to: &mut [f32]) {
        let size = self.element.size();
        let Some(near) =
            (0..self.dims.len()).filter(|at| self.dims[*at] > 1).min_by_key(|at| self.strides[*at])
        else {
            return self.copy_run(file, 0, to);
        };
        let out = contiguous_strides(&self.dims);
        let rest = |of: &[usize]| -> Vec<usize> {
            of.iter().enumerate().filter(|(at, _)| *at != near).map(|(_, one)| *one).collect()
        };
        let (dims, strides, places_out) = (rest(&self.dims), rest(&self.strides), rest(&out));
        let (stride, length) = (self.strides[near], self.dims[near]);
        // As many at once as a chunk holds with what lies between them.
        let most = (CHUNK / size / stride.max(1)).clamp(1, length);
        let span = |count: usize| (count - 1) * stride + 1;
        let (mut bytes, mut numbers) = (vec![0; span(most) * size], vec![0.0; span(most)]);
        for (from, place) in places(&dims, &strides).zip(places(&dims, &places_out)) {
            for begin in (0..length).step_by(most) {
                let count = most.min(length - begin);
                let bytes = &mut bytes[..span(count) * size];
                file.copy(self.offset + (from + begin * stride) * size, bytes);
                self.element.read(bytes, &mut numbers);
                for at in 0..count {
                    to[place + (begin + at) * out[near]] = numbers[at * stride];
                }
            }
        }
    }
}

fn contiguous_strides(dims: &[usize]) -> Vec<usize> {
    let mut strides = vec![1usize; dims.len()];
    for at in (1..dims.len()).rev() {
        strides[at - 1] = strides[at].saturating_mul(dims[at]);
    }
    strides
}

/// The places of all elements of a tensor, the last dimension fastest.
fn places<'a>(dims: &'a [usize], strides: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
    let count: usize = dims.iter().product();
    let (mut index, mut place) = (vec![0; dims.len()], 0);
    (0..count).map(move |_| {
        let now = place;
        for at in (0..dims.len()).rev() {
            index[at] += 1;
            place += strides[at];
            if index[at] < dims[at] {
                break;
            }
            place -= strides[at] * dims[at];
            index[at] = 0;
        }
        now
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn floats(numbers: impl IntoIterator<Item = f32>) -> Vec<u8> {
        numbers.into_iter().flat_map(f32::to_le_bytes).collect()
    }

    fn all(view: &View, file: &Vec<u8>) -> Vec<f32> {
        let mut to = vec![-1.0; view.count().unwrap()];
        view.copy(file, &mut to).unwrap();
        to
    }

    #[test]
    fn numbers_of_every_kind() {
        let file = [[0x00, 0x3c], [0x00, 0xc0]].concat();
        assert_eq!(all(&View::contiguous(Element::F16, 0, vec![2]), &file), [1.0, -2.0]);
        let file = [[0x80, 0x3f], [0x00, 0xc0]].concat();
        assert_eq!(all(&View::contiguous(Element::Bf16, 0, vec![2]), &file), [1.0, -2.0]);
        let file: Vec<u8> = [1.0f64, -2.5].iter().flat_map(|number| number.to_le_bytes()).collect();
        assert_eq!(all(&View::contiguous(Element::F64, 0, vec![2]), &file), [1.0, -2.5]);
        let large = View::contiguous(Element::F32, 4, vec![3, CHUNK / 4]);
        let file = floats((0..=3 * CHUNK / 4).map(|number| number as f32));
        assert!(all(&large, &file).iter().enumerate().all(|(at, number)| *number == (at + 1) as f32));
    }

    proptest! {
        /// Against the definition, element by element.
        #[test]
        fn any_order(dims in proptest::collection::vec(1usize..4, 1..5), seed in 0usize..24, from in 0usize..3) {
            let mut order: Vec<usize> = (0..dims.len()).collect();
            order.rotate_left(seed % dims.len());
            let file = floats((0..from + dims.iter().product::<usize>()).map(|number| number as f32));
            let stored = View::contiguous(Element::F32, 4 * from, dims);
            let view = stored.permuted(&order);
            let expected: Vec<f32> =
                places(&view.dims, &view.strides).map(|place| (from + place) as f32).collect();
            prop_assert_eq!(all(&view, &file), expected);
            // Cut short, it is refused.
            let mut to = vec![0.0; view.count().unwrap()];
            prop_assert!(view.copy(&file[..file.len() - 1].to_vec(), &mut to).is_err());
        }

        /// What a stranger writes is refused, never counted on.
        #[test]
        fn absurd_sizes(dims in proptest::collection::vec(any::<usize>(), 1..4), strides in proptest::collection::vec(any::<usize>(), 1..4), offset: usize) {
            let view = View { element: Element::F32, offset, dims, strides };
            if view.is_within(64) {
                prop_assert!(view.span().unwrap() <= 64 && view.count().unwrap() <= MOST_REPEATED);
            }
        }
    }
}
