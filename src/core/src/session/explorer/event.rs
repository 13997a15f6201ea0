//! What a person does on the explorer.

use crate::explain::attribution::Method;
use crate::explain::{Kind, evaluation, spread};
use crate::image::Preset;
use crate::nn::LayerId;
use crate::render::stats::SortBy;
use crate::render::{ColourMap, Scale};
use crate::session::Effect;
use crate::wire::Request;

use super::export::Export;
use super::{Answers, Command, Explorer, Run, RunState, Target};

/// What a person does on the explorer.
#[derive(Clone, Debug, PartialEq)]
pub enum Explore {
    /// Chooses how bytes become numbers.
    Preset(Preset),
    /// Chose this when the model was last open.
    Remembered {
        /// Which model: [`Explorer::key`].
        of: String,
        /// How its bytes become numbers.
        preset: Preset,
    },
    /// Opens a layer.
    Layer(LayerId),
    /// Opens a channel of the open layer, or closes it.
    Channel(Option<u16>),
    /// Opens a channel of another layer.
    Open(LayerId, u16),
    /// Points at something, or at nothing more.
    Point(Option<Target>),
    /// Pins something, or frees what was pinned.
    Pin(Option<Target>),
    /// Asks which places speak for a class, or no longer.
    Class(Option<usize>),
    /// Chooses how that is told.
    Method(Method),
    /// Chooses the kernels for a channel that is read, or those of the open channel.
    KernelsOf(Option<u16>),
    /// Whether it is shown how much each pixel counts for the pinned unit.
    EffectiveField(bool),
    /// Asks what the network says by these of the paper's protocols, or no longer.
    Evaluate(Option<evaluation::Question>),
    /// Asks how far activations spread with weights drawn from this seed, or no longer.
    Spread(Option<spread::Question>),
    /// Stops a question that takes its time.
    Stop(Kind),
    /// Asks a question that was stopped, or failed, once more.
    AskAgain(Kind),
    /// Stops the run.
    StopRun,
    /// Keeps this run for comparison.
    KeepReference,
    /// Compares no longer.
    DropReference,
    /// Saves something of the open layer.
    Export(Export),
    /// Presses a key that means this.
    Command(Command),
    /// Whether maps without any response are shown.
    Dead(bool),
    /// Chooses an order of maps.
    Sort(SortBy),
    /// Chooses their colours.
    Colours(ColourMap),
    /// Chooses which of them share a scale.
    Scale(Scale),
}

impl Explore {
    /// Whether it changes what the explorer's address names.
    pub(in crate::session) fn moves(&self) -> bool {
        matches!(
            self,
            Explore::Layer(_)
                | Explore::Open(..)
                | Explore::Channel(_)
                | Explore::Pin(_)
                | Explore::Command(_)
        )
    }
}

impl Explorer {
    /// Takes what a person did.
    pub(in crate::session) fn handle(&mut self, event: Explore, effects: &mut Vec<Effect>) {
        let selection = &mut self.selection;
        match event {
            Explore::Preset(preset) => {
                self.preset = Some(preset);
                effects.extend(self.key().map(|of| Effect::SavePreset { of, preset }));
            }
            Explore::Remembered { of, preset } => {
                let sound = preset.preprocessing().is_sound() && self.key() == Some(of);
                self.preset = self.preset.or(sound.then_some(preset));
            }
            Explore::Layer(layer) => self.open_layer(layer),
            Explore::Open(layer, channel) => {
                selection.channel = Some(channel);
                self.open_layer(layer);
            }
            Explore::Channel(channel) => selection.channel = channel,
            Explore::Point(target) => selection.cursor.pointed = target,
            Explore::Pin(target) => selection.cursor.pinned = target,
            Explore::Class(class) => selection.class = class,
            Explore::Method(method) => selection.method = Some(method),
            Explore::KernelsOf(channel) => selection.kernels_of = channel,
            Explore::Evaluate(protocols) => {
                let can = self.can_evaluate();
                if let Some(run) = &mut self.run {
                    run.evaluate = protocols.filter(|_| can);
                }
            }
            Explore::Spread(asked) => {
                let can = self.can_compare_spreads();
                if let Some(run) = &mut self.run {
                    run.spread = asked.filter(|_| can);
                }
            }
            Explore::EffectiveField(shown) => selection.effective_field = shown,
            Explore::Stop(kind) => {
                if let Some(run) = &mut self.run
                    && let Some(question) = run.answers.stop(kind)
                {
                    effects.push(Effect::Send(Request::Stop { run: run.id, question }));
                }
            }
            Explore::AskAgain(kind) => {
                if let Some(run) = &mut self.run {
                    run.answers.forget(kind);
                    self.suspects.forgive(kind);
                }
            }
            Explore::StopRun => {
                if let Some(run) = self.run.as_mut().filter(|run| run.state == RunState::Running) {
                    run.state = RunState::Stopped;
                    effects.push(Effect::Send(Request::StopRun { run: run.id }));
                }
            }
            Explore::KeepReference => self.keep_reference(effects),
            Explore::DropReference => {
                if let Some(run) = self.reference.take() {
                    effects.push(Effect::Send(Request::DropReference { run: run.id }));
                }
            }
            Explore::Export(export) => self.save(export, effects),
            Explore::Command(command) => self.command(command),
            Explore::Dead(shown) => self.view.dead = shown,
            Explore::Sort(sort) => self.view.sort = sort,
            Explore::Colours(colours) => self.view.colours = colours,
            Explore::Scale(scale) => self.view.scale = scale,
        }
    }

    /// Keeps what the run left, to look at it beside what another photo's leaves.
    fn keep_reference(&mut self, effects: &mut Vec<Effect>) {
        let Some(run) = self.run.as_ref().filter(|run| run.live && run.outcome().is_some()) else { return };
        effects.push(Effect::Send(Request::KeepReference { run: run.id }));
        self.reference = Some(Run { answers: Answers::default(), ..run.clone() });
    }

    /// Opens a layer.
    pub(in crate::session) fn open_layer(&mut self, layer: LayerId) {
        let channels = self.architecture().layer(layer).map_or(0, |layer| layer.shape.channels);
        self.selection.open(layer, channels);
    }
}
