//! The paper's table 1: configurations side by side, layer beside layer.

use super::{ConfigurationCosts, LayerKind, LayerPlace};

/// A line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where its layers stand.
    pub place: LayerPlace,
    /// For each configuration, the place of its layer among its layers.
    pub cells: Vec<Option<usize>>,
}

/// The lines of these configurations: block by block, each ended by the pools, then the classifier.
pub fn grid(anatomies: &[ConfigurationCosts]) -> Vec<Line> {
    let places = anatomies.first().map(places).unwrap_or_default();
    places.into_iter().flat_map(|place| lines(anatomies, place)).collect()
}

fn places(costs: &ConfigurationCosts) -> Vec<LayerPlace> {
    let mut places: Vec<LayerPlace> = costs.layers.iter().map(|part| part.place).collect();
    places.dedup();
    places.retain(|place| *place != LayerPlace::Input);
    places
}

fn lines(anatomies: &[ConfigurationCosts], place: LayerPlace) -> Vec<Line> {
    let columns: Vec<(Vec<usize>, Option<usize>)> = anatomies.iter().map(|one| column(one, place)).collect();
    let longest = columns.iter().map(|(parts, _)| parts.len()).max().unwrap_or_default();
    let mut lines: Vec<Line> = (0..longest)
        .map(|row| Line { place, cells: columns.iter().map(|(parts, _)| parts.get(row).copied()).collect() })
        .collect();
    let pools: Vec<Option<usize>> = columns.iter().map(|(_, pool)| *pool).collect();
    if pools.iter().any(Option::is_some) {
        lines.push(Line { place, cells: pools });
    }
    lines
}

/// The layers of a configuration at a place, and the pool that ends it.
fn column(costs: &ConfigurationCosts, place: LayerPlace) -> (Vec<usize>, Option<usize>) {
    let here = costs.layers.iter().enumerate().filter(|(_, part)| part.place == place);
    let (pools, parts): (Vec<_>, Vec<_>) =
        here.partition(|(_, part)| matches!(part.kind, LayerKind::Pool(_)));
    (parts.into_iter().map(|(at, _)| at).collect(), pools.first().map(|(at, _)| *at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_paper_has_it() {
        let all = ConfigurationCosts::all();
        let lines = grid(&all);
        let text = |line: &Line| {
            let cell = |(at, costs): (&Option<usize>, &ConfigurationCosts)| {
                at.map(|at| costs.layers[at].label()).unwrap_or_default()
            };
            line.cells.iter().zip(&all).map(cell).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(text(&lines[0]), ["conv3-64"; 6].join(" "));
        assert_eq!(text(&lines[1]), " LRN conv3-64 conv3-64 conv3-64 conv3-64");
        assert_eq!(text(&lines[2]), ["maxpool"; 6].join(" "));
        assert_eq!(text(&lines[8]), "   conv1-256 conv3-256 conv3-256");
        assert_eq!(text(&lines[9]), "     conv3-256");
        assert_eq!(text(lines.last().unwrap()), ["FC-1000"; 6].join(" "));
        assert_eq!(lines.len(), 3 + 3 + 5 + 5 + 5 + 3);
        // Every layer but the photo stands in one cell.
        let cells: usize = lines.iter().map(|line| line.cells.iter().flatten().count()).sum();
        assert_eq!(cells, all.iter().map(|one| one.layers.len() - 1).sum::<usize>());
    }
}
