//! What every layer computed: the strip, a layer's maps, one map's values.

use anyhow::{Context, Result, ensure};
use fantoccini::{elements::Element, key::Key};
use image::RgbaImage;
use vggscope_core::explain::contact_sheet;
use vggscope_core::image::Preset;
use vggscope_core::nn::LayerId;
use vggscope_core::render::stats::SortBy;
use vggscope_core::render::{ColourMap, Scale, Sheet};
use vggscope_e2e::oracle::{self, Pass};
use vggscope_e2e::{Harness, Page, Profile, fixtures};

use crate::common::{layer_name, number, with_cat};

crate::scenarios![
    opens_a_layer_and_sees_all_of_its_maps,
    sorts_the_maps_and_changes_their_colours,
    picks_a_map_by_number_by_keys_and_by_click,
    reads_the_values_of_a_map,
    walks_over_layers_and_maps_by_keys,
    takes_a_layer_away,
];

/// The layer that is opened: 256 maps of 56x56.
const NAME: &str = "conv3_1";
const CHANNELS: usize = 256;

/// The page with the layer open, and what ought to be in it.
struct Open {
    page: Page,
    pass: Pass,
    layer: LayerId,
    /// What the picture of all maps is called.
    picture: String,
}

async fn open(harness: &Harness) -> Result<Open> {
    let (page, _) = with_cat(harness, Profile::default()).await?;
    let network = oracle::network(&fixtures::bytes("models/vgg16.onnx")?)?;
    let layers = &network.model.architecture.layers;
    let at = layers.iter().position(|layer| layer.name == NAME).context("no such layer")?;
    let layer = LayerId(at as u16);
    page.click("button", &layer_name(&page, &layers[at])).await?;
    let pass = oracle::pass(&network, &page.picture(page.words().input).await?, Preset::Caffe)?;
    let picture = format!("{} {NAME}", page.words().maps);
    page.find("image", &picture).await?;
    Ok(Open { page, pass, layer, picture })
}

impl Open {
    /// The sheet as it ought to be drawn.
    fn drawn(&self, sort: SortBy, colours: ColourMap, scale: Scale) -> Result<(Sheet, RgbaImage)> {
        let question =
            contact_sheet::Question { layer: self.layer, sort, colours, scale, dead: true, class: None };
        let drawn =
            vggscope_engine::sheet(&self.pass.kept, &question, &[]).context("the layer is not there")?;
        let tile = &drawn.tile;
        let picture = RgbaImage::from_raw(tile.width as u32, tile.height as u32, tile.rgba.clone());
        Ok((drawn.sheet, picture.context("not its pixels")?))
    }

    /// Waits until the page shows this sheet, but for what rounding does.
    async fn shows(&self, sort: SortBy, colours: ColourMap, scale: Scale) -> Result<Sheet> {
        let (sheet, wanted) = self.drawn(sort, colours, scale)?;
        let mut last = None;
        let shown = self.page.until_true("the maps to be drawn like this", async || {
            let (mean, most) = oracle::apart(&self.page.picture(&self.picture).await?, &wanted);
            last = Some((mean, most));
            Ok(mean < 0.5)
        });
        let shown = shown.await;
        shown.with_context(|| format!("{sort:?}, {colours:?}, {scale:?}: {last:?} of 255 apart"))?;
        Ok(sheet)
    }

    /// What the panel says of a channel begins like this.
    fn reading(&self, channel: usize) -> String {
        let words = self.page.words();
        format!("{} {channel} · {} ", words.channel, words.mean)
    }

    /// What all maps together take keys as.
    async fn sheet(&self) -> Result<Element> {
        self.page.find("group", &self.picture).await
    }

    /// Waits until this map is open, large.
    async fn large(&self, channel: usize) -> Result<Element> {
        let words = self.page.words();
        self.page.says(words.channel, &format!("{NAME} · {} {channel}", words.channel)).await?;
        self.page.find("group", &format!("{NAME} {channel}")).await
    }
}

