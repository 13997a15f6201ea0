//! Code whose layers are not those that stand in it, one after the other: lists that are repeated, cut and changed, names,
//! conditions, and more than one network.

use super::*;

fn read(code: &str) -> String {
    said(code).unwrap_or_else(|error| panic!("{code}: {error:?}"))
}

#[test]
fn lists_that_are_repeated() {
    for (code, expected) in [
        ("nn.Sequential(*[nn.Conv2d(64,64,3,padding=1), nn.ReLU()] * 3)", "3,1,1;3,1,1;3,1,1"),
        (
            "layers = [nn.Conv2d(3, 64, 3, padding=1)]
layers += [nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(inplace=True)] * 2
layers = layers + [nn.MaxPool2d(2)]
net = nn.Sequential(*layers)",
            "3,1,1;3,1,1;3,1,1;m2,2,0",
        ),
        ("block = nn.Conv2d(64, 64, 3)\nnet = nn.Sequential(*[block] * 3)", "3,1,0;3,1,0;3,1,0"),
        ("nn.Sequential(nn.Conv2d(3,64,3), *([nn.Conv2d(64,64,5)] * 2))", "3,1,0;5,1,0;5,1,0"),
        ("conv = nn.Conv2d(8, 8, 3)\nnet = nn.ModuleList([conv] * 2)", "3,1,0;3,1,0"),
        ("nn.Sequential(*(nn.Conv2d(8, 8, 3), nn.ReLU()) * 2)", "3,1,0;3,1,0"),
        (
            "net = nn.Sequential(
    *[
        nn.Conv2d(8, 8, 3, padding=1),
        nn.ReLU(),
    ] * 2,
    nn.MaxPool2d(2),
)",
            "3,1,1;3,1,1;m2,2,0",
        ),
        (
            "model = tf.keras.Sequential([Conv2D(8, 3)] + [layers.Conv2D(8, 5), layers.ReLU()] * 2)",
            "3,1,0;5,1,0;5,1,0",
        ),
        (
            "class Net(nn.Module):
    def __init__(self):
        self.body = nn.Sequential(*[nn.Conv2d(8, 8, 3), nn.ReLU()] * 2)
    def forward(self, x):
        return self.body(x)",
            "3,1,0;3,1,0",
        ),
        // Numbers are multiplied as numbers.
        (
            "filters = [64, n]\nnn.Sequential(nn.Conv2d(3, filters[0] * 2, [3] * 2), nn.Conv2d(2*(n+1), 8, (2+1)*1))",
            "3,1,0;3,1,0",
        ),
    ] {
        assert_eq!(read(code), format!("224x224;{expected}"), "{code}");
    }
    let edit = ParseErrorKind::Edit;
    for (code, part, kind) in [
        ("nn.Sequential(*[nn.Conv2d(8,8,3)] * n)", "nn.Sequential(*[nn.Conv2d(8,8,3)] * n)", edit),
        ("nn.Sequential(*(2 * [nn.Conv2d(8,8,3)]))", "nn.Sequential(*(2 * [nn.Conv2d(8,8,3)]))", edit),
        ("a = [nn.Conv2d(8,8,3)]\nnn.Sequential(*a * 2)", "*a * 2", ParseErrorKind::Form),
        ("a = [nn.Conv2d(8,8,3)]\na *= 2\nnn.Sequential(*a)", "*a", ParseErrorKind::Form),
        ("a = [nn.Conv2d(8,8,3)]\nnn.Sequential(*a, *a)", "*a", ParseErrorKind::Form),
        ("a = [nn.Conv2d(8,8,3)]\nb = [nn.ReLU()]\nnn.Sequential(*b, *a)", "*a", ParseErrorKind::Form),
        ("nn.Sequential(nn.Conv2d(8,8,3), *[block] * 3)", "block", ParseErrorKind::Form),
        ("nn.Sequential(OrderedDict([('a', nn.Conv2d(8,8,3)), ('b', pool)]))", "pool", ParseErrorKind::Form),
        ("a = [nn.Conv2d(8,8,3)] + [pool]\nnn.Sequential(*a)", "pool", ParseErrorKind::Form),
    ] {
        assert_eq!(refusal(code), (part.to_owned(), kind), "{code}");
    }
}

