//! What the person looks at, as requests to the engine.

use crate::explain::attribution::Method;
use crate::render::Scale;
use crate::wire::Request;

use super::Session;

impl Session {
    /// What the person wants to look at and the run so far can show.
    pub(super) fn wishes(&self) -> Vec<Request> {
        let (Some(run), Some(model)) = (&self.run, &self.model) else { return Vec::new() };
        let (job, over) = (run.job, run.outcome().is_some());
        let mut wishes = Vec::new();
        if let Some((class, method)) = self.why.zip(self.method_in_use()).filter(|_| over) {
            wishes.push(Request::Why { job, class, method });
        }
        let there = |layer: &_| run.finished(*layer).is_some();
        let Some(layer) = self.look.layer.filter(there) else { return wishes };
        // What all layers share is known when all are done.
        if let Some(view) = self.view().filter(|view| view.scale != Scale::Network || over) {
            wishes.push(Request::Draw { job, view });
        }
        if let Some(channel) = self.look.channel {
            wishes.push(Request::Plane { job, layer, channel });
        }
        if let Some((held, channel)) =
            self.held.as_ref().filter(|held| held.job != job).zip(self.look.channel)
            && model.about.net.layer(layer).is_some_and(|layer| usize::from(channel) < layer.shape.channels)
        {
            wishes.push(Request::Beside { job: held.job, layer, channel });
        }
        if let Some(unit) = self.unit() {
            wishes.push(Request::Explain { job, unit, colours: self.look.colours });
        }
        if let Some(side) = self.side() {
            wishes.push(Request::Kernels { job, layer, side });
        }
        if let Some(unit) = self.pinned_unit().filter(|_| self.effective && over) {
            wishes.push(Request::Influence { job, unit });
        }
        wishes
    }

    /// The requests that what is on screen answers.
    pub(super) fn on_screen(&self) -> Vec<Request> {
        let sheet = self.sheet.as_ref().map(|sheet| Request::Draw { job: sheet.job, view: sheet.view });
        let map = self.map.as_ref().map(|map| {
            let (job, layer, channel) = (map.job, map.layer, map.channel);
            Request::Plane { job, layer, channel }
        });
        let heat = self.heat.as_ref().map(|heat| {
            let (job, class, method) = (heat.job, heat.class, heat.method);
            Request::Why { job, class, method }
        });
        let explained = self.explained.as_ref().map(|explained| {
            let (job, unit, colours) = (explained.job, explained.unit, explained.colours);
            Request::Explain { job, unit, colours }
        });
        let kernels = self.kernels.as_ref().map(|shown| {
            let (job, layer, side) = (shown.job, shown.layer, shown.side);
            Request::Kernels { job, layer, side }
        });
        let influence = self.influence.as_ref().map(|influence| {
            let (job, unit) = (influence.job, influence.unit);
            Request::Influence { job, unit }
        });
        [sheet, map, heat, explained, kernels, influence].into_iter().flatten().collect()
    }

    /// Whether such a map can be made of the model in use.
    pub fn can(&self, method: Method) -> bool {
        method != Method::Cam || self.model.as_ref().is_some_and(|model| model.about.cam.is_some())
    }
}
