//! Python pickles, as far as `torch.save` needs them for tensors
//! (<https://github.com/python/cpython/blob/main/Lib/pickletools.py>). A pickle is a program that may call any function; this
//! reads the opcodes and the few names that tensors take, calls nothing, and refuses everything else by its name.

mod value;

use std::rc::Rc;

use vggscope_core::error::ModelError;

use super::MOST_AXES;
use super::reader::Reader;
use value::{Global, Group, global};
pub use value::{Number, Pickle, Storage, Tensor, Value};

/// The most values that a pickle may make: a hundred times those of the largest network's.
const MOST_VALUES: usize = 1 << 18;
/// The longest text, in bytes.
const LONGEST: usize = 1 << 16;
/// The longest key of a storage, in bytes.
const LONGEST_KEY: usize = 256;
/// The most bytes of all texts.
const MOST_TEXT: usize = 1 << 22;

/// Reads a pickle from where the reader is, up to its end.
///
/// # Errors
/// What stands in it that no tensor needs, or that it breaks off.
pub fn read(reader: &mut Reader) -> Result<Pickle, ModelError> {
    let mut machine = Machine::default();
    let root = machine.run(reader)?;
    Ok(Pickle { root, groups: machine.groups })
}

#[derive(Default)]
struct Machine {
    stack: Vec<Value>,
    /// Heights of the stack.
    marks: Vec<usize>,
    memo: Vec<Option<Value>>,
    groups: Vec<Vec<Value>>,
    values: usize,
    text: usize,
}

fn broken() -> ModelError {
    ModelError::Damaged { format: "pickle".to_owned() }
}

