//! The engine's variants: the one table of them, best first. The page learns of it through engine/variants.json.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::{remap, sh};

/// The target that every variant is built for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// One way to build the engine.
#[derive(Debug)]
pub struct Variant {
    /// Its name, in addresses, messages and folders.
    pub name: &'static str,
    /// Whether it shares memory with threads.
    threads: bool,
    /// Whether it has the instructions of relaxed SIMD.
    relaxed: bool,
}

/// The variants, the best first.
pub const VARIANTS: &[Variant] = &[
    Variant { name: "threads-relaxed", threads: true, relaxed: true },
    Variant { name: "threads", threads: true, relaxed: false },
    Variant { name: "plain", threads: false, relaxed: false },
];

/// Has getrandom, which tract brings along, take the browser's randomness.
const RANDOM: &str = "--cfg=getrandom_backend=\"wasm_js\"";

/// The variant of a name.
pub fn named(name: &str) -> Result<&'static Variant> {
    VARIANTS.iter().find(|variant| variant.name == name).with_context(|| {
        let names: Vec<_> = VARIANTS.iter().map(|variant| variant.name).collect();
        format!("there is no engine variant {name}; there are: {}", names.join(", "))
    })
}

impl Variant {
    /// A cargo subcommand on the engine, with this variant's flags and a target folder for builds with the same flags (among
    /// others, each would evict the other's builds).
    pub fn cargo(&self, subcommand: &str) -> Result<Command> {
        let mut cargo = sh::cargo();
        cargo
            .args([subcommand, "--package", "vggscope-engine", "--target", TARGET, "--target-dir"])
            .arg(self.builds())
            .env_remove("RUSTFLAGS")
            .env("CARGO_ENCODED_RUSTFLAGS", [self.flags(), remap::flags()?].concat().join("\u{1f}"));
        if self.threads {
            // Shared memory needs a standard library that was built for it, and an unstable option. `test` is named though only
            // tests need it: all else would be built twice, once with it among what there is and once without.
            cargo
                .args(["--features", "threads", "-Zbuild-std=std,panic_abort,test"])
                .env("RUSTC_BOOTSTRAP", "1");
        }
        if self.relaxed {
            cargo.args(["--features", "relaxed"]);
        }
        Ok(cargo)
    }

    /// The compiler's flags.
    fn flags(&self) -> Vec<String> {
        let mut features = "-Ctarget-feature=+simd128".to_owned();
        let mut flags = vec![RANDOM.to_owned()];
        if self.threads {
            features += ",+atomics,+bulk-memory,+mutable-globals";
            flags.extend(["--shared-memory", "--import-memory", "--max-memory=4294967296"].map(link));
            flags.extend(
                ["__wasm_init_tls", "__tls_size", "__tls_align", "__tls_base"]
                    .map(|name| link(&format!("--export={name}"))),
            );
        }
        flags.push(features);
        flags
    }

    /// What the browser must have; www/engine.js probes for each of these names.
    fn requires(&self) -> Vec<&'static str> {
        let threads = ["isolation", "shared-memory", "threads"];
        let mut requires = if self.threads { threads.to_vec() } else { vec!["simd"] };
        if self.relaxed {
            requires.push("relaxed-simd");
        }
        requires
    }

    /// Where cargo builds it, with others of the same flags.
    pub fn builds(&self) -> PathBuf {
        sh::target().join("engine").join(if self.threads { "threads" } else { "plain" })
    }

    /// Where its modules stand.
    pub fn modules(&self) -> PathBuf {
        sh::target().join("engine").join("modules").join(self.name)
    }
}

fn link(argument: &str) -> String {
    format!("-Clink-arg={argument}")
}

/// A variant that was built.
#[derive(Debug)]
pub struct Built<'a> {
    /// Which.
    pub variant: &'a Variant,
    /// Its folder on the page, beside the list.
    pub folder: String,
    /// The pages of 64 KiB that its memory begins with, if it is shared; whoever makes it must know.
    pub initial: Option<u32>,
}

/// The variants that were built as the page reads them: modules relative to the list itself, and requirements.
pub fn list(built: &[Built]) -> Result<String> {
    #[derive(Serialize)]
    struct Entry<'a> {
        name: &'a str,
        module: String,
        requires: Vec<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        initial: Option<u32>,
    }
    let entries: Vec<_> = built
        .iter()
        .map(|Built { variant, folder, initial }| Entry {
            name: variant.name,
            module: format!("{folder}/vggscope_engine.js"),
            requires: variant.requires(),
            initial: *initial,
        })
        .collect();
    Ok(serde_json::to_string_pretty(&entries)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_probes_for_every_requirement() -> Result<()> {
        let loader = std::fs::read_to_string(sh::root().join("www/engine.js"))?;
        for feature in VARIANTS.iter().flat_map(Variant::requires) {
            let probe = [format!("'{feature}': () =>"), format!("  {feature}: () =>")];
            assert!(
                probe.iter().any(|probe| loader.contains(probe)),
                "www/engine.js has no probe for {feature}"
            );
        }
        Ok(())
    }

    #[test]
    fn the_list_keeps_the_order() -> Result<()> {
        let built: Vec<_> = VARIANTS
            .iter()
            .map(|variant| Built { variant, folder: variant.name.to_owned(), initial: None })
            .collect();
        let list = list(&built)?;
        let places: Vec<_> =
            VARIANTS.iter().map(|variant| list.find(&format!("\"{}\"", variant.name))).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{list}");
        Ok(())
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let message = named("fast").err().map(|error| error.to_string()).unwrap_or_default();
        assert!(message.contains("threads, plain"), "{message}");
    }
}
