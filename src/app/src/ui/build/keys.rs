//! What becomes of each tensor where weights of the model in use are taken over, as PyTorch lists it.

use vggscope_core::text::{build_words, key_counts};
use vggscope_core::vgg::build::Build;
use vggscope_core::vgg::transfer::{Keys, Transfer};
use yew::prelude::*;

use crate::ui::Ui;

/// The lists for a network that is to be built from one that is in use.
pub fn keys(ui: &Ui, transfer: Transfer, from: &Build, to: &Build) -> Html {
    let words = build_words(ui.lang);
    let keys = transfer.keys(from, to);
    let Keys { loaded, missing, unexpected, mismatched } = &keys;
    let loaded = loaded
        .iter()
        .map(|[ours, theirs]| if ours == theirs { ours.clone() } else { format!("{ours} ← {theirs}") });
    let shape = |dims: &[usize]| dims.iter().map(usize::to_string).collect::<Vec<_>>().join("×");
    let mismatched =
        mismatched.iter().map(|(name, ours, theirs)| format!("{name}: {} ≠ {}", shape(ours), shape(theirs)));
    html! {
        <div class="keys">
            <p role="status">{ key_counts(ui.lang, transfer, &keys) }</p>
            { list(words.keys_loaded, loaded.collect()) }
            if transfer == Transfer::Names {
                { list(words.keys_missing, missing.clone()) }
                { list(words.keys_unexpected, unexpected.clone()) }
            }
            { list(words.keys_mismatched, mismatched.collect()) }
        </div>
    }
}

/// Names under a heading; nothing where there are none.
fn list(heading: &'static str, names: Vec<String>) -> Html {
    if names.is_empty() {
        return html! {};
    }
    html! {
        <details>
            <summary>{ format!("{heading}: {}", names.len()) }</summary>
            <ul>{ for names.into_iter().map(|name| html! { <li><code>{ name }</code></li> }) }</ul>
        </details>
    }
}
