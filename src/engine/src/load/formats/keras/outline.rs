//! What a whole model of Keras says of its layers, in JSON, where weights alone say nothing: the size of its photos, what pools its
//! last maps, what stands behind its dense layers.

use serde_json::Value;
use vggscope_core::image::Preset;

/// The longest text, in bytes: fifty times that of VGG-16.
pub const LONGEST: usize = 1 << 20;
/// The most layers.
const MOST_LAYERS: usize = 1 << 12;
/// The largest side of a photo.
const LARGEST: u64 = 4096;

/// The outline of a model.
#[derive(Debug, Default, PartialEq)]
pub struct Outline {
    /// The side of its photos, where they are squares of one size.
    pub side: Option<usize>,
    /// How it wants its photos, where it scales bytes in one of the usual ways.
    pub preset: Option<Preset>,
    /// The operator that pools whole maps.
    pub global: Option<&'static str>,
    /// Convolutions in their order, each with whether a pool stands behind it, where all are a VGG's.
    pub convolutions: Option<Vec<(u64, bool)>>,
    /// Dense layers in their order.
    pub dense: Vec<Dense>,
}

/// What is said of a dense layer.
#[derive(Debug, PartialEq)]
pub struct Dense {
    pub name: String,
    pub units: u64,
    /// What Keras calls its function; `linear` is none.
    pub activation: String,
}

impl Outline {
    /// Reads the text; none where it is no outline.
    pub fn read(text: &[u8]) -> Option<Outline> {
        let model: Value = serde_json::from_slice(text).ok()?;
        let mut outline = Outline { convolutions: Some(Vec::new()), ..Outline::default() };
        let mut left = MOST_LAYERS;
        outline.model(&model["config"], &mut left)?;
        Some(outline)
    }

    /// Takes the layers of a model, and of the models in it: as deep as JSON was read.
    fn model(&mut self, config: &Value, left: &mut usize) -> Option<()> {
        // Keras' first releases have the layers of a sequence without a name around them.
        for layer in config.get("layers").unwrap_or(config).as_array()? {
            *left = left.checked_sub(1)?;
            let (kind, config) = (layer["class_name"].as_str()?, &layer["config"]);
            self.photo(config);
            match kind {
                "Functional" | "Model" | "Sequential" => self.model(config, left)?,
                "Rescaling" => self.preset = scaled(config),
                "Conv2D" => {
                    let filters = config["filters"].as_u64()?;
                    let is_plain = is_all(&config["strides"], 1)
                        && is_all(&config["dilation_rate"], 1)
                        && config["padding"] == "same"
                        && function(&config["activation"])? == "relu";
                    match self.convolutions.as_mut().filter(|_| is_plain) {
                        Some(all) => all.push((filters, false)),
                        None => self.convolutions = None,
                    }
                }
                "MaxPooling2D" => {
                    let is_plain = is_all(&config["pool_size"], 2) && is_all(&config["strides"], 2);
                    let last = self.convolutions.as_mut().and_then(|all| all.last_mut());
                    match last.filter(|(_, pool)| is_plain && !pool) {
                        Some((_, pool)) => *pool = true,
                        None => self.convolutions = None,
                    }
                }
                "AveragePooling2D" | "ZeroPadding2D" => self.convolutions = None,
                "Dense" => self.dense.push(Dense {
                    name: config["name"].as_str()?.to_owned(),
                    units: config["units"].as_u64()?,
                    activation: function(&config["activation"])?,
                }),
                "GlobalAveragePooling2D" => self.global = Some("GlobalAveragePool"),
                "GlobalMaxPooling2D" => self.global = Some("GlobalMaxPool"),
                // A function of its own belongs to the dense layer before it.
                "Activation" => self.behind(function(&config["activation"])?),
                "ReLU" => self.behind("relu".to_owned()),
                "Softmax" => self.behind("softmax".to_owned()),
                _ => {}
            }
        }
        Some(())
    }

