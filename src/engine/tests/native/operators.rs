//! Our operators against the runtime's, on layers of shapes that no known network has.

use crate::common::proto::Attribute::{self, Ints, Text};
use crate::common::{noise, proto, run};
use vggscope_engine::{Network, Operators, Size};

/// The largest difference allowed, over the largest value.
const TOLERANCE: f32 = 1e-4;

/// One convolution of 9 to 10 channels on maps of this size, then a global pool; by both.
fn compare(what: &str, size: [i64; 2], kernel: [i64; 2], attributes: &[(&str, Attribute)]) {
    let nodes = vec![
        // The first makes more channels of three, so that the second is one for Winograd's filtering.
        proto::node("Conv", "x v", "a", &[]),
        proto::node("Conv", "a w", "b", attributes),
        proto::node("GlobalAveragePool", "b", "y", &[]),
    ];
    let weights = |name, dims: [i64; 4]| {
        let value = |at: i64| ((at * 7919 % 2003) as f32 / 1001.0 - 1.0).to_le_bytes();
        let bytes = (0..dims.iter().product::<i64>()).flat_map(value).collect();
        proto::tensor(name, &dims, 1, bytes)
    };
    let tensors = vec![weights("v", [9, 3, 1, 1]), weights("w", [10, 9, kernel[0], kernel[1]])];
    let file = proto::write(&proto::model(17, &[1, 3, size[0], size[1]], nodes, tensors));
    let [ours, runtimes] = [Operators::Ours, Operators::Runtime].map(|operators| {
        let network = Network::with(&file, Size::Own([1, 1]), operators).unwrap();
        run(&network, noise(&network)).unwrap().0
    });
    for (ours, runtimes) in ours.iter().zip(&runtimes) {
        let (ours, runtimes) = (ours.1.as_plain_ram().unwrap(), runtimes.1.as_plain_ram().unwrap());
        let (ours, runtimes) = (ours.as_slice::<f32>().unwrap(), runtimes.as_slice::<f32>().unwrap());
        assert_eq!(ours.len(), runtimes.len(), "{what}");
        let most = runtimes.iter().fold(1e-9f32, |most, value| most.max(value.abs()));
        for (at, (one, other)) in ours.iter().zip(runtimes).enumerate() {
            assert!((one - other).abs() <= TOLERANCE * most, "{what}: {one} for {other} at {at}");
        }
    }
}

#[test]
fn shapes_of_no_known_network() {
    compare("padding wider than a tile", [11, 11], [3, 3], &[("pads", Ints(&[4; 4]))]);
    compare("padding wider than a group of tiles", [9, 9], [3, 3], &[("pads", Ints(&[20; 4]))]);
    compare("more padding after than before", [10, 13], [3, 3], &[("pads", Ints(&[0, 1, 2, 5]))]);
    compare("a stride of seven", [7, 14], [7, 7], &[("strides", Ints(&[7, 7]))]);
    compare("one row", [1, 40], [1, 5], &[("pads", Ints(&[0, 2, 0, 2]))]);
    compare("one column", [40, 1], [3, 1], &[]);
    compare("dilation", [20, 20], [3, 3], &[("dilations", Ints(&[3, 2])), ("pads", Ints(&[2; 4]))]);
    compare("strides that differ", [20, 23], [2, 4], &[("strides", Ints(&[3, 1]))]);
    compare("SAME above", [15, 16], [3, 3], &[("auto_pad", Text("SAME_UPPER"))]);
    compare("SAME below", [15, 16], [4, 2], &[("auto_pad", Text("SAME_LOWER")), ("strides", Ints(&[2, 3]))]);
    compare(
        "SAME and numbers",
        [15, 16],
        [3, 3],
        &[("auto_pad", Text("SAME_UPPER")), ("pads", Ints(&[0; 4]))],
    );
}
