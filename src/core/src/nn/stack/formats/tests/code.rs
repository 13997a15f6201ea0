//! Code as people write it, in PyTorch and in Keras.

use super::*;

#[test]
fn keras_code() {
    // Sizes as Keras' own summary has them: 14, 7, 5.
    let sequential = "model = keras.Sequential([
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(32, 3, strides=2, padding='same', activation='relu', kernel_initializer='he_normal'),
        layers.MaxPooling2D(),  # halves it
        layers.Conv2D(64, kernel_size=(3, 3)),
        layers.Flatten(),
        layers.Dense(10, activation='softmax'),
    ])
    model.summary()";
    assert_eq!(said(sequential).unwrap(), "28x28;3,2,0+1;m2,2,0;3,1,0 up to Flatten");
    let added = "model = Sequential()
        model.add(Conv2D(64, (3, 3), padding='same', input_shape=(32, 48, 3)))
        model.add(BatchNormalization())
        model.add(Activation('relu'))
        model.add(ZeroPadding2D(((0, 1), (2, 3))))
        model.add(MaxPooling2D((2, 2), strides=(2, 2)))
        model.add(Dropout(0.25))
        model.add(ZeroPadding2D())
        model.add(DepthwiseConv2D(3, dilation_rate=2))
        model.add(Conv2DTranspose(8, 3, 2, 'SAME'))
        model.add(AveragePooling2D(pool_size=(3, 2), strides=1))
        model.compile(optimizer='adam')";
    assert_eq!(said(added).unwrap(), "32x48;3,1,1;m2,2,0+1x2+1;3,1,1,2;t3,2,0-1;a3x2,1,0");
    let functional = "inputs = keras.Input((64, 64, 3))
        x = layers.Conv2D(8, 3)(inputs)
        x = layers.ReLU()(x)
        outputs = layers.MaxPool2D(2)(x)
        model = keras.Model(inputs, outputs)";
    assert_eq!(said(functional).unwrap(), "64x64;3,1,0;m2,2,0");
    let refused = [
        ("y = Conv2D(8, 3)(x)\nz = Conv2D(8, 3)(x)", "Conv2D(…)(x)", ParseErrorKind::Branch),
        ("Sequential([Conv2D(8, 3), UpSampling2D(2)])", "UpSampling2D", ParseErrorKind::Form),
        ("Conv2D(8, 3, stride=2)", "stride=2", ParseErrorKind::Argument),
        ("Conv2D(8, 3, padding='causal')", "padding=causal", ParseErrorKind::Argument),
        (
            "Conv2D(8, 3, data_format='channels_first')",
            "data_format=channels_first",
            ParseErrorKind::Argument,
        ),
        ("Conv2D(8, k)", "kernel_size=k", ParseErrorKind::Number),
        ("ZeroPadding2D(1), MaxPooling2D(3, 2)", "ZeroPadding2D", ParseErrorKind::Padding),
        ("ZeroPadding2D(1), BatchNormalization(), Conv2D(3, 2)", "ZeroPadding2D", ParseErrorKind::Padding),
        ("Conv2D(3, 2), ZeroPadding2D(1)", "ZeroPadding2D", ParseErrorKind::Padding),
    ];
    for (text, part, kind) in refused {
        assert_eq!(refusal(text), (part.to_owned(), kind), "{text}");
    }
}

