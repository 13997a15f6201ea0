//! Activations as files.

use std::fmt::Write;

use crate::csv;
use crate::nn::Shape;

/// The values of a layer as NumPy reads them: format version 1.0, 32-bit little-endian floats [channels, height, width].
pub fn npy(values: &[f32], shape: Shape) -> Vec<u8> {
    let Shape { channels, height, width } = shape;
    let mut header =
        format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({channels}, {height}, {width}), }}");
    // Ten bytes come before it; all together end on a multiple of 64, in a line break.
    let padding = (11 + header.len()).next_multiple_of(64) - 11 - header.len();
    header.extend(std::iter::repeat_n(' ', padding));
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

/// The values of a layer as a table: a record for each row of each channel.
pub fn table(values: &[f32], shape: Shape) -> String {
    let Shape { height, width, .. } = shape;
    let columns = (0..width).map(|column| format!("column {column}"));
    let mut text = csv::record(["channel".to_owned(), "row".to_owned()].into_iter().chain(columns));
    for (at, line) in values.chunks_exact(width.max(1)).enumerate() {
        let _ = write!(text, "{},{}", at / height.max(1), at % height.max(1));
        for value in line {
            let _ = write!(text, ",{value}");
        }
        text.push_str("\r\n");
    }
    text
}

/// A layer's name as part of a file's.
pub fn stem(name: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = name.chars().map(safe).collect();
    name.trim_matches(['-', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape { channels: 2, height: 1, width: 2 };

    /// As `numpy.save` of `numpy.array([[[1, 2]], [[3, -0.5]]], numpy.float32)` writes it.
    #[test]
    fn numpys_own_bytes() {
        let bytes = npy(&[1.0, 2.0, 3.0, -0.5], SHAPE);
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 2), }";
        assert_eq!(&bytes[..10], b"\x93NUMPY\x01\x00\x76\x00");
        assert_eq!(&bytes[10..10 + header.len()], header.as_bytes());
        assert!(bytes[10 + header.len()..127].iter().all(|byte| *byte == b' '));
        assert_eq!(bytes[127], b'\n');
        assert_eq!(&bytes[128..], [0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 0, 191]);
    }

    #[test]
    fn a_table_of_rows() {
        let text = table(&[1.0, 2.0, 3.0, -0.5], SHAPE);
        assert_eq!(text, "channel,row,column 0,column 1\r\n0,0,1,2\r\n1,0,3,-0.5\r\n");
    }

    #[test]
    fn names_of_files() {
        assert_eq!(stem("conv3_1"), "conv3_1");
        assert_eq!(stem("/features/features.0/Conv"), "features-features.0-Conv");
        assert_eq!(stem("../../x"), "x");
    }
}
