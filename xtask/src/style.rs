//! The page's style: the sheets that stand beside its components, as one file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::sh;

/// Where components and their sheets are.
const SOURCE: &str = "src/app/src/ui";
/// The sheet that says in which order layers win.
const FIRST: &str = "style/tokens.css";

/// Writes `out`/style.css.
pub fn stage(out: &Path) -> Result<()> {
    let target = out.join("style.css");
    fs::write(&target, bundle()?).with_context(|| format!("cannot write {}", target.display()))
}

/// All sheets, one after the other: the tokens, then by path, since layers decide what wins and not the order.
fn bundle() -> Result<String> {
    let folder = sh::root().join(SOURCE);
    let first = folder.join(FIRST);
    let mut sheets = sheets(&folder)?;
    sheets.sort_by_key(|sheet| (*sheet != first, sheet.clone()));
    let read = |sheet: &PathBuf| {
        fs::read_to_string(sheet).with_context(|| format!("cannot read {}", sheet.display()))
    };
    sheets.iter().map(read).collect()
}

fn sheets(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sheets(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "css") {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_layers_comes_first_and_every_rule_is_in_a_layer() -> Result<()> {
        let all = bundle()?;
        let rules = all.lines().filter(|line| line.ends_with('{') && !line.starts_with([' ', '@']));
        assert_eq!(rules.collect::<Vec<_>>(), [""; 0]);
        let order = all.find("@layer tokens, base, controls, pages;");
        assert!(order.is_some_and(|order| order < all.find('{').unwrap_or_default()), "{order:?}");
        Ok(())
    }

    /// A sheet of a component names it, so that no class leaks into another.
    #[test]
    fn sheets_of_components_are_scoped() -> Result<()> {
        for sheet in sheets(&sh::root().join(SOURCE))? {
            let text = fs::read_to_string(&sheet)?;
            let scoped = text.lines().nth(1).is_some_and(|line| line.trim().starts_with("@scope ("));
            assert!(scoped || sheet.to_string_lossy().contains("/style/"), "{}", sheet.display());
        }
        Ok(())
    }
}