#[test]
fn padding_by_itself() {
    let net = |layers: &str| format!("nn.Sequential({layers})");
    for (layers, expected) in [
        ("nn.ZeroPad2d(1), nn.Conv2d(3, 8, 3)", "224x224;3,1,1"),
        ("nn.ZeroPad2d((1, 2, 3, 4)), nn.Conv2d(3, 8, 3, padding=1)", "224x224;3,1,4+1x2+1"),
        (
            "nn.Conv2d(3, 8, 3), nn.ReLU(), nn.ZeroPad2d((0, 1, 0, 1)), nn.MaxPool2d(3, 2)",
            "224x224;3,1,0;m3,2,0+1",
        ),
        ("nn.ConstantPad2d((0, 1, 0, 1), -float('inf')), nn.MaxPool2d(2)", "224x224;m2,2,0+1"),
        ("nn.ConstantPad2d(2, 0), nn.AvgPool2d(2)", "224x224;a2,2,2"),
        ("nn.ConvTranspose2d(3, 8, 3, 2), nn.ZeroPad2d((0, -1, 0, -1))", "224x224;t3,2,0-1"),
        ("nn.Conv2d(3, 8, 4, padding='same')", "224x224;4,1,1+1"),
    ] {
        assert_eq!(said(&net(layers)).unwrap(), expected, "{layers}");
    }
    for (layers, part, kind) in [
        ("nn.Conv2d(3, 8, 3), nn.ZeroPad2d(1), nn.MaxPool2d(3)", "ZeroPad2d", ParseErrorKind::Padding),
        (
            "nn.ReLU(), nn.Conv2d(3, 8, 3), nn.ZeroPad2d(1), nn.MaxPool2d(3)",
            "ZeroPad2d",
            ParseErrorKind::Padding,
        ),
        ("nn.ConstantPad2d(1, 0.5), nn.Conv2d(3, 8, 3)", "value=0.5", ParseErrorKind::Argument),
        ("nn.ZeroPad2d(1), nn.ConvTranspose2d(3, 8, 3)", "ZeroPad2d", ParseErrorKind::Padding),
        ("nn.ReLU(), nn.ZeroPad2d(1), nn.MaxPool2d(3, ceil_mode=True)", "ZeroPad2d", ParseErrorKind::Padding),
        ("nn.ZeroPad2d((0, -1, 0, 0)), nn.Conv2d(3, 8, 3)", "ZeroPad2d", ParseErrorKind::Padding),
        ("nn.MaxPool2d(3, ceil_mode=c)", "ceil_mode=c", ParseErrorKind::Argument),
        ("nn.Conv2d(3, 8, 3, 2, padding='same')", "padding=same", ParseErrorKind::Argument),
    ] {
        assert_eq!(refusal(&net(layers)), (part.to_owned(), kind), "{layers}");
    }
}

