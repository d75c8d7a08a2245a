//! Commands. Each one is answered in every state, and none of them loses an answer.
use bot_kit::{BoundRun, Command, Facts, Keyboard, Say, Scene, Turn};
use domain::Locale;

use super::{Place, State, danger, own_copy, stopping, with_help};
use crate::{
    button::Button,
    texts::{Label, Text},
};

/// Any command but `/start`.
pub(super) fn command(state: State, command: Command, run: Option<&BoundRun>, scene: &mut Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let text = match command {
        Command::Sos => return danger::asked(state, run, scene),
        Command::Stop => return stopping::ask(state, run, scene),
        Command::Pause => return pause(state, run, locale),
        Command::DeleteMe => match &state.place {
            Place::Consent { .. }
            | Place::Asking(_)
            | Place::Thoughts(_)
            | Place::Home(_)
            | Place::OwnWords(_)
            | Place::Done { .. } => return stopping::ask(state, run, scene),
            Place::Outside | Place::Over { .. } => Text::NothingKept,
        },
        // It has its own way, with what is kept.
        Command::Export => Text::NothingKept,
        Command::Cancel => {
            if !state.place.goes_on() {
                return told(state, Text::NothingGoing, run, locale);
            }
            let say = ways(Text::Cancel, run, locale);
            return Turn::to(state).say(say);
        }
        Command::Help => Text::Help,
        Command::Privacy => Text::Privacy,
        Command::Terms | Command::PaySupport | Command::Balance => Text::Free,
        Command::Menu
        | Command::Cases
        | Command::New
        | Command::Guide
        | Command::Settings
        | Command::Admin
        | Command::Unknown => Text::NotHere,
    };
    told(state, text, run, locale)
}

/// `/export`: what the client has said and agreed to, here and now.
pub(super) fn export(state: State, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let (locale, run) = (scene.locale, facts.run.as_ref());
    let copy = facts.own_answers.as_ref().zip(run).and_then(|(own, run)| own_copy::messages(own, run, locale));
    match copy {
        Some(messages) if !matches!(state.place, Place::Outside | Place::Consent { .. } | Place::Over { .. }) => {
            let last = messages.len().saturating_sub(1);
            let keys = |at| if at == last { way_back(&state, locale) } else { with_help(Keyboard::none(), locale) };
            let messages: Vec<Say> = messages.into_iter().enumerate().map(|(at, say)| say.keys(keys(at))).collect();
            messages.into_iter().fold(Turn::to(state), Turn::say)
        }
        Some(_) | None => told(state, Text::NothingKept, run, locale),
    }
}

/// `/pause` and the button.
pub(super) fn pause(state: State, run: Option<&BoundRun>, locale: Locale) -> Turn<State> {
    let text = if state.place.goes_on() { Text::Paused } else { Text::NothingGoing };
    told(state, text, run, locale)
}

/// A text of its own, with the way back to the screening where one is going on.
fn told(state: State, text: Text<'_>, run: Option<&BoundRun>, locale: Locale) -> Turn<State> {
    let say = about(Say::new(text.html(locale)).keys(way_back(&state, locale)), run);
    Turn::to(state).say(say)
}

/// Back to the screening where one is going on, and to help.
fn way_back(state: &State, locale: Locale) -> Keyboard {
    let keys = match state.place.goes_on() {
        true => Keyboard::none().key(Label::Continue.text(locale), Button::Continue),
        false => Keyboard::none(),
    };
    with_help(keys, locale)
}

/// On, a pause, an end.
fn ways(text: Text<'_>, run: Option<&BoundRun>, locale: Locale) -> Say {
    let keys = Keyboard::none()
        .key(Label::Continue.text(locale), Button::Continue)
        .row([(Label::Pause.text(locale), Button::Pause), (Label::Stop.text(locale), Button::Stop)]);
    about(Say::new(text.html(locale)).keys(with_help(keys, locale)), run)
}

fn about(say: Say, run: Option<&BoundRun>) -> Say {
    match run {
        Some(run) => say.about(run.case),
        None => say,
    }
}
