//! Which questions are wanted now: a rule for each kind. After every event the session asks what is new here and stops what
//! is gone.

use crate::explain::{Question, breakdown, effective_field, feature_map, kernels, layer_values};
use crate::render::Scale;

use super::Explorer;

impl Explorer {
    /// What the person looks at and the run so far can show, one question of a kind at most.
    pub fn pending(&self) -> Vec<Question> {
        let Some(run) = &self.run else { return Vec::new() };
        let over = run.outcome().is_some();
        let mut wanted = Vec::new();
        wanted.extend(self.selection.class.filter(|_| over).map(|class| self.method().question(class)));
        let there = |layer: &_| run.finished(*layer).is_some();
        let export = run.export.map(|(layer, _)| layer).filter(there);
        wanted.extend(export.map(|layer| Question::from(layer_values::Question { layer })));
        wanted.extend(run.evaluate.filter(|_| over).map(Question::from));
        wanted.extend(run.spread.filter(|_| over).map(Question::from));
        let Some(layer) = self.selection.layer.filter(there) else { return wanted };
        // What all layers share is known when all are done.
        let sheet = self.sheet().filter(|sheet| sheet.scale != Scale::Network || over);
        wanted.extend(sheet.map(Question::from));
        let channel = self.selection.channel;
        wanted.extend(channel.map(|channel| Question::from(feature_map::Question { layer, channel })));
        let colours = self.view.colours;
        wanted.extend(self.unit().map(|unit| Question::from(breakdown::Question { unit, colours })));
        wanted.extend(self.side().map(|side| Question::from(kernels::Question { layer, side })));
        let pinned = self.pinned_unit().filter(|_| self.selection.effective_field && over);
        wanted.extend(pinned.map(|unit| Question::from(effective_field::Question { unit })));
        wanted
    }

    /// What is wanted of the reference run: the map that is open, if that is of another run.
    pub(in crate::session) fn pending_of_reference(&self) -> Vec<Question> {
        let (Some(run), Some(reference)) = (&self.run, &self.reference) else { return Vec::new() };
        let open = self.selection.layer.zip(self.selection.channel);
        let there = |(layer, channel): &(_, u16)| {
            let shape = self.architecture().layer(*layer).map(|layer| layer.shape);
            shape.is_some_and(|shape| usize::from(*channel) < shape.channels)
                && run.finished(*layer).is_some()
        };
        let open = open.filter(there).filter(|_| reference.id != run.id);
        open.map(|(layer, channel)| feature_map::Question { layer, channel }.into()).into_iter().collect()
    }
}
