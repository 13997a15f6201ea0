//! Figures of one feature map, and the orders in which maps can be shown.

use serde::{Deserialize, Serialize};

/// What a feature map's values are like.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelStats {
    /// Smallest value.
    pub min: f32,
    /// Largest value.
    pub max: f32,
    /// Mean value.
    pub mean: f32,
    /// Share of values that are exactly zero, 0 to 1.
    pub sparsity: f32,
}

/// How many values are taken side by side, so that the compiler can use vector instructions.
const LANES: usize = 8;
/// How many of them a lane adds up in single precision before the sum goes on in double.
const RUN: usize = 16;

impl ChannelStats {
    /// Of one plane of values; values that are not finite are left out.
    pub fn of(plane: &[f32]) -> ChannelStats {
        let (mut low, mut high) = ([f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]);
        let (mut sum, mut zeros) = (0f64, 0usize);
        let (runs, rest) = plane.as_chunks::<{ LANES * RUN }>();
        for run in runs {
            let (mut part, mut none) = ([0f32; LANES], [0u32; LANES]);
            for values in run.as_chunks::<LANES>().0 {
                for lane in 0..LANES {
                    let value = values[lane];
                    low[lane] = if value < low[lane] { value } else { low[lane] };
                    high[lane] = if value > high[lane] { value } else { high[lane] };
                    part[lane] += value;
                    none[lane] += u32::from(value == 0.0);
                }
            }
            sum += part.iter().map(|value| f64::from(*value)).sum::<f64>();
            zeros += none.iter().sum::<u32>() as usize;
        }
        for value in rest {
            low[0] = low[0].min(*value);
            high[0] = high[0].max(*value);
            sum += f64::from(*value);
            zeros += usize::from(*value == 0.0);
        }
        let min = low.into_iter().fold(f32::INFINITY, f32::min);
        let max = high.into_iter().fold(f32::NEG_INFINITY, f32::max);
        if sum.is_finite() && min.is_finite() && max.is_finite() {
            let count = plane.len() as f64;
            let (mean, sparsity) = ((sum / count) as f32, (zeros as f64 / count) as f32);
            return ChannelStats { min, max, mean, sparsity };
        }
        let finite: Vec<f32> = plane.iter().copied().filter(|value| value.is_finite()).collect();
        if finite.is_empty() || finite.len() == plane.len() {
            // Nothing to measure, or values so large that their sum is not finite.
            return ChannelStats { min: 0.0, max: 0.0, mean: 0.0, sparsity: 0.0 };
        }
        ChannelStats::of(&finite)
    }

    /// Whether the map holds nothing but zeros.
    pub fn is_dead(&self) -> bool {
        self.sparsity == 1.0
    }
}

/// How often values occur, in bins of equal width.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// Where the first bin begins.
    pub low: f32,
    /// Where the last bin ends.
    pub high: f32,
    /// Values in each bin; those that are exactly zero are left out.
    pub bins: Vec<u32>,
    /// Values that are exactly zero.
    pub zeros: u32,
}

/// Bins of a histogram.
const BINS: usize = 64;

impl Histogram {
    /// Of these values, of which `low` is the least and `high` the largest that count.
    pub fn of(values: &[f32], low: f32, high: f32) -> Histogram {
        let (mut bins, mut zeros) = (vec![0u32; BINS], 0u32);
        let scale = if high > low { BINS as f32 / (high - low) } else { 0.0 };
        for value in values {
            if *value == 0.0 {
                zeros += 1;
            } else if value.is_finite() {
                let bin = ((value - low) * scale) as usize;
                bins[bin.min(BINS - 1)] += 1;
            }
        }
        Histogram { low, high, bins, zeros }
    }
}

/// The order in which the maps of a layer are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortBy {
    /// As they stand in the network.
    #[default]
    Index,
    /// Largest mean first.
    Mean,
    /// Largest maximum first.
    Max,
    /// Fewest zeros first.
    Sparsity,
    /// What speaks for the class in question first: its score's gradient times the value, added up over the map. Of maps
    /// that the score is a linear function of, that is what they add to it.
    Contribution,
}

