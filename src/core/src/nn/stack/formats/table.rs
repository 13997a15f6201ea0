//! A stack as a table, one layer a row: in Markdown and as comma-separated values.

use super::refused;
use crate::csv::record;
use crate::nn::Window;
use crate::nn::stack::{Both, End, ParseError, ParseErrorKind, Row, Stack, StackLayer, StackLayerKind, pair};

const HEAD: [&str; 11] =
    ["layer", "kind", "kernel", "stride", "padding", "dilation", "output", "r", "S", "P", "centre"];
const INPUT: &str = "input";
/// What stands behind the kind of a pool whose size is rounded up.
const CEIL: &str = " (ceil)";

/// As Markdown.
pub fn markdown(stack: &Stack, rows: &[Row]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule = format!("|{}\n", "---|".repeat(HEAD.len()));
    let mut lines = table(stack, rows).into_iter();
    let head = lines.next().map(|cells| line(&cells)).unwrap_or_default();
    head + &rule + &lines.map(|cells| line(&cells)).collect::<String>()
}

/// As comma-separated values.
pub fn csv(stack: &Stack, rows: &[Row]) -> String {
    table(stack, rows).into_iter().map(record).collect()
}

/// The stack of either.
pub fn read(text: &str) -> Result<Stack, ParseError> {
    let mut stack = Stack { input: [224, 224], layers: Vec::new() };
    let mut found = false;
    for (part, line) in text.lines().enumerate() {
        let bare = line.trim().trim_matches('|');
        // Spreadsheets put semicolons between cells in some countries, and cells in quotes.
        let mark = ['|', ';'].into_iter().find(|mark| line.contains(*mark)).unwrap_or(',');
        let cells: Vec<String> =
            bare.split(mark).map(|cell| cell.trim().trim_matches('"').trim().to_lowercase()).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let [_, kind, kernel, stride, padding, dilation, output, ..] = cells[..] else { continue };
        let (kind, ceil) = kind.strip_suffix(CEIL).map_or((kind, false), |kind| (kind, true));
        let fail = |kind| refused(part, line, kind);
        if kind == INPUT {
            stack.input = pair(output).map_err(fail)?;
            found = true;
        } else if let Some(kind) = StackLayerKind::ALL.into_iter().find(|one| name(*one) == kind) {
            let numbers = [kernel, stride, padding, dilation];
            stack.layers.push(StackLayer::read(kind, numbers, ceil).map_err(fail)?);
            found = true;
        } else if !line.contains("---") && kind != HEAD[1] {
            return Err(fail(ParseErrorKind::Form));
        }
    }
    if found { Ok(stack) } else { Err(refused(0, text, ParseErrorKind::Form)) }
}

/// The table's cells, its head first.
fn table(stack: &Stack, rows: &[Row]) -> Vec<Vec<String>> {
    let head = HEAD.map(str::to_owned).to_vec();
    let input = Both(stack.input).to_string();
    let first = ["0", INPUT, "", "", "", "", &input, "1", "1", "0", "0"].map(str::to_owned).to_vec();
    let layers = stack.layers.iter().zip(rows).enumerate().map(|(at, (step, row))| {
        let Window { kernel, stride, dilation, .. } = step.window;
        let [down, across] = &row.reach;
        let ceil = if step.end == End::Ceil { CEIL } else { "" };
        let mut cells = vec![(at + 1).to_string(), format!("{}{ceil}", name(step.kind))];
        let [kernel, stride, dilation, size] =
            [kernel, stride, dilation, row.size].map(|both| Both(both).to_string());
        cells.extend([kernel, stride, step.padding(), dilation, size]);
        cells.push(either(down.size(), across.size()));
        cells.push(either(down.stride(), across.stride()));
        cells.push(either(-down.first(), -across.first()));
        cells.push(either(down.centre(), across.centre()));
        cells
    });
    [head, first].into_iter().chain(layers).collect()
}

/// One number where both axes agree, else rows x columns.
fn either<T: PartialEq + ToString>(rows: T, columns: T) -> String {
    if rows == columns { rows.to_string() } else { format!("{}x{}", rows.to_string(), columns.to_string()) }
}

fn name(kind: StackLayerKind) -> &'static str {
    match kind {
        StackLayerKind::Convolution => "convolution",
        StackLayerKind::MaxPool => "max pool",
        StackLayerKind::AveragePool => "average pool",
        StackLayerKind::Transposed => "transposed convolution",
    }
}
