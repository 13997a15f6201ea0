//! Questions whose answers are computed, never written down.

use super::Values;
use crate::nn::stack::Stack;
use crate::vgg::build::Build;
use crate::vgg::configuration::{self, Configuration};
use crate::vgg::costs::{ConfigurationCosts, Counting, LayerCosts};
use crate::vgg::initialise::Initialisation;
use crate::vgg::paper::{self, Scale};
use crate::vgg::transfer::Transfer;

/// A question that a number answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// The receptive field of a layer's units.
    Field(Stack, usize),
    /// The side of a layer's map.
    Size(Stack, usize),
    /// The effective stride of a layer.
    Jump(Stack, usize),
    /// The first pixel that a unit of a layer sees.
    First(Stack, usize, usize),
    /// The last pixel.
    Last(Stack, usize, usize),
    /// F of this layer in the recurrence from the last layer back.
    Step(Stack, usize),
    /// How many layers of this kernel and stride 1 see this many pixels.
    Depth(usize, usize),
    /// The number before C² in a stack's weights.
    Coefficient(Stack),
    /// A stack's weights as a percentage of another's.
    Ratio(Stack, Stack),
    /// A stack's non-linearities.
    Relus(Stack),
    /// Weights of a layer of a configuration.
    Weights(Configuration, String),
    /// Weights and biases of it.
    Parameters(Configuration, String),
    /// Numbers in its output.
    Units(Configuration, String),
    /// Its multiply-accumulates, in millions.
    Macs(Configuration, String),
    /// The percentage of parameters in the dense layers.
    Share(Configuration),
    /// The number of layers with weights.
    DepthOf(Configuration),
    /// How the paper's top-1 error changes from one configuration to another, in points.
    Change(Configuration, Configuration, Scale),
    /// The parameters of one dense layer, to so many classes, on the last maps of a configuration.
    Head(Configuration, usize),
    /// How many `unexpected_keys`, or else `missing_keys`, PyTorch lists where the weights of a configuration are loaded into the same with
    /// one dense layer to so many classes.
    Keys(Configuration, usize, bool),
    /// The percentage of its mean square that a signal keeps through so many 3x3 convolutions of equally many channels, each
    /// with a ReLU, whose weights begin by a rule.
    Kept(Initialisation, usize, usize),
    /// How many crops of 224 pixels a square picture holds.
    Crops(usize),
    /// The side of the map of class scores over a picture of this side.
    Map(usize),
}

/// An answer, and how exactly it is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// The number.
    pub value: f64,
    /// Its decimals.
    pub decimals: usize,
}

/// What an answer is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is right.
    Right,
    /// It is too small.
    Low,
    /// It is too large.
    High,
    /// It is no number.
    NoNumber,
}

pub(super) fn read(kind: &str, values: &Values) -> Option<Question> {
    let stack = || values.stack("stack");
    // Layers count from 1; without one, the last is meant.
    let layer = |stack: &Stack| match values.number("layer") {
        Some(layer) => layer.checked_sub(1).filter(|at| *at < stack.layers.len()),
        None => stack.layers.len().checked_sub(1),
    };
    let of_net = || Some((values.net("net")?, values.text("layer")?.to_owned()));
    let placed = |make: fn(Stack, usize) -> Question| {
        let stack = stack()?;
        layer(&stack).map(|at| make(stack.clone(), at))
    };
    let pixel = |make: fn(Stack, usize, usize) -> Question| {
        let stack = stack()?;
        Some(make(stack.clone(), layer(&stack)?, values.number("unit")?))
    };
    let named = |make: fn(Configuration, String) -> Question| {
        let (net, layer) = of_net()?;
        part(net, &layer).map(|_| make(net, layer))
    };
    match kind {
        "field" => placed(Question::Field),
        "size" => placed(Question::Size),
        "jump" => placed(Question::Jump),
        "step" => placed(Question::Step),
        "first" => pixel(Question::First),
        "last" => pixel(Question::Last),
        "depth" => {
            Some(Question::Depth(values.number("kernel").filter(|k| *k > 1)?, values.number("field")?))
        }
        "coefficient" => stack().map(Question::Coefficient),
        "ratio" => Some(Question::Ratio(stack()?, values.stack("other")?)),
        "relus" => stack().map(Question::Relus),
        "weights" => named(Question::Weights),
        "parameters" => named(Question::Parameters),
        "units" => named(Question::Units),
        "macs" => named(Question::Macs),
        "share" => values.net("net").map(Question::Share),
        "depth-of" => values.net("net").map(Question::DepthOf),
        "change" => {
            let scale = match values.text("scale")? {
                "jitter" => Scale::Jitter,
                side => Scale::Fixed(side.parse().ok()?),
            };
            let (from, to) = (values.net("from")?, values.net("to")?);
            paper::change(from.letter, to.letter, scale).map(|_| Question::Change(from, to, scale))
        }
        "keys" => {
            let unexpected = match values.text("which")? {
                "unexpected" => true,
                "missing" => false,
                _ => return None,
            };
            Some(Question::Keys(values.net("net")?, values.number("classes")?, unexpected))
        }
        "head" => Some(Question::Head(values.net("net")?, values.number("classes")?)),
        "kept" => {
            let rule = Initialisation::ALL.into_iter().find(|rule| Some(rule.word()) == values.text("rule"));
            Some(Question::Kept(rule?, values.number("channels")?, values.number("layers")?))
        }
        "crops" => values.number("scale").filter(|side| *side >= configuration::SIDE).map(Question::Crops),
        "map" => values.number("side").filter(|side| *side >= configuration::SIDE).map(Question::Map),
        _ => None,
    }
}

