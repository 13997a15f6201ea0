//! The receptive-field calculator's state: a stack that a person edits, with undo, and how far they have stepped
//! through the recurrence.

use crate::nn::Window;
use crate::nn::stack::{End, Stack, StackLayer, StackLayerKind};
use crate::vgg::configuration;

/// The calculator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calculator {
    stack: Stack,
    past: Vec<Stack>,
    future: Vec<Stack>,
    /// The layer that the recurrence starts from; the last one where it is beyond the end.
    from: usize,
    /// How many steps of the recurrence are shown.
    shown: usize,
    /// The stack beside it, to compare.
    other: Option<Stack>,
    /// What both are compared by.
    pub costs: Costs,
    /// Whether the graph of the model in use is shown in place of the stack.
    pub graph: bool,
}

/// What costs are computed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Costs {
    /// Channels of every layer: 1 to [`Costs::MOST`].
    pub channels: u64,
    /// Whether biases count.
    pub biases: bool,
}

impl Costs {
    /// The most channels that are offered.
    pub const MOST: u64 = 1024;
}

impl Default for Costs {
    fn default() -> Costs {
        Costs { channels: 64, biases: false }
    }
}

/// One number of a layer, or two where its axes differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Kernel size.
    Kernel,
    /// Stride.
    Stride,
    /// Padding on either side.
    Padding,
    /// Dilation.
    Dilation,
}

impl Field {
    /// Every field, as the page shows them.
    pub const ALL: [Field; 4] = [Field::Kernel, Field::Stride, Field::Padding, Field::Dilation];

    /// A window's value.
    pub fn of(self, window: &Window) -> [usize; 2] {
        match self {
            Field::Kernel => window.kernel,
            Field::Stride => window.stride,
            Field::Padding => window.padding,
            Field::Dilation => window.dilation,
        }
    }

    fn of_mut(self, window: &mut Window) -> &mut [usize; 2] {
        match self {
            Field::Kernel => &mut window.kernel,
            Field::Stride => &mut window.stride,
            Field::Padding => &mut window.padding,
            Field::Dilation => &mut window.dilation,
        }
    }
}

/// What a person does to the calculator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Takes another stack altogether.
    Replace(Stack),
    /// Changes the input's size.
    Input([usize; 2]),
    /// Puts a layer behind the last one.
    Add(StackLayerKind),
    /// Takes a layer out.
    Remove(usize),
    /// Moves a layer to another place.
    Move {
        /// Where it is.
        from: usize,
        /// Where it goes.
        to: usize,
    },
    /// Changes what a layer does.
    Kind(usize, StackLayerKind),
    /// Changes a number of a layer.
    Set(usize, Field, [usize; 2]),
    /// Takes the last change back.
    Undo,
    /// Makes it again.
    Redo,
    /// Starts the recurrence from another layer.
    From(usize),
    /// Shows so many steps of the recurrence.
    Show(usize),
    /// Puts another stack beside it, or takes that away.
    Beside(Option<Stack>),
    /// Compares for other costs.
    Costs(Costs),
    /// Shows the graph of the model in use.
    Graph,
}

/// A stack that the page offers, by name; words are the text module's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// The lesson's example.
    NineByNine,
    /// Two 3x3 convolutions.
    TwoThrees,
    /// One 5x5 convolution.
    OneFive,
    /// Three 3x3 convolutions.
    ThreeThrees,
    /// One 7x7 convolution.
    OneSeven,
    /// One of the paper's configurations, by its place in [`configuration::CONFIGURATIONS`].
    Vgg(usize),
    /// AlexNet (Krizhevsky 2014, one column).
    AlexNet,
    /// ZFNet (Zeiler and Fergus 2013).
    ZfNet,
    /// LeNet-5 (LeCun et al. 1998).
    LeNet5,
    /// The main path of ResNet-18, of torchvision.
    ResNet18,
    /// The main path of ResNet-34, of torchvision.
    ResNet34,
    /// The main path of ResNet-50, of torchvision (stride in the 3x3).
    ResNet50,
}

impl Preset {
    /// Every preset, as the page offers them.
    pub const ALL: [Preset; 17] = [
        Preset::NineByNine,
        Preset::TwoThrees,
        Preset::OneFive,
        Preset::ThreeThrees,
        Preset::OneSeven,
        Preset::Vgg(0),
        Preset::Vgg(1),
        Preset::Vgg(2),
        Preset::Vgg(3),
        Preset::Vgg(4),
        Preset::Vgg(5),
        Preset::LeNet5,
        Preset::AlexNet,
        Preset::ZfNet,
        Preset::ResNet18,
        Preset::ResNet34,
        Preset::ResNet50,
    ];

