//! The dialogue, driven as a person drives it. Every turn checks what holds for all of them: the state survives its JSON, every
//! message fits, the help button is on every screen, and nothing asks before consent was given.
mod danger;
mod everywhere;
mod links;
mod questions;
mod report;
mod stopping;
mod words;

use bot_kit::{
    Bot, BotNames, BoundRun, Button as _, Command, Effect, Event, Facts, IdSource, KeyAction, MESSAGE_UNITS, Need,
    PRESS_ANSWER_CHARS, PassCheck, Person, RunStatus, Say, Scene, Specialist, utf16_units,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{CaseId, ChatId, Locale, RunId, TelegramId, UserId};
use uuid::Uuid;

use super::{Place, Ready, ReportReady, Screen, State};
use crate::{
    button::{Button, ConsentKey, Key},
    texts::{Label, Text, Toast},
};

struct Counter(u128);

impl IdSource for Counter {
    fn id(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
    fn token(&mut self) -> Uuid {
        self.id()
    }
}

/// A client's chat, with as much of the shell as the flow can see.
#[derive(Clone)]
struct Chat {
    state: State,
    version: i64,
    now: DateTime<Utc>,
    locale: Locale,
    run: Option<BoundRun>,
    /// What the next link answers.
    pass: PassCheck,
    specialist: Option<Specialist>,
    /// Consent was granted for this run.
    granted: Option<RunId>,
    /// What is kept of the answers.
    own: Option<bot_kit::OwnAnswers>,
    /// Messages of the client's chat, the last one last; an edited one counts as last.
    seen: Vec<Say>,
    ids: u128,
}

fn run_of(n: u128) -> BoundRun {
    BoundRun {
        run: RunId(Uuid::from_u128(n)),
        case: CaseId(Uuid::from_u128(n + 1)),
        specialist: UserId(Uuid::from_u128(n + 2)),
        specialist_name: "Анна Петрова".into(),
        specialist_locale: Locale::En,
        country: Some("RU".into()),
        status: RunStatus::Active,
        notify: true,
        case_label: "К-014".into(),
        pass_expires_at: DateTime::UNIX_EPOCH + TimeDelta::days(7),
    }
}

fn bots() -> BotNames {
    let name = |name: &str| name.to_owned();
    BotNames {
        pro: name("pro_bot"),
        screen: name("screen_bot"),
        interpretator: name("i_bot"),
        conceptualizator: name("c_bot"),
        simulator: name("s_bot"),
    }
}

impl Chat {
    /// A person nobody invited.
    fn new(locale: Locale) -> Self {
        Self {
            state: State::default(),
            version: 0,
            now: DateTime::UNIX_EPOCH,
            locale,
            run: None,
            pass: PassCheck::Opened { first: true },
            specialist: None,
            granted: None,
            own: None,
            seen: Vec::new(),
            ids: 1_000_000,
        }
    }

    /// A client with the consent on the screen.
    fn invited(locale: Locale) -> Self {
        let mut chat = Self::new(locale);
        chat.open(run_of(100));
        chat
    }

    /// A client at the first question.
    fn asked(locale: Locale) -> Self {
        let mut chat = Self::invited(locale);
        chat.consent(false);
        chat
    }

    /// A client at the item about thoughts of not living: everything was passed over.
    fn closing(locale: Locale) -> Self {
        let mut chat = Self::asked(locale);
        for _ in 0..30 {
            if matches!(chat.state.place, Place::Asking(_)) {
                chat.press(Label::Skip);
            }
        }
        assert!(matches!(chat.state.place, Place::Thoughts(_)), "{:?}", chat.state.place);
        chat
    }

    /// A client who is asked for own words.
    fn own_words(locale: Locale) -> Self {
        let mut chat = Self::closing(locale);
        chat.press(Label::Thoughts(crate::collected::LifeThoughts::Never));
        chat.press(Label::Home(crate::collected::HomeSafety::Safe));
        assert!(matches!(chat.state.place, Place::OwnWords(_)));
        chat
    }

    /// A client who has answered everything.
    fn done(locale: Locale) -> Self {
        let mut chat = Self::own_words(locale);
        chat.press(Label::NoWords);
        assert!(matches!(chat.state.place, Place::Done { .. }));
        chat
    }

    /// Opens a good link.
    fn open(&mut self, run: BoundRun) -> Vec<Effect> {
        self.run = Some(run);
        self.pass = PassCheck::Opened { first: true };
        self.send(Event::Opened { token: Some("0123456789abcdef0123456789abcdef".into()) })
    }

    /// Agrees to what is needed, and to the model abroad if `ai`.
    fn consent(&mut self, ai: bool) -> Vec<Effect> {
        use bot_kit::ConsentScope::{AiAbroad, HealthData, PassToSpecialist};
        self.press(Label::Scope(HealthData, false));
        self.press(Label::Scope(PassToSpecialist, false));
        if ai {
            self.press(Label::Scope(AiAbroad, false));
        }
        self.press(Label::Agree)
    }

    fn say(&mut self, words: &str) -> Vec<Effect> {
        self.send(Event::from_text(words))
    }

    /// The data of the newest key with this label.
    fn key(&self, label: Label) -> String {
        let face = label.text(self.locale);
        let keys = self.seen.iter().rev().flat_map(|say| say.keyboard.keys());
        match keys.filter(|key| key.label == face).map(|key| &key.action).next() {
            Some(KeyAction::Data(data)) => data.clone(),
            other => panic!("no key {face}: {other:?}"),
        }
    }

    fn press(&mut self, label: Label) -> Vec<Effect> {
        let data = self.key(label);
        self.press_data(&data)
    }

    fn press_data(&mut self, data: &str) -> Vec<Effect> {
        self.send(Event::Pressed { data: data.to_owned() })
    }

    /// One turn.
    fn send(&mut self, event: Event<Ready>) -> Vec<Effect> {
        let bots = bots();
        let person = Person {
            telegram_id: TelegramId(7),
            chat_id: ChatId(7),
            username: None,
            full_name: "Кто-то".into(),
            language_code: None,
        };
        let mut ids = Counter(self.ids);
        let mut scene = Scene {
            now: self.now,
            locale: self.locale,
            person: &person,
            specialist: self.specialist.as_ref(),
            is_admin: false,
            bots: &bots,
            version: self.version,
            ids: &mut ids,
        };
        let mut facts = Facts::default();
        for need in Screen::needs(&self.state, &event, &scene) {
            match need {
                Need::OpenPass { .. } => {
                    facts.pass = Some(self.pass.clone());
                    if matches!(self.pass, PassCheck::Opened { .. }) {
                        facts.run = self.run.clone();
                    }
                }
                Need::BoundRun => facts.run = self.run.clone(),
                Need::OwnAnswers => facts.own_answers = self.own.clone(),
                Need::Run { run } => facts.run = self.run.clone().filter(|bound| bound.run == run),
                other => panic!("Screen has no use for {other:?}"),
            }
        }
        let turn = Screen::step(self.state.clone(), event, &facts, &mut scene);
        self.version += i64::from(!turn.only_asks());
        self.ids = ids.0;
        turn.effects.iter().for_each(|effect| self.apply(effect));
        self.keep(turn.state);
        turn.effects
    }

    fn keep(&mut self, state: State) {
        let json = serde_json::to_string(&state).unwrap();
        self.state = serde_json::from_str(&json).unwrap();
        assert_eq!(self.state, state, "{json}");
        if let Place::Asking(_) | Place::Thoughts(_) | Place::Home(_) | Place::OwnWords(_) = &state.place {
            assert!(self.granted.is_some() && self.granted == state.place.run(), "asked without consent: {state:?}");
        }
    }

    fn apply(&mut self, effect: &Effect) {
        let mut close = |status| self.run.iter_mut().for_each(|run| run.status = status);
        match effect {
            Effect::Say(say) | Effect::Show(say) => {
                self.look_at(say);
                self.seen.push(say.clone());
            }
            Effect::Tell { say, .. } => fits(say),
            Effect::GrantConsent(consent) => self.granted = Some(consent.run),
            Effect::KeepProgress { answers, .. } | Effect::CompleteScreening { answers, .. } => {
                let (answers, document_version) = (answers.clone(), "1".to_owned());
                self.own = Some(bot_kit::OwnAnswers { answers, granted_at: self.now, document_version, abroad: false });
            }
            Effect::AnswerPress { text, .. } => assert!(text.chars().count() <= PRESS_ANSWER_CHARS, "{text}"),
            Effect::Decline { .. } | Effect::Withdraw { .. } => close(RunStatus::Canceled),
            Effect::FailRun { .. } => close(RunStatus::Failed),
            Effect::KeepArtifact(_) => close(RunStatus::Completed),
            _ => {}
        }
    }

    /// What every message to the client keeps.
    fn look_at(&self, say: &Say) {
        fits(say);
        let help = say.keyboard.keys().filter(|key| key.action == KeyAction::Data(Button::Help.encode())).count();
        // Two messages only say what became of a screen; the next one comes with them or on "Continue".
        let text = say.html.visible();
        let closed = [Text::AnswerKept, Text::ConsentGiven { ai: true }, Text::ConsentGiven { ai: false }];
        let closed = closed.iter().any(|line| text.ends_with(&line.html(self.locale).visible()));
        assert!(help == usize::from(!closed), "{help} help buttons: {text}");
    }

    /// What the client read last.
    fn last(&self) -> String {
        self.seen.last().map(|say| say.html.visible()).unwrap_or_default()
    }
}

fn fits(say: &Say) {
    let text = say.html.visible();
    assert!(!text.trim().is_empty());
    assert!(utf16_units(&text) <= MESSAGE_UNITS, "{} units: {text}", utf16_units(&text));
    assert!(!text.contains("{}"), "an argument is missing: {text}");
    for key in say.keyboard.keys() {
        assert!(key.label.chars().count() <= 40, "{}", key.label);
    }
}

fn grants(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::GrantConsent(_))).count()
}

