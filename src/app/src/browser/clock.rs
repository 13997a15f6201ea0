//! The computer's clock.

use js_sys::Date;
use vggscope_core::session::Moment;

/// Now.
pub fn now() -> Moment {
    let now = Date::new_0();
    Moment { ms: now.get_time(), text: now.to_iso_string().into() }
}
