//! The page's head: its name, the engine's state, language and colours.

use gloo::events::EventListener;
use vggscope_core::pages::route::Page;
use vggscope_core::session::{Engine, Lang, Preference, Theme};
use vggscope_core::text::{Words, page_name, variant_short, words};
use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::browser::input;
use crate::ui::Ui;
use crate::ui::shared::controls::{Choice, place};

const THEMES: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

/// What the head is given.
#[derive(Properties, PartialEq)]
pub struct HeaderProps {
    /// Language and events.
    pub ui: Ui,
    /// The page that is open.
    pub page: Page,
    /// Light or dark.
    pub theme: Theme,
    /// Whether the page is shown large.
    pub presenting: bool,
    /// The engine.
    pub engine: Engine,
}

/// The head.
#[component]
pub fn Header(props: &HeaderProps) -> Html {
    let HeaderProps { ui, page: open, theme, presenting, engine: state } = props;
    let words = words(ui.lang);
    let other = if ui.lang == Lang::En { Lang::Zh } else { Lang::En };
    let switch = ui.tell(move |_: MouseEvent| Preference::Lang(other));
    let presenting = *presenting;
    let present = ui.tell(move |_: MouseEvent| Preference::Presenting(!presenting));
    {
        let ui = ui.clone();
        use_effect_with(presenting, move |&presenting| {
            let listener = web_sys::window().map(|window| {
                EventListener::new(&window, "keydown", move |event| {
                    let key = event.dyn_ref::<web_sys::KeyboardEvent>().and_then(input::free_key);
                    if key.as_deref() == Some("p") {
                        ui.emit(Preference::Presenting(!presenting));
                    }
                })
            });
            move || drop(listener)
        });
    }
    let pick = ui.tell(|at: usize| Preference::Theme(THEMES[at]));
    let themes = [words.theme_system, words.theme_light, words.theme_dark].map(AttrValue::from).to_vec();
    html! {
        <header>
            <h1>{ "vggscope " }<small>{ words.tagline }</small></h1>
            <nav aria-label={words.nav}>
                { for Page::ALL.into_iter().map(|page| html! {
                    <a href={page.address()} aria-current={(*open == page).then_some("page")}>{ page_name(ui.lang, page) }</a>
                }) }
            </nav>
            { engine(state, ui.lang, words) }
            <Choice label={words.theme} options={themes} chosen={place(&THEMES, theme)} {pick} />
            <button class="presenting" aria-pressed={presenting.to_string()} aria-keyshortcuts="p"
                title={format!("{} (p)", words.presenting_hint)} onclick={present}>{ words.presenting }</button>
            <button class="language" lang={if other == Lang::Zh { "zh-CN" } else { "en" }} onclick={switch}>
                { if other == Lang::Zh { "中文" } else { "English" } }
            </button>
        </header>
    }
}

fn engine(engine: &Engine, lang: Lang, words: &Words) -> Html {
    let short = match engine {
        Engine::Starting => words.engine_starting.to_owned(),
        Engine::Failed(_) => words.engine_failed.to_owned(),
        Engine::Ready { variant, .. } => variant_short(lang, variant),
    };
    let slow = engine.variant().is_some_and(|variant| !variant.missing.is_empty());
    html! {
        <p class={classes!("engine", slow.then_some("slow"))} role="status">
            <span class="dim">{ words.engine }</span>{ " " }{ short }
        </p>
    }
}