#[test]
fn modules_under_their_names() {
    for (code, expected) in [
        (
            "block = nn.Sequential(nn.Conv2d(3,3,3), nn.ReLU())\nnet = nn.Sequential(block, block, nn.MaxPool2d(2))",
            "3,1,0;3,1,0;m2,2,0",
        ),
        ("conv = nn.Conv2d(3,3,3)\nnet = nn.Sequential(nn.MaxPool2d(2), conv)", "m2,2,0;3,1,0"),
        (
            "pool = nn.MaxPool2d(2)
nn.Sequential(OrderedDict([
    ('conv', nn.Conv2d(3, 8, 3)),
    ('pool', pool)]))",
            "3,1,0;m2,2,0",
        ),
        ("pool = MaxPooling2D(2)\nmodel.add(Conv2D(8,3))\nmodel.add(pool)", "3,1,0;m2,2,0"),
        (
            "encoder = Sequential([Conv2D(8, 3), MaxPooling2D(2)])
decoder = Sequential([Conv2DTranspose(8, 2, strides=2)])
autoencoder = Sequential([encoder, decoder])",
            "3,1,0;m2,2,0;t2,2,0",
        ),
    ] {
        assert_eq!(read(code), format!("224x224;{expected}"), "{code}");
    }
}

#[test]
fn layers_that_are_taken_out() {
    let net = "net = nn.Sequential(nn.Conv2d(3,64,3), nn.ReLU(), nn.MaxPool2d(2))\n";
    for line in [
        "net = net[:2]",
        "features = nn.Sequential(*list(net.children())[:-1])",
        "del net[2]",
        "net.pop(-1)",
        "net[0] = nn.Conv2d(1, 64, 7)",
        "net.insert(0, nn.MaxPool2d(2))",
        "features = vgg16().features[:23]",
        "layers.extend(nn.Sequential(nn.ReLU())[:1])",
    ] {
        let part: String = line.chars().take(40).collect();
        assert_eq!(refusal(&format!("{net}{line}")), (part, ParseErrorKind::Edit), "{line}");
    }
    let behind = "Sequential([Conv2D(8, 3), Flatten()])\nmodel.fit(x[:100], y[:100])";
    assert_eq!(read(behind), "224x224;3,1,0 up to Flatten");
    let keras = "model.add(Conv2D(64, 3))\nmodel.add(MaxPooling2D(2))\nmodel.pop()";
    assert_eq!(refusal(keras), ("model.pop()".to_owned(), ParseErrorKind::Edit));
    let class = |init: &str, behind: &str| {
        format!(
            "class Net(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())
        {init}

    def forward(self, x):
        x = self.features(x)
        return x.view(-1, self.count(x))

    def count(self, x):
        return x.size()[1:].numel()

{behind}"
        )
    };
    assert_eq!(read(&class("", "net = Net(1)\nprint(net)")), "224x224;3,1,0 up to Flatten");
    for (init, behind, part) in [
        ("self.features = features[:10]", "", "self.features = features[:10]"),
        ("del self.features[1]", "", "del self.features[1]"),
        ("", "net = Net()\nnet.features = nn.Identity()", "net.features = nn.Identity()"),
        ("", "net = Net()\ndel net.features[0]", "del net.features[0]"),
    ] {
        assert_eq!(refusal(&class(init, behind)), (part.to_owned(), ParseErrorKind::Edit), "{part}");
    }
    let filled = class("self.features.add_module('pool', nn.MaxPool2d(2))", "");
    assert_eq!(refusal(&filled), ("x = self.features(x)".to_owned(), ParseErrorKind::Branch));
}

