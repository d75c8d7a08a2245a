//! Interpretator's buttons. Each names the run it belongs to; what ends a run carries the turn's stamp besides.
use bot_material::frame::{self, OwnKey};

/// A button of Interpretator.
pub type Button = frame::Button<Press>;

/// A button of a run.
pub type Key = frame::Key<Press>;

/// A button of Interpretator alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// There is more to come.
    More,
    /// The descriptions are right.
    Right,
    /// An answer to the question with this number, from 0.
    Answer(u8, Choice),
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

impl OwnKey for Press {
    fn encode(self) -> String {
        match self {
            Self::More => "m".into(),
            Self::Right => "d".into(),
            Self::Answer(at, choice) => {
                let letter = match choice {
                    Choice::DontKnow => 'n',
                    Choice::AskClient => 'c',
                    Choice::Skip => 's',
                };
                format!("a:{at}:{letter}")
            }
        }
    }

    fn decode(name: &str, one: Option<&str>, two: Option<&str>) -> Option<Self> {
        Some(match (name, one, two) {
            ("m", None, None) => Self::More,
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
            Key::Own(Press::More),
            Key::Keep,
            Key::Earlier,
            Key::Include(ArtifactId(id), true),
            Key::Include(ArtifactId(id), false),
            Key::Own(Press::Right),
            Key::Finish,
            Key::Retry,
            Key::Continue,
            Key::Cancel,
            Key::CancelYes { stamp: i64::MAX },
        ];
        keys.extend([Choice::DontKnow, Choice::AskClient, Choice::Skip].map(|choice| Key::Own(Press::Answer(u8::MAX, choice))));
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
