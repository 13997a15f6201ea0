//! Work that is shared by the threads of the pool, where there is one.

/// Works on each of some things; what `scratch` makes is used again for further ones.
///
/// The thread that calls takes part: it has the values in its cache, and what one thread does needs no other.
#[cfg(feature = "threads")]
pub fn each<T: Send, S>(
    things: impl Iterator<Item = T> + Send,
    scratch: impl Fn() -> S + Sync,
    work: impl Fn(T, &mut S) + Sync,
) {
    let things = std::sync::Mutex::new(things);
    let next = || things.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
    let labour = || {
        let mut scratch = scratch();
        while let Some(thing) = next() {
            work(thing, &mut scratch);
        }
    };
    rayon::in_place_scope(|scope| {
        (1..threads()).for_each(|_| scope.spawn(|_| labour()));
        labour();
    });
}

/// Works on each of some things; what `scratch` makes is used again for further ones.
#[cfg(not(feature = "threads"))]
pub fn each<T, S>(things: impl Iterator<Item = T>, scratch: impl Fn() -> S, work: impl Fn(T, &mut S)) {
    let mut scratch = scratch();
    things.for_each(|thing| work(thing, &mut scratch));
}

/// Works on each piece of so many values, of which the last may be shorter. A piece is told its number.
pub fn chunks(values: &mut [f32], size: usize, work: impl Fn(usize, &mut [f32]) + Sync) {
    each(values.chunks_mut(size).enumerate(), || (), |(at, values), ()| work(at, values));
}

/// How many threads share the work.
#[cfg(feature = "threads")]
pub fn threads() -> usize {
    rayon::current_num_threads()
}

/// How many threads share the work.
#[cfg(not(feature = "threads"))]
pub fn threads() -> usize {
    1
}

/// How many of so many things make a piece of work: several pieces for each thread, where there is more than one, so that
/// one that is held up leaves the rest to others.
pub fn piece(things: usize) -> usize {
    match threads() {
        1 => things,
        threads => things.div_ceil(2 * threads),
    }
}
