//! What went wrong, in words: what it was, and what to do.

use crate::error::{EngineError, Error, ModelError, NotCnn, PhotoError, PictureFormat, Work};
use crate::nn::stack::Basis;
use crate::session::trainer::MOST_PHOTOS;
use crate::session::{DEEPEST, Lang, MOST_ENTRIES, Notice};

use super::layers::reasons;
use super::{bytes, count, lesson_words, macs, parse_error, training_error};

/// What the person is to be told.
pub fn notice(lang: Lang, notice: &Notice) -> String {
    match (notice, lang) {
        (Notice::Error(what), _) => error(lang, what),
        (Notice::Stack(what), _) => parse_error(lang, what),
        (Notice::Read { basis, passed, up_to }, _) => read(lang, *basis, passed, up_to.as_deref()),
        (Notice::Lessons, _) => lesson_words(lang).failed.to_owned(),
        (Notice::Reader, Lang::En) => {
            "What reads such texts could not be fetched. Is the network there? Give the text again."
                .to_owned()
        }
        (Notice::Reader, Lang::Zh) => {
            "无法获取读取此类文本的模块。网络是否正常？请再次粘贴或选择。".to_owned()
        }
        (Notice::Beside(name), Lang::En) => {
            format!("{name} holds weights of an ONNX model. Drop the .onnx file too.")
        }
        (Notice::Beside(name), Lang::Zh) => {
            format!("{name} 是 ONNX 模型的权重文件，请把 .onnx 文件也拖进来。")
        }
        (Notice::Incomplete(name), Lang::En) => format!(
            "{} has no end mark: its last rows or finest details may be missing. Copy or download it again if they are.",
            name_or(name, "The photo")
        ),
        (Notice::Incomplete(name), Lang::Zh) => format!(
            "{}缺少结束标记：最下面几行或细节可能缺失；如有缺失，请重新复制或下载。",
            name_or(name, "照片")
        ),
        (Notice::Partly(name), Lang::En) => format!(
            "{name} holds more than {MOST_ENTRIES} files, or folders more than {DEEPEST} deep: the rest was not looked at."
        ),
        (Notice::Partly(name), Lang::Zh) => {
            format!("{name} 中的文件多于 {MOST_ENTRIES} 个，或文件夹深于 {DEEPEST} 层，其余未看。")
        }
        (Notice::SparePhotos(spare), Lang::En) => {
            format!("{MOST_PHOTOS} photos are the most that are taken here: {spare} more were left out.")
        }
        (Notice::SparePhotos(spare), Lang::Zh) => {
            format!("最多可处理 {MOST_PHOTOS} 张照片，其余 {spare} 张未用。")
        }
        (Notice::Spare(spare), Lang::En) => {
            format!("One photo, one model and one list at a time: {spare} further file(s) left out.")
        }
        (Notice::Spare(spare), Lang::Zh) => {
            format!("一次只取一张照片、一个模型、一份列表，其余 {spare} 个文件未用。")
        }
    }
}

/// What there is to say of a stack that was read.
fn read(lang: Lang, basis: Basis, passed: &str, up_to: Option<&str>) -> String {
    let mut text = match (basis, lang) {
        (Basis::Stated, _) => "",
        (Basis::Listed, Lang::En) => {
            "The text does not show how the network calls its modules: each was taken once, as they are listed. Pools that are \
             called as functions or several times are not among them."
        }
        (Basis::Listed, Lang::Zh) => {
            "文本没有写明网络如何调用各模块：这里按列出的顺序各取一次，不含以函数形式调用或多次调用的池化。"
        }
        (Basis::Deduced, Lang::En) => {
            "The summary states sizes, numbers of parameters and at most kernels. The rest was worked out from them: strides and \
             padding, without dilation; kernels that are not stated are taken to be square, pools to be as large as their \
             stride, or 3 by 3 where only that fits, and an input to be of a likely size. What a PyTorch model computes \
             outside of its modules, such as sums and pools that are called as functions, is in no summary."
        }
        (Basis::Deduced, Lang::Zh) => {
            "摘要只写明尺寸和参数个数，至多还有卷积核；步幅和填充由此推算，一律按无空洞计。未写明的卷积核按正方形处理，池化窗口按等于步幅处理（只有 3×3 才说得通时取 3×3），输入取最可能的尺寸。PyTorch 模型在模块之外的计算（如相加、以函数形式调用的池化）不会出现在摘要里。"
        }
    }
    .to_owned();
    text += &match lang {
        _ if passed.is_empty() => String::new(),
        Lang::En => format!(" Passed over, since they keep the size of their map: {passed}."),
        Lang::Zh => format!("以下模块不改变特征图的尺寸，已略过：{passed}。"),
    };
    text += &match (up_to, lang) {
        (None, _) => String::new(),
        (Some(module), Lang::En) => {
            format!(" The text was read up to {module}: what follows works on vectors, not on maps.")
        }
        (Some(module), Lang::Zh) => format!("文本读到 {module} 为止：其后处理的是向量，不再是特征图。"),
    };
    text.trim_start().to_owned()
}