impl Question {
    /// Its answer; none where there is none, which no question that was read has.
    pub fn answer(&self) -> Option<Answer> {
        let whole = |value: u64| Some(Answer { value: value as f64, decimals: 0 });
        let reach = |stack: &Stack, at: usize| Some(stack.rows().ok()?.get(at)?.reach[0].clone());
        match self {
            Question::Field(stack, at) => whole(reach(stack, *at)?.size().unsigned_abs()),
            Question::Size(stack, at) => whole(stack.rows().ok()?.get(*at)?.size[0] as u64),
            Question::Jump(stack, at) => Some(Answer { value: reach(stack, *at)?.stride(), decimals: 0 }),
            Question::First(stack, at, unit) => signed(*reach(stack, *at)?.pixels(*unit).start()),
            Question::Last(stack, at, unit) => signed(*reach(stack, *at)?.pixels(*unit).end()),
            Question::Step(stack, at) => {
                let steps = stack.recurrence(stack.layers.len().checked_sub(1)?, 0).ok()?;
                whole(steps.iter().find(|step| step.step == *at)?.below)
            }
            Question::Depth(kernel, field) => whole(field.checked_sub(1)?.div_ceil(kernel - 1) as u64),
            Question::Coefficient(stack) => whole(stack.weight().ok()?.squares),
            Question::Ratio(one, other) => {
                let squares =
                    [one, other].map(|stack| stack.weight().map_or(0.0, |weight| weight.squares as f64));
                Some(Answer { value: (squares[0] / squares[1] * 100.0).round(), decimals: 0 })
            }
            Question::Relus(stack) => whole(stack.weight().ok()?.convolutions),
            Question::Weights(net, name) => whole(part(*net, name)?.weights),
            Question::Parameters(net, name) => whole(part(*net, name)?.parameters(Counting::default())),
            Question::Units(net, name) => whole(part(*net, name)?.shape.units() as u64),
            Question::Macs(net, name) => {
                Some(Answer { value: (part(*net, name)?.macs as f64 / 1e6).round(), decimals: 0 })
            }
            Question::Share(net) => {
                let share = ConfigurationCosts::of(*net).dense_share(Counting::default());
                Some(Answer { value: f64::from(share * 100.0).round(), decimals: 0 })
            }
            Question::DepthOf(net) => whole(net.depth() as u64),
            Question::Change(from, to, scale) => {
                Some(Answer { value: paper::change(from.letter, to.letter, *scale)?, decimals: 1 })
            }
            Question::Keys(net, classes, unexpected) => {
                let from = Build::of(net.entries, Initialisation::Xavier);
                let to = Build { hidden: 0, classes: *classes, ..from.clone() };
                let keys = Transfer::Names.keys(&from, &to);
                let names = if *unexpected { keys.unexpected } else { keys.missing };
                whole(names.len() as u64)
            }
            Question::Head(net, classes) => {
                let units = part(*net, "pool5")?.shape.units();
                whole((units * classes + classes) as u64)
            }
            Question::Kept(rule, channels, layers) => {
                let variance = rule.convolution(9, [*channels; 2]).variance();
                let kept = (9.0 * *channels as f64 * variance / 2.0).powi(i32::try_from(*layers).ok()?);
                Some(Answer { value: (kept * 1e4).round() / 1e2, decimals: 2 })
            }
            Question::Crops(side) => whole((side - configuration::SIDE + 1).pow(2) as u64),
            Question::Map(side) => whole(configuration::score_map(*side) as u64),
        }
    }