impl Machine {
    fn run(&mut self, reader: &mut Reader) -> Result<Value, ModelError> {
        loop {
            let opcode = reader.byte()?;
            match opcode {
                // PROTO, FRAME.
                0x80 => reader.skip(1)?,
                0x95 => reader.skip(8)?,
                b'.' => return self.pop(),
                b'(' => {
                    self.grow()?;
                    self.marks.push(self.stack.len());
                }
                b'0' => drop(self.pop()?),
                b'1' => drop(self.pop_mark()?),
                b'2' => self.push(self.top()?.clone())?,
                b'N' => self.push(Value::None)?,
                0x88 | 0x89 => self.push(Value::Other)?,
                b'K' => {
                    let number = reader.byte()?;
                    self.push(Value::Int(number.into()))?;
                }
                b'M' => {
                    let number = u16::from_le_bytes(reader.array()?);
                    self.push(Value::Int(number.into()))?;
                }
                b'J' => {
                    let number = i32::from_le_bytes(reader.array()?);
                    self.push(Value::Int(number.into()))?;
                }
                0x8a => {
                    let length = reader.byte()?.into();
                    self.long(reader, length)?;
                }
                0x8b => {
                    let length = u32::from_le_bytes(reader.array()?) as usize;
                    self.long(reader, length)?;
                }
                b'G' => {
                    reader.skip(8)?;
                    self.push(Value::Other)?;
                }
                b'X' | b'T' => {
                    let length = u32::from_le_bytes(reader.array()?) as usize;
                    self.word(reader, length)?;
                }
                0x8c | b'U' => {
                    let length = reader.byte()?.into();
                    self.word(reader, length)?;
                }
                0x8d => {
                    let length = u64::from_le_bytes(reader.array()?);
                    self.word(reader, usize::try_from(length).map_err(|_| broken())?)?;
                }
                b'B' => {
                    let length = u32::from_le_bytes(reader.array()?) as usize;
                    reader.skip(length)?;
                    self.push(Value::Other)?;
                }
                b'C' => {
                    let length = reader.byte()?.into();
                    reader.skip(length)?;
                    self.push(Value::Other)?;
                }
                b'}' => self.push_group(Value::Dict, Vec::new())?,
                b']' => self.push_group(Value::List, Vec::new())?,
                b')' => self.push_group(Value::Tuple, Vec::new())?,
                b't' => {
                    let values = self.pop_mark()?;
                    self.push_group(Value::Tuple, values)?;
                }
                0x85..=0x87 => {
                    let count = usize::from(opcode - 0x84);
                    let from = self.stack.len().checked_sub(count).filter(|from| *from >= self.floor());
                    let values = self.stack.split_off(from.ok_or_else(broken)?);
                    self.push_group(Value::Tuple, values)?;
                }
                b'l' => {
                    let values = self.pop_mark()?;
                    self.push_group(Value::List, values)?;
                }
                b'd' => {
                    let values = self.pop_mark()?;
                    self.push_group(Value::Dict, values)?;
                }
                b'a' => {
                    let value = self.pop()?;
                    self.append(vec![value])?;
                }
                b'e' => {
                    let values = self.pop_mark()?;
                    self.append(values)?;
                }
                b's' => {
                    let value = self.pop()?;
                    let key = self.pop()?;
                    self.set(vec![key, value])?;
                }
                b'u' => {
                    let values = self.pop_mark()?;
                    self.set(values)?;
                }
                b'q' => {
                    let place = reader.byte()?.into();
                    self.remember(place)?;
                }
                b'r' => {
                    let place = u32::from_le_bytes(reader.array()?) as usize;
                    self.remember(place)?;
                }
                0x94 => self.remember(self.memo.len())?,
                b'h' => {
                    let place = reader.byte()?.into();
                    self.recall(place)?;
                }
                b'j' => {
                    let place = u32::from_le_bytes(reader.array()?) as usize;
                    self.recall(place)?;
                }
                b'c' => {
                    let (module, name) = (reader.line(LONGEST)?, reader.line(LONGEST)?);
                    self.push(Value::Global(global(&module, &name)?))?;
                }
                0x93 => {
                    let (name, module) = (self.pop()?, self.pop()?);
                    let (Some(module), Some(name)) = (module.text(), name.text()) else {
                        return Err(broken());
                    };
                    self.push(Value::Global(global(module, name)?))?;
                }
                b'Q' => {
                    let id = self.pop()?;
                    let storage = self.storage(&id).ok_or_else(broken)?;
                    self.push(Value::Storage(storage))?;
                }
                b'R' => {
                    let (arguments, function) = (self.pop()?, self.pop()?);
                    let made = self.call(&function, &arguments).ok_or_else(broken)?;
                    self.push(made)?;
                }
                // What is said of an ordered dictionary beside its items are versions of modules.
                b'b' => {
                    self.pop()?;
                    if !matches!(self.top()?, Value::Dict(_) | Value::Other) {
                        return Err(broken());
                    }
                }
                other => return Err(ModelError::Pickle { asks: format!("opcode 0x{other:02x}") }),
            }
        }
    }

    /// Counts one thing more.
    fn grow(&mut self) -> Result<(), ModelError> {
        self.values += 1;
        if self.values > MOST_VALUES { Err(broken()) } else { Ok(()) }
    }

    fn push(&mut self, value: Value) -> Result<(), ModelError> {
        self.grow()?;
        self.stack.push(value);
        Ok(())
    }

    fn push_group(&mut self, kind: fn(Group) -> Value, values: Vec<Value>) -> Result<(), ModelError> {
        let group = Group(self.groups.len());
        self.groups.push(values);
        self.push(kind(group))
    }

    fn items(&self, group: Group) -> &[Value] {
        self.groups.get(group.0).map(Vec::as_slice).unwrap_or_default()
    }

