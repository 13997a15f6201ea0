//! One piece of the page within another page, and the text that puts it there.

use vggscope_core::pages::embed::{self, Content};
use vggscope_core::session::{Lang, Session};
use vggscope_core::text::words;
use yew::prelude::*;

use crate::browser::{address, frame::Height};
use crate::ui::shared::controls::Copy;
use crate::ui::{Ui, hatching, lessons, or_sample, shared};

/// The piece; `photo` is where the photo on screen can be had.
pub fn page(session: &Session, content: &Content, ui: &Ui, photo: Option<AttrValue>) -> Html {
    let body = match content {
        Content::Piece(piece) => {
            let page = lessons::props(session, ui, or_sample(photo));
            html! { <main class="lessons"><lessons::Piece {page} piece={piece.clone()} /></main> }
        }
        Content::Nothing => {
            html! { <main><p class="fault" role="alert">{ words(ui.lang).embed_nothing }</p></main> }
        }
        Content::Place(_) | Content::Sample(..) => super::body(session, ui, photo),
    };
    html! {
        <Frame>
            <header class="unseen"><h1>{ "vggscope" }</h1></header>
            { hatching() }
            { shared::notice::banner(session, ui) }
            { body }
        </Frame>
    }
}

#[derive(Properties, PartialEq)]
struct FrameProps {
    children: Children,
}

/// What tells the page around it how high it is.
#[component]
fn Frame(props: &FrameProps) -> Html {
    let frame = use_node_ref();
    {
        let frame = frame.clone();
        use_effect_with((), move |()| {
            let height = Height::tell(&frame);
            move || drop(height)
        });
    }
    html! { <div ref={frame} class="page embedded">{ props.children.clone() }</div> }
}

/// What the text is given.
#[derive(Properties, PartialEq)]
pub struct EmbedThisProps {
    /// The language.
    pub lang: Lang,
    /// The address within the page of what is to be embedded.
    pub of: AttrValue,
    /// What it is, for those who do not see it.
    pub title: AttrValue,
}

/// How high a piece is until it has said so, in CSS pixels.
const HEIGHT: u32 = 640;

/// The text that shows a piece within another page, to be copied.
#[component]
pub fn EmbedThis(props: &EmbedThisProps) -> Html {
    let EmbedThisProps { lang, of, title } = props;
    let words = words(*lang);
    let text = embed::iframe(&address::whole(&embed::address(of)), title, HEIGHT);
    html! {
        <details class="embed">
            <summary>{ words.embed }</summary>
            <p class="dim">{ words.embed_hint }</p>
            <textarea rows="3" readonly=true spellcheck="false" aria-label={words.embed} value={text.clone()} />
            <Copy lang={*lang} {text} class="small" />
        </details>
    }
}