async fn opens_a_layer_and_sees_all_of_its_maps(harness: &Harness) -> Result<()> {
    let open = open(harness).await?;
    let words = open.page.words();
    open.page.says(words.maps, NAME).await?;
    open.page.says(words.maps, "256×56×56").await?;
    open.page.says(words.maps, words.maps_hint).await?;
    let sheet = open.shows(SortBy::default(), ColourMap::default(), Scale::default()).await?;
    let picture = open.page.picture(&open.picture).await?;
    let drawn = (0..CHANNELS).filter(|place| {
        let (x, y) = sheet.corner(*place);
        picture.get_pixel(x as u32 + 28, y as u32 + 28)[3] == 255
    });
    ensure!(drawn.count() == CHANNELS, "some maps are not drawn");
    open.page.fits(1440).await
}

async fn sorts_the_maps_and_changes_their_colours(harness: &Harness) -> Result<()> {
    let open = open(harness).await?;
    let (page, words) = (&open.page, open.page.words());
    let sorts = [words.sort_index, words.sort_mean, words.sort_max, words.sort_sparsity];
    for (sort, name) in SortBy::ALL.into_iter().zip(sorts).rev() {
        page.choose(words.sort, name).await?;
        open.shows(sort, ColourMap::default(), Scale::default()).await?;
    }
    page.find("image", words.legend_map).await?;
    page.choose(words.scale, words.scale_layer).await?;
    page.find("image", words.legend_layer).await?;

    let stats = open.pass.kept.stats(open.layer).context("no figures")?;
    let colours = [words.viridis, words.magma, words.cividis, words.grey, words.diverging];
    for (map, name) in ColourMap::ALL.into_iter().zip(colours).rev() {
        page.choose(words.colours, name).await?;
        open.shows(SortBy::ALL[0], map, Scale::Layer).await?;
        let range = map.range(stats);
        let ends = legend(page, words.legend_layer).await?;
        for (shown, wanted) in ends.into_iter().zip([range.low, range.high]) {
            let wanted = f64::from(wanted);
            ensure!((shown - wanted).abs() <= 1e-3 * (1.0 + wanted.abs()), "{name}: {shown} for {wanted}");
        }
    }
    page.choose(words.scale, words.scale_network).await?;
    page.find("image", words.legend_network).await?;
    open.shows(SortBy::ALL[0], ColourMap::ALL[0], Scale::Network).await?;
    page.choose(words.scale, words.scale_map).await?;
    open.shows(SortBy::ALL[0], ColourMap::ALL[0], Scale::Map).await?;
    Ok(())
}

/// The numbers at the two ends of the colours.
async fn legend(page: &Page, name: &str) -> Result<[f64; 2]> {
    let colours = page.find("image", name).await?;
    let script = "return [arguments[0].previousElementSibling, arguments[0].nextElementSibling]
            .map(end => end.innerText)";
    let ends = page.js(script, vec![serde_json::to_value(&colours)?]).await?;
    let [low, high] = [0, 1].map(|at| number(ends[at].as_str().unwrap_or_default()));
    Ok([low?, high?])
}

