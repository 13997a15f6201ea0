//! Three 3x3 kernels on the learner's photo: without ReLU they are one 7x7 kernel, with it they are not.

use vggscope_core::nn::compose::{Plane, composed};
use vggscope_core::render::{self, ColourMap, Range, Tile};
use vggscope_core::shared::Shared;
use vggscope_core::text::{lesson_words, value};
use yew::prelude::*;

use super::LessonsProps;
use super::material::Material;
use crate::ui::shared::canvas::Canvas;
use crate::ui::shared::controls::Choice;

/// Kernels to choose from, in the order of their names.
#[rustfmt::skip]
const KERNELS: [[f32; 9]; 6] = [
    [0.0625, 0.125, 0.0625, 0.125, 0.25, 0.125, 0.0625, 0.125, 0.0625],
    [0.0, -1.0, 0.0, -1.0, 5.0, -1.0, 0.0, -1.0, 0.0],
    [0.0, 1.0, 0.0, 1.0, -4.0, 1.0, 0.0, 1.0, 0.0],
    [-1.0, 0.0, 1.0, -2.0, 0.0, 2.0, -1.0, 0.0, 1.0],
    [-1.0, -2.0, -1.0, 0.0, 0.0, 0.0, 1.0, 2.0, 1.0],
    [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0],
];

/// The piece.
#[component]
pub fn Kernels(page: &LessonsProps) -> Html {
    let chosen = use_state_eq(|| [0usize, 3, 2]);
    let lang = page.ui.lang;
    let words = lesson_words(lang);
    let input = page.input.clone();
    // Three passes over a photo: only for another photo or other kernels.
    let results =
        use_memo((input, *chosen), |(input, chosen)| Some(Results::of(&input.as_ref()?.tile, *chosen)));
    let choices = (0..3).map(|place| {
        let pick = {
            let chosen = chosen.clone();
            move |at: usize| {
                let mut next = *chosen;
                next[place] = at;
                chosen.set(next);
            }
        };
        html! {
            <Choice label={format!("{} {}", words.kernel, place + 1)} options={words.kernel_names.map(AttrValue::from).to_vec()}
                chosen={chosen[place]} {pick} />
        }
    });
    html! {
        <section class="piece" aria-label={words.kernels}>
            <Material ..page.clone() />
            <div class="controls">{ for choices }</div>
            if let Some(results) = results.as_ref() {
                <div class="pictures">
                    { picture(words.composed, &results.kernel, "") }
                    { picture(words.at_once, &results.at_once, "") }
                    { picture(words.by_steps, &results.by_steps, &format!("{}: {}", words.furthest, value(results.apart))) }
                    { picture(words.with_relu, &results.with_relu, &format!("{}: {}", words.furthest, value(results.bent))) }
                </div>
            }
        </section>
    }
}

fn picture(name: &'static str, tile: &Shared<Tile>, note: &str) -> Html {
    html! {
        <figure>
            <Canvas tile={tile.clone()} label={name} />
            <figcaption>{ name }<br /><span class="dim">{ note.to_owned() }</span></figcaption>
        </figure>
    }
}

struct Results {
    kernel: Shared<Tile>,
    at_once: Shared<Tile>,
    by_steps: Shared<Tile>,
    with_relu: Shared<Tile>,
    /// How far the three steps are from the one: rounding.
    apart: f32,
    /// How far the three steps with ReLU are from it.
    bent: f32,
}

impl Results {
    fn of(input: &Tile, chosen: [usize; 3]) -> Results {
        let kernels = chosen.map(|at| Plane { width: 3, values: KERNELS[at].to_vec() });
        let photo = Plane::luma(input.width, &input.rgba);
        let kernel = composed(&kernels);
        let at_once = photo.slid(&kernel);
        let by_steps = kernels.iter().fold(photo.clone(), |plane, kernel| plane.slid(kernel));
        let with_relu = kernels.iter().fold(photo, |plane, kernel| plane.slid(kernel).relu());
        let largest = |plane: &Plane| plane.values.iter().fold(0f32, |most, value| most.max(value.abs()));
        // The three results share one range, so that equal colours are equal values.
        let most = largest(&at_once).max(largest(&with_relu));
        let painted = |plane: &Plane, most: f32| {
            let range = Range { low: -most, high: most };
            Shared::new(render::plane(&plane.values, plane.width, range, ColourMap::Diverging))
        };
        Results {
            kernel: painted(&kernel, largest(&kernel)),
            apart: at_once.furthest(&by_steps),
            bent: at_once.furthest(&with_relu),
            at_once: painted(&at_once, most),
            by_steps: painted(&by_steps, most),
            with_relu: painted(&with_relu, most),
        }
    }
}
