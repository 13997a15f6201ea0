//! What the benchmark's pages measured, as tables and as JSON.

use std::fmt::{self, Display, Formatter};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::cases::{ENGINE, PEER};

/// All results of one benchmark.
#[derive(Debug, Deserialize, Serialize)]
pub struct Report {
    /// The browser, in its own words.
    browser: String,
    /// Its number of processors.
    cores: u32,
    /// What was run.
    cases: Vec<Case>,
    /// One entry per opening of the page.
    #[serde(default)]
    page: Vec<Opening>,
    /// What a move of the pointer costs.
    #[serde(default)]
    pointer: Option<Pointer>,
    /// Bytes of WebAssembly modules, compressed by Brotli.
    #[serde(default)]
    modules: Vec<(String, usize)>,
}

/// What a move of the pointer over a large map, its arithmetic open, costs the main thread, in milliseconds.
#[derive(Debug, Deserialize, Serialize)]
struct Pointer {
    /// Script.
    script_ms: f64,
    /// Style and layout.
    layout_ms: f64,
    /// All tasks, painting included.
    task_ms: f64,
}

/// One network on one input.
#[derive(Debug, Deserialize, Serialize)]
struct Case {
    name: String,
    runs: Vec<Run>,
    /// Milliseconds of native onnxruntime on one thread.
    #[serde(default)]
    native_ms: Vec<f64>,
}

/// What a person waits for after opening the page, in milliseconds.
#[derive(Debug, Deserialize, Serialize)]
struct Opening {
    /// To the first paint of the app.
    paint_ms: f64,
    /// To the answer on a sample photo.
    answer_ms: f64,
    /// From choosing a layer of 512 maps to its picture.
    draw_ms: f64,
    /// From pointing at a unit to its field on the photo.
    field_ms: f64,
    /// From pointing at a unit to its arithmetic.
    sum_ms: f64,
    /// From asking for an occlusion map to its first row.
    occlusion_ms: f64,
}

/// The results of one contender.
#[derive(Debug, Deserialize, Serialize)]
struct Run {
    who: String,
    variant: Option<String>,
    threads: u32,
    /// Milliseconds from nothing to ready, fetching included.
    load_ms: f64,
    /// Milliseconds of each run.
    run_ms: Vec<f64>,
    /// The same of runs that look at nothing but the scores.
    bare_ms: Vec<f64>,
    /// The same of whole runs that were measured beside those.
    tapped_ms: Vec<f64>,
    /// Of each run: milliseconds to compute and to report each layer.
    times: Vec<Vec<f64>>,
    /// A line for each layer: name, algorithm, multiply-accumulate operations, those done, bytes.
    #[serde(default)]
    layers: String,
    /// Bytes of WebAssembly memory in the end.
    memory: Option<f64>,
    /// What one thread can do at most: multiply-accumulate operations a second, bytes a second.
    peak: Option<[f64; 2]>,
    /// The largest difference of its output from the peer's, as a share of the largest value.
    difference: f64,
}

/// One layer of a run.
struct LayerTime<'a> {
    name: &'a str,
    algorithm: &'a str,
    macs: f64,
    ms: f64,
    /// The least time that its multiplications or its bytes take, over the time that it took.
    share: f64,
}

impl Report {
    /// Reads what the two pages posted, the contenders' and the app's own.
    pub fn parse(runs: &str, page: &str) -> Result<Self> {
        const OTHER: &str = "the page posted something else than results";
        let mut report: Self = serde_json::from_str(runs).context(OTHER)?;
        report.page = serde_json::from_str(page).context(OTHER)?;
        for case in &report.cases {
            for run in &case.runs {
                ensure!(!run.run_ms.is_empty(), "{}: {} has no run", case.name, run.who);
            }
        }
        Ok(report)
    }

    /// Adds what the measurement of a move of the pointer printed.
    pub fn add_pointer(&mut self, said: &str) -> Result<()> {
        self.pointer = Some(serde_json::from_str(said).context("the pointer's measurement is none")?);
        Ok(())
    }

    /// Adds what native onnxruntime took, case by case.
    pub fn add_native(&mut self, native: Vec<Vec<f64>>) {
        for (case, native) in self.cases.iter_mut().zip(native) {
            case.native_ms.extend(native);
        }
    }

    /// Adds how large modules are.
    pub fn add_modules(&mut self, modules: Vec<(String, usize)>) {
        self.modules = modules;
    }

    /// The report as a JSON text.
    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }
}

