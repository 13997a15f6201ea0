//! The engine's variants: the one table of them, best first. The page learns of it through engine/variants.json.

use std::process::Command;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::sh;

/// The target that every variant is built for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// One way to build the engine, and what a browser needs to run it.
#[derive(Debug)]
pub struct Variant {
    /// Its name, in addresses, messages and folders.
    pub name: &'static str,
    /// The compiler's flags.
    flags: &'static [&'static str],
    /// Cargo features of vggscope-engine.
    features: &'static [&'static str],
    /// Whether the standard library is built with the same flags: shared memory needs that, and an unstable option.
    build_std: bool,
    /// What the browser must have; www/engine.js probes for each of these names.
    requires: &'static [&'static str],
}

/// The variants, the best first.
pub const VARIANTS: &[Variant] = &[
    Variant {
        name: "threads",
        flags: &[
            "-Ctarget-feature=+atomics,+bulk-memory,+mutable-globals,+simd128,+relaxed-simd",
            "-Clink-arg=--shared-memory",
            "-Clink-arg=--import-memory",
            "-Clink-arg=--max-memory=4294967296",
            "-Clink-arg=--export=__wasm_init_tls",
            "-Clink-arg=--export=__tls_size",
            "-Clink-arg=--export=__tls_align",
            "-Clink-arg=--export=__tls_base",
            RANDOM,
        ],
        features: &["threads"],
        build_std: true,
        requires: &["isolation", "threads", "relaxed-simd"],
    },
    Variant {
        name: "plain",
        flags: &["-Ctarget-feature=+simd128", RANDOM],
        features: &[],
        build_std: false,
        requires: &["simd"],
    },
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
    /// A cargo subcommand on the engine, with this variant's flags and a target folder of its own (shared with another
    /// variant or the app, each would evict the other's builds).
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut cargo = sh::cargo();
        cargo
            .args([subcommand, "--package", "vggscope-engine", "--target", TARGET, "--target-dir"])
            .arg(self.folder())
            .env_remove("RUSTFLAGS")
            .env("CARGO_ENCODED_RUSTFLAGS", self.flags.join("\u{1f}"));
        if !self.features.is_empty() {
            cargo.args(["--features", &self.features.join(",")]);
        }
        if self.build_std {
            cargo.arg("-Zbuild-std=std,panic_abort").env("RUSTC_BOOTSTRAP", "1");
        }
        cargo
    }

    /// Where this variant is built.
    pub fn folder(&self) -> std::path::PathBuf {
        sh::target().join("engine").join(self.name)
    }
}

/// The table as the page reads it: names, modules relative to the list itself, requirements.
pub fn list() -> Result<String> {
    #[derive(Serialize)]
    struct Entry {
        name: &'static str,
        module: String,
        requires: &'static [&'static str],
    }
    let entries: Vec<_> = VARIANTS
        .iter()
        .map(|variant| Entry {
            name: variant.name,
            module: format!("{}/vggscope_engine.js", variant.name),
            requires: variant.requires,
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
        for feature in VARIANTS.iter().flat_map(|variant| variant.requires) {
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
        let list = list()?;
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