#[test]
fn whole_classes() {
    let class = |forward: &str| {
        format!(
            "import torch.nn as nn
# input 32x32
class Net(nn.Module):
    def __init__(self, classes=10):
        super(Net, self).__init__()
        self.pool = nn.MaxPool2d(2, 2)
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.conv2 = nn.Sequential(
            nn.Conv2d(6, 16, 3, padding=1), nn.BatchNorm2d(16))
        self.fc = nn.Linear(400, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
{forward}

    def loss(self):
        return 3
"
        )
    };
    for (forward, expected) in [
        (
            "        x = self.pool(F.relu(self.conv1(x)))
        x = F.max_pool2d(F.dropout(torch.relu(self.conv2(x)), 0.5), 3, stride=2)
        x = x.view(x.size(0), -1)
        return self.fc(x)",
            "32x32;5,1,0;m2,2,0;3,1,1;m3,2,0 up to Flatten",
        ),
        ("        out = self.conv2(x).relu()\n        return self.pool(out)", "32x32;3,1,1;m2,2,0"),
    ] {
        assert_eq!(said(&class(forward)).unwrap(), expected, "{forward}");
    }
    let deep = format!("return {}x{}", "F.relu(".repeat(1_000), ")".repeat(1_000));
    assert_eq!(refusal(&class(&deep)).1, ParseErrorKind::Branch);
    for (forward, part) in [
        ("        return self.conv2(x) + x", "return self.conv2(x) + x"),
        ("        y = self.conv1(x)\n        z = self.conv2(x)", "z = self.conv2(x)"),
        ("        x += self.conv2(x)", "x += self.conv2(x)"),
        ("        return torch.cat([self.conv2(x), x], 1)", "return torch.cat([self.conv2(x), x], 1)"),
        ("        for layer in self.layers:\n            x = layer(x)", "for layer in self.layers:"),
        ("        return self.head(x)", "return self.head(x)"),
        ("        return self.conv2(x).view(-1, 16, 7, 7)", "return self.conv2(x).view(-1, 16, 7, 7)"),
        (
            "        x = torch.flatten(self.conv1(x), 1)\n        x = x.reshape(-1, 6, 28, 28)",
            "x = x.reshape(-1, 6, 28, 28)",
        ),
    ] {
        assert_eq!(refusal(&class(forward)), (part.to_owned(), ParseErrorKind::Branch), "{forward}");
    }
}

#[test]
fn loops() {
    for (code, expected) in [
        (
            "nn.Sequential(*[nn.Conv2d(8, 8, 3) for _ in range(3)], nn.MaxPool2d(2))",
            "224x224;3,1,0;3,1,0;3,1,0;m2,2,0",
        ),
        (
            "layers = []
for i in range(2):
    for _ in range(2):
        layers.append(nn.Conv2d(8, 8, 3, padding=1))

    layers += [nn.MaxPool2d(2)]
layers.append(nn.Conv2d(8, 8, 1))
net = nn.Sequential(*layers)",
            "224x224;3,1,1;3,1,1;m2,2,0;3,1,1;3,1,1;m2,2,0;1,1,0",
        ),
        ("'a network for a demonstration'\nmodel.add(Conv2D(8, 3))", "224x224;3,1,0"),
        ("for _ in range(2): model.add(Conv2D(8, 3))", "224x224;3,1,0;3,1,0"),
        ("nn.Sequential(nn.Conv2d(3, 8, 3), *(nn.Conv2d(8, 8, 3) for _ in range(0)))", "224x224;3,1,0"),
    ] {
        assert_eq!(said(code).unwrap(), expected, "{code}");
    }
    for (code, line) in [
        // The code of torchvision's VGG: which layers there are depends on its list.
        ("for v in cfg:\n    layers += [nn.Conv2d(c, v, 3)]", "for v in cfg:"),
        (
            "nn.Sequential(*[nn.Conv2d(8, 8, k) for k in range(3)])",
            "nn.Sequential(*[nn.Conv2d(8, 8, k) for k",
        ),
        ("nn.Conv2d(3, 8, 7 if wide else 3)", "nn.Conv2d(3, 8, 7 if wide else 3)"),
        ("if wide:\n    a = nn.Conv2d(3, 8, 7)", "if wide:"),
        ("for _ in range(999999999):\n    nn.Conv2d(8, 8, 3)", "for _ in range(999999999):"),
    ] {
        assert_eq!(refusal(code), (line.to_owned(), ParseErrorKind::Branch), "{code}");
    }
}

#[test]
fn ways_to_say_the_input() {
    // VGG in Keras 1, whose first layer pads.
    let padded = "model.add(ZeroPadding2D((1, 1), input_shape=(48, 32, 3)))\nmodel.add(Conv2D(64, 3))";
    assert_eq!(said(padded).unwrap(), "48x32;3,1,1");
    let scaled = "Sequential([Rescaling(1./255, input_shape=(48, 32, 3)), Conv2D(8, 3)])";
    assert_eq!(said(scaled).unwrap(), "48x32;3,1,0");
    for open in ["(None, None, 3)", "(None,None,3)"] {
        let code = format!("Sequential([Input({open}), Conv2D(8, 3)])");
        assert_eq!(said(&code).unwrap(), "224x224;3,1,0", "{open}");
    }
    let comment = "# input is a batch of images\nnn.Sequential(nn.Conv2d(3, 8, 3))";
    assert_eq!(said(comment).unwrap(), "224x224;3,1,0");
}

#[test]
fn a_class_that_ends_with_a_softmax() {
    let class = "class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, 1)
        self.fc1 = nn.Linear(9216, 10)
    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = torch.flatten(x, 1)
        x = self.fc1(x)
        return F.log_softmax(x, dim=1)";
    assert_eq!(said(class).unwrap(), "224x224;3,1,0 up to Flatten");
}

#[test]
fn as_it_is_pasted() {
    for (code, expected) in [
        // A gap before the bracket, as PyTorch printed once.
        ("nn.Sequential(nn.Conv2d(3,8,3), nn.MaxPool2d (2,2), nn.Conv2d (8,8,5))", "3,1,0;m2,2,0;5,1,0"),
        (
            "VGG (\n (features): Sequential (\n  (0): Conv2d(3, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))\n  (1): ReLU (inplace)
  (2): MaxPool2d (size=(2, 2), stride=(2, 2), dilation=(1, 1))\n )\n)",
            "",
        ),
        ("nn.Conv2d(3, 8, 3)\nnn.MaxPool2d \\\n(2)", "3,1,0;m2,2,0"),
        // Lists of equal modules, as PyTorch prints them since 2.1.
        (
            "ModuleList(\n  (0-2): 3 x Conv2d(8, 8, kernel_size=(3, 3), stride=(1, 1))\n)",
            "3,1,0;3,1,0;3,1,0",
        ),
        (
            "Net(\n  (0-1): 2 x Sequential(\n    (0): Conv2d(8, 8, kernel_size=(3, 3), stride=(1, 1))\n    (1): MaxPool2d(kernel_size=2)\n  )\n)",
            "3,1,0;m2,2,0;3,1,0;m2,2,0",
        ),
        // Texts are no code, and a # in one is no comment.
        ("\"\"\"Like nn.Conv2d(3, 8, 7) but smaller.\"\"\"\nnet = nn.Sequential(nn.Conv2d(3,8,3), nn.MaxPool2d(2))", "3,1,0;m2,2,0"),
        (
            "nn.Sequential(OrderedDict([('conv#1', nn.Conv2d(3,8,3)), ('conv(2)', nn.Conv2d(8,8,5)),\n('pool', nn.MaxPool2d(2))]))",
            "3,1,0;5,1,0;m2,2,0",
        ),
        ("# it doesn't pad\nnn.Conv2d(3, 8, 3)  # so it's smaller", "3,1,0"),
        // Python's own precedence.
        ("nn.Conv2d(3, 8, 2*3+1, padding=8//4*2)", "7,1,4"),
        ("nn.Conv2d(3, 8, 1+2*3, padding=(7-1)//2)", "7,1,3"),
        ("nn.Conv2d(3, 8, (2*1+1, 3), padding=(2*1+1, 7-1//2))", "3,1,3x7"),
        // Paddle.
        ("nn.Sequential(nn.Conv2D(3, 64, 5), nn.ReLU(), nn.MaxPool2D(2, 2))", "5,1,0;m2,2,0"),
        ("features = nn.Sequential(nn.Conv2d(3, 8, 3))\nmodel = nn.Sequential(features, nn.MaxPool2d(2))", "3,1,0;m2,2,0"),
    ] {
        let read = import(code).map(|imported| imported.stack.to_string());
        if expected.is_empty() {
            // Its pools have an argument that is called otherwise now.
            assert_eq!(read.unwrap_err().kind, ParseErrorKind::Argument, "{code}");
        } else {
            assert_eq!(read.as_deref(), Ok(&*format!("224x224;{expected}")), "{code}");
        }
    }
    let ceil = "class Net(nn.Module):
    def __init__(self):
        self.conv1 = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return F.max_pool2d(self.conv1(x), 3, 2, 0, 1, True)";
    assert_eq!(import(ceil).unwrap().stack.to_string(), "224x224;3,1,0;m3,2,0,ceil");
}

