//! The words of the page on which photos are judged and a head is trained.

use super::{bytes, percent};
use crate::error::TrainingError;
use crate::session::Lang;
use crate::training::{FEW, wilson};

/// The fixed texts.
#[derive(Debug)]
#[allow(missing_docs)] // Each field is its own description.
pub struct TrainWords {
    pub title: &'static str,
    pub intro: &'static str,
    pub folder: &'static str,
    pub files: &'static str,
    pub drop: &'static str,
    pub clear: &'static str,
    pub archive: &'static str,
    pub unpacking: &'static str,
    pub so_far: &'static str,
    pub own_photos: &'static str,
    pub worse: &'static str,
    pub own_size: &'static str,
    pub camera: &'static str,
    pub no_camera: &'static str,
    pub class: &'static str,
    pub first_class: &'static str,
    pub hold: &'static str,
    pub live: &'static str,
    pub remove: &'static str,
    pub no_folder: &'static str,
    pub looking: &'static str,
    pub pause: &'static str,
    pub go_on: &'static str,
    pub needs_model: &'static str,
    pub broken: &'static str,
    pub twins: &'static str,
    pub twins_hint: &'static str,
    pub is_class: &'static str,
    pub no_class: &'static str,
    pub more: &'static str,
    pub fewer: &'static str,
    pub judged: &'static str,
    pub by_another: &'static str,
    pub judge: &'static str,
    pub top1: &'static str,
    pub top5: &'static str,
    pub none_known: &'static str,
    pub mistakes: &'static str,
    pub no_mistakes: &'static str,
    pub matrix: &'static str,
    pub matrix_hint: &'static str,
    pub other: &'static str,
    pub train: &'static str,
    pub train_intro: &'static str,
    pub head: &'static str,
    pub linear: &'static str,
    pub dense: &'static str,
    pub optimiser: &'static str,
    pub rate: &'static str,
    pub decay: &'static str,
    pub epochs: &'static str,
    pub batch: &'static str,
    pub patience: &'static str,
    pub never: &'static str,
    pub crops: &'static str,
    pub crops_hint: &'static str,
    pub seed: &'static str,
    pub start: &'static str,
    pub stop: &'static str,
    pub first_features: &'static str,
    pub loss: &'static str,
    pub accuracy: &'static str,
    pub of_training: &'static str,
    pub of_held_out: &'static str,
    pub held_out: &'static str,
    pub use_it: &'static str,
    pub in_use: &'static str,
    pub look: &'static str,
    pub chosen: &'static str,
    pub now_right: &'static str,
    pub now_wrong: &'static str,
    pub stopped: &'static str,
    pub home: &'static str,
    pub home_intro: &'static str,
    pub float32: &'static str,
    pub float16: &'static str,
    pub int8: &'static str,
    pub safetensors: &'static str,
    pub script: &'static str,
    pub not_plain: &'static str,
    pub saving: &'static str,
}

