//! The buttons of a tool. Each names the run it belongs to; what ends a run carries the turn's stamp besides.
use std::fmt;

use domain::{ArtifactId, RunId, SafetyEventId, parse_short_id, short_id};

/// A button of a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button<K> {
    /// A button of one run.
    Of {
        /// Which run.
        run: RunId,
        /// Which button.
        key: Key<K>,
    },
    /// "Seen", under a sign of danger.
    Seen(SafetyEventId),
}

/// A button of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<K> {
    /// All material is there.
    Ready,
    /// Words that looked like a question belong to the material, or are the answer.
    Keep,
    /// Earlier results to choose from.
    Earlier,
    /// An earlier result is to be known, or not.
    Include(ArtifactId, bool),
    /// No more questions.
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
    /// A button of this tool alone.
    Own(K),
}

/// A tool's own buttons as data of at most 40 characters: a name that is none of `g`, `k`, `e`, `i`, `z`, `r`, `o`, `x`, `y`, and up to two
/// parts, joined by `:`.
pub trait OwnKey: Copy + fmt::Debug + PartialEq {
    /// As data.
    fn encode(self) -> String;
    /// From a name and its parts; `None` when there is no such button.
    fn decode(name: &str, one: Option<&str>, two: Option<&str>) -> Option<Self>;
}

impl<K: OwnKey> Key<K> {
    fn encode(self) -> String {
        match self {
            Self::Ready => "g".into(),
            Self::Keep => "k".into(),
            Self::Earlier => "e".into(),
            Self::Include(artifact, on) => format!("i:{}:{}", short_id(artifact.0), u8::from(on)),
            Self::Finish => "z".into(),
            Self::Retry => "r".into(),
            Self::Continue => "o".into(),
            Self::Cancel => "x".into(),
            Self::CancelYes { stamp } => format!("y:{stamp}"),
            Self::Own(key) => key.encode(),
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
            ("k", None, None) => Self::Keep,
            ("e", None, None) => Self::Earlier,
            ("i", Some(id), Some("0")) => Self::Include(ArtifactId(parse_short_id(id)?), false),
            ("i", Some(id), Some("1")) => Self::Include(ArtifactId(parse_short_id(id)?), true),
            ("z", None, None) => Self::Finish,
            ("r", None, None) => Self::Retry,
            ("o", None, None) => Self::Continue,
            ("x", None, None) => Self::Cancel,
            ("y", Some(stamp), None) => Self::CancelYes { stamp: stamp.parse().ok()? },
            _ => Self::Own(K::decode(name, one, two)?),
        })
    }
}

impl<K: OwnKey> bot_kit::Button for Button<K> {
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
