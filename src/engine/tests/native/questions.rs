//! Questions as the worker answers them: at once, or as tasks that take turns and can be stopped.

use vggscope_core::explain::breakdown::{self, Unit};
use vggscope_core::explain::{Answer, Ask, Question, cam, contact_sheet, effective_field, feature_map};
use vggscope_core::explain::{grad_cam, gradient_input, kernels, layer_values, occlusion};
use vggscope_core::image::{NetworkInput, Photo, Preset, normalise};
use vggscope_core::nn::LayerId;
use vggscope_core::render::stats::SortBy;
use vggscope_core::render::{ColourMap, Scale};
use vggscope_core::wire::{Reply, RunId};
use vggscope_engine::{Network, Recording, SIDE, Tasks, Work, answer};

use crate::common::{golden, run, settled};

const RUN: RunId = RunId(3);

/// A small VGG after a run over a picture without a pattern.
fn recorded() -> (Network, Recording) {
    let network = Network::read(golden("nets/vgg11-torchscript.onnx"), [SIDE, SIDE]).unwrap();
    let shape = network.model.architecture.input();
    let rgb = (0..shape.plane() * 3).map(|at| (at * 7919 % 251) as u8).collect();
    let rgba = vec![200; shape.plane() * 4];
    let photo = Photo::new(shape.width, shape.height, rgba).unwrap().into();
    let input = NetworkInput { width: shape.width, height: shape.height, rgb };
    let preset = Preset::Torchvision;
    let tensor = normalise(&input, preset, network.layout, shape.channels);
    let (activations, logits) = settled(&network, tensor);
    let probabilities = vggscope_core::nn::softmax::softmax(&logits);
    let recording = Recording { photo, input, preset, activations, probabilities, clock: || 0.0 };
    (network, recording)
}

fn effective(place: [usize; 2]) -> Question {
    effective_field::Question { unit: Unit { layer: LayerId(5), channel: 1, place } }.into()
}

/// Works all tasks off; what was told.
fn work(tasks: &mut Tasks, network: &Network, recording: &Recording) -> Vec<Reply> {
    let mut told = Vec::new();
    while let Some(mut task) = tasks.take_turn() {
        let (reply, goes_on) = task.step(network, recording);
        told.extend(reply);
        if goes_on {
            tasks.put_back(task);
        }
    }
    told
}

fn begin(tasks: &mut Tasks, question: Question, network: &Network, recording: &Recording) {
    match answer(question, network, recording) {
        Some(Work::Task(task)) => tasks.add(RUN, question, task),
        _ => panic!("{question:?} takes no time"),
    }
}

#[test]
fn every_kind_has_an_answer_of_its_own_kind() {
    let (network, recording) = recorded();
    let (layer, unit) = (LayerId(5), Unit { layer: LayerId(5), channel: 1, place: [2, 3] });
    let (sort, colours, scale) = (SortBy::Contribution, ColourMap::default(), Scale::default());
    let sheet = contact_sheet::Question { layer, sort, colours, scale, dead: true, class: Some(1) };
    let questions: [Question; 10] = [
        sheet.into(),
        feature_map::Question { layer, channel: 1 }.into(),
        layer_values::Question { layer }.into(),
        breakdown::Question { unit, colours }.into(),
        kernels::Question { layer, side: kernels::Side::Into(1) }.into(),
        effective_field::Question { unit }.into(),
        cam::Question { class: 1 }.into(),
        grad_cam::Question { class: 1 }.into(),
        gradient_input::Question { class: 1 }.into(),
        occlusion::Question { class: 1 }.into(),
    ];
    for question in questions {
        let answer = match answer(question, &network, &recording) {
            Some(Work::Done(answer)) => answer,
            Some(Work::Task(task)) => {
                let mut tasks = Tasks::default();
                tasks.add(RUN, question, task);
                match work(&mut tasks, &network, &recording).pop() {
                    Some(Reply::Answer { run: RUN, question: told, answer }) if told == question => answer,
                    other => panic!("{question:?}: {other:?}"),
                }
            }
            None => panic!("{question:?} has no answer"),
        };
        // The kind of an answer is its variant's name, which is that of its question.
        let name = |debug: String| debug.split('(').next().unwrap_or_default().to_owned();
        assert_eq!(name(format!("{answer:?}")), name(format!("{question:?}")));
    }
}

#[test]
fn what_a_run_has_not_left_is_no_answer() {
    let (network, recording) = recorded();
    let nowhere = feature_map::Question { layer: LayerId(999), channel: 0 };
    assert!(answer(nowhere.into(), &network, &recording).is_none());
    let early = Recording { probabilities: Vec::new(), ..recording };
    assert!(answer(occlusion::Question { class: 1 }.into(), &network, &early).is_none());
}

