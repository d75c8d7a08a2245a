//! The console, top to bottom: who is there, what was pressed, typed or commanded, and which screen answers.
mod admin;
mod cases;
mod data;
mod results;
mod screening;
mod settings;
mod tools;
mod wallet;

pub use data::{archive_caption, archive_failed, case_ends};
pub use results::{result_came, rewritten};
pub use screening::invitation_ends;

use bot_kit::{
    Bot, Button as _, Command, ConsoleButton, Effect, Event, Facts, Html, Keyboard, Need, NoAnswer, Say, Scene, Specialist, Turn,
};
use domain::{CaseId, Locale, ServiceId, Stars, UserId};
use serde::{Deserialize, Serialize};

use crate::{
    button::{Button, Then, WalletButton},
    label,
    texts::{Label, Text, money::Money},
};

/// The specialist's console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pro;

/// What a chat with Pro is waiting for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum State {
    /// Nothing.
    #[default]
    Idle,
    /// A label for a new case.
    Naming,
    /// Whether a label that looks like a name is to be taken.
    Doubting {
        /// The label.
        label: String,
        /// The case that gets it; none for a new one.
        case: Option<CaseId>,
    },
    /// A new label for a case.
    Renaming {
        /// Which.
        case: CaseId,
    },
    /// How many Stars to buy.
    ToppingUp {
        /// What goes on when they are paid.
        then: Option<Then>,
    },
    /// Whom an administrator looks for.
    Searching,
    /// A sum and a reason, to change a wallet.
    Adjusting {
        /// Whose.
        user: UserId,
        /// Adds; else takes.
        add: bool,
    },
    /// Whether the wallet is really to be changed.
    AdjustingSure {
        /// Whose.
        user: UserId,
        /// How many; negative to take.
        stars: Stars,
        /// Why.
        note: String,
    },
    /// A price.
    Pricing {
        /// Of which tool.
        service: ServiceId,
    },
    /// Whether the price is really to be changed.
    PricingSure {
        /// Of which tool.
        service: ServiceId,
        /// The new price.
        stars: Stars,
    },
}

/// What stands before an invitation's secret in a link.
const INVITE: &str = "invite_";

impl Bot for Pro {
    type State = State;
    type Answer = NoAnswer;

    fn state_name(state: &State) -> &'static str {
        match state {
            State::Idle => "idle",
            State::Naming => "naming",
            State::Doubting { .. } => "doubting",
            State::Renaming { .. } => "renaming",
            State::ToppingUp { .. } => "topping_up",
            State::Searching => "searching",
            State::Adjusting { .. } => "adjusting",
            State::AdjustingSure { .. } => "adjusting_sure",
            State::Pricing { .. } => "pricing",
            State::PricingSure { .. } => "pricing_sure",
        }
    }

    fn needs(state: &State, event: &Event, scene: &Scene<'_>) -> Vec<Need> {
        if let Some(need) = wallet::needs_of_payment(event) {
            return vec![need];
        }
        let Some(specialist) = scene.specialist else {
            return match event {
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
            };
        };
        if specialist.blocked {
            return vec![];
        }
        match event {
            Event::Pressed { data } => {
                Button::decode(data).map_or_else(Vec::new, |button| needs_of(state, &button, scene.locale))
            }
            Event::Command(Command::Cases) => vec![Need::Cases { archived: false, page: 0 }],
            Event::Command(Command::Balance | Command::Export | Command::DeleteMe) => vec![Need::Wallet],
            Event::Command(Command::Cancel) => vec![Need::WaitingLaunch],
            Event::Said(text) => needs_of_text(state, text),
            Event::Opened { .. }
            | Event::Command(_)
            | Event::Media(_)
            | Event::Checkout(_)
            | Event::Paid(_)
            | Event::Refunded(_)
            | Event::Answered(_) => vec![],
        }
    }

    fn step(state: State, event: Event, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
        match &event {
            Event::Checkout(checkout) => return wallet::checkout(state, checkout, facts, scene),
            Event::Paid(payment) => return wallet::paid(state, payment, facts, scene),
            Event::Refunded(payment) => return wallet::refunded(state, payment, facts, scene),
            Event::Opened { .. }
            | Event::Command(_)
            | Event::Said(_)
            | Event::Pressed { .. }
            | Event::Media(_)
            | Event::Answered(_) => {}
        }
        match scene.specialist {
            None => stranger(&event, facts, scene),
            Some(specialist) if specialist.blocked => blocked(&event, scene),
            Some(specialist) => known(state, event, facts, specialist, scene),
        }
    }
}

/// What a text must know: it belongs to the question that is open.
fn needs_of_text(state: &State, text: &str) -> Vec<Need> {
    match state {
        State::ToppingUp { then: Some(then) } => wallet::needs_of(*then),
        State::Searching => vec![Need::Members { search: Some(text.trim().to_owned()), page: 0 }],
        State::Adjusting { user, .. } | State::AdjustingSure { user, .. } => vec![Need::Member { user: *user }],
        State::Pricing { .. } | State::PricingSure { .. } => vec![Need::Prices],
        State::Idle | State::Naming | State::Doubting { .. } | State::Renaming { .. } | State::ToppingUp { then: None } => {
            named_case(state)
        }
    }
}