#[test]
fn conditions() {
    let flat = |flag: &str| {
        format!(
            "batch_norm = {flag}
layers = [nn.Conv2d(3, 64, 3, padding=1)]
if batch_norm:
    layers += [nn.BatchNorm2d(64)]
else:
    layers += [nn.MaxPool2d(2)]
layers += [nn.Conv2d(64, 64, 3)]
net = nn.Sequential(*layers)"
        )
    };
    assert_eq!(read(&flat("True")), "224x224;3,1,1;3,1,0");
    assert_eq!(read(&flat("False")), "224x224;3,1,1;m2,2,0;3,1,0");
    assert_eq!(refusal(&flat("args.bn")), ("if batch_norm:".to_owned(), ParseErrorKind::Branch));
    let class = |default: &str, made: &str| {
        format!(
            "class Net(nn.Module):
    def __init__(self, pool: bool = {default}):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.pool = nn.MaxPool2d(2)
        if not pool:
            self.pool = nn.AvgPool2d(3)

    def forward(self, x):
        return self.pool(self.conv(x))

net = Net({made})"
        )
    };
    assert_eq!(read(&class("True", "")), "224x224;3,1,0;m2,2,0");
    let line = ("return self.pool(self.conv(x))".to_owned(), ParseErrorKind::Branch);
    for (default, made) in [("False", ""), ("True", "False"), ("None", "")] {
        assert_eq!(refusal(&class(default, made)), line, "{default} {made}");
    }
    for other in
        ["nn.MaxPool2d(2) if pool else nn.AvgPool2d(3)", "(nn.MaxPool2d(2) if pool\n   else nn.AvgPool2d(3))"]
    {
        let code = class("True", "").replace("nn.MaxPool2d(2)", other);
        assert_eq!(refusal(&code), line, "{other}");
    }
    for (code, part) in [
        (
            "nn.Sequential(nn.Conv2d(3, 8, 3), (nn.MaxPool2d(2) if pool\n  else nn.AvgPool2d(2)))",
            "else nn.AvgPool2d(2)))",
        ),
        ("nn.Sequential(nn.Conv2d(3, 8, 3),\n  nn.MaxPool2d(2)\n  if pool\n  else nn.ReLU())", "if pool"),
        (
            "nn.Sequential(pool and nn.MaxPool2d(2) or nn.AvgPool2d(2))",
            "nn.Sequential(pool and nn.MaxPool2d(2) o",
        ),
        ("if a:\n  nn.Conv2d(3, 8, 3)\nelif b:\n  nn.Conv2d(3, 8, 5)\na = True", "elif b:"),
    ] {
        let said = refusal(code);
        assert_eq!(said.1, ParseErrorKind::Branch, "{code}");
        assert!(said.0 == part || said.0 == "if a:", "{code}: {said:?}");
    }
}

#[test]
fn several_networks() {
    let second = |text: &str, part: &str| {
        assert_eq!(refusal(text), (part.to_owned(), ParseErrorKind::Second), "{text}");
    };
    second(
        "a = nn.Sequential(nn.Conv2d(8, 8, 3))\nb = nn.Sequential(nn.Conv2d(8, 8, 5))",
        "b = nn.Sequential(nn.Conv2d(8, 8, 5))",
    );
    second(
        "a = Sequential()\na.add(Conv2D(8, 3))\nb = Sequential()\nb.add(Conv2D(8, 5))",
        "b = Sequential()",
    );
    let printed = "Net(\n  (a): Sequential(\n    (0): Conv2d(8, 8, kernel_size=(3, 3))\n  )\n)\n";
    second(&printed.repeat(2), "Net(");
    let class = "class Net(nn.Module):
    def __init__(self):
        self.conv = nn.Conv2d(3, 8, 3)
    def forward(self, x):
        return self.conv(x)
net = nn.Sequential(Net(), nn.MaxPool2d(2))";
    second(class, "net = nn.Sequential(Net(), nn.MaxPool2d(");
    for (code, expected) in [
        // Parts of one.
        (
            "self.a = nn.Sequential(nn.Conv2d(3, 8, 3))\nself.b = nn.Sequential(nn.Conv2d(8, 8, 5))",
            "3,1,0;5,1,0",
        ),
        ("nn.Sequential(nn.Conv2d(3, 8, 3)),\nnn.Sequential(nn.Conv2d(8, 8, 5)),", "3,1,0;5,1,0"),
    ] {
        assert_eq!(read(code), format!("224x224;{expected}"), "{code}");
    }
}
