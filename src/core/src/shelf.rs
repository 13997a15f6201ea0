//! The models that stand ready on the page's own server, as `cargo xtask models` puts them there.

/// One model on the shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Its file's name, to be shown and to be fetched.
    pub file: String,
    /// Its size.
    pub bytes: u64,
}

/// Reads the shelf's list: file and size in bytes, one model a line, under a header line.
pub fn parse(tsv: &str) -> Vec<Ready> {
    let rows = tsv.lines().skip(1).filter_map(|row| {
        let (file, bytes) = row.split_once('\t')?;
        Some(Ready { file: file.to_owned(), bytes: bytes.trim_end().parse().ok()? })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list() {
        assert_eq!(parse("file\tbytes\n"), []);
        let ready = parse("file\tbytes\na b.onnx\t12\r\nbroken\nc.onnx\tmany\n");
        assert_eq!(ready, [Ready { file: "a b.onnx".into(), bytes: 12 }]);
    }
}
