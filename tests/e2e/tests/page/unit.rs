//! One unit under the microscope: how its number came to be, which kernels made it, how much of its field counts; and
//! what speaks for a class.

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use vggscope_core::explain::attribution::Method;
use vggscope_core::explain::breakdown::{Terms, Unit};
use vggscope_core::explain::contact_sheet;
use vggscope_core::explain::kernels::Side;
use vggscope_core::image::Preset;
use vggscope_core::nn::LayerId;
use vggscope_core::render::stats::SortBy;
use vggscope_core::render::{ColourMap, Scale};
use vggscope_core::text::{self, unit_words};
use vggscope_e2e::fixtures::{self, SAMPLES};
use vggscope_e2e::oracle::{self, Pass};
use vggscope_e2e::{Harness, Page, Profile};
use vggscope_engine::{Backward, Network};

use crate::common::{cat, click_sample, number, with_cat};

crate::scenarios![
    reads_how_a_number_came_to_be,
    slides_the_window_and_follows_a_term,
    reads_the_softmax,
    sees_how_much_of_a_field_counts,
    sorts_maps_by_what_they_contribute,
    looks_at_kernels,
    compares_two_photos,
    hides_a_part_at_a_time,
    multiplies_gradient_and_input,
    asks_why_of_a_network_with_a_dense_head,
    takes_the_figure_away,
];

/// conv3_1, the seventh layer after the input, and its channel.
const LAYER: LayerId = LayerId(7);
const CHANNEL: u16 = 7;
const NAME: &str = "conv3_1";

/// The page with a channel open, and what its engine ought to have found.
struct Open {
    page: Page,
    network: Network,
    pass: Pass,
}

async fn open(harness: &Harness, profile: Profile<'_>, address: &str) -> Result<Open> {
    let page = harness.open_at(profile, harness.server(), address).await?;
    click_sample(&page, cat()?).await?;
    let network = oracle::network(&fixtures::bytes("models/vgg16.onnx")?)?;
    let pass = oracle::pass(&network, &page.picture(page.words().input).await?, Preset::Caffe)?;
    Ok(Open { page, network, pass })
}

/// The cells of the table of steps: what is done, and what it makes.
async fn steps(page: &Page) -> Result<Vec<(String, f64)>> {
    let region = page.region(unit_words(page.lang()).made).await?;
    let script = "const rows = [...arguments[0].querySelectorAll('table')].at(-1).rows;
        return [...rows].map(row => [...row.cells].map(cell => cell.innerText.trim()))";
    let rows = page.js(script, vec![serde_json::to_value(&region)?]).await?;
    let rows = rows.as_array().context("no rows")?.iter().map(|row| {
        let cell = |at: usize| row[at].as_str().unwrap_or_default();
        Ok((cell(0).to_owned(), number(cell(1))?))
    });
    rows.collect()
}

/// Waits until the page spells out the value of a unit, and checks the sum.
async fn spells_out(open: &Open, layer: LayerId, channel: u16, place: [usize; 2]) -> Result<()> {
    let Open { page, network, pass } = open;
    let words = unit_words(page.lang());
    let about = network.model.architecture.layer(layer).context("no such layer")?;
    let name = text::unit_place(page.lang(), about.short_name(), channel, place);
    page.says(words.made, &name).await?;
    let found = network.explain(&pass.kept, Unit { layer, channel, place }).context("no arithmetic")?;
    let rows = steps(page).await?;
    let (told, value) = rows.last().context("no steps")?;
    ensure!(told.starts_with(words.engine), "{told}");
    let near = |a: f64, b: f64| (a - b).abs() <= 2e-3 * (1.0 + b.abs());
    ensure!(near(*value, f64::from(found.value)), "{value} for {}", found.value);
    ensure!(near(rows[rows.len() - 2].1, *value), "{rows:?}");
    if matches!(found.terms, Terms::Convolution { .. } | Terms::Dense { .. }) {
        ensure!(near(rows[0].1 + rows[1].1, rows[2].1), "the terms are not the sum: {rows:?}");
    }
    Ok(())
}

