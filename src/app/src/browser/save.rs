//! What a person takes away: files that the browser saves.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement, Url};
use yew::NodeRef;

/// Pixels of a saved picture for one of the chart's own.
const SHARP: f64 = 2.0;

/// What of an element's style a chart needs where there is no style sheet.
const STYLES: [&str; 8] = [
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "fill-opacity",
    "font-size",
    "font-family",
    "text-anchor",
];

/// Saves a text under a name.
pub fn text(name: &str, media: &str, text: &str) {
    if let Some(blob) = blob(media, text.as_bytes()) {
        save(name, &blob);
    }
}

/// Saves a chart as an SVG that stands alone.
pub fn svg(name: &str, chart: &NodeRef) {
    if let Some((svg, ..)) = alone(chart) {
        text(name, "image/svg+xml", &svg);
    }
}

/// Saves a chart as a PNG.
pub fn png(name: &str, chart: &NodeRef) {
    if drawn(name, chart).is_none() {
        gloo::console::warn!("the chart could not be drawn");
    }
}

fn drawn(name: &str, chart: &NodeRef) -> Option<()> {
    let (svg, width, height) = alone(chart)?;
    let url = Url::create_object_url_with_blob(&blob("image/svg+xml", svg.as_bytes())?).ok()?;
    let image = HtmlImageElement::new().ok()?;
    let (picture, name, source) = (image.clone(), name.to_owned(), url.clone());
    let paint = Closure::once_into_js(move || {
        let paint = || -> Option<()> {
            let document = web_sys::window()?.document()?;
            let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
            canvas.set_width((width * SHARP) as u32);
            canvas.set_height((height * SHARP) as u32);
            let context: web_sys::CanvasRenderingContext2d =
                canvas.get_context("2d").ok()??.dyn_into().ok()?;
            context
                .draw_image_with_html_image_element_and_dw_and_dh(
                    &picture,
                    0.0,
                    0.0,
                    width * SHARP,
                    height * SHARP,
                )
                .ok()?;
            let given = Closure::once_into_js(move |blob: Blob| save(&name, &blob));
            canvas.to_blob(given.unchecked_ref()).ok()
        };
        let _ = paint();
        let _ = Url::revoke_object_url(&source);
    });
    image.set_onload(Some(paint.unchecked_ref()));
    image.set_src(&url);
    Some(())
}

/// A chart's markup with its colours written into it, and its size on the screen.
fn alone(chart: &NodeRef) -> Option<(String, f64, f64)> {
    let element: web_sys::Element = chart.cast()?;
    let rect = element.get_bounding_client_rect();
    let copy: web_sys::Element = element.clone_node_with_deep(true).ok()?.dyn_into().ok()?;
    let window = web_sys::window()?;
    let (from, to) = (element.query_selector_all("*").ok()?, copy.query_selector_all("*").ok()?);
    for at in 0..from.length() {
        let (Some(from), Some(to)) = (from.item(at), to.item(at)) else { continue };
        let (Ok(from), Ok(to)) = (from.dyn_into::<web_sys::Element>(), to.dyn_into::<web_sys::Element>())
        else {
            continue;
        };
        let style = window.get_computed_style(&from).ok()??;
        for name in STYLES {
            let value = style.get_property_value(name).unwrap_or_default();
            let _ = to.set_attribute(name, &value);
        }
        let _ = to.remove_attribute("class");
    }
    copy.set_attribute("xmlns", "http://www.w3.org/2000/svg").ok()?;
    copy.set_attribute("width", &rect.width().to_string()).ok()?;
    copy.set_attribute("height", &rect.height().to_string()).ok()?;
    Some((copy.outer_html(), rect.width(), rect.height()))
}

fn blob(media: &str, bytes: &[u8]) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(media);
    Blob::new_with_u8_array_sequence_and_options(&Array::of1(&Uint8Array::from(bytes)), &options).ok()
}

fn save(name: &str, blob: &Blob) {
    let save = || -> Option<()> {
        let url = Url::create_object_url_with_blob(blob).ok()?;
        let document = web_sys::window()?.document()?;
        let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
        link.set_href(&url);
        link.set_download(name);
        link.click();
        Url::revoke_object_url(&url).ok()
    };
    let _ = save();
}