/// The case a label is being written for, if it is not a new one.
fn named_case(state: &State) -> Vec<Need> {
    match state {
        State::Renaming { case } | State::Doubting { case: Some(case), .. } => vec![Need::Case { case: *case }],
        State::Idle
        | State::Naming
        | State::Doubting { case: None, .. }
        | State::ToppingUp { .. }
        | State::Searching
        | State::Adjusting { .. }
        | State::AdjustingSure { .. }
        | State::Pricing { .. }
        | State::PricingSure { .. } => vec![],
    }
}

fn needs_of(state: &State, button: &Button, locale: Locale) -> Vec<Need> {
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
        | Button::New
        | Button::Settings
        | Button::Language(_)
        | Button::Countries
        | Button::Country(_)
        | Button::Notify(_)
        | Button::Days(_) => vec![],
    }
}

/// Somebody who is not registered: an invitation opens the door, everything else says how to get one.
fn stranger(event: &Event, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
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
        Event::Answered(never) => match *never {},
    }
}

fn blocked(event: &Event, scene: &Scene<'_>) -> Turn<State> {
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
        Event::Answered(never) => match *never {},
    };
    // A message of its own, so that a danger notice whose key was pressed keeps its words.
    Turn::to(State::Idle).say(Say::new(text.html(scene.locale)))
}

fn known(state: State, event: Event, facts: &Facts, specialist: &Specialist, scene: &mut Scene<'_>) -> Turn<State> {
    match event {
        Event::Opened { .. } => {
            let name = first_name(&scene.person.full_name);
            show(scene, Text::Hello { name: &name }, main_menu(scene)).and(Effect::RefreshPerson)
        }
        Event::Command(command) => commanded(&state, command, facts, specialist, scene),
        Event::Said(text) => said(state, &text, facts, scene),
        Event::Pressed { data } => match Button::decode(&data) {
            Some(button) => pressed(state, button, facts, specialist, scene),
            None => show(scene, Text::MainMenu, main_menu(scene)).toast(Text::StaleButton.plain(scene.locale)),
        },
        Event::Media(_) => {
            let hint = match &state {
                State::Idle => Text::OnlyButtons,
                State::Naming | State::Renaming { .. } | State::Doubting { .. } => Text::NeedsWords,
                State::ToppingUp { .. }
                | State::Searching
                | State::Adjusting { .. }
                | State::AdjustingSure { .. }
                | State::Pricing { .. }
                | State::PricingSure { .. } => Text::NeedsAnswer,
            };
            let keys = cases::way_out(scene);
            Turn::to(state).say(Say::new(hint.html(scene.locale)).keys(keys))
        }
        // These were heard before anything else.
        Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) => Turn::to(state),
        Event::Answered(never) => match never {},
    }
}

fn commanded(state: &State, command: Command, facts: &Facts, specialist: &Specialist, scene: &mut Scene<'_>) -> Turn<State> {
    let plain = |text: Text, scene: &Scene<'_>| show(scene, text, cases::way_out(scene));
    match command {
        Command::Menu => show(scene, Text::MainMenu, main_menu(scene)),
        Command::Help => show(scene, Text::Help, main_menu(scene)),
        Command::Cancel => {
            let text = match state {
                State::Idle if facts.waits_for_payment => {
                    let html = Money::LaunchForgotten.html(scene.locale);
                    return show_html(html, main_menu(scene)).and(Effect::ForgetLaunches);
                }
                State::Idle => Text::NothingToCancel,
                State::Naming | State::Doubting { case: None, .. } => Text::CanceledNaming,
                State::Renaming { .. } | State::Doubting { case: Some(_), .. } => Text::CanceledRenaming,
                State::ToppingUp { .. }
                | State::Searching
                | State::Adjusting { .. }
                | State::AdjustingSure { .. }
                | State::Pricing { .. }
                | State::PricingSure { .. } => Text::Canceled,
            };
            show(scene, text, main_menu(scene))
        }
        Command::Cases => cases::list(facts, false, scene),
        Command::New => cases::ask_label(scene),
        Command::Balance => wallet::balance(facts, scene),
        Command::Settings => settings::menu(specialist, scene),
        Command::Terms => plain(Text::Terms, scene),
        Command::PaySupport => plain(Text::PaySupport, scene),
        Command::Privacy => plain(Text::Privacy, scene),
        Command::Sos => plain(Text::Sos { country: country_of(scene) }, scene),
        Command::Guide => plain(Text::GuideElsewhere, scene),
        Command::Export => data::menu(facts, scene),
        Command::DeleteMe => data::ask_forget(facts, scene),
        Command::Admin if scene.is_admin => admin::menu(scene),
        Command::Admin | Command::Pause | Command::Stop | Command::Unknown => plain(Text::UnknownCommand, scene),
    }
}

