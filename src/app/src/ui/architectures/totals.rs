//! What the six configurations come to: the foot of their table.

use vggscope_core::session::Lang;
use vggscope_core::text::{arch_words, count, giga, megabytes, percent};
use vggscope_core::vgg::costs::{BYTES, ConfigurationCosts, Counting, Measure};
use yew::prelude::*;

/// The foot.
pub fn totals(lang: Lang, anatomies: &[ConfigurationCosts], terms: Counting) -> Html {
    let words = arch_words(lang);
    let row = |class: &'static str, name: &'static str, figure: &dyn Fn(&ConfigurationCosts) -> String| {
        html! {
            <tr {class}>
                <th scope="row">{ name }</th>
                { for anatomies.iter().map(|one| html! { <td class="number">{ figure(one) }</td> }) }
            </tr>
        }
    };
    let parameters = |one: &ConfigurationCosts| one.total(Measure::Parameters, terms);
    let dense = |one: &ConfigurationCosts| one.dense(Measure::Parameters, terms);
    let floats = |one: &ConfigurationCosts| one.total(Measure::Floats, terms);
    html! {
        <tfoot>
            { row("kernel", words.parameters, &|one| count(parameters(one))) }
            { row("part", words.of_convolutions, &|one| count(parameters(one) - dense(one))) }
            { row("part", words.of_dense, &|one| count(dense(one))) }
            { row("part", words.dense_share, &|one| percent(one.dense_share(terms))) }
            { row("work", words.macs, &|one| giga(one.total(Measure::Macs, terms))) }
            { row("map", words.floats, &|one| count(floats(one))) }
            { row("part", words.kept, &|one| megabytes(floats(one) * BYTES)) }
            { row("field", words.last_pool, &|one| one.field().to_string()) }
        </tfoot>
    }
}
