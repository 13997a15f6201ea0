//! The training itself, a batch a step: rounds in which photos are held out, and at last the head.

use tract_onnx::prelude::tract_ndarray::Array2;
use vggscope_core::error::TrainingError;
use vggscope_core::nn::softmax::likeliest;
use vggscope_core::training::{Epoch, Head, HeadKind, Prediction, Sample, Settings, Trained};
use vggscope_core::vgg::initialise::key;

use super::features::Features;
use super::mlp::{self, Mlp};
use super::optimiser::Descent;

/// A training under way.
pub struct Training {
    settings: Settings,
    samples: Vec<Sample>,
    /// Rounds in which photos are held out.
    rounds: u8,
    /// The head, of which the weights are still to come.
    head: Head,
    /// How many numbers a photo has.
    length: usize,
    round: Option<Round>,
    /// How many rounds are over.
    over: u8,
    held_out: Vec<Prediction>,
    /// How many epochs each round took.
    epochs: Vec<u16>,
}

/// What a step has brought.
pub enum Progress {
    /// A batch more.
    Batch,
    /// An epoch, in the round of this number; those of the last, in which nothing is held out, come after all others.
    Epoch(u8, Epoch),
    /// The head.
    Done(Box<Trained>),
}

/// Training without the photos that one round holds out.
struct Round {
    training: Vec<Sample>,
    held_out: Vec<Sample>,
    /// What each input is multiplied by, after the other was taken off.
    scale: Vec<f32>,
    shift: Vec<f32>,
    weights: Mlp,
    descent: Descent,
    epochs: u16,
    /// The epoch under way, counted from 0.
    epoch: u16,
    /// The photos of this epoch in their order, and how many of them are done.
    order: Vec<usize>,
    done: usize,
    loss: f64,
    right: usize,
    /// The lowest held-out loss, its epoch and its weights, where these are to be gone back to.
    best: Option<(f32, u16, Mlp)>,
    /// Whether its last epoch is done.
    over: bool,
}

impl Training {
    /// Training of a head on the features of these photos; whatever weights it has, it gets others.
    ///
    /// # Errors
    /// Where features are missing.
    pub fn new(
        settings: Settings,
        samples: Vec<Sample>,
        rounds: u8,
        head: Head,
        features: &Features,
    ) -> Result<Training, TrainingError> {
        let lengths = samples.iter().map(|sample| features.length([sample.photo, 0]));
        let mut lengths = lengths.collect::<Option<Vec<usize>>>().ok_or(TrainingError::Lost)?;
        lengths.dedup();
        let &[length] = lengths.as_slice() else { return Err(TrainingError::Lost) };
        let (round, over, held_out, epochs) = (None, 0, Vec::new(), Vec::new());
        Ok(Training { settings, samples, rounds, head, length, round, over, held_out, epochs })
    }

    /// Trains on a batch more.
    ///
    /// # Errors
    /// Where the loss is no number, or features are missing.
    pub fn step(&mut self, features: &Features) -> Result<Progress, TrainingError> {
        let mut round = match self.round.take() {
            Some(round) => round,
            None => self.begin(features)?,
        };
        if !round.over && round.done < round.order.len() {
            round.batch(&self.settings, features)?;
            self.round = Some(round);
            return Ok(Progress::Batch);
        }
        if !round.over {
            let Settings { patience, seed, .. } = self.settings;
            let epoch = round.measure(patience, features)?;
            if round.ends(patience) {
                round.end(patience)
            } else {
                round.next_epoch(seed)
            }
            self.round = Some(round);
            return Ok(Progress::Epoch(self.over, epoch));
        }
        self.held_out.extend(round.predictions(features)?);
        self.epochs.push(round.epoch + 1);
        // Photos that were held out in turn are all trained on at last.
        let last = if self.rounds == 1 { 0 } else { self.rounds };
        if self.over == last {
            return Ok(Progress::Done(Box::new(self.head(round))));
        }
        self.over += 1;
        Ok(Progress::Batch)
    }

