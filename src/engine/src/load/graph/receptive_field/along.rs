//! What a tensor sees along rows, or columns, of the photo, and what becomes of that where its axes change.

use vggscope_core::receptive_field::{Reach, Slide, Span};

/// What a tensor sees along rows, or columns, of the photo.
#[derive(Clone, Debug)]
pub struct Along {
    /// The axes of the tensor that count the units, the one that goes slowest first; none where all of the tensor sees the same.
    pub axes: Vec<Counted>,
    /// What the units see, or the one thing that all see. `None` where that is not known.
    pub reach: Option<Reach>,
}

/// An axis, or a part of one, that counts units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    /// Which.
    pub axis: usize,
    /// Its length.
    pub length: usize,
}

impl Along {
    /// The axis along which it differs, where that is one.
    pub fn axis(&self) -> Option<usize> {
        match self.axes[..] {
            [one] => Some(one.axis),
            _ => None,
        }
    }

    /// Whether it differs along this axis.
    pub fn has(&self, axis: usize) -> bool {
        self.axes.iter().any(|one| one.axis == axis)
    }

    /// All units go into each number.
    pub fn whole(&self) -> Along {
        if self.axes.is_empty() {
            return self.clone();
        }
        let reach = self.product(0..).and_then(|count| self.reach.as_ref()?.whole(count));
        Along { axes: Vec::new(), reach }
    }

    /// All units along this axis go into each number.
    pub fn without(&self, axis: usize) -> Along {
        let Some(place) = self.axes.iter().position(|one| one.axis == axis) else { return self.clone() };
        let (length, faster) = (self.axes[place].length, self.product(place + 1..));
        let slide = |kernel, stride| Slide { kernel, stride, dilation: 1, padding: 0 };
        let slide = match (place, faster) {
            _ if self.axes.len() == 1 => return self.whole(),
            // Neighbours, or units that are as far apart as the faster axes count.
            (_, Some(1)) => slide(length, length),
            (0, Some(faster)) => slide((length - 1).saturating_mul(faster).saturating_add(1), 1),
            _ => return self.whole(),
        };
        let mut axes = self.axes.clone();
        axes.remove(place);
        Along { axes, reach: self.reach.as_ref().and_then(|reach| reach.through(slide)) }
    }

    /// A part of an axis: so many, from one of them on, each so manieth.
    pub fn part(&self, axis: usize, first: i64, step: usize, count: usize) -> Along {
        let Some(place) = self.axes.iter().position(|one| one.axis == axis) else { return self.clone() };
        let faster = self.product(place + 1..).and_then(|faster| i64::try_from(faster).ok());
        match (place, faster) {
            (_, Some(1)) if self.axes.len() == 1 => self.map(|reach| reach.at(first, step)),
            (0, Some(faster)) if step == 1 => self.map(|reach| reach.at(first.checked_mul(faster)?, 1)),
            (_, Some(1)) if count == 1 => {
                let mut axes = self.axes.clone();
                let length = axes.remove(place).length;
                Along { axes, reach: self.reach.as_ref().and_then(|reach| reach.at(first, length)) }
            }
            _ => self.unknown(),
        }
    }

    /// Other units of the same axes.
    pub fn map(&self, to: impl FnOnce(&Reach) -> Option<Reach>) -> Along {
        Along { axes: self.axes.clone(), reach: self.reach.as_ref().and_then(to) }
    }

    /// The same, of which it is not known what they see.
    pub fn unknown(&self) -> Along {
        Along { axes: self.axes.clone(), reach: None }
    }

    /// Axes that stand elsewhere; without those that are gone.
    pub fn moved(&self, to: impl Fn(usize) -> Option<usize>) -> Along {
        let gone = self.axes.iter().filter(|one| to(one.axis).is_none());
        let mut left = gone.fold(self.clone(), |left, one| left.without(one.axis));
        left.axes.iter_mut().for_each(|one| one.axis = to(one.axis).unwrap_or(one.axis));
        left
    }

    /// The first and the last pixel that any unit sees, the padding counted.
    pub fn span(&self) -> Option<Span> {
        let (reach, count) = (self.reach.as_ref()?, self.product(0..)?);
        let last = reach.pixels(count.checked_sub(1)?);
        Some(*reach.pixels(0).start()..=*last.end())
    }

    /// Axes that are now as long as the tensor says.
    pub fn measured(mut self, dims: &[usize]) -> Along {
        for one in &mut self.axes {
            one.length = dims.get(one.axis).copied().unwrap_or(one.length);
        }
        self
    }

    fn product(&self, places: std::ops::RangeFrom<usize>) -> Option<usize> {
        self.axes[places].iter().try_fold(1usize, |product, one| product.checked_mul(one.length))
    }
}

