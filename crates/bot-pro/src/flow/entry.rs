//! Those who may not work here: strangers, and specialists whose access is closed.
use bot_kit::{Command, Effect, Facts, Say, Scene, Turn};
use domain::UserId;

use super::{Event, State, country_of, first_name, main_menu};
use crate::texts::Text;

/// What stands before an invitation's secret in a link.
pub(super) const INVITE: &str = "invite_";

/// Somebody who is not registered: an invitation opens the door, everything else says how to get one.
pub(super) fn stranger(event: &Event, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let say = |text: Text| Turn::to(State::Idle).show(Say::new(text.html(locale)));
    match event {
        Event::Opened { token: Some(token) } if token.starts_with(INVITE) => match facts.invite {
            Some(true) => {
                let user: UserId = scene.id();
                let name = first_name(&scene.person.full_name);
                let menu = Say::new(Text::Welcome { name: &name }.html(locale)).keys(main_menu(scene));
                Turn::to(State::Idle).and(Effect::Register { user }).say(menu)
            }
            Some(false) | None => say(Text::BadInvitation),
        },
        Event::Command(Command::Help) => say(Text::HelpStranger),
        Event::Command(Command::Terms) => say(Text::Terms),
        Event::Command(Command::PaySupport) => say(Text::PaySupport),
        Event::Command(Command::Privacy) => say(Text::Privacy),
        Event::Command(Command::Sos) => say(Text::Sos { country: None }),
        Event::Opened { .. }
        | Event::Command(_)
        | Event::Said(_)
        | Event::Pressed { .. }
        | Event::Media(_)
        | Event::Checkout(_)
        | Event::Paid(_)
        | Event::Refunded(_) => say(Text::NotInvited),
        // Nobody waits for it any more.
        Event::Answered(_) => Turn::to(State::Idle),
    }
}

/// A blocked specialist gets one sentence.
pub(super) fn blocked(event: &Event, scene: &Scene<'_>) -> Turn<State> {
    let text = match event {
        Event::Command(Command::Sos) => Text::Sos { country: country_of(scene) },
        Event::Opened { .. }
        | Event::Command(_)
        | Event::Said(_)
        | Event::Pressed { .. }
        | Event::Media(_)
        | Event::Checkout(_)
        | Event::Paid(_)
        | Event::Refunded(_) => Text::Blocked,
        // Nobody waits for it any more.
        Event::Answered(_) => return Turn::to(State::Idle),
    };
    // A message of its own, so that a danger notice whose key was pressed keeps its words.
    Turn::to(State::Idle).say(Say::new(text.html(scene.locale)))
}
