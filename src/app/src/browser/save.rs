//! Files that a person takes away: texts, and charts that stand without the page.

use gloo::timers::callback::Timeout;
use js_sys::{Array, Uint8Array};
use vggscope_core::render::Tile;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, Element, HtmlAnchorElement, HtmlCanvasElement,
    HtmlImageElement, Url, XmlSerializer,
};
use yew::NodeRef;

use super::canvas;

/// What a chart takes from the page's style, so that it needs none.
const STYLE: [&str; 11] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
    "opacity",
    "font-family",
    "font-size",
    "font-weight",
    "text-anchor",
];
const SVG: &str = "http://www.w3.org/2000/svg";
/// Paper around a chart.
const MARGIN: f64 = 16.0;
/// Pixels of a saved picture to one of the page.
const SHARP: f64 = 2.0;

/// Gives a text as a file.
pub fn text(name: &str, media: &str, text: &str) {
    bytes(name, media, text.as_bytes());
}

/// Gives bytes as a file.
pub fn bytes(name: &str, media: &str, bytes: &[u8]) {
    if let Some(url) = blob_url(media, bytes) {
        give(name, &url);
        let _ = Url::revoke_object_url(&url);
    }
}

/// Gives what stands at an address of the browser's as a file; then nothing stands there any more.
pub fn from(name: &str, url: String) {
    give(name, &url);
    // The browser may only begin to read it now.
    Timeout::new(LATER_MS, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
}

/// When what was given as a file is let go of.
const LATER_MS: u32 = 120_000;

/// Gives a picture as a PNG file, a pixel a pixel.
pub fn picture(name: &str, tile: &Tile) {
    if let Some(url) = canvas::url(tile) {
        give(name, &url);
    }
}

/// Gives a chart as an SVG file.
pub fn svg(name: &str, chart: &NodeRef) {
    if let Some(alone) = chart.cast::<Element>().and_then(|chart| Alone::of(&chart)) {
        text(name, "image/svg+xml", &alone.markup);
    }
}

/// Gives a chart as a PNG file.
pub fn png(name: &str, chart: &NodeRef) {
    let (name, chart) = (name.to_owned(), chart.clone());
    spawn_local(async move {
        if let Some(alone) = chart.cast::<Element>().and_then(|chart| Alone::of(&chart)) {
            let _ = paint(&name, &alone).await;
        }
    });
}

/// Gives the figure that an element holds as a PNG file, the pictures in it included.
pub fn figure(name: &str, holder: &NodeRef) {
    let (name, holder) = (name.to_owned(), holder.clone());
    spawn_local(async move {
        let chart = holder.cast::<Element>().and_then(|holder| holder.query_selector("svg").ok()?);
        let Some(copy) = chart.and_then(|chart| styled(&chart)) else { return };
        if take_in(&copy).await.is_ok()
            && let Some(alone) = Alone::seal(&copy)
        {
            let _ = paint(&name, &alone).await;
        }
    });
}

/// Writes the pictures of a figure into it: one that stands alone can fetch none.
async fn take_in(figure: &Element) -> Result<(), JsValue> {
    let images = figure.query_selector_all("image")?;
    for at in 0..images.length() {
        let Some(image) = images.item(at).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
        let picture = HtmlImageElement::new()?;
        picture.set_src(&image.get_attribute("href").unwrap_or_default());
        JsFuture::from(picture.decode()).await?;
        let canvas = canvas::of(&picture).ok_or(JsValue::NULL)?;
        image.set_attribute("href", &canvas.to_data_url()?)?;
    }
    Ok(())
}

/// A chart with its style written out.
struct Alone {
    markup: String,
    width: f64,
    height: f64,
}

impl Alone {
    fn of(chart: &Element) -> Option<Alone> {
        Alone::seal(&styled(chart)?)
    }

    /// The markup of a copy that has its style, on paper.
    fn seal(copy: &Element) -> Option<Alone> {
        let size: Vec<f64> =
            copy.get_attribute("viewBox")?.split(' ').filter_map(|n| n.parse().ok()).collect();
        let [x, y, width, height] = size[..] else { return None };
        let (width, height) = (width + 2.0 * MARGIN, height + 2.0 * MARGIN);
        let (wide, high) = (width.to_string(), height.to_string());
        let view = format!("{} {} {wide} {high}", x - MARGIN, y - MARGIN);
        for (name, value) in [("xmlns", SVG), ("width", &wide), ("height", &high), ("viewBox", &view)] {
            copy.set_attribute(name, value).ok()?;
        }
        copy.prepend_with_node_1(&paper([x - MARGIN, y - MARGIN], width, height)?.into()).ok()?;
        // The pattern of padding is the page's.
        let document = web_sys::window()?.document()?;
        if let Some(pattern) = document.get_element_by_id("hatch") {
            copy.append_with_node_1(&styled(&pattern)?.into()).ok()?;
        }
        let markup = XmlSerializer::new().ok()?.serialize_to_string(copy).ok()?;
        Some(Alone { markup, width, height })
    }
}

/// A copy of a chart whose style is written on its elements.
fn styled(chart: &Element) -> Option<Element> {
    let copy: Element = chart.clone_node_with_deep(true).ok()?.dyn_into().ok()?;
    style(chart, &copy)?;
    let (originals, copies) = (chart.query_selector_all("*").ok()?, copy.query_selector_all("*").ok()?);
    for at in 0..originals.length() {
        style(originals.item(at)?.dyn_ref()?, copies.item(at)?.dyn_ref()?)?;
    }
    Some(copy)
}

fn style(original: &Element, copy: &Element) -> Option<()> {
    let computed = web_sys::window()?.get_computed_style(original).ok()??;
    for property in STYLE {
        let value = computed.get_property_value(property).ok()?;
        copy.set_attribute(property, &value).ok()?;
    }
    copy.remove_attribute("class").ok()
}

/// The page's own paper, since its ink may be light.
fn paper([x, y]: [f64; 2], width: f64, height: f64) -> Option<Element> {
    let window = web_sys::window()?;
    let document = window.document()?;
    let colour = window.get_computed_style(&document.body()?.into()).ok()??;
    let colour = colour.get_property_value("background-color").ok()?;
    let paper = document.create_element_ns(Some(SVG), "rect").ok()?;
    let [x, y, width, height] = [x, y, width, height].map(|number| number.to_string());
    for (name, value) in [("x", &x), ("y", &y), ("width", &width), ("height", &height), ("fill", &colour)] {
        paper.set_attribute(name, value).ok()?;
    }
    Some(paper)
}

async fn paint(name: &str, alone: &Alone) -> Result<(), JsValue> {
    let url = blob_url("image/svg+xml", alone.markup.as_bytes()).ok_or(JsValue::NULL)?;
    let image = HtmlImageElement::new()?;
    image.set_src(&url);
    let decoded = JsFuture::from(image.decode()).await;
    let _ = Url::revoke_object_url(&url);
    decoded?;
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    let (width, height) = (alone.width * SHARP, alone.height * SHARP);
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d =
        canvas.get_context("2d")?.ok_or(JsValue::NULL)?.dyn_into().map_err(JsValue::from)?;
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)?;
    give(name, &canvas.to_data_url()?);
    Ok(())
}

fn blob_url(media: &str, bytes: &[u8]) -> Option<String> {
    let options = BlobPropertyBag::new();
    options.set_type(media);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

fn give(name: &str, url: &str) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(url);
    link.set_download(name);
    link.click();
    Some(())
}
