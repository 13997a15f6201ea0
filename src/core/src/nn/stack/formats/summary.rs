//! A stack from a summary: as torchinfo, torchsummary or Keras print a model. They state sizes and numbers of parameters;
//! kernels, strides and padding are what leads from one to the next.

mod rows;
mod window;

use super::reader::Reader;
use super::{Basis, Imported, keras, pytorch, refused};
use crate::nn::stack::{ParseError, ParseErrorKind, StackLayerKind};
use rows::{Map, Row};
use window::{First, Footer, Known, Weights, between, channels};

/// What a class does to the size of a map.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Slides a window.
    Window(StackLayerKind, Weights),
    /// Pads with zeros.
    Pad,
    /// Is the input.
    Input,
    /// Ends the maps.
    Ends,
    /// Joins several maps.
    Joins,
    /// Works on each value by itself, and leaves none below 0, some, or the sign of all.
    Pointwise(Option<bool>),
    /// Nothing that is known.
    Other,
}

/// The classes that slide a window.
const WINDOWS: [(&str, Role); 10] = {
    use StackLayerKind::{AveragePool, Convolution, MaxPool, Transposed};
    use Weights::{Depthwise, Full, Separable};
    [
        ("Conv2d", Role::Window(Convolution, Full)),
        ("ConvTranspose2d", Role::Window(Transposed, Full)),
        ("MaxPool2d", Role::Window(MaxPool, Full)),
        ("AvgPool2d", Role::Window(AveragePool, Full)),
        ("Conv2D", Role::Window(Convolution, Full)),
        ("Conv2DTranspose", Role::Window(Transposed, Full)),
        ("DepthwiseConv2D", Role::Window(Convolution, Depthwise)),
        ("SeparableConv2D", Role::Window(Convolution, Separable)),
        ("MaxPooling2D", Role::Window(MaxPool, Full)),
        ("AveragePooling2D", Role::Window(AveragePool, Full)),
    ]
};

/// The classes of each other role.
const OTHERS: [(&[&str], Role); 12] = [
    (&["ZeroPad2d", "ZeroPadding2D"], Role::Pad),
    (&["InputLayer"], Role::Input),
    (&["Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"], Role::Joins),
    (&pytorch::ENDS, Role::Ends),
    (&keras::ENDS, Role::Ends),
    (&pytorch::NEUTRAL, Role::Pointwise(None)),
    (&keras::NEUTRAL, Role::Pointwise(None)),
    (&pytorch::RECTIFIERS, Role::Pointwise(Some(true))),
    (&["Activation"], Role::Pointwise(Some(false))),
    (&["Softmax2d"], Role::Pointwise(Some(true))),
    (&pytorch::PLACELESS, Role::Pointwise(Some(false))),
    (&keras::PLACELESS, Role::Pointwise(Some(false))),
];

/// The stack of such a summary, up to the first layer that works on vectors, which is named.
///
/// # Errors
/// The first row whose layer does not follow from what is stated, or that is no step from the row before it.
pub fn read(text: &str) -> Result<Imported, ParseError> {
    let keras = text.contains("Conv2D") || text.contains("(None");
    let rows = if keras { rows::keras(text) } else { rows::torch(text) }?;
    let layers: Vec<&Row> = rows.iter().filter(|row| !row.holds).collect();
    let mut chain = Chain {
        keras,
        unpadded: unpadded(&layers, keras),
        footer: Footer::of(text),
        reader: Reader::new([224, 224]),
        map: None,
        open: Vec::new(),
        before: None,
        passed: Vec::new(),
    };
    for row in &rows {
        chain.close(row.depth)?;
        if row.holds {
            chain.open(row)?;
        } else if !chain.layer(row)? {
            return chain.finish();
        }
    }
    chain.close(0)?;
    chain.finish()
}

/// Whether the first convolution that keeps its map or takes its kernel off it does the latter.
fn unpadded(layers: &[&Row], keras: bool) -> bool {
    let pairs = layers.windows(2).filter_map(|pair| {
        let Role::Window(StackLayerKind::Convolution, weights) = role(pair[1]) else { return None };
        let [below, above] = [pair[0], pair[1]].map(|row| rows::map(&row.output, keras));
        let ([from, below, _], [to, above, _]) = (below?, above?);
        let side = weights.side(pair[1].params?, [from as u64, to as u64])?;
        (side > 1 && (below == above || below.checked_sub(above) == Some(side - 1))).then_some(below > above)
    });
    pairs.into_iter().next().unwrap_or(false)
}