/// An error, in one or two sentences.
pub fn error(lang: Lang, error: &Error) -> String {
    match (error, lang) {
        (Error::Photo { name, why }, Lang::En) => format!("{}: {}", name_or(name, "Photo"), photo_en(*why)),
        (Error::Photo { name, why }, Lang::Zh) => format!("{}：{}", name_or(name, "照片"), photo_zh(*why)),
        (Error::Model { name, why }, Lang::En) => {
            format!("{}: {}", name_or(name, "The model"), model_en(why))
        }
        (Error::Model { name, why }, Lang::Zh) => format!("{}：{}", name_or(name, "模型"), model_zh(why)),
        (Error::Labels { found, expected }, Lang::En) => {
            format!(
                "The list has {found} names, but this network has {expected} classes. One name a line, please."
            )
        }
        (Error::Labels { found, expected }, Lang::Zh) => {
            format!("列表有 {found} 个名称，而这个网络有 {expected} 个类别。请每行写一个名称。")
        }
        (Error::Gone { name }, Lang::En) => format!("{name}: {GONE_EN}"),
        (Error::Gone { name }, Lang::Zh) => format!("{name}：{GONE_ZH}"),
        (Error::Run { detail }, Lang::En) => {
            format!("The network could not be run on this photo{}.", tail(detail))
        }
        (Error::Run { detail }, Lang::Zh) => format!("网络无法处理这张照片{}。", tail_zh(detail)),
        (Error::Engine(why), Lang::En) => engine_en(why),
        (Error::Engine(why), Lang::Zh) => engine_zh(why),
        (Error::Training(why), _) => training_error(lang, why),
    }
}

const GONE_EN: &str =
    "the file can no longer be read. It may have been moved, changed or deleted since. Choose it again.";
const GONE_ZH: &str = "文件已无法读取，可能已被移动、修改或删除，请重新选择。";

fn name_or<'a>(name: &'a str, otherwise: &'a str) -> &'a str {
    if name.is_empty() { otherwise } else { name }
}

fn tail(detail: &str) -> String {
    if detail.is_empty() { String::new() } else { format!(" ({detail})") }
}

fn tail_zh(detail: &str) -> String {
    if detail.is_empty() { String::new() } else { format!("（{detail}）") }
}

fn photo_en(why: PhotoError) -> String {
    match why {
        PhotoError::Empty => "the file is empty. Choose another one.".to_owned(),
        PhotoError::Folder => "the folder holds no photo, no model and no class names.".to_owned(),
        PhotoError::Archive => {
            "the archive is damaged or encrypted, and was not read to its end. Unpack it yourself and drop the folder.".to_owned()
        }
        PhotoError::UnknownKind => {
            "neither a photo, nor a model, nor class names (.txt). Photos are JPEG, PNG, WebP or GIF; models are ONNX, or the \
             weights of a VGG: .pth, .safetensors, .h5, .keras, .caffemodel."
                .to_owned()
        }
        PhotoError::Vector => "an SVG is a drawing without pixels. Save it as PNG and drop that.".to_owned(),
        PhotoError::Format(format) => format_en(format),
        PhotoError::Undecodable => {
            "this is no image that the browser can read. Try a JPEG or PNG.".to_owned()
        }
        PhotoError::Truncated => "the image breaks off before its end. Copy or download it again.".to_owned(),
        PhotoError::TooSmall { width, height } => {
            format!("{width}×{height} pixels are too few to recognise anything. Choose a larger photo.")
        }
        PhotoError::TooLarge { width, height } => {
            format!("{width}×{height} pixels are more than fit in a tab. Shrink it below 64 megapixels.")
        }
        PhotoError::Gone => GONE_EN.to_owned(),
        PhotoError::Fetch => "it could not be fetched. Check the connection and try again.".to_owned(),
    }
}

