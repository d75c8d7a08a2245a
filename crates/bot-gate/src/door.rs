//! What happens at the door.
use bot_kit::{Command, Event, Keyboard, Media, MessageKind, NoAnswer, Say, Scene, Turn};
use domain::BotId;
use serde::{Deserialize, Serialize};

use crate::texts::{self, Text};

/// Where a dialogue with a tool bot stands: always at the door.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum Door {
    /// No pass was shown.
    #[default]
    Closed,
}

/// Which tool is behind the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Dreams and drawings.
    Interpretator,
    /// The working model of a case.
    Conceptualizator,
    /// The virtual client.
    Simulator,
}

/// Decides. Help in danger comes first and is open to everybody; a blocked specialist reads one sentence; the rest is led back.
pub fn step(tool: Tool, state: Door, event: Event<NoAnswer>, scene: &Scene<'_>) -> Turn<Door> {
    let locale = scene.locale;
    let blocked = scene.specialist.is_some_and(|specialist| specialist.blocked);
    let text = match event {
        // The tools sell nothing: there is no invoice of theirs that could be paid.
        Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) => return Turn::to(state),
        Event::Command(Command::Sos) => Text::Emergency,
        Event::Said(words) if domain::lexicon::signs(&words).is_some() => Text::Emergency,
        Event::Opened { .. } | Event::Command(_) | Event::Said(_) | Event::Pressed { .. } | Event::Media(_) if blocked => {
            Text::Blocked
        }
        Event::Opened { token: Some(_) } => Text::BadLink(tool),
        Event::Opened { token: None } => Text::Door(tool),
        Event::Command(command) => asked(tool, command),
        Event::Said(_) | Event::Pressed { .. } => Text::Door(tool),
        Event::Media(Media::Photo(_) | Media::Document(_) | Media::Voice | Media::Other) => Text::Door(tool),
        Event::Answered(never) => match never {},
    };
    let country = scene.specialist.and_then(|specialist| specialist.country.as_deref());
    let (kind, keys) = match text {
        Text::Emergency => (MessageKind::Danger, Keyboard::none()),
        Text::Blocked => (MessageKind::Reply, Keyboard::none()),
        Text::Door(_) | Text::BadLink(_) | Text::Help(_) | Text::Privacy | Text::NothingKept | Text::Payments => {
            let pro = format!("https://t.me/{}", scene.bots.of(BotId::Pro));
            (MessageKind::Reply, Keyboard::none().url(texts::open_pro(locale), pro))
        }
    };
    Turn::to(state).show(Say::new(text.html(locale, country)).keys(keys).kind(kind))
}

fn asked(tool: Tool, command: Command) -> Text {
    match command {
        Command::Help => Text::Help(tool),
        Command::Privacy => Text::Privacy,
        Command::Export | Command::DeleteMe | Command::Stop => Text::NothingKept,
        Command::Terms | Command::PaySupport | Command::Balance => Text::Payments,
        Command::Sos => Text::Emergency,
        Command::Cancel
        | Command::Menu
        | Command::Cases
        | Command::New
        | Command::Guide
        | Command::Settings
        | Command::Admin
        | Command::Pause
        | Command::Unknown => Text::Door(tool),
    }
}
