//! The rows of a summary, as torchinfo, torchsummary and Keras print them.

use crate::nn::stack::formats::code::{is_word, list};
use crate::nn::stack::formats::refused;
use crate::nn::stack::{ParseError, ParseErrorKind};

/// Channels, rows and columns.
pub type Map = [usize; 3];

/// What a summary says of a layer, or of what holds layers.
#[derive(Default)]
pub struct Row {
    /// The row's name, as the summary has it.
    pub label: String,
    /// The layer's own name, which others say that they are connected to.
    pub name: String,
    /// The class of the layer.
    pub class: String,
    /// Whether the summary cuts the end of the class off.
    pub cut: bool,
    /// How far the row is indented.
    pub depth: usize,
    /// Whether the rows behind it are what it holds.
    pub holds: bool,
    /// The map that it works on.
    pub input: Option<Map>,
    /// The size of its output, the batch first; empty where it is left open.
    pub output: Vec<usize>,
    /// How many parameters it has.
    pub params: Option<u64>,
    /// Its kernel.
    pub kernel: Option<[usize; 2]>,
    /// How many layers it is connected to, and the name of the first of them.
    pub from: Option<(usize, String)>,
}

/// What stands above torchinfo's and torchsummary's columns, each of which has something in every row.
const HEADS: [&str; 8] =
    ["Input Shape", "Output Shape", "Param #", "Param %", "Kernel Shape", "Groups", "Mult-Adds", "Trainable"];

/// Marks of a tree.
const TREE: [char; 6] = ['├', '│', '└', '─', '|', '+'];
/// Marks between cells.
const BARS: [char; 3] = ['│', '┃', '|'];

/// The rows of torchinfo or torchsummary.
///
/// # Errors
/// A row that has not a cell for each column.
pub fn torch(text: &str) -> Result<Vec<Row>, ParseError> {
    let (head, lines) = table(text)?;
    let mut heads: Vec<(usize, &str)> =
        HEADS.iter().filter_map(|name| Some((head.find(name)?, *name))).collect();
    heads.sort_unstable();
    let mut rows: Vec<Row> = Vec::new();
    for (part, line) in lines.into_iter().enumerate() {
        let mut cells = cells(line);
        // A weight of the layer above it, as summaries with all details list them.
        let last = cells.last().copied().unwrap_or_default();
        if cells.len() > 1 && last.starts_with(TREE) && last.ends_with(|end: char| end.is_ascii_digit()) {
            continue;
        }
        let names = cells.len().checked_sub(heads.len()).filter(|names| *names > 0);
        let values = cells.split_off(names.ok_or(refused(part, line, ParseErrorKind::Form))?);
        let value = |name| heads.iter().position(|(_, head)| *head == name).map(|place| values[place]);
        let label = cells.join(" ").trim_start_matches(|mark| !is_word(mark)).to_owned();
        // torchsummary's names are indented, but stand in no tree.
        let depth = if line.trim_start().starts_with(TREE) {
            line.trim_start().chars().take_while(|mark| !is_word(*mark)).count()
        } else {
            0
        };
        if let Some(before) = rows.last_mut() {
            before.holds = before.depth < depth;
        }
        rows.push(Row {
            class: label.split(|mark| !is_word(mark)).next().unwrap_or_default().to_owned(),
            input: value("Input Shape").and_then(|cell| map(&shape(cell), false)),
            output: value("Output Shape").map(shape).unwrap_or_default(),
            params: value("Param #").and_then(count),
            kernel: value("Kernel Shape").and_then(kernel),
            label,
            depth,
            ..Row::default()
        });
    }
    Ok(rows)
}

/// The rows of Keras, whose cells may go on in the lines below.
///
/// # Errors
/// No table.
pub fn keras(text: &str) -> Result<Vec<Row>, ParseError> {
    let (head, lines) = table(text)?;
    let barred = head.contains(BARS);
    let starts = ["Output Shape", "Param", "Connected to"].map(|name| {
        let Some((before, _)) = head.split_once(name) else { return usize::MAX };
        if barred { before.matches(BARS).count().saturating_sub(1) } else { before.chars().count() }
    });
    let mut rows: Vec<[String; 4]> = Vec::new();
    for line in lines {
        let cells = if barred { between_bars(line, starts) } else { at_places(line, starts) };
        match rows.last_mut() {
            Some(row) if cells[2].is_empty() => {
                for (cell, more) in row.iter_mut().zip(cells).filter(|(_, more)| !more.is_empty()) {
                    *cell += "\n";
                    *cell += &more;
                }
            }
            _ => rows.push(cells),
        }
    }
    Ok(rows.iter().map(keras_row).collect())
}

/// The map of a size that has the batch before it.
pub fn map(shape: &[usize], channels_last: bool) -> Option<Map> {
    match *shape {
        [_, rows, columns, channels] if channels_last => Some([channels, rows, columns]),
        [_, channels, rows, columns] => Some([channels, rows, columns]),
        _ => None,
    }
}

