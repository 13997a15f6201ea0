//! Two fingers on a picture, and one that stays: pinch, pan, and long press.
//!
//! One finger scrolls the page and a tap pins, as everywhere. Two fingers enlarge what is under them; one then moves it. A
//! finger that stays for a while shows what a mouse shows by hovering, and may move on from there.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use gloo::timers::callback::Timeout;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, Event, HtmlElement, KeyboardEvent, PointerEvent, PointerEventInit, TouchEvent, WheelEvent,
};
use yew::Callback;

/// The most that a picture is enlarged.
const MOST: f64 = 16.0;
/// How long a finger stays before it hovers.
const HOLD_MS: u32 = 400;
/// How far a finger may slip and still stay, in CSS pixels.
const SLIP: f64 = 10.0;
/// What a key or a notch of the wheel enlarges by.
const NOTCH: f64 = 1.25;

/// How a picture lies in its frame: enlarged by `scale`, then moved, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct View {
    scale: f64,
    x: f64,
    y: f64,
}

const WHOLE: View = View { scale: 1.0, x: 0.0, y: 0.0 };

impl View {
    /// Enlarged by a factor about a point of the frame, and moved; the picture fills the frame of this size.
    fn changed(self, factor: f64, [x, y]: [f64; 2], [dx, dy]: [f64; 2], size: [f64; 2]) -> View {
        let scale = (self.scale * factor).clamp(1.0, MOST);
        let factor = scale / self.scale;
        let within = |place: f64, side: f64| place.clamp(side - side * scale, 0.0);
        View {
            scale,
            x: within(x - (x - self.x) * factor + dx, size[0]),
            y: within(y - (y - self.y) * factor + dy, size[1]),
        }
    }
}

/// What the fingers do.
enum Fingers {
    None,
    /// One is down, at this place of the window; the clock runs.
    Waits([f64; 2], #[allow(dead_code, reason = "stops when dropped")] Timeout),
    /// One has stayed: it hovers.
    Hovers,
    /// One moves the enlarged picture, last from here.
    Pans([f64; 2]),
    /// Two, their middle and their distance.
    Pinches([f64; 2], f64),
}

/// Listens to a frame whose first child is the picture, until it is dropped.
pub struct Zoom {
    _listeners: Vec<EventListener>,
    state: Rc<State>,
}

struct State {
    frame: HtmlElement,
    view: Cell<View>,
    fingers: RefCell<Fingers>,
    /// Told whether the picture is enlarged, when that changes.
    enlarged: Callback<bool>,
}

impl Zoom {
    /// Begins to listen.
    pub fn listen(frame: HtmlElement, enlarged: Callback<bool>) -> Zoom {
        let fingers = RefCell::new(Fingers::None);
        let state = Rc::new(State { frame: frame.clone(), view: Cell::new(WHOLE), fingers, enlarged });
        let active = EventListenerOptions { phase: EventListenerPhase::Bubble, passive: false };
        let on = |name: &'static str, handle: fn(&Rc<State>, &Event)| {
            let state = state.clone();
            EventListener::new_with_options(&frame, name, active, move |event| handle(&state, event))
        };
        let listeners = vec![
            on("touchstart", |state, event| state.touched(event)),
            on("touchmove", |state, event| state.moved(event)),
            on("touchend", |state, event| state.let_go(event)),
            on("touchcancel", |state, event| state.let_go(event)),
            on("wheel", |state, event| state.turned(event)),
            on("keydown", |state, event| state.pressed(event)),
            // A finger that stays would open the menu of the picture.
            on("contextmenu", |state, event| {
                if matches!(*state.fingers.borrow(), Fingers::Hovers | Fingers::Waits(..)) {
                    event.prevent_default();
                }
            }),
        ];
        Zoom { _listeners: listeners, state }
    }

    /// Shows the whole picture.
    pub fn reset(&self) {
        self.state.show(WHOLE);
    }
}

impl State {
    fn show(&self, view: View) {
        let before = self.view.replace(view);
        let picture = self.frame.first_element_child().and_then(|child| child.dyn_into::<HtmlElement>().ok());
        if let Some(picture) = picture {
            let View { scale, x, y } = view;
            let set = |name: &str, value: &str| picture.style().set_property(name, value);
            // Only a name or a value that is none could be refused.
            let _ = set("transform-origin", "0 0");
            let _ = set("transform", &format!("translate({x}px, {y}px) scale({scale})"));
        }
        if (before.scale > 1.0) != (view.scale > 1.0) {
            self.enlarged.emit(view.scale > 1.0);
        }
    }

