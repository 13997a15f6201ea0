//! From a picture file to an upright photo.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageReader};
use vggscope_core::error::PhotoError;
use vggscope_core::image::{END_MARK, JpegEnd, Photo, admit, jpeg_end, undecodable};

/// Decodes a picture and turns it the way its EXIF says; the picture, and whether its file lacks its end mark.
///
/// # Errors
/// What is wrong with the file.
pub fn open(bytes: &[u8]) -> Result<(Photo, bool), PhotoError> {
    admit(bytes, bytes)?;
    let marked = match jpeg_end(bytes, true) {
        JpegEnd::Unmarked(end) => Some([&bytes[..end], &END_MARK].concat()),
        JpegEnd::Cut => return Err(PhotoError::Truncated),
        JpegEnd::Marked | JpegEnd::Behind => None,
    };
    let image = decode(marked.as_deref().unwrap_or(bytes)).map_err(|_| undecodable(bytes))?.into_rgba8();
    let (width, height) = (image.width() as usize, image.height() as usize);
    let photo = Photo::new(width, height, image.into_raw()).ok_or(PhotoError::Undecodable)?;
    Ok((photo, marked.is_some()))
}

fn decode(bytes: &[u8]) -> image::ImageResult<DynamicImage> {
    let mut decoder = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}
