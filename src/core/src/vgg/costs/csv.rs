//! The layers and the six columns as comma-separated values. The names of columns are keys for programs, so they stay
//! English.

use crate::csv::record;

use super::{BYTES, ConfigurationCosts, Counting, LayerCosts, LayerKind, LayerPlace, Measure, grid};

/// The layers of a configuration, one a record.
pub fn layers_csv(costs: &ConfigurationCosts, terms: Counting) -> String {
    let head = [
        "layer",
        "kind",
        "kernel",
        "channels",
        "height",
        "width",
        "receptive_field",
        "weights",
        "biases",
        "batch_norm",
        "parameters",
        "macs",
        "floats",
        "bytes",
    ];
    let parts = costs.layers.iter().map(|part| layer(part, terms));
    std::iter::once(record(head)).chain(parts).collect()
}

/// The six columns of the paper's table 1 with these totals below them, one line a record.
pub fn table_csv(anatomies: &[ConfigurationCosts], terms: Counting) -> String {
    let letters = anatomies.iter().map(|one| one.configuration.letter.to_owned());
    let head = record(std::iter::once(String::new()).chain(letters));
    let lines = grid(anatomies).into_iter().map(|line| {
        let cells = line.cells.iter().zip(anatomies).map(|(at, costs)| {
            at.and_then(|at| costs.layers.get(at)).map(LayerCosts::label).unwrap_or_default()
        });
        record(std::iter::once(place(line.place)).chain(cells))
    });
    let sum = |name: &str, figure: &dyn Fn(&ConfigurationCosts) -> u64| {
        let figures = anatomies.iter().map(|one| figure(one).to_string());
        record(std::iter::once(name.to_owned()).chain(figures))
    };
    let totals = [
        sum("weight_layers", &|one| one.configuration.depth() as u64),
        sum("parameters", &|one| one.total(Measure::Parameters, terms)),
        sum("parameters_dense", &|one| one.dense(Measure::Parameters, terms)),
        sum("macs", &|one| one.total(Measure::Macs, terms)),
        sum("floats", &|one| one.total(Measure::Floats, terms)),
        sum("bytes", &|one| one.total(Measure::Floats, terms) * BYTES),
    ];
    std::iter::once(head).chain(lines).chain(totals).collect()
}

fn layer(part: &LayerCosts, terms: Counting) -> String {
    let (kind, kernel) = match part.kind {
        LayerKind::Input => ("input", None),
        LayerKind::Convolution(window) => ("convolution", Some(window.kernel[0])),
        LayerKind::Lrn => ("lrn", None),
        LayerKind::Pool(window) => ("maxpool", Some(window.kernel[0])),
        LayerKind::Dense => ("dense", None),
    };
    let floats = part.floats(terms);
    let numbers = [
        part.shape.channels as u64,
        part.shape.height as u64,
        part.shape.width as u64,
        part.measure(Measure::Field, terms),
        part.weights,
        part.biases,
        part.norms,
        part.parameters(terms),
        part.macs,
        floats,
        floats * BYTES,
    ];
    let kernel = kernel.map(|kernel| kernel.to_string()).unwrap_or_default();
    let words = [part.name.clone(), kind.to_owned(), kernel];
    record(words.into_iter().chain(numbers.map(|number| number.to_string())))
}

fn place(place: LayerPlace) -> String {
    match place {
        LayerPlace::Input => "input".to_owned(),
        LayerPlace::Block(block) => format!("block {block}"),
        LayerPlace::Dense(layer) => format!("fc{layer}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vgg::configuration::Configuration;

    #[test]
    fn layers() {
        let d = ConfigurationCosts::of(Configuration::of("D").unwrap());
        let text = layers_csv(&d, Counting::default());
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 1 + d.layers.len());
        assert_eq!(lines[1], "input,input,,3,224,224,1,0,0,0,0,0,150528,602112");
        assert_eq!(lines[2], "conv1_1,convolution,3,64,224,224,3,1728,64,128,1792,86704128,3211264,12845056");
        let sum: u64 =
            lines[1..].iter().map(|line| line.split(',').nth(10).unwrap().parse::<u64>().unwrap()).sum();
        assert_eq!(sum, 138_357_544);
    }

    #[test]
    fn the_table() {
        let text = table_csv(&ConfigurationCosts::all(), Counting::default());
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(lines[0], ",A,A-LRN,B,C,D,E");
        assert_eq!(lines[2], "block 1,,LRN,conv3-64,conv3-64,conv3-64,conv3-64");
        assert!(lines.contains(&"parameters,132863336,132863336,133047848,133638952,138357544,143667240"));
        assert!(lines.iter().all(|line| line.split(',').count() == 7));
    }
}
