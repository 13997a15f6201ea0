//! The words of the page that builds a network.

use super::{count, words};
use crate::session::{Lang, Source};
use crate::vgg::build::Build;
use crate::vgg::cfg::NAMES;
use crate::vgg::initialise::Initialisation;
use crate::vgg::transfer::{Keys, Transfer};

/// The fixed texts.
#[derive(Debug)]
#[allow(missing_docs)] // Each field is its own description.
pub struct BuildWords {
    pub title: &'static str,
    pub intro: &'static str,
    pub initialisation: &'static str,
    pub seed: &'static str,
    pub classes: &'static str,
    pub hidden: &'static str,
    pub hidden_hint: &'static str,
    pub side: &'static str,
    pub run: &'static str,
    pub building: &'static str,
    pub in_use: &'static str,
    pub look: &'static str,
    pub photo_first: &'static str,
    pub spread: &'static str,
    pub spread_intro: &'static str,
    pub compare: &'static str,
    pub not_plain: &'static str,
    pub waiting: &'static str,
    pub activations: &'static str,
    pub gradients: &'static str,
    pub measure: &'static str,
    pub activations_hint: &'static str,
    pub gradients_hint: &'static str,
    pub theory: &'static str,
    pub histograms: &'static str,
    pub histograms_hint: &'static str,
    pub layer: &'static str,
    pub numbers: &'static str,
    pub own: &'static str,
    pub depth: &'static str,
    pub silent: &'static str,
    pub passed: &'static str,
    pub begins: &'static str,
    pub anew: &'static str,
    pub by_name: &'static str,
    pub by_paper: &'static str,
    pub keys_loaded: &'static str,
    pub keys_missing: &'static str,
    pub keys_unexpected: &'static str,
    pub keys_mismatched: &'static str,
    pub keys_hint: &'static str,
}

static EN: BuildWords = BuildWords {
    title: "Build a network",
    intro: "A list of convolutions and pools as torchvision's code has it, a classifier, and how the weights begin. The untrained network \
            then runs on your photo, and every layer of it can be looked at.",
    initialisation: "Initialisation",
    seed: "Seed",
    classes: "Classes",
    hidden: "Units of the two dense layers",
    hidden_hint: "0: one dense layer on the means of the maps",
    side: "Side of the photo",
    run: "Build and run",
    building: "The network is being built.",
    in_use: "In use now:",
    look: "Look at its layers",
    photo_first: "Give it a photo to run on:",
    spread: "How far activations spread",
    spread_intro: "The standard deviation of each layer's values on this photo, behind the ReLU: of the network in use, and of the same \
                   network with weights just drawn by each rule. What dies out in ten layers cannot be trained.",
    compare: "Compare initialisations",
    not_plain: "The network in use is no plain VGG, so that there is none to compare it with. Build one here.",
    waiting: "The comparison begins when the run on the photo is over.",
    activations: "Activations",
    gradients: "Gradients",
    measure: "Standard deviation of",
    activations_hint: "Thin dashed lines: what theory expects, a variance of fan_in · Var(w) · E[x²] of each sum, of which the ReLU keeps \
                       half the mean square (He et al. 2015). Pools, which raise it, and padding are left out.",
    gradients_hint: "Of the score of the likeliest class with respect to each layer's values, back from the last layer on the right.",
    theory: "theory",
    histograms: "Values of one layer",
    histograms_hint: "Zeros are left out of the bars and counted beside them. Each has a scale of its own.",
    layer: "Layer",
    numbers: "Numbers",
    own: "in use",
    depth: "layer",
    silent: "zero",
    passed: "layers run or passed back through",
    begins: "Weights begin",
    anew: "all drawn anew",
    by_name: "taken over from the network in use by name (strict=False)",
    by_paper: "taken over by place, as the paper begins from A: the convolutions where A has its first four, and the dense layers",
    keys_loaded: "Loaded",
    keys_missing: "missing_keys: drawn anew",
    keys_unexpected: "unexpected_keys: of no use here",
    keys_mismatched: "Of another shape: drawn anew",
    keys_hint: "PyTorch stops at tensors of another shape even with strict=False; here they are left out, as the lesson's code deletes the classifier first.",
};

