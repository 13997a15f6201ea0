//! The lessons: www/lessons/{en,zh}/*.md, as HTML with mathematics in MathML, and the pieces that stand between.

/// A lesson in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// Its title.
    pub title: &'static str,
    /// What one is able to do after it.
    pub goal: &'static str,
    /// Its steps.
    pub steps: &'static [Step],
}

/// A step of a lesson: one idea.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its title.
    pub title: &'static str,
    /// What it is made of.
    pub parts: &'static [Part],
}

/// A part of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Paragraphs, as HTML of our own.
    Text(&'static str),
    /// A piece to play with or a question, as core's `lesson::Piece` reads it.
    Piece(&'static str),
}

include!(concat!(env!("OUT_DIR"), "/lessons.rs"));

#[cfg(test)]
mod tests {
    use super::*;
    use vggscope_core::pages::lesson::Piece;

    fn pieces(step: &Step) -> Vec<&'static str> {
        let piece = |part: &Part| match part {
            Part::Piece(text) => Some(*text),
            Part::Text(_) => None,
        };
        step.parts.iter().filter_map(piece).collect()
    }

    #[test]
    fn both_languages_have_the_same_steps() {
        assert_eq!((EN.len(), ZH.len()), (9, 9));
        for (at, (en, zh)) in EN.iter().zip(ZH).enumerate() {
            let [en, zh] = [en, zh].map(|lesson| lesson.steps.iter().map(pieces).collect::<Vec<_>>());
            assert_eq!(en, zh, "lesson {}", at + 1);
        }
    }

    #[test]
    fn every_piece_is_one_and_every_lesson_asks_at_least_twice() {
        for lesson in EN {
            let mut questions = 0;
            for text in lesson.steps.iter().flat_map(pieces) {
                match text.parse::<Piece>() {
                    Ok(Piece::Ask(question)) => {
                        assert!(question.answer().is_some(), "{text}");
                        questions += 1;
                    }
                    piece => assert!(piece.is_ok(), "{text}"),
                }
            }
            assert!(questions >= 2, "{}", lesson.title);
        }
    }

    #[test]
    fn formulas_are_mathematics() {
        for lesson in EN.iter().chain(ZH) {
            for part in lesson.steps.iter().flat_map(|step| step.parts) {
                if let Part::Text(html) = part {
                    assert!(!html.contains('$') && !html.contains("<merror"), "{}: {html}", lesson.title);
                }
            }
        }
        let formulas = |lessons: &[Lesson]| {
            let parts = lessons.iter().flat_map(|lesson| lesson.steps).flat_map(|step| step.parts);
            parts.map(|part| format!("{part:?}").matches("<math").count()).sum::<usize>()
        };
        assert!(formulas(EN) > 50 && formulas(ZH) > 50);
    }
}