impl Case {
    /// The peer's run with as many threads.
    fn peer(&self, run: &Run) -> Option<&Run> {
        self.runs.iter().find(|other| other.who == PEER && other.threads == run.threads && run.who != PEER)
    }
}

impl Run {
    fn title(&self) -> String {
        self.variant.as_ref().map_or_else(|| self.who.clone(), |variant| format!("{}, {variant}", self.who))
    }

    /// What taps and reports cost, as a share of the run.
    fn cost(&self) -> Option<f64> {
        (!self.bare_ms.is_empty()).then(|| median(&self.tapped_ms) / median(&self.bare_ms) - 1.0)
    }

    fn layers(&self) -> Vec<LayerTime<'_>> {
        let Some([rate, bandwidth]) = self.peak else { return Vec::new() };
        let mut layers = Vec::new();
        for (at, line) in self.layers.lines().enumerate() {
            let [name, algorithm, numbers @ ..] = &line.split('\t').collect::<Vec<_>>()[..] else { continue };
            let numbers: Vec<f64> = numbers.iter().filter_map(|number| number.parse().ok()).collect();
            let [macs, done, bytes] = numbers[..] else { continue };
            let times: Vec<_> = self.times.iter().filter_map(|times| times.get(2 * at).copied()).collect();
            let ms = median(&times);
            let bound = (done / rate).max(bytes / bandwidth) * 1e3 / f64::from(self.threads);
            layers.push(LayerTime { name, algorithm, macs, ms, share: bound / ms });
        }
        layers
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({} processors)", self.browser, self.cores)?;
        for case in &self.cases {
            let macs: f64 = case
                .runs
                .iter()
                .find(|run| run.who == ENGINE)
                .map_or(0.0, |run| run.layers().iter().map(|layer| layer.macs).sum());
            writeln!(f, "\n{} ({:.1} GMAC)", case.name, macs / 1e9)?;
            writeln!(
                f,
                "{:<18} {:>7} {:>9} {:>15} {:>6} {:>7} {:>8} {:>8} {:>6} {:>11}",
                "",
                "threads",
                "median ms",
                "range ms",
                "ratio",
                "GMAC/s",
                "ready ms",
                "of peer",
                "MB",
                "difference"
            )?;
            for run in &case.runs {
                writeln!(f, "{}", line(run, case.peer(run), macs))?;
            }
            if !case.native_ms.is_empty() {
                let native = median(&case.native_ms);
                let ours = case.runs.iter().find(|run| run.who == ENGINE && run.threads == 1);
                let ratio = ours.map_or(f64::NAN, |ours| median(&ours.run_ms) / native);
                writeln!(
                    f,
                    "{:<18} {:>7} {native:>9.0} {:>15} ({ENGINE} is {ratio:.2} of it)",
                    "native onnxruntime",
                    1,
                    range(&case.native_ms)
                )?;
            }
        }
        self.layers(f)?;
        writeln!(f)?;
        for (name, bytes) in &self.modules {
            writeln!(f, "{:>8.2} MB (brotli) {name}", *bytes as f64 / 1e6)?;
        }
        let rounds = self.cases.first().and_then(|case| case.runs.first()).map_or(0, |run| run.run_ms.len());
        writeln!(f, "ratio: median over {PEER}'s with as many threads; {rounds} runs each, by turns")?;
        if let Some(Pointer { script_ms, layout_ms, task_ms }) = self.pointer {
            writeln!(
                f,
                "a move of the pointer over a large map: script {script_ms:.1} ms, style and layout {layout_ms:.1} ms, \
                 all of the main thread {task_ms:.1} ms"
            )?;
        }
        if self.page.is_empty() {
            return Ok(());
        }
        let middle = |of: fn(&Opening) -> f64| median(&self.page.iter().map(of).collect::<Vec<_>>());
        write!(
            f,
            "page, median of {} openings: first paint {:.0} ms, answer on a sample photo {:.0} ms, 512 maps drawn {:.0} ms, \
             a unit's field {:.1} ms, its arithmetic {:.1} ms, first row of an occlusion map {:.0} ms",
            self.page.len(),
            middle(|page| page.paint_ms),
            middle(|page| page.answer_ms),
            middle(|page| page.draw_ms),
            middle(|page| page.field_ms),
            middle(|page| page.sum_ms),
            middle(|page| page.occlusion_ms)
        )
    }
}