impl SortBy {
    /// Every order, as the page offers them.
    pub const ALL: [SortBy; 5] =
        [SortBy::Index, SortBy::Mean, SortBy::Max, SortBy::Sparsity, SortBy::Contribution];

    /// Channel numbers in this order; equal figures keep the order of the network. Without contributions, maps are not
    /// sorted by them.
    pub fn order(self, stats: &[ChannelStats], contributions: &[f32]) -> Vec<u16> {
        let mut order: Vec<u16> = (0..stats.len() as u16).collect();
        let key = |channel: &u16| {
            let stats = &stats[usize::from(*channel)];
            match self {
                SortBy::Index => f32::from(*channel),
                SortBy::Mean => -stats.mean,
                SortBy::Max => -stats.max,
                SortBy::Sparsity => stats.sparsity,
                SortBy::Contribution => {
                    -contributions.get(usize::from(*channel)).copied().unwrap_or_default()
                }
            }
        };
        order.sort_by(|a, b| key(a).total_cmp(&key(b)));
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_a_plane() {
        let stats = ChannelStats::of(&[0.0, 3.0, -1.0, 0.0]);
        assert_eq!(stats, ChannelStats { min: -1.0, max: 3.0, mean: 0.5, sparsity: 0.5 });
        assert!(ChannelStats::of(&[0.0, 0.0]).is_dead());
        assert_eq!(ChannelStats::of(&[f32::NAN, 2.0]).mean, 2.0);
        assert_eq!(ChannelStats::of(&[]).max, 0.0);
    }

    #[test]
    fn long_planes_and_odd_ends() {
        // Of 0, 1, …, n − 1: mean (n − 1) / 2, one zero.
        for n in [1usize, 7, 8, 127, 128, 129, 1000] {
            let plane: Vec<f32> = (0..n).map(|value| value as f32).collect();
            let stats = ChannelStats::of(&plane);
            let last = (n - 1) as f32;
            assert_eq!((stats.min, stats.max, stats.mean), (0.0, last, last / 2.0), "{n}");
            assert_eq!(stats.sparsity, 1.0 / n as f32);
        }
        let mut plane = vec![1.0; 300];
        plane[5] = f32::NAN;
        plane[299] = f32::INFINITY;
        assert_eq!(ChannelStats::of(&plane), ChannelStats { min: 1.0, max: 1.0, mean: 1.0, sparsity: 0.0 });
    }

    #[test]
    fn orders() {
        let planes: [&[f32]; 3] = [&[0.0, 4.0, 0.0], &[2.0, 2.0, 2.0], &[0.0, 0.0, 0.0]];
        let stats: Vec<_> = planes.iter().map(|plane| ChannelStats::of(plane)).collect();
        assert_eq!(SortBy::Index.order(&stats, &[]), [0, 1, 2]);
        assert_eq!(SortBy::Mean.order(&stats, &[]), [1, 0, 2]);
        assert_eq!(SortBy::Max.order(&stats, &[]), [0, 1, 2]);
        assert_eq!(SortBy::Sparsity.order(&stats, &[]), [1, 0, 2]);
        assert_eq!(SortBy::Contribution.order(&stats, &[-1.0, 0.0, 5.0]), [2, 1, 0]);
        assert_eq!(SortBy::Contribution.order(&stats, &[]), [0, 1, 2]);
    }

    #[test]
    fn histograms() {
        let histogram = Histogram::of(&[0.0, 1.0, 63.5, 64.0, 0.0, f32::NAN, 0.5], 0.0, 64.0);
        assert_eq!(histogram.zeros, 2);
        assert_eq!((histogram.bins[0], histogram.bins[1], histogram.bins[63]), (1, 1, 2));
        assert_eq!(histogram.bins.iter().sum::<u32>(), 4);
        assert_eq!(Histogram::of(&[2.0, 2.0], 2.0, 2.0).bins[0], 2);
    }
}
