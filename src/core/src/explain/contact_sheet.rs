//! The maps of a layer, drawn on one sheet.

use serde::{Deserialize, Serialize};

use crate::nn::LayerId;
use crate::render::stats::{ChannelStats, Histogram, SortBy};
use crate::render::{ColourMap, Scale, Sheet, Tile};
use crate::shared::Shared;

/// Which layer, and how it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The layer.
    pub layer: LayerId,
    /// The order of its maps.
    pub sort: SortBy,
    /// The colours.
    pub colours: ColourMap,
    /// Which maps share one range of colours.
    pub scale: Scale,
    /// Whether maps without any response are among them.
    pub dead: bool,
    /// The class in question, where they are sorted by what they contribute to it.
    pub class: Option<usize>,
}

impl Question {
    /// The channels that are drawn, in their order; all of them where none responds.
    pub fn order(&self, stats: &[ChannelStats], contributions: &[f32]) -> Vec<u16> {
        let all = self.sort.order(stats, contributions);
        let alive = |channel: &&u16| self.dead || !stats[usize::from(**channel)].is_dead();
        let shown: Vec<u16> = all.iter().filter(alive).copied().collect();
        if shown.is_empty() { all } else { shown }
    }
}

/// The sheet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Where each map stands.
    pub sheet: Sheet,
    /// The channels that are drawn, in their order.
    pub order: Shared<Vec<u16>>,
    /// What each channel contributes to the class in question; empty where that is not asked or cannot be told.
    pub contributions: Vec<f32>,
    /// How often values occur in the layer.
    pub histogram: Shared<Histogram>,
    /// Time spent drawing, in milliseconds.
    pub ms: f64,
    /// Its pixels.
    pub tile: Shared<Tile>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_of_zeros_are_left_out() {
        let stats: Vec<ChannelStats> =
            [1.0, 0.5, 1.0].map(|sparsity| ChannelStats { min: 0.0, max: 1.0, mean: 0.5, sparsity }).into();
        let drawn = |dead| Question {
            layer: LayerId(1),
            sort: SortBy::Index,
            colours: ColourMap::Grey,
            scale: Scale::Map,
            dead,
            class: None,
        };
        assert_eq!(drawn(true).order(&stats, &[]), [0, 1, 2]);
        assert_eq!(drawn(false).order(&stats, &[]), [1]);
        assert_eq!(drawn(false).order(&stats[2..], &[]), [0], "a layer of zeros is shown all the same");
    }
}