async fn reads_how_a_number_came_to_be(harness: &Harness) -> Result<()> {
    for profile in [Profile::default(), Profile::PHONE] {
        let open = open(harness, profile, "#/layer/7/7/20/30").await?;
        let page = &open.page;
        let words = unit_words(page.lang());
        spells_out(&open, LAYER, CHANNEL, [20, 30]).await?;
        page.fits(profile.size[0]).await?;
        // The corner's window hangs over the edge; the keys go on from there.
        let map = page.find("group", &format!("{NAME} 7")).await?;
        page.click_at(&map, 0.5 / 56.0, 0.5 / 56.0).await?;
        spells_out(&open, LAYER, CHANNEL, [0, 0]).await?;
        map.send_keys(&char::from(Key::Right).to_string()).await?;
        spells_out(&open, LAYER, CHANNEL, [0, 1]).await?;

        // A cell of a patch, by pointer; its weight is marked with it. The first row lies in the padding.
        let found =
            open.network.explain(&open.pass.kept, Unit { layer: LAYER, channel: CHANNEL, place: [0, 1] });
        let Some(Terms::Convolution { top, .. }) = found.map(|found| found.terms) else {
            anyhow::bail!("no terms")
        };
        let term = format!("{} pool2 · {} {}", words.kernel, page.words().channel, top[0].channel);
        let kernel = page.find("group", &term).await?;
        page.point(&kernel, 0.5, 0.15).await?;
        let padded = text::product(page.lang(), [0, 1], None, top[0].kernel[1]);
        page.says(words.made, &padded).await?;
        kernel.send_keys(&char::from(Key::Down).to_string()).await?;
        let place = match page.lang() {
            vggscope_core::session::Lang::En => "row 1, column 1",
            vggscope_core::session::Lang::Zh => "行 1，列 1",
        };
        page.says(words.made, place).await?;
    }
    // A pool, the mean of a map, a class.
    for (address, layer, channel, place) in [
        ("#/layer/3/5/40/40", 3, 5, [40, 40]),
        ("#/layer/19/100/0/0", 19, 100, [0, 0]),
        ("#/layer/20/285", 20, 285, [0, 0]),
    ] {
        let open = open(harness, Profile::default(), address).await?;
        spells_out(&open, LayerId(layer), channel, place).await.with_context(|| address.to_owned())?;
    }
    let open = open(harness, Profile::default(), "#/layer/0/1/5/5").await?;
    let words = unit_words(open.page.lang());
    open.page.says(words.made, words.made_input).await
}

async fn slides_the_window_and_follows_a_term(harness: &Harness) -> Result<()> {
    let open = open(harness, Profile::default(), "#/layer/7/7/20/54").await?;
    let page = &open.page;
    let words = unit_words(page.lang());
    spells_out(&open, LAYER, CHANNEL, [20, 54]).await?;
    page.click("button", words.play).await?;
    page.says(words.made, &text::unit_place(page.lang(), NAME, CHANNEL, [20, 55])).await?;
    page.says(words.made, &text::unit_place(page.lang(), NAME, CHANNEL, [21, 1])).await?;
    page.click("button", words.pause).await?;
    // Back to a unit that it is no longer at: a click on the same would let it go.
    let map = page.find("group", &format!("{NAME} 7")).await?;
    page.click_at(&map, 0.5 / 56.0, 21.5 / 56.0).await?;
    spells_out(&open, LAYER, CHANNEL, [21, 0]).await?;

    // Pointing at the map below slides the window there: a pixel of the screen is most of a unit.
    let found =
        open.network.explain(&open.pass.kept, Unit { layer: LAYER, channel: CHANNEL, place: [21, 0] });
    let Some(Terms::Convolution { top, .. }) = found.map(|found| found.terms) else {
        anyhow::bail!("no terms")
    };
    let term = format!("pool2 · {} {}", page.words().channel, top[0].channel);
    let below = page.find("image", &term).await?;
    page.point(&below, 30.9 / 56.0, 30.9 / 56.0).await?;
    spells_out(&open, LAYER, CHANNEL, [30, 30]).await?;

    // The name of a term opens its map.
    let found =
        open.network.explain(&open.pass.kept, Unit { layer: LAYER, channel: CHANNEL, place: [30, 30] });
    let Some(Terms::Convolution { top, .. }) = found.map(|found| found.terms) else {
        anyhow::bail!("no terms")
    };
    page.click("button", &format!("pool2 · {} {}", page.words().channel, top[1].channel)).await?;
    let heading = format!("pool2 · {} {}", page.words().channel, top[1].channel);
    page.says(page.words().channel, &heading).await
}

