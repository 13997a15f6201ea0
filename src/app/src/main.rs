//! The page.

mod app;
mod browser;
mod samples;
mod ui;

fn main() {
    yew::Renderer::<app::App>::new().render();
}
