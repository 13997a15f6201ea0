//! What takes longer than a message may: worked off a layer at a time, between which newer requests are heard.

use vggscope_core::explain::attribution::{GRID, Method};
use vggscope_core::explain::breakdown::Unit;
use vggscope_core::nn::LayerId;
use vggscope_core::wire::{Reply, Task, View};

use super::{Worker, bytes, post};
use crate::{Backward, Sweep};

/// Something that takes long.
pub(super) enum Long {
    /// A grey square goes over the photo.
    Sweep { class: usize, sweep: Box<Sweep> },
    /// A unit is followed back to the photo.
    Influence { unit: Unit, backward: Backward },
    /// A class is followed back to a layer that is to be drawn.
    Contributions { view: View, backward: Backward },
}

impl Worker {
    pub(super) fn tell_why(&mut self, class: usize, method: Method) {
        let Some(network) = &self.network else { return };
        self.tasks.retain(|task| !matches!(task, Long::Sweep { .. }));
        let (job, none) = (self.job, (0, Vec::new(), 0.0));
        let (width, values, bias) = match method {
            Method::Cam => {
                network.cam(&self.kept, class).map_or(none, |cam| (cam.shape.width, cam.values, cam.bias))
            }
            Method::GradCam => {
                network.grad_cam(&self.kept, class).map_or(none, |(shape, values)| (shape.width, values, 0.0))
            }
            Method::Occlusion => {
                let before = self.probabilities.get(class).copied();
                if let Some(((fed, preset), before)) = self.fed.clone().zip(before) {
                    let sweep = Box::new(Sweep::new(fed, preset, class, before));
                    return self.add(Long::Sweep { class, sweep });
                }
                none
            }
        };
        post(&Reply::Why { job, class, method, width, of: values.len(), bias }, &bytes(&values));
    }

    /// Begins something that takes long; others of its kind have been given up.
    pub(super) fn add(&mut self, task: Long) {
        self.tasks.push(task);
        self.go_on();
    }

    /// One step of what takes long, if there is anything.
    pub(super) fn work(&mut self) {
        let (Some(network), Some(mut task)) = (&self.network, self.tasks.pop()) else { return };
        let (job, kept) = (self.job, &self.kept);
        let goes_on = match &mut task {
            Long::Sweep { class, sweep } => {
                let before = sweep.lost.len();
                match sweep.step(network) {
                    Ok(()) if sweep.lost.len() > before => {
                        let (class, method) = (*class, Method::Occlusion);
                        let (width, of) = (GRID, Sweep::PLACES);
                        post(&Reply::Why { job, class, method, width, of, bias: 0.0 }, &bytes(&sweep.lost));
                        sweep.lost.len() < of
                    }
                    Ok(()) => true,
                    Err(error) => {
                        post(&Reply::Failed { job, error }, &[]);
                        false
                    }
                }
            }
            Long::Influence { unit, backward } => {
                let (of, at) = (unit.layer.0, backward.at());
                if at.is_some_and(|at| at > LayerId(0)) && backward.step(network, kept).is_ok() {
                    let done = of - backward.at().map_or(0, |at| at.0);
                    post(&Reply::Busy { job, task: Task::Influence, done, of }, &[]);
                    true
                } else {
                    let reached = backward.gradient().filter(|_| at == Some(LayerId(0)));
                    let values = reached.map(|gradient| gradient.sizes()).unwrap_or_default();
                    post(&Reply::Influence { job, unit: *unit }, &bytes(&values));
                    false
                }
            }
            Long::Contributions { view, backward } => {
                let last = network.answer.map_or(0, |answer| answer.0);
                let (of, at) = (last.saturating_sub(view.layer.0), backward.at());
                if at.is_some_and(|at| at > view.layer) && backward.step(network, kept).is_ok() {
                    let done = last - backward.at().map_or(0, |at| at.0);
                    post(&Reply::Busy { job, task: Task::Contributions, done, of }, &[]);
                    true
                } else {
                    let reached =
                        backward.gradient().filter(|_| at == Some(view.layer)).zip(kept.values(view.layer));
                    let contributions = reached.map(|(gradient, values)| gradient.times(values));
                    self.draw(*view, &contributions.unwrap_or_default());
                    false
                }
            }
        };
        if goes_on {
            self.tasks.push(task);
        }
        if !self.tasks.is_empty() {
            self.go_on();
        }
    }
}