async fn reads_the_softmax(harness: &Harness) -> Result<()> {
    let (page, answer) = with_cat(harness, Profile::default()).await?;
    let words = unit_words(page.lang());
    let region = page.region(page.words().answer).await?;
    let summary = "[...arguments[0].querySelectorAll('summary')].forEach(one => one.click())";
    page.js(summary, vec![serde_json::to_value(&region)?]).await?;
    page.says(page.words().answer, words.softmax_hint).await?;
    // The fraction is of the likeliest class, or of the one whose row is pointed at.
    let share = "return arguments[0].querySelector('mtext').textContent";
    for row in [0, 1] {
        let wanted = &answer.top[row].probability;
        if row == 1 {
            let name = text::class(page.lang(), &fixtures::CLASSES, 281).0;
            ensure!(answer.top[1].name.starts_with(&name), "the second is {}", answer.top[1].name);
            let button = page.find("button", &name).await?;
            page.point(&button, 0.5, 0.5).await?;
        }
        page.until_true("the share", async || {
            Ok(page.js(share, vec![serde_json::to_value(&region)?]).await? == wanted.as_str())
        })
        .await?;
    }
    Ok(())
}

async fn sees_how_much_of_a_field_counts(harness: &Harness) -> Result<()> {
    let open = open(harness, Profile::default(), "#/layer/7/7").await?;
    let page = &open.page;
    let words = unit_words(page.lang());
    page.click("button", words.effective).await?;
    page.says(page.words().channel, words.effective_pin).await?;
    let map = page.find("group", &format!("{NAME} 7")).await?;
    page.click_at(&map, 30.5 / 56.0, 20.5 / 56.0).await?;
    page.find("image", words.effective_chart).await?;

    let unit = Unit { layer: LAYER, channel: CHANNEL, place: [20, 30] };
    let mut backward = Backward::of_unit(&open.network, &open.pass.kept, unit).context("no gradient")?;
    while backward.at().is_some_and(|at| at > LayerId(0)) {
        backward.step(&open.network, &open.pass.kept).map_err(|_| anyhow::anyhow!("a dead end"))?;
    }
    let gradient = backward.gradient().context("no gradient")?.sizes();
    let span = |at: usize| at as i64 * 4 - 10..=at as i64 * 4 + 13;
    let field = [span(20), span(30)];
    let growth = vggscope_core::receptive_field::effective::Growth::of(
        &gradient,
        open.network.model.architecture.input().width,
        &field,
    );
    page.says(page.words().channel, &text::effective(page.lang(), &growth, &field)).await?;
    ensure!(growth.side(0.5) < 24, "half of the gradient takes the whole field");
    page.click("button", words.effective_hide).await?;
    page.until_true("the chart to go", async || Ok(!page.has("image", words.effective_chart).await?)).await
}

