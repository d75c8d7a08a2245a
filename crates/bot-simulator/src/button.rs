//! Simulator's buttons. Each names the run it belongs to; what ends a session carries the turn's stamp besides.
use bot_material::frame::{self, OwnKey};

use crate::{
    engine::{Goal, LineId},
    flow::Mode,
};

/// A button of Simulator.
pub type Button = frame::Button<Press>;

/// A button of a run.
pub type Key = frame::Key<Press>;

/// A button of Simulator alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// How to train.
    Mode(Mode),
    /// The modes to choose from.
    Modes,
    /// The clients to choose from.
    Clients,
    /// A client of the library, by its number.
    Client(u8),
    /// A client from material of one's own.
    Own,
    /// Nobody is to be recognised in it: the client is taken.
    Accept,
    /// The client is to be made anew.
    MakeAnew,
    /// What to practise.
    Goal(Goal),
    /// What would help now.
    Hint,
    /// Where the session stands.
    Now,
    /// Lines to go back to; the page, from 0.
    Lines(u8),
    /// Back to before a line.
    Rewind(LineId),
    /// For today it is enough.
    Pause,
    /// Ends the session.
    EndYes {
        /// Of the turn that asked.
        stamp: i64,
    },
    /// Back into the role.
    IntoRole,
    /// The specialist's profile.
    Profile,
    /// The profile as a picture.
    Picture,
}

impl OwnKey for Press {
    fn encode(self) -> String {
        match self {
            Self::Mode(Mode::Training) => "m:t".into(),
            Self::Mode(Mode::Practice) => "m:p".into(),
            Self::Modes => "t".into(),
            Self::Clients => "l".into(),
            Self::Client(number) => format!("c:{number}"),
            Self::Own => "w".into(),
            Self::Accept => "a".into(),
            Self::MakeAnew => "n".into(),
            Self::Goal(goal) => format!("j:{}", Goal::ALL.iter().position(|other| *other == goal).unwrap_or_default()),
            Self::Hint => "h".into(),
            Self::Now => "s".into(),
            Self::Lines(page) => format!("b:{page}"),
            Self::Rewind(LineId(id)) => format!("u:{id}"),
            Self::Pause => "p".into(),
            Self::EndYes { stamp } => format!("q:{stamp}"),
            Self::IntoRole => "d".into(),
            Self::Profile => "f".into(),
            Self::Picture => "v".into(),
        }
    }

    fn decode(name: &str, one: Option<&str>, two: Option<&str>) -> Option<Self> {
        if two.is_some() {
            return None;
        }
        Some(match (name, one) {
            ("m", Some("t")) => Self::Mode(Mode::Training),
            ("m", Some("p")) => Self::Mode(Mode::Practice),
            ("t", None) => Self::Modes,
            ("l", None) => Self::Clients,
            ("c", Some(number)) => Self::Client(number.parse().ok()?),
            ("w", None) => Self::Own,
            ("a", None) => Self::Accept,
            ("n", None) => Self::MakeAnew,
            ("j", Some(at)) => Self::Goal(*Goal::ALL.get(at.parse::<usize>().ok()?)?),
            ("h", None) => Self::Hint,
            ("s", None) => Self::Now,
            ("b", Some(page)) => Self::Lines(page.parse().ok()?),
            ("u", Some(id)) => Self::Rewind(LineId(id.parse().ok()?)),
            ("p", None) => Self::Pause,
            ("q", Some(stamp)) => Self::EndYes { stamp: stamp.parse().ok()? },
            ("d", None) => Self::IntoRole,
            ("f", None) => Self::Profile,
            ("v", None) => Self::Picture,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use bot_kit::{BUTTON_BYTES, Button as _};
    use domain::RunId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_button_reads_back_as_itself_within_the_limit() {
        let mut keys = vec![
            Press::Mode(Mode::Training),
            Press::Mode(Mode::Practice),
            Press::Modes,
            Press::Clients,
            Press::Client(u8::MAX),
            Press::Own,
            Press::Accept,
            Press::MakeAnew,
            Press::Hint,
            Press::Now,
            Press::Lines(u8::MAX),
            Press::Rewind(LineId(u16::MAX)),
            Press::Pause,
            Press::EndYes { stamp: i64::MAX },
            Press::IntoRole,
            Press::Profile,
            Press::Picture,
        ];
        keys.extend(Goal::ALL.map(Press::Goal));
        for key in keys {
            let button = Button::Of { run: RunId(Uuid::from_u128(u128::MAX)), key: Key::Own(key) };
            let data = button.encode();
            assert!(data.len() <= BUTTON_BYTES, "{data}");
            assert_eq!(Button::decode(&data), Some(button), "{data}");
        }
    }
}
