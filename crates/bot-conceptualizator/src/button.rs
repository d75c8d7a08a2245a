//! Conceptualizator's buttons. Each names the run it belongs to, and the card, flag or question where there is one.
use domain::{ArtifactId, RunId, SafetyEventId, parse_short_id, short_id};

use crate::model::FlagAnswer;

/// A button of Conceptualizator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// A button of one run.
    Of {
        /// Which run.
        run: RunId,
        /// Which button.
        key: Key,
    },
    /// "Seen", under a sign of danger.
    Seen(SafetyEventId),
}

/// A button of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// All material is there, or there is none.
    Ready,
    /// What is worth describing.
    Checklist,
    /// Words that looked like a question belong to the material, or are the answer.
    Keep,
    /// Earlier results to choose from.
    Earlier,
    /// An earlier result is to be known, or not.
    Include(ArtifactId, bool),
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
    /// No more questions: the model is assembled.
    Finish,
    /// One more question.
    Ask,
    /// Ask the worker again.
    Retry,
    /// The present screen.
    Continue,
    /// Asks whether to give it up.
    Cancel,
    /// Gives it up.
    CancelYes {
        /// Of the turn that asked.
        stamp: i64,
    },
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

impl Key {
    fn encode(self) -> String {
        match self {
            Self::Ready => "g".into(),
            Self::Checklist => "l".into(),
            Self::Keep => "k".into(),
            Self::Earlier => "e".into(),
            Self::Include(artifact, on) => format!("i:{}:{}", short_id(artifact.0), u8::from(on)),
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
            Self::Finish => "z".into(),
            Self::Ask => "q".into(),
            Self::Retry => "r".into(),
            Self::Continue => "o".into(),
            Self::Cancel => "x".into(),
            Self::CancelYes { stamp } => format!("y:{stamp}"),
        }
    }

    fn decode(data: &str) -> Option<Self> {
        let mut parts = data.split(':');
        let (name, one, two) = (parts.next()?, parts.next(), parts.next());
        if parts.next().is_some() {
            return None;
        }
        Some(match (name, one, two) {
            ("g", None, None) => Self::Ready,
            ("l", None, None) => Self::Checklist,
            ("k", None, None) => Self::Keep,
            ("e", None, None) => Self::Earlier,
            ("i", Some(id), Some("0")) => Self::Include(ArtifactId(parse_short_id(id)?), false),
            ("i", Some(id), Some("1")) => Self::Include(ArtifactId(parse_short_id(id)?), true),
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
            ("z", None, None) => Self::Finish,
            ("q", None, None) => Self::Ask,
            ("r", None, None) => Self::Retry,
            ("o", None, None) => Self::Continue,
            ("x", None, None) => Self::Cancel,
            ("y", Some(stamp), None) => Self::CancelYes { stamp: stamp.parse().ok()? },
            _ => return None,
        })
    }
}

impl bot_kit::Button for Button {
    fn encode(&self) -> String {
        match self {
            Self::Of { run, key } => format!("{}:{}", short_id(run.0), key.encode()),
            Self::Seen(event) => format!("s:{}", short_id(event.0)),
        }
    }

    fn decode(data: &str) -> Option<Self> {
        let (head, rest) = data.split_once(':')?;
        if head == "s" {
            return parse_short_id(rest).map(|id| Self::Seen(SafetyEventId(id)));
        }
        Some(Self::Of { run: RunId(parse_short_id(head)?), key: Key::decode(rest)? })
    }
}

#[cfg(test)]
mod tests {
    use bot_kit::{BUTTON_BYTES, Button as _};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_button_reads_back_as_itself_within_the_limit() {
        let id = Uuid::from_u128(u128::MAX);
        let mut keys = vec![
            Key::Ready,
            Key::Checklist,
            Key::Keep,
            Key::Earlier,
            Key::Include(ArtifactId(id), true),
            Key::Include(ArtifactId(id), false),
            Key::AcceptAll,
            Key::Skip(u8::MAX),
            Key::Why(0),
            Key::Back(9),
            Key::Finish,
            Key::Ask,
            Key::Retry,
            Key::Continue,
            Key::Cancel,
            Key::CancelYes { stamp: i64::MAX },
        ];
        let verdicts = [Verdict::Accept, Verdict::Edit, Verdict::Reject, Verdict::Later];
        keys.extend(verdicts.map(|verdict| Key::Card(u32::MAX, verdict)));
        keys.extend(FlagAnswer::ALL.iter().map(|answer| Key::Flag(u8::MAX, *answer)));
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