/// The lines over the chat in a turn.
fn toasts(effects: &[Effect]) -> Vec<&str> {
    effects
        .iter()
        .filter_map(|effect| if let Effect::AnswerPress { text, .. } = effect { Some(text.as_str()) } else { None })
        .collect()
}

fn is_stale(effects: &[Effect], locale: Locale) -> bool {
    toasts(effects).contains(&Toast::Stale.text(locale))
}

/// New messages in the client's chat.
fn new_messages(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::Say(_))).count()
}

/// What is told to the specialist.
fn told(effects: &[Effect]) -> Vec<&Say> {
    effects.iter().filter_map(|effect| if let Effect::Tell { say, .. } = effect { Some(say) } else { None }).collect()
}

fn raised(effects: &[Effect]) -> Vec<&bot_kit::Danger> {
    effects.iter().filter_map(|effect| if let Effect::RaiseDanger(danger) = effect { Some(danger) } else { None }).collect()
}

/// A chat in every place, with the place's name.
fn everywhere(locale: Locale) -> Vec<(&'static str, Chat)> {
    let mut home = Chat::closing(locale);
    home.press(Label::Thoughts(crate::collected::LifeThoughts::NoAnswer));
    let mut declined = Chat::invited(locale);
    declined.press(Label::Decline);
    let mut underage = Chat::invited(locale);
    underage.press(Label::Underage);
    let mut withdrawn = Chat::asked(locale);
    withdrawn.say("/stop");
    withdrawn.press(Label::Withdraw);
    let ended = |status| {
        let mut chat = Chat::asked(locale);
        chat.run.as_mut().unwrap().status = status;
        chat.say("/help");
        chat
    };
    let mut ready = Chat::done(locale);
    ready.run.as_mut().unwrap().status = RunStatus::Completed;
    vec![
        ("outside", Chat::new(locale)),
        ("consent", Chat::invited(locale)),
        ("asking", Chat::asked(locale)),
        ("thoughts", Chat::closing(locale)),
        ("home", home),
        ("own words", Chat::own_words(locale)),
        ("done", Chat::done(locale)),
        ("ready", ready),
        ("declined", declined),
        ("underage", underage),
        ("withdrawn", withdrawn),
        ("closed", ended(RunStatus::Canceled)),
        ("expired", ended(RunStatus::Expired)),
        ("failed", ended(RunStatus::Failed)),
    ]
}

