//! Stacks against published figures.

use super::*;

fn rows(text: &str) -> Vec<Row> {
    text.parse::<Stack>().unwrap().rows().unwrap()
}

fn fields(text: &str) -> Vec<i64> {
    rows(text).iter().map(|row| row.reach[0].size()).collect()
}

/// The paper's configuration as text: convolutions a block, each block ended by a pool.
fn vgg(blocks: [&[usize]; 5]) -> String {
    let mut text = "224x224".to_owned();
    for block in blocks {
        for kernel in block {
            text += &format!(";{kernel},1,{}", kernel / 2);
        }
        text += ";m2,2,0";
    }
    text
}

const A: [&[usize]; 5] = [&[3], &[3], &[3, 3], &[3, 3], &[3, 3]];
const B: [&[usize]; 5] = [&[3, 3]; 5];
const C: [&[usize]; 5] = [&[3, 3], &[3, 3], &[3, 3, 1], &[3, 3, 1], &[3, 3, 1]];
const D: [&[usize]; 5] = [&[3, 3], &[3, 3], &[3, 3, 3], &[3, 3, 3], &[3, 3, 3]];
const E: [&[usize]; 5] = [&[3, 3], &[3, 3], &[3; 4], &[3; 4], &[3; 4]];

#[test]
fn receptive_fields_of_the_six_configurations() {
    assert_eq!(fields(&vgg(A)), [3, 4, 8, 10, 18, 26, 30, 46, 62, 70, 102, 134, 150]);
    assert_eq!(fields(&vgg(B)), [3, 5, 6, 10, 14, 16, 24, 32, 36, 52, 68, 76, 108, 140, 156]);
    // Those of B, since a 1x1 convolution adds nothing.
    let c = [3, 5, 6, 10, 14, 16, 24, 32, 32, 36, 52, 68, 68, 76, 108, 140, 140, 156];
    assert_eq!(fields(&vgg(C)), c);
    assert_eq!(fields(&vgg(D)), [3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212]);
    assert_eq!(
        fields(&vgg(E)),
        [3, 5, 6, 10, 14, 16, 24, 32, 40, 48, 52, 68, 84, 100, 116, 124, 156, 188, 220, 252, 268]
    );
}

/// r, S and P as the table of google-research/receptive_field has them.
#[test]
fn strides_and_padding_as_published() {
    let last = |text: &str| {
        let rows = rows(text);
        let reach = &rows.last().unwrap().reach[0];
        (reach.size(), reach.stride() as i64, -reach.first())
    };
    assert_eq!(last(&vgg(A)), (150, 32, 59));
    assert_eq!(last(&vgg(D)), (212, 32, 90));
    // The first dense layer as a 7x7 convolution.
    for (blocks, field) in [(A, 342), (B, 348), (C, 348), (D, 404), (E, 460)] {
        assert_eq!(last(&(vgg(blocks) + ";7,1,0")).0, field);
    }
    // TF-Slim's networks over 224 pixels: of modules with branches the widest one, which holds the others.
    assert_eq!(last("224x224;11,4,0;m3,2,0;5,1,2;m3,2,0;3,1,1;3,1,1;3,1,1;m3,2,0"), (195, 32, 64));
    let residual = |blocks: [usize; 4]| {
        let mut text = "224x224;7,2,3;m3,2,0".to_owned();
        for (stage, count) in blocks.into_iter().enumerate() {
            text += &";1,1,0;3,1,1;1,1,0".repeat(count - 1);
            text += if stage < 3 { ";1,1,0;3,2,1;1,1,0" } else { ";1,1,0;3,1,1;1,1,0" };
        }
        last(&text)
    };
    assert_eq!(residual([3, 4, 6, 3]), (483, 32, 239));
    assert_eq!(residual([3, 4, 23, 3]), (1027, 32, 511));
    assert_eq!(residual([3, 8, 36, 3]), (1507, 32, 751));
    assert_eq!(residual([3, 24, 36, 3]), (1763, 32, 879));
    let (one, two) = (";3,1,1;1,1,0", ";3,2,0;1,1,0");
    let mobilenet = ["224x224;3,2,0", one, two, one, two, one, two, &one.repeat(5), two, one].concat();
    assert_eq!(last(&mobilenet), (315, 32, 126));
    // The modules of the Inception family: their widest branch, and the one that halves the map.
    let (pair, seven) = (";3,1,1;3,1,1", ";1x7,1,0x3;7x1,1,3x0");
    let (halve, halve_same) = (";3,1,1;3,2,0", ";1,1,0;3,1,1;3,2,0");
    let v2 =
        ["224x224;7,2,2;m3,2,0;1,1,0;3,1,1;m3,2,0", &pair.repeat(2), halve_same, &pair.repeat(4), halve_same];
    assert_eq!(last(&[&v2.concat(), &pair.repeat(2)[..]].concat()), (699, 32, 318));
    let stem = "299x299;3,2,0;3,1,0;3,1,1;m3,2,0;1,1,0;3,1,0;m3,2,0";
    let last_halve = [seven, ";3,2,0"].concat();
    let v3 = [stem, &pair.repeat(3), halve, &seven.repeat(8), &last_halve, &pair.repeat(2)].concat();
    assert_eq!(last(&v3), (1311, 32, 618));
    let stem4 = ["299x299;3,2,0;3,1,0;3,1,1;m3,2,0", seven, ";3,1,0;m3,2,0"].concat();
    let v4 = [&stem4, &pair.repeat(4)[..], halve, &seven.repeat(14), &last_halve, &pair.repeat(3)].concat();
    assert_eq!(last(&v4), (2071, 32, 998));
    let three = ";1x3,1,0x1;3x1,1,1x0";
    let resnet = [stem, &pair.repeat(11), halve, &seven.repeat(20), halve, &three.repeat(10)].concat();
    assert_eq!(last(&resnet), (3039, 32, 1482));
}