#[test]
fn a_stopped_gradient_is_heard_of_no_more_and_others_go_on() {
    let (network, recording) = recorded();
    let mut tasks = Tasks::default();
    let (one, other) = (effective([2, 3]), effective([1, 1]));
    begin(&mut tasks, one, &network, &recording);
    begin(&mut tasks, other, &network, &recording);
    let mut task = tasks.take_turn().unwrap();
    let (told, goes_on) = task.step(&network, &recording);
    assert!(goes_on);
    // The first layer back was gone through when the question was taken up.
    assert!(
        matches!(told, Some(Reply::Progress { question, done: 2, of: 5, .. }) if question == one),
        "{told:?}"
    );
    tasks.put_back(task);

    tasks.stop(RunId(2), &one);
    tasks.stop(RUN, &one);
    let told = work(&mut tasks, &network, &recording);
    let of_other = |reply: &Reply| match reply {
        Reply::Progress { question, .. } | Reply::Answer { question, .. } => *question == other,
        _ => false,
    };
    assert!(told.iter().all(of_other), "{told:?}");
    let Some(Reply::Answer { answer, .. }) = told.last() else { panic!("{told:?}") };
    let found = effective_field::Question::found(answer).unwrap();
    assert_eq!(found.gradient.as_ref().unwrap().len(), network.model.architecture.input().plane());
}

/// What a part of the photo is given for a class is how the score changes as that part is scaled: against the runtime's own
/// passes over inputs that are scaled a little up and down. A rectifier or a pool may switch within a step.
#[test]
fn gradient_times_input_is_how_the_score_grows_with_contrast() {
    const STEP: f32 = 1e-3;
    const PART: usize = 8;
    let (network, recording) = recorded();
    let class = 2;
    let mut tasks = Tasks::default();
    begin(&mut tasks, gradient_input::Question { class }.into(), &network, &recording);
    let told = work(&mut tasks, &network, &recording);
    let Some(Reply::Answer { answer: Answer::GradientInput(map), .. }) = told.last() else {
        panic!("{told:?}")
    };
    let map = Option::as_ref(map).unwrap();
    let shape = network.model.architecture.input();
    assert_eq!((map.width, map.values.len(), map.of), (shape.width, shape.plane(), shape.plane()));

    let input = recording.activations.values(LayerId(0)).unwrap();
    let inside = |at: usize, [top, left]: [usize; 2]| {
        (top..top + PART).contains(&(at / shape.width)) && (left..left + PART).contains(&(at % shape.width))
    };
    let score = |part: [usize; 2], by: f32| {
        let scaled = input
            .iter()
            .enumerate()
            .map(|(at, value)| if inside(at % shape.plane(), part) { value * (1.0 + by) } else { *value });
        run(&network, scaled.collect()).unwrap().1[class]
    };
    let corners = |side: usize| (0..=side - PART).step_by(PART);
    let parts: Vec<[usize; 2]> =
        corners(shape.height).flat_map(|top| corners(shape.width).map(move |left| [top, left])).collect();
    let sums: Vec<f32> = parts
        .iter()
        .map(|part| (0..map.of).filter(|at| inside(*at, *part)).map(|at| map.values[at]).sum())
        .collect();
    let largest = sums.iter().fold(0f32, |most, sum| most.max(sum.abs()));
    assert!(largest > 0.0);
    let slope = |part: [usize; 2]| (score(part, STEP) - score(part, -STEP)) / (2.0 * STEP);
    let near = parts.iter().zip(&sums).filter(|(part, sum)| (slope(**part) - *sum).abs() < 0.05 * largest);
    let near = near.count();
    assert!(parts.len() >= 9 && near * 10 >= parts.len() * 9, "{near} of {}", parts.len());
}

/// Progress is told when there is more of it: a sweep takes many steps for each place.
#[test]
fn a_sweep_tells_each_place_once() {
    let (network, recording) = recorded();
    let question = Question::from(occlusion::Question { class: 1 });
    let mut tasks = Tasks::default();
    begin(&mut tasks, question, &network, &recording);
    let told = work(&mut tasks, &network, &recording);
    let done: Vec<u32> = told
        .iter()
        .filter_map(|reply| match reply {
            Reply::Progress { done, .. } => Some(*done),
            _ => None,
        })
        .collect();
    assert_eq!(done, (0..196).collect::<Vec<_>>());
    assert!(matches!(told.last(), Some(Reply::Answer { answer: Answer::Occlusion(_), .. })));
}
