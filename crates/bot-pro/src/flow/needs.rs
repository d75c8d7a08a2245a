//! What must be known before something is decided.
use bot_kit::{Command, ConsoleButton, Need, Scene};
use domain::{Locale, ServiceId};

use super::{Event, State, admin, entry::INVITE, wallet};
use crate::button::Button;

/// What an event must know.
pub(super) fn of_event(state: &State, event: &Event, scene: &Scene<'_>) -> Vec<Need> {
    if let Some(need) = wallet::needs_of_payment(event) {
        return vec![need];
    }
    let Some(specialist) = scene.specialist else { return of_stranger(event) };
    if specialist.blocked {
        return vec![];
    }
    match event {
        Event::Pressed { data } => decoded(data).map_or_else(Vec::new, |button| of_button(state, &button, scene.locale)),
        Event::Command(Command::Cases) => vec![Need::Cases { archived: false, page: 0 }],
        Event::Command(Command::Balance | Command::Export | Command::DeleteMe) => vec![Need::Wallet],
        Event::Command(Command::Cancel) => vec![Need::WaitingLaunch],
        Event::Said(text) => of_text(state, text),
        Event::Opened { .. }
        | Event::Command(_)
        | Event::Media(_)
        | Event::Checkout(_)
        | Event::Paid(_)
        | Event::Refunded(_)
        | Event::Answered(_) => vec![],
    }
}

fn decoded(data: &str) -> Option<Button> {
    bot_kit::Button::decode(data)
}

fn of_stranger(event: &Event) -> Vec<Need> {
    match event {
        Event::Opened { token: Some(token) } => match token.strip_prefix(INVITE) {
            Some(secret) => vec![Need::UseInvite { token: secret.to_owned() }],
            None => vec![],
        },
        Event::Opened { token: None }
        | Event::Command(_)
        | Event::Said(_)
        | Event::Pressed { .. }
        | Event::Media(_)
        | Event::Checkout(_)
        | Event::Paid(_)
        | Event::Refunded(_)
        | Event::Answered(_) => vec![],
    }
}

/// What a text must know: it belongs to the question that is open.
fn of_text(state: &State, text: &str) -> Vec<Need> {
    match state {
        State::ToppingUp { then: Some(then) } => wallet::needs_of(*then),
        State::Searching => vec![Need::Members { search: Some(text.trim().to_owned()), page: 0 }],
        State::Adjusting { user, .. } | State::AdjustingSure { user, .. } => vec![Need::Member { user: *user }],
        State::Pricing { .. } | State::PricingSure { .. } => vec![Need::Prices],
        State::Announcing | State::AnnouncingSure { .. } => vec![Need::Audience],
        State::Idle
        | State::Guide(_)
        | State::Naming
        | State::Doubting { .. }
        | State::Renaming { .. }
        | State::Inviting
        | State::InvitingSure { .. }
        | State::ToppingUp { then: None } => named_case(state),
    }
}

/// The case a label is being written for, if it is not a new one.
fn named_case(state: &State) -> Vec<Need> {
    match state {
        State::Renaming { case } | State::Doubting { case: Some(case), .. } => vec![Need::Case { case: *case }],
        State::Idle
        | State::Guide(_)
        | State::Naming
        | State::Doubting { case: None, .. }
        | State::ToppingUp { .. }
        | State::Searching
        | State::Adjusting { .. }
        | State::AdjustingSure { .. }
        | State::Inviting
        | State::InvitingSure { .. }
        | State::Announcing
        | State::AnnouncingSure { .. }
        | State::Pricing { .. }
        | State::PricingSure { .. } => vec![],
    }
}

/// What a button must know.
fn of_button(state: &State, button: &Button, locale: Locale) -> Vec<Need> {
    match button {
        Button::KeepLabel { .. } => named_case(state),
        Button::Cases { archived, page } => vec![Need::Cases { archived: *archived, page: *page }],
        Button::Case(case)
        | Button::Rename(case)
        | Button::Archive(case)
        | Button::Restore(case)
        | Button::Delete(case)
        | Button::DeleteYes { case, .. }
        | Button::Export { case, .. }
        | Button::Link(case)
        | Button::Revoke(case)
        | Button::RevokeYes { case, .. }
        | Button::Console(ConsoleButton::OpenCase(case)) => vec![Need::Case { case: *case }],
        Button::Screening(case) => vec![Need::Case { case: *case }, Need::Offer { service: ServiceId::Screen }],
        Button::Invite { case, .. } => vec![Need::Launch { case: *case, service: ServiceId::Screen }],
        Button::Tool { case, service } => vec![Need::Launch { case: *case, service: *service }],
        Button::Results { case, page } => vec![Need::Results { case: *case, page: *page }],
        Button::Result(artifact)
        | Button::File { artifact, .. }
        | Button::Portrait(artifact)
        | Button::PortraitYes { artifact, .. }
        | Button::Rewrite { artifact, .. }
        | Button::Console(ConsoleButton::OpenResult(artifact)) => {
            vec![Need::Result { artifact: *artifact }]
        }
        Button::Training | Button::TrainingPicture { .. } => vec![Need::Training { locale }],
        Button::Wallet(button) => wallet::needs(button),
        Button::Admin(button) => admin::needs(state, button),
        Button::Console(ConsoleButton::Acknowledge(event)) => vec![Need::Danger { event: *event }],
        Button::MyData | Button::ExportAll { .. } | Button::ForgetMe | Button::ForgetMeYes { .. } => vec![Need::Wallet],
        Button::Menu
        | Button::Guide(_)
        | Button::New
        | Button::Settings
        | Button::Language(_)
        | Button::Countries
        | Button::Country(_)
        | Button::Notify(_)
        | Button::Days(_) => vec![],
    }
}