/// What the class of a row does; of one that is cut off, what all do that begin so.
fn role(row: &Row) -> Role {
    let class = row.class.as_str();
    let all = WINDOWS.iter().map(|(name, role)| (*name, *role));
    let all = all.chain(OTHERS.iter().flat_map(|(names, role)| names.iter().map(|name| (*name, *role))));
    let mut roles =
        all.filter(|(name, _)| *name == class || row.cut && name.starts_with(class)).map(|(_, role)| role);
    let first = roles.next().unwrap_or(Role::Other);
    if row.cut && roles.any(|role| role != first) { Role::Other } else { first }
}

/// The class of a row, or its name where that is cut off.
fn called(row: &Row) -> &str {
    if row.cut { &row.name } else { &row.class }
}

/// What is read of a summary.
struct Chain {
    keras: bool,
    /// Whether its convolutions have no padding.
    unpadded: bool,
    footer: Option<Footer>,
    reader: Reader,
    /// The map that the next layer works on, where it is known.
    map: Option<Map>,
    /// What holds the next layer, innermost last, with its output.
    open: Vec<(usize, String, Option<Map>)>,
    /// The name of the layer before.
    before: Option<String>,
    passed: Vec<String>,
}

impl Chain {
    fn refuse(&self, row: &Row, kind: ParseErrorKind) -> ParseError {
        self.reader.refuse((row.label.clone(), kind))
    }

    /// Begins what holds layers. Parameters of its own may be a layer that is not listed.
    fn open(&mut self, row: &Row) -> Result<(), ParseError> {
        if row.params.is_some_and(|own| own > 0) {
            return Err(self.refuse(row, ParseErrorKind::Summary));
        }
        self.open.push((row.depth, row.label.clone(), rows::map(&row.output, self.keras)));
        Ok(())
    }

    /// Ends what holds no layer of this depth. Its output is that of its last layer, else it has done more.
    fn close(&mut self, depth: usize) -> Result<(), ParseError> {
        while let Some((_, label, map)) = self.open.pop_if(|(open, ..)| *open >= depth) {
            if map.is_some_and(|map| self.map.is_some_and(|last| last != map)) {
                return Err(self.reader.refuse((label, ParseErrorKind::Branch)));
            }
        }
        Ok(())
    }

    /// Reads a layer; false ends it.
    fn layer(&mut self, row: &Row) -> Result<bool, ParseError> {
        let (role, output) = (role(row), rows::map(&row.output, self.keras));
        let branch = self.refuse(row, ParseErrorKind::Branch);
        let joins = row.from.as_ref().is_some_and(|(count, name)| {
            *count > 1 || self.before.as_ref().is_some_and(|before| !agree(before, name))
        });
        let starts_again = role == Role::Input && self.before.is_some();
        let other = self.map.zip(row.input).is_some_and(|(map, input)| map != input);
        if joins || starts_again || other || role == Role::Joins {
            return Err(branch);
        }
        self.before = Some(row.name.clone());
        if let (None, Some(input)) = (self.map, row.input) {
            self.start(input);
        }
        let is_vector = output.is_none() && !row.output.is_empty();
        match role {
            Role::Window(kind, weights) => self.window(row, kind, weights)?,
            Role::Ends | Role::Pointwise(_) | Role::Other
                if (role == Role::Ends || is_vector) && !self.reader.stack.layers.is_empty() =>
            {
                if !self.takes_all(row) {
                    return Err(branch);
                }
                self.reader.ends(called(row))?;
                return Ok(false);
            }
            Role::Pad => self.pad(row)?,
            Role::Input => output.into_iter().for_each(|map| self.start(map)),
            Role::Pointwise(rectifies) => {
                match (self.map, output) {
                    (Some(map), Some(output)) if map == output => {}
                    (None, Some(output)) => self.start(output),
                    _ => return Err(branch),
                }
                self.reader.pointwise(rectifies)?;
            }
            _ if row.params == Some(0) && output.is_some() && output == self.map => {
                if !self.passed.iter().any(|name| name == called(row)) {
                    self.passed.push(called(row).to_owned());
                }
                self.reader.pointwise(Some(false))?;
            }
            _ => return Err(self.refuse(row, ParseErrorKind::Form)),
        }
        Ok(true)
    }

    fn start(&mut self, map: Map) {
        let [_, rows, columns] = map;
        self.reader.input([rows, columns]);
        self.map = Some(map);
    }

