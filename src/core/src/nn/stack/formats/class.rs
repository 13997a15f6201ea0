//! A stack from a whole class of PyTorch: its modules in the order in which `forward` calls them, where that is a plain
//! chain.

use super::code::{enclosed, is_word, last_word, length, opening, within, without_comments};
use super::edits::{begins_network, edited};
use super::flags::decided;
use super::loops::{begins, multiplied};
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
    let mut code = multiplied(&without_comments(code));
    // Else flags are those of the call.
    if !is_made_with_arguments(&code) {
        code = decided(&code);
    }
    let branch = |text: &str| refused(0, text, ParseErrorKind::Branch);
    let mut forwards = code.split("def forward");
    let [Some(before), Some(forward), None] = [0; 3].map(|_| forwards.next()) else {
        return Err(branch("def forward"));
    };
    let around: Vec<&str> = code.lines().filter(|line| !line.starts_with([' ', '\t'])).collect();
    let find = |is: fn(&str) -> bool| around.iter().find(|line| is(line)).copied();
    if let Some(line) = find(|line| begins_network(line, "")) {
        return Err(refused(0, line, ParseErrorKind::Second));
    }
    if let Some(line) = edited(before).or(edited(&around.join("\n"))).or(find(replaces)) {
        return Err(refused(0, line, ParseErrorKind::Edit));
    }
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
        let at = opening(inside)?;
        let (callee, inside) = (&inside[..at], &inside[at + 1..]);
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
                let first = enclosed(&call[at + 1..])?.into_iter().next()?.len();
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
            if open == 0 || !value[..open].chars().all(|letter| is_word(letter) || letter == '.') {
                return None;
            }
            let (module, behind) = value.split_at(open + 1 + length(&enclosed(&value[open + 1..])?));
            let rest = behind.lines().next().unwrap_or_default().trim();
            let is_all = rest.is_empty() || rest.starts_with([';', '.']);
            Some((module, is_all && !depends(&self.modules[..at])))
        });
        // Which of two it is depends on what is not read here.
        let (module, is_certain) = places.next()?;
        // It is filled elsewhere.
        let filled = module.ends_with("Sequential()")
            || FILLS.iter().any(|fill| self.modules.contains(&format!("{name}{fill}")));
        (is_certain && places.next().is_none() && !filled).then_some(module)
    }
}

/// What follows the name of a module that is changed behind its definition.
const FILLS: [&str; 5] = [".add_module(", ".append(", ".extend(", " +=", "+="];

/// Whether the line that some code ends in is run not at all or several times.
fn depends(code: &str) -> bool {
    let mut indent = usize::MAX;
    code.lines().rev().any(|line| {
        let own = line.len() - line.trim_start().len();
        let is_outer = own < indent && !line.trim().is_empty();
        indent = if is_outer { own } else { indent };
        is_outer && begins(line)
    })
}

/// Whether a line puts a module into a network: `net.NAME = nn.Identity()`.
fn replaces(line: &str) -> bool {
    let (target, value) = line.split_once('=').unwrap_or_default();
    let callee = last_word(value.split('(').next().unwrap_or_default());
    target.contains('.') && value.contains('(') && callee.starts_with(|first: char| first.is_uppercase())
}

/// Whether the class is called with arguments, which its flags may be among.
fn is_made_with_arguments(code: &str) -> bool {
    let name = code.split("class ").nth(1).and_then(|rest| rest.split(['(', ':']).next());
    let call = name.map(|name| format!("{}(", name.trim()));
    call.is_some_and(|call| code.split(&call).skip(2).any(|inside| !inside.trim_start().starts_with(')')))
}