/// The line with the heads, and those behind it up to the sums.
fn table(text: &str) -> Result<(&str, Vec<&str>), ParseError> {
    let mut lines = text.lines();
    let is_head = |line: &&str| line.contains("Output Shape") && line.contains("Param");
    if let Some(head) = lines.clone().filter(is_head).nth(1) {
        return Err(refused(0, head, ParseErrorKind::Second));
    }
    let head = lines.find(is_head);
    let head = head.ok_or(refused(0, "Output Shape", ParseErrorKind::Summary))?;
    let is_rule = |line: &str| line.chars().all(|mark| "=_-:| ─━┼├┤┡╇┩└┴┘╞╪╡\t".contains(mark));
    let rows = lines.take_while(|line| !line.contains("Total params")).filter(|line| !is_rule(line));
    Ok((head, rows.collect()))
}

/// Parts of a line with spaces between them; brackets hold theirs together.
fn cells(line: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    line.split(|mark: char| {
        match mark {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && mark.is_whitespace()
    })
    .filter(|cell| !cell.is_empty())
    .collect()
}

/// Name, size, parameters and connections from between bars, by the columns of all but the first.
fn between_bars(line: &str, places: [usize; 3]) -> [String; 4] {
    let cells: Vec<&str> = line.split(BARS).skip(1).map(str::trim).collect();
    let cell = |place: usize| cells.get(place).copied().unwrap_or_default().to_owned();
    [cell(0), cell(places[0]), cell(places[1]), cell(places[2])]
}

/// The same from a line without bars: by its size, if that stands there, since spaces are lost in some texts, else by
/// the places of the heads.
fn at_places(line: &str, starts: [usize; 3]) -> [String; 4] {
    if let Some(at) = line.find("(None") {
        let (name, rest) = line.split_at(at);
        let end = rest.find(')').map(|end| end + 1).or(rest.find("  ")).unwrap_or(rest.len());
        let (size, rest) = rest.split_at(end);
        let rest = rest.trim_start_matches([']', ' ']);
        let (params, from) = rest.split_once(' ').unwrap_or((rest, ""));
        return [name.trim_end_matches('['), size, params, from].map(|cell| cell.trim().to_owned());
    }
    let cell = |from: usize, to: usize| -> String {
        line.chars().skip(from).take(to.saturating_sub(from)).collect::<String>().trim().to_owned()
    };
    let [size, params, from] = starts;
    [cell(0, size), cell(size, params), cell(params, from), cell(from, usize::MAX)]
}

/// The row of a name, a size, parameters and connections, parts of which stand a line below the other.
fn keras_row([label, size, params, from]: &[String; 4]) -> Row {
    let label = label.replace('\n', "");
    let (name, class) = label.split_once('(').unwrap_or((&label, ""));
    let whole = class.trim_end().strip_suffix(')');
    let class = whole.unwrap_or(class).trim_end_matches('…').replace(' ', "");
    let connected = from.trim_matches(['[', ']', '\'', '-', ' ']);
    // Of connections that are cut off, each has a line.
    let count_of = if from.contains('…') { from.lines().count() } else { from.matches("][").count() };
    let first = connected.split(['[', '\n', '\'', ',']).next().unwrap_or_default();
    Row {
        name: name.trim().to_owned(),
        cut: whole.is_none_or(|whole| whole.ends_with('…')),
        class,
        output: shape(&size.replace('\n', "")),
        params: count(params),
        from: (!connected.is_empty()).then(|| (count_of, first.trim().to_owned())),
        label,
        ..Row::default()
    }
}

/// The sizes of one output; of several, or where one is left open, none.
fn shape(cell: &str) -> Vec<usize> {
    if cell.matches('(').count() > 1 || cell.matches('[').count() > 1 {
        return Vec::new();
    }
    let sides = list(&cell.replace("None", "-1")).unwrap_or_default();
    let rest = sides.iter().skip(1).all(|side| *side > 0);
    if rest { sides.iter().map(|side| side.unsigned_abs()).collect() } else { Vec::new() }
}

/// A number with commas, perhaps in brackets where it is frozen.
fn count(cell: &str) -> Option<u64> {
    let first = cell.split_whitespace().next()?.trim_matches(['(', ')']);
    if first == "--" { Some(0) } else { first.replace(',', "").parse().ok() }
}

/// A kernel; some versions have the channels before it.
fn kernel(cell: &str) -> Option<[usize; 2]> {
    let sides: Option<Vec<usize>> = list(cell)?.into_iter().map(|side| usize::try_from(side).ok()).collect();
    match *sides? {
        [both] => Some([both, both]),
        [rows, columns] | [_, _, rows, columns] => Some([rows, columns]),
        _ => None,
    }
}
