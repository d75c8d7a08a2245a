//! Commands. Each one is answered in every state, and none of them loses an answer.
use bot_kit::{BoundRun, Command, Keyboard, Say, Scene, Turn};
use domain::Locale;

use super::{Place, State, danger, stopping, with_help};
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
        Command::Export => match &state.place {
            Place::Asking(_) | Place::Thoughts(_) | Place::Home(_) | Place::OwnWords(_) | Place::Done { .. } => Text::Export,
            Place::Outside | Place::Consent { .. } | Place::Over { .. } => Text::NothingKept,
        },
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

/// `/pause` and the button.
pub(super) fn pause(state: State, run: Option<&BoundRun>, locale: Locale) -> Turn<State> {
    let text = if state.place.goes_on() { Text::Paused } else { Text::NothingGoing };
    told(state, text, run, locale)
}

/// A text of its own, with the way back to the screening where one is going on.
fn told(state: State, text: Text<'_>, run: Option<&BoundRun>, locale: Locale) -> Turn<State> {
    let keys = match state.place.goes_on() {
        true => Keyboard::none().key(Label::Continue.text(locale), Button::Continue),
        false => Keyboard::none(),
    };
    let say = about(Say::new(text.html(locale)).keys(with_help(keys, locale)), run);
    Turn::to(state).say(say)
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
