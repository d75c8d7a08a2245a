//! The buttons of the guide.
use bot_kit::Button;

/// A button of the guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuideButton {
    /// A new conversation.
    Enter,
    /// Out of it.
    Leave,
    /// What could not be asked is asked again.
    Again,
}

impl GuideButton {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Enter, Self::Leave, Self::Again];
}

impl Button for GuideButton {
    fn encode(&self) -> String {
        match self {
            Self::Enter => "g".into(),
            Self::Leave => "gl".into(),
            Self::Again => "ga".into(),
        }
    }

    fn decode(data: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|button| button.encode() == data)
    }
}