    /// A round from its beginning.
    fn begin(&self, features: &Features) -> Result<Round, TrainingError> {
        let held = |sample: &Sample| sample.round == Some(self.over);
        let (held_out, training): (Vec<Sample>, Vec<Sample>) =
            self.samples.iter().copied().partition(|sample| self.over < self.rounds && held(sample));
        // Where rounds have chosen their epochs, all photos are trained on for as long as these were on average.
        let epochs = match self.epochs.as_slice() {
            epochs if self.over == self.rounds => {
                let sum: usize = epochs.iter().map(|epoch| usize::from(*epoch)).sum();
                sum.div_ceil(epochs.len().max(1)) as u16
            }
            _ => self.settings.epochs,
        };
        let classes = self.head.classes.len();
        let widths = match self.settings.kind {
            HeadKind::Linear => vec![self.length, classes],
            HeadKind::Dense(units) => {
                let units = usize::from(units);
                vec![self.length, units, units, classes]
            }
        };
        let weights = Mlp::new(&widths, self.settings.seed);
        let Settings { optimiser, rate, decay, .. } = self.settings;
        let descent = Descent::new(optimiser, rate, decay, &weights);
        let (scale, shift) = scaling(self.settings.kind, &training, self.length, features)?;
        let mut round = Round {
            training,
            held_out,
            scale,
            shift,
            weights,
            descent,
            epochs,
            epoch: 0,
            order: Vec::new(),
            done: 0,
            loss: 0.0,
            right: 0,
            best: None,
            over: false,
        };
        round.shuffle(self.settings.seed);
        Ok(round)
    }

    fn head(&mut self, round: Round) -> Trained {
        let Round { weights, scale, shift, epoch, .. } = round;
        let pooled = self.settings.kind.is_pooled();
        let head = Head { pooled, layers: weights.unscaled(&scale, &shift), ..self.head.clone() };
        let (held_out, chosen) = (std::mem::take(&mut self.held_out), self.settings.patience > 0);
        Trained { head, held_out, rounds: self.rounds, epoch: epoch + 1, chosen }
    }
}

impl Round {
    fn shuffle(&mut self, seed: u64) {
        self.order = (0..self.training.len()).collect();
        for place in (1..self.order.len()).rev() {
            let other = key(seed ^ 1, u64::from(self.epoch) << 32 | place as u64) % (place as u64 + 1);
            self.order.swap(place, other as usize);
        }
    }

    fn next_epoch(&mut self, seed: u64) {
        self.epoch += 1;
        (self.done, self.loss, self.right) = (0, 0.0, 0);
        self.shuffle(seed);
    }

    fn batch(&mut self, settings: &Settings, features: &Features) -> Result<(), TrainingError> {
        let places = &self.order[self.done..];
        let places = &places[..places.len().min(usize::from(settings.batch))];
        let samples: Vec<Sample> = places.iter().map(|place| self.training[*place]).collect();
        // Of each photo another crop in each epoch.
        let step = u64::from(self.epoch) << 32 | self.done as u64;
        let crop =
            |place: usize| key(settings.seed ^ 2, step + place as u64) % (u64::from(settings.crops) + 1);
        let batch = self.rows(&samples, features, |place| crop(place) as u32)?;
        let classes: Vec<u16> = samples.iter().map(|sample| sample.class).collect();
        let gradient = self.weights.gradient(batch.view(), &classes, Some(key(settings.seed ^ 3, step)));
        self.loss += gradient.loss;
        self.right += gradient.right;
        self.done += samples.len();
        if !gradient.loss.is_finite() {
            return Err(TrainingError::Diverged);
        }
        self.descent.step(&mut self.weights, gradient.layers);
        Ok(())
    }

    /// What the photos give to the first layer: a row for each.
    fn rows(
        &self,
        samples: &[Sample],
        features: &Features,
        crop: impl Fn(usize) -> u32,
    ) -> Result<Array2<f32>, TrainingError> {
        let mut rows = Array2::zeros((samples.len(), self.scale.len()));
        for ((place, sample), mut row) in samples.iter().enumerate().zip(rows.outer_iter_mut()) {
            let row = row.as_slice_mut().ok_or(TrainingError::Lost)?;
            features.copy([sample.photo, crop(place)], row).ok_or(TrainingError::Lost)?;
            for ((value, scale), shift) in row.iter_mut().zip(&self.scale).zip(&self.shift) {
                *value = (*value - shift) * scale;
            }
        }
        Ok(rows)
    }

