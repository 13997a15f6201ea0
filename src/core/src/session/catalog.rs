//! The models that stand ready on the page's own server, as `cargo xtask models` puts them there.

/// One model of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogEntry {
    /// Its file's name, to be shown and to be fetched.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// The SHA-256 of its bytes, by which a browser keeps it; nothing where it is not known.
    pub sha256: String,
}

/// The SHA-256 of the model that comes with the page.
pub const DEFAULT_SHA256: &str = "a9a5c7739e5dfe08587e7e67376d7cf5bf2bf6da8dfeeba1fd6b051618213153";

/// The address of that model: its name says what is in it, so that browsers may keep it for ever.
pub fn default_address() -> String {
    format!("models/vgg16-{}.onnx", &DEFAULT_SHA256[..12])
}

/// Reads the catalog's list: file, size in bytes and SHA-256, one model a line, under a header line.
pub fn parse(tsv: &str) -> Vec<CatalogEntry> {
    let rows = tsv.lines().skip(1).filter_map(|row| {
        let mut cells = row.trim_end().split('\t');
        let (file, bytes) = (cells.next()?.to_owned(), cells.next()?.parse().ok()?);
        Some(CatalogEntry { file, bytes, sha256: cells.next().unwrap_or_default().to_owned() })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list() {
        assert_eq!(parse("file\tbytes\tsha256\n"), []);
        let ready = parse("file\tbytes\tsha256\na b.onnx\t12\tabc\r\nbroken\nc.onnx\tmany\n");
        assert_eq!(ready, [CatalogEntry { file: "a b.onnx".into(), bytes: 12, sha256: "abc".into() }]);
    }
}
