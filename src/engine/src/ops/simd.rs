//! Four numbers at a time: WebAssembly's vector instructions where they are, plain arrays elsewhere.

#[cfg(target_arch = "wasm32")]
mod own {
    #![allow(
        unsafe_code,
        reason = "loads and stores of vectors are unsafe functions; slices are checked first"
    )]

    use core::arch::wasm32::*;

    /// Four 32-bit floats.
    #[derive(Clone, Copy)]
    pub struct F32x4(v128);

    impl F32x4 {
        /// The first four of these.
        #[inline(always)]
        pub fn load(from: &[f32]) -> F32x4 {
            let from: &[f32; 4] = from[..4].try_into().unwrap_or(&[0.0; 4]);
            // Safety: an array of four floats is as long as a vector, and no alignment is asked.
            F32x4(unsafe { v128_load(from.as_ptr().cast()) })
        }

        /// One number four times.
        #[inline(always)]
        pub fn all(number: f32) -> F32x4 {
            F32x4(f32x4_splat(number))
        }

        /// Writes the four numbers.
        #[inline(always)]
        pub fn store(self, to: &mut [f32]) {
            let to = &mut to[..4];
            // Safety: as above.
            unsafe { v128_store(to.as_mut_ptr().cast(), self.0) };
        }

        /// Writes vectors at places that are `stride` floats apart.
        #[inline(always)]
        pub fn scatter(vectors: &[F32x4], to: &mut [f32], stride: usize) {
            let last = vectors.len().saturating_sub(1).saturating_mul(stride);
            assert!(vectors.is_empty() || last.saturating_add(4) <= to.len());
            for (at, vector) in vectors.iter().enumerate() {
                // Safety: the last of them ends within, and so do those before it.
                unsafe { v128_store(to.as_mut_ptr().add(at * stride).cast(), vector.0) };
            }
        }

        /// The four numbers.
        pub fn numbers(self) -> [f32; 4] {
            let mut numbers = [0.0; 4];
            self.store(&mut numbers);
            numbers
        }

        /// This plus a product. With `relaxed` it is one instruction in a function that has `target_feature` for it, and
        /// a call elsewhere.
        #[inline(always)]
        pub fn plus(self, one: F32x4, other: F32x4) -> F32x4 {
            #[cfg(feature = "relaxed")]
            return F32x4(f32x4_relaxed_madd(one.0, other.0, self.0));
            #[cfg(not(feature = "relaxed"))]
            F32x4(f32x4_add(self.0, f32x4_mul(one.0, other.0)))
        }

        /// The larger of two, lane by lane.
        #[inline(always)]
        pub fn max(self, other: F32x4) -> F32x4 {
            F32x4(f32x4_pmax(self.0, other.0))
        }

        /// What `kept` keeps.
        #[inline(always)]
        pub fn mask(keep: [bool; 4]) -> F32x4 {
            let [a, b, c, d] = keep.map(|keep| -i32::from(keep));
            F32x4(i32x4(a, b, c, d))
        }

        /// The numbers that a mask keeps, and zeros.
        #[inline(always)]
        pub fn kept(self, mask: F32x4) -> F32x4 {
            F32x4(v128_and(self.0, mask.0))
        }

        /// The lanes after the first, and the first of another.
        #[inline(always)]
        pub fn shifted(self, next: F32x4) -> F32x4 {
            F32x4(i32x4_shuffle::<1, 2, 3, 4>(self.0, next.0))
        }

        /// Rows to columns.
        #[inline(always)]
        pub fn transposed(rows: [F32x4; 4]) -> [F32x4; 4] {
            let [a, b, c, d] = rows.map(|row| row.0);
            let (low, high) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b));
            let (low2, high2) = (i32x4_shuffle::<0, 4, 1, 5>(c, d), i32x4_shuffle::<2, 6, 3, 7>(c, d));
            [
                F32x4(i64x2_shuffle::<0, 2>(low, low2)),
                F32x4(i64x2_shuffle::<1, 3>(low, low2)),
                F32x4(i64x2_shuffle::<0, 2>(high, high2)),
                F32x4(i64x2_shuffle::<1, 3>(high, high2)),
            ]
        }
    }

    impl core::ops::Add for F32x4 {
        type Output = F32x4;
        #[inline(always)]
        fn add(self, other: F32x4) -> F32x4 {
            F32x4(f32x4_add(self.0, other.0))
        }
    }

    impl core::ops::Sub for F32x4 {
        type Output = F32x4;
        #[inline(always)]
        fn sub(self, other: F32x4) -> F32x4 {
            F32x4(f32x4_sub(self.0, other.0))
        }
    }

    impl core::ops::Mul<f32> for F32x4 {
        type Output = F32x4;
        #[inline(always)]
        fn mul(self, factor: f32) -> F32x4 {
            F32x4(f32x4_mul(self.0, f32x4_splat(factor)))
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod own {
    /// Four 32-bit floats.
    #[derive(Clone, Copy)]
    pub struct F32x4([f32; 4]);

    impl F32x4 {
        /// The first four of these.
        #[inline(always)]
        pub fn load(from: &[f32]) -> F32x4 {
            F32x4([from[0], from[1], from[2], from[3]])
        }

        /// One number four times.
        #[inline(always)]
        pub fn all(number: f32) -> F32x4 {
            F32x4([number; 4])
        }

        /// Writes the four numbers.
        #[inline(always)]
        pub fn store(self, to: &mut [f32]) {
            to[..4].copy_from_slice(&self.0);
        }

        /// Writes vectors at places that are `stride` floats apart.
        pub fn scatter(vectors: &[F32x4], to: &mut [f32], stride: usize) {
            vectors.iter().enumerate().for_each(|(at, vector)| vector.store(&mut to[at * stride..]));
        }

        /// The four numbers.
        pub fn numbers(self) -> [f32; 4] {
            self.0
        }

        /// This plus a product.
        #[inline(always)]
        pub fn plus(self, one: F32x4, other: F32x4) -> F32x4 {
            F32x4(std::array::from_fn(|lane| self.0[lane] + one.0[lane] * other.0[lane]))
        }

        /// The larger of two, lane by lane.
        #[inline(always)]
        pub fn max(self, other: F32x4) -> F32x4 {
            F32x4(std::array::from_fn(|lane| {
                if self.0[lane] < other.0[lane] { other.0[lane] } else { self.0[lane] }
            }))
        }

        /// What `kept` keeps.
        #[inline(always)]
        pub fn mask(keep: [bool; 4]) -> F32x4 {
            F32x4(keep.map(|keep| f32::from_bits(if keep { u32::MAX } else { 0 })))
        }

        /// The numbers that a mask keeps, and zeros.
        #[inline(always)]
        pub fn kept(self, mask: F32x4) -> F32x4 {
            F32x4(std::array::from_fn(|lane| f32::from_bits(self.0[lane].to_bits() & mask.0[lane].to_bits())))
        }

        /// The lanes after the first, and the first of another.
        #[inline(always)]
        pub fn shifted(self, next: F32x4) -> F32x4 {
            let [_, b, c, d] = self.0;
            F32x4([b, c, d, next.0[0]])
        }

        /// Rows to columns.
        #[inline(always)]
        pub fn transposed(rows: [F32x4; 4]) -> [F32x4; 4] {
            std::array::from_fn(|column| F32x4(rows.map(|row| row.0[column])))
        }
    }

    impl std::ops::Add for F32x4 {
        type Output = F32x4;
        #[inline(always)]
        fn add(self, other: F32x4) -> F32x4 {
            F32x4(std::array::from_fn(|lane| self.0[lane] + other.0[lane]))
        }
    }

    impl std::ops::Sub for F32x4 {
        type Output = F32x4;
        #[inline(always)]
        fn sub(self, other: F32x4) -> F32x4 {
            F32x4(std::array::from_fn(|lane| self.0[lane] - other.0[lane]))
        }
    }

    impl std::ops::Mul<f32> for F32x4 {
        type Output = F32x4;
        #[inline(always)]
        fn mul(self, factor: f32) -> F32x4 {
            F32x4(self.0.map(|number| number * factor))
        }
    }
}

pub use own::F32x4;

impl F32x4 {
    /// Writes as many of the numbers as there is room for.
    #[inline(always)]
    pub fn store_some(self, to: &mut [f32]) {
        match to.first_chunk_mut::<4>() {
            Some(to) => self.store(to),
            None => {
                let numbers = self.numbers();
                (0..to.len()).for_each(|at| to[at] = numbers[at]);
            }
        }
    }
}
