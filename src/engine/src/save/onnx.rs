//! A network as an ONNX file: one message of Protocol Buffers, whose large weights go from the file that they stand in to the new
//! one a few rows at a time.

use std::collections::HashSet;

use prost::Message;
use tract_onnx::pb::{self, TensorProto, tensor_proto::DataType};
use tract_onnx::prelude::f16;
use vggscope_core::error::ModelError;
use vggscope_core::model::Precision;
use vggscope_core::training::Head;

use super::{Sink, unwritable};
use crate::load::bytes::{Bytes, header};
use crate::load::checked::Checked;
use crate::load::head;
use crate::load::message::{int, node};
use crate::load::metadata::{self, About};
use crate::load::normalise::{DOMAIN, numbers};
use crate::load::view::View;

/// Numbers of fields, from onnx.proto.
const MODEL_GRAPH: u64 = 7;
const GRAPH_INITIALIZER: u64 = 5;
const TENSOR_RAW_DATA: u64 = 9;

/// Weights with fewer numbers stay 32-bit floats: they would save nothing.
const FEW: usize = 1024;
/// Numbers that are read at once.
const AT_ONCE: usize = 1 << 18;

/// Writes the network of a file, with another head where one is given.
///
/// # Errors
/// What is wrong with the file, or that the network cannot be written so.
pub fn write(
    file: &impl Bytes,
    head: Option<&Head>,
    about: &About,
    precision: Precision,
    sink: Sink,
) -> Result<(), ModelError> {
    let mut checked = Checked::read(file)?;
    if let Some(head) = head {
        head::put(&mut checked, head)?;
    }
    let Checked { mut proto, mut large } = checked;
    metadata::say(&mut proto, about);
    "vggscope".clone_into(&mut proto.producer_name);
    let opset = proto.opset_import.iter().filter(|set| set.domain.is_empty()).map(|set| set.version).max();
    let mut graph = proto.graph.take().ok_or(ModelError::NotOnnx)?;
    if graph.node.iter().any(|node| node.domain == DOMAIN) {
        return Err(unwritable("rounded activations"));
    }

    // Old files name initializers among the inputs, where a tensor that is made has no place.
    let constants: HashSet<String> = graph.initializer.iter().map(|tensor| tensor.name.clone()).collect();
    graph.input.retain(|input| !constants.contains(&input.name));
    proto.ir_version = proto.ir_version.max(CONSTANTS_ARE_NO_INPUTS);

    let (mut streamed, mut kept, mut made) = (Vec::new(), Vec::new(), Vec::new());
    for tensor in std::mem::take(&mut graph.initializer) {
        let stored = Stored::of(&graph, &tensor, precision);
        if stored == Stored::Int8 && opset.unwrap_or_default() < PER_CHANNEL {
            return Err(unwritable("an operator set before 13"));
        }
        let values = match large.remove(&tensor.name) {
            Some(view) => Values::View(view),
            None if stored == Stored::Float => {
                kept.push(tensor);
                continue;
            }
            None => Values::Floats(numbers::floats(&tensor).ok_or_else(|| unwritable(&tensor.name))?),
        };
        let (written, nodes) = Written::new(file, tensor, values, stored)?;
        made.extend(nodes);
        streamed.extend(written);
    }
    graph.initializer = kept;
    graph.node.splice(0..0, made);

    let heads: Vec<Vec<u8>> = streamed.iter().map(Written::head).collect();
    let rest = graph.encode_to_vec();
    let sizes = heads.iter().zip(&streamed);
    let tensors: usize = sizes
        .map(|(head, written)| {
            header(GRAPH_INITIALIZER, head.len() + written.bytes()).len() + head.len() + written.bytes()
        })
        .sum();
    sink(&proto.encode_to_vec());
    sink(&header(MODEL_GRAPH, rest.len() + tensors));
    sink(&rest);
    for (head, written) in heads.iter().zip(&streamed) {
        sink(&header(GRAPH_INITIALIZER, head.len() + written.bytes()));
        sink(head);
        written.write(file, sink)?;
    }
    Ok(())
}

/// The first version of ONNX that lets constants stand by themselves.
const CONSTANTS_ARE_NO_INPUTS: i64 = 4;
/// The first operator set whose DequantizeLinear has a scale for each channel.
const PER_CHANNEL: i64 = 13;

/// As what a tensor is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stored {
    /// As it is.
    Float,
    /// As 16-bit floats.
    Half,
    /// As 8-bit numbers with a scale for each row.
    Int8,
}

impl Stored {
    /// Kernels and matrices are stored as is wanted, all else as it is. As the page's own model has it, what is computed from means
    /// keeps more digits than kernels do.
    fn of(graph: &pb::GraphProto, tensor: &TensorProto, precision: Precision) -> Stored {
        let count = tensor.dims.iter().product::<i64>();
        let is_float = tensor.data_type == DataType::Float as i32;
        let is_weight = is_float && tensor.dims.len() > 1 && count >= FEW as i64;
        let reads = |operators: &[&str]| {
            graph.node.iter().any(|node| {
                operators.contains(&node.op_type.as_str()) && node.input.get(1) == Some(&tensor.name)
            })
        };
        match precision {
            Precision::Float16 if is_weight && reads(&["Conv", "Gemm", "MatMul"]) => Stored::Half,
            Precision::Int8 if is_weight && reads(&["Conv"]) => Stored::Int8,
            Precision::Int8 if is_weight && reads(&["Gemm", "MatMul"]) => Stored::Half,
            _ => Stored::Float,
        }
    }
}