/// A part of an axis that goes whole into another one, as numbers stay in order.
struct Piece {
    length: usize,
    from: usize,
    to: usize,
}

/// What is seen along rows and columns where numbers stay in order and dimensions change.
pub fn regrouped(both: &[Along; 2], from: &[usize], to: &[usize]) -> [Along; 2] {
    let pieces = pieces(from, to);
    [0, 1].map(|at| regroup(&both[at], &both[1 - at], &pieces))
}

/// One of both, beside the other.
fn regroup(along: &Along, beside: &Along, pieces: &[Piece]) -> Along {
    // Axes that could not be followed are gone.
    let followed = |axis: usize| pieces.iter().any(|piece| piece.from == axis).then_some(axis);
    let along = along.moved(followed);
    // The same axes in pieces, named by their place among all.
    let parts = along.axes.iter().flat_map(|one| {
        let own = pieces.iter().enumerate().filter(|(_, piece)| piece.from == one.axis);
        own.map(|(place, piece)| Counted { axis: place, length: piece.length })
    });
    let mut along = Along { axes: parts.collect(), reach: along.reach };
    let mut made: Vec<Counted> = Vec::new();
    let mut at = 0;
    while let Some(first) = along.axes.get(at).map(|one| one.axis) {
        let to = pieces[first].to;
        // As many as are neighbours in the new axis too.
        let run = (1..).take_while(|next| {
            along.axes.get(at + next).is_some_and(|one| one.axis == first + next)
                && pieces[first + next].to == to
        });
        let last = first + run.count();
        let length = pieces[first..=last].iter().map(|piece| piece.length).product();
        let leads = first == 0 || pieces[first - 1].to != to;
        let behind = pieces[last + 1..].iter().take_while(|piece| piece.to == to);
        let repeats: usize = behind.clone().map(|piece| piece.length).product();
        let is_beside = behind.clone().any(|piece| beside.has(piece.from));
        let is_fastest = at + last - first + 1 == along.axes.len();
        if leads && repeats == 1 {
            made.push(Counted { axis: to, length });
            at += last - first + 1;
        } else if leads
            && is_fastest
            && !is_beside
            && let Some(repeated) = along.reach.as_ref().and_then(|reach| reach.repeated(repeats))
        {
            made.push(Counted { axis: to, length: length * repeats });
            along.reach = Some(repeated);
            at += last - first + 1;
        } else {
            // Among channels, say: of each of which something else is seen.
            along = (first..=last).fold(along, |along, piece| along.without(piece));
            if along.axes.is_empty() {
                made.clear();
            }
        }
    }
    Along { axes: made, reach: along.reach }
}

/// The pieces of which the axes of both shapes are made; without axes of length 1, and without those that share no pieces.
fn pieces(from: &[usize], to: &[usize]) -> Vec<Piece> {
    let long = |dims: &[usize]| -> Vec<(usize, usize)> {
        dims.iter().copied().enumerate().filter(|(_, length)| *length > 1).collect()
    };
    let (from, to) = (long(from), long(to));
    let (mut i, mut j) = (0, 0);
    let mut made = Vec::new();
    while i < from.len() && j < to.len() {
        // As many axes of both as have equally many numbers.
        let (begin, mut ends) = ((i, j), (i + 1, j + 1));
        let (mut a, mut b) = (from[i].1, to[j].1);
        while a != b {
            let (next, product, place) =
                if a < b { (&from, &mut a, &mut ends.0) } else { (&to, &mut b, &mut ends.1) };
            let Some((_, length)) = next.get(*place) else { return made };
            let Some(more) = product.checked_mul(*length) else { return made };
            (*product, *place) = (more, *place + 1);
        }
        made.extend(within(&from[begin.0..ends.0], &to[begin.1..ends.1]).unwrap_or_default());
        (i, j) = ends;
    }
    made
}

/// The pieces of axes that have equally many numbers; `None` where one ends within another.
fn within(from: &[(usize, usize)], to: &[(usize, usize)]) -> Option<Vec<Piece>> {
    let (mut i, mut j) = (from.iter(), to.iter());
    let (mut a, mut b) = (*i.next()?, *j.next()?);
    let mut made = Vec::new();
    loop {
        let length = a.1.min(b.1);
        (a.1 % length == 0 && b.1 % length == 0).then_some(())?;
        made.push(Piece { length, from: a.0, to: b.0 });
        (a.1, b.1) = (a.1 / length, b.1 / length);
        if a.1 == 1 {
            match i.next() {
                Some(next) => a = *next,
                None => return Some(made),
            }
        }
        if b.1 == 1 {
            b = *j.next()?;
        }
    }
}