/// A text belongs to the question that is open; without one it gets a hint.
fn said(state: State, text: &str, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    match state {
        State::Idle => show(scene, Text::OnlyButtons, main_menu(scene)),
        State::Doubting { label, case } if label::keeps(text) => cases::keep_label(label, case, facts, scene),
        // Another label instead of the doubtful one.
        State::Naming | State::Doubting { case: None, .. } => cases::named(text, None, facts, scene),
        State::Renaming { case } | State::Doubting { case: Some(case), .. } => cases::named(text, Some(case), facts, scene),
        State::ToppingUp { then } => wallet::amount(text, then, facts, scene),
        State::Searching => admin::found(facts, scene),
        State::Adjusting { user, add } => admin::adjusting(user, add, text, facts, scene),
        State::AdjustingSure { user, stars, .. } => admin::adjusting(user, stars.0 > 0, text, facts, scene),
        State::Pricing { service } | State::PricingSure { service, .. } => admin::pricing(service, text, facts, scene),
    }
}

fn pressed(state: State, button: Button, facts: &Facts, specialist: &Specialist, scene: &mut Scene<'_>) -> Turn<State> {
    match button {
        Button::Menu => show(scene, Text::MainMenu, main_menu(scene)),
        Button::Cases { archived, .. } => cases::list(facts, archived, scene),
        Button::New => cases::ask_label(scene),
        Button::KeepLabel { stamp } => cases::keep_pressed(state, stamp, facts, scene),
        Button::Case(_) | Button::Console(ConsoleButton::OpenCase(_)) => cases::card(facts, scene),
        Button::Rename(_) => cases::ask_new_label(facts, scene),
        Button::Archive(_) => cases::archive(facts, scene),
        Button::Restore(_) => cases::restore(facts, scene),
        Button::Delete(_) => cases::ask_delete(facts, scene),
        Button::DeleteYes { stamp, .. } => cases::delete(facts, stamp, scene),
        Button::Export { stamp, .. } => data::export_case(facts, stamp, scene),
        Button::Screening(_) => screening::status(facts, scene),
        Button::Invite { days, .. } => screening::invite(facts, days, scene),
        Button::Link(_) => screening::link(facts, scene),
        Button::Revoke(_) => screening::ask_revoke(facts, scene),
        Button::RevokeYes { stamp, .. } => screening::revoke(facts, stamp, scene),
        Button::Tool { service, .. } => tools::launch(facts, service, scene),
        Button::Results { .. } => results::list(facts, scene),
        Button::Result(_) => results::card(facts, scene),
        Button::Console(ConsoleButton::OpenResult(_)) => results::card_below(facts, scene),
        Button::File { kind, .. } => results::file(facts, kind, scene),
        Button::Portrait(_) => results::portrait(facts, scene),
        Button::PortraitYes { stamp, .. } => results::release(facts, stamp, specialist, scene),
        Button::Rewrite { stamp, .. } => results::rewrite(facts, stamp, scene),
        Button::Wallet(button) => wallet::pressed(button, facts, scene),
        Button::Admin(button) => admin::pressed(state, button, facts, scene),
        Button::Settings => settings::menu(specialist, scene),
        Button::Training => settings::training(facts, scene),
        Button::TrainingPicture { stamp } => settings::training_picture(stamp, facts, scene),
        Button::MyData => data::menu(facts, scene),
        Button::ExportAll { stamp } => data::export_all(facts, stamp, scene),
        Button::ForgetMe => data::ask_forget(facts, scene),
        Button::ForgetMeYes { stamp } => data::forget(facts, stamp, scene),
        Button::Language(locale) => settings::language(specialist, locale),
        Button::Countries => settings::countries(scene),
        Button::Country(code) => settings::country(specialist, code, scene),
        Button::Notify(on) => settings::notify(specialist, on, scene),
        Button::Days(days) => settings::days(specialist, days, scene),
        Button::Console(ConsoleButton::Acknowledge(_)) => screening::acknowledge(facts, scene),
    }
}

/// A screen that waits for nothing.
fn show(scene: &Scene<'_>, text: Text, keys: Keyboard) -> Turn<State> {
    Turn::to(State::Idle).show(Say::new(text.html(scene.locale)).keys(keys))
}

/// The same with words of another kind.
fn show_html(html: Html, keys: Keyboard) -> Turn<State> {
    Turn::to(State::Idle).show(Say::new(html).keys(keys))
}

/// What is not theirs answers like what does not exist.
fn not_found(scene: &Scene<'_>) -> Turn<State> {
    show(scene, Text::NotFound, cases::way_out(scene))
}

fn main_menu(scene: &Scene<'_>) -> Keyboard {
    let label = |label: Label| label.text(scene.locale);
    Keyboard::none()
        .row([(label(Label::MyCases), Button::Cases { archived: false, page: 0 }), (label(Label::NewCase), Button::New)])
        .row([(label(Label::Balance), Button::Wallet(WalletButton::Balance)), (label(Label::Settings), Button::Settings)])
}

fn country_of<'a>(scene: &Scene<'a>) -> Option<&'a str> {
    scene.specialist.and_then(|specialist| specialist.country.as_deref())
}

fn first_name(full_name: &str) -> String {
    full_name.split_whitespace().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