static ZH: BuildWords = BuildWords {
    title: "搭建网络",
    intro: "写出一份卷积与池化的列表（与 torchvision 代码中的 cfg 相同）、分类器以及权重的初始化方法。未经训练的网络随即在你的照片上运行，\
            每一层都可以查看。",
    initialisation: "初始化方法",
    seed: "随机种子",
    classes: "类别数",
    hidden: "两个全连接层的单元数",
    hidden_hint: "0：只用一个全连接层，输入为各特征图的均值",
    side: "输入边长",
    run: "搭建并运行",
    building: "正在搭建网络。",
    in_use: "当前使用：",
    look: "查看各层",
    photo_first: "请先给它一张照片：",
    spread: "激活值的离散程度",
    spread_intro: "在这张照片上，每层（ReLU 之后）激活值的标准差：当前网络，以及结构相同、权重按各种方法刚刚初始化的网络。\
                   若十层之内激活值就衰减殆尽，网络便无法训练。",
    compare: "比较初始化方法",
    not_plain: "当前网络不是普通的 VGG，无法与同结构的网络比较。请在上方搭建一个。",
    waiting: "照片运行结束后开始比较。",
    activations: "激活值",
    gradients: "梯度",
    measure: "标准差",
    activations_hint: "细虚线为理论值：每个加权和的方差为 fan_in · Var(w) · E[x²]，ReLU 保留其均方的一半（He 等，2015）。\
                       未计入会增大方差的池化，也未计入填充。",
    gradients_hint: "最可能类别的得分对每层激活值的梯度，从右侧最后一层向前反传。",
    theory: "理论",
    histograms: "单层的数值分布",
    histograms_hint: "柱形不含零值，零值所占比例另列。各图刻度独立。",
    layer: "层",
    numbers: "数值",
    own: "当前网络",
    depth: "层",
    silent: "为零",
    passed: "已前向或反向经过的层",
    begins: "权重初值",
    anew: "全部重新初始化",
    by_name: "按名称取自当前网络（strict=False）",
    by_paper: "按位置取自当前网络（论文从 A 起步的做法）：A 的前四个卷积层所在之处，以及全连接层",
    keys_loaded: "已加载",
    keys_missing: "missing_keys：重新初始化",
    keys_unexpected: "unexpected_keys：用不上",
    keys_mismatched: "形状不符：重新初始化",
    keys_hint: "即使 strict=False，PyTorch 遇到形状不符的张量也会报错；这里将其跳过，相当于课程代码先删去分类器的权重。",
};

/// The texts in this language.
pub fn build_words(lang: Lang) -> &'static BuildWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

/// A rule of initialisation, in a word or two.
pub fn rule(lang: Lang, rule: Initialisation) -> &'static str {
    match (rule, lang) {
        (Initialisation::Xavier, Lang::En) => "Xavier uniform",
        (Initialisation::Xavier, Lang::Zh) => "Xavier 均匀",
        (Initialisation::Kaiming, Lang::En) => "Kaiming normal",
        (Initialisation::Kaiming, Lang::Zh) => "Kaiming 正态",
        (Initialisation::Normal, Lang::En) => "N(0, 0.01²)",
        (Initialisation::Normal, Lang::Zh) => "N(0, 0.01²)",
        (Initialisation::Orthogonal, Lang::En) => "Orthogonal",
        (Initialisation::Orthogonal, Lang::Zh) => "正交",
        (Initialisation::Zeros, Lang::En) => "All zeros",
        (Initialisation::Zeros, Lang::Zh) => "全零",
    }
}

