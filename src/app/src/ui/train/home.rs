//! The network in use as a file.

use vggscope_core::model::{Model, Precision, SaveAs};
use vggscope_core::session::Train;
use vggscope_core::shared::Shared;
use vggscope_core::text::train_words;
use vggscope_core::vgg::build::Build;
use yew::prelude::*;

use crate::ui::Ui;

/// What the panel is given.
#[derive(Properties, PartialEq)]
pub struct HomeProps {
    /// Language and events.
    pub ui: Ui,
    /// What is known of the model in use.
    pub model: Shared<Model>,
    /// Whether a file is being written.
    pub saving: bool,
}

/// The panel.
#[component]
pub fn Home(props: &HomeProps) -> Html {
    let HomeProps { ui, model, saving } = props;
    let words = train_words(ui.lang);
    let input = model.architecture.input();
    let is_own_size = [input.height, input.width] == model.sizes.own;
    let is_plain = Build::like(&model.architecture).is_some();
    let save = |label: &'static str, format: SaveAs| {
        let onclick = ui.tell(move |_: MouseEvent| Train::Save(format));
        html! { <button {onclick} disabled={*saving}>{ label }</button> }
    };
    let script = ui.tell(|_: MouseEvent| Train::SaveScript);
    html! {
        <>
            <div class="controls">
                { save(words.float32, SaveAs::Onnx(Precision::Float32)) }
                { save(words.float16, SaveAs::Onnx(Precision::Float16)) }
                { save(words.int8, SaveAs::Onnx(Precision::Int8)) }
                if is_plain {
                    { save(words.safetensors, SaveAs::Safetensors) }
                    <button onclick={script}>{ words.script }</button>
                }
            </div>
            if !is_own_size {
                <p class="dim">{ words.own_size }</p>
            } else if !is_plain {
                <p class="dim">{ words.not_plain }</p>
            }
            if *saving {
                <p role="status">{ words.saving }</p>
            }
        </>
    }
}