static EN: TrainWords = TrainWords {
    title: "Your photos",
    intro: "A folder of photos, whose folders are their classes: how well does a network know them, and what does a head of your own learn from them? All of it happens in this page; no photo leaves it.",
    folder: "Choose a folder",
    files: "Choose photos",
    drop: "Or drop folders or a .zip anywhere on the page. Several add up.",
    clear: "Take all away",
    archive: "Choose a .zip",
    unpacking: "Photos are being taken out of",
    so_far: "So far:",
    own_photos: "This head has learnt from photos on this page. What it says of those tells nothing about others: the figure that counts is the one on photos held out.",
    worse: "The loss has grown while it trained: the learning rate is too high. Try a tenth of it.",
    own_size: "Files have the network's own size of input, not the one that was chosen.",
    camera: "Camera",
    no_camera: "There is no camera, or the browser does not let this page use it. Allow it in the address bar, and try again.",
    class: "Class",
    first_class: "class 1",
    hold: "Hold to record examples",
    live: "Live answers of the network in use",
    remove: "Take away",
    no_folder: "(no folder)",
    looking: "Photos looked at",
    pause: "Pause",
    go_on: "Go on",
    needs_model: "The network is not ready yet.",
    broken: "Left out, since they cannot be read",
    twins: "The same photo more than once",
    twins_hint: "Photos with the same pixels are never on both sides: all of them are trained on, or all are held out.",
    is_class: "is the network's class",
    no_class: "none of its classes",
    more: "Show all",
    fewer: "Show fewer",
    judged: "What the network says",
    by_another: "The photos were looked at by another network than the one in use, or at another size or crop.",
    judge: "Ask the one in use",
    top1: "Top-1: the likeliest class is right",
    top5: "Top-5: the class is among the five likeliest",
    none_known: "None of these folders is named like a class of this network. Say which class each is, above, or train a head of your own.",
    mistakes: "The surest mistakes",
    no_mistakes: "No mistakes.",
    matrix: "Confusion matrix",
    matrix_hint: "Confusion matrix: a row for each class of photos, a column for what they were taken for.",
    other: "other classes",
    train: "Train a head",
    train_intro: "The convolutions stay as they are. What they make of each photo is computed once, and only the head on top learns.",
    head: "Head",
    linear: "Linear, on the means of the maps",
    dense: "Three dense layers as in VGG, units:",
    optimiser: "Optimiser",
    rate: "Learning rate",
    decay: "Weight decay",
    epochs: "Epochs",
    batch: "Batch",
    patience: "Early stopping",
    never: "never",
    crops: "Random crops of each photo",
    crops_hint: "Scales, places and mirror images as in the paper (section 3.1). Each takes another pass of the network.",
    seed: "Seed",
    start: "Train",
    stop: "Stop",
    first_features: "Features come first, then training begins by itself.",
    loss: "Loss (cross-entropy, nats)",
    accuracy: "Accuracy",
    of_training: "training",
    of_held_out: "held out",
    held_out: "On photos held out",
    use_it: "Use the network with this head",
    in_use: "The network with this head is the one in use:",
    look: "look at its layers",
    chosen: "The epoch was chosen by the held-out loss, so that these figures are a little too good.",
    now_right: "Wrong in the training before, right now",
    now_wrong: "Right in the training before, wrong now",
    stopped: "The training was stopped.",
    home: "Save the network",
    home_intro: "The network in use as a file: with its weights, the names of its classes and how it wants its photos. It opens here again, and in onnxruntime, Netron or PyTorch.",
    float32: "ONNX, 32-bit floats",
    float16: "ONNX, 16-bit floats: half the size",
    int8: "ONNX, 8-bit convolutions: a quarter",
    safetensors: "Weights (safetensors, names as in torchvision)",
    script: "PyTorch program that loads them",
    not_plain: "Weights under torchvision's names are for plain VGGs only.",
    saving: "The file is being written.",
};