#[test]
fn sizes_and_what_is_cut_off() {
    let rows = rows("9x10;3,2,0;2,2,0");
    assert_eq!((rows[0].size, rows[0].cut), ([4, 4], [0, 1]));
    assert_eq!((rows[1].size, rows[1].cut), ([2, 2], [0, 0]));
}

#[test]
fn the_recurrence_step_by_step() {
    let stack: Stack = "9x9;3,2,0;2,2,0".parse().unwrap();
    let steps = stack.recurrence(1, 0).unwrap();
    let numbers: Vec<_> = steps.iter().map(|b| (b.step, b.above, b.stride, b.ksize, b.below)).collect();
    assert_eq!(numbers, [(1, 1, 2, 2, 2), (0, 2, 2, 3, 5)]);
    assert_eq!(stack.recurrence(0, 0).unwrap().len(), 1);
}

#[test]
fn faults_say_where() {
    let fault = |text: &str| text.parse::<Stack>().unwrap().rows().unwrap_err();
    assert_eq!(fault("0x9;3,1,0"), StackError { step: None, flaw: Flaw::Zero });
    assert_eq!(fault("9x9;3,1,0;3,0,0"), StackError { step: Some(1), flaw: Flaw::Zero });
    let flaw = Flaw::KernelTooLarge { extent: 11, padded: 9 };
    assert_eq!(fault("9x9;11,1,0"), StackError { step: Some(0), flaw });
    let huge = format!("9x9;3,1,{}", usize::MAX);
    assert_eq!(fault(&huge), StackError { step: Some(0), flaw: Flaw::Overflow });
}

/// Sizes as torch.nn.ConvTranspose2d gives them; fields as followed by hand.
#[test]
fn transposed_convolutions() {
    let up = rows("7x7;t4,2,1;t2,2,0;t3,1,1");
    assert_eq!(up.iter().map(|row| row.size[0]).collect::<Vec<_>>(), [14, 28, 28]);
    // Unit 1 of a 4/2/1 is made of the units 0 and 1 below, unit 2 as well of 0 and 1, unit 3 of 1 and 2.
    assert_eq!([1, 2, 3].map(|unit| up[0].reach[0].pixels(unit)), [0..=1, 0..=1, 1..=2]);
    assert_eq!((up[0].reach[0].size(), up[0].reach[0].stride()), (2, 0.5));
    let fault = |text: &str| text.parse::<Stack>().unwrap().rows().unwrap_err().flaw;
    assert_eq!(fault("7x7;t2,3,0"), Flaw::Gaps);
    assert_eq!(fault("7x7;t3,2,0,2"), Flaw::Gaps);
    assert_eq!(fault("2x2;t2,1,2"), Flaw::Nothing);
}

#[test]
fn the_recurrence_through_transposed_convolutions() {
    // A convolution of stride 2 behind it uses only units of one kind.
    for text in ["9x9;t3,2,1;1,2,0", "9x9;3,1,1;t4,2,1;3,1,1", "9x9;t3,2,0;t5,3,1;2,1,0"] {
        let stack: Stack = text.parse().unwrap();
        let last = stack.layers.len() - 1;
        let below = stack.recurrence(last, 0).unwrap().last().unwrap().below;
        assert_eq!(below as i64, rows(text)[last].reach[0].size(), "{text}");
    }
}

/// Sizes over 4 to 16 units as torch.nn.MaxPool2d gives them.
#[test]
fn pools_that_round_up() {
    for (layer, sizes) in [
        ("m2,2,0", [2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8]),
        ("m2,2,1", [3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9]),
        ("m3,2,1", [3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9]),
        ("m3,3,1", [2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6]),
        ("m2,3,1", [2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6]),
        ("a5,4,2", [2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5]),
    ] {
        for (length, size) in (4..).zip(sizes) {
            let rows = rows(&format!("{length}x{length};{layer},ceil"));
            assert_eq!(rows[0].size, [size; 2], "{layer} over {length}");
        }
    }
    // Less than a stride short of a window there is one all the same, and with more missing none.
    assert_eq!(rows("2x2;m3,2,0,ceil")[0].size, [1, 1]);
    assert!("2x2;m4,2,0,ceil".parse::<Stack>().unwrap().rows().is_err());
    // SqueezeNet 1.0 of torchvision.
    let sizes = rows("224x224;7,2,0;m3,2,0,ceil;3,1,1;m3,2,0,ceil;m3,2,0,ceil");
    assert_eq!(sizes.iter().map(|row| row.size[0]).collect::<Vec<_>>(), [109, 54, 54, 27, 13]);
}

