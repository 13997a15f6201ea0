//! Receptive fields of a stack of 1,000 layers: less than a millisecond, so that a page can compute them on every edit.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use vggscope_core::nn::stack::Stack;

fn fields(criterion: &mut Criterion) {
    let text = format!("3000x3000{}", ";3,1,1;3x1,1,1x0;1,1,0;3,1,2,2".repeat(250));
    let Ok(stack) = text.parse::<Stack>() else { return };
    criterion.bench_function("rows of 1,000 layers", |bencher| bencher.iter(|| black_box(&stack).rows()));
    criterion.bench_function("the recurrence through 1,000 layers", |bencher| {
        bencher.iter(|| black_box(&stack).recurrence(999, 0))
    });
}

criterion_group!(benches, fields);
criterion_main!(benches);
