//! Interpretator's buttons. Each names the run it belongs to; what ends a run carries the turn's stamp besides.
use domain::{ArtifactId, RunId, SafetyEventId, parse_short_id, short_id};

/// A button of Interpretator.
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
    /// All material is there.
    Ready,
    /// There is more to come.
    More,
    /// Words that looked like a question belong to the material, or are the answer.
    Keep,
    /// Earlier results to choose from.
    Earlier,
    /// An earlier result is to be known, or not.
    Include(ArtifactId, bool),
    /// The descriptions are right.
    Right,
    /// An answer to the question with this number, from 0.
    Answer(u8, Choice),
    /// Interpret without more questions.
    Finish,
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

/// Answers that are buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// "I do not know."
    DontKnow,
    /// "I will ask the client."
    AskClient,
    /// Past the question.
    Skip,
}

impl Key {
    fn encode(self) -> String {
        match self {
            Self::Ready => "g".into(),
            Self::More => "m".into(),
            Self::Keep => "k".into(),
            Self::Earlier => "e".into(),
            Self::Include(artifact, on) => format!("i:{}:{}", short_id(artifact.0), u8::from(on)),
            Self::Right => "d".into(),
            Self::Answer(at, choice) => {
                let letter = match choice {
                    Choice::DontKnow => 'n',
                    Choice::AskClient => 'c',
                    Choice::Skip => 's',
                };
                format!("a:{at}:{letter}")
            }
            Self::Finish => "f".into(),
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
            ("m", None, None) => Self::More,
            ("k", None, None) => Self::Keep,
            ("e", None, None) => Self::Earlier,
            ("i", Some(id), Some("0")) => Self::Include(ArtifactId(parse_short_id(id)?), false),
            ("i", Some(id), Some("1")) => Self::Include(ArtifactId(parse_short_id(id)?), true),
            ("d", None, None) => Self::Right,
            ("a", Some(at), Some(letter)) => {
                let choice = match letter {
                    "n" => Choice::DontKnow,
                    "c" => Choice::AskClient,
                    "s" => Choice::Skip,
                    _ => return None,
                };
                Self::Answer(at.parse().ok()?, choice)
            }
            ("f", None, None) => Self::Finish,
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
            Key::More,
            Key::Keep,
            Key::Earlier,
            Key::Include(ArtifactId(id), true),
            Key::Include(ArtifactId(id), false),
            Key::Right,
            Key::Finish,
            Key::Retry,
            Key::Continue,
            Key::Cancel,
            Key::CancelYes { stamp: i64::MAX },
        ];
        keys.extend([Choice::DontKnow, Choice::AskClient, Choice::Skip].map(|choice| Key::Answer(u8::MAX, choice)));
        let mut buttons: Vec<Button> = keys.into_iter().map(|key| Button::Of { run: RunId(id), key }).collect();
        buttons.push(Button::Seen(SafetyEventId(id)));
        for button in buttons {
            let data = button.encode();
            assert!(data.len() <= BUTTON_BYTES, "{data}");
            assert_eq!(Button::decode(&data), Some(button), "{data}");
        }
        let short = short_id(id);
        for bad in ["", "s:short", "x", &format!("{short}:q"), &format!("{short}:g:1"), &format!("{short}:i:{short}:2")] {
            assert_eq!(Button::decode(bad), None, "{bad}");
        }
    }
}
