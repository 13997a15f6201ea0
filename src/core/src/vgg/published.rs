//! Weights of VGG networks that can be had elsewhere: a person follows a link in their own browser, and gives the file to the
//! page. Addresses are those in the source code of torchvision 0.22 and Keras 3.15, and on the VGG group's own page.

use super::configuration::{self, Configuration};

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
            configuration::architecture("", entries, configuration::SIDE, self.batch_norm).parameters()
        });
        parameters.unwrap_or_default() * 4
    }

    /// The first digits of the SHA-256 of its bytes, where its name has them, as torchvision's names do.
    pub fn sum(&self) -> Option<&'static str> {
        let stem = self.file().strip_suffix(".pth")?;
        stem.rsplit_once('-').map(|(_, sum)| sum)
    }
}

/// The listed file of a name, as a browser may have saved it: `vgg16-397923af (1).pth` is a second copy.
pub fn of_file(name: &str) -> Option<&'static Published> {
    PUBLISHED.iter().find(|published| {
        let (stem, end) = published.file().rsplit_once('.').unwrap_or((published.file(), ""));
        let own = name.strip_suffix(end).and_then(|own| own.strip_suffix('.'));
        let copy = own.and_then(|own| own.strip_prefix(stem));
        copy.is_some_and(|copy| {
            let number = copy.trim_start_matches([' ', '(']).trim_end_matches(')');
            copy.is_empty() || number.chars().all(|digit| digit.is_ascii_digit())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_sums() {
        assert_eq!(of_file("vgg16-397923af.pth").and_then(Published::sum), Some("397923af"));
        assert_eq!(of_file("vgg19_bn-c79401a0 (2).pth").and_then(Published::sum), Some("c79401a0"));
        assert_eq!(of_file("model-20240101.pth"), None);
        assert_eq!(of_file("vgg16-397923af.onnx"), None);
        let keras = of_file("vgg16_weights_tf_dim_ordering_tf_kernels.h5").unwrap();
        assert_eq!((keras.sum(), keras.publisher), (None, "Keras"));
    }

    /// torchvision states 527.796 MiB for VGG-16 and 506.881 for VGG-11 BN.
    #[test]
    fn sizes() {
        let mib = |file| of_file(file).unwrap().bytes() as f64 / f64::from(1 << 20);
        assert!((mib("vgg16-397923af.pth") - 527.796).abs() < 0.05);
        assert!((mib("vgg11_bn-6002323d.pth") - 506.881).abs() < 0.05);
        assert!(PUBLISHED.iter().all(|one| one.address.starts_with("https://")));
    }
}
