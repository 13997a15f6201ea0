//! A small matrix of tinted cells with their values.

use vggscope_core::render::{ColourMap, Range};
use vggscope_core::text::short;
use yew::prelude::*;

use crate::browser::input;

/// Width and height of a cell; values are written in cells of matrices of at most so many columns.
const CELL: [f64; 2] = [40.0, 26.0];
const WRITTEN: usize = 5;

/// What a matrix is given.
#[derive(Properties, PartialEq)]
pub struct MatrixProps {
    /// Its name.
    pub label: AttrValue,
    /// What it is, for its frame: a kernel or a map's patch.
    pub class: &'static str,
    /// Row by row; none in the padding.
    pub values: Vec<Option<f32>>,
    /// Columns.
    pub columns: usize,
    /// The colours of values.
    pub colours: ColourMap,
    /// Their range.
    pub range: Range,
    /// The cell that is marked.
    pub marked: Option<usize>,
    /// Told which cell is pointed at.
    pub point: Callback<Option<usize>>,
}

/// The matrix.
#[component]
pub fn Matrix(props: &MatrixProps) -> Html {
    let MatrixProps { label, class, values, columns, colours, range, marked, point } = props;
    let over = use_node_ref();
    let columns = (*columns).max(1);
    let rows = values.len().div_ceil(columns);
    let cell = if columns <= WRITTEN {
        CELL
    } else {
        [CELL[1]; 2].map(|side| side * WRITTEN as f64 / columns as f64)
    };
    let (width, height) = (cell[0] * columns as f64, cell[1] * rows as f64);
    let onpointermove = {
        let (point, over) = (point.clone(), over.clone());
        move |event: PointerEvent| {
            let place =
                input::place(&event, &over).filter(|(x, y)| (0.0..1.0).contains(x) && (0.0..1.0).contains(y));
            point.emit(place.map(|(across, down)| {
                (down * rows as f64) as usize * columns + (across * columns as f64) as usize
            }));
        }
    };
    let onkeydown = {
        let (point, at) = (point.clone(), *marked);
        move |event: KeyboardEvent| {
            let Some(step) = input::moved(&event) else { return };
            let from = at.map_or([0, 0], |at| [at / columns, at % columns]);
            let place = if at.is_none() { Some(from) } else { step.on_grid([rows, columns], from) };
            point.emit(place.map(|[row, column]| row * columns + column));
        }
    };
    let squares = values.iter().enumerate().map(|(at, number)| {
        let (x, y) = (cell[0] * (at % columns) as f64, cell[1] * (at / columns) as f64);
        let [r, g, b] = colours.tint(number.unwrap_or_default(), *range);
        let fill = if number.is_some() { format!("rgb({r},{g},{b})") } else { "none".to_owned() };
        // Black on what is lighter than middle grey to the eye.
        let light = 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b) > 140.0;
        let ink = match number {
            None => "var(--dim)",
            Some(_) if light => "#000",
            Some(_) => "#fff",
        };
        html! {
            <g class={classes!("cell", number.is_none().then_some("pad"), (*marked == Some(at)).then_some("marked"))}>
                <rect x={x.to_string()} y={y.to_string()} width={cell[0].to_string()} height={cell[1].to_string()} {fill} />
                if columns <= WRITTEN {
                    <text x={(x + cell[0] / 2.0).to_string()} y={(y + cell[1] / 2.0).to_string()} fill={ink}>
                        { number.map_or_else(|| "0".to_owned(), short) }
                    </text>
                }
            </g>
        }
    });
    let label = label.clone();
    let view = format!("-1 -1 {} {}", width + 2.0, height + 2.0);
    html! {
        <div ref={over} class={classes!("matrix", *class)} tabindex="0" role="group" aria-label={label}
            onpointerleave={point.reform(|_: PointerEvent| None)} {onpointermove} {onkeydown}>
            <svg viewBox={view} width={(width + 2.0).to_string()} aria-hidden="true">{ for squares }</svg>
        </div>
    }
}