    /// The height of the stack below which nothing is taken before the mark there is.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or_default()
    }

    fn pop(&mut self) -> Result<Value, ModelError> {
        if self.stack.len() <= self.floor() {
            return Err(broken());
        }
        self.stack.pop().ok_or_else(broken)
    }

    fn pop_mark(&mut self) -> Result<Vec<Value>, ModelError> {
        let mark = self.marks.pop().ok_or_else(broken)?;
        Ok(self.stack.split_off(mark))
    }

    fn top(&self) -> Result<&Value, ModelError> {
        self.stack.last().ok_or_else(broken)
    }

    fn append(&mut self, values: Vec<Value>) -> Result<(), ModelError> {
        match *self.top()? {
            Value::List(Group(list)) => self.groups[list].extend(values),
            _ => return Err(broken()),
        }
        Ok(())
    }

    /// Puts keys and values, by turns, into a dictionary.
    fn set(&mut self, values: Vec<Value>) -> Result<(), ModelError> {
        match *self.top()? {
            Value::Dict(Group(dict)) if values.len().is_multiple_of(2) => self.groups[dict].extend(values),
            _ => return Err(broken()),
        }
        Ok(())
    }

    fn long(&mut self, reader: &mut Reader, length: usize) -> Result<(), ModelError> {
        let bytes = reader.take(length.min(LONGEST))?;
        // More digits than those of 64 bits count nothing; the format's own magic number is one of them.
        let number = match bytes.len() {
            0 => Value::Int(0),
            1..=8 => {
                let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
                let mut whole = [if negative { 0xff } else { 0 }; 8];
                whole[..bytes.len()].copy_from_slice(&bytes);
                Value::Int(i64::from_le_bytes(whole))
            }
            _ => Value::Other,
        };
        self.push(number)
    }

    fn word(&mut self, reader: &mut Reader, length: usize) -> Result<(), ModelError> {
        self.text = self.text.saturating_add(length);
        if length > LONGEST || self.text > MOST_TEXT {
            return Err(broken());
        }
        let bytes = reader.take(length)?;
        self.push(Value::Text(String::from_utf8_lossy(&bytes).into()))
    }

    fn remember(&mut self, place: usize) -> Result<(), ModelError> {
        // Places are given in turn, but for a few.
        if place > self.memo.len() + 256 || place > MOST_VALUES {
            return Err(broken());
        }
        if place >= self.memo.len() {
            self.memo.resize(place + 1, None);
        }
        self.memo[place] = Some(self.top()?.clone());
        Ok(())
    }

    fn recall(&mut self, place: usize) -> Result<(), ModelError> {
        let value = self.memo.get(place).cloned().flatten().ok_or_else(broken)?;
        self.push(value)
    }

    /// `('storage', class, key, device, count[, view of another storage])`
    fn storage(&self, id: &Value) -> Option<Storage> {
        let Value::Tuple(parts) = id else { return None };
        let [kind, Value::Global(Global::Storage(number)), Value::Text(key), _, count, rest @ ..] =
            self.items(*parts)
        else {
            return None;
        };
        (kind.text() == Some("storage")).then_some(())?;
        // The same text may be the key of many.
        (key.len() <= LONGEST_KEY).then_some(())?;
        // A view of a part of another storage, which no release has written for years.
        matches!(rest, [] | [Value::None]).then_some(())?;
        Some(Storage { key: key.clone(), number: *number, count: count.size()? })
    }

    /// What a known function makes of its arguments.
    fn call(&mut self, function: &Value, arguments: &Value) -> Option<Value> {
        let (Value::Global(function), Value::Tuple(arguments)) = (function, arguments) else { return None };
        Some(match (function, self.items(*arguments)) {
            (Global::OrderedDict, []) => {
                self.groups.push(Vec::new());
                Value::Dict(Group(self.groups.len() - 1))
            }
            (Global::RebuildTensor, [Value::Storage(storage), offset, dims, strides, ..]) => {
                let (offset, dims, strides) = (offset.size()?, self.sizes(dims)?, self.sizes(strides)?);
                (dims.len() == strides.len()).then_some(())?;
                Value::Tensor(Rc::new(Tensor { storage: storage.clone(), offset, dims, strides }))
            }
            // Of whole numbers: a type of floats is refused where it is named.
            (Global::RebuildUntyped, _) => Value::Other,
            (Global::RebuildParameter, [Value::Tensor(tensor), ..]) => Value::Tensor(tensor.clone()),
            (Global::Size, [sizes]) => sizes.clone(),
            _ => return None,
        })
    }

    fn sizes(&self, value: &Value) -> Option<Vec<usize>> {
        match value {
            // The same long tuple may be the shape of many.
            Value::Tuple(group) if self.items(*group).len() <= MOST_AXES => {
                self.items(*group).iter().map(Value::size).collect()
            }
            _ => None,
        }
    }
}
