//! A stack from a whole class of PyTorch: its modules in the order in which `forward` calls them, where that is a plain
//! chain.

use super::code::{enclosed, is_word, last_word, length, within, without_comments};
use super::{Imported, pytorch, refused};
use crate::nn::stack::{ParseError, ParseErrorKind};

/// Functions of F or torch, and methods of tensors, as the modules that they are.
const FUNCTIONS: [(&str, &str); 17] = [
    ("relu", "ReLU"),
    ("relu_", "ReLU"),
    ("relu6", "ReLU6"),
    ("leaky_relu", "LeakyReLU"),
    ("elu", "ELU"),
    ("gelu", "GELU"),
    ("silu", "SiLU"),
    ("sigmoid", "Sigmoid"),
    ("tanh", "Tanh"),
    ("dropout", "Dropout"),
    ("max_pool2d", "MaxPool2d"),
    ("avg_pool2d", "AvgPool2d"),
    ("adaptive_avg_pool2d", "AdaptiveAvgPool2d"),
    ("adaptive_max_pool2d", "AdaptiveMaxPool2d"),
    ("flatten", "Flatten"),
    ("softmax", "Softmax"),
    ("log_softmax", "LogSoftmax"),
];

/// The most calls within calls that are followed.
const DEEPEST: usize = 100;

/// The stack of such a class, up to the first module that works on vectors, which is named.
///
/// # Errors
/// What in `forward` is no step of a chain, or what is not read of a module.
pub fn read(code: &str) -> Result<Imported, ParseError> {
    let size = code.lines().find(|line| line.trim().starts_with("# input ")).unwrap_or_default();
    let code = &without_comments(code);
    let branch = |text: &str| refused(0, text, ParseErrorKind::Branch);
    let mut forwards = code.split("def forward");
    let [Some(before), Some(forward), None] = [0; 3].map(|_| forwards.next()) else {
        return Err(branch("def forward"));
    };
    let arguments = forward.split_once('(').and_then(|(_, rest)| {
        let arguments = enclosed(rest)?;
        let behind = &rest[length(&arguments)..];
        Some((arguments, behind.split_once(':')?.1))
    });
    let (arguments, mut body) = arguments.ok_or(branch("def forward"))?;
    // The first argument is self.
    let argument = arguments.get(1).and_then(|argument| argument.split(':').next());
    let mut chain =
        Chain { modules: before, value: argument.unwrap_or_default().trim(), code: format!("{size}\n") };
    if let Some((own, _)) = body.split_once("\n    def ").or(body.split_once("\nclass ")) {
        body = own;
    }
    for line in body.split(['\n', ';']).map(str::trim).filter(|line| !line.is_empty()) {
        let (target, value) = match line.strip_prefix("return ") {
            Some(value) => (None, value),
            None => {
                let (name, value) = line.split_once('=').ok_or(branch(line))?;
                (Some(name.trim()), value)
            }
        };
        chain
            .follow(value.trim(), 0)
            .filter(|()| target.is_none_or(|name| !name.is_empty() && last_word(name) == name))
            .ok_or(branch(line))?;
        let Some(target) = target else { break };
        chain.value = target;
    }
    pytorch::read(&chain.code)
}

/// What `forward` has called so far.
struct Chain<'a> {
    /// The code that says what each `self.NAME` is.
    modules: &'a str,
    /// The variable that holds the last output.
    value: &'a str,
    /// The modules, as code.
    code: String,
}

impl<'a> Chain<'a> {
    /// Follows calls within calls from the inside out; `None` where they are no chain from the last output.
    fn follow(&mut self, call: &'a str, depth: usize) -> Option<()> {
        if call == self.value {
            return Some(());
        }
        if depth > DEEPEST {
            return None;
        }
        // The bracket that the call ends with, and what opens it.
        let inside = call.strip_suffix(')')?;
        let mut open = 0;
        let at = inside.char_indices().rev().find(|(_, letter)| {
            open += match letter {
                ')' => 1,
                '(' => -1,
                _ => 0,
            };
            open < 0
        })?;
        let (callee, inside) = (&inside[..at.0], &inside[at.0 + 1..]);
        let name = last_word(callee);
        let owner = callee[..callee.len() - name.len()].strip_suffix('.')?;
        let split = |text: &'a str| text.split_once(',').unwrap_or((text, ""));
        match owner {
            "self" => {
                self.follow(inside.trim(), depth + 1)?;
                let module = self.module(name)?;
                self.code += module;
                self.code += ",\n";
            }
            "F" | "torch" | "nn.functional" | "torch.nn.functional" => {
                // The first argument may be a call with arguments of its own.
                let first = enclosed(&call[at.0 + 1..])?.into_iter().next()?.len();
                self.follow(inside[..first].trim(), depth + 1)?;
                self.function(name, split(&inside[first..]).1)?;
            }
            tensor => {
                self.follow(tensor, depth + 1)?;
                if let "view" | "reshape" = name {
                    // More sides are those of maps.
                    let sides = enclosed(&format!("{})", within(inside)))?;
                    (sides.len() == 2 || inside.trim() == "-1").then_some(())?;
                    return self.function("flatten", "");
                }
                self.function(name, inside)?;
            }
        }
        Some(())
    }

    fn function(&mut self, name: &str, arguments: &str) -> Option<()> {
        let (_, module) = FUNCTIONS.iter().find(|(function, _)| *function == name)?;
        let mut arguments = enclosed(&format!("{arguments})"))?;
        // The function has the last two in another order than the module.
        for (place, named) in [(4, "ceil_mode="), (5, "return_indices=")] {
            if let ("max_pool2d", Some(argument)) = (name, arguments.get_mut(place))
                && !argument.contains('=')
            {
                *argument = format!("{named}{}", argument.trim());
            }
        }
        self.code += &format!("{module}({}),\n", arguments.join(",").trim());
        Some(())
    }

    /// The code of the module that is kept under this name.
    fn module(&self, name: &str) -> Option<&'a str> {
        let name = format!("self.{name}");
        let mut places = self.modules.match_indices(&name).filter_map(|(at, kept)| {
            let value = self.modules[at + kept.len()..].trim_start().strip_prefix('=')?.trim_start();
            let open = value.find('(')?;
            // Something else is kept under the name, and the bracket is of what stands behind.
            if !value[..open].chars().all(|letter| is_word(letter) || letter == '.') {
                return None;
            }
            let inside = length(&enclosed(&value[open + 1..])?);
            Some(&value[..open + 1 + inside])
        });
        // Which of two it is depends on what is not read here.
        let module = places.next()?;
        // It is filled elsewhere.
        let empty = module.ends_with("Sequential()");
        (places.next().is_none() && !empty).then_some(module)
    }
}
