//! What a person dropped, picked or pasted, and what each file is taken for: by its name and its type, and where both say nothing
//! by its first bytes.

use crate::error::{PhotoError, PictureFormat};
use crate::image::is_picture;
use crate::model;

use super::event::FileId;

/// A file, or a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Where the browser's side keeps it.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// The media type that the browser gives it; may be empty.
    pub media: String,
    /// Its size.
    pub bytes: u64,
    /// The path of the folder that it came in; empty of a file that was given by itself.
    pub within: String,
    /// Its first bytes, where they were asked for.
    pub head: Vec<u8>,
    /// Of a folder, how far it was read; what it holds are items of their own.
    pub folder: Option<Folder>,
}

/// How far a folder was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folder {
    /// All of it.
    Whole,
    /// Up to the bounds.
    Partly,
}

/// The most files and folders of a folder that are looked at.
pub const MOST_ENTRIES: usize = 6000;
/// How deep below a folder.
pub const DEEPEST: usize = 4;

/// What a file is taken for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    Photo,
    Model,
    Labels,
    Refused(PhotoError),
}

/// What names of photos end with, for which not every system knows a type.
pub const PHOTOS: [&str; 12] =
    [".jpg", ".jpeg", ".jfif", ".png", ".webp", ".gif", ".avif", ".bmp", ".heic", ".heif", ".tif", ".tiff"];
/// What files of class names end with.
pub const LABELS: [&str; 9] =
    [".txt", ".json", ".names", ".labels", ".yaml", ".yml", ".pbtxt", ".csv", ".tsv"];

/// What names of lists of class names have in them, among other text files of a folder.
const LISTS: [&str; 4] = ["label", "class", "synset", "names"];

impl Item {
    /// Whether only its first bytes can tell what it is.
    pub fn wants_head(&self) -> bool {
        self.folder.is_none() && self.named_kind().is_none()
    }

    /// Whether it is an archive, which may hold photos.
    pub(super) fn is_archive(&self) -> bool {
        self.folder.is_none() && self.name.to_lowercase().ends_with(".zip")
    }

    pub(super) fn kind(&self) -> FileKind {
        self.named_kind().unwrap_or_else(|| {
            if is_picture(&self.head) {
                FileKind::Photo
            } else if model::begins(&self.head) {
                FileKind::Model
            } else {
                FileKind::Refused(PhotoError::UnknownKind)
            }
        })
    }

    /// What its name and its type say.
    fn named_kind(&self) -> Option<FileKind> {
        let name = self.name.to_lowercase();
        let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
        Some(if ends(&model::EXTENSIONS) {
            FileKind::Model
        } else if ends(&LABELS) {
            FileKind::Labels
        } else if ends(&[".svg"]) || self.media == "image/svg+xml" {
            FileKind::Refused(PhotoError::Vector)
        } else if ends(&[".pdf"]) {
            FileKind::Refused(PhotoError::Format(PictureFormat::Pdf))
        } else if self.media.starts_with("image/") || ends(&PHOTOS) {
            FileKind::Photo
        } else if self.media.is_empty() || self.media == "application/octet-stream" {
            return None;
        } else {
            FileKind::Refused(PhotoError::UnknownKind)
        })
    }

    /// Whether it is one of a folder's files that nobody meant.
    pub(super) fn is_bystander(&self) -> bool {
        let name = self.name.to_lowercase();
        let is_meant = match self.kind() {
            FileKind::Labels => LISTS.iter().any(|list| name.contains(list)),
            kind => !matches!(kind, FileKind::Refused(_)),
        };
        !self.within.is_empty() && !is_meant
    }
}
