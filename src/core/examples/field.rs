//! Receptive fields of a stack of layers, as JSON: `field "9x9;3,2,0;2,2,0"`.

use std::process::ExitCode;

use serde_json::{Value, json};
use vggscope_core::nn::stack::{Row, Stack};
use vggscope_core::session::Lang;
use vggscope_core::text;

fn main() -> ExitCode {
    let Some(argument) = std::env::args().nth(1) else {
        eprintln!(
            "Say which stack: input, then kernel,stride,padding[,dilation][,ceil] a layer, as in \"9x9;3,2,0;2,2,0\"."
        );
        return ExitCode::FAILURE;
    };
    match fields(&argument) {
        Ok(json) => {
            println!("{json}");
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn fields(text: &str) -> Result<Value, String> {
    let stack: Stack = text.parse().map_err(|error| text::parse_error(Lang::En, &error))?;
    let rows = stack.rows().map_err(|error| text::stack_error(Lang::En, error))?;
    let layers: Vec<Value> = rows.iter().map(layer).collect();
    Ok(json!({ "input": stack.input, "layers": layers }))
}

fn layer(row: &Row) -> Value {
    let [rows, columns] = &row.reach;
    json!({
        "size": both(row.size[0], row.size[1]),
        "field": both(rows.size(), columns.size()),
        "stride": both(number(rows.stride()), number(columns.stride())),
        "padding": both(-rows.first(), -columns.first()),
        "centre": both(number(rows.centre()), number(columns.centre())),
    })
}

/// One number where both axes agree, else rows and columns.
fn both<T: PartialEq + Into<Value>>(rows: T, columns: T) -> Value {
    if rows == columns { rows.into() } else { json!([rows.into(), columns.into()]) }
}

/// A whole number as one.
fn number(number: f64) -> Value {
    if number.fract() == 0.0 { (number as i64).into() } else { number.into() }
}
