//! What the page says of assignments.

use crate::pages::assignment::Entry;
use crate::session::Lang;

/// The fixed texts.
#[derive(Debug)]
#[allow(missing_docs)] // Each field is its own description.
pub struct AssignmentWords {
    pub title: &'static str,
    pub intro: &'static str,
    pub untitled: &'static str,
    pub name: &'static str,
    pub look: &'static str,
    pub look_at: &'static str,
    pub own_photo: &'static str,
    pub steps: &'static str,
    pub questions: &'static str,
    pub save: &'static str,
    pub hand_in: &'static str,
    pub hand_in_hint: &'static str,
    pub back: &'static str,
    pub leave: &'static str,
    pub make: &'static str,
    pub make_hint: &'static str,
    pub its_title: &'static str,
    pub photo: &'static str,
    pub own: &'static str,
    pub model: &'static str,
    pub default_model: &'static str,
    pub place: &'static str,
    pub place_hint: &'static str,
    pub steps_hint: &'static str,
    pub questions_hint: &'static str,
    pub link: &'static str,
    pub link_none: &'static str,
}

const EN: AssignmentWords = AssignmentWords {
    title: "Assignment",
    intro: "Your answers stay in this browser. Nothing is sent: save them as a file, and hand that in.",
    untitled: "Assignment",
    name: "Your name",
    look: "Look",
    look_at: "Open the photo at this place",
    own_photo: "Open a photo of your own, then this place",
    steps: "Steps of lessons",
    questions: "Questions",
    save: "Save the answer",
    hand_in: "Save all answers (CSV)",
    hand_in_hint: "Each with its time and the number of tries.",
    back: "Back to the assignment",
    leave: "Leave it",
    make: "Make an assignment",
    make_hint: "What you choose here is in the link, and nowhere else. It opens in the language of whoever follows it.",
    its_title: "Title",
    photo: "Photo",
    own: "the learner's own",
    model: "Model",
    default_model: "the one that comes with the page",
    place: "Layer, channel, row, column",
    place_hint: "As the page's own address has them, such as 9/7/25/3; a layer alone will do.",
    steps_hint: "Lesson and step, such as 3/2, with spaces between them.",
    questions_hint: "One a line; a person reads the answers.",
    link: "Link",
    link_none: "A place, a step or a question makes it an assignment.",
};

const ZH: AssignmentWords = AssignmentWords {
    title: "作业",
    intro: "答案只保存在这个浏览器里，不会发送到任何地方。请保存为文件后提交。",
    untitled: "作业",
    name: "姓名",
    look: "观察",
    look_at: "打开照片并定位到此处",
    own_photo: "先打开自己的照片，再定位到此处",
    steps: "课程步骤",
    questions: "问题",
    save: "保存答案",
    hand_in: "保存全部答案（CSV）",
    hand_in_hint: "每个答案都附有时间和尝试次数。",
    back: "返回作业",
    leave: "退出作业",
    make: "布置作业",
    make_hint: "所选内容全部写在链接里，不保存在别处。打开链接的人会看到自己所用的语言。",
    its_title: "标题",
    photo: "照片",
    own: "学生自己的照片",
    model: "模型",
    default_model: "页面自带的模型",
    place: "层、通道、行、列",
    place_hint: "与页面网址中的写法相同，例如 9/7/25/3；只写层号也可以。",
    steps_hint: "课程与步骤，例如 3/2，用空格隔开。",
    questions_hint: "每行一个问题，由教师批阅。",
    link: "链接",
    link_none: "至少填写一个位置、步骤或问题。",
};

/// The fixed texts in a language.
pub fn assignment_words(lang: Lang) -> &'static AssignmentWords {
    match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    }
}

/// How an answer stands, in a line.
pub fn entry(lang: Lang, entry: &Entry) -> String {
    let (minutes, seconds) = ((entry.seconds / 60.0) as u64, (entry.seconds % 60.0) as u64);
    let verdict = match (entry.right, lang) {
        (Some(true), Lang::En) => "right, ",
        (Some(false), Lang::En) => "not right yet, ",
        (Some(true), Lang::Zh) => "正确，",
        (Some(false), Lang::Zh) => "尚未正确，",
        (None, _) => "",
    };
    match lang {
        Lang::En => format!(
            "{verdict}after {minutes} min {seconds} s, {} {}",
            entry.tries,
            if entry.tries == 1 { "try" } else { "tries" }
        ),
        Lang::Zh => format!("{verdict}用时 {minutes} 分 {seconds} 秒，尝试 {} 次", entry.tries),
    }
}
