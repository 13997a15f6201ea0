//! What a move of the pointer costs the page's main thread: over a large map of 56x56 units with its arithmetic open, by
//! Chromium's own counters. `cargo xtask bench` runs it; it prints one line of JSON.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use vggscope_e2e::fixtures::SAMPLES;
use vggscope_e2e::{Harness, Profile, Scenario};

/// Moves that are measured, and those before, which fill the caches.
const MOVES: u32 = 100;
const BEFORE: u32 = 20;

fn main() -> Result<()> {
    let shots = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tmp/e2e");
    Harness::set(shots)?.play(Scenario { name: "pointer", play: |harness| Box::pin(measure(harness)) })
}

async fn measure(harness: &Harness) -> Result<()> {
    let page = harness.open_at(Profile::default(), harness.server(), "#/layer/7/7").await?;
    let cat = SAMPLES.first().context("no sample photo")?;
    page.click("button", cat.title).await?;
    page.answer().await?;
    page.find("group", "conv3_1 7").await?;
    // A unit a frame, as a hand moves; each waits until its arithmetic stands there.
    let moves = |count: u32| {
        format!(
            "return (async () => {{
                const map = document.querySelector('.large');
                const name = () => document.querySelector('.breakdown h2 small')?.textContent;
                const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
                const box = map.getBoundingClientRect();
                for (let at = 0; at < {count}; at++) {{
                    const [row, column] = [10 + Math.floor(at / 40), 8 + at % 40];
                    const clientX = box.left + (column + 0.5) / 56 * box.width;
                    const clientY = box.top + (row + 0.5) / 56 * box.height;
                    const before = name();
                    map.dispatchEvent(new PointerEvent('pointermove', {{ bubbles: true, clientX, clientY }}));
                    for (let frames = 0; frames < 60 && name() === before; frames++) await frame();
                    await frame();
                }}
            }})()"
        )
    };
    page.js(&moves(BEFORE), vec![]).await?;
    let start = page.metrics().await?;
    page.js(&moves(MOVES), vec![]).await?;
    let end = page.metrics().await?;
    let each = |name: &str| -> Result<f64> {
        let [start, end] = [&start, &end].map(|metrics| metrics.get(name).copied());
        Ok((end.context("no such metric")? - start.context("no such metric")?) * 1e3 / f64::from(MOVES))
    };
    let (script, layout) = (each("ScriptDuration")?, each("LayoutDuration")? + each("RecalcStyleDuration")?);
    let task = each("TaskDuration")?;
    ensure!(task > 0.0, "nothing was measured");
    println!("{}", json!({ "script_ms": script, "layout_ms": layout, "task_ms": task }));
    Ok(())
}