async fn picks_a_map_by_number_by_keys_and_by_click(harness: &Harness) -> Result<()> {
    let open = open(harness).await?;
    let (page, words) = (&open.page, open.page.words());
    page.fill("spinbutton", words.channel_pick, "17").await?;
    open.large(17).await?;
    page.says(words.maps, &open.reading(17)).await?;

    let sheet = open.shows(SortBy::default(), ColourMap::default(), Scale::default()).await?;
    let below = 17 + sheet.columns;
    let arrows = [(Key::Right, 18), (Key::Down, below + 1), (Key::Left, below), (Key::Up, 17)];
    for (key, channel) in arrows {
        open.sheet().await?.send_keys(&char::from(key).to_string()).await?;
        open.large(channel).await.with_context(|| format!("{key:?}"))?;
    }
    let number = page.find("spinbutton", words.channel_pick).await?.prop("value").await?;
    ensure!(number.as_deref() == Some("17"), "the number is {number:?}");

    // The middle of the map in the third row and the fifth column.
    let place = 2 * sheet.columns + 4;
    let (x, y) = sheet.corner(place);
    let (across, down) = ((x + 28) as f64 / sheet.width() as f64, (y + 28) as f64 / sheet.height() as f64);
    let maps = open.sheet().await?;
    page.point(&maps, across, down).await?;
    page.says(words.maps, &open.reading(place)).await?;
    page.click_at(&maps, across, down).await?;
    open.large(place).await?;

    // In another order the same place holds another map, and the open one stays open.
    page.choose(words.sort, words.sort_max).await?;
    open.shows(SortBy::ALL[2], ColourMap::default(), Scale::default()).await?;
    open.large(place).await?;
    let stats = open.pass.kept.stats(open.layer).context("no figures")?;
    let strongest = usize::from(SortBy::ALL[2].order(stats, &[])[0]);
    page.click_at(&open.sheet().await?, 0.01, 0.01).await?;
    open.large(strongest).await?;

    open.sheet().await?.send_keys(&char::from(Key::Escape).to_string()).await?;
    page.says(words.channel, words.maps_hint).await?;
    for wrong in ["256", "-1", "1.5"] {
        page.fill("spinbutton", words.channel_pick, wrong).await?;
    }
    page.says(words.channel, words.maps_hint).await
}

async fn reads_the_values_of_a_map(harness: &Harness) -> Result<()> {
    let open = open(harness).await?;
    let (page, words) = (&open.page, open.page.words());
    // A map with something in it.
    let stats = open.pass.kept.stats(open.layer).context("no figures")?;
    let channel = SortBy::ALL[1].order(stats, &[])[0];
    page.fill("spinbutton", words.channel_pick, &channel.to_string()).await?;
    let map = open.large(usize::from(channel)).await?;
    page.says(words.channel, words.point_hint).await?;
    let values = open.pass.kept.plane(open.layer, channel).context("no values")?;

    let reads = async |row: usize, column: usize| -> Result<()> {
        let start = format!("{} {row}, {} {column}: {} ", words.row, words.column, words.value);
        page.says(words.channel, &start).await?;
        let text = page.text_of(words.channel).await?;
        let (_, rest) = text.split_once(&start).context("it changed")?;
        let shown = number(rest.lines().next().unwrap_or_default())?;
        let wanted = f64::from(values[row * 56 + column]);
        ensure!((shown - wanted).abs() <= 2e-3 * (1.0 + wanted.abs()), "{start}{shown} for {wanted}");
        Ok(())
    };
    for (row, column) in [(0, 0), (20, 31), (55, 55)] {
        let share = |at: usize| (at as f64 + 0.5) / 56.0;
        page.point(&map, share(column), share(row)).await?;
        reads(row, column).await?;
    }
    for (key, row, column) in [
        (Key::Up, 54, 55),
        (Key::Left, 54, 54),
        (Key::Down, 55, 54),
        (Key::Right, 55, 55),
        (Key::Right, 55, 55),
    ] {
        map.send_keys(&char::from(key).to_string()).await?;
        reads(row, column).await.with_context(|| format!("{key:?}"))?;
    }

    // The picture and the value say the same.
    page.choose(words.colours, words.grey).await?;
    let own = ColourMap::Grey.range([&stats[usize::from(channel)]]);
    let name = format!("{NAME} {channel}");
    page.until_true("the map in grey", async || {
        let picture = page.picture(&name).await?;
        let wanted = |at: usize| 255.0 * (values[at] - own.low) / (own.high - own.low);
        let right = |at: usize| (f32::from(picture.as_raw()[at * 4]) - wanted(at)).abs() < 3.0;
        Ok(picture.dimensions() == (56, 56) && (0..56 * 56).all(right))
    })
    .await?;

    page.find("group", &name).await?.send_keys(&char::from(Key::Escape).to_string()).await?;
    page.says(words.channel, words.point_hint).await?;
    page.click("button", words.close).await?;
    page.says(words.channel, words.maps_hint).await
}

