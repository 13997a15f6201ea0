//! Protobuf without a schema, as far as it takes to bend an ONNX file and leave it one, or to write a small one.

/// A field of a protobuf message.
#[derive(Clone)]
pub struct Field {
    pub number: u64,
    pub value: Value,
}

#[derive(Clone)]
pub enum Value {
    Number(u64),
    Fixed(Vec<u8>),
    Bytes(Vec<u8>),
    Message(Vec<Field>),
}

/// Messages of ONNX, as far as they hold others that are worth bending.
#[derive(Clone, Copy)]
pub enum Kind {
    Model,
    Graph,
    Node,
    Attribute,
    Info,
    Type,
    Tensor,
    Shape,
    Other,
}

impl Kind {
    fn of(self, number: u64) -> Option<Kind> {
        Some(match (self, number) {
            (Kind::Model, 7) => Kind::Graph,
            (Kind::Model, 8 | 14) => Kind::Other,
            (Kind::Graph, 1) => Kind::Node,
            (Kind::Graph, 5) | (Kind::Attribute, 5) => Kind::Other,
            (Kind::Graph, 11..=13) => Kind::Info,
            (Kind::Node, 5) => Kind::Attribute,
            (Kind::Info, 2) => Kind::Type,
            (Kind::Type, 1) => Kind::Tensor,
            (Kind::Tensor, 2) => Kind::Shape,
            (Kind::Shape, 1) => Kind::Other,
            _ => return None,
        })
    }
}

fn take_number(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first().unwrap();
        *bytes = rest;
        number |= u64::from(byte & 127) << shift;
        if byte & 128 == 0 {
            break;
        }
    }
    number
}

fn put_number(mut number: u64, out: &mut Vec<u8>) {
    while number > 127 {
        out.push(number as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}

pub fn parse(mut bytes: &[u8], kind: Kind) -> Vec<Field> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = take_number(&mut bytes);
        let number = tag >> 3;
        let value = match tag & 7 {
            0 => Value::Number(take_number(&mut bytes)),
            2 => {
                let length = take_number(&mut bytes) as usize;
                let inner = bytes.split_off(..length).unwrap();
                kind.of(number)
                    .map_or(Value::Bytes(inner.to_vec()), |kind| Value::Message(parse(inner, kind)))
            }
            wire => {
                let inner = bytes.split_off(..if wire == 1 { 8 } else { 4 }).unwrap();
                Value::Fixed(inner.to_vec())
            }
        };
        fields.push(Field { number, value });
    }
    fields
}

pub fn write(fields: &[Field]) -> Vec<u8> {
    let mut out = Vec::new();
    for Field { number, value } in fields {
        let mut tagged = |wire: u64| put_number(number << 3 | wire, &mut out);
        match value {
            Value::Number(value) => {
                tagged(0);
                put_number(*value, &mut out);
            }
            Value::Fixed(bytes) => {
                tagged(if bytes.len() == 8 { 1 } else { 5 });
                out.extend_from_slice(bytes);
            }
            Value::Bytes(bytes) => {
                tagged(2);
                put_number(bytes.len() as u64, &mut out);
                out.extend_from_slice(bytes);
            }
            Value::Message(fields) => {
                tagged(2);
                let inner = write(fields);
                put_number(inner.len() as u64, &mut out);
                out.extend_from_slice(&inner);
            }
        }
    }
    out
}

pub fn size(fields: &[Field]) -> usize {
    let inner = |field: &Field| if let Value::Message(fields) = &field.value { size(fields) } else { 0 };
    fields.iter().map(|field| 1 + inner(field)).sum()
}

/// The message that holds the nth field of all, and the field's place in it.
pub fn find(fields: &mut Vec<Field>, mut nth: usize) -> (&mut Vec<Field>, usize) {
    let place = fields.iter().position(|field| {
        let all = size(std::slice::from_ref(field));
        if nth < all {
            return true;
        }
        nth -= all;
        false
    });
    let place = place.unwrap();
    if nth == 0 {
        return (fields, place);
    }
    match &mut fields[place].value {
        Value::Message(inner) => find(inner, nth - 1),
        _ => unreachable!("a field that holds others is a message"),
    }
}