static ZH: TrainWords = TrainWords {
    title: "自己的照片",
    intro: "给它一个照片文件夹，子文件夹就是类别：网络对这些照片认得有多准？在它之上训练一个自己的分类头又能学到什么？一切都在本页完成，照片不会上传。",
    folder: "选择文件夹",
    files: "选择照片",
    drop: "也可以把文件夹或 .zip 拖到页面任意位置；多个会合并。",
    clear: "全部移除",
    archive: "选择 .zip",
    unpacking: "正在解压",
    so_far: "目前：",
    own_photos: "这个分类头正是用本页照片训练的，它在这些照片上的表现说明不了什么；应看留出照片上的结果。",
    worse: "训练中损失反而变大：学习率太大，请减小到十分之一再试。",
    own_size: "文件使用网络自己的输入尺寸，而不是当前选定的尺寸。",
    camera: "摄像头",
    no_camera: "没有摄像头，或浏览器未允许本页使用。请在地址栏中允许后重试。",
    class: "类别",
    first_class: "类别 1",
    hold: "按住录制样本",
    live: "当前网络的实时判断",
    remove: "移除",
    no_folder: "（无文件夹）",
    looking: "已处理的照片",
    pause: "暂停",
    go_on: "继续",
    needs_model: "网络尚未就绪。",
    broken: "无法读取、未计入的照片",
    twins: "重复的照片",
    twins_hint: "像素相同的照片不会同时出现在训练集和留出集中：要么都用于训练，要么都留出。",
    is_class: "对应网络的类别",
    no_class: "不属于它的任何类别",
    more: "全部显示",
    fewer: "收起",
    judged: "网络的判断",
    by_another: "这些照片此前由另一个网络（或以另一输入尺寸、裁剪方式）判断过。",
    judge: "用当前网络重新判断",
    top1: "Top-1：概率最大的类别正确",
    top5: "Top-5：正确类别在前五名之内",
    none_known: "这些文件夹的名称都不是该网络的类别。请在上方指明各自的类别，或训练一个自己的分类头。",
    mistakes: "最有把握的错误",
    no_mistakes: "没有错误。",
    matrix: "混淆矩阵",
    matrix_hint: "混淆矩阵：每行是照片的类别，每列是被判成的类别。",
    other: "其他类别",
    train: "训练分类头",
    train_intro: "卷积层保持不变：每张照片的特征只计算一次，只有其上的分类头学习。",
    head: "分类头",
    linear: "线性，输入为特征图均值",
    dense: "VGG 式三个全连接层，单元数：",
    optimiser: "优化器",
    rate: "学习率",
    decay: "权重衰减",
    epochs: "轮数",
    batch: "批大小",
    patience: "早停",
    never: "不早停",
    crops: "每张照片的随机裁剪数",
    crops_hint: "尺度、位置与左右翻转均按论文（3.1 节）。每个裁剪都要让网络多运行一次。",
    seed: "随机种子",
    start: "开始训练",
    stop: "停止",
    first_features: "先计算特征，随后自动开始训练。",
    loss: "损失（交叉熵，nat）",
    accuracy: "准确率",
    of_training: "训练",
    of_held_out: "留出",
    held_out: "留出照片上的结果",
    use_it: "使用带有这个分类头的网络",
    in_use: "带有这个分类头的网络正在使用：",
    look: "查看各层",
    chosen: "轮数是按留出损失选出的，因此这些数字略偏乐观。",
    now_right: "上次训练判错、这次判对",
    now_wrong: "上次训练判对、这次判错",
    stopped: "训练已停止。",
    home: "保存网络",
    home_intro: "把当前网络保存为文件：包含权重、类别名称和预处理方式。可在本页重新打开，也可用于 onnxruntime、Netron 或 PyTorch。",
    float32: "ONNX，32 位浮点",
    float16: "ONNX，16 位浮点：体积减半",
    int8: "ONNX，8 位卷积：约四分之一",
    safetensors: "权重（safetensors，名称与 torchvision 一致）",
    script: "加载这些权重的 PyTorch 程序",
    not_plain: "只有普通的 VGG 才能按 torchvision 的名称保存权重。",
    saving: "正在写入文件。",
};

/// The fixed texts in a language.
pub fn train_words(lang: Lang) -> &'static TrainWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

/// How many of so many were right, and between which shares the true one lies.
pub fn right_of(lang: Lang, right: usize, of: usize) -> String {
    let [low, high] = wilson(right, of).map(|share| percent(share as f32));
    let share = percent(right as f32 / of.max(1) as f32);
    match lang {
        Lang::En => format!("{right} of {of}: {share} (95 % confidence: {low} to {high})"),
        Lang::Zh => format!("{of} 张中 {right} 张：{share}（95 % 置信区间：{low} 至 {high}）"),
    }
}

/// How photos are held out in a training.
pub fn split_line(lang: Lang, rounds: u8, [training, held]: [usize; 2]) -> String {
    match (lang, rounds) {
        (Lang::En, 1) => format!("{training} photos train, {held} are held out."),
        (Lang::Zh, 1) => format!("{training} 张用于训练，{held} 张留出。"),
        (Lang::En, _) => format!(
            "Some class has fewer than {FEW} photos: in {rounds} rounds another part is held out, so that each photo is tested once \
             (cross-validation). The head itself then learns from all of them."
        ),
        (Lang::Zh, _) => format!(
            "有的类别不足 {FEW} 张照片：分 {rounds} 轮，每轮留出不同的一部分，使每张照片都恰好测试一次（交叉验证）。最后的分类头用全部照片训练。"
        ),
    }
}

/// What a mistake is: what was taken for what, and how sure.
pub fn mistake(lang: Lang, class: &str, said: &str, probability: f32) -> String {
    let probability = percent(probability);
    match lang {
        Lang::En => format!("{class}, taken for {said} ({probability})"),
        Lang::Zh => format!("{class}，被判为“{said}”（{probability}）"),
    }
}

/// So many photos.
pub fn photo_count(lang: Lang, photos: usize) -> String {
    match (lang, photos) {
        (Lang::En, 1) => "1 photo".to_owned(),
        (Lang::En, _) => format!("{photos} photos"),
        (Lang::Zh, _) => format!("{photos} 张照片"),
    }
}