/// Every event a person can cause, with its name.
fn events() -> Vec<(String, Event<Ready>)> {
    let commands = [
        Command::Help,
        Command::Cancel,
        Command::Menu,
        Command::Cases,
        Command::New,
        Command::Guide,
        Command::Balance,
        Command::Settings,
        Command::Terms,
        Command::PaySupport,
        Command::Privacy,
        Command::Export,
        Command::DeleteMe,
        Command::Admin,
        Command::Sos,
        Command::Pause,
        Command::Stop,
        Command::Unknown,
    ];
    let run = RunId(Uuid::from_u128(100));
    let consent = |key| Button::Of { run, key: Key::Consent(key) };
    let buttons = [
        Button::Help,
        Button::Continue,
        Button::Pause,
        Button::Stop,
        Button::Withdraw { run, stamp: 0 },
        Button::AskErasure { run, stamp: 0 },
        consent(ConsentKey::Decline),
        consent(ConsentKey::Underage),
        Button::Of { run, key: Key::NoWords },
        Button::Of { run, key: Key::WordsBack },
        Button::Of { run, key: Key::ThoughtsBack },
        Button::Of { run, key: Key::HomeBack },
        Button::Of { run: RunId(Uuid::from_u128(999)), key: Key::NoWords },
    ];
    let mut events = vec![("start".to_owned(), Event::Opened { token: None })];
    events.push(("a link".to_owned(), Event::Opened { token: Some("x".into()) }));
    events.push(("words".to_owned(), Event::Said("добрый день".into())));
    events.push(("a long text".to_owned(), Event::Said("слово ".repeat(600))));
    events.push(("danger".to_owned(), Event::Said("хочу умереть".into())));
    events.push(("a foreign press".to_owned(), Event::Pressed { data: "?".into() }));
    events.extend(bot_kit::every_media().map(|m| (format!("{m:?}"), Event::Media(m))));
    events.extend(commands.map(|c| (format!("{c:?}"), Event::Command(c))));
    events.extend(buttons.map(|b| (format!("{b:?}"), Event::Pressed { data: b.encode() })));
    events
}