async fn walks_over_layers_and_maps_by_keys(harness: &Harness) -> Result<()> {
    let open = open(harness).await?;
    let (page, words) = (&open.page, open.page.words());
    // The focus is on the layer's button: these keys work anywhere.
    page.press('z').await?;
    open.large(0).await?;
    page.press(Key::Right).await?;
    open.large(1).await?;
    page.press(Key::Left).await?;
    open.large(0).await?;
    page.press('o').await?;
    page.says(words.channel, &format!("conv3_2 · {} 0", words.channel)).await?;
    page.press('u').await?;
    open.large(0).await?;

    page.press('h').await?;
    page.says(words.keys, words.key_freeze).await?;
    page.press(Key::Escape).await?;
    page.until_true("the list of keys to go", async || {
        Ok(!page.text_of(words.keys).await?.contains(words.key_freeze))
    })
    .await?;
    let map = open.large(0).await?;
    page.point(&map, 0.5, 0.5).await?;
    page.press('f').await?;
    page.says(words.channel, words.pinned).await?;
    page.press(Key::Escape).await?;
    page.until_true("the unit to be freed", async || Ok(!page.has("button", words.free).await?)).await?;
    page.press(Key::Escape).await?;
    page.says(words.channel, words.maps_hint).await?;

    let next = fixtures::SAMPLES.iter().position(|sample| sample.file == "cat.jpg").context("no cat")? + 1;
    let next = &fixtures::SAMPLES[next % fixtures::SAMPLES.len()];
    page.press('w').await?;
    page.find("image", next.alt).await?;
    page.press('e').await?;
    page.find("image", crate::common::cat()?.alt).await?;
    Ok(())
}

async fn takes_a_layer_away(harness: &Harness) -> Result<()> {
    let open = open(harness).await?;
    let page = &open.page;
    // What the page would download is looked at before it is let go.
    let keep = "const make = URL.createObjectURL;
        URL.createObjectURL = blob => {
            blob.arrayBuffer().then(bytes => { window.kept = { bytes, type: blob.type }; });
            return make(blob);
        };";
    page.js(keep, vec![]).await?;
    page.click("button", "NPY").await?;
    page.until_true("the file", async || Ok(page.js("return !!window.kept", vec![]).await? == true)).await?;
    let read = "const text = new TextDecoder('latin1').decode(kept.bytes.slice(0, 128));
        const values = new Float32Array(kept.bytes, 128);
        return [text, values.length, values.reduce((sum, value) => sum + value, 0)]";
    let read = page.js(read, vec![]).await?;
    let header = read[0].as_str().unwrap_or_default();
    ensure!(header.contains("NUMPY") && header.contains("'shape': (256, 56, 56)"), "{header}");
    let values = open.pass.kept.values(open.layer).context("no values")?;
    let wanted: f64 = values.iter().map(|value| f64::from(*value)).sum();
    let sum = read[2].as_f64().unwrap_or_default();
    ensure!(read[1] == values.len() && (sum - wanted).abs() < 1e-4 * wanted, "{read}, not {wanted}");

    page.js("delete window.kept", vec![]).await?;
    page.click("button", "CSV").await?;
    let lines = "return window.kept && new TextDecoder().decode(kept.bytes).split('\\r\\n').length";
    // A line for the names of the columns, and an empty one behind the last.
    page.until_true("the table", async || Ok(page.js(lines, vec![]).await? == 2 + CHANNELS * 56)).await
}