/// A field that holds a message.
pub fn message(number: u64, fields: Vec<Field>) -> Field {
    Field { number, value: Value::Message(fields) }
}

/// A field that holds a number.
pub fn number(number: u64, value: i64) -> Field {
    Field { number, value: Value::Number(value as u64) }
}

/// A field that holds text.
pub fn text(number: u64, text: &str) -> Field {
    Field { number, value: Value::Bytes(text.as_bytes().to_vec()) }
}

/// An attribute of a node.
pub enum Attribute<'a> {
    /// A whole number.
    Int(i64),
    /// A list of whole numbers.
    Ints(&'a [i64]),
    /// Text.
    Text(&'a str),
    /// A tensor.
    Tensor(Vec<Field>),
}

/// A tensor (a message of field 5 of a graph): as many 32-bit floats as its dimensions say, from 0 to 1.
pub fn floats(name: &str, dims: &[i64]) -> Vec<Field> {
    let count: i64 = dims.iter().product();
    let values = (0..count).flat_map(|i| (i as f32 / count as f32).to_le_bytes()).collect();
    tensor(name, dims, 1, values)
}

/// A tensor that is a list of whole numbers.
pub fn ints(name: &str, values: &[i64]) -> Vec<Field> {
    tensor(name, &[values.len() as i64], 7, values.iter().flat_map(|value| value.to_le_bytes()).collect())
}

/// A tensor of this type and these bytes.
pub fn tensor(name: &str, dims: &[i64], kind: i64, bytes: Vec<u8>) -> Vec<Field> {
    let mut fields: Vec<Field> = dims.iter().map(|dim| number(1, *dim)).collect();
    fields.extend([number(2, kind), text(8, name), Field { number: 9, value: Value::Bytes(bytes) }]);
    fields
}

/// A node (field 1 of a graph); names of tensors are given with spaces between.
pub fn node(operator: &str, inputs: &str, outputs: &str, attributes: &[(&str, Attribute)]) -> Field {
    let mut fields: Vec<Field> = inputs.split_whitespace().map(|name| text(1, name)).collect();
    fields.extend(outputs.split_whitespace().map(|name| text(2, name)));
    fields.push(text(4, operator));
    for (name, value) in attributes {
        let mut attribute = vec![text(1, name)];
        match value {
            Attribute::Int(value) => attribute.extend([number(3, *value), number(20, 2)]),
            Attribute::Ints(values) => {
                attribute.extend(values.iter().map(|value| number(8, *value)).chain([number(20, 7)]));
            }
            Attribute::Text(value) => attribute.extend([text(4, value), number(20, 3)]),
            Attribute::Tensor(tensor) => attribute.extend([message(5, tensor.clone()), number(20, 4)]),
        }
        fields.push(message(5, attribute));
    }
    message(1, fields)
}

/// A model whose photo is the tensor `x` of this shape and whose answer is the tensor `y`.
pub fn model(opset: i64, photo: &[i64], nodes: Vec<Field>, weights: Vec<Vec<Field>>) -> Vec<Field> {
    let info = |name: &str, dims: &[i64]| {
        let shape = dims.iter().map(|dim| message(1, vec![number(1, *dim)])).collect();
        vec![text(1, name), message(2, vec![message(1, vec![number(1, 1), message(2, shape)])])]
    };
    let mut graph = nodes;
    graph.extend(weights.into_iter().map(|tensor| message(5, tensor)));
    graph.extend([message(11, info("x", photo)), message(12, vec![text(1, "y")])]);
    vec![number(1, 8), message(8, vec![number(2, opset)]), message(7, graph)]
}
