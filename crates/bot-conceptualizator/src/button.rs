//! Conceptualizator's buttons. Each names the run it belongs to, and the card, flag or question where there is one.
use bot_material::frame::{self, OwnKey};

use crate::model::FlagAnswer;

/// A button of Conceptualizator.
pub type Button = frame::Button<Press>;

/// A button of a run.
pub type Key = frame::Key<Press>;

/// A button of Conceptualizator alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// What is worth describing.
    Checklist,
    /// What is said to a hypothesis, by its number.
    Card(u32, Verdict),
    /// The rest of the hypotheses is accepted.
    AcceptAll,
    /// An answer to a red flag, by its place, from 0.
    Flag(u8, FlagAnswer),
    /// Past the question with this number, from 0.
    Skip(u8),
    /// What a question is for.
    Why(u8),
    /// Back to the question before.
    Back(u8),
    /// One more question.
    Ask,
}

/// What is said to a hypothesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Accept,
    /// Yes, in other words.
    Edit,
    /// No.
    Reject,
    /// Not now.
    Later,
}

impl OwnKey for Press {
    fn encode(self) -> String {
        match self {
            Self::Checklist => "l".into(),
            Self::Card(id, verdict) => {
                let letter = match verdict {
                    Verdict::Accept => 'a',
                    Verdict::Edit => 'e',
                    Verdict::Reject => 'r',
                    Verdict::Later => 'l',
                };
                format!("c:{id}:{letter}")
            }
            Self::AcceptAll => "ca".into(),
            Self::Flag(at, answer) => {
                let letter = match answer {
                    FlagAnswer::Checked => 'c',
                    FlagAnswer::NotApplicable => 'n',
                    FlagAnswer::WillCheck => 'w',
                };
                format!("f:{at}:{letter}")
            }
            Self::Skip(at) => format!("s:{at}"),
            Self::Why(at) => format!("w:{at}"),
            Self::Back(at) => format!("b:{at}"),
            Self::Ask => "q".into(),
        }
    }

    fn decode(name: &str, one: Option<&str>, two: Option<&str>) -> Option<Self> {
        Some(match (name, one, two) {
            ("l", None, None) => Self::Checklist,
            ("c", Some(id), Some(letter)) => {
                let verdict = match letter {
                    "a" => Verdict::Accept,
                    "e" => Verdict::Edit,
                    "r" => Verdict::Reject,
                    "l" => Verdict::Later,
                    _ => return None,
                };
                Self::Card(id.parse().ok()?, verdict)
            }
            ("ca", None, None) => Self::AcceptAll,
            ("f", Some(at), Some(letter)) => {
                let answer = match letter {
                    "c" => FlagAnswer::Checked,
                    "n" => FlagAnswer::NotApplicable,
                    "w" => FlagAnswer::WillCheck,
                    _ => return None,
                };
                Self::Flag(at.parse().ok()?, answer)
            }
            ("s", Some(at), None) => Self::Skip(at.parse().ok()?),
            ("w", Some(at), None) => Self::Why(at.parse().ok()?),
            ("b", Some(at), None) => Self::Back(at.parse().ok()?),
            ("q", None, None) => Self::Ask,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use bot_kit::{BUTTON_BYTES, Button as _};
    use domain::{ArtifactId, RunId, SafetyEventId, short_id};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_button_reads_back_as_itself_within_the_limit() {
        let id = Uuid::from_u128(u128::MAX);
        let mut keys = vec![
            Key::Ready,
            Key::Own(Press::Checklist),
            Key::Keep,
            Key::Earlier,
            Key::Include(ArtifactId(id), true),
            Key::Include(ArtifactId(id), false),
            Key::Own(Press::AcceptAll),
            Key::Own(Press::Skip(u8::MAX)),
            Key::Own(Press::Why(0)),
            Key::Own(Press::Back(9)),
            Key::Finish,
            Key::Own(Press::Ask),
            Key::Retry,
            Key::Continue,
            Key::Cancel,
            Key::CancelYes { stamp: i64::MAX },
        ];
        let verdicts = [Verdict::Accept, Verdict::Edit, Verdict::Reject, Verdict::Later];
        keys.extend(verdicts.map(|verdict| Key::Own(Press::Card(u32::MAX, verdict))));
        keys.extend(FlagAnswer::ALL.iter().map(|answer| Key::Own(Press::Flag(u8::MAX, *answer))));
        let mut buttons: Vec<Button> = keys.into_iter().map(|key| Button::Of { run: RunId(id), key }).collect();
        buttons.push(Button::Seen(SafetyEventId(id)));
        for button in buttons {
            let data = button.encode();
            assert!(data.len() <= BUTTON_BYTES, "{data}");
            assert_eq!(Button::decode(&data), Some(button), "{data}");
        }
        let short = short_id(id);
        for bad in ["", "s:short", "x", &format!("{short}:v"), &format!("{short}:g:1"), &format!("{short}:c:x:a")] {
            assert_eq!(Button::decode(bad), None, "{bad}");
        }
    }
}
