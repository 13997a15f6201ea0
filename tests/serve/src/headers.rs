//! The headers that Trunk.toml has `trunk serve` send: read from there, so that tests see the page under the same rules.

use std::{collections::BTreeMap, io, path::Path};

use serde::Deserialize;

/// The headers without which a page is not cross-origin isolated.
const ISOLATION: [&str; 2] = ["Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy"];

/// One header of an HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name, in any case.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Reads the table `serve.headers` of the Trunk.toml at `path`.
///
/// # Errors
/// The file cannot be read, or has no such table of strings.
pub fn trunk_headers(path: &Path) -> io::Result<Vec<Header>> {
    #[derive(Deserialize)]
    struct Trunk {
        serve: Serve,
    }
    #[derive(Deserialize)]
    struct Serve {
        headers: BTreeMap<String, String>,
    }
    let trunk: Trunk = toml::from_str(&std::fs::read_to_string(path)?).map_err(io::Error::other)?;
    Ok(trunk.serve.headers.into_iter().map(|(name, value)| Header { name, value }).collect())
}

/// The same headers as a server sends that knows nothing of cross-origin isolation.
pub fn without_isolation(mut headers: Vec<Header>) -> Vec<Header> {
    headers.retain(|header| !ISOLATION.iter().any(|name| header.name.eq_ignore_ascii_case(name)));
    headers
}
