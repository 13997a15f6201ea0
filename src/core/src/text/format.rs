//! Numbers as people read them.

use crate::nn::Shape;

/// A whole number with thousands separators.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A size in bytes, in decimal megabytes.
pub fn bytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// Channels, rows and columns.
pub fn shape(shape: Shape) -> String {
    if shape.plane() == 1 {
        return count(shape.channels as u64);
    }
    format!("{}×{}×{}", shape.channels, shape.height, shape.width)
}

/// The same where there is little room: a square map by one side.
pub fn shape_short(shape: Shape) -> String {
    match shape {
        Shape { channels, height, width } if height == width && height > 1 => format!("{channels}×{height}²"),
        _ => self::shape(shape),
    }
}

/// A time, with about three figures.
pub fn milliseconds(ms: f64) -> String {
    match ms {
        _ if ms < 0.1 => "< 0.1 ms".to_owned(),
        _ if ms < 10.0 => format!("{ms:.1} ms"),
        _ => format!("{ms:.0} ms"),
    }
}

/// A share of one, in percent.
pub fn percent(share: f32) -> String {
    let percent = f64::from(share) * 100.0;
    match percent {
        _ if percent == 0.0 || percent >= 99.95 => format!("{percent:.0} %"),
        _ if percent < 0.1 => "< 0.1 %".to_owned(),
        _ => format!("{percent:.1} %"),
    }
}

/// How many times as much, with three decimals where it is less than once.
pub fn ratio(ratio: f64) -> String {
    if ratio < 10.0 { format!("{ratio:.3}") } else { format!("{ratio:.1}") }
}

/// A value of a feature map, with about four figures.
pub fn value(value: f32) -> String {
    let size = value.abs();
    let text = match size {
        _ if size == 0.0 => "0".to_owned(),
        _ if !(1e-3..1e6).contains(&size) => format!("{value:.3e}"),
        _ if size >= 100.0 => format!("{value:.1}"),
        _ if size >= 1.0 => format!("{value:.3}"),
        _ => format!("{value:.4}"),
    };
    text.replace('-', "−")
}

/// A value where there is room for five characters.
pub fn short(number: f32) -> String {
    let size = number.abs();
    let text = match size {
        _ if size == 0.0 => "0".to_owned(),
        _ if !(5e-4..1e5).contains(&size) => format!("{number:.0e}"),
        _ if size >= 100.0 => format!("{number:.0}"),
        _ if size >= 10.0 => format!("{number:.1}"),
        _ if size >= 1.0 => format!("{number:.2}"),
        _ => format!("{number:.3}").replacen("0.", ".", 1),
    };
    text.replace('-', "−")
}

/// How many decimals numbers have that are added up, so that the largest of them has about five figures.
pub fn places_for(most: f64) -> usize {
    if most > 0.0 && most.is_finite() { (4.0 - most.log10().floor()).clamp(0.0, 6.0) as usize } else { 0 }
}

/// A number with this many decimals and a true minus.
pub fn decimals(number: f32, places: usize) -> String {
    format!("{number:.places$}").replace('-', "−")
}

/// Multiply-accumulates, in billions or, where they are few, in millions.
pub fn macs(macs: f64) -> String {
    if macs < 1e8 { format!("{:.1} MMAC", macs / 1e6) } else { format!("{:.1} GMAC", macs / 1e9) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers() {
        let all = [0.0, -0.0123, 0.5, 1.234, -12.34, 123.4, 1e-5].map(short);
        assert_eq!(all, ["0", "−.012", ".500", "1.23", "−12.3", "123", "1e−5"]);
    }

    #[test]
    fn numbers() {
        assert_eq!(count(138_357_544), "138,357,544");
        assert_eq!(count(1000), "1,000");
        assert_eq!(count(12), "12");
        assert_eq!(bytes(15_815_656), "15.8 MB");
        assert_eq!(macs(15_470_264_320.0), "15.5 GMAC");
        assert_eq!(macs(4_200_000.0), "4.2 MMAC");
        assert_eq!(milliseconds(0.01), "< 0.1 ms");
        assert_eq!(shape(Shape { channels: 64, height: 224, width: 112 }), "64×224×112");
        assert_eq!(shape_short(Shape { channels: 64, height: 224, width: 224 }), "64×224²");
        assert_eq!(shape_short(Shape { channels: 512, height: 1, width: 1 }), "512");
        assert_eq!(percent(0.1234), "12.3 %");
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.000_2), "< 0.1 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(value(-0.25), "−0.2500");
        assert_eq!(value(1234.56), "1234.6");
        assert_eq!([0.0, 3e-9, 0.05, 1.0, 211.2, 1e7].map(places_for), [0, 6, 6, 4, 2, 0]);
    }
}
