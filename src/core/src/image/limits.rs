//! Whether a file is worth decoding, judged by its first and last bytes: a picture of ten kilobytes can claim
//! gigabytes of pixels, and a decoder may fill what is missing with grey. How JPEGs end is for [`super::jpeg_end`] to say.

use imagesize::{Compression, ImageType};

use crate::error::{PhotoError, PictureFormat};

/// The most pixels that are taken: 256 MB as RGBA, which a tab can hold twice.
const MOST_PIXELS: usize = 64_000_000;
/// The shortest side that is taken.
const SHORTEST: usize = 8;

/// Judges a file by its first bytes (its size must stand in them) and its last ones.
///
/// # Errors
/// What is wrong with it.
pub fn admit(head: &[u8], tail: &[u8]) -> Result<(), PhotoError> {
    let Ok(kind) = imagesize::image_type(head) else {
        return Err(if head.is_empty() {
            PhotoError::Empty
        } else if is_svg(head) {
            PhotoError::Vector
        } else {
            undecodable(head)
        });
    };
    if let Ok(size) = imagesize::blob_size(head) {
        admit_size(size.width, size.height)?;
    }
    // Other data may stand behind the mark.
    let is_cut = kind == ImageType::Png && !tail.windows(4).any(|bytes| bytes == b"IEND");
    if is_cut { Err(PhotoError::Truncated) } else { Ok(()) }
}

/// What to say of a file that no decoder takes, by its first bytes.
pub fn undecodable(head: &[u8]) -> PhotoError {
    let begins = |at: usize, magic: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(magic));
    let format = match imagesize::image_type(head) {
        Ok(ImageType::Heif(Compression::Av1)) => PictureFormat::Avif,
        Ok(ImageType::Heif(Compression::Hevc)) => PictureFormat::Heic,
        // Films are in the same container.
        Ok(ImageType::Heif(_)) if begins(8, b"mif") || begins(8, b"msf") => PictureFormat::Heic,
        Ok(ImageType::Tiff) => PictureFormat::Tiff,
        Ok(ImageType::Jxl) => PictureFormat::JpegXl,
        Ok(ImageType::Psd) => PictureFormat::Psd,
        Ok(ImageType::Bmp) => PictureFormat::Bmp,
        _ if begins(0, b"%PDF") => PictureFormat::Pdf,
        _ if begins(4, b"jP  ") => PictureFormat::Jpeg2000,
        _ if RAW.iter().any(|(at, magic)| begins(*at, magic)) => PictureFormat::Raw,
        _ => return PhotoError::Undecodable,
    };
    PhotoError::Format(format)
}

/// Whether a file begins as pictures do, decoded or not.
pub fn is_picture(head: &[u8]) -> bool {
    use ImageType::{Gif, Jpeg, Png, Webp};
    matches!(imagesize::image_type(head), Ok(Jpeg | Png | Gif | Webp))
        || undecodable(head) != PhotoError::Undecodable
}

/// Where in raw files that are no TIFFs there stands what: Canon's, Fujifilm's, Olympus', Panasonic's.
const RAW: [(usize, &[u8]); 4] = [(4, b"ftypcrx"), (0, b"FUJIFILM"), (0, b"IIRO"), (0, b"IIU\0")];

/// Judges a picture by its size in pixels.
///
/// # Errors
/// Where it is too small or too large.
pub fn admit_size(width: usize, height: usize) -> Result<(), PhotoError> {
    if width.min(height) < SHORTEST {
        Err(PhotoError::TooSmall { width, height })
    } else if width.saturating_mul(height) > MOST_PIXELS {
        Err(PhotoError::TooLarge { width, height })
    } else {
        Ok(())
    }
}

fn is_svg(head: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&head[..head.len().min(1024)]).to_lowercase();
    start.contains("<svg")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(name: &str) -> Result<(), PhotoError> {
        let path = format!("{}/../../tests/golden/photos/{name}", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        admit(&bytes, &bytes)
    }

    #[test]
    fn every_kind_of_picture() {
        for name in [
            "plain.jpg",
            "exif6.jpg",
            "cmyk.jpg",
            "grey.jpg",
            "palette.png",
            "rgb16.png",
            "transparent.png",
            "animated.gif",
            "webp.webp",
        ] {
            assert_eq!(judge(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn every_kind_of_refusal() {
        assert_eq!(judge("empty.jpg"), Err(PhotoError::Empty));
        assert_eq!(judge("not-an-image.jpg"), Err(PhotoError::Undecodable));
        assert_eq!(judge("drawing.svg"), Err(PhotoError::Vector));
        assert_eq!(judge("one.png"), Err(PhotoError::TooSmall { width: 1, height: 1 }));
        assert_eq!(judge("huge.png"), Err(PhotoError::TooLarge { width: 20_000, height: 20_000 }));
    }

    #[test]
    fn formats_that_few_decoders_know() {
        let heic =
            std::fs::read(format!("{}/../../tests/cases/photos/heic.heic", env!("CARGO_MANIFEST_DIR")));
        let heic = heic.unwrap_or_default();
        for (head, format) in [
            (&heic[..], PictureFormat::Heic),
            (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", PictureFormat::Avif),
            (b"II*\0\x08\0\0\0\x10\0\0\x01", PictureFormat::Tiff),
            (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", PictureFormat::Raw),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", PictureFormat::Heic),
            (b"FUJIFILMCCD-RAW 0201", PictureFormat::Raw),
            (b"\0\0\0\x0cjP  \r\n\x87\n", PictureFormat::Jpeg2000),
            (b"\xff\x0a\xfa\x1f\x01\x91\x08\x06\x01\0\0\0", PictureFormat::JpegXl),
            (b"8BPS\0\x01\0\0\0\0\0\0\0\x03", PictureFormat::Psd),
            (b"%PDF-1.7\n", PictureFormat::Pdf),
        ] {
            assert_eq!(undecodable(head), PhotoError::Format(format));
        }
        assert_eq!(undecodable(b"words"), PhotoError::Undecodable);
        assert_eq!(undecodable(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"), PhotoError::Undecodable, "a film");
    }
}
