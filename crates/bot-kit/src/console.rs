//! Buttons that other bots put under their messages in the specialist's chat with Pro. Pro decodes them like its own.
use domain::{ArtifactId, CaseId, SafetyEventId, parse_short_id, short_id};

use crate::Button;

/// A button in Pro's chat that another bot may place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsoleButton {
    /// Opens a result.
    OpenResult(ArtifactId),
    /// Opens a case.
    OpenCase(CaseId),
    /// "Seen": acknowledges a danger notice.
    Acknowledge(SafetyEventId),
}

impl Button for ConsoleButton {
    fn encode(&self) -> String {
        match self {
            Self::OpenResult(id) => format!("x:r:{}", short_id(id.0)),
            Self::OpenCase(id) => format!("x:c:{}", short_id(id.0)),
            Self::Acknowledge(id) => format!("x:a:{}", short_id(id.0)),
        }
    }

    fn decode(data: &str) -> Option<Self> {
        let (kind, id) = data.strip_prefix("x:")?.split_once(':')?;
        let id = parse_short_id(id)?;
        match kind {
            "r" => Some(Self::OpenResult(id.into())),
            "c" => Some(Self::OpenCase(id.into())),
            "a" => Some(Self::Acknowledge(id.into())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_reads_back_as_itself() {
        let id = uuid::Uuid::from_u128(42);
        for button in
            [ConsoleButton::OpenResult(id.into()), ConsoleButton::OpenCase(id.into()), ConsoleButton::Acknowledge(id.into())]
        {
            assert_eq!(ConsoleButton::decode(&button.encode()), Some(button));
        }
        assert_eq!(ConsoleButton::decode("x:r:short"), None);
    }
}