    /// Whether the first layer over vectors takes all numbers of the map, or one of each channel; else something
    /// between them is not listed.
    fn takes_all(&self, row: &Row) -> bool {
        let (Some([channels, rows, columns]), [_, length]) = (self.map, row.output.as_slice()) else {
            return true;
        };
        let all = channels.saturating_mul(rows).saturating_mul(columns);
        let fits = |length: u64| [all as u64, channels as u64].contains(&length);
        match row.params {
            Some(0) => fits(*length as u64),
            Some(params) if matches!(row.class.as_str(), "Linear" | "Dense") => {
                window::channels(params, [1, 1], *length as u64).any(fits)
            }
            _ => true,
        }
    }

    /// Padding by itself, the same at both ends.
    fn pad(&mut self, row: &Row) -> Result<(), ParseError> {
        let unknown = self.refuse(row, ParseErrorKind::Summary);
        let (Some(below), Some(above)) = (self.map, rows::map(&row.output, self.keras)) else {
            return Err(unknown);
        };
        let side = |axis: usize| {
            let both = above[axis].checked_sub(below[axis]).filter(|both| both.is_multiple_of(2))?;
            isize::try_from(both / 2).ok()
        };
        let (true, Some(rows), Some(columns)) = (above[0] == below[0], side(1), side(2)) else {
            return Err(unknown);
        };
        self.reader.pad(&row.label, [[rows; 2], [columns; 2]], true)?;
        self.map = Some(above);
        Ok(())
    }

    /// A layer that slides a window.
    fn window(&mut self, row: &Row, kind: StackLayerKind, weights: Weights) -> Result<(), ParseError> {
        let unknown = self.refuse(row, ParseErrorKind::Summary);
        let branch = self.refuse(row, ParseErrorKind::Branch);
        let Some(above) = rows::map(&row.output, self.keras) else { return Err(unknown) };
        let Some(below) = self.map.or_else(|| self.first(row, kind, weights, above)) else {
            return Err(unknown);
        };
        if self.map.is_none() {
            self.start(below);
        }
        let [from, to] = [below[0], above[0]].map(|channels| channels as u64);
        let kernel = match (row.kernel, row.params) {
            (None, _) if kind.pools() => None,
            (None, Some(params)) => match weights.side(params, [from, to]) {
                Some(side) => Some([side; 2]),
                None => return Err(unknown),
            },
            (None, None) => return Err(unknown),
            // Groups divide the channels.
            (Some(kernel), Some(params))
                if !kind.pools() && !channels(params, kernel, to).any(|seen| from.is_multiple_of(seen)) =>
            {
                return Err(branch);
            }
            (stated, _) => stated,
        };
        if kind.pools() && from != to || weights == Weights::Depthwise && !to.is_multiple_of(from) {
            return Err(branch);
        }
        let known = Known { kind, kernel, keras: self.keras, next: self.keras || row.input.is_some() };
        let [below, sizes] = [below, above].map(|[_, rows, columns]| [rows, columns]);
        let Some(layer) = between(known, below, sizes) else { return Err(unknown) };
        self.reader.layer(layer)?;
        self.map = Some(above);
        Ok(())
    }

    /// The input of the first layer, of 3 channels or 1.
    fn first(&self, row: &Row, kind: StackLayerKind, weights: Weights, above: Map) -> Option<Map> {
        if kind != StackLayerKind::Convolution {
            return None;
        }
        let (params, [to, rows, columns]) = (row.params?, above);
        let options: Vec<_> = match row.kernel {
            Some(kernel) => channels(params, kernel, to as u64)
                .filter_map(|from| Some((usize::try_from(from).ok()?, kernel)))
                .collect(),
            None => {
                let side = |from: usize| Some((from, [weights.side(params, [from as u64, to as u64])?; 2]));
                [3, 1].into_iter().filter_map(side).collect()
            }
        };
        let batch = if self.keras { 1 } else { row.output.first().copied()? };
        let first =
            First { options, batch, above: [rows, columns], keras: self.keras, unpadded: self.unpadded };
        first.input(self.footer.as_ref())
    }

    /// What was read, with what is known of it.
    fn finish(self) -> Result<Imported, ParseError> {
        if self.reader.stack.layers.is_empty() {
            return Err(refused(0, "Output Shape", ParseErrorKind::Summary));
        }
        Ok(Imported { basis: Basis::Deduced, passed: self.passed, ..self.reader.finish()? })
    }
}

/// Whether two names are one, either of which the summary may cut off.
fn agree(one: &str, other: &str) -> bool {
    let [short, long] = if one.chars().count() < other.chars().count() { [one, other] } else { [other, one] };
    match (short.strip_suffix('…'), long.strip_suffix('…')) {
        (None, None) => one == other,
        (Some(begin), _) => long.starts_with(begin),
        (None, Some(begin)) => short.starts_with(begin),
    }
}