/// Where a tensor's numbers are.
enum Values {
    View(View),
    Floats(Vec<f32>),
}

impl Values {
    /// Some of its rows, of which each has so many numbers.
    fn rows(&self, file: &impl Bytes, from: usize, count: usize, row: usize) -> Result<Vec<f32>, ModelError> {
        match self {
            Values::Floats(all) => {
                all.get(from * row..(from + count) * row).map(<[f32]>::to_vec).ok_or(ModelError::Truncated)
            }
            Values::View(view) => {
                let mut numbers = vec![0.0; count * row];
                view.rows(from, count).copy(file, &mut numbers)?;
                Ok(numbers)
            }
        }
    }
}

/// A tensor that is written piece by piece.
struct Written {
    /// All of it but its numbers.
    proto: TensorProto,
    values: Values,
    stored: Stored,
    /// Of 8-bit numbers, what each row is divided by.
    scales: Vec<f32>,
}

impl Written {
    /// A tensor, what goes with it, and the nodes that make of them what the graph reads.
    fn new(
        file: &impl Bytes,
        mut proto: TensorProto,
        values: Values,
        stored: Stored,
    ) -> Result<(Vec<Written>, Vec<pb::NodeProto>), ModelError> {
        let name = proto.name.clone();
        (proto.raw_data, proto.float_data) = (Vec::new(), Vec::new());
        let mut written = Written { proto, values, stored, scales: Vec::new() };
        let mut nodes = Vec::new();
        let mut all = Vec::new();
        match stored {
            Stored::Float => {}
            Stored::Half => {
                written.rename(&format!("{name} float16"), DataType::Float16);
                let mut cast = node("Cast", &[&written.proto.name], &name);
                cast.attribute.push(int("to", DataType::Float as i64));
                nodes.push(cast);
            }
            Stored::Int8 => {
                let mut scales = Vec::new();
                written.each(file, |rows, row| {
                    let most = |row: &[f32]| row.iter().fold(0f32, |most, number| most.max(number.abs()));
                    // A row of zeros has any scale.
                    scales
                        .extend(rows.chunks_exact(row).map(|row| (most(row) / 127.0).max(f32::MIN_POSITIVE)));
                })?;
                written.rename(&format!("{name} int8"), DataType::Int8);
                let scale = format!("{name} scale");
                let mut made = node("DequantizeLinear", &[&written.proto.name, &scale], &name);
                made.attribute.push(int("axis", 0));
                nodes.push(made);
                let proto = TensorProto {
                    name: scale,
                    dims: vec![scales.len() as i64],
                    data_type: DataType::Float as i32,
                    ..TensorProto::default()
                };
                written.scales.clone_from(&scales);
                all.push(Written {
                    proto,
                    values: Values::Floats(scales),
                    stored: Stored::Float,
                    scales: Vec::new(),
                });
            }
        }
        for node in &mut nodes {
            node.name = node.output.first().cloned().unwrap_or_default();
        }
        all.push(written);
        Ok((all, nodes))
    }

    fn rename(&mut self, name: &str, kind: DataType) {
        name.clone_into(&mut self.proto.name);
        self.proto.data_type = kind as i32;
    }

    /// How many rows it has, and numbers in each.
    fn sides(&self) -> [usize; 2] {
        let dims: Vec<usize> =
            self.proto.dims.iter().map(|dim| usize::try_from(*dim).unwrap_or_default()).collect();
        match dims.split_first() {
            Some((rows, rest)) => [*rows, rest.iter().product()],
            None => [1, 1],
        }
    }

    /// How many bytes its numbers take.
    fn bytes(&self) -> usize {
        let [rows, row] = self.sides();
        let size = match self.stored {
            Stored::Float => 4,
            Stored::Half => 2,
            Stored::Int8 => 1,
        };
        rows * row * size
    }

    /// What stands before its numbers.
    fn head(&self) -> Vec<u8> {
        let mut head = self.proto.encode_to_vec();
        head.extend(header(TENSOR_RAW_DATA, self.bytes()));
        head
    }

    /// Its numbers some rows at a time, with the length of a row.
    fn each(&self, file: &impl Bytes, mut act: impl FnMut(&[f32], usize)) -> Result<(), ModelError> {
        let [rows, row] = self.sides();
        let most = (AT_ONCE / row.max(1)).max(1);
        for from in (0..rows).step_by(most) {
            act(&self.values.rows(file, from, most.min(rows - from), row)?, row);
        }
        Ok(())
    }

    fn write(&self, file: &impl Bytes, sink: Sink) -> Result<(), ModelError> {
        let mut done = 0;
        self.each(file, |rows, row| {
            let bytes: Vec<u8> = match self.stored {
                Stored::Float => rows.iter().flat_map(|number| number.to_le_bytes()).collect(),
                Stored::Half => rows.iter().flat_map(|number| f16::from_f32(*number).to_le_bytes()).collect(),
                Stored::Int8 => {
                    let scales = self.scales.iter().skip(done);
                    let rows = rows.chunks_exact(row.max(1)).zip(scales);
                    rows.flat_map(|(row, scale)| {
                        row.iter().map(move |number| (number / scale).round() as i8 as u8)
                    })
                    .collect()
                }
            };
            done += rows.len() / row.max(1);
            sink(&bytes);
        })
    }
}