fn photo_zh(why: PhotoError) -> String {
    match why {
        PhotoError::Empty => "文件是空的，请另选一个。".to_owned(),
        PhotoError::Folder => "这个文件夹里没有照片、模型或类别名。".to_owned(),
        PhotoError::Archive => "压缩包已损坏或已加密，未能全部读取。请自行解压后拖入文件夹。".to_owned(),
        PhotoError::UnknownKind => {
            "既不是照片，也不是模型或类别名（.txt）。照片可以是 JPEG、PNG、WebP 或 GIF；模型可以是 ONNX，或 VGG 的权重文件：.pth、\
             .safetensors、.h5、.keras、.caffemodel。".to_owned()
        }
        PhotoError::Vector => "SVG 是矢量图，没有像素。请另存为 PNG 再拖入。".to_owned(),
        PhotoError::Format(format) => format_zh(format),
        PhotoError::Undecodable => "浏览器读不了这个图像，请换一个 JPEG 或 PNG。".to_owned(),
        PhotoError::Truncated => "图像不完整，请重新复制或下载。".to_owned(),
        PhotoError::TooSmall { width, height } => {
            format!("只有 {width}×{height} 像素，无法识别，请换一张更大的照片。")
        }
        PhotoError::TooLarge { width, height } => {
            format!("{width}×{height} 像素超出了页面的承受能力，请缩小到 6400 万像素以内。")
        }
        PhotoError::Gone => GONE_ZH.to_owned(),
        PhotoError::Fetch => "下载失败，请检查网络后重试。".to_owned(),
    }
}

fn format_en(format: PictureFormat) -> String {
    let what = match format {
        PictureFormat::Heic => {
            return "a HEIC photo, which cannot be read here. Save it as JPEG and drop that. An iPhone takes JPEGs if Settings, \
                    Camera, Formats says Most Compatible."
                .to_owned();
        }
        PictureFormat::Pdf => {
            return "a PDF is a document, not a photo. Save the picture in it as JPEG or PNG.".to_owned();
        }
        PictureFormat::Avif => "an AVIF image",
        PictureFormat::Tiff => "a TIFF image or a camera's raw file",
        PictureFormat::Raw => "a camera's raw file",
        PictureFormat::JpegXl => "a JPEG XL image",
        PictureFormat::Jpeg2000 => "a JPEG 2000 image",
        PictureFormat::Psd => "a Photoshop file",
        PictureFormat::Bmp => "a BMP image",
    };
    format!("{what}, which cannot be read here. Save it as JPEG or PNG and drop that.")
}

fn format_zh(format: PictureFormat) -> String {
    let what = match format {
        PictureFormat::Heic => {
            return "这是 HEIC 照片，这里读不了。请另存为 JPEG 再拖入；在 iPhone 的“设置”→“相机”→“格式”中选“兼容性最佳”，\
                    就会直接拍成 JPEG。"
                .to_owned();
        }
        PictureFormat::Pdf => {
            return "PDF 是文档，不是照片。请把其中的图片另存为 JPEG 或 PNG。".to_owned();
        }
        PictureFormat::Avif => " AVIF 图像",
        PictureFormat::Tiff => " TIFF 图像或相机的 RAW 文件",
        PictureFormat::Raw => "相机的 RAW 文件",
        PictureFormat::JpegXl => " JPEG XL 图像",
        PictureFormat::Jpeg2000 => " JPEG 2000 图像",
        PictureFormat::Psd => " Photoshop 文件",
        PictureFormat::Bmp => " BMP 图像",
    };
    format!("这是{what}，这里读不了。请另存为 JPEG 或 PNG 再拖入。")
}

/// What the names of operators begin with that onnxruntime's optimiser puts in.
const ONNXRUNTIME: &str = "com.microsoft.";

