//! Rooms import downwards only, in the order in which `lib.rs` lists them, so that there is no circle of imports.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// All source files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The rooms that a file imports: names behind `crate::`, comments and its own tests left out.
fn imports(source: &str) -> Vec<String> {
    let own = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let code: Vec<&str> = own.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    assert!(!code.contains("crate::{"), "rooms are imported one by one");
    let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    code.split("crate::").skip(1).map(name).collect()
}

#[test]
fn rooms_import_downwards_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let list = fs::read_to_string(root.join("lib.rs")).unwrap();
    let rooms: Vec<&str> =
        list.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut seen = 0;
    for file in files(&root) {
        let path = file.strip_prefix(&root).unwrap().with_extension("");
        let room = path.iter().next().unwrap().to_str().unwrap();
        let Some(level) = rooms.iter().position(|other| *other == room) else { continue };
        // Tests of a room may look at what lies above it.
        if path.iter().any(|folder| folder == "tests") {
            continue;
        }
        for import in imports(&fs::read_to_string(&file).unwrap()) {
            let below = rooms.iter().position(|other| *other == import);
            let below = below.unwrap_or_else(|| panic!("{}: no room {import}", path.display()));
            assert!(below <= level, "{} imports {import}, which lies above it", path.display());
            seen += usize::from(below < level);
        }
    }
    assert!(rooms.len() > 10 && seen > 50, "{seen} imports in {} rooms", rooms.len());
}