#[test]
fn several_inputs_and_tables() {
    let second = |text: &str, part: &str| {
        assert_eq!(refusal(text), (part.to_owned(), ParseErrorKind::Second), "{text}");
    };
    let functional = "x = Input((32, 32, 3))\nx = Conv2D(8, 3)(x)\n";
    second(&functional.repeat(2), "Input");
    second("Conv2D(8, 3, input_shape=(32, 32, 3)), Conv2D(8, 3, input_shape=(64, 64, 3))", "Conv2D");
    let head = "| Type | Kernel | Stride | Padding |";
    second(&format!("{head}\n| Conv | 3 | 1 | 1 |\n{head}\n| Conv | 5 | 1 | 1 |"), head);
    let summary =
        "Layer (type)  Output Shape  Param #\nconv2d (Conv2D)  (None, 32, 32, 8)  224\nTotal params: 224\n";
    second(&summary.repeat(2), "Layer (type)  Output Shape  Param #");
    // Keras passes over a second input of the same shape, as copied lines have it.
    let copied = "model.add(Conv2D(8, 3, strides=2, padding='same', input_shape=(28, 28, 1)))\n";
    assert_eq!(said(&copied.repeat(2)).unwrap(), "28x28;3,2,0+1;3,2,0+1");
}

#[test]
fn vectors_that_become_maps_again() {
    for (code, part) in [
        (
            "nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Unflatten(1, (8, 6, 6)), nn.Conv2d(8, 8, 3))",
            "Unflatten",
        ),
        (
            "Sequential([Conv2D(8, 3), Flatten(), Dense(49), Reshape((7, 7, 1)), Conv2DTranspose(8, 3)])",
            "Reshape",
        ),
        ("Sequential([Conv2D(8, 3), Reshape(target_shape=(7, 7, 1)), Conv2D(8, 3)])", "Reshape"),
    ] {
        assert_eq!(refusal(code), (part.to_owned(), ParseErrorKind::Form), "{code}");
    }
    let flat = "Sequential([Conv2D(8, 3), Reshape((-1,)), Dense(10)])";
    assert_eq!(said(flat).unwrap(), "224x224;3,1,0 up to Reshape");
}