fn model_en(why: &ModelError) -> String {
    match why {
        ModelError::Empty => "the file is empty. Choose another one.".to_owned(),
        ModelError::NotOnnx => {
            "this is no ONNX file, or it is cut short. Export it again, or copy it again.".to_owned()
        }
        ModelError::TooLarge { bytes: size, limit } => format!(
            "{} are more than a tab can hold; the limit is {}. Export it with float16 or int8 weights.",
            bytes(*size),
            bytes(*limit)
        ),
        ModelError::ExternalData { files } => format!(
            "its weights are in {}. Drop that too, with it or by itself; or export all in one file: \
             torch.onnx.export(…, external_data=False).",
            files.join(", ")
        ),
        ModelError::NotCnn(why) => {
            format!("this is no convolutional network on images: {}.", not_cnn_en(why))
        }
        ModelError::Unsupported { operator } if operator.starts_with(ONNXRUNTIME) => format!(
            "it uses the operator {operator}, which onnxruntime's optimiser puts in. Take the file from before that."
        ),
        ModelError::Unsupported { operator } => {
            format!("it uses the operator {operator}, which the engine does not have.")
        }
        ModelError::Size { least: Some([rows, columns]), most, .. } => format!(
            "it cannot be given an input of that size. Choose one of {rows}×{columns} or larger, up to {most} a side."
        ),
        ModelError::Size { own: [rows, columns], .. } => format!(
            "it is given an input of {rows}×{columns} only, since not all of its graph is known to follow another size."
        ),
        ModelError::TooBig { units } => {
            format!(
                "its layers have {} units, more than a tab can hold. Choose a smaller input, or export it for one.",
                count(*units)
            )
        }
        ModelError::Limit { what, count: all, most } => {
            let (what, step) = match what {
                Work::Constants => ("values of constants to work out", "Fold its constants first, with onnxsim for example."),
                Work::Pools => ("values to pool", "Choose a smaller input, or export it for one."),
                Work::Functions => ("values of functions", "Choose a smaller input, or export it for one."),
                Work::Places => ("places in its kernels", "Smaller kernels, or fewer, can be shown."),
            };
            format!("it has {} {what}, and at most {} are taken. {step}", count(*all), count(*most))
        }
        ModelError::TooSlow { macs: all } => format!(
            "a pass would take {}, more than a tab does in a minute or so. Choose a smaller input, or export it for one.",
            macs(*all as f64)
        ),
        ModelError::Broken { detail } => {
            format!("the file contradicts itself{}. Export it again.", tail(detail))
        }
        ModelError::Truncated => {
            "the file breaks off before its weights do. Copy or download it again.".to_owned()
        }
        ModelError::WrongSum { said, found } => format!(
            "the SHA-256 of its bytes begins with {found}, and its name says {said}. Download it again."
        ),
        ModelError::Damaged { format } => {
            format!("it is a {format} file, but not a sound one. Copy or download it again.")
        }
        ModelError::Compressed => {
            "its weights are compressed within the file. Save it again without compression.".to_owned()
        }
        ModelError::Pickle { asks } => format!(
            "it asks for {asks}, which no weights need. Save the weights alone: torch.save(model.state_dict(), path)."
        ),
        ModelError::NoWeights => {
            "it holds no weights. Save them: torch.save(model.state_dict(), path).".to_owned()
        }
        ModelError::NotVgg { found } => format!(
            "files of weights are taken for VGG networks only, and this holds {found}. Export the network to ONNX."
        ),
        ModelError::MissingTensor { tensor } => {
            format!("the tensor {tensor} is missing. Save all of the weights: torch.save(model.state_dict(), path).")
        }
        ModelError::ForeignTensor { tensor } => format!(
            "files of weights are taken for VGG networks only, and no VGG has {tensor} there. Export the network to ONNX."
        ),
        ModelError::NumberType { name } => format!(
            "its weights are numbers of type {name}, and only those of 16, 32 and 64 bits are taken. Convert them: tensor.float()."
        ),
        ModelError::WrongShape { tensor, expected, found } => {
            format!("the tensor {tensor} should be {expected} and is {found}. Is it another network's?")
        }
        ModelError::NotInCatalog => {
            "the assignment asks for it, and this server does not have it. The model that comes with the page is used: \
             ask whoever gave you the link."
                .to_owned()
        }
        ModelError::Unwritable { detail } => format!("it cannot be saved as a file of this kind{}.", tail(detail)),
        ModelError::Gone => GONE_EN.to_owned(),
        ModelError::Fetch => "it could not be fetched. Check the connection and try again.".to_owned(),
    }
}

