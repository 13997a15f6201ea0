//! From the bytes of a file to a network that can be run, in stages: bytes, checked, planned, inferred, bound, network. Each
//! takes the one before, and none runs a photo.

mod bound;
pub mod bytes;
pub mod checked;
pub mod computation;
mod convolved;
mod external;
pub mod formats;
pub mod graph;
pub mod head;
mod inferred;
pub mod initialised;
pub mod message;
pub mod metadata;
pub mod network;
pub mod normalise;
mod planned;
mod preset;
#[cfg(test)]
mod standard;
mod vgg;
pub mod view;
mod weights;

use vggscope_core::error::ModelError;
use vggscope_core::model::{OtherSizes, Sizes};
use vggscope_core::training::Head;

use bound::Bound;
use bytes::Bytes;
use checked::Checked;
use inferred::Inferred;
use network::{Network, Operators, Size};
use planned::Planned;

/// Reads a file, for an input of this size, with another head in the place of its own where one is given.
fn read(
    file: &impl Bytes,
    head: Option<&Head>,
    size: Size,
    operators: Operators,
) -> Result<Network, ModelError> {
    let mut checked = Checked::read(file)?;
    if let Some(head) = head {
        head::put(&mut checked, head)?;
    }
    let planned = Planned::of(checked, size)?;
    let own = planned.plan.sizes.own;
    let inferred = Inferred::of(planned, file).map_err(|error| match (size, error) {
        // It was read at its own size: something in it depends on that.
        (Size::Chosen(chosen), ModelError::Broken { .. }) if chosen != own => {
            Sizes { own, others: OtherSizes::None }.refusal()
        }
        (_, error) => error,
    })?;
    let bound = Bound::of(inferred)?;
    Network::of(bound, operators)
}
