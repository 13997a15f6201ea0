//! What the benchmark's page measured, as a table and as JSON.

use std::fmt::{self, Display, Formatter};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

/// All results of one benchmark.
#[derive(Debug, Deserialize, Serialize)]
pub struct Report {
    /// The browser, in its own words.
    browser: String,
    /// Its number of processors.
    cores: u32,
    /// One entry per contender.
    runs: Vec<Run>,
    /// One entry per opening of the page.
    #[serde(default)]
    page: Vec<Opening>,
}

/// What a person waits for after opening the page.
#[derive(Debug, Deserialize, Serialize)]
struct Opening {
    /// Milliseconds to the first paint of the app.
    paint_ms: f64,
    /// Milliseconds to the answer on a sample photo.
    answer_ms: f64,
    /// Milliseconds from choosing a layer of 512 maps to its picture.
    draw_ms: f64,
    /// Milliseconds from pointing at a unit to its field on the photo.
    field_ms: f64,
    /// Milliseconds from pointing at a unit to its arithmetic.
    sum_ms: f64,
    /// Milliseconds from asking for an occlusion map to its first row.
    occlusion_ms: f64,
}

/// The results of one contender.
#[derive(Debug, Deserialize, Serialize)]
struct Run {
    who: String,
    threads: u32,
    /// Milliseconds from nothing to ready, fetching included.
    load_ms: f64,
    /// Milliseconds of each run.
    run_ms: Vec<f64>,
    /// The largest difference of its output from the reference's, as a share of the largest value.
    difference: f64,
    /// The median of `run_ms`.
    #[serde(default)]
    median_ms: f64,
    /// The median divided by the reference's with as many threads.
    #[serde(default)]
    ratio: Option<f64>,
}

/// The contender that the others are compared with.
const REFERENCE: &str = "onnxruntime-web";

impl Report {
    /// Reads what the two pages posted, the contenders' and the app's own; works out medians and ratios.
    pub fn parse(runs: &str, page: &str) -> Result<Self> {
        const OTHER: &str = "the page posted something else than results";
        let mut report: Self = serde_json::from_str(runs).context(OTHER)?;
        report.page = serde_json::from_str(page).context(OTHER)?;
        for run in &mut report.runs {
            ensure!(!run.run_ms.is_empty(), "{} has no run", run.who);
            run.median_ms = median(&run.run_ms);
        }
        let references: Vec<_> = report
            .runs
            .iter()
            .filter(|run| run.who == REFERENCE)
            .map(|run| (run.threads, run.median_ms))
            .collect();
        for run in report.runs.iter_mut().filter(|run| run.who != REFERENCE) {
            let reference = references.iter().find(|(threads, _)| *threads == run.threads);
            run.ratio = reference.map(|(_, median)| run.median_ms / median);
        }
        Ok(report)
    }

    /// The report as a JSON text.
    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({} processors)", self.browser, self.cores)?;
        writeln!(
            f,
            "{:<20} {:>7} {:>10} {:>21} {:>8} {:>9} {:>11}",
            "one run", "threads", "median ms", "least to most ms", "ratio", "ready ms", "difference"
        )?;
        for run in &self.runs {
            let least = run.run_ms.iter().copied().fold(f64::INFINITY, f64::min);
            let most = run.run_ms.iter().copied().fold(0.0, f64::max);
            let ratio = run.ratio.map_or_else(|| "1".to_owned(), |ratio| format!("{ratio:.2}"));
            writeln!(
                f,
                "{:<20} {:>7} {:>10.0} {:>21} {ratio:>8} {:>9.0} {:>11.1e}",
                run.who,
                run.threads,
                run.median_ms,
                format!("{least:.0} to {most:.0}"),
                run.load_ms,
                run.difference
            )?;
        }
        let rounds = self.runs.first().map_or(0, |run| run.run_ms.len());
        writeln!(f, "ratio: median over {REFERENCE}'s with as many threads; {rounds} runs each, by turns")?;
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

    #[test]
    fn medians_and_ratios() -> Result<()> {
        let report = Report::parse(
            r#"{"browser": "B", "cores": 2, "runs": [
                {"who": "vggscope", "threads": 1, "load_ms": 9, "run_ms": [30, 10, 20], "difference": 0},
                {"who": "onnxruntime-web", "threads": 1, "load_ms": 9, "run_ms": [10, 40], "difference": 0},
                {"who": "vggscope", "threads": 2, "load_ms": 9, "run_ms": [5], "difference": 0}]}"#,
            r#"[{"paint_ms": 1, "answer_ms": 2, "draw_ms": 3, "field_ms": 4, "sum_ms": 5, "occlusion_ms": 6}]"#,
        )?;
        let ratios: Vec<_> = report.runs.iter().map(|run| (run.median_ms, run.ratio)).collect();
        assert_eq!(ratios, [(20.0, Some(0.8)), (25.0, None), (5.0, None)]);
        Ok(())
    }

    #[test]
    fn results_without_a_run_are_refused() {
        let json = r#"{"browser": "B", "cores": 2, "runs": [{"who": "x", "threads": 1, "load_ms": 9, "run_ms": [], "difference": 0}]}"#;
        assert!(Report::parse(json, "[]").is_err());
    }
}
