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

impl ChannelStats {
    /// Of one plane of values; values that are not finite are left out.
    pub fn of(plane: &[f32]) -> ChannelStats {
        let (mut min, mut max) = (f32::INFINITY, f32::NEG_INFINITY);
        let (mut sum, mut zeros, mut count) = (0f64, 0usize, 0usize);
        for &value in plane.iter().filter(|value| value.is_finite()) {
            min = min.min(value);
            max = max.max(value);
            sum += f64::from(value);
            zeros += usize::from(value == 0.0);
            count += 1;
        }
        if count == 0 {
            return ChannelStats { min: 0.0, max: 0.0, mean: 0.0, sparsity: 0.0 };
        }
        ChannelStats { min, max, mean: (sum / count as f64) as f32, sparsity: zeros as f32 / count as f32 }
    }

    /// Whether the map holds nothing but zeros.
    pub fn is_dead(&self) -> bool {
        self.sparsity == 1.0
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
}

impl SortBy {
    /// Every order, as the page offers them.
    pub const ALL: [SortBy; 4] = [SortBy::Index, SortBy::Mean, SortBy::Max, SortBy::Sparsity];

    /// Channel numbers in this order; equal figures keep the order of the network.
    pub fn order(self, stats: &[ChannelStats]) -> Vec<u16> {
        let mut order: Vec<u16> = (0..stats.len() as u16).collect();
        let key = |channel: &u16| {
            let stats = &stats[usize::from(*channel)];
            match self {
                SortBy::Index => f32::from(*channel),
                SortBy::Mean => -stats.mean,
                SortBy::Max => -stats.max,
                SortBy::Sparsity => stats.sparsity,
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
    fn orders() {
        let planes: [&[f32]; 3] = [&[0.0, 4.0, 0.0], &[2.0, 2.0, 2.0], &[0.0, 0.0, 0.0]];
        let stats: Vec<_> = planes.iter().map(|plane| ChannelStats::of(plane)).collect();
        assert_eq!(SortBy::Index.order(&stats), [0, 1, 2]);
        assert_eq!(SortBy::Mean.order(&stats), [1, 0, 2]);
        assert_eq!(SortBy::Max.order(&stats), [0, 1, 2]);
        assert_eq!(SortBy::Sparsity.order(&stats), [1, 0, 2]);
    }
}
