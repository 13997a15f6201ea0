//! What the network says by the paper's protocols at test time: answers side by side, and what each place of the maps of
//! scores says.

use vggscope_core::explain::evaluation::{Answer, Question, Row, SCORES};
use vggscope_core::explain::{Ask, Kind};
use vggscope_core::model::Model;
use vggscope_core::nn::softmax::ranking;
use vggscope_core::render;
use vggscope_core::session::explorer::{Explore, Explorer, Outcome, Phase};
use vggscope_core::shared::Shared;
use vggscope_core::text::{self, evaluation_words, milliseconds, percent, protocol, score_map, score_maps};
use yew::prelude::*;

use crate::ui::Ui;
use crate::ui::shared::canvas::Canvas;
use crate::ui::shared::controls::Waiting;

/// How many classes stand in the table.
const TOP: usize = 5;

/// What the panel is given.
#[derive(Clone, Properties, PartialEq)]
pub struct EvaluationProps {
    /// Language and events.
    pub ui: Ui,
    /// What is known of the model.
    pub model: Shared<Model>,
    /// Where the photo can be had.
    pub url: AttrValue,
    /// The run's answer.
    pub outcome: Shared<Outcome>,
    /// What is asked for.
    pub asked: Option<Question>,
    /// What is known of that.
    pub answer: Option<Shared<Answer>>,
    /// How the question stands.
    pub phase: Option<Phase>,
    /// Whether it is open at first.
    #[prop_or_default]
    pub open: bool,
}

impl EvaluationProps {
    /// Of the run on screen, if it is over and of a classifier whose input can be larger.
    pub fn of(explorer: &Explorer, ui: &Ui, url: AttrValue) -> Option<EvaluationProps> {
        let run = explorer.run.as_ref().filter(|_| explorer.can_evaluate())?;
        let answer = run.evaluate.and_then(|question| run.answers.to(question).cloned());
        Some(EvaluationProps {
            ui: ui.clone(),
            model: explorer.model.clone(),
            url,
            outcome: run.outcome()?.clone(),
            asked: run.evaluate,
            answer,
            phase: run.answers.phase(Question::KIND).cloned(),
            open: false,
        })
    }
}

/// The panel.
#[component]
pub fn Evaluation(props: &EvaluationProps) -> Html {
    let EvaluationProps { ui, asked, answer, phase, open, .. } = props;
    let words = evaluation_words(ui.lang);
    let chosen = use_state_eq(|| None::<usize>);
    let ask = |crops: bool, name: &'static str| {
        let question = Question { crops };
        let is_asked = *asked == Some(question);
        let onclick = ui.tell(move |_: MouseEvent| Explore::Evaluate((!is_asked).then_some(question)));
        html! { <button {onclick} aria-pressed={is_asked.to_string()}>{ name }</button> }
    };
    let found =
        answer.as_ref().and_then(|answer| Some((answer, ranking(&answer.rows.last()?.probabilities))));
    html! {
        <details class="evaluation" open={*open}>
            <summary><strong>{ words.title }</strong></summary>
            <p class="dim">{ words.intro }</p>
            <div class="ways">{ ask(false, words.dense) }{ ask(true, words.crops) }</div>
            <Waiting ui={ui.clone()} kind={Kind::Evaluation} phase={phase.clone()} />
            if let Some((answer, likeliest)) = found {
                { table(props, &answer.rows, &likeliest[..TOP.min(likeliest.len())], &chosen) }
                { pictures(props, answer, chosen.unwrap_or(likeliest[0])) }
            }
        </details>
    }
}