fn model_zh(why: &ModelError) -> String {
    match why {
        ModelError::Empty => "文件是空的，请另选一个。".to_owned(),
        ModelError::NotOnnx => "这不是 ONNX 文件，或者文件不完整。请重新导出或重新复制。".to_owned(),
        ModelError::TooLarge { bytes: size, limit } => format!(
            "大小 {}，超出了页面的承受能力（上限 {}）。请用 float16 或 int8 权重导出。",
            bytes(*size),
            bytes(*limit)
        ),
        ModelError::ExternalData { files } => format!(
            "它的权重在 {} 中。请把该文件也拖进来，一起或单独均可；也可以导出为单个文件：torch.onnx.export(…, external_data=False)。",
            files.join("、")
        ),
        ModelError::NotCnn(why) => format!("这不是处理图像的卷积网络：{}。", not_cnn_zh(why)),
        ModelError::Unsupported { operator } if operator.starts_with(ONNXRUNTIME) => {
            format!("它用到算子 {operator}，这是 onnxruntime 优化后的产物。请使用优化之前的文件。")
        }
        ModelError::Unsupported { operator } => format!("它用到算子 {operator}，引擎尚不支持。"),
        ModelError::Size { least: Some([rows, columns]), most, .. } => {
            format!("它不接受这个输入尺寸。请选择 {rows}×{columns} 或更大，边长不超过 {most}。")
        }
        ModelError::Size { own: [rows, columns], .. } => {
            format!("这里只给它 {rows}×{columns} 的输入：无法确认其计算图的所有部分都能适应其他尺寸。")
        }
        ModelError::TooBig { units } => {
            format!(
                "各层共有 {} 个单元，超出了页面的承受能力。请选择更小的输入尺寸，或按更小的尺寸导出。",
                count(*units)
            )
        }
        ModelError::Limit { what, count: all, most } => {
            let (what, step) = match what {
                Work::Constants => ("需要计算的常量值", "请先折叠常量，例如使用 onnxsim。"),
                Work::Pools => ("需要池化的值", "请选择更小的输入尺寸，或按更小的尺寸导出。"),
                Work::Functions => ("函数要计算的值", "请选择更小的输入尺寸，或按更小的尺寸导出。"),
                Work::Places => ("卷积核中的位置", "可以显示卷积核更小或更少的网络。"),
            };
            format!("它的{what}有 {} 个，上限为 {} 个。{step}", count(*all), count(*most))
        }
        ModelError::TooSlow { macs: all } => format!(
            "一次前向传播需要 {}，页面要算一分钟以上。请选择更小的输入尺寸，或按更小的尺寸导出。",
            macs(*all as f64)
        ),
        ModelError::Broken { detail } => format!("文件内容自相矛盾{}，请重新导出。", tail_zh(detail)),
        ModelError::Truncated => "文件在权重结束之前就中断了，请重新复制或下载。".to_owned(),
        ModelError::WrongSum { said, found } => {
            format!("其内容的 SHA-256 以 {found} 开头，而文件名标明的是 {said}。请重新下载。")
        }
        ModelError::Damaged { format } => format!("这是 {format} 文件，但内容已损坏，请重新复制或下载。"),
        ModelError::Compressed => "文件中的权重经过压缩，请不压缩重新保存。".to_owned(),
        ModelError::Pickle { asks } => {
            format!("它要求调用 {asks}，而权重并不需要。请只保存权重：torch.save(model.state_dict(), path)。")
        }
        ModelError::NoWeights => {
            "文件中没有权重。请保存权重：torch.save(model.state_dict(), path)。".to_owned()
        }
        ModelError::NotVgg { found } => {
            format!("权重文件只支持 VGG 网络，而此文件包含 {found}。请将网络导出为 ONNX。")
        }
        ModelError::MissingTensor { tensor } => {
            format!("缺少张量 {tensor}。请保存全部权重：torch.save(model.state_dict(), path)。")
        }
        ModelError::ForeignTensor { tensor } => {
            format!("权重文件只支持 VGG 网络，而 VGG 在该处没有 {tensor}。请将网络导出为 ONNX。")
        }
        ModelError::NumberType { name } => {
            format!("权重的数值类型是 {name}，而这里只支持 16、32 和 64 位浮点数。请先转换：tensor.float()。")
        }
        ModelError::WrongShape { tensor, expected, found } => {
            format!("张量 {tensor} 的形状应为 {expected}，实际为 {found}。它是否属于另一个网络？")
        }
        ModelError::NotInCatalog => {
            "作业要求使用它，但这个服务器上没有。现在使用页面自带的模型，请向布置作业的人询问。".to_owned()
        }
        ModelError::Unwritable { detail } => format!("无法保存为这种文件{}。", tail_zh(detail)),
        ModelError::Gone => GONE_ZH.to_owned(),
        ModelError::Fetch => "下载失败，请检查网络后重试。".to_owned(),
    }
}