    fn change(&self, factor: f64, about: [f64; 2], by: [f64; 2]) {
        let rect = self.frame.get_bounding_client_rect();
        let about = [about[0] - rect.left(), about[1] - rect.top()];
        self.show(self.view.get().changed(factor, about, by, [rect.width(), rect.height()]));
    }

    fn touched(self: &Rc<State>, event: &Event) {
        let points = points(event);
        let next = match *points {
            [one, other] => Fingers::Pinches(middle(one, other), distance(one, other)),
            [one] => {
                let state = self.clone();
                let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                let timeout = Timeout::new(HOLD_MS, move || {
                    state.fingers.replace(Fingers::Hovers);
                    if let Some(target) = target {
                        hover(&target, one);
                    }
                });
                Fingers::Waits(one, timeout)
            }
            _ => Fingers::None,
        };
        self.fingers.replace(next);
    }

    fn moved(&self, event: &Event) {
        let points = points(event);
        let mut fingers = self.fingers.borrow_mut();
        match (&mut *fingers, &*points) {
            (Fingers::Pinches(last, apart), &[one, other]) => {
                event.prevent_default();
                let (now, wide) = (middle(one, other), distance(one, other));
                self.change(wide / apart.max(1.0), now, [now[0] - last[0], now[1] - last[1]]);
                (*last, *apart) = (now, wide);
            }
            (Fingers::Pans(last), &[one]) => {
                event.prevent_default();
                self.change(1.0, one, [one[0] - last[0], one[1] - last[1]]);
                *last = one;
            }
            // The page stays, so that the pointer's own events go on.
            (Fingers::Hovers, _) => event.prevent_default(),
            (&mut Fingers::Waits(from, _), &[one]) => {
                if distance(from, one) > SLIP {
                    let enlarged = self.view.get().scale > 1.0;
                    *fingers = if enlarged { Fingers::Pans(one) } else { Fingers::None };
                }
                if self.view.get().scale > 1.0 {
                    event.prevent_default();
                }
            }
            _ => {}
        }
    }

    fn let_go(&self, event: &Event) {
        let next = match *points(event) {
            // The other of two goes on.
            [one] if self.view.get().scale > 1.0 => Fingers::Pans(one),
            _ => Fingers::None,
        };
        self.fingers.replace(next);
    }

    /// The wheel enlarges with Ctrl held, as it does the page.
    fn turned(&self, event: &Event) {
        let Some(wheel) = event.dyn_ref::<WheelEvent>().filter(|wheel| wheel.ctrl_key()) else { return };
        event.prevent_default();
        let factor = if wheel.delta_y() < 0.0 { NOTCH } else { 1.0 / NOTCH };
        self.change(factor, [f64::from(wheel.client_x()), f64::from(wheel.client_y())], [0.0, 0.0]);
    }

    fn pressed(&self, event: &Event) {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        if key.ctrl_key() || key.meta_key() || key.alt_key() {
            return;
        }
        let factor = match key.key().as_str() {
            "+" | "=" => NOTCH,
            "-" => 1.0 / NOTCH,
            "0" => return self.show(WHOLE),
            _ => return,
        };
        event.prevent_default();
        let rect = self.frame.get_bounding_client_rect();
        self.change(factor, [rect.left() + rect.width() / 2.0, rect.top() + rect.height() / 2.0], [0.0, 0.0]);
    }
}

/// Where the fingers are, in CSS pixels of the window.
fn points(event: &Event) -> Vec<[f64; 2]> {
    let Some(touches) = event.dyn_ref::<TouchEvent>().map(TouchEvent::touches) else { return Vec::new() };
    let touch = |at| touches.get(at).map(|touch| [f64::from(touch.client_x()), f64::from(touch.client_y())]);
    (0..touches.length()).filter_map(touch).collect()
}

fn middle(one: [f64; 2], other: [f64; 2]) -> [f64; 2] {
    [(one[0] + other[0]) / 2.0, (one[1] + other[1]) / 2.0]
}

fn distance(one: [f64; 2], other: [f64; 2]) -> f64 {
    (one[0] - other[0]).hypot(one[1] - other[1])
}

/// Lets an element know of a pointer over it.
fn hover(element: &Element, [x, y]: [f64; 2]) {
    let init = PointerEventInit::new();
    init.set_bubbles(true);
    init.set_client_x(x as i32);
    init.set_client_y(y as i32);
    init.set_pointer_type("touch");
    let moved: Result<PointerEvent, JsValue> = PointerEvent::new_with_event_init_dict("pointermove", &init);
    if let Ok(moved) = moved {
        // Nobody cancels it.
        let _ = element.dispatch_event(&moved);
    }
}
