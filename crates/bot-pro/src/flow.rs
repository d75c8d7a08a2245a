//! The console, top to bottom: who is there, what was pressed, typed or commanded, and which screen answers.
mod admin;
mod care;
mod cases;
mod data;
mod entry;
mod guide;
mod needs;
mod results;
mod screening;
mod settings;
mod state;
mod tools;
mod wallet;

pub use data::{archive_caption, archive_failed, case_ends};
pub use results::{result_came, rewritten};
pub use screening::invitation_ends;
pub use state::State;

use bot_kit::{Bot, Button as _, Command, ConsoleButton, Effect, Facts, Html, Keyboard, Need, Say, Scene, Specialist, Turn};

use crate::{
    button::{Button, GuideButton, WalletButton},
    guide::Ready,
    label,
    texts::{Label, Text, guide::GuideLabel, money::Money},
};

/// The specialist's console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pro;

type Event = bot_kit::Event<Ready>;

impl Bot for Pro {
    type State = State;
    type Answer = Ready;

    fn state_name(state: &State) -> &'static str {
        state.name()
    }

    fn needs(state: &State, event: &Event, scene: &Scene<'_>) -> Vec<Need> {
        needs::of_event(state, event, scene)
    }

    fn step(state: State, event: Event, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
        let at_work = match &event {
            // The job ends by itself.
            Event::Answered(_) => None,
            Event::Opened { .. }
            | Event::Command(_)
            | Event::Said(_)
            | Event::Pressed { .. }
            | Event::Media(_)
            | Event::Checkout(_)
            | Event::Paid(_)
            | Event::Refunded(_) => state.question_at_work(),
        };
        guide::left(at_work, step(state, event, facts, scene))
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
        None => entry::stranger(&event, facts, scene),
        Some(specialist) if specialist.blocked => entry::blocked(&event, scene),
        Some(specialist) => known(state, event, facts, specialist, scene),
    }
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
                State::Guide(talk) => return guide::needs_words(talk.as_ref().clone(), scene),
                State::Idle => Text::OnlyButtons,
                State::Naming | State::Renaming { .. } | State::Doubting { .. } => Text::NeedsWords,
                State::ToppingUp { .. }
                | State::Searching
                | State::Adjusting { .. }
                | State::AdjustingSure { .. }
                | State::Inviting
                | State::InvitingSure { .. }
                | State::Announcing
                | State::AnnouncingSure { .. }
                | State::Pricing { .. }
                | State::PricingSure { .. } => Text::NeedsAnswer,
            };
            let keys = cases::way_out(scene);
            Turn::to(state).say(Say::new(hint.html(scene.locale)).keys(keys))
        }
        // These were heard before anything else.
        Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) => Turn::to(state),
        Event::Answered(ready) => guide::answered(state, ready, scene),
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
                State::Guide(_) => return guide::canceled(scene),
                State::Naming | State::Doubting { case: None, .. } => Text::CanceledNaming,
                State::Renaming { .. } | State::Doubting { case: Some(_), .. } => Text::CanceledRenaming,
                State::ToppingUp { .. }
                | State::Searching
                | State::Adjusting { .. }
                | State::AdjustingSure { .. }
                | State::Inviting
                | State::InvitingSure { .. }
                | State::Announcing
                | State::AnnouncingSure { .. }
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
        Command::Guide => guide::enter(scene),
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
        State::Guide(talk) => guide::said(*talk, text, scene),
        State::Doubting { label, case } if label::keeps(text) => cases::keep_label(label, case, facts, scene),
        // Another label instead of the doubtful one.
        State::Naming | State::Doubting { case: None, .. } => cases::named(text, None, facts, scene),
        State::Renaming { case } | State::Doubting { case: Some(case), .. } => cases::named(text, Some(case), facts, scene),
        State::ToppingUp { then } => wallet::amount(text, then, facts, scene),
        State::Searching => admin::found(facts, scene),
        State::Adjusting { user, add } => admin::adjusting(user, add, text, facts, scene),
        State::AdjustingSure { user, stars, .. } => admin::adjusting(user, stars.0 > 0, text, facts, scene),
        State::Inviting | State::InvitingSure { .. } => {
            if scene.is_admin {
                care::inviting(text, scene)
            } else {
                show(scene, Text::OnlyButtons, main_menu(scene))
            }
        }
        State::Announcing | State::AnnouncingSure { .. } => {
            if scene.is_admin {
                care::announcing(text, facts, scene)
            } else {
                show(scene, Text::OnlyButtons, main_menu(scene))
            }
        }
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
        Button::Guide(button) => guide::pressed(state, button, scene),
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
        .key(GuideLabel::Enter.text(scene.locale), Button::Guide(GuideButton::Enter))
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
