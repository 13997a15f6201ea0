//! Comma-separated values (RFC 4180).

/// One record, quoted where it must be, with the end of its line.
pub fn record(fields: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|field| quoted(field.as_ref())).collect();
    fields.join(",") + "\r\n"
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// The cells of a line; quotes hold marks together.
pub fn cells(line: &str, mark: char) -> Vec<&str> {
    let mut quoted = false;
    let parts = line.split(move |letter: char| {
        quoted ^= letter == '"';
        letter == mark && !quoted
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting() {
        assert_eq!(record(["a", "b,c", "d\"e", "f\ng", ""]), "a,\"b,c\",\"d\"\"e\",\"f\ng\",\r\n");
    }
}