    /// Its stack.
    pub fn stack(self) -> Stack {
        let text = match self {
            Preset::NineByNine => "9x9;3,2,0;m2,2,0".to_owned(),
            Preset::TwoThrees => "11x11;3,1,0;3,1,0".to_owned(),
            Preset::OneFive => "11x11;5,1,0".to_owned(),
            Preset::ThreeThrees => "11x11;3,1,0;3,1,0;3,1,0".to_owned(),
            Preset::OneSeven => "11x11;7,1,0".to_owned(),
            Preset::Vgg(place) => {
                let configuration =
                    configuration::CONFIGURATIONS[place.min(configuration::CONFIGURATIONS.len() - 1)];
                return configuration::stack(configuration.entries, configuration::SIDE);
            }
            Preset::LeNet5 => "32x32;5,1,0;a2,2,0;5,1,0;a2,2,0;5,1,0".to_owned(),
            Preset::AlexNet => "224x224;11,4,2;m3,2,0;5,1,2;m3,2,0;3,1,1;3,1,1;3,1,1;m3,2,0".to_owned(),
            Preset::ZfNet => "224x224;7,2,1;m3,2,1;5,2,0;m3,2,1;3,1,1;3,1,1;3,1,1;m3,2,0".to_owned(),
            Preset::ResNet18 => residual("3,STRIDE,1;3,1,1", [2, 2, 2, 2]),
            Preset::ResNet34 => residual("3,STRIDE,1;3,1,1", [3, 4, 6, 3]),
            Preset::ResNet50 => residual("1,1,0;3,STRIDE,1;1,1,0", [3, 4, 6, 3]),
        };
        text.parse().unwrap_or(Stack { input: [configuration::SIDE; 2], layers: Vec::new() })
    }
}

/// The main path of a residual network: the first block of each stage but the first has stride 2. The shortcuts see a
/// part of what the main path sees, with the same centre, so the union over the branches is the main path's field.
fn residual(block: &str, stages: [usize; 4]) -> String {
    let mut text = "224x224;7,2,3;m3,2,1".to_owned();
    for (stage, blocks) in stages.into_iter().enumerate() {
        for place in 0..blocks {
            let stride = if stage > 0 && place == 0 { "2" } else { "1" };
            text += &format!(";{}", block.replace("STRIDE", stride));
        }
    }
    text
}

impl Default for Calculator {
    fn default() -> Calculator {
        Calculator::new(Preset::NineByNine.stack())
    }
}

/// The most changes that can be taken back.
const MEMORY: usize = 200;

impl Calculator {
    /// A calculator on this stack.
    pub fn new(stack: Stack) -> Calculator {
        Calculator {
            stack,
            past: Vec::new(),
            future: Vec::new(),
            from: usize::MAX,
            shown: 0,
            other: None,
            costs: Costs::default(),
            graph: false,
        }
    }

    /// The stack beside it.
    pub fn other(&self) -> Option<&Stack> {
        self.other.as_ref()
    }

    /// The stack as it is now.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The layer that the recurrence starts from; none where there is no layer.
    pub fn from(&self) -> Option<usize> {
        Some(self.from.min(self.stack.layers.len().checked_sub(1)?))
    }

    /// How many steps of the recurrence are shown, of as many as there are layers up to [`Calculator::from`].
    pub fn shown(&self) -> usize {
        self.shown.min(self.from().map_or(0, |from| from + 1))
    }

    /// Whether a change can be taken back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether a change that was taken back can be made again.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// Does what a person asks; what makes no sense (a layer that is not there) changes nothing.
    pub fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::From(from) => {
                self.from = from;
                self.shown = 0;
            }
            Edit::Show(shown) => self.shown = shown,
            Edit::Beside(other) => self.other = other,
            Edit::Costs(Costs { channels, biases }) => {
                self.costs = Costs { channels: channels.clamp(1, Costs::MOST), biases };
            }
            Edit::Graph => self.graph = true,
            Edit::Undo => {
                if let Some(stack) = self.past.pop() {
                    self.future.push(std::mem::replace(&mut self.stack, stack));
                }
            }
            Edit::Redo => {
                if let Some(stack) = self.future.pop() {
                    self.past.push(std::mem::replace(&mut self.stack, stack));
                }
            }
            change => {
                self.graph = false;
                let mut stack = self.stack.clone();
                let replaced = matches!(change, Edit::Replace(_));
                apply(&mut stack, change);
                if stack != self.stack {
                    self.future.clear();
                    self.past.push(std::mem::replace(&mut self.stack, stack));
                    if self.past.len() > MEMORY {
                        self.past.remove(0);
                    }
                }
                if replaced {
                    self.from = usize::MAX;
                    self.shown = 0;
                }
            }
        }
    }
}

