//! What a stack costs: weights and multiplications, as functions of the number of channels.

use super::{Flaw, Stack, StackError, StackLayerKind};

/// What a stack costs if each of its convolutions leads from C channels to C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// Weights are this many times C².
    pub squares: u64,
    /// Biases are this many times C: the number of convolutions, and of the non-linearities behind them.
    pub convolutions: u64,
    /// Multiply-accumulates for one input are this many times C².
    pub products: u64,
}

impl Weight {
    /// Learnt numbers with so many channels. Numbers beyond all measure are cut.
    pub fn parameters(self, channels: u64, biases: bool) -> u64 {
        let weights = self.squares.saturating_mul(channels.saturating_mul(channels));
        weights.saturating_add(if biases { self.convolutions.saturating_mul(channels) } else { 0 })
    }

    fn and(self, kernel: [usize; 2], windows: [usize; 2]) -> Option<Weight> {
        let taps = product(kernel)?;
        Some(Weight {
            squares: self.squares.checked_add(taps)?,
            convolutions: self.convolutions + 1,
            products: self.products.checked_add(taps.checked_mul(product(windows)?)?)?,
        })
    }

    /// Multiply-accumulates for one input with so many channels.
    pub fn macs(self, channels: u64) -> u64 {
        self.products.saturating_mul(channels.saturating_mul(channels))
    }
}

impl Stack {
    /// What it costs. Pools learn nothing and multiply nothing.
    ///
    /// # Errors
    /// The first layer at fault.
    pub fn weight(&self) -> Result<Weight, StackError> {
        let rows = self.rows()?;
        let mut weight = Weight { squares: 0, convolutions: 0, products: 0 };
        let mut size = self.input;
        for (at, (step, row)) in self.layers.iter().zip(&rows).enumerate() {
            // The windows of a transposed convolution lie in its output, one for each unit of its input.
            let windows = match step.kind {
                StackLayerKind::Convolution => Some(row.size),
                StackLayerKind::Transposed => Some(size),
                StackLayerKind::MaxPool | StackLayerKind::AveragePool => None,
            };
            size = row.size;
            let Some(windows) = windows else { continue };
            weight = weight
                .and(step.window.kernel, windows)
                .ok_or(StackError { step: Some(at), flaw: Flaw::Overflow })?;
        }
        Ok(weight)
    }
}

fn product([rows, columns]: [usize; 2]) -> Option<u64> {
    u64::try_from(rows.checked_mul(columns)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(text: &str) -> Weight {
        text.parse::<Stack>().unwrap().weight().unwrap()
    }

    /// The paper, section 2.3: three 3x3 layers take 27C², one 7x7 takes 49C², which is 81 % more.
    #[test]
    fn three_by_three_against_seven_by_seven() {
        let [three, seven] = ["11x11;3,1,0;3,1,0;3,1,0", "11x11;7,1,0"].map(weight);
        assert_eq!([three.squares, seven.squares], [27, 49]);
        assert_eq!([three.parameters(64, false), seven.parameters(64, false)], [27 * 4096, 49 * 4096]);
        assert_eq!([three.convolutions, seven.convolutions], [3, 1]);
        assert_eq!((49.0_f64 / 27.0 * 100.0 - 100.0).round(), 81.0);
        let [two, five] = ["11x11;3,1,0;3,1,0", "11x11;5,1,0"].map(weight);
        assert_eq!([two.squares, five.squares], [18, 25]);
        assert_eq!([two.parameters(10, true), five.parameters(10, true)], [1820, 2510]);
    }

    #[test]
    fn multiplications() {
        // conv1_2 of VGG-16 multiplies 1,849,688,064 times (torchinfo).
        assert_eq!(weight("224x224;3,1,1;m2,2,0").macs(64), 1_849_688_064);
        // A transposed convolution multiplies once for each tap over each unit of its input.
        assert_eq!(weight("7x7;t4,2,1").products, 16 * 49);
        assert_eq!(weight("7x7;m2,2,0").products, 0);
    }
}
