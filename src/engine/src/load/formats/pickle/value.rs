//! The values of a pickle, and the names in it that are known.

use std::rc::Rc;

use vggscope_core::error::ModelError;
use vggscope_core::nn::labels::tidy;

use crate::load::view::Element;

/// What a pickle holds. Its values name the groups of others that they are made of by number, so that neither nesting nor
/// values that hold themselves can exhaust the stack.
pub struct Pickle {
    /// The object that was saved.
    pub root: Value,
    /// The groups by their numbers.
    pub groups: Vec<Vec<Value>>,
}

/// The number of a group of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Group(pub usize);

/// A value of a pickle.
#[derive(Clone, Debug)]
pub enum Value {
    /// What no tensor is made of, and is passed over: truth values, numbers with a point, bytes.
    Other,
    None,
    Int(i64),
    Text(Rc<str>),
    Tuple(Group),
    List(Group),
    /// A dictionary, whose group holds keys and values by turns.
    Dict(Group),
    /// A name that is known.
    Global(Global),
    Storage(Storage),
    Tensor(Rc<Tensor>),
}

/// The names that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Global {
    OrderedDict,
    RebuildTensor,
    /// The newest way, of numbers for which there is no class of storages.
    RebuildUntyped,
    RebuildParameter,
    Size,
    /// A class of storages.
    Storage(Number),
    /// A dtype, which newer files give beside an untyped storage.
    Dtype,
}

/// What a storage's numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// Floats.
    Float(Element),
    /// Integers of so many bytes, which nothing is computed with.
    Integer(usize),
}

impl Number {
    /// The bytes that one takes.
    pub fn size(self) -> usize {
        match self {
            Number::Float(element) => element.size(),
            Number::Integer(bytes) => bytes,
        }
    }
}

/// A storage, which stands elsewhere in the file under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    /// The key.
    pub key: Rc<str>,
    /// The kind of its numbers.
    pub number: Number,
    /// How many numbers it holds.
    pub count: usize,
}

/// A view of a storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// The storage.
    pub storage: Storage,
    /// The place of its first number in the storage, in elements.
    pub offset: usize,
    /// Its dimensions.
    pub dims: Vec<usize>,
    /// The way from one number to the next along each dimension, in elements.
    pub strides: Vec<usize>,
}

impl Value {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one that can count something.
    pub fn size(&self) -> Option<usize> {
        match self {
            Value::Int(number) => usize::try_from(*number).ok(),
            _ => None,
        }
    }
}

impl Pickle {
    /// The values of a tuple or a list.
    pub fn items(&self, group: Group) -> &[Value] {
        self.groups.get(group.0).map(Vec::as_slice).unwrap_or_default()
    }

    /// The storages of all tensors.
    pub fn storages(&self) -> impl Iterator<Item = &Storage> {
        let values = self.groups.iter().flatten().chain([&self.root]);
        values.filter_map(|value| match value {
            Value::Tensor(tensor) => Some(&tensor.storage),
            _ => None,
        })
    }

    /// Keys and values of a dictionary, in the order in which they were put in.
    pub fn pairs(&self, group: Group) -> impl Iterator<Item = (&Value, &Value)> {
        self.items(group).chunks_exact(2).map(|pair| (&pair[0], &pair[1]))
    }
}

/// What a name means, if it is one that tensors need.
pub fn global(module: &str, name: &str) -> Result<Global, ModelError> {
    Ok(match (module, name) {
        ("collections", "OrderedDict") => Global::OrderedDict,
        ("torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2") => Global::RebuildTensor,
        ("torch._utils", "_rebuild_tensor_v3") => Global::RebuildUntyped,
        ("torch.storage", "UntypedStorage") => Global::Storage(Number::Integer(1)),
        ("torch._utils", "_rebuild_parameter") => Global::RebuildParameter,
        ("torch", "Size") => Global::Size,
        ("torch", "FloatStorage") => Global::Storage(Number::Float(Element::F32)),
        ("torch", "DoubleStorage") => Global::Storage(Number::Float(Element::F64)),
        ("torch", "HalfStorage") => Global::Storage(Number::Float(Element::F16)),
        ("torch", "BFloat16Storage") => Global::Storage(Number::Float(Element::Bf16)),
        ("torch", "LongStorage") => Global::Storage(Number::Integer(8)),
        ("torch", "IntStorage") => Global::Storage(Number::Integer(4)),
        ("torch", "ShortStorage") => Global::Storage(Number::Integer(2)),
        ("torch", "CharStorage" | "ByteStorage" | "BoolStorage") => Global::Storage(Number::Integer(1)),
        ("torch", "float32" | "float64" | "float16" | "bfloat16" | "int64" | "int32" | "uint8" | "bool") => {
            Global::Dtype
        }
        ("torch", "uint16" | "uint32" | "uint64" | "int8" | "int16") => Global::Dtype,
        ("torch", name) if name.starts_with("float") => {
            return Err(ModelError::NumberType { name: tidy(name) });
        }
        _ => return Err(ModelError::Pickle { asks: tidy(&format!("{module}.{name}")) }),
    })
}
