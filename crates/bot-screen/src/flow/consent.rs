//! The consent. There is no other way to the first question than [`agree`], and it grants before it asks.
use bot_kit::{BoundRun, Consent, ConsentScope, Effect, Keyboard, MessageKind, Say, Scene, Turn};
use domain::Locale;
use serde::{Deserialize, Serialize};

use super::{Ending, Form, Place, Step, danger, questions, screen, with_help};
use crate::{
    button::{Button, ConsentKey, Key},
    texts::{Label, Text, Toast, consent},
};

/// What is ticked, each by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes {
    /// Keeping health data; needed to begin.
    pub health: bool,
    /// Passing the answers to the specialist; needed to begin.
    pub pass: bool,
    /// A model abroad writes the report; a choice.
    pub ai: bool,
}

impl Scopes {
    fn with(mut self, scope: ConsentScope, on: bool) -> Self {
        match scope {
            ConsentScope::HealthData => self.health = on,
            ConsentScope::PassToSpecialist => self.pass = on,
            ConsentScope::AiAbroad => self.ai = on,
        }
        self
    }

    fn suffices(self) -> bool {
        self.health && self.pass
    }

    fn listed(self) -> Vec<(ConsentScope, bool)> {
        vec![
            (ConsentScope::HealthData, self.health),
            (ConsentScope::PassToSpecialist, self.pass),
            (ConsentScope::AiAbroad, self.ai),
        ]
    }
}

/// The document with its boxes.
pub(super) fn say(scopes: Scopes, run: &BoundRun, locale: Locale) -> Say {
    let key = |key: ConsentKey| Button::Of { run: run.run, key: Key::Consent(key) };
    let mut keys = Keyboard::none();
    for (scope, on) in scopes.listed() {
        keys = keys.key(Label::Scope(scope, on).text(locale), key(ConsentKey::Scope(scope, !on)));
    }
    keys = keys.key(Label::Agree.text(locale), key(ConsentKey::Agree(scopes))).row([
        (Label::Decline.text(locale), key(ConsentKey::Decline)),
        (Label::Underage.text(locale), key(ConsentKey::Underage)),
    ]);
    Say::new(document(run, locale)).keys(with_help(keys, locale))
}

fn document(run: &BoundRun, locale: Locale) -> bot_kit::Html {
    consent::render(locale, &run.specialist_name, &danger::contacts(run.country.as_deref(), locale))
}

/// A key of the consent; `None` for a key of another screen.
pub(super) fn pressed(scopes: Scopes, key: &Key, run: &BoundRun, scene: &mut Scene<'_>) -> Option<Step> {
    let key = match key {
        Key::Consent(key) => *key,
        Key::Question { .. }
        | Key::Thoughts(_)
        | Key::ThoughtsBack
        | Key::Home(_)
        | Key::HomeBack
        | Key::NoWords
        | Key::WordsBack => return None,
    };
    let turn = match key {
        ConsentKey::Scope(scope, on) => shown(scopes.with(scope, on), run, scene.locale),
        // What counts is what the person saw. A message that shows other ticks than the chat knows is shown anew.
        ConsentKey::Agree(seen) if seen != scopes => shown(scopes, run, scene.locale).toast(Toast::LookAgain.text(scene.locale)),
        ConsentKey::Agree(seen) if !seen.suffices() => {
            Turn::to(Place::Consent { run: run.run, scopes }).toast(Toast::TwoNeeded.text(scene.locale))
        }
        ConsentKey::Agree(seen) => agree(seen, run, scene),
        ConsentKey::Decline => decline(Ending::Declined, run, scene.locale),
        ConsentKey::Underage => decline(Ending::Underage, run, scene.locale),
    };
    Some(turn.into())
}

fn shown(scopes: Scopes, run: &BoundRun, locale: Locale) -> Turn<Place> {
    let place = Place::Consent { run: run.run, scopes };
    let say = screen(&place, Some(run), locale);
    Turn::to(place).show(say)
}

/// Grants, leaves the document in the chat as it was agreed to, and asks the first question.
fn agree(scopes: Scopes, run: &BoundRun, scene: &mut Scene<'_>) -> Turn<Place> {
    let locale = scene.locale;
    let grant = Effect::GrantConsent(Consent {
        consent: scene.id(),
        run: run.run,
        document_version: consent::DOCUMENT_VERSION,
        document_sha256: consent::document_sha256(locale).to_owned(),
        locale,
        scopes: scopes.listed().into_iter().filter(|(_, on)| *on).map(|(scope, _)| scope).collect(),
    });
    let given = document(run, locale).paragraph(&Text::ConsentGiven { ai: scopes.ai }.html(locale));
    let place = questions::first(Form::new(run.run, scopes.ai));
    let question = screen(&place, Some(run), locale);
    Turn::to(place).and(grant).show(Say::new(given).protected().about(run.case)).say(question)
}

/// Declines in one tap; also how a person under 18 leaves. The specialist reads the same sentence either way.
pub(super) fn decline(how: Ending, run: &BoundRun, locale: Locale) -> Turn<Place> {
    let place = Place::Over { run: run.run, how };
    let say = screen(&place, Some(run), locale);
    let turn = Turn::to(place).and(Effect::Decline { run: run.run }).show(say);
    if !run.notify {
        return turn;
    }
    let tell = Text::TellDeclined { label: &run.case_label }.html(run.specialist_locale);
    let say = Say::new(tell).kind(MessageKind::Notice).about(run.case).keys(danger::case_key(run));
    turn.and(Effect::Tell { specialist: run.specialist, say })
}
