//! A chat in memory, for the tests of tools.
#![allow(clippy::unwrap_used, clippy::panic, clippy::wildcard_enum_match_arm)]
use bot_kit::{
    Bot as _, BotNames, BoundRun, Button as _, Command, Effect, Event, Facts, IdSource, MESSAGE_UNITS, Need, PRESS_ANSWER_CHARS,
    Page, PassCheck, Person, ResultLine, RunStatus, Say, Scene, Specialist, Turn, utf16_units,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{ArtifactId, CaseId, ChatId, Locale, RunId, SafetyEventId, TelegramId, UserId};
use uuid::Uuid;

use super::{Button, Frame, Key, OwnKey, Ready, State, Tool, Work as _};

/// The run of these chats.
pub const RUN: RunId = RunId(Uuid::from_u128(100));

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

/// The parameter of a link.
pub const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// The run of these chats.
#[must_use]
pub fn bound(status: RunStatus) -> BoundRun {
    BoundRun {
        run: RUN,
        case: CaseId(Uuid::from_u128(101)),
        specialist: UserId(Uuid::from_u128(102)),
        specialist_name: "Анна".into(),
        specialist_locale: Locale::Ru,
        country: Some("RU".into()),
        status,
        notify: true,
        case_label: "К-014".into(),
        pass_expires_at: DateTime::UNIX_EPOCH + TimeDelta::days(1),
    }
}

/// A specialist's chat, with as much of what surrounds a bot as a dialogue can see.
#[derive(Clone)]
pub struct Chat<T: Tool> {
    /// What it remembers.
    pub state: State<T::Work>,
    /// The run it is bound to.
    pub run: Option<BoundRun>,
    /// What a link opens.
    pub pass: PassCheck,
    /// The case's results.
    pub results: Option<Page<ResultLine>>,
    /// Who speaks, if known.
    pub specialist: Option<Specialist>,
    /// In which language.
    pub locale: Locale,
    /// How many turns there were.
    pub version: i64,
    /// The last id that was given out.
    pub ids: u128,
    /// The clock.
    pub now: DateTime<Utc>,
}

impl<T: Tool<Outcome: std::fmt::Debug>> Chat<T> {
    /// A chat nobody has spoken in.
    #[must_use]
    pub fn new() -> Self {
        let specialist = Specialist {
            user_id: UserId(Uuid::from_u128(102)),
            blocked: false,
            chosen_locale: None,
            country: Some("RU".into()),
            notify: true,
            invitation_days: 7,
            full_name: "Анна".into(),
        };
        Self {
            state: State::Door,
            run: None,
            pass: PassCheck::Opened { first: true },
            results: None,
            specialist: Some(specialist),
            locale: Locale::Ru,
            version: 0,
            ids: 1000,
            now: DateTime::UNIX_EPOCH,
        }
    }

    /// What a turn does; what holds for every turn is checked here.
    pub fn turn(&mut self, event: Event<Ready<T::Outcome>>) -> Vec<Effect> {
        let person = Person {
            telegram_id: TelegramId(7),
            chat_id: ChatId(7),
            username: None,
            full_name: "Анна".into(),
            language_code: None,
        };
        let name = |name: &str| name.to_owned();
        let bots = BotNames {
            pro: name("pro_bot"),
            screen: name("s_bot"),
            interpretator: name("i_bot"),
            conceptualizator: name("c_bot"),
            simulator: name("t_bot"),
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
        for need in Frame::<T>::needs(&self.state, &event, &scene) {
            match need {
                Need::OpenPass { service, .. } => {
                    assert_eq!(service, T::SERVICE);
                    facts.pass = Some(self.pass.clone());
                    if matches!(self.pass, PassCheck::Opened { .. }) {
                        self.run = self.run.clone().or(Some(bound(RunStatus::Active)));
                        facts.run.clone_from(&self.run);
                    }
                }
                Need::BoundRun | Need::Run { .. } => facts.run.clone_from(&self.run),
                Need::Results { .. } => facts.results.clone_from(&self.results),
                // Nobody has trained here yet.
                Need::Training { .. } => facts.training = None,
                other => panic!("{other:?} is not needed here"),
            }
        }
        let turn = Frame::<T>::step(self.state.clone(), event, &facts, &mut scene);
        self.ids = ids.0;
        self.version += i64::from(!turn.only_asks());
        let Turn { state, effects, .. } = turn;
        let json = serde_json::to_value(&state).unwrap();
        assert_eq!(serde_json::from_value::<State<T::Work>>(json).unwrap(), state, "the state survives its JSON");
        self.state = state;
        for effect in &effects {
            check(effect);
        }
        effects
    }

    /// Words.
    pub fn say(&mut self, words: &str) -> Vec<Effect> {
        self.turn(Event::Said(words.into()))
    }

    /// A button of the run.
    pub fn press(&mut self, key: Key<T::OwnKey>) -> Vec<Effect> {
        let run = RUN;
        self.turn(Event::Pressed { data: Button::Of { run, key }.encode() })
    }

    /// The answer to the newest job.
    pub fn answer(&mut self, what: T::Outcome) -> Vec<Effect> {
        let serial = self.work().serial();
        self.turn(Event::Answered(Ready { run: RUN, serial, what }))
    }

    /// What the run remembers.
    #[must_use]
    pub fn work(&self) -> &T::Work {
        match &self.state {
            State::Going(work) => work,
            other => panic!("{other:?}"),
        }
    }

    /// A chat whose link was opened.
    #[must_use]
    pub fn opened() -> Self {
        let mut chat = Self::new();
        chat.turn(Event::Opened { token: Some(TOKEN.into()) });
        chat
    }
}

impl<T: Tool<Outcome: std::fmt::Debug>> Default for Chat<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// A press of a button.
fn pressed<O, K: OwnKey>(run: RunId, key: Key<K>) -> Event<O> {
    Event::Pressed { data: Button::Of { run, key }.encode() }
}

/// Everything that can happen in a chat: links, words, media, commands, the frame's buttons and those of the tool.
#[must_use]
pub fn events<T: Tool>(own: &[T::OwnKey]) -> Vec<(String, Event<Ready<T::Outcome>>)> {
    let frame = [
        Key::Ready,
        Key::Keep,
        Key::Earlier,
        Key::Include(ArtifactId(Uuid::from_u128(5)), true),
        Key::Finish,
        Key::Retry,
        Key::Continue,
        Key::Cancel,
        Key::CancelYes { stamp: 0 },
    ];
    let keys: Vec<Key<T::OwnKey>> = frame.into_iter().chain(own.iter().map(|key| Key::Own(*key))).collect();
    let commands = [
        Command::Help,
        Command::Cancel,
        Command::Menu,
        Command::Balance,
        Command::Terms,
        Command::PaySupport,
        Command::Privacy,
        Command::Export,
        Command::DeleteMe,
        Command::Sos,
        Command::Pause,
        Command::Stop,
        Command::Unknown,
    ];
    let mut events = vec![
        ("start".to_owned(), Event::Opened { token: None }),
        ("the same link".to_owned(), Event::Opened { token: Some(TOKEN.into()) }),
        ("another link".to_owned(), Event::Opened { token: Some("f".repeat(32)) }),
        ("words".to_owned(), Event::Said("Ещё был мост.".into())),
        ("a question".to_owned(), Event::Said("Что это значит?".into())),
        ("too many words".to_owned(), Event::Said("слово ".repeat(8000))),
        ("danger".to_owned(), Event::Said("Клиент сказал: не хочу жить.".into())),
        ("a foreign press".to_owned(), Event::Pressed { data: "?".into() }),
        ("another run's press".to_owned(), pressed::<_, T::OwnKey>(RunId(Uuid::from_u128(9)), Key::Ready)),
        ("seen".to_owned(), Event::Pressed { data: Button::<T::OwnKey>::Seen(SafetyEventId(Uuid::from_u128(3))).encode() }),
    ];
    events.extend(bot_kit::every_media().map(|media| (format!("{media:?}"), Event::Media(media))));
    events.extend(commands.map(|command| (format!("{command:?}"), Event::Command(command))));
    events.extend(keys.iter().map(|key| (format!("{key:?}"), pressed(RUN, *key))));
    events
}

/// What is said in a turn.
#[must_use]
pub fn says(effects: &[Effect]) -> Vec<&Say> {
    fn say(effect: &Effect) -> Option<&Say> {
        match effect {
            Effect::Say(say) | Effect::Show(say) | Effect::Edit { say, .. } | Effect::Tell { say, .. } => Some(say),
            _ => None,
        }
    }
    effects.iter().filter_map(say).collect()
}

fn check(effect: &Effect) {
    if let Effect::AnswerPress { text, .. } = effect {
        assert!(text.chars().count() <= PRESS_ANSWER_CHARS && !text.is_empty());
    }
    for say in says(std::slice::from_ref(effect)) {
        assert!(utf16_units(&say.html.visible()) <= MESSAGE_UNITS && !say.html.is_empty(), "{}", say.html);
    }
}
