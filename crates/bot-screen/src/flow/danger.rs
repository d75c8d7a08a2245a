//! Signs of danger, and the help button. All of it happens in one turn: the row, the words to the client and the notice to the
//! specialist are committed together or not at all (safety.md, C4). The words are fixed; none of them promises that somebody
//! watches, and the notice carries no word of the client.
use bot_kit::{BoundRun, ConsoleButton, Danger, Effect, Html, Key, Keyboard, MessageKind, Say, Scene, Turn, contact_lines};
use chrono::TimeDelta;
use domain::{DangerCategory, DangerLevel, DangerSource, Locale, SafetyEventId, lexicon::Sign, resources};

use super::{Place, State, with_help};
use crate::{
    button::Button,
    collected::SeenSign,
    texts::{Label, Opening, Text},
};

/// How soon after a press of the help button another one is taken for the same call. A text or an answer always tells anew.
const SAME_CALL_SECS: i64 = 60;

/// A sign of danger in what just happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Noticed {
    /// What, and how urgent.
    pub(super) sign: Sign,
    /// Where.
    pub(super) source: DangerSource,
    /// How the answer begins.
    pub(super) opening: Opening,
}

/// The help button and `/sos`.
pub(super) fn asked(mut state: State, run: Option<&BoundRun>, scene: &mut Scene<'_>) -> Turn<State> {
    let sign = Sign { category: DangerCategory::AskedForHelp, level: DangerLevel::Urgent };
    let noticed = Noticed { sign, source: DangerSource::Button, opening: Opening::Asked };
    let told_before = state.help_told_at.is_some_and(|at| scene.now - at < TimeDelta::seconds(SAME_CALL_SECS));
    if told_before && run.is_some() {
        let say = to_client(&state.place, noticed, run, scene.locale);
        return Turn::to(state).say(say);
    }
    state.help_told_at = run.map(|_| scene.now);
    answer(Turn::to(state), noticed, run, scene)
}

/// Puts the answer to a sign of danger before everything else in the turn.
pub(super) fn answer(mut turn: Turn<State>, noticed: Noticed, run: Option<&BoundRun>, scene: &mut Scene<'_>) -> Turn<State> {
    let client = Effect::Say(to_client(&turn.state.place, noticed, run, scene.locale));
    let Some(run) = run else {
        return turn.after([client]);
    };
    let Sign { category, level } = noticed.sign;
    remember(&mut turn.state.signs, noticed);
    let event: SafetyEventId = scene.id();
    let raise = Effect::RaiseDanger(Danger { event, run: run.run, case: run.case, category, source: noticed.source, level });
    let text = Text::TellDanger { label: &run.case_label, category, level, at: scene.now };
    let mut keys = case_key(run);
    let acknowledge = Label::Acknowledge.text(run.specialist_locale);
    keys.rows.insert(0, vec![Key::press(acknowledge, &ConsoleButton::Acknowledge(event))]);
    let notice = Say::new(text.html(run.specialist_locale)).kind(MessageKind::Danger).about(run.case).keys(keys);
    let tell = Effect::Tell { specialist: run.specialist, say: notice };
    turn.after([raise, client, tell])
}

/// Adds a sign to those the report will name, each kind once.
pub(super) fn remember(signs: &mut Vec<SeenSign>, noticed: Noticed) {
    let seen = SeenSign { category: noticed.sign.category, level: noticed.sign.level, source: noticed.source };
    if !signs.contains(&seen) {
        signs.push(seen);
    }
}

/// The words to the client, with the ways that are open: on, a pause, an end.
fn to_client(place: &Place, noticed: Noticed, run: Option<&BoundRun>, locale: Locale) -> Say {
    let contacts = contacts(run.and_then(|run| run.country.as_deref()), locale);
    let level = noticed.sign.level;
    let text = Text::Danger { opening: noticed.opening, level, notified: run.is_some(), contacts: &contacts };
    let mut html = text.html(locale);
    let keys = match place {
        Place::Consent { .. } | Place::Asking(_) | Place::Thoughts(_) | Place::Home(_) | Place::OwnWords(_) => Keyboard::none()
            .key(Label::Continue.text(locale), Button::Continue)
            .row([(Label::Pause.text(locale), Button::Pause), (Label::Stop.text(locale), Button::Stop)]),
        Place::Done { .. } => {
            html = html.paragraph(&Text::AnswersSaved.html(locale));
            Keyboard::none().key(Label::Stop.text(locale), Button::Stop)
        }
        Place::Outside | Place::Over { .. } => Keyboard::none(),
    };
    // Not protected: telephone numbers have to be easy to copy and to pass on, and nothing of the client's is in it.
    let say = Say::new(html).keys(with_help(keys, locale)).kind(MessageKind::Danger);
    match run {
        Some(run) => say.about(run.case),
        None => say,
    }
}

/// The key that opens the case in Pro.
pub(super) fn case_key(run: &BoundRun) -> Keyboard {
    Keyboard::none().key(Label::OpenCase.text(run.specialist_locale), ConsoleButton::OpenCase(run.case))
}

/// Whom to call in a country.
pub(super) fn contacts(country: Option<&str>, locale: Locale) -> Html {
    contact_lines(&resources::for_country(country, locale), locale)
}

/// Whom a person under 18 can turn to: lines for minors first.
pub(super) fn contacts_for_minors(country: Option<&str>, locale: Locale) -> Html {
    contact_lines(&resources::for_minor(country, locale), locale)
}
