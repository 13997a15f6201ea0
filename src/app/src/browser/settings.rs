//! The language and the colours of the page: remembered, or as the browser has them.

use gloo::storage::{LocalStorage, Storage};
use vggscope_core::session::{Lang, Mark, Prefs, Progress, Theme};
use vggscope_core::text::{tag, words};

const LANG: &str = "vggscope.lang";
const THEME: &str = "vggscope.theme";
const PROGRESS: &str = "vggscope.progress";

/// What was chosen before, or what the browser prefers.
pub fn read() -> Prefs {
    let lang = match LocalStorage::get::<String>(LANG).ok().or_else(preferred).as_deref() {
        Some(language) if language.starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    };
    let theme = match LocalStorage::get::<String>(THEME).ok().as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    };
    Prefs { lang, theme }
}

/// What was learnt before; what is stored in another form is taken for nothing.
pub fn progress() -> Progress {
    LocalStorage::get::<Vec<Mark>>(PROGRESS).map(Progress::from_iter).unwrap_or_default()
}

/// Remembers what was learnt. A browser that stores nothing forgets it, which harms nobody.
pub fn save_progress(progress: &Progress) {
    let _ = LocalStorage::set(PROGRESS, progress);
}

/// Shows the page in a language and in colours.
pub fn show(prefs: Prefs) {
    show_lang(prefs.lang);
    show_theme(prefs.theme);
}

/// Remembers and shows a language. A browser that stores nothing forgets it, which harms nobody.
pub fn save_lang(lang: Lang) {
    let _ = LocalStorage::set(LANG, tag(lang));
    show_lang(lang);
}

/// Remembers and shows colours.
pub fn save_theme(theme: Theme) {
    match theme_name(theme) {
        Some(name) => drop(LocalStorage::set(THEME, name)),
        None => LocalStorage::delete(THEME),
    }
    show_theme(theme);
}

fn show_lang(lang: Lang) {
    set_attribute("lang", Some(tag(lang)));
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(&format!("vggscope · {}", words(lang).tagline));
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
