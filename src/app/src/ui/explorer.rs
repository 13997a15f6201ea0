//! The explorer: a photo, what the network says of it, every layer, and one unit under the microscope.

pub mod answer;
pub mod attribution;
pub mod breakdown;
pub mod effective_field;
pub mod feature_map;
pub mod kernels;
pub mod keys;
pub mod layer;
pub mod model;
pub mod photo;
pub mod receptive_field;
pub mod reference;
pub mod strip;
pub mod timing;
