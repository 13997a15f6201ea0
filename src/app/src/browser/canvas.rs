//! Pictures on canvases.

use vggscope_core::render::Tile;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement, ImageData};
use yew::NodeRef;

/// Shows a picture on a canvas, a pixel a pixel.
pub fn draw(canvas: &NodeRef, tile: &Tile) {
    if let Some(canvas) = canvas.cast() {
        let _ = put(&canvas, tile);
    }
}

/// Has a canvas smoothed where the page shows it smaller than it is. To know that takes a layout of the whole page: it is
/// asked for a picture of another size, and not for every picture.
pub fn smooth(canvas: &NodeRef) {
    let _ = try_smooth(canvas);
}

/// A picture as the address of a PNG.
pub fn url(tile: &Tile) -> Option<String> {
    let document = web_sys::window()?.document()?;
    let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
    put(&canvas, tile)?;
    canvas.to_data_url().ok()
}

/// A canvas with a picture that has been decoded on it.
pub fn of(picture: &HtmlImageElement) -> Option<HtmlCanvasElement> {
    let document = web_sys::window()?.document()?;
    let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(picture.natural_width());
    canvas.set_height(picture.natural_height());
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.draw_image_with_html_image_element(picture, 0.0, 0.0).ok()?;
    Some(canvas)
}

fn try_smooth(canvas: &NodeRef) -> Option<()> {
    let canvas: HtmlCanvasElement = canvas.cast()?;
    let shown = f64::from(canvas.client_width()) * web_sys::window()?.device_pixel_ratio();
    canvas.class_list().toggle_with_force("shrunk", f64::from(canvas.width()) > shown).ok()?;
    Some(())
}

fn put(canvas: &HtmlCanvasElement, tile: &Tile) -> Option<()> {
    let (width, height) = (u32::try_from(tile.width).ok()?, u32::try_from(tile.height).ok()?);
    // To set a size, even the same, is to make the canvas anew.
    if [canvas.width(), canvas.height()] != [width, height] {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&tile.rgba), width, height).ok()?;
    context.put_image_data(&data, 0.0, 0.0).ok()
}
