//! Whether a file is worth decoding, judged by its first and last bytes: a picture of ten kilobytes can claim
//! gigabytes of pixels, and a decoder may fill what is missing with grey.

use crate::error::PhotoError;

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
            PhotoError::Undecodable
        });
    };
    if let Ok(size) = imagesize::blob_size(head) {
        admit_size(size.width, size.height)?;
    }
    // Both marks may be followed by other data, so they are looked for anywhere near the end.
    let end: Option<&[u8]> = match kind {
        imagesize::ImageType::Jpeg => Some(&[0xFF, 0xD9]),
        imagesize::ImageType::Png => Some(b"IEND"),
        _ => None,
    };
    match end {
        Some(end) if !tail.windows(end.len()).any(|bytes| bytes == end) => Err(PhotoError::Truncated),
        _ => Ok(()),
    }
}

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
        assert_eq!(judge("truncated.jpg"), Err(PhotoError::Truncated));
        assert_eq!(judge("one.png"), Err(PhotoError::TooSmall { width: 1, height: 1 }));
        assert_eq!(judge("huge.png"), Err(PhotoError::TooLarge { width: 20_000, height: 20_000 }));
    }
}