/// A column for each protocol, a row for each class.
fn table(
    props: &EvaluationProps,
    rows: &[Row],
    classes: &[usize],
    chosen: &UseStateHandle<Option<usize>>,
) -> Html {
    let EvaluationProps { ui, model, outcome, .. } = props;
    let (lang, words) = (ui.lang, evaluation_words(ui.lang));
    let number = |text: String| html! { <td class="number">{ text }</td> };
    let class = |class: usize| {
        let (name, _) = text::class(lang, &model.labels, class);
        let share = |row: &Row| {
            number(row.probabilities.get(class).map_or_else(String::new, |share| percent(*share)))
        };
        let has_map = rows.iter().any(|row| row.maps.as_ref().is_some_and(|maps| maps.of(class).is_some()));
        let onclick = {
            let chosen = chosen.clone();
            move |_: MouseEvent| chosen.set(Some(class))
        };
        html! {
            <tr key={class}>
                <th scope="row">
                    if has_map {
                        <button class="name" {onclick} aria-pressed={(**chosen == Some(class)).to_string()}>{ name }</button>
                    } else {
                        { name }
                    }
                </th>
                { number(outcome.probabilities.get(class).map_or_else(String::new, |share| percent(*share))) }
                { for rows.iter().map(share) }
            </tr>
        }
    };
    html! {
        <div class="scroll" tabindex="0" role="group" aria-label={words.title}>
            <table class="figures" aria-label={words.title}>
                <thead>
                    <tr>
                        <th scope="col">{ words.class }</th>
                        <th scope="col" class="number">{ words.one_crop }</th>
                        { for rows.iter().map(|row| html! { <th scope="col" class="number">{ protocol(lang, row.protocol) }</th> }) }
                    </tr>
                </thead>
                <tbody>{ for classes.iter().copied().map(class) }</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{ words.passes }</th>
                        { number("1".to_owned()) }
                        { for rows.iter().map(|row| number(row.passes.to_string())) }
                    </tr>
                    <tr>
                        <th scope="row">{ words.time }</th>
                        { number(milliseconds(outcome.ms)) }
                        { for rows.iter().map(|row| number(milliseconds(row.ms))) }
                    </tr>
                </tfoot>
            </table>
        </div>
    }
}

/// The map of a class over the photo, at each scale.
fn pictures(props: &EvaluationProps, answer: &Shared<Answer>, class: usize) -> Html {
    let EvaluationProps { ui, model, url, .. } = props;
    let words = evaluation_words(ui.lang);
    let (name, _) = text::class(ui.lang, &model.labels, class);
    let picture = |(at, row): (usize, &Row)| {
        let maps = row.maps.as_ref()?;
        let caption = score_map(ui.lang, row, maps, &name, maps.of(class)?);
        let answer = answer.clone();
        Some(html! { <OverPhoto key={at} {answer} {at} {class} url={url.clone()} {caption} /> })
    };
    let pictures: Vec<Html> = answer.rows.iter().enumerate().filter_map(picture).collect();
    if pictures.is_empty() {
        return html! {};
    }
    html! {
        <>
            <h3>{ score_maps(ui.lang, &name) }</h3>
            <div class="pictures">{ pictures }</div>
            <Legend />
            <p class="dim">{ words.maps_hint }</p>
        </>
    }
}

/// What no, and what all probability is coloured.
#[component]
fn Legend() -> Html {
    let tile = use_memo((), |()| Shared::new(render::legend(SCORES)));
    html! {
        <div class="legend"><span>{ percent(0.0) }</span><Canvas tile={(*tile).clone()} /><span>{ percent(1.0) }</span></div>
    }
}

#[derive(Properties, PartialEq)]
struct OverPhotoProps {
    answer: Shared<Answer>,
    /// Which row of it.
    at: usize,
    class: usize,
    url: AttrValue,
    caption: AttrValue,
}

/// A map of probabilities over the photo; it is drawn as a protocol is done, and not with each pass.
#[component]
fn OverPhoto(props: &OverPhotoProps) -> Html {
    let OverPhotoProps { answer, at, class, url, caption } = props;
    let tile = use_memo((answer.clone(), *at, *class), |(answer, at, class)| {
        let maps = answer.rows.get(*at)?.maps.as_ref()?;
        Some(Shared::new(maps.over_photo(maps.of(*class)?)))
    });
    let (Some(tile), Some(maps)) = (&*tile, answer.rows.get(*at).and_then(|row| row.maps.as_ref())) else {
        return html! {};
    };
    let [height, width] = maps.input;
    html! {
        <figure>
            <div class="score-map">
                <svg viewBox={format!("0 0 {width} {height}")} aria-hidden="true">
                    <image href={url.clone()} width={width.to_string()} height={height.to_string()} preserveAspectRatio="xMidYMid slice" />
                </svg>
                <div class="over"><Canvas tile={tile.clone()} label={caption.clone()} /></div>
            </div>
            <figcaption>{ caption }</figcaption>
        </figure>
    }
}