fn not_cnn_en(why: &NotCnn) -> String {
    match why {
        NotCnn::Inputs { names } => {
            format!("it has {} inputs ({}), where one image is fed", names.len(), names.join(", "))
        }
        NotCnn::Input { dims } => format!("its input is {}, not a batch of images", dimensions(dims)),
        NotCnn::Type { name } => {
            format!("its images are numbers of type {name}, and only float, float16, bfloat16 and uint8 are taken; cast them in the graph")
        }
        NotCnn::Channels { channels } => {
            format!("its images have {channels} channels, and photos have 3 or 1")
        }
        NotCnn::NoConvolution => "it has no two-dimensional convolution".to_owned(),
        NotCnn::Attention => {
            "it multiplies two matrices that it has computed, as attention (in transformers) and bilinear pooling do".to_owned()
        }
        NotCnn::Training => {
            "it was exported in training mode; call model.eval() before the export".to_owned()
        }
        NotCnn::Output => "it has no output".to_owned(),
    }
}

fn not_cnn_zh(why: &NotCnn) -> String {
    match why {
        NotCnn::Inputs { names } => {
            format!("它有 {} 个输入（{}），而这里只输入一张图像", names.len(), names.join("、"))
        }
        NotCnn::Input { dims } => format!("它的输入是 {}，不是一批图像", dimensions(dims)),
        NotCnn::Type { name } => format!(
            "它的输入图像是 {name} 类型的数，而这里只支持 float、float16、bfloat16 和 uint8；请在计算图中转换类型"
        ),
        NotCnn::Channels { channels } => format!("它的图像有 {channels} 个通道，而照片有 3 个或 1 个"),
        NotCnn::NoConvolution => "它没有二维卷积".to_owned(),
        NotCnn::Attention => {
            "它把两个计算得到的矩阵相乘（注意力机制，如 Transformer，或双线性池化）".to_owned()
        }
        NotCnn::Training => "它是在训练模式下导出的，请在导出前调用 model.eval()".to_owned(),
        NotCnn::Output => "它没有输出".to_owned(),
    }
}

/// Dimensions as ONNX's tools print them, those left open as a question mark.
fn dimensions(dims: &[u64]) -> String {
    let one = |dim: &u64| if *dim == 0 { "?".to_owned() } else { dim.to_string() };
    dims.iter().map(one).collect::<Vec<_>>().join("×")
}

fn engine_en(why: &EngineError) -> String {
    match why {
        EngineError::Unsupported { missing } => format!(
            "No variant of the engine runs here: {}. Use a current Chrome, Edge, Firefox or Safari.",
            reasons(Lang::En, missing)
        ),
        EngineError::Start { detail } => format!("The engine could not be started{}. Reload the page.", tail(detail)),
        EngineError::Died { detail } => format!(
            "The engine stopped{}, perhaps for want of memory, and was started again. What you see stays.",
            tail(detail)
        ),
        EngineError::Silent => "The engine stopped answering: one of its threads was lost. It was started again with one thread, \
                                which is slower; what you see stays."
            .to_owned(),
    }
}

fn engine_zh(why: &EngineError) -> String {
    match why {
        EngineError::Unsupported { missing } => format!(
            "引擎的各个版本都无法在此运行：{}。请使用新版 Chrome、Edge、Firefox 或 Safari。",
            reasons(Lang::Zh, missing)
        ),
        EngineError::Start { detail } => format!("引擎无法启动{}，请刷新页面。", tail_zh(detail)),
        EngineError::Died { detail } => {
            format!("引擎意外停止{}，可能是内存不足，现已重新启动。已显示的内容都会保留。", tail_zh(detail))
        }
        EngineError::Silent => {
            "引擎不再响应：它丢失了一个线程。现已改用单线程重新启动，速度较慢；已显示的内容都会保留。"
                .to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_stack() {
        let said = |lang, basis, passed: &str, up_to: Option<&str>| {
            let up_to = up_to.map(str::to_owned);
            notice(lang, &Notice::Read { basis, passed: passed.to_owned(), up_to })
        };
        assert_eq!(
            said(Lang::En, Basis::Stated, "SELayer", Some("Flatten")),
            "Passed over, since they keep the size of their map: SELayer. The text was read up to Flatten: what follows works \
             on vectors, not on maps."
        );
        for basis in [Basis::Listed, Basis::Deduced] {
            let plain = said(Lang::Zh, basis, "", None);
            assert_eq!(
                said(Lang::Zh, basis, "Swish", Some("Flatten")).strip_prefix(&plain).unwrap(),
                "以下模块不改变特征图的尺寸，已略过：Swish。文本读到 Flatten 为止：其后处理的是向量，不再是特征图。"
            );
        }
    }
}