    /// What the epoch has brought.
    fn measure(&mut self, patience: u16, features: &Features) -> Result<Epoch, TrainingError> {
        let count = self.training.len().max(1) as f64;
        let (loss, accuracy) = ((self.loss / count) as f32, (self.right as f64 / count) as f32);
        let mut epoch = Epoch { loss, accuracy, held_out: None };
        if !self.held_out.is_empty() {
            let (mut loss, mut right) = (0.0, 0);
            for samples in self.held_out.chunks(AT_ONCE) {
                let scores = self.weights.scores(self.rows(samples, features, |_| 0)?.view());
                let classes: Vec<u16> = samples.iter().map(|sample| sample.class).collect();
                let (more, ones) = mlp::measure(&scores, &classes);
                loss += more;
                right += ones;
            }
            let count = self.held_out.len() as f64;
            let loss = (loss / count) as f32;
            if !loss.is_finite() {
                return Err(TrainingError::Diverged);
            }
            epoch.held_out = Some([loss, (right as f64 / count) as f32]);
            if patience > 0 && self.best.as_ref().is_none_or(|(best, ..)| loss < *best) {
                self.best = Some((loss, self.epoch, self.weights.clone()));
            }
        }
        Ok(epoch)
    }

    /// Whether the epoch was its last.
    fn ends(&self, patience: u16) -> bool {
        let waited = self.best.as_ref().map_or(0, |(_, best, _)| self.epoch - best);
        self.epoch + 1 >= self.epochs || patience > 0 && waited >= patience
    }

    /// Ends with the weights of the last epoch, or of the best where there was patience for others.
    fn end(&mut self, patience: u16) {
        self.over = true;
        if let Some((_, epoch, weights)) = self.best.take().filter(|_| patience > 0) {
            (self.epoch, self.weights) = (epoch, weights);
        }
    }

    /// What is said of the photos that were held out.
    fn predictions(&self, features: &Features) -> Result<Vec<Prediction>, TrainingError> {
        let mut predictions = Vec::new();
        for samples in self.held_out.chunks(AT_ONCE) {
            let scores = self.weights.scores(self.rows(samples, features, |_| 0)?.view());
            for (sample, row) in samples.iter().zip(mlp::probabilities(scores).outer_iter()) {
                let said = likeliest(&row.to_vec());
                let (Sample { photo, class, .. }, probability) = (*sample, row[said]);
                predictions.push(Prediction { photo, class, said: said as u16, probability });
            }
        }
        Ok(predictions)
    }
}

/// Photos that are held out and looked at together.
const AT_ONCE: usize = 64;

/// Of the many units of maps, what the squares of a photo add up to on average once they are scaled: about as much, taken without
/// their signs, as those of a few hundred means, so that one learning rate serves both heads. A step of Adam changes every weight by
/// it, and a unit by what all of its inputs add up to.
const SQUARES: f64 = 64.0;

/// What brings means of maps to a mean of 0 and a standard deviation of 1 each, and units of maps to [`SQUARES`] together: the first
/// number is a factor, after the second was taken off.
fn scaling(
    kind: HeadKind,
    samples: &[Sample],
    length: usize,
    features: &Features,
) -> Result<(Vec<f32>, Vec<f32>), TrainingError> {
    let (mut sums, mut squares, mut row) = (vec![0f64; length], vec![0f64; length], vec![0f32; length]);
    for sample in samples {
        features.copy([sample.photo, 0], &mut row).ok_or(TrainingError::Lost)?;
        for ((sum, square), value) in sums.iter_mut().zip(&mut squares).zip(&row) {
            *sum += f64::from(*value);
            *square += f64::from(*value).powi(2);
        }
    }
    let count = samples.len().max(1) as f64;
    let together = squares.iter().sum::<f64>() / count;
    let all = (together / length.max(1) as f64).sqrt();
    // What hardly differs from photo to photo is not blown up.
    let least = (all / 100.0).max(f64::MIN_POSITIVE);
    let numbers = sums.iter().zip(&squares).map(|(sum, square)| match kind {
        HeadKind::Linear => {
            let mean = sum / count;
            let deviation = (square / count - mean * mean).max(0.0).sqrt();
            ((1.0 / deviation.max(least)) as f32, mean as f32)
        }
        HeadKind::Dense(_) => ((SQUARES / together.max(f64::MIN_POSITIVE)).sqrt() as f32, 0.0),
    });
    Ok(numbers.unzip())
}
