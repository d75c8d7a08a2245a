//! Stopping: asked once, done at once, always possible.
use bot_kit::{BoundRun, Effect, Keyboard, MessageKind, RunStatus, Say, Scene, Turn};
use domain::{Locale, RunId};

use super::{Ending, Place, State, conclude, consent, danger, screen, stale, with_help};
use crate::{
    button::Button,
    texts::{Label, Text, Toast},
};

/// What stopping means where the dialogue stands.
enum Stop {
    /// Nothing is going on.
    Nothing,
    /// Before consent: to decline.
    Decline,
    /// To withdraw the answers.
    Withdraw,
    /// The report is there: only the specialist can delete it.
    Erasure,
}

fn what_stops(state: &State, run: &BoundRun) -> Stop {
    match &state.place {
        Place::Outside | Place::Over { .. } => Stop::Nothing,
        Place::Consent { .. } => Stop::Decline,
        Place::Asking(_) | Place::Thoughts(_) | Place::Home(_) | Place::OwnWords(_) => Stop::Withdraw,
        Place::Done { .. } => match run.status {
            RunStatus::Completed => Stop::Erasure,
            RunStatus::Issued | RunStatus::Active => Stop::Withdraw,
            RunStatus::Failed | RunStatus::Canceled | RunStatus::Expired => Stop::Nothing,
        },
    }
}

/// `/stop` and the button: asks once.
pub(super) fn ask(state: State, run: Option<&BoundRun>, scene: &Scene<'_>) -> Turn<State> {
    let say = question(&state, run, scene);
    Turn::to(state).asking().say(say)
}

fn question(state: &State, run: Option<&BoundRun>, scene: &Scene<'_>) -> Say {
    let locale = scene.locale;
    let nothing = || Say::new(Text::NothingGoing.html(locale)).keys(with_help(Keyboard::none(), locale));
    let Some(run) = run else { return nothing() };
    let withdraw = Button::Withdraw { run: run.run, stamp: scene.asking_stamp() };
    let (text, label, button) = match what_stops(state, run) {
        Stop::Nothing => return nothing(),
        Stop::Decline => (Text::StopAsked { begun: false }, Label::Withdraw, withdraw),
        Stop::Withdraw => (Text::StopAsked { begun: true }, Label::Withdraw, withdraw),
        Stop::Erasure => {
            (Text::ErasureOffer, Label::AskErasure, Button::AskErasure { run: run.run, stamp: scene.asking_stamp() })
        }
    };
    let mut keys = Keyboard::none().key(label.text(locale), button);
    if state.place.goes_on() {
        keys = keys.key(Label::Continue.text(locale), Button::Continue);
    }
    Say::new(text.html(locale)).keys(with_help(keys, locale)).protected().about(run.case)
}

/// "Yes, stop." A button of an earlier question is answered with the question anew.
pub(super) fn withdraw(state: State, of: RunId, stamp: i64, run: Option<&BoundRun>, scene: &mut Scene<'_>) -> Turn<State> {
    let Some(run) = run.filter(|run| run.run == of) else { return stale(state, run, scene.locale) };
    let turn = match what_stops(&state, run) {
        Stop::Nothing => return stale(state, Some(run), scene.locale),
        Stop::Decline | Stop::Withdraw if !scene.is_current(stamp) => return anew(state, run, scene),
        Stop::Erasure => return anew(state, run, scene),
        Stop::Decline => consent::decline(Ending::Declined, run, scene.locale),
        Stop::Withdraw => {
            let place = Place::Over { run: run.run, how: Ending::Withdrawn };
            let say = screen(&place, Some(run), scene.locale);
            let turn = Turn::to(place).and(Effect::Withdraw { run: run.run }).show(say);
            match run.notify {
                true => turn.and(tell(run, Text::TellWithdrawn { label: &run.case_label }, run.specialist_locale)),
                false => turn,
            }
        }
    };
    conclude(state, turn.into(), Some(run), scene)
}

/// Asks the specialist to delete the report. It is the client's right, so the notification setting does not silence it.
pub(super) fn ask_erasure(state: State, of: RunId, stamp: i64, run: Option<&BoundRun>, scene: &Scene<'_>) -> Turn<State> {
    let Some(run) = run.filter(|run| run.run == of) else { return stale(state, run, scene.locale) };
    match what_stops(&state, run) {
        Stop::Erasure if scene.is_current(stamp) => {
            let keys = with_help(Keyboard::none(), scene.locale);
            let say = Say::new(Text::ErasureAsked.html(scene.locale)).keys(keys).protected().about(run.case);
            let tell = tell(run, Text::TellErasure { label: &run.case_label }, run.specialist_locale);
            Turn::to(state).and(tell).show(say)
        }
        Stop::Erasure => anew(state, run, scene),
        Stop::Nothing | Stop::Decline | Stop::Withdraw => stale(state, Some(run), scene.locale),
    }
}

fn anew(state: State, run: &BoundRun, scene: &Scene<'_>) -> Turn<State> {
    let say = question(&state, Some(run), scene);
    Turn::to(state).asking().toast(Toast::Stale.text(scene.locale)).show(say)
}

fn tell(run: &BoundRun, text: Text<'_>, locale: Locale) -> Effect {
    let say = Say::new(text.html(locale)).kind(MessageKind::Notice).about(run.case).keys(danger::case_key(run));
    Effect::Tell { specialist: run.specialist, say }
}