fn apply(stack: &mut Stack, change: Edit) {
    let count = stack.layers.len();
    match change {
        Edit::Replace(other) => *stack = other,
        Edit::Input(input) => stack.input = input,
        Edit::Add(kind) => stack.layers.push(StackLayer::new(kind, usual(kind))),
        Edit::Remove(at) if at < count => drop(stack.layers.remove(at)),
        Edit::Move { from, to } if from < count && to < count => {
            let step = stack.layers.remove(from);
            stack.layers.insert(to, step);
        }
        Edit::Kind(at, kind) if at < count => stack.layers[at] = stack.layers[at].with_kind(kind),
        Edit::Set(at, field, value) if at < count => {
            let layer = &mut stack.layers[at];
            *field.of_mut(&mut layer.window) = value;
            // Padding that is typed in is that of either side; a transposed convolution has more of output, not of padding.
            let is_padded = layer.kind != StackLayerKind::Transposed && layer.end != End::Ceil;
            if field == Field::Padding && is_padded {
                layer.end = End::More([0; 2]);
            }
        }
        _ => {}
    }
}

/// The window that VGG would have there; a transposed convolution undoes a pool of VGG.
fn usual(kind: StackLayerKind) -> Window {
    let (kernel, stride, padding) = match kind {
        StackLayerKind::Convolution => (3, 1, 1),
        StackLayerKind::MaxPool | StackLayerKind::AveragePool | StackLayerKind::Transposed => (2, 2, 0),
    };
    Window { kernel: [kernel; 2], stride: [stride; 2], dilation: [1; 2], padding: [padding; 2] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(preset: Preset) -> i64 {
        preset.stack().rows().unwrap().last().unwrap().reach[0].size()
    }

    #[test]
    fn presets() {
        assert_eq!(field(Preset::NineByNine), 5);
        assert_eq!([field(Preset::TwoThrees), field(Preset::OneFive)], [5, 5]);
        assert_eq!([field(Preset::ThreeThrees), field(Preset::OneSeven)], [7, 7]);
        assert_eq!(field(Preset::Vgg(4)), 212);
        assert_eq!(field(Preset::AlexNet), 195);
        let sizes = |preset: Preset| preset.stack().rows().unwrap().last().unwrap().size[0];
        // Maps of the last layer as the papers and torchvision have them.
        assert_eq!(
            [Preset::LeNet5, Preset::AlexNet, Preset::ZfNet, Preset::ResNet18, Preset::ResNet50].map(sizes),
            [1, 6, 6, 7, 7]
        );
        for preset in Preset::ALL {
            assert!(!preset.stack().layers.is_empty(), "{preset:?}");
        }
    }

    #[test]
    fn editing_and_taking_back() {
        let mut calculator = Calculator::default();
        let first = calculator.stack().clone();
        calculator.edit(Edit::Add(StackLayerKind::Convolution));
        calculator.edit(Edit::Set(2, Field::Stride, [2, 2]));
        calculator.edit(Edit::Move { from: 2, to: 0 });
        assert_eq!(calculator.stack().to_string(), "9x9;3,2,1;3,2,0;m2,2,0");
        calculator.edit(Edit::Remove(1));
        calculator.edit(Edit::Undo);
        calculator.edit(Edit::Undo);
        assert_eq!(calculator.stack().to_string(), "9x9;3,2,0;m2,2,0;3,2,1");
        calculator.edit(Edit::Redo);
        assert!(calculator.can_redo());
        calculator.edit(Edit::Kind(1, StackLayerKind::MaxPool));
        assert!(!calculator.can_redo());
        while calculator.can_undo() {
            calculator.edit(Edit::Undo);
        }
        assert_eq!(calculator.stack(), &first);
    }

    #[test]
    fn padding_that_is_typed_in_is_that_of_both_ends() {
        let mut calculator = Calculator::new("9x9;3,2,0+1;m3,2,0,ceil".parse().unwrap());
        calculator.edit(Edit::Set(0, Field::Stride, [1, 1]));
        assert_eq!(calculator.stack().to_string(), "9x9;3,1,0+1;m3,2,0,ceil");
        for layer in [0, 1] {
            calculator.edit(Edit::Set(layer, Field::Padding, [1, 1]));
        }
        assert_eq!(calculator.stack().to_string(), "9x9;3,1,1;m3,2,1,ceil");
        calculator.edit(Edit::Kind(1, StackLayerKind::Convolution));
        assert_eq!(calculator.stack().to_string(), "9x9;3,1,1;3,2,1");
    }

    #[test]
    fn nonsense_changes_nothing() {
        let mut calculator = Calculator::default();
        calculator.edit(Edit::Remove(9));
        calculator.edit(Edit::Move { from: 0, to: 9 });
        calculator.edit(Edit::Set(9, Field::Kernel, [3, 3]));
        assert!(!calculator.can_undo());
    }

    #[test]
    fn the_recurrence_follows_the_stack() {
        let mut calculator = Calculator::default();
        calculator.edit(Edit::Show(2));
        assert_eq!((calculator.from(), calculator.shown()), (Some(1), 2));
        calculator.edit(Edit::Remove(1));
        assert_eq!((calculator.from(), calculator.shown()), (Some(0), 1));
        calculator.edit(Edit::Remove(0));
        assert_eq!((calculator.from(), calculator.shown()), (None, 0));
        calculator.edit(Edit::Replace(Preset::Vgg(4).stack()));
        assert_eq!((calculator.from(), calculator.shown()), (Some(17), 0));
    }
}