async fn sorts_maps_by_what_they_contribute(harness: &Harness) -> Result<()> {
    // pool5, whose means the head weighs.
    let open = open(harness, Profile::default(), "#/layer/18").await?;
    let page = &open.page;
    let words = unit_words(page.lang());
    page.choose(page.words().sort, words.sort_contribution).await?;
    let (layer, class) = (LayerId(18), open.pass.ranking[0]);
    let mut backward = Backward::of_class(&open.network, class).context("no gradient")?;
    while backward.at().is_some_and(|at| at > layer) {
        backward.step(&open.network, &open.pass.kept).map_err(|_| anyhow::anyhow!("a dead end"))?;
    }
    let values = open.pass.kept.values(layer).context("no values")?;
    let contributions = backward.gradient().context("no gradient")?.times(values);
    let (sort, colours, scale) = (SortBy::Contribution, ColourMap::default(), Scale::default());
    let question = contact_sheet::Question { layer, sort, colours, scale, dead: true, class: Some(class) };
    let drawn = vggscope_engine::sheet(&open.pass.kept, &question, &contributions).context("not drawn")?;
    let (order, tile) = (&drawn.order, &drawn.tile);
    let wanted = image::RgbaImage::from_raw(tile.width as u32, tile.height as u32, tile.rgba.clone())
        .context("no pixels")?;
    let name = format!("{} pool5", page.words().maps);
    page.until_true("the maps in this order", async || {
        Ok(oracle::apart(&page.picture(&name).await?, &wanted).0 < 0.5)
    })
    .await?;
    // The first map by its figures, and by key.
    let maps = page.find("group", &name).await?;
    maps.send_keys(&char::from(Key::Right).to_string()).await?;
    page.says(page.words().channel, &format!("pool5 · {} {}", page.words().channel, order[0])).await?;
    let (class, _) = text::class(page.lang(), &fixtures::CLASSES, class);
    page.says(page.words().maps, &class).await?;

    // Larger, and back.
    page.click("button", words.zoom_in).await?;
    let wide = "const held = arguments[0].parentElement.parentElement; return held.scrollWidth > held.clientWidth * 1.5";
    page.until_true("the maps to be larger", async || {
        let maps = page.find("group", &name).await?;
        Ok(page.js(wide, vec![serde_json::to_value(&maps)?]).await? == true)
    })
    .await?;
    page.fits(1440).await
}

async fn looks_at_kernels(harness: &Harness) -> Result<()> {
    let open = open(harness, Profile::default(), "#/layer/1").await?;
    let page = &open.page;
    let words = unit_words(page.lang());
    let Open { network, pass, .. } = &open;
    let drawn = network.kernels(&pass.kept, LayerId(1), Side::Colours { bgr: true }).context("no kernels")?;
    page.says(words.kernels, &text::kernel_figures(page.lang(), &drawn.kernels)).await?;
    let picture = page.picture(words.kernels).await?;
    ensure!(*picture.as_raw() == drawn.tile.rgba, "other colours");
    // A kernel opens its channel.
    let sheet = drawn.kernels.sheet;
    let (x, y) = sheet.corner(10);
    let share = |at: usize, all: usize| (at as f64 + 1.5) / all as f64;
    let cells = page.find("group", words.kernels).await?;
    page.click_at(&cells, share(x, sheet.width()), share(y, sheet.height())).await?;
    page.says(page.words().channel, &format!("conv1_1 · {} 10", page.words().channel)).await?;

    // Slices of one kernel, and what feeds the channel most; the first leads to its map.
    page.press('o').await?;
    let into = network.kernels(&pass.kept, LayerId(2), Side::Into(10)).context("no kernels")?.kernels;
    page.says(words.kernels, &text::kernel_title(page.lang(), Side::Into(10), &into, "conv1_1")).await?;
    page.fill("spinbutton", words.kernels_of, "3").await?;
    let from = network.kernels(&pass.kept, LayerId(2), Side::From(3)).context("no kernels")?.kernels;
    page.says(words.kernels, &text::kernel_title(page.lang(), Side::From(3), &from, "conv1_1")).await?;
    page.click("button", words.kernels_back).await?;
    page.says(words.kernels, words.feeders).await?;
    let region = page.region(words.kernels).await?;
    let first = "conv1_1 · ";
    let (_, button) = page
        .until("what feeds it", async || {
            Ok(page.all("button", Some(&region)).await?.into_iter().find(|(name, _)| name.starts_with(first)))
        })
        .await?;
    button.click().await?;
    page.says(page.words().channel, &format!("conv1_1 · {} {}", page.words().channel, into.channels[0]))
        .await?;
    // A pool has none.
    page.press('o').await?;
    page.press('o').await?;
    page.until_true("the kernels to go", async || Ok(!page.has("region", words.kernels).await?)).await
}