impl Report {
    /// Each layer of the first case on one thread, against what the machine could do.
    fn layers(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some(case) = self.cases.first() else { return Ok(()) };
        let Some(run) = case.runs.iter().find(|run| run.who == ENGINE && run.threads == 1) else {
            return Ok(());
        };
        let (Some([rate, bandwidth]), Some(cost)) = (run.peak, run.cost()) else { return Ok(()) };
        writeln!(
            f,
            "\n{}, one thread, layer by layer; peak {:.1} GMAC/s, {:.1} GB/s; share: the least time that multiplications \
             done or bytes take, over the time taken",
            case.name,
            rate / 1e9,
            bandwidth / 1e9
        )?;
        writeln!(f, "{:<12} {:<10} {:>8} {:>8} {:>8} {:>6}", "layer", "by", "MMAC", "ms", "GMAC/s", "share")?;
        for layer in run.layers().iter().filter(|layer| layer.ms > 0.0) {
            writeln!(
                f,
                "{:<12} {:<10} {:>8.0} {:>8.2} {:>8.1} {:>6.2}",
                layer.name,
                layer.algorithm,
                layer.macs / 1e6,
                layer.ms,
                layer.macs / layer.ms / 1e6,
                layer.share
            )?;
        }
        writeln!(f, "taps and reports: {:.1} % of a run without", cost * 100.0)
    }
}

/// A contender's line of the table.
fn line(run: &Run, peer: Option<&Run>, macs: f64) -> String {
    let ms = median(&run.run_ms);
    let over =
        |of: &dyn Fn(&Run) -> f64| peer.map_or_else(String::new, |peer| format!("{:.2}", of(run) / of(peer)));
    format!(
        "{:<18} {:>7} {ms:>9.0} {:>15} {:>6} {:>7.1} {:>8.0} {:>8} {:>6} {:>11.1e}",
        run.title(),
        run.threads,
        range(&run.run_ms),
        over(&|run| median(&run.run_ms)),
        macs / ms / 1e6,
        run.load_ms,
        over(&|run| run.load_ms),
        run.memory.map_or_else(String::new, |bytes| format!("{:.0}", bytes / 1e6)),
        run.difference
    )
}

fn range(values: &[f64]) -> String {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    format!("{least:.0} to {most:.0}")
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.is_empty() {
        return f64::NAN;
    }
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(who: &str, threads: u32, run_ms: &str, more: &str) -> String {
        format!(
            r#"{{"who": "{who}", "threads": {threads}, "load_ms": 9, "run_ms": {run_ms}, "bare_ms": [], "tapped_ms": [], "times": [],
                "difference": 0{more}}}"#
        )
    }

    fn report(runs: &[String]) -> Result<Report> {
        let runs = runs.join(",");
        Report::parse(
            &format!(r#"{{"browser": "B", "cores": 2, "cases": [{{"name": "c", "runs": [{runs}]}}]}}"#),
            r#"[{"paint_ms": 1, "answer_ms": 2, "draw_ms": 3, "field_ms": 4, "sum_ms": 5, "occlusion_ms": 6}]"#,
        )
    }

    #[test]
    fn medians_and_ratios() -> Result<()> {
        let report = report(&[
            run(ENGINE, 1, "[30, 10, 20]", ""),
            run(PEER, 1, "[10, 40]", ""),
            run(ENGINE, 2, "[5]", ""),
        ])?;
        let case = &report.cases[0];
        let lines: Vec<_> = case.runs.iter().map(|run| line(run, case.peer(run), 0.0)).collect();
        assert!(lines[0].contains("20        10 to 30   0.80"), "{}", lines[0]);
        assert!(!lines[1].contains("0.80") && !lines[2].contains("1.00"), "{lines:?}");
        Ok(())
    }

    #[test]
    fn a_layers_share_is_of_what_bounds_it() -> Result<()> {
        // A billion multiplications at ten billion a second take 100 ms, a billion bytes at five 200 ms.
        let more = r#", "layers": "a\tWinograd\t4000000000\t1000000000\t8\nb\tPool\t0\t0\t1000000000\n",
            "peak": [1e10, 5e9]"#;
        let run = run(ENGINE, 1, "[1]", more).replace(r#""times": []"#, r#""times": [[200, 1, 400, 2]]"#);
        let report = report(&[run])?;
        let shares: Vec<_> = report.cases[0].runs[0].layers().iter().map(|layer| layer.share).collect();
        assert_eq!(shares, [0.5, 0.5]);
        Ok(())
    }

    #[test]
    fn results_without_a_run_are_refused() {
        assert!(report(&[run("x", 1, "[]", "")]).is_err());
    }
}
