//! From a picture file to an upright photo.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageReader};
use vggscope_core::error::PhotoError;
use vggscope_core::image::{Photo, admit};

/// Decodes a picture and turns it the way its EXIF says.
///
/// # Errors
/// What is wrong with the file.
pub fn open(bytes: &[u8]) -> Result<Photo, PhotoError> {
    admit(bytes, bytes)?;
    let image = decode(bytes).map_err(|_| PhotoError::Undecodable)?.into_rgba8();
    let (width, height) = (image.width() as usize, image.height() as usize);
    Photo::new(width, height, image.into_raw()).ok_or(PhotoError::Undecodable)
}

fn decode(bytes: &[u8]) -> image::ImageResult<DynamicImage> {
    let mut decoder = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}
