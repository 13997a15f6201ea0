//! The explorer: a model in use, what a person has selected of it, the run on screen, and a run kept for comparison.
//!
//! A new model is a new explorer, and a new run has a new set of answers: nothing is reset by hand.

mod answers;
mod command;
mod event;
pub mod export;
mod pace;
pub mod pending;
mod run;
pub mod selection;
pub mod timing;

use crate::explain::Question;
use crate::explain::attribution::Method;
use crate::explain::breakdown::Unit;
use crate::explain::contact_sheet;
use crate::explain::kernels::Side;
use crate::image::Preset;
use crate::model::{LabelsFrom, Model, OtherSizes};
use crate::nn::meaning::Meaning;
use crate::nn::{Architecture, Layer, LayerId, Op};
use crate::render::stats::SortBy;
use crate::render::{ColourMap, Range, Scale};
use crate::shared::Shared;
use crate::vgg::build::Build;
use crate::wire::RunId;

pub use answers::{Answers, Phase, Slot, Suspects};
pub use command::Command;
pub use event::Explore;
pub use pace::Pace;
pub use run::{Layers, NetworkInput, Outcome, Run, RunSettings, RunState};
pub use selection::{Cursor, Selection, Target};

use selection::{Lit, lit};

use super::Source;

/// The explorer.
#[derive(Clone, Debug)]
pub struct Explorer {
    /// Where the model came from.
    pub source: Source,
    /// Its file's name; empty for the default model.
    pub name: String,
    /// Whether the SHA-256 of the file was compared with the one in its name.
    pub checked: bool,
    /// What is known of it.
    pub model: Shared<Model>,
    /// Rows and columns of its input, where they are not the file's own.
    pub size: Option<[usize; 2]>,
    /// Whether the engine still has it.
    pub live: bool,
    /// The preset that the person chose, if any.
    pub preset: Option<Preset>,
    /// How maps are shown.
    pub view: View,
    /// What the person has selected.
    pub selection: Selection,
    /// The run on screen.
    pub run: Option<Run>,
    /// A run that is kept for comparison.
    pub reference: Option<Run>,
    /// What the last run was sent with.
    pub(super) sent: Option<RunSettings>,
    /// What may have killed an engine.
    pub(super) suspects: Suspects,
}

/// How maps are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Their order.
    pub sort: SortBy,
    /// Their colours.
    pub colours: ColourMap,
    /// Which of them share a range of colours.
    pub scale: Scale,
    /// Whether those without any response are shown.
    pub dead: bool,
}

impl Default for View {
    fn default() -> View {
        View { sort: SortBy::default(), colours: ColourMap::default(), scale: Scale::default(), dead: true }
    }
}

impl Explorer {
    /// With a model that was just read, and maps shown as they were before.
    pub(super) fn new(source: Source, name: String, checked: bool, model: Model, view: View) -> Explorer {
        Explorer {
            source,
            name,
            checked,
            model: model.into(),
            size: None,
            live: true,
            preset: None,
            view,
            selection: Selection::default(),
            run: None,
            reference: None,
            sent: None,
            suspects: Suspects::default(),
        }
    }

    /// The same for an input of another size: what was chosen and selected stays, as far as it is there.
    pub(super) fn resized(self, mut model: Model, size: Option<[usize; 2]>) -> Explorer {
        if self.model.labels_from == LabelsFrom::File {
            model.labels.clone_from(&self.model.labels);
            model.labels_from = LabelsFrom::File;
        }
        let Explorer { source, name, checked, preset, view, mut selection, .. } = self;
        let layer = |model: &Model, id| model.architecture.layer(id).map(|layer| layer.name.clone());
        if selection.layer.is_some_and(|id| layer(&model, id) != layer(&self.model, id)) {
            selection =
                Selection { class: selection.class, method: selection.method, ..Selection::default() };
        }
        selection.cursor = Cursor::default();
        Explorer { size, preset, selection, ..Explorer::new(source, name, checked, model, view) }
    }

    /// What a file that a person or a server gave is remembered by: its name and the number of its parameters.
    pub fn key(&self) -> Option<String> {
        let parameters = self.architecture().parameters();
        (self.source != Source::Default).then(|| format!("{} {parameters}", self.name))
    }

    /// Whether the paper's protocols can be run: on a classifier whose input can be larger.
    pub fn can_evaluate(&self) -> bool {
        let model = &self.model;
        let is_classifier =
            model.architecture.classes > 1 && !matches!(model.meaning, Meaning::Number | Meaning::Embedding);
        is_classifier && model.sizes.others != OtherSizes::None
    }

    /// Whether networks like it can be built, to compare how far activations spread.
    pub fn can_compare_spreads(&self) -> bool {
        Build::like(self.architecture()).is_some()
    }

    /// The slot of a question about a run, if it is under way: the one place that tells what is stale. A reply about a run
    /// that is gone, to a question that is no longer asked, or to one that was stopped, finds none.
    pub(super) fn slot(&mut self, run: RunId, question: &Question) -> Option<&mut Slot> {
        let runs = [&mut self.run, &mut self.reference];
        let run = runs.into_iter().flatten().find(|one| one.id == run && one.live)?;
        run.answers.under_way(question)
    }

