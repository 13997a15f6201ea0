//! The paper's errors as comma-separated values; names of columns stay English, as keys for programs do.

use super::{STANDINGS, Tested, VALIDATION};
use crate::csv::record;

/// Tables 3 and 4, in percent, one record a network and training scale.
pub fn validation_csv() -> String {
    let head = ["net", "train_scale", "protocol", "test_scales", "top1_error", "top5_error"];
    let row = |letter: &str, scale: String, protocol: &str, tested: Tested| {
        let scales: Vec<String> = tested.at.iter().map(u16::to_string).collect();
        let [top1, top5] = [tested.errors.top1, tested.errors.top5].map(percent);
        record([letter, &scale, protocol, &scales.join(" "), &top1, &top5])
    };
    let rows = VALIDATION.iter().flat_map(|one| {
        let single = row(one.letter, one.scale.label(), "single-scale", one.single);
        let multi = one.multi.map(|multi| row(one.letter, one.scale.label(), "multi-scale", multi));
        std::iter::once(single).chain(multi)
    });
    std::iter::once(record(head)).chain(rows).collect()
}

/// Table 7, in percent, in the paper's order.
pub fn standings_csv() -> String {
    let rows = STANDINGS.iter().map(|one| {
        let nets = one.nets.map_or_else(|| "multiple".to_owned(), |nets| nets.to_string());
        record([one.team, &nets, &percent(one.top5)])
    });
    std::iter::once(record(["team", "nets", "top5_error"])).chain(rows).collect()
}

fn percent(tenths: u16) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measurement_is_a_record() {
        let text = validation_csv();
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 1 + 12 + 10);
        assert!(lines.contains(&"D,[256;512],multi-scale,256 384 512,24.8,7.5"));
        assert!(standings_csv().contains("Clarifai,multiple,11.7\r\n"));
    }
}
