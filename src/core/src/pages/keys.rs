//! Where keys lead on a grid.

/// A key that moves something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// One to the left.
    Left,
    /// One to the right.
    Right,
    /// One up.
    Up,
    /// One down.
    Down,
    /// Out of it.
    Escape,
}

impl Move {
    /// Where this leads on a grid of this many rows and columns; none for out.
    pub fn on_grid(self, [height, width]: [usize; 2], [row, column]: [usize; 2]) -> Option<[usize; 2]> {
        Some(match self {
            Move::Left => [row, column.saturating_sub(1)],
            Move::Right => [row, (column + 1).min(width - 1)],
            Move::Up => [row.saturating_sub(1), column],
            Move::Down => [(row + 1).min(height - 1), column],
            Move::Escape => return None,
        })
    }

    /// Where this leads among so many cells in rows of so many; none for out. Whoever has not begun begins at the first.
    pub fn in_rows(self, columns: usize, count: usize, from: Option<usize>) -> Option<usize> {
        let last = count.checked_sub(1)?;
        let Some(at) = from else { return (self != Move::Escape).then_some(0) };
        match self {
            Move::Left => Some(at.saturating_sub(1)),
            Move::Right => Some((at + 1).min(last)),
            Move::Up => Some(at.checked_sub(columns).unwrap_or(at)),
            Move::Down => Some(if at + columns <= last { at + columns } else { at }),
            Move::Escape => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_among_the_cells() {
        let step = |key: Move, from| key.in_rows(8, 64, from);
        assert_eq!(step(Move::Right, None), Some(0));
        assert_eq!(step(Move::Right, Some(63)), Some(63));
        assert_eq!(step(Move::Down, Some(3)), Some(11));
        assert_eq!(step(Move::Down, Some(60)), Some(60));
        assert_eq!(step(Move::Up, Some(3)), Some(3));
        assert_eq!(step(Move::Escape, Some(3)), None);
        assert_eq!(Move::Right.in_rows(8, 0, None), None);
    }
}
