//! A stack as a table, one layer a row: in Markdown and as comma-separated values.

use super::refused;
use crate::csv::{cells, record};
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

/// The stack of either, or of a table with other columns, by what stands above them.
pub fn read(text: &str) -> Result<Stack, ParseError> {
    let mut stack = Stack { input: [224, 224], layers: Vec::new() };
    let (mut size, mut found) = (stack.input, false);
    let mut columns: Vec<Option<Column>> = HEAD.iter().map(|head| column(head)).collect();
    for (part, line) in text.lines().enumerate() {
        let bare = line.trim().trim_matches('|');
        // Spreadsheets put semicolons between cells in some countries, and cells in quotes.
        let mark = ['|', ';'].into_iter().find(|mark| line.contains(*mark)).unwrap_or(',');
        // Others put other marks between rows and columns.
        let plain =
            |cell: &&str| cell.trim().trim_matches('"').trim().to_lowercase().replace([',', '*'], "x");
        let cells: Vec<String> = cells(bare, mark).iter().map(plain).collect();
        // What stands around a table, and the rule below its head.
        if cells.len() < 2 || line.chars().all(|letter| " |:-+=".contains(letter)) {
            continue;
        }
        let fail = |kind| refused(part, line, kind);
        let heads: Vec<Option<Column>> = cells.iter().map(|cell| column(cell)).collect();
        if heads.contains(&Some(Column::Kernel)) {
            if !stack.layers.is_empty() {
                return Err(fail(ParseErrorKind::Second));
            }
            let changes = |cell: &&String| {
                let words = ["pad", "ceil", "repeat", "number of layers"];
                column(cell).is_none() && (*cell == "×" || words.iter().any(|word| cell.contains(word)))
            };
            if let Some(head) = cells.iter().find(changes) {
                return Err(refused(part, head, ParseErrorKind::Argument));
            }
            if !heads.contains(&Some(Column::Stride)) || !heads.contains(&Some(Column::Padding)) {
                return Err(fail(ParseErrorKind::Summary));
            }
            columns = heads;
            continue;
        }
        let cell = |wanted: Column| {
            let place = columns.iter().position(|column| *column == Some(wanted));
            place.and_then(|place| cells.get(place)).map(String::as_str)
        };
        let what = cell(Column::Kind).unwrap_or(&cells[0]);
        let (bare, ceil) = what.strip_suffix(CEIL).map_or((what, false), |bare| (bare, true));
        if bare == INPUT {
            if !stack.layers.is_empty() {
                return Err(fail(ParseErrorKind::Second));
            }
            stack.input = pair(cell(Column::Output).unwrap_or_default()).map_err(fail)?;
            size = stack.input;
            found = true;
            continue;
        }
        let kind = kind(bare).ok_or(fail(ParseErrorKind::Form))?;
        let number = |column| cell(column).ok_or(fail(ParseErrorKind::Count));
        let start = number(Column::Padding)?;
        let padding = match (start, cell(Column::End)) {
            ("same" | "valid", _) => "0".to_owned(),
            (_, None) => start.to_owned(),
            (_, Some(end)) => sides(start, end).ok_or(fail(ParseErrorKind::Number))?,
        };
        let dilation = cell(Column::Dilation).filter(|dilation| !dilation.is_empty()).unwrap_or("1");
        let numbers = [number(Column::Kernel)?, number(Column::Stride)?, &padding, dilation];
        let mut layer = StackLayer::read(kind, numbers, ceil).map_err(fail)?;
        if start == "same" {
            layer = StackLayer::same(kind, layer.window, size);
        }
        size = layer.size(size);
        stack.layers.push(layer);
        found = true;
    }
    if found { Ok(stack) } else { Err(refused(0, text, ParseErrorKind::Form)) }
}

/// What a column says of layers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Kind,
    Kernel,
    Stride,
    Padding,
    /// Padding at the end, where it has a column of its own.
    End,
    Dilation,
    Output,
}

/// The column with this above it, in small letters; `None` where it is something that follows from others, or only a name.
fn column(head: &str) -> Option<Column> {
    Some(match head {
        "kind" | "type" | "operation" | "layer type" => Column::Kind,
        "kernel" | "kernel size" | "filter size" | "k" => Column::Kernel,
        "stride" | "strides" => Column::Stride,
        "padding" | "pad" | "pad left" | "padding left" | "left padding" => Column::Padding,
        "pad right" | "padding right" | "right padding" => Column::End,
        "dilation" | "dilations" | "dilation rate" | "dilation_rate" | "dilation factor" | "rate" | "d"
        | "dil" | "dil." => Column::Dilation,
        "output" | "output size" => Column::Output,
        _ => return None,
    })
}

/// Padding at the start and at the end as the text has it.
fn sides(start: &str, end: &str) -> Option<String> {
    let [before, after] = [start, end].map(|side| side.parse::<i32>().ok().filter(|side| *side >= 0));
    Some(format!("{start}{:+}", after? - before?))
}

/// What stands in the names of layers that are none of a stack's.
const OTHERS: [&str; 10] =
    ["1d", "3d", "upsampl", "unpool", "roi", "pyramid", "fraction", "shortcut", "+", "&"];

/// The kind of layer that a table calls so.
fn kind(cell: &str) -> Option<StackLayerKind> {
    let own = StackLayerKind::ALL.into_iter().find(|kind| name(*kind) == cell);
    own.or_else(|| match cell {
        _ if cell.starts_with("up") || OTHERS.iter().any(|word| cell.contains(word)) => None,
        _ if cell.contains("transpose") || cell.contains("deconv") => Some(StackLayerKind::Transposed),
        _ if cell.contains("conv") => Some(StackLayerKind::Convolution),
        _ if !cell.contains("pool") || ["global", "adaptive"].iter().any(|word| cell.contains(word)) => None,
        _ if cell.contains("av") || cell.contains("mean") => Some(StackLayerKind::AveragePool),
        _ => Some(StackLayerKind::MaxPool),
    })
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
