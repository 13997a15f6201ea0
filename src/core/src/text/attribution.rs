//! The ways of attributing a class to places of the photo.

use crate::explain::attribution::Method;
use crate::session::Lang;

/// What a way is called, and how its map is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MethodWords {
    /// Its name.
    pub name: &'static str,
    /// What its colours say, and where it comes from.
    pub hint: &'static str,
}

/// The words of a way.
pub fn method(lang: Lang, method: Method) -> MethodWords {
    let [name, hint] = match (lang, method) {
        (Lang::En, Method::Cam) => [
            "Class activation map (exact)",
            "Class activation map: red places speak for the class, blue ones against it.",
        ],
        (Lang::Zh, Method::Cam) => ["类激活图（精确）", "类激活图：红色处支持这一类，蓝色处反对。"],
        (Lang::En, Method::GradCam) => [
            "Grad-CAM",
            "The last maps, each weighted by how much the score would grow with it; what speaks against the class is left \
             out. After Selvaraju and others, 2017.",
        ],
        (Lang::Zh, Method::GradCam) => [
            "Grad-CAM",
            "把最后一层的特征图加权相加，权重是“这张图增大时，得分会增大多少”，只留下支持该类的部分。方法见 Selvaraju 等，2017。",
        ],
        (Lang::En, Method::GradientInput) => [
            "Gradient × input",
            "For each pixel, how much the score would grow with it, times its value as the network gets it. Red speaks for \
             the class, blue against it. After Shrikumar and others, 2016; the gradient alone is the saliency map of Simonyan, \
             Vedaldi and Zisserman, 2013.",
        ],
        (Lang::Zh, Method::GradientInput) => [
            "梯度 × 输入",
            "逐像素计算：得分对该像素的梯度，乘以它送入网络的值。红色支持这一类，蓝色反对。方法见 Shrikumar 等，2016；\
             只用梯度的显著图出自 Simonyan、Vedaldi 与 Zisserman，2013。",
        ],
        (Lang::En, Method::Occlusion) => [
            "Occlusion",
            "A grey square hides one part of the photo at a time. Red: hiding it lowers the class's probability; blue: \
             hiding it raises it. After Zeiler and Fergus, 2014.",
        ],
        (Lang::Zh, Method::Occlusion) => [
            "遮挡",
            "用一块灰色方块逐处遮住照片。红：遮住后该类的概率下降；蓝：反而上升。方法见 Zeiler 与 Fergus，2014。",
        ],
    };
    MethodWords { name, hint }
}
