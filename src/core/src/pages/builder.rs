//! The state of the page that builds a network: what is typed, and the network that it is.

use crate::vgg::build::{Build, BuildError};
use crate::vgg::cfg;
use crate::vgg::initialise::Initialisation;
use crate::vgg::transfer::Transfer;

/// The form, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Builder {
    /// The list of convolutions and pools, or its name.
    pub list: String,
    /// Whether a batch norm stands behind each convolution.
    pub batch_norm: bool,
    /// How the weights begin.
    pub initialisation: Initialisation,
    /// From which they are drawn.
    pub seed: String,
    /// Classes.
    pub classes: String,
    /// Units of each of the two dense layers before the last.
    pub hidden: String,
    /// Rows and columns of the photo.
    pub side: String,
    /// Which weights of the model in use it begins with; no address tells, since no address tells of that model.
    pub transfer: Option<Transfer>,
}

/// A change of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Of the list.
    List(String),
    /// Of batch norm.
    BatchNorm(bool),
    /// Of the rule of the weights.
    Initialisation(Initialisation),
    /// Of the seed.
    Seed(String),
    /// Of the classes.
    Classes(String),
    /// Of the dense layers.
    Hidden(String),
    /// Of the side.
    Side(String),
    /// Of what is taken over.
    Transfer(Option<Transfer>),
}

impl Default for Builder {
    /// The lesson's first network with its initialisation, for four classes and with dense layers that run anywhere.
    fn default() -> Builder {
        let list = cfg::read("vgg11").unwrap_or_default();
        Builder::of(&Build { classes: 4, hidden: 256, ..Build::of(&list, Initialisation::Xavier) })
    }
}

impl Builder {
    /// The form of a network.
    pub fn of(build: &Build) -> Builder {
        Builder {
            list: cfg::write(&build.entries),
            batch_norm: build.batch_norm,
            initialisation: build.initialisation,
            seed: build.seed.to_string(),
            classes: build.classes.to_string(),
            hidden: build.hidden.to_string(),
            side: build.side.to_string(),
            transfer: None,
        }
    }

    /// The form of a text that may be no network.
    pub fn of_text(text: &str) -> Builder {
        text.parse::<Build>().map(|build| Builder::of(&build)).unwrap_or_else(|_| {
            let list = text.split('/').next().unwrap_or_default().chars().take(1000).collect();
            Builder { list, ..Builder::default() }
        })
    }

    /// Changes it.
    pub fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::List(list) => self.list = list,
            Edit::BatchNorm(batch_norm) => self.batch_norm = batch_norm,
            Edit::Initialisation(initialisation) => self.initialisation = initialisation,
            Edit::Seed(seed) => self.seed = seed,
            Edit::Classes(classes) => self.classes = classes,
            Edit::Hidden(hidden) => self.hidden = hidden,
            Edit::Side(side) => self.side = side,
            Edit::Transfer(transfer) => self.transfer = transfer,
        }
    }

    /// The network.
    ///
    /// # Errors
    /// What of the form is none.
    pub fn read(&self) -> Result<Build, BuildError> {
        let Builder { list, initialisation, seed, classes, hidden, side, .. } = self;
        // A slash would end the list.
        let list = list.replace('/', "|");
        let end = if self.batch_norm { "/bn" } else { "" };
        format!("{list}/{}/{seed}/{classes}/{hidden}/{side}{end}", initialisation.word()).parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vgg::cfg::CfgError;

    #[test]
    fn what_is_typed_is_a_network_or_a_fault() {
        let mut builder = Builder::default();
        assert_eq!(builder.read().map(|build| (build.classes, build.hidden)), Ok((4, 256)));
        builder.edit(Edit::Side("96".into()));
        builder.edit(Edit::BatchNorm(true));
        let build = builder.read().unwrap();
        assert_eq!(Builder::of(&build), builder);
        assert_eq!(Builder::of_text(&build.to_string()), builder);
        builder.edit(Edit::Side("100".into()));
        assert_eq!(builder.read(), Err(BuildError::Side(100, 5)));
        builder.edit(Edit::List("64/M".into()));
        assert_eq!(builder.read(), Err(BuildError::Cfg(CfgError::Entry("64|M".into()))));
        assert_eq!(Builder::of_text("64, X/xavier").list, "64, X");
    }
}
