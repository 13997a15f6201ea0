//! A frame whose picture can be enlarged: two fingers, Ctrl and the wheel, or the keys + − 0.

use std::cell::RefCell;
use std::rc::Rc;

use vggscope_core::session::Lang;
use vggscope_core::text::words;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::browser::zoom::Zoom as Listening;

/// What the frame is given.
#[derive(Properties, PartialEq)]
pub struct ZoomProps {
    /// The language.
    pub lang: Lang,
    /// The picture: one element.
    pub children: Children,
}

/// The frame.
#[component]
pub fn Zoom(props: &ZoomProps) -> Html {
    let frame = use_node_ref();
    let enlarged = use_state_eq(|| false);
    let listening = use_mut_ref(|| None::<Listening>);
    {
        let (frame, listening, enlarged) = (frame.clone(), listening.clone(), enlarged.clone());
        use_effect_with((), move |()| {
            let told = Callback::from(move |is| enlarged.set(is));
            *listening.borrow_mut() = frame.cast::<HtmlElement>().map(|frame| Listening::listen(frame, told));
            let listening: Rc<RefCell<_>> = listening;
            move || drop(listening.take())
        });
    }
    let reset = Callback::from(move |_: MouseEvent| {
        if let Some(listening) = &*listening.borrow() {
            listening.reset();
        }
    });
    html! {
        <div class="zoomed">
            <div ref={frame} class={classes!("zoom", enlarged.then_some("enlarged"))}>
                { props.children.clone() }
            </div>
            if *enlarged {
                <button class="small" onclick={reset}>{ words(props.lang).zoom_reset }</button>
            }
        </div>
    }
}
