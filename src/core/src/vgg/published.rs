//! Weights of VGG networks that can be had elsewhere: a person follows a link in their own browser, and gives the file to the
//! page. Addresses are those in the source code of torchvision 0.22 and Keras 3.15, and on the VGG group's own page.

use super::configuration::{self, CLASSIFIER, Configuration, SIDE};

/// A file of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Who publishes it.
    pub publisher: &'static str,
    /// Letter of its configuration.
    pub letter: &'static str,
    /// Whether it has batch norm.
    pub batch_norm: bool,
    /// Its licence, as its publisher states it.
    pub licence: &'static str,
    /// Where it is.
    pub address: &'static str,
}

const TORCHVISION: Published = Published {
    publisher: "torchvision",
    letter: "D",
    batch_norm: false,
    licence: "BSD-3-Clause",
    address: "https://download.pytorch.org/models/vgg16-397923af.pth",
};
const KERAS: Published = Published {
    publisher: "Keras",
    letter: "D",
    batch_norm: false,
    licence: "CC BY 4.0",
    address: "https://storage.googleapis.com/tensorflow/keras-applications/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5",
};
const OXFORD: Published = Published {
    publisher: "VGG group",
    letter: "D",
    batch_norm: false,
    licence: "CC BY 4.0",
    address: "https://www.robots.ox.ac.uk/~vgg/software/very_deep/caffe/VGG_ILSVRC_16_layers.caffemodel",
};

/// All that is listed.
pub const PUBLISHED: [Published; 12] = [
    Published {
        letter: "A",
        address: "https://download.pytorch.org/models/vgg11-8a719046.pth",
        ..TORCHVISION
    },
    Published {
        letter: "B",
        address: "https://download.pytorch.org/models/vgg13-19584684.pth",
        ..TORCHVISION
    },
    TORCHVISION,
    Published {
        letter: "E",
        address: "https://download.pytorch.org/models/vgg19-dcbb9e9d.pth",
        ..TORCHVISION
    },
    Published {
        letter: "A",
        batch_norm: true,
        address: "https://download.pytorch.org/models/vgg11_bn-6002323d.pth",
        ..TORCHVISION
    },
    Published {
        letter: "B",
        batch_norm: true,
        address: "https://download.pytorch.org/models/vgg13_bn-abd245e5.pth",
        ..TORCHVISION
    },
    Published {
        batch_norm: true,
        address: "https://download.pytorch.org/models/vgg16_bn-6c64b313.pth",
        ..TORCHVISION
    },
    Published {
        letter: "E",
        batch_norm: true,
        address: "https://download.pytorch.org/models/vgg19_bn-c79401a0.pth",
        ..TORCHVISION
    },
    KERAS,
    Published {
        letter: "E",
        address: "https://storage.googleapis.com/tensorflow/keras-applications/vgg19/vgg19_weights_tf_dim_ordering_tf_kernels.h5",
        ..KERAS
    },
    OXFORD,
    Published {
        letter: "E",
        address: "https://www.robots.ox.ac.uk/~vgg/software/very_deep/caffe/VGG_ILSVRC_19_layers.caffemodel",
        ..OXFORD
    },
];

impl Published {
    /// What it is called.
    pub fn name(&self) -> String {
        let name = Configuration::of(self.letter).map_or("", |configuration| configuration.name);
        if self.batch_norm { format!("{name} BN") } else { name.to_owned() }
    }

    /// The file's name.
    pub fn file(&self) -> &'static str {
        self.address.rsplit_once('/').map_or(self.address, |(_, file)| file)
    }

    /// About how many bytes it has: four for each parameter.
    pub fn bytes(&self) -> u64 {
        let parameters = Configuration::of(self.letter).map(|configuration| {
            let entries = configuration.entries;
            configuration::architecture("", entries, SIDE, &CLASSIFIER, self.batch_norm).parameters()
        });
        parameters.unwrap_or_default() * 4
    }
}

/// What a file's name says of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum<'a> {
    /// The digits that their SHA-256 begins with.
    pub digits: &'a str,
    /// Whether it must; else the digits may be a date, or anything.
    pub certain: bool,
}

/// The sum in the name of a file of weights, as torch.hub and torchvision write it: `vgg11-bbd30ac9.pth`. A browser may have
/// saved it as a further copy: `vgg16-397923af (1).pth`.
pub fn sum(name: &str) -> Option<Sum<'_>> {
    let (stem, end) = name.rsplit_once('.')?;
    let copy = stem.strip_suffix(')').and_then(|stem| stem.rsplit_once(" ("));
    let is_copy = |(_, number): &(&str, &str)| number.chars().all(|digit| digit.is_ascii_digit());
    let stem = copy.filter(is_copy).map_or(stem, |(stem, _)| stem);
    let (network, digits) = stem.rsplit_once('-')?;
    let is_sum = digits.len() == 8 && digits.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f'));
    // torchvision has published some networks more than once, each time under this name with other digits.
    let listed = || PUBLISHED.iter().map(Published::file).filter(|file| file.ends_with(".pth"));
    let is_known = end == "pth" && listed().any(|file| file.starts_with(&format!("{network}-")));
    let is_date = digits.chars().all(|digit| digit.is_ascii_digit())
        && !listed().any(|file| file == format!("{network}-{digits}.pth"));
    is_sum.then_some(Sum { digits, certain: is_known && !is_date })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_sums() {
        for (name, expected) in [
            ("vgg16-397923af.pth", Some(("397923af", true))),
            ("vgg11-bbd30ac9.pth", Some(("bbd30ac9", true))),
            ("vgg19_bn-c79401a0 (2).pth", Some(("c79401a0", true))),
            ("vgg13-19584684.pth", Some(("19584684", true))),
            ("vgg13-20240115.pth", Some(("20240115", false))),
            ("model-20240101.pth", Some(("20240101", false))),
            ("vgg16-397923af.onnx", Some(("397923af", false))),
            ("resnet18-5c106cde (x).pth", None),
            ("vgg16-397923AF.pth", None),
            ("vgg16_weights_tf_dim_ordering_tf_kernels.h5", None),
            ("-.pth", None),
            ("vgg16", None),
        ] {
            let sum = expected.map(|(digits, certain)| Sum { digits, certain });
            assert_eq!(super::sum(name), sum, "{name}");
        }
    }

    /// torchvision states 527.796 MiB for VGG-16 and 506.881 for VGG-11 BN.
    #[test]
    fn sizes() {
        let mib = |file| {
            let one = PUBLISHED.iter().find(|one| one.file() == file).unwrap();
            one.bytes() as f64 / f64::from(1 << 20)
        };
        assert!((mib("vgg16-397923af.pth") - 527.796).abs() < 0.05);
        assert!((mib("vgg11_bn-6002323d.pth") - 506.881).abs() < 0.05);
        assert!(PUBLISHED.iter().all(|one| one.address.starts_with("https://")));
    }
}