    /// What a typed answer is worth.
    pub fn judge(&self, text: &str) -> Verdict {
        let (Some(given), Some(answer)) = (number(text), self.answer()) else { return Verdict::NoNumber };
        let off = given - answer.value;
        match off {
            _ if off.abs() < 1e-6 => Verdict::Right,
            _ if off < 0.0 => Verdict::Low,
            _ => Verdict::High,
        }
    }
}

fn signed(value: i64) -> Option<Answer> {
    Some(Answer { value: value as f64, decimals: 0 })
}

/// The number that a person wrote, with whatever stands between its digits in their country, or a sign of percent.
fn number(text: &str) -> Option<f64> {
    let plain = |letter: char| match letter {
        '−' | '－' => Some('-'),
        ',' | ' ' | '\u{a0}' | '，' | '%' | '％' => None,
        '０'..='９' => char::from_digit(letter as u32 - '０' as u32, 10),
        other => Some(other),
    };
    text.chars().filter_map(plain).collect::<String>().parse().ok().filter(|number: &f64| number.is_finite())
}

fn part(configuration: Configuration, name: &str) -> Option<LayerCosts> {
    ConfigurationCosts::of(configuration).layers.into_iter().find(|part| part.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::lesson::Piece;

    fn ask(text: &str) -> Question {
        match format!("{{ask {text}}}").parse() {
            Ok(Piece::Ask(question)) => question,
            other => panic!("{text}: {other:?}"),
        }
    }

    /// Answers from shared tables and by hand.
    #[test]
    fn answers() {
        for (text, expected) in [
            ("field stack=9x9;3,2,0;m2,2,0", 5.0),
            ("size stack=9x9;3,2,0;m2,2,0 layer=1", 4.0),
            ("jump stack=9x9;3,2,0;m2,2,0", 4.0),
            ("first stack=9x9;3,1,1 unit=0", -1.0),
            ("last stack=9x9;3,2,0;m2,2,0 unit=1", 8.0),
            ("step stack=11x11;3,1,0;3,1,0;3,1,0 layer=2", 5.0),
            ("depth kernel=3 field=15", 7.0),
            ("coefficient stack=11x11;7,1,0", 49.0),
            ("ratio stack=11x11;3,1,0;3,1,0;3,1,0 other=11x11;7,1,0", 55.0),
            ("relus stack=11x11;3,1,0;m2,2,0", 1.0),
            ("weights net=D layer=conv1_2", 36_864.0),
            ("parameters net=D layer=fc6", 102_764_544.0),
            ("units net=D layer=conv1_1", 3_211_264.0),
            ("macs net=D layer=conv1_2", 1850.0),
            ("share net=D", 89.0),
            ("depth-of net=E", 19.0),
            ("change from=D to=E scale=256", 0.3),
            ("change from=D to=E scale=jitter", -0.1),
            ("crops scale=256", 1089.0),
            ("map side=384", 6.0),
            // 512·7·7·10 + 10; and halves, wholes and 9·256·10⁻⁴ / 2, taken eight times.
            ("head net=D classes=10", 250_890.0),
            // As PyTorch 2.7 lists them.
            ("keys net=D classes=10 which=unexpected", 6.0),
            ("keys net=D classes=10 which=missing", 2.0),
            ("kept rule=xavier channels=256 layers=8", 0.39),
            ("kept rule=kaiming channels=256 layers=8", 100.0),
            ("kept rule=normal channels=256 layers=2", 1.33),
        ] {
            assert_eq!(ask(text).answer().map(|answer| answer.value), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_people_write() {
        let first = ask("first stack=9x9;3,1,1 unit=0");
        assert_eq!(["-1", "−1", " -1 ", "1", "-2", "one"].map(|text| first.judge(text)), {
            use Verdict::{High, Low, NoNumber, Right};
            [Right, Right, Right, High, Low, NoNumber]
        });
        let fc6 = ask("parameters net=D layer=fc6");
        assert_eq!(["102764544", "102,764,544", "102 764 544"].map(|t| fc6.judge(t)), [Verdict::Right; 3]);
        assert_eq!(ask("change from=D to=E scale=256").judge("+0.3"), Verdict::Right);
        assert_eq!(ask("share net=D").judge("89 %"), Verdict::Right);
    }
}