    fn photo(&mut self, config: &Value) {
        let said = ["batch_shape", "batch_input_shape"].iter().find_map(|key| config[*key].as_array());
        if let (None, Some([_, rows, columns, _])) = (self.side, said.map(Vec::as_slice))
            && rows == columns
        {
            let side = rows.as_u64().filter(|side| (1..=LARGEST).contains(side));
            self.side = side.and_then(|side| usize::try_from(side).ok());
        }
    }

    fn behind(&mut self, function: String) {
        if let Some(last) = self.dense.last_mut().filter(|last| last.activation == "linear") {
            last.activation = function;
        }
    }
}

/// What a layer makes of bytes.
fn scaled(config: &Value) -> Option<Preset> {
    let (scale, offset) = (config["scale"].as_f64()?, config["offset"].as_f64()?);
    let is =
        |divisor: f64, wanted: f64| (scale * divisor - 1.0).abs() < 1e-3 && (offset - wanted).abs() < 1e-3;
    match () {
        () if is(255.0, 0.0) => Some(Preset::Unit),
        () if is(127.5, -1.0) => Some(Preset::Signed),
        () => None,
    }
}

/// Whether both numbers of a list are this one.
fn is_all(value: &Value, wanted: u64) -> bool {
    value.as_array().is_some_and(|sides| sides.len() == 2 && sides.iter().all(|side| *side == wanted))
}

/// A function's name: a text, or an object that has it; nothing there is a line.
fn function(value: &Value) -> Option<String> {
    let name = match value {
        Value::Null => "linear",
        Value::String(name) => name,
        object => object["config"].as_str().or_else(|| object["class_name"].as_str())?,
    };
    Some(name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_in_each_other() {
        let dense = |name: &str, activation: &str| {
            format!(
                r#"{{"class_name":"Dense","config":{{"name":"{name}","units":3,"activation":{activation}}}}}"#
            )
        };
        let convolution = |filters: u64| {
            format!(
                r#"{{"class_name":"Conv2D","config":{{"filters":{filters},"strides":[1,1],"dilation_rate":[1,1],
                    "padding":"same","activation":"relu"}}}}"#
            )
        };
        let text = format!(
            r#"{{"class_name":"Sequential","config":{{"layers":[
                {{"class_name":"Functional","config":{{"layers":[
                    {{"class_name":"InputLayer","config":{{"batch_input_shape":[null,150,150,3]}}}},
                    {},{{"class_name":"MaxPooling2D","config":{{"pool_size":[2,2],"strides":[2,2]}}}},{}]}}}},
                {{"class_name":"Rescaling","config":{{"scale":0.00784313725490196,"offset":-1}}}},
                {{"class_name":"GlobalAveragePooling2D","config":{{}}}},
                {},{},{},{{"class_name":"Activation","config":{{"activation":"softmax"}}}}]}}}}"#,
            convolution(4),
            convolution(8),
            dense("one", r#""relu""#),
            dense("two", r#"{"class_name":"function","config":"tanh"}"#),
            dense("three", "null"),
        );
        let outline = Outline::read(text.as_bytes()).unwrap();
        assert_eq!((outline.side, outline.global), (Some(150), Some("GlobalAveragePool")));
        assert_eq!(outline.preset, Some(Preset::Signed));
        assert_eq!(outline.convolutions.as_deref(), Some(&[(4, true), (8, false)][..]));
        assert_eq!(Outline::read(text.replace("same", "valid").as_bytes()).unwrap().convolutions, None);
        let functions: Vec<&str> = outline.dense.iter().map(|dense| &*dense.activation).collect();
        assert_eq!(functions, ["relu", "tanh", "softmax"]);
    }

    #[test]
    fn what_is_no_outline() {
        let deep = "[".repeat(100_000);
        for text in [
            "",
            "{}",
            "[]",
            r#"{"config":{"layers":3}}"#,
            r#"{"config":{"layers":[{"class_name":"Dense"}]}}"#,
            &deep,
        ] {
            assert_eq!(Outline::read(text.as_bytes()), None, "{}", &text[..text.len().min(60)]);
        }
    }
}
