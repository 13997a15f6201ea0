//! Chance.

/// A number from the first to the last of these, each as likely.
pub fn between(first: u16, last: u16) -> u16 {
    let room = f64::from(last.saturating_sub(first)) + 1.0;
    first + (js_sys::Math::random() * room) as u16
}
