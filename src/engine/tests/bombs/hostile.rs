//! Networks made to hang, grow, panic or answer wrongly.

use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use vggscope_engine::Network;

use super::common::proto::Attribute::Int;
use super::common::proto::{floats, ints, model, node, tensor, write};
use super::common::{file, run};
use super::memory::{self, CASE};
use super::{needed, network};

/// The most time that reading one may take in a build that is not optimised.
const LONGEST: Duration = Duration::from_secs(60);
/// The most units of a network that is not only read but run.
const MOST_UNITS: usize = 1 << 20;

/// The most memory that reading one may take.
const MOST_MEMORY: usize = 1 << 30;

/// Each is refused for this reason, or is read and, where it is small, run to its end.
const FILES: [(&str, Option<&str>); 15] = [
    // The runtime looks at every pair of its nodes.
    ("chain_4000_relu", None),
    ("classes_60M", None),
    ("exp_diamond_mul16", Some("Limit { what: Constants, count: 4248829952, most: 2147483648 }")),
    ("gather_from_photo", Some(r#"Unsupported { operator: "Gather" }"#)),
    ("load_reduce_const_3p9MB", Some("Limit { what: Constants, count: 2149000000, most: 2147483648 }")),
    ("maps_2000x2000x60", None),
    ("nan_weights", None),
    ("panic-gm11951", Some(r#"Broken { detail: "Split: parts of [[1, 2, 6, 3]]" }"#)),
    (
        "panic-gm1657",
        Some(r#"Broken { detail: "Pad: axis -9223372036854775807 of [[1, 12, 7, 8], [4], [2]]" }"#),
    ),
    ("panic-gm8006", Some(r#"Broken { detail: "Pow: a power of [[1, 12, 16, 5], []]" }"#)),
    ("pow_huge", Some(r#"Broken { detail: "Pow: a power of [[1], [1]]" }"#)),
    ("pow_neg_int", Some(r#"Broken { detail: "Pow: a power of [[1], [1]]" }"#)),
    ("run_reduce_map_many", None),
    (
        "slice_step0",
        Some(r#"Broken { detail: "Slice: a step of 0 of [[1, 4, 16, 16], [1], [1], [1], [1]]" }"#),
    ),
    ("wide_concat_1024", Some(r#"Broken { detail: "61503 inputs of nodes" }"#)),
];

#[test]
fn files_made_to_do_harm() {
    let folder = std::fs::read_dir(file("tests/cases/hostile")).unwrap();
    assert_eq!(folder.count(), FILES.len(), "a file that nobody looks at");
    memory::watched(|| {
        for (case, (name, why)) in FILES.into_iter().enumerate() {
            CASE.store(case, Relaxed);
            let bytes = std::fs::read(file(&format!("tests/cases/hostile/{name}.onnx"))).unwrap();
            let started = Instant::now();
            let (read, memory) = memory::highest(|| Network::read(&bytes[..], [16, 16]));
            assert!(memory < MOST_MEMORY, "{name} took {memory} bytes");
            assert!(started.elapsed() < LONGEST, "{name} took {:?}", started.elapsed());
            match read {
                Err(error) => assert_eq!(Some(&*format!("{error:?}")), why, "{name}"),
                Ok(network) => {
                    assert_eq!(why, None, "{name} was taken");
                    let layers = &network.model.architecture.layers;
                    if layers.iter().map(|layer| layer.shape.units()).sum::<usize>() < MOST_UNITS {
                        let input = vec![0.5; network.model.architecture.input().units()];
                        run(&network, input).unwrap_or_else(|error| panic!("{name}: {error:?}"));
                    }
                }
            }
        }
    });
}

/// What the files would be too large for.
#[test]
fn much_of_one_constant() {
    let far = vec![node("Gather", "t k", "e", &[("axis", Int(0))])];
    let far = network(needed(far, "e"), vec![floats("t", &[8]), ints("k", &vec![1_000_000_000; 70_000])]);
    let codes = tensor("q", &[1000, 3, 20, 20], 3, vec![1; 1_200_000]);
    let widen = |at: usize| node("DequantizeLinear", "q s", &format!("f{at}"), &[]);
    let names: Vec<String> = (0..400).map(|at| format!("f{at}")).collect();
    let mut nodes: Vec<_> = (0..400).map(widen).collect();
    nodes.push(node("Sum", &names.join(" "), "e", &[]));
    let widened = network(needed(nodes, "e"), vec![codes, tensor("s", &[], 1, 0.1f32.to_le_bytes().into())]);
    memory::watched(move || {
        for (case, (bytes, why)) in [(far, "Unsupported"), (widened, "TooBig")].into_iter().enumerate() {
            CASE.store(case, Relaxed);
            let started = Instant::now();
            let (read, memory) = memory::highest(|| Network::read(&bytes[..], [16, 16]).err());
            assert!(started.elapsed() < LONGEST, "{why} took {:?}", started.elapsed());
            assert!(read.as_ref().is_some_and(|error| format!("{error:?}").starts_with(why)), "{read:?}");
            assert!(memory < MOST_MEMORY, "{why} took {memory} bytes");
        }
    });
}

/// Small files whose layers take minutes: they are read like any other, and it is the run that can be stopped.
#[test]
fn much_to_compute() {
    let layer = |group: i64, side: i64, kernel: i64, inputs: i64| {
        let nodes = vec![
            node("Conv", "x w", "c", &[]),
            node("Conv", "c v", "d", &[("group", Int(group))]),
            node("GlobalAveragePool", "d", "y", &[]),
        ];
        let outputs = if group == 2 { 2 } else { inputs * group };
        let weights =
            vec![floats("w", &[inputs * group, 3, 1, 1]), floats("v", &[outputs, inputs, kernel, kernel])];
        write(&model(13, &[1, 3, side, side], nodes, weights))
    };
    let depthwise = (layer(64, 1400, 31, 1), 64 * 961 * 1370 * 1370);
    let groups = (layer(2, 700, 31, 32), 2 * 32 * 961 * 670 * 670);
    let wide = (layer(1, 400, 3, 256), 256 * 256 * 9 * 398 * 398);
    memory::watched(move || {
        for (case, (bytes, macs)) in [depthwise, groups, wide].into_iter().enumerate() {
            CASE.store(case, Relaxed);
            let started = Instant::now();
            let (read, memory) = memory::highest(|| Network::read(&bytes[..], [16, 16]).unwrap());
            assert!(started.elapsed() < LONGEST, "{case} took {:?}", started.elapsed());
            assert!(memory < MOST_MEMORY, "{case} took {memory} bytes");
            assert_eq!(read.model.architecture.layers[2].macs, macs, "{case}");
        }
    });
}