    /// The run on screen, if it is this one and still under way; results of any other are stale.
    pub(super) fn running(&mut self, run: RunId) -> Option<&mut Run> {
        self.run.as_mut().filter(|one| one.id == run && one.state == RunState::Running)
    }

    /// The network's layers.
    pub fn architecture(&self) -> &Architecture {
        &self.model.architecture
    }

    /// The open layer.
    pub fn layer(&self) -> Option<&Layer> {
        self.architecture().layer(self.selection.layer?)
    }

    /// The run on screen, once it has an answer.
    pub fn outcome(&self) -> Option<&Shared<Outcome>> {
        self.run.as_ref()?.outcome()
    }

    /// The preset in use.
    pub fn preset_in_use(&self) -> Preset {
        self.preset.unwrap_or(self.model.preset)
    }

    /// What is lit, on the open layer or on the network's input.
    pub fn lit(&self) -> Option<Lit> {
        let layer = self.selection.layer?;
        let field = self.model.receptive_fields.get(usize::from(layer.0))?;
        lit(self.selection.cursor.target()?, field, self.layer()?.shape, self.architecture().input())
    }

    /// How the open layer is to be drawn. Sorted by what maps contribute to a class, it takes an answer.
    pub fn sheet(&self) -> Option<contact_sheet::Question> {
        let View { sort, colours, scale, dead } = self.view;
        let class = match sort {
            // To what there is no class of, nothing contributes: the maps stay in the network's order.
            SortBy::Contribution => {
                let run = self.run.as_ref()?;
                let class = self.class_in_question();
                if class.is_none() && run.state == RunState::Running {
                    return None;
                }
                class
            }
            _ => None,
        };
        Some(contact_sheet::Question { layer: self.selection.layer?, sort, colours, scale, dead, class })
    }

    /// The class that the person asks about, or else the likeliest.
    pub fn class_in_question(&self) -> Option<usize> {
        let outcome = self.outcome()?;
        self.selection.class.or_else(|| outcome.ranking.first().copied())
    }

    /// How a class is attributed: as the person wants it, or as exactly as it can be.
    pub fn method(&self) -> Method {
        match self.selection.method.filter(|method| self.can(*method)) {
            Some(method) => method,
            None if self.can(Method::Cam) => Method::Cam,
            None => Method::GradCam,
        }
    }

    /// Whether such a map can be made of the model in use.
    pub fn can(&self, method: Method) -> bool {
        method != Method::Cam || self.model.cam.is_some()
    }

    /// The kernels to be shown of the open layer, if it is a convolution.
    pub fn side(&self) -> Option<Side> {
        let Op::Convolution(_) = self.layer()?.op else { return None };
        if self.selection.layer == Some(LayerId(1)) && self.architecture().input().channels == 3 {
            return Some(Side::Colours { bgr: self.preset_in_use().preprocessing().bgr });
        }
        self.selection.kernels_of.map(Side::From).or_else(|| self.selection.channel.map(Side::Into))
    }

    /// The pinned unit of the open map.
    pub fn pinned_unit(&self) -> Option<Unit> {
        self.unit().filter(|unit| self.selection.cursor.pinned == Some(Target::Unit(unit.place)))
    }

    /// The unit of the open map that is broken down: the one pointed at, or the only one.
    pub fn unit(&self) -> Option<Unit> {
        let (layer, channel) = (self.selection.layer?, self.selection.channel?);
        let shape = self.layer()?.shape;
        let place = match self.selection.cursor.target() {
            _ if shape.plane() == 1 => [0, 0],
            Some(Target::Unit(place)) if place[0] < shape.height && place[1] < shape.width => place,
            _ => return None,
        };
        Some(Unit { layer, channel, place })
    }

    /// The range of colours that all maps of the open layer share; none where each has its own, or while it is not
    /// known.
    pub fn shared_range(&self) -> Option<Range> {
        let run = self.run.as_ref()?;
        match self.view.scale.over(self.layer()?.shape.plane()) {
            Scale::Map => None,
            Scale::Layer => Some(self.view.colours.range(&run.finished(self.selection.layer?)?.stats)),
            Scale::Network => {
                run.outcome()?;
                let layers = self.architecture().layers.iter().zip(run.layers.iter()).enumerate();
                let sharing = layers.filter(|(at, (layer, _))| Architecture::shares_scale(*at, layer.shape));
                let stats = sharing.filter_map(|(_, (_, done))| Some(&done.as_ref()?.stats));
                Some(self.view.colours.range(stats.flatten()))
            }
        }
    }

    /// The range of colours of one map of the open layer.
    pub fn range(&self, channel: u16) -> Option<Range> {
        let stats = &self.run.as_ref()?.finished(self.selection.layer?)?.stats;
        let own = || Some(self.view.colours.range([stats.get(usize::from(channel))?]));
        self.shared_range().or_else(own)
    }
}
