//! Small kernels one after the other, and the one large kernel that they make where nothing stands between.

/// A plane of values, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    /// Columns.
    pub width: usize,
    /// Its values; rows are as many as there are.
    pub values: Vec<f32>,
}

impl Plane {
    /// Rows.
    pub fn height(&self) -> usize {
        self.values.len() / self.width.max(1)
    }

    /// The luma (ITU-R BT.601) of RGBA pixels, 0 to 1.
    pub fn luma(width: usize, rgba: &[u8]) -> Plane {
        let luma =
            |p: &[u8]| (0.299 * f32::from(p[0]) + 0.587 * f32::from(p[1]) + 0.114 * f32::from(p[2])) / 255.0;
        Plane { width, values: rgba.chunks_exact(4).map(luma).collect() }
    }

    /// A square kernel slid over it as convolutional networks do (no flip, no padding, stride 1); nothing where the
    /// kernel is larger.
    pub fn slid(&self, kernel: &Plane) -> Plane {
        let (rows, columns) = (kernel.height(), kernel.width);
        let width = (self.width + 1).saturating_sub(columns);
        let height = (self.height() + 1).saturating_sub(rows);
        let at = |row: usize, column: usize| -> f32 {
            let taps = (0..rows).flat_map(|r| (0..columns).map(move |c| (r, c)));
            taps.map(|(r, c)| {
                self.values[(row + r) * self.width + column + c] * kernel.values[r * columns + c]
            })
            .sum()
        };
        let values = (0..height).flat_map(|row| (0..width).map(move |column| (row, column)));
        Plane { width, values: values.map(|(row, column)| at(row, column)).collect() }
    }

    /// With its negative values made zero.
    pub fn relu(mut self) -> Plane {
        self.values.iter_mut().for_each(|value| *value = value.max(0.0));
        self
    }

    /// The largest difference from another plane of this size.
    pub fn furthest(&self, other: &Plane) -> f32 {
        self.values.iter().zip(&other.values).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    }
}

/// The one kernel that does what these do one after the other: each is spread by the next.
pub fn composed(kernels: &[Plane]) -> Plane {
    let one = Plane { width: 1, values: vec![1.0] };
    kernels.iter().fold(one, |sum, next| {
        let width = sum.width + next.width - 1;
        let mut values = vec![0.0; width * width];
        for (at, a) in sum.values.iter().enumerate() {
            for (of, b) in next.values.iter().enumerate() {
                let (row, column) = (at / sum.width + of / next.width, at % sum.width + of % next.width);
                values[row * width + column] += a * b;
            }
        }
        Plane { width, values }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kernel() -> impl Strategy<Value = Plane> {
        proptest::collection::vec(-1.0f32..1.0, 9).prop_map(|values| Plane { width: 3, values })
    }

    #[test]
    fn three_small_kernels_make_one_of_seven() {
        let ones = Plane { width: 3, values: vec![1.0; 9] };
        let seven = composed(&[ones.clone(), ones.clone(), ones]);
        assert_eq!((seven.width, seven.height()), (7, 7));
        // One row of three ones, three times spread: the trinomial coefficients.
        assert_eq!(seven.values[..7], [1.0, 3.0, 6.0, 7.0, 6.0, 3.0, 1.0]);
    }

    proptest! {
        #[test]
        fn one_large_kernel_does_what_three_small_ones_do(
            kernels in proptest::array::uniform3(kernel()), values in proptest::collection::vec(0.0f32..1.0, 120),
        ) {
            let plane = Plane { width: 12, values };
            let by_steps = kernels.iter().fold(plane.clone(), |plane, kernel| plane.slid(kernel));
            let at_once = plane.slid(&composed(&kernels));
            prop_assert_eq!(at_once.values.len(), 6 * 4);
            prop_assert!(by_steps.furthest(&at_once) < 1e-4);
        }
    }
}
