//! Photos by the camera: examples of a class while a button is held, and what the network says of what is seen now.

use gloo::timers::callback::Interval;
use vggscope_core::model::Model;
use vggscope_core::session::explorer::Outcome;
use vggscope_core::session::{Input, Train};
use vggscope_core::shared::Shared;
use vggscope_core::text::{percent, train_words};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::label_name;
use crate::browser::camera::{Camera, picture};
use crate::browser::input;
use crate::ui::Ui;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct CameraProps {
    /// Language, events and files.
    pub ui: Ui,
    /// What is known of the model in use.
    pub model: Option<Shared<Model>>,
    /// What it says of the photo on screen.
    pub outcome: Option<Shared<Outcome>>,
    /// Whether a photo is on its way to an answer.
    pub busy: bool,
}

/// Between two examples.
const EVERY_MS: u32 = 250;
/// Between two looks at whether the network is done.
const LIVE_MS: u32 = 100;
/// Classes that are told of what is seen now.
const TOP: usize = 3;

#[derive(Clone, Copy, PartialEq)]
enum Status {
    Off,
    On,
    Refused,
}

/// The panel.
#[component]
pub fn CameraPanel(props: &CameraProps) -> Html {
    let CameraProps { ui, busy, .. } = props;
    let words = train_words(ui.lang);
    let status = use_state_eq(|| Status::Off);
    let (camera, held) = (use_mut_ref(|| None::<Camera>), use_mut_ref(|| None::<Interval>));
    let (video, class) = (use_node_ref(), use_state_eq(|| words.first_class.to_owned()));
    let (live, waiting) = (use_state_eq(|| false), use_mut_ref(|| false));
    *waiting.borrow_mut() = *busy;
    {
        let (camera, video) = (camera.clone(), video.clone());
        use_effect_with(*status, move |_| {
            if let Some(camera) = &*camera.borrow() {
                camera.show(&video);
            }
        });
    }
    {
        let (ui, video, waiting) = (ui.clone(), video.clone(), waiting.clone());
        use_effect_with((*live, *status), move |&(live, status)| {
            let clock = (live && status == Status::On).then(|| {
                Interval::new(LIVE_MS, move || {
                    if !*waiting.borrow() {
                        *waiting.borrow_mut() = true;
                        take(&ui, &video, String::new(), |items| Train::Show(items).into());
                    }
                })
            });
            move || drop(clock)
        });
    }
    let turn = {
        let (camera, status) = (camera.clone(), status.clone());
        move |_: MouseEvent| {
            if camera.take().is_some() {
                return status.set(Status::Off);
            }
            let (camera, status) = (camera.clone(), status.clone());
            spawn_local(async move {
                let opened = Camera::open().await;
                status.set(if opened.is_some() { Status::On } else { Status::Refused });
                camera.replace(opened);
            });
        }
    };
    let begin = {
        let (ui, video, class, held) = (ui.clone(), video.clone(), class.clone(), held.clone());
        move || {
            let (ui, video, class) = (ui.clone(), video.clone(), (*class).clone());
            let grab = move || take(&ui, &video, class.clone(), |items| Input::Given(items).into());
            grab();
            *held.borrow_mut() = Some(Interval::new(EVERY_MS, grab));
        }
    };
    let end = move || drop(held.take());
    let onpointerdown = {
        let begin = begin.clone();
        move |event: PointerEvent| {
            // What comes in may move the button away from under the pointer.
            input::capture(&event);
            begin();
        }
    };
    let onkeydown = move |event: KeyboardEvent| {
        if !event.repeat() && matches!(event.key().as_str(), " " | "Enter") {
            event.prevent_default();
            begin();
        }
    };
    let (up, left, cancelled, key, blurred) = (end.clone(), end.clone(), end.clone(), end.clone(), end);
    let name = {
        let class = class.clone();
        move |event: InputEvent| class.set(input::text(&event))
    };
    let turn_live = {
        let live = live.clone();
        move |event: Event| live.set(input::checked(&event))
    };
    let is_on = *status == Status::On;
    html! {
        <div class="camera">
            <button onclick={turn} aria-pressed={is_on.to_string()}>{ words.camera }</button>
            if *status == Status::Refused {
                <p role="alert">{ words.no_camera }</p>
            }
            if is_on {
                <div class="controls">
                    <video ref={video} autoplay=true playsinline=true muted=true aria-label={words.camera} />
                    <div>
                        <label class="line"><span>{ words.class }</span>
                            <input type="text" value={(*class).clone()} oninput={name} /></label>
                        <button class="primary" {onpointerdown} onpointerup={move |_: PointerEvent| up()} onpointerleave={move |_: PointerEvent| left()}
                            onpointercancel={move |_: PointerEvent| cancelled()} {onkeydown} onkeyup={move |_: KeyboardEvent| key()}
                            onblur={move |_: FocusEvent| blurred()}>{ words.hold }</button>
                        <label class="choice"><input type="checkbox" checked={*live} onchange={turn_live} /><span>{ words.live }</span></label>
                        if *live {
                            { answers(props) }
                        }
                    </div>
                </div>
            }
        </div>
    }
}

/// Takes a picture, and tells of it.
fn take(
    ui: &Ui,
    video: &NodeRef,
    class: String,
    told: fn(Vec<vggscope_core::session::Item>) -> vggscope_core::session::Event,
) {
    let (ui, video) = (ui.clone(), video.clone());
    spawn_local(async move {
        if let Some(file) = picture(&video, "camera.jpg").await {
            let item = ui.files.add_at(&format!("{class}/camera.jpg"), file);
            ui.emit.emit(told(vec![item]));
        }
    });
}

/// What the network says of what is seen now.
fn answers(props: &CameraProps) -> Html {
    let CameraProps { ui, model, outcome, .. } = props;
    let (Some(model), Some(outcome)) = (model, outcome) else { return html! {} };
    html! {
        <ol class="live">
            { for outcome.ranking.iter().take(TOP).map(|class| {
                let share = outcome.probabilities.get(*class).copied().unwrap_or_default();
                html! { <li>{ label_name(ui, &model.labels, *class) }{ " " }<strong>{ percent(share) }</strong></li> }
            }) }
        </ol>
    }
}
