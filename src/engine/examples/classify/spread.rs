//! How far activations spread.

/// The standard deviation of all values of a layer.
pub fn deviation(values: &[f32]) -> f64 {
    let mean = |numbers: &mut dyn Iterator<Item = f64>| numbers.sum::<f64>() / values.len().max(1) as f64;
    let middle = mean(&mut values.iter().map(|value| f64::from(*value)));
    mean(&mut values.iter().map(|value| (f64::from(*value) - middle).powi(2))).sqrt()
}