/// The name of an epoch.
pub fn epoch_name(lang: Lang, epoch: usize) -> String {
    match lang {
        Lang::En => format!("epoch {epoch}"),
        Lang::Zh => format!("第 {epoch} 轮"),
    }
}

/// So many photos stand in two classes.
pub fn contradictions(lang: Lang, photos: usize) -> String {
    let photos = photo_count(lang, photos);
    match lang {
        Lang::En => {
            format!("{photos}: the same stands in another class, too. One of the two labels is wrong.")
        }
        Lang::Zh => format!("{photos}同时出现在另一个类别中，两个标签中必有一个是错的。"),
    }
}

/// How many photos are of classes that are none of the network's.
pub fn left_out(lang: Lang, photos: usize) -> String {
    match lang {
        Lang::En => {
            format!("{} of classes that this network does not have, not counted.", photo_count(lang, photos))
        }
        Lang::Zh => format!("有 {photos} 张照片的类别不在该网络之中，未计入。"),
    }
}

/// How often a training may wait for a lower held-out loss.
pub fn patience(lang: Lang, epochs: u16) -> String {
    match (lang, epochs) {
        (_, 0) => train_words(lang).never.to_owned(),
        (Lang::En, _) => format!("after {epochs} epochs without a lower held-out loss"),
        (Lang::Zh, _) => format!("留出损失连续 {epochs} 轮未下降"),
    }
}

/// Two folders that are one class of the network.
pub fn collision(lang: Lang, one: &str, other: &str) -> String {
    match lang {
        Lang::En => format!(
            "{one} and {other} are the same class of the network. They are judged as one, and would be two classes of a head: put them \
             into one folder, or say of one that it is another."
        ),
        Lang::Zh => format!(
            "{one} 与 {other} 对应网络的同一个类别。判断时合并计算，训练时却会是两个类别：请合并为一个文件夹，或改选其中一个的类别。"
        ),
    }
}

/// Of how many photos the classes are very different.
pub fn unbalanced(lang: Lang, least: usize, most: usize) -> String {
    match lang {
        Lang::En => format!(
            "Photos of the smallest class: {least}, of the largest: {most}. So a head that always says the largest would often be right. Look at \
             the confusion matrix, not at the accuracy alone."
        ),
        Lang::Zh => format!(
            "最小的类别有 {least} 张照片，最大的有 {most} 张：总是回答最大类别的分类头也会常常正确。请看混淆矩阵，不要只看准确率。"
        ),
    }
}

/// Why no head was trained.
pub fn training_error(lang: Lang, error: &TrainingError) -> String {
    let zh = lang == Lang::Zh;
    let fixed = |zh_text: &str, en: &str| (if zh { zh_text } else { en }).to_owned();
    match error {
        TrainingError::OneClass => fixed(
            "训练至少需要两个类别的照片。请为另一个类别添加一个文件夹。",
            "Training takes photos of at least two classes. Add a folder of another class.",
        ),
        TrainingError::FewPhotos(class) => match lang {
            Lang::En => format!(
                "{class} has fewer than two different photos: one to learn from and one to be tested on. Add more of them."
            ),
            Lang::Zh => {
                format!("{class} 的不同照片少于两张：训练和测试至少各需要一张。请添加更多照片。")
            }
        },
        TrainingError::Diverged => fixed(
            "损失变为无穷大或非数值：学习率太大。请把学习率减小到十分之一再试。",
            "The loss became infinite or no number: the learning rate is too high. Try a tenth of it.",
        ),
        TrainingError::NoMaps => fixed(
            "在当前输入尺寸下，这个网络没有可供新分类头使用的特征图。请换回它自己的输入尺寸，或换一个网络。",
            "At this size of input the network has no feature maps to put a head on. Choose its own size, or another network.",
        ),
        TrainingError::Memory(most) => match lang {
            Lang::En => format!(
                "The features of these photos would take {}. Use fewer crops, fewer photos, or a linear head, which keeps a few \
                 kilobytes a photo.",
                bytes(*most)
            ),
            Lang::Zh => format!(
                "这些照片的特征将占用 {}。请减少随机裁剪或照片数量，或改用线性分类头（每张照片只占几千字节）。",
                bytes(*most)
            ),
        },
        TrainingError::Lost => fixed(
            "引擎重新启动过，照片的特征已丢失。请重新开始，特征会再计算一次。",
            "The engine was restarted and has lost the features of the photos. Start again: they are computed once more.",
        ),
    }
}
