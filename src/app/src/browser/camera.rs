//! The camera: what it sees in a video element, and pictures of that.

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d, File, FilePropertyBag, HtmlCanvasElement, HtmlVideoElement, MediaDevices,
    MediaStream, MediaStreamConstraints, MediaStreamTrack,
};
use yew::NodeRef;

/// A camera that is on; dropping it turns it off.
pub struct Camera(MediaStream);

/// What a picture is written as.
const MEDIA: &str = "image/jpeg";
/// Its quality, from 0 to 1.
const QUALITY: f64 = 0.92;

impl Camera {
    /// Turns a camera on; nothing where there is none, or the person or the browser does not allow it.
    pub async fn open() -> Option<Camera> {
        // Absent where the page is no secure context.
        let navigator = web_sys::window()?.navigator();
        let devices: MediaDevices = Reflect::get(&navigator, &"mediaDevices".into())
            .ok()
            .filter(JsValue::is_object)?
            .unchecked_into();
        let constraints = MediaStreamConstraints::new();
        let video = Object::new();
        Reflect::set(&video, &"facingMode".into(), &"environment".into()).ok()?;
        constraints.set_video(&video);
        let stream = devices.get_user_media_with_constraints(&constraints).ok()?;
        Some(Camera(JsFuture::from(stream).await.ok()?.dyn_into().ok()?))
    }

    /// Shows what it sees.
    pub fn show(&self, video: &NodeRef) {
        if let Some(video) = video.cast::<HtmlVideoElement>() {
            video.set_src_object(Some(&self.0));
            // A browser that wants to be asked first shows its own button.
            let _ = video.play();
        }
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        for track in self.0.get_tracks() {
            track.unchecked_into::<MediaStreamTrack>().stop();
        }
    }
}

/// What a video shows, as a file of this name; nothing while it shows nothing.
pub async fn picture(video: &NodeRef, name: &str) -> Option<File> {
    let video: HtmlVideoElement = video.cast()?;
    let (width, height) = (video.video_width(), video.video_height());
    let document = web_sys::window()?.document()?;
    let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.draw_image_with_html_video_element(&video, 0.0, 0.0).ok()?;
    let blob = Promise::new(&mut |done, _| {
        let _ = canvas.to_blob_with_type_and_encoder_options(&done, MEDIA, &QUALITY.into());
    });
    let blob: Blob = JsFuture::from(blob).await.ok()?.dyn_into().ok()?;
    let options = FilePropertyBag::new();
    options.set_type(MEDIA);
    File::new_with_blob_sequence_and_options(&Array::of1(&blob), name, &options).ok()
}
