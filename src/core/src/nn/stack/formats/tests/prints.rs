//! Models as PyTorch prints them.

use super::*;

#[test]
fn what_stands_beside_the_chain() {
    let block = "BasicBlock(
  (conv1): Conv2d(64, 64, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), bias=False)
  (bn1): BatchNorm2d(64, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
  (conv2): Conv2d(64, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False)
  (downsample): Sequential(
    (0): Conv2d(64, 64, kernel_size=(1, 1), stride=(2, 2), bias=False)
  )
)";
    assert_eq!(refusal(block), ("downsample".to_owned(), ParseErrorKind::Branch));
    let inception = "InceptionA(
  (branch1x1): BasicConv2d(
    (conv): Conv2d(64, 64, kernel_size=(1, 1), stride=(1, 1), bias=False)
  )
  (branch5x5_1): BasicConv2d(
    (conv): Conv2d(64, 64, kernel_size=(1, 1), stride=(1, 1), bias=False)
  )
)";
    assert_eq!(refusal(inception), ("branch1x1".to_owned(), ParseErrorKind::Branch));
    let init = "self.conv = nn.Conv2d(3, 8, 3)\nself.shortcut = nn.Conv2d(8, 8, 1)";
    assert_eq!(refusal(init), ("shortcut".to_owned(), ParseErrorKind::Branch));
}

/// Of a class, order and number of calls stand in its `forward` alone.
#[test]
fn modules_of_a_class_are_taken_as_listed() {
    let lenet = "Net(
  (conv1): Conv2d(3, 6, kernel_size=(5, 5), stride=(1, 1))
  (pool): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
  (conv2): Conv2d(6, 16, kernel_size=(5, 5), stride=(1, 1))
  (fc1): Linear(in_features=400, out_features=120, bias=True)
)";
    let read = import(lenet).unwrap();
    assert_eq!((read.stack.to_string().as_str(), read.basis), ("224x224;5,1,0;m2,2,0;5,1,0", Basis::Listed));
    let vgg = "VGG(
  (features): Sequential(
    (0): Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    (1): ReLU(inplace=True)
  )
  (avgpool): AdaptiveAvgPool2d(output_size=(7, 7))
)";
    assert_eq!(import(vgg).unwrap().basis, Basis::Stated);
}

#[test]
fn gates_are_passed_over() {
    let conv = "Conv2d(64, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))";
    let net = |gate: &str| format!("Net(\n  (0): {conv}\n  {gate}\n  (2): {conv}\n)");
    let linear = "(
    (avg_pool): AdaptiveAvgPool2d(output_size=1)
    (fc): Sequential(
      (0): Linear(in_features=64, out_features=4, bias=False)
      (3): Sigmoid()
    )
  )";
    let convolutions = "(
    (fc1): Conv2d(64, 4, kernel_size=(1, 1), stride=(1, 1))
    (fc2): Conv2d(4, 64, kernel_size=(1, 1), stride=(1, 1))
  )";
    for (gate, name) in [
        (format!("(1): SELayer{linear}"), "SELayer"),
        (format!("(1): SqueezeExcitation{convolutions}"), "SqueezeExcitation"),
        (format!("(1): ChannelAttention{linear}"), "ChannelAttention"),
        (format!("(se): Sequential{linear}"), "Sequential"),
    ] {
        let read = import(&net(&gate)).unwrap();
        assert_eq!(
            (read.stack.to_string().as_str(), read.passed),
            ("224x224;3,1,1;3,1,1", vec![name.to_owned()])
        );
    }
    let read =
        import("nn.Sequential(nn.Conv2d(3, 8, 3), SELayer(8, 16), SELayer(8), nn.MaxPool2d(2))").unwrap();
    assert_eq!(
        (read.stack.to_string().as_str(), read.passed),
        ("224x224;3,1,0;m2,2,0", vec!["SELayer".to_owned()])
    );
    // A block that has a gate.
    let block = format!("SEBlock(\n  (conv): {conv}\n  (se): SELayer{linear}\n)");
    assert_eq!(said(&block).unwrap(), "224x224;3,1,1");
    assert_eq!(refusal("nn.Sequential(SEBlock(64, 128, 3))"), ("SEBlock".to_owned(), ParseErrorKind::Form));
    // What does not say that it is a gate ends the maps.
    assert_eq!(said(&net(&format!("(1): Head{linear}"))).unwrap(), "224x224;3,1,1 up to AdaptiveAvgPool2d");
}