/// What a rule draws, where it comes from, and what it promises.
pub fn about_rule(lang: Lang, rule: Initialisation) -> &'static str {
    match (rule, lang) {
        (Initialisation::Xavier, Lang::En) => {
            "Weights even between −a and a, a = √(6 / (fan_in + fan_out)), biases 0, as the lesson's code has it. Keeps the variance \
             through layers without an activation function, forwards and backwards (Glorot and Bengio 2010, equation 16); each ReLU \
             halves it."
        }
        (Initialisation::Xavier, Lang::Zh) => {
            "权重在 ±a 之间均匀分布，a = √(6 / (fan_in + fan_out))，偏置为 0，与课程代码一致。在没有激活函数的层之间，前向与反向的方差保持不变\
             （Glorot 与 Bengio，2010，式 16）；每个 ReLU 会使方差减半。"
        }
        (Initialisation::Kaiming, Lang::En) => {
            "Convolutions normal with variance 2 / fan_out, dense layers with 0.01², biases 0, as torchvision does. Keeps the variance \
             of gradients through ReLUs (He et al. 2015, equation 14)."
        }
        (Initialisation::Kaiming, Lang::Zh) => {
            "卷积权重服从方差为 2 / fan_out 的正态分布，全连接层方差为 0.01²，偏置为 0，与 torchvision 一致。梯度经过 ReLU 时方差保持不变\
             （He 等，2015，式 14）。"
        }
        (Initialisation::Normal, Lang::En) => {
            "All weights normal with variance 0.01², biases 0, as the paper begins its network A (section 3.1). Deeper networks were \
             begun with A's trained layers, since from here they did not learn."
        }
        (Initialisation::Normal, Lang::Zh) => {
            "所有权重服从方差为 0.01² 的正态分布，偏置为 0，论文训练网络 A 时即如此（第 3.1 节）。更深的网络则用 A 训练好的层来初始化，\
             因为从这样的权重出发无法学习。"
        }
        (Initialisation::Orthogonal, Lang::En) => {
            "Each weight matrix a random orthogonal one times √2, biases 0: a layer keeps lengths, the ReLU's loss made good (Saxe, \
             McClelland and Ganguli 2013). Here rows of a cosine transform with random signs."
        }
        (Initialisation::Orthogonal, Lang::Zh) => {
            "每个权重矩阵为随机正交矩阵乘以 √2，偏置为 0：线性变换保持向量长度，并补偿 ReLU 的损失（Saxe、McClelland 与 Ganguli，2013）。\
             这里取带随机符号的余弦变换的行。"
        }
        (Initialisation::Zeros, Lang::En) => {
            "All weights and biases 0. All units of a layer are alike, and no gradient leads away from there."
        }
        (Initialisation::Zeros, Lang::Zh) => {
            "所有权重与偏置为 0。同一层的单元完全相同，梯度也处处为零，无法离开这一点。"
        }
    }
}

/// How many tensors are taken over, and how many are not.
pub fn key_counts(lang: Lang, transfer: Transfer, keys: &Keys) -> String {
    let Keys { loaded, missing, unexpected, mismatched } = keys;
    let all = loaded.len() + missing.len() + mismatched.len();
    if transfer == Transfer::Paper {
        return match lang {
            Lang::En => {
                format!("{} of {all} tensors are taken over, the others are drawn anew.", loaded.len())
            }
            Lang::Zh => format!("{all} 个张量中加载 {} 个，其余重新初始化。", loaded.len()),
        };
    }
    match lang {
        Lang::En => format!(
            "{} of {all} tensors are taken over; {} are missing there, {} have another shape, and {} of the network in use are left.",
            loaded.len(),
            missing.len(),
            mismatched.len(),
            unexpected.len()
        ),
        Lang::Zh => format!(
            "{all} 个张量中加载 {} 个；缺失 {} 个，形状不符 {} 个；当前网络另有 {} 个用不上。",
            loaded.len(),
            missing.len(),
            mismatched.len(),
            unexpected.len()
        ),
    }
}

/// What a model is called: one that was built by what it is, the default one by what it has.
pub fn model_name(lang: Lang, source: Source, name: &str) -> String {
    match (source, name.parse()) {
        (Source::Built(_), Ok(build)) => built(lang, &build),
        _ if name.is_empty() => words(lang).default_model.to_owned(),
        _ => name.to_owned(),
    }
}

/// What a network that was built is called.
pub fn built(lang: Lang, build: &Build) -> String {
    let named = NAMES
        .iter()
        .find(|(name, _)| name.parse::<Build>().is_ok_and(|paper| paper.entries == build.entries));
    let weighted = build.tensors().iter().filter(|tensor| tensor.dims.len() > 1).count() as u64;
    let norm = if build.batch_norm { "_bn" } else { "" };
    let name = named.map_or_else(|| format!("VGG-{}", count(weighted)), |(name, _)| (*name).to_owned());
    let rule = rule(lang, build.initialisation);
    match lang {
        Lang::En => format!("{name}{norm}, untrained: {rule}, seed {}", build.seed),
        Lang::Zh => format!("{name}{norm}，未训练：{rule}，随机种子 {}", build.seed),
    }
}
