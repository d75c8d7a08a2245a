//! The closing questions: two about safety, own words, and the end.
use bot_kit::{BoundRun, Effect, Job, JobKind, Keyboard, Say, Scene, Turn};
use domain::{Clinical, DangerCategory, DangerSource, Locale, lexicon::Sign};
use serde::Serialize;
use serde_json::Value;

use super::{Form, Place, Step, danger, danger::Noticed, questions::CLOSING_PHASE, screen, with_help};
use crate::{
    button::{Button, Key},
    collected::{Collected, HomeSafety, LifeThoughts, SeenSign},
    engine,
    texts::{Label, Opening, Text},
};

/// Longest own words, in characters.
pub const OWN_WORDS_CHARS: usize = 2000;

/// The item about thoughts of not living.
pub(super) fn say_thoughts(form: &Form, locale: Locale) -> Say {
    let keys = LifeThoughts::ALL
        .iter()
        .fold(Keyboard::none(), |keys, answer| keys.key(Label::Thoughts(*answer).text(locale), of(form, Key::Thoughts(*answer))));
    item(Text::Thoughts, keys, of(form, Key::ThoughtsBack), locale)
}

/// The item about home.
pub(super) fn say_home(form: &Form, locale: Locale) -> Say {
    let keys = HomeSafety::ALL
        .iter()
        .fold(Keyboard::none(), |keys, answer| keys.key(Label::Home(*answer).text(locale), of(form, Key::Home(*answer))));
    item(Text::Home, keys, of(form, Key::HomeBack), locale)
}

/// The invitation to own words.
pub(super) fn say_words(form: &Form, locale: Locale) -> Say {
    let keys = Keyboard::none().key(Label::NoWords.text(locale), of(form, Key::NoWords));
    item(Text::OwnWords, keys, of(form, Key::WordsBack), locale)
}

fn item(text: Text<'_>, keys: Keyboard, back: Button, locale: Locale) -> Say {
    Say::new(text.html(locale)).keys(with_help(keys.key(Label::Back.text(locale), back), locale))
}

fn of(form: &Form, key: Key) -> Button {
    Button::Of { run: form.run, key }
}

/// A key of the item about thoughts; `None` for a key of another screen.
pub(super) fn thoughts(form: Form, key: &Key, run: &BoundRun, locale: Locale) -> Option<Step> {
    match key {
        Key::Thoughts(answer) => {
            let form = Form { thoughts: Some(*answer), ..form };
            let noticed = answer.level().map(|level| Sign { category: DangerCategory::Suicide, level }).map(marked);
            Some(answered(Place::Home(form.clone()), &form, noticed, run, locale))
        }
        Key::ThoughtsBack => form.back().map(|place| moved(place, run, locale)),
        Key::Consent(_) | Key::Question { .. } | Key::Home(_) | Key::HomeBack | Key::NoWords | Key::WordsBack => None,
    }
}

/// A key of the item about home; `None` for a key of another screen.
pub(super) fn home(form: Form, key: &Key, run: &BoundRun, locale: Locale) -> Option<Step> {
    match key {
        Key::Home(answer) => {
            let form = Form { home: Some(*answer), ..form };
            let noticed = answer.level().map(|level| Sign { category: DangerCategory::AbuseNow, level }).map(marked);
            Some(answered(Place::OwnWords(form.clone()), &form, noticed, run, locale))
        }
        Key::HomeBack => Some(moved(Place::Thoughts(form), run, locale)),
        Key::Consent(_) | Key::Question { .. } | Key::Thoughts(_) | Key::ThoughtsBack | Key::NoWords | Key::WordsBack => None,
    }
}

fn marked(sign: Sign) -> Noticed {
    Noticed { sign, source: DangerSource::Option, opening: Opening::Answered }
}

/// Keeps an answer to a safety item. After a sign of danger the next question waits until the client goes on.
fn answered(place: Place, form: &Form, noticed: Option<Noticed>, run: &BoundRun, locale: Locale) -> Step {
    let say = match noticed {
        Some(_) => Say::new(Text::AnswerKept.html(locale)).protected().about(run.case),
        None => screen(&place, Some(run), locale),
    };
    let turn = Turn::to(place).and(form.progress(CLOSING_PHASE)).show(say);
    Step { turn, noticed }
}

fn moved(place: Place, run: &BoundRun, locale: Locale) -> Step {
    let say = screen(&place, Some(run), locale);
    Turn::to(place).show(say).into()
}

/// Own words. Too long ones are not kept, and still looked at for danger.
pub(super) fn words(
    form: Form,
    words: String,
    noticed: Option<Noticed>,
    signs: &[SeenSign],
    run: &BoundRun,
    scene: &mut Scene<'_>,
) -> Step {
    let chars = words.chars().count();
    if chars > OWN_WORDS_CHARS {
        let turn = Turn::to(Place::OwnWords(form));
        return match noticed {
            Some(_) => Step { turn, noticed },
            None => {
                let current = screen(&turn.state, Some(run), scene.locale);
                turn.say(super::hinted(Text::WordsTooLong { chars }, current, scene.locale)).into()
            }
        };
    }
    let mut signs = signs.to_vec();
    if let Some(noticed) = noticed {
        danger::remember(&mut signs, noticed);
    }
    let turn = complete(form, Some(words), signs, run, scene);
    match noticed {
        // The answer to a sign of danger says itself that the answers are kept.
        Some(_) => Step { turn, noticed },
        None => {
            let done = screen(&turn.state, Some(run), scene.locale);
            turn.say(done).into()
        }
    }
}

/// A key of the screen for own words; `None` for a key of another screen.
pub(super) fn no_words(form: Form, key: &Key, signs: &[SeenSign], run: &BoundRun, scene: &mut Scene<'_>) -> Option<Step> {
    match key {
        Key::NoWords => {
            let turn = complete(form, None, signs.to_vec(), run, scene);
            let done = screen(&turn.state, Some(run), scene.locale);
            Some(turn.show(done).into())
        }
        Key::WordsBack => Some(moved(Place::Home(form), run, scene.locale)),
        Key::Consent(_) | Key::Question { .. } | Key::Thoughts(_) | Key::ThoughtsBack | Key::Home(_) | Key::HomeBack => None,
    }
}

/// Hands everything over: the answers and results to the run, and the report to the worker.
fn complete(form: Form, words: Option<String>, signs: Vec<SeenSign>, run: &BoundRun, scene: &mut Scene<'_>) -> Turn<Place> {
    let results = engine::results(&form.answers);
    let mut reworded = form.words;
    reworded.retain(|question, _| form.answers.has(*question));
    let collected = Collected {
        answers: form.answers,
        reworded,
        // Both items stand on the only way here; an unanswered one would be told as such.
        thoughts: form.thoughts.unwrap_or(LifeThoughts::NoAnswer),
        home: form.home.unwrap_or(HomeSafety::NoAnswer),
        own_words: words.map(Clinical),
        locale: scene.locale,
        specialist_locale: run.specialist_locale,
        ai_allowed: form.ai_allowed,
        signs,
    };
    let answers = value(&collected);
    let about = Some((run.run, run.case));
    let job = Job { job: scene.id(), kind: JobKind::ScreenReport, about, payload: answers.clone() };
    Turn::to(Place::Done { run: run.run })
        .and(Effect::CompleteScreening { run: run.run, answers, results: value(&results) })
        .and(Effect::Enqueue(job))
}

/// JSON of our own types. They have string keys and no foreign `Serialize`, so this cannot fail.
pub(super) fn value<T: Serialize>(of: &T) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}