/// What is read where it stands, though it is used elsewhere, would be a stack that nobody wrote.
#[test]
fn what_is_no_chain() {
    for (code, part, kind) in [
        ("nn.Sequential(nn.Conv2d(3, 8, 3), block)", "block", ParseErrorKind::Form),
        ("nn.Sequential(nn.Conv2d(3, 8, 3), self.pool)", "self.pool", ParseErrorKind::Form),
        ("nn.Sequential(*layers)\nnn.Conv2d(3, 8, 3)", "*layers", ParseErrorKind::Form),
        // Two networks, or a way beside another.
        ("nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(3, 8, 5))", "Conv2d(3, 8, 5", ParseErrorKind::Branch),
        (
            "  (conv2): Conv2d(64, 128, kernel_size=(3, 3))\n  (downsample): Sequential(\n    (0): Conv2d(64, 128, kernel_size=(1, 1), stride=(2, 2))\n  )",
            "downsample",
            ParseErrorKind::Branch,
        ),
        (
            "x = layers.Conv2D(64, 3)(inputs)\nx = layers.add([x, inputs])",
            "add([x, inputs])",
            ParseErrorKind::Branch,
        ),
    ] {
        assert_eq!(refusal(code), (part.to_owned(), kind), "{code}");
    }
    // Text that would be gone through as often as it is deep.
    let deep = "Sequential(".repeat(50_000) + "nn.Conv2d(3, 8, 3)" + &")".repeat(50_000);
    assert_eq!(refusal(&deep).0, "Sequential(");
    for init in [
        "        self.conv1 = F.relu\n        self.conv2 = nn.Conv2d(8, 8, 5)",
        "        self.conv1 = features\n        self.conv2 = nn.Conv2d(8, 8, 5)",
        "        self.conv1 = nn.Sequential()\n        self.conv1.append(nn.Conv2d(8, 8, 5))",
    ] {
        let code = format!(
            "class Net(nn.Module):\n    def __init__(self):\n{init}\n\n    def forward(self, x):\n        return self.conv1(x)"
        );
        assert_eq!(refusal(&code).1, ParseErrorKind::Branch, "{code}");
    }
}