async fn compares_two_photos(harness: &Harness) -> Result<()> {
    let open = open(harness, Profile::default(), "#/layer/7/7").await?;
    let page = &open.page;
    let words = unit_words(page.lang());
    page.click("button", words.keep_reference).await?;
    page.says(page.words().channel, words.reference_kept).await?;
    let other = SAMPLES.iter().find(|sample| sample.file != "cat.jpg").context("one photo only")?;
    click_sample(page, other).await?;
    let named = |title: &str| format!("{}: {title}", page.words().maps);
    let stats = |plane: &[f32]| vggscope_core::render::stats::ChannelStats::of(plane);
    let old = open.pass.kept.plane(LAYER, CHANNEL).context("no map")?;
    let input = page.picture(page.words().input).await?;
    let pass = oracle::pass(&open.network, &input, Preset::Caffe)?;
    let new = pass.kept.plane(LAYER, CHANNEL).context("no map")?;
    let range = ColourMap::default().range([&stats(old), &stats(new)]);
    for (title, plane) in [(cat()?.title, old), (other.title, new)] {
        let wanted = vggscope_core::render::plane(plane, 56, range, ColourMap::default());
        page.until_true("both maps on one scale", async || {
            let picture = page.picture(&named(title)).await?;
            let wanted = image::RgbaImage::from_raw(56, 56, wanted.rgba.clone()).context("no pixels")?;
            Ok(picture.dimensions() == (56, 56) && oracle::apart(&picture, &wanted).0 < 0.5)
        })
        .await?;
    }
    // Another channel, and both follow.
    page.press(Key::Right).await?;
    page.says(page.words().channel, &format!("{NAME} · {} 8", page.words().channel)).await?;
    page.find("image", &named(cat()?.title)).await?;
    page.click("button", words.drop_reference).await?;
    page.find("button", words.keep_reference).await?;
    Ok(())
}

async fn hides_a_part_at_a_time(harness: &Harness) -> Result<()> {
    let (page, answer) = with_cat(harness, Profile::default()).await?;
    let (words, more) = (page.words(), unit_words(page.lang()));
    let (name, _) = text::class(page.lang(), &fixtures::CLASSES, 285);
    ensure!(answer.top[0].name.starts_with(&name), "the first is {}", answer.top[0].name);
    page.click("button", &name).await?;
    page.choose(more.method, text::method(page.lang(), Method::Occlusion).name).await?;
    page.find("image", &format!("{}: {name}", words.attribution)).await?;
    // It can be stopped, and something else asked meanwhile.
    page.says(words.attribution, text::method(page.lang(), Method::Occlusion).hint).await?;
    page.click("button", words.stop).await?;
    page.says(words.attribution, words.stopped).await?;
    page.choose(more.method, text::method(page.lang(), Method::GradCam).name).await?;
    page.says(words.attribution, text::method(page.lang(), Method::GradCam).hint).await?;
    page.find("image", &format!("{}: {name}", words.attribution)).await?;
    page.choose(more.method, text::method(page.lang(), Method::Cam).name).await?;
    page.says(words.attribution, &answer.top[0].logit).await
}