/// Sizes over 4 to 8 units as torch.nn.ConvTranspose2d gives them.
#[test]
fn output_padding() {
    for (layer, sizes) in [
        ("t3,2,1+1", [8, 10, 12, 14, 16]),
        ("t3,2,1", [7, 9, 11, 13, 15]),
        ("t4,3,0+2", [15, 18, 21, 24, 27]),
        ("t5,4,2+3", [16, 20, 24, 28, 32]),
        ("t3,1,1+1,2", [7, 8, 9, 10, 11]),
    ] {
        for (length, size) in (4..).zip(sizes) {
            assert_eq!(
                rows(&format!("{length}x{length};{layer}"))[0].size,
                [size; 2],
                "{layer} over {length}"
            );
        }
    }
    let fault = "4x4;t3,2,1+2".parse::<Stack>().unwrap().rows().unwrap_err();
    assert_eq!(fault.flaw, Flaw::OutputPadding);
}

/// Output, padding at the start and at the end over 9 to 12 units, as keras.layers.Conv2D has them with padding='same':
/// found by kernels of one tap over a map of ones.
#[test]
fn same_as_tensorflow() {
    for (kernel, stride, expected) in [
        (2, 1, [(9, 0, 1), (10, 0, 1), (11, 0, 1), (12, 0, 1)]),
        (4, 1, [(9, 1, 2), (10, 1, 2), (11, 1, 2), (12, 1, 2)]),
        (3, 2, [(5, 1, 1), (5, 0, 1), (6, 1, 1), (6, 0, 1)]),
        (7, 2, [(5, 3, 3), (5, 2, 3), (6, 3, 3), (6, 2, 3)]),
        (4, 3, [(3, 0, 1), (4, 1, 2), (4, 1, 1), (4, 0, 1)]),
        (2, 3, [(3, 0, 0), (4, 0, 1), (4, 0, 0), (4, 0, 0)]),
        (6, 4, [(3, 2, 3), (3, 2, 2), (3, 1, 2), (3, 1, 1)]),
    ] {
        for (length, (size, start, end)) in (9..).zip(expected) {
            let text = format!("{length}x{length};{kernel},{stride},1,SAME");
            let stack: Stack = text.parse().unwrap();
            let layer = stack.layers[0];
            assert_eq!(stack.rows().unwrap()[0].size, [size; 2], "{text}");
            assert_eq!(layer.window.padding, [start; 2], "{text}");
            assert_eq!(layer.end, End::More([end as isize - start as isize; 2]), "{text}");
        }
    }
    // keras.layers.Conv2DTranspose: output over 4 units, and how many taps of its first window are cut off.
    for (kernel, stride, size, start) in
        [(2, 2, 8, 0), (3, 2, 8, 0), (4, 2, 8, 1), (5, 2, 8, 1), (5, 3, 12, 1), (4, 1, 4, 1)]
    {
        let stack: Stack = format!("4x4;t{kernel},{stride},1,SAME").parse().unwrap();
        assert_eq!(stack.rows().unwrap()[0].size, [size; 2], "{kernel}, {stride}");
        assert_eq!(stack.layers[0].window.padding, [start; 2], "{kernel}, {stride}");
    }
    // torch.nn.Conv2d(padding='same') with dilation.
    assert_eq!("20x20;4,1,3,SAME".parse::<Stack>().unwrap().to_string(), "20x20;4,1,4+1,3");
    // Of 384 pixels, TensorFlow pads 2 before and 3 after the first one.
    let rows = rows("384x384;7,2,1,SAME;2,2,1,SAME;7,2,1,SAME;2,2,1,SAME");
    let reach = &rows.last().unwrap().reach[0];
    assert_eq!((-reach.first(), reach.centre()), (10, 10.0));
}

#[test]
fn padding_around_a_map() {
    let around = |text: &str| text.parse::<Stack>().unwrap().layers[0].around();
    assert_eq!(around("3,2,1"), [[1, 1], [2, 2]]);
    assert_eq!(around("3,2,0+1x2-1"), [[0, 2], [1, 3]]);
    assert_eq!(around("t3,2,1+1"), [[0, 0], [0, 0]]);
}

#[test]
fn another_kind_keeps_what_it_can_have() {
    let layer = |text: &str| text.parse::<Stack>().unwrap().layers[0];
    let as_kind = |text: &str, kind| layer(text).with_kind(kind);
    assert_eq!(as_kind("m3,2,0,ceil", StackLayerKind::AveragePool), layer("a3,2,0,ceil"));
    assert_eq!(as_kind("m3,2,0,ceil", StackLayerKind::Convolution), layer("3,2,0"));
    assert_eq!(as_kind("3,2,0+1", StackLayerKind::MaxPool), layer("m3,2,0+1"));
    assert_eq!(as_kind("t3,2,1+1", StackLayerKind::Convolution), layer("3,2,1"));
}
