//! The language and the colours of the page: remembered, or as the browser has them.

use vggscope_core::image::Preset;
use vggscope_core::pages::assignment::Answers;
use vggscope_core::session::{Lang, Mark, Prefs, Progress, Theme};
use vggscope_core::text::tag;

use super::{clock, input, store};

const LANG: &str = "vggscope.lang";
const THEME: &str = "vggscope.theme";
const LETTER_KEYS: &str = "vggscope.letters";
const PROGRESS: &str = "vggscope.progress";

/// What was chosen before, or what the browser prefers.
pub fn read() -> Prefs {
    let lang = match store::get::<String>(LANG).or_else(preferred).as_deref() {
        Some(language) if language.starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    };
    let theme = match store::get::<String>(THEME).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    };
    let letter_keys = store::get(LETTER_KEYS).unwrap_or(true);
    input::use_letters(letter_keys);
    Prefs { lang, theme, presenting: false, letter_keys }
}

/// What was learnt before; what is stored in another form is taken for nothing.
pub fn progress() -> Progress {
    store::get::<Vec<Mark>>(PROGRESS).map(Progress::from_iter).unwrap_or_default()
}

/// Remembers what was learnt.
pub fn save_progress(progress: &Progress) {
    store::set(PROGRESS, progress);
}

/// What was answered of the assignment of this address, and when that was opened first, in milliseconds since 1970.
pub fn answers(of: &str) -> (Answers, f64) {
    store::get(&answers_of(of)).unwrap_or_else(|| {
        let opened = clock::now().ms;
        save_answers(of, &Answers::default(), opened);
        (Answers::default(), opened)
    })
}

/// Remembers what was answered, and when the assignment was opened first.
pub fn save_answers(of: &str, given: &Answers, opened: f64) {
    store::set(&answers_of(of), &(given, opened));
}

fn answers_of(address: &str) -> String {
    format!("vggscope.answers {address}")
}

/// Shows the page in a language and in colours.
pub fn show(prefs: Prefs) {
    show_lang(prefs.lang);
    show_theme(prefs.theme);
    set_attribute("data-presenting", prefs.presenting.then_some(""));
}

/// Remembers how a model wants its photos.
pub fn save_preset(of: &str, preset: Preset) {
    store::set(&preset_name(of), &preset);
}

/// How it was said that a model wants its photos.
pub fn preset(of: &str) -> Option<Preset> {
    store::get(&preset_name(of))
}

fn preset_name(of: &str) -> String {
    format!("vggscope.preset {of}")
}

/// Remembers whether single letters do something, and has it so.
pub fn save_letter_keys(letter_keys: bool) {
    store::set(LETTER_KEYS, &letter_keys);
    input::use_letters(letter_keys);
}

/// Remembers and shows a language.
pub fn save_lang(lang: Lang) {
    store::set(LANG, &tag(lang));
    show_lang(lang);
}

/// Remembers and shows colours.
pub fn save_theme(theme: Theme) {
    match theme_name(theme) {
        Some(name) => store::set(THEME, &name),
        None => store::delete(THEME),
    }
    show_theme(theme);
}

/// The page's version, as the build has written it into the page.
pub fn version() -> Option<String> {
    let document = web_sys::window()?.document()?;
    document.query_selector("meta[name=version]").ok()??.get_attribute("content")
}

fn show_lang(lang: Lang) {
    set_attribute("lang", Some(tag(lang)));
}

/// Names the page, where it has another name already.
pub fn name(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document())
        && document.title() != title
    {
        document.set_title(title);
    }
}

fn show_theme(theme: Theme) {
    set_attribute("data-theme", theme_name(theme));
}

fn theme_name(theme: Theme) -> Option<&'static str> {
    match theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    }
}

fn preferred() -> Option<String> {
    web_sys::window()?.navigator().language()
}

fn set_attribute(name: &str, value: Option<&str>) {
    let root = web_sys::window().and_then(|window| window.document()).and_then(|d| d.document_element());
    if let Some(root) = root {
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}
