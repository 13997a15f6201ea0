//! The page's head: its name, the engine's state, language and colours.

use vggscope_core::pages::route::Page;
use vggscope_core::session::{Engine, Event, Lang, Theme};
use vggscope_core::text::{Words, variant_short, words};
use yew::prelude::*;

use crate::ui::Props;
use crate::ui::shared::controls::{Choice, place};

const THEMES: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

/// The head.
#[component]
pub fn Header(props: &Props) -> Html {
    let Props { session, emit } = props;
    let words = words(session.lang);
    let other = if session.lang == Lang::En { Lang::Zh } else { Lang::En };
    let switch = emit.reform(move |_: MouseEvent| Event::Lang(other));
    let theme = emit.reform(|at: usize| Event::Theme(THEMES[at]));
    let themes = [words.theme_system, words.theme_light, words.theme_dark].map(AttrValue::from).to_vec();
    html! {
        <header>
            <h1>{ "vggscope " }<small>{ words.tagline }</small></h1>
            <nav aria-label={words.nav}>
                { for Page::ALL.into_iter().zip([words.page_explore, words.page_calculator, words.page_architectures, words.page_lessons]).map(|(page, name)| html! {
                    <a href={page.address()} aria-current={(session.page == page).then_some("page")}>{ name }</a>
                }) }
            </nav>
            { engine(&session.engine, session.lang, words) }
            <Choice label={words.theme} options={themes} chosen={place(&THEMES, &session.theme)} pick={theme} />
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
        Engine::Ready(variant) => variant_short(lang, variant),
    };
    let slow = matches!(engine, Engine::Ready(variant) if !variant.missing.is_empty());
    html! {
        <p class={classes!("engine", slow.then_some("slow"))} role="status">
            <span class="dim">{ words.engine }</span>{ " " }{ short }
        </p>
    }
}