/// A map of a value for each pixel; what it adds up to is checked where it is computed.
async fn multiplies_gradient_and_input(harness: &Harness) -> Result<()> {
    let (page, answer) = with_cat(harness, Profile::default()).await?;
    let (words, more) = (page.words(), unit_words(page.lang()));
    let (name, _) = text::class(page.lang(), &fixtures::CLASSES, 285);
    page.click("button", &name).await?;
    page.says(words.attribution, &answer.top[0].logit).await?;
    page.choose(more.method, text::method(page.lang(), Method::GradientInput).name).await?;
    page.says(words.attribution, text::method(page.lang(), Method::GradientInput).hint).await?;
    let map = page.find("image", &format!("{}: {name}", words.attribution)).await?;
    page.until_true("the map of every pixel", async || {
        let size =
            page.js("return [arguments[0].width, arguments[0].height]", vec![serde_json::to_value(&map)?]);
        Ok(size.await? == serde_json::json!([224, 224]) && !page.has("button", words.stop).await?)
    })
    .await?;
    // The mean of a class activation map is the score; nothing of the kind is said of this one.
    ensure!(
        !page.text_of(words.attribution).await?.contains(&answer.top[0].logit),
        "a score is read off the map"
    );
    Ok(())
}

async fn asks_why_of_a_network_with_a_dense_head(harness: &Harness) -> Result<()> {
    let (page, _) = with_cat(harness, Profile::default()).await?;
    let (words, more) = (page.words(), unit_words(page.lang()));
    page.drop_file("dense.onnx", fixtures::bytes("tests/golden/nets/vgg11-torchscript.onnx")?).await?;
    page.says(words.model, "dense.onnx").await?;
    let answer = page.answer().await?;
    let name = &answer.top[0].name;
    page.click("button", name).await?;
    page.says(words.attribution, text::method(page.lang(), Method::GradCam).hint).await?;
    page.find("image", &format!("{}: {name}", words.attribution)).await?;
    // A small network sweeps to the end.
    page.choose(more.method, text::method(page.lang(), Method::Occlusion).name).await?;
    page.until_true("the sweep to end", async || {
        let map = page.has("image", &format!("{}: {name}", words.attribution)).await?;
        Ok(map && !page.has("button", words.stop).await?)
    })
    .await?;
    // The terms of its last layer are features of the one before.
    let network = oracle::network(&fixtures::bytes("tests/golden/nets/vgg11-torchscript.onnx")?)?;
    let preset = network.model.preset;
    let pass = oracle::pass(&network, &page.picture(words.input).await?, preset)?;
    let last = network.model.architecture.layers.len() - 1;
    let open = Open { page, network, pass };
    open.page.go(&harness.server().url(&format!("#/layer/{last}/1"))).await?;
    spells_out(&open, LayerId(last as u16), 1, [0, 0]).await
}

async fn takes_the_figure_away(harness: &Harness) -> Result<()> {
    let open = open(harness, Profile::default(), "#/layer/7/7/20/30").await?;
    let page = &open.page;
    page.says(page.words().channel, page.words().pinned).await?;
    // What the page would download is looked at before it is let go.
    let keep = "HTMLAnchorElement.prototype.click = function () { window.kept = [this.download, this.href] }";
    page.js(keep, vec![]).await?;
    let sees = page.region(page.words().channel).await?;
    let buttons = page.all("button", Some(&sees)).await?;
    let (_, figure) =
        buttons.into_iter().filter(|(name, _)| name == "PNG").nth(1).context("no such button")?;
    figure.click().await?;
    let kept = page
        .until("the figure", async || {
            let kept = page.js("return window.kept", vec![]).await?;
            Ok(kept[1].as_str().map(|url| (kept[0].as_str().unwrap_or_default().to_owned(), url.to_owned())))
        })
        .await?;
    ensure!(kept.0 == "conv3_1-field.png", "{}", kept.0);
    // Its photo is in it: many colours, not paper and a frame alone.
    let colours = "const [url, done] = [arguments[0], arguments[arguments.length - 1]];
        const image = new Image();
        image.src = url;
        return image.decode().then(() => {
            const canvas = new OffscreenCanvas(image.width, image.height);
            const context = canvas.getContext('2d');
            context.drawImage(image, 0, 0);
            const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
            return new Set(pixels).size;
        });";
    let count = page.js(colours, vec![kept.1.into()]).await?;
    ensure!(count.as_u64() > Some(1000), "{count} colours");
    Ok(())
}
