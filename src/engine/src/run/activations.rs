//! What a run found: the values of every layer, and the pictures that are cut out of them.

use std::collections::HashMap;
use std::sync::Arc;

use tract_onnx::prelude::Tensor;
use vggscope_core::nn::{LayerId, Shape};
use vggscope_core::render::stats::{ChannelStats, SortBy};
use vggscope_core::render::{self, ColourMap, Sheet, Tile};

/// The values of all layers that are done; a clone shares them.
#[derive(Clone, Default)]
pub struct Activations {
    layers: HashMap<LayerId, Arc<Layer>>,
}

struct Layer {
    shape: Shape,
    stats: Vec<ChannelStats>,
    values: Values,
}

enum Values {
    /// The network's input, which is ours.
    Owned(Vec<f32>),
    /// A tensor of the runtime's.
    Shared(Arc<Tensor>),
}

/// The strongest maps of a layer, drawn small.
pub struct Thumbnails {
    /// Their channels, strongest first.
    pub channels: Vec<u16>,
    /// Two a row, a pixel apart.
    pub tile: Tile,
}

/// How many maps are drawn small.
const THUMBS: usize = 4;
/// The most units of a side of a small map.
const THUMB_SIDE: usize = 56;

impl Activations {
    /// Keeps the input, plane by plane.
    pub fn keep_input(&mut self, shape: Shape, values: Vec<f32>) {
        self.keep(LayerId(0), shape, Values::Owned(values));
    }

    /// Keeps a layer's tensor.
    pub fn keep_layer(&mut self, layer: LayerId, shape: Shape, values: Arc<Tensor>) {
        self.keep(layer, shape, Values::Shared(values));
    }

    /// Keeps a tensor between layers, of which no figures are wanted.
    pub(crate) fn keep_intermediate(&mut self, id: LayerId, shape: Shape, values: Arc<Tensor>) {
        let layer = Layer { shape, stats: Vec::new(), values: Values::Shared(values) };
        self.layers.insert(id, Arc::new(layer));
    }

    fn keep(&mut self, layer: LayerId, shape: Shape, values: Values) {
        let mut kept = Layer { shape, stats: Vec::new(), values };
        kept.stats = kept.values().chunks(shape.plane()).map(ChannelStats::of).collect();
        self.layers.insert(layer, Arc::new(kept));
    }

    /// Figures of each channel of a layer that is done.
    pub fn stats(&self, layer: LayerId) -> Option<&[ChannelStats]> {
        self.layers.get(&layer).map(|layer| layer.stats.as_slice())
    }

    /// All layers that are done, their shapes and figures.
    pub(crate) fn all(&self) -> impl Iterator<Item = (LayerId, Shape, &[ChannelStats])> {
        self.layers.iter().map(|(id, layer)| (*id, layer.shape, layer.stats.as_slice()))
    }

    /// The shape of a layer that is done.
    pub fn shape(&self, layer: LayerId) -> Option<Shape> {
        self.layers.get(&layer).map(|layer| layer.shape)
    }

    /// The values of a layer, plane by plane.
    pub fn values(&self, layer: LayerId) -> Option<&[f32]> {
        self.layers.get(&layer).map(|layer| layer.values())
    }

    /// The values of one map, row by row.
    pub fn plane(&self, layer: LayerId, channel: u16) -> Option<&[f32]> {
        let layer = self.layers.get(&layer)?;
        layer.values().chunks(layer.shape.plane()).nth(usize::from(channel))
    }

    /// Draws the strongest maps of a layer small; of a layer of single units, all of it as one picture.
    pub fn thumbnails(&self, layer: LayerId) -> Option<Thumbnails> {
        let kept = self.layers.get(&layer)?;
        let colours = ColourMap::default();
        if kept.shape.plane() == 1 {
            let width = (kept.values().len() as f64).sqrt().ceil() as usize;
            let mut values = kept.values().to_vec();
            values.resize(width * values.len().div_ceil(width), 0.0);
            let tile = render::plane(&values, width, colours.range(&kept.stats), colours);
            let channels = SortBy::Mean.order(&kept.stats, &[]).into_iter().take(1).collect();
            return Some(Thumbnails { channels, tile });
        }
        let mut channels = SortBy::Mean.order(&kept.stats, &[]);
        channels.truncate(THUMBS);
        if layer == LayerId(0) {
            channels.sort_unstable();
        }
        let mut small = Vec::new();
        let mut width = 0;
        for channel in &channels {
            let start = usize::from(*channel) * kept.shape.plane();
            let plane = &kept.values()[start..start + kept.shape.plane()];
            let (values, columns) = render::shrink(plane, kept.shape.width, THUMB_SIDE);
            small.extend(values);
            width = columns;
        }
        let height = small.len() / (width * channels.len());
        let sheet =
            Sheet { columns: 2, count: channels.len(), cell_width: width, cell_height: height, gap: 1 };
        let stats: Vec<_> = small.chunks(width * height).map(ChannelStats::of).collect();
        let order = SortBy::Index.order(&stats, &[]);
        let tile = render::sheet(sheet, &small, &stats, &order, colours, None);
        Some(Thumbnails { channels, tile })
    }
}

impl Layer {
    fn values(&self) -> &[f32] {
        match &self.values {
            Values::Owned(values) => values,
            // A layer's tensor was read as 32-bit floats when its shape was.
            Values::Shared(tensor) => {
                tensor.as_plain_ram().and_then(|view| view.as_slice::<f32>().ok()).unwrap_or_default()
            }
        }
    }
}
