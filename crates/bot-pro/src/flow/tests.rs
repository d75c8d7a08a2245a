#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for the effects it means")]
use bot_kit::{BotNames, Button as _, CaseCard, IdSource, Key, KeyAction, Offer, Person, Screening};
use chrono::{DateTime, Utc};
use domain::{CaseId, ChatId, Locale, ServiceId, Stars, TelegramId, UserId};
use uuid::Uuid;

use super::*;
use crate::button::{AdminButton, Then};

mod care;
mod everything;
mod guide;
mod money;

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

struct Stage {
    person: Person,
    specialist: Option<Specialist>,
    bots: BotNames,
    ids: Counter,
    version: i64,
    admin: bool,
    locale: Locale,
}

impl Stage {
    fn new() -> Self {
        let specialist = Specialist {
            user_id: UserId(Uuid::from_u128(1)),
            blocked: false,
            chosen_locale: None,
            country: Some("RU".into()),
            notify: true,
            invitation_days: 7,
            full_name: "Ольга Иванова".into(),
        };
        let person = Person {
            telegram_id: TelegramId(7),
            chat_id: ChatId(7),
            username: None,
            full_name: "Ольга Иванова".into(),
            language_code: Some("ru".into()),
        };
        let name = |bot: &str| format!("psy_{bot}_bot");
        let bots = BotNames {
            pro: name("pro"),
            screen: name("screen"),
            interpretator: name("int"),
            conceptualizator: name("con"),
            simulator: name("sim"),
        };
        Self { person, specialist: Some(specialist), bots, ids: Counter(100), version: 4, admin: false, locale: Locale::Ru }
    }

    fn scene(&mut self) -> Scene<'_> {
        Scene {
            now: DateTime::<Utc>::UNIX_EPOCH,
            locale: self.locale,
            person: &self.person,
            specialist: self.specialist.as_ref(),
            is_admin: self.admin,
            bots: &self.bots,
            version: self.version,
            ids: &mut self.ids,
        }
    }

    fn needs(&mut self, state: &State, event: &Event) -> Vec<Need> {
        Pro::needs(state, event, &self.scene())
    }

    fn step(&mut self, state: State, event: Event, facts: &Facts) -> Turn<State> {
        Pro::step(state, event, facts, &mut self.scene())
    }

    fn press(&mut self, button: &Button, facts: &Facts) -> Turn<State> {
        self.step(State::Idle, Event::Pressed { data: button.encode() }, facts)
    }
}

fn named() -> crate::button::Named {
    let id = Uuid::from_u128(80);
    crate::button::Named {
        case: case(),
        artifact: id.into(),
        event: id.into(),
        user: UserId(Uuid::from_u128(50)),
        payment: id.into(),
    }
}

fn case() -> CaseId {
    CaseId(Uuid::from_u128(50))
}

fn card(screening: Screening) -> CaseCard {
    CaseCard {
        case: case(),
        label: "К-014".into(),
        created_at: DateTime::<Utc>::UNIX_EPOCH,
        last_activity_at: DateTime::<Utc>::UNIX_EPOCH,
        archived: false,
        results: 0,
        screening,
    }
}

fn with_case(screening: Screening, available: i64) -> Facts {
    Facts {
        case: Some(card(screening)),
        offer: Some(Offer { price: Stars(50), available: Stars(available) }),
        ..Facts::default()
    }
}

fn waiting() -> Screening {
    Screening::Waiting {
        pass: domain::PassId(Uuid::from_u128(60)),
        token: "secret".into(),
        expires_at: DateTime::<Utc>::UNIX_EPOCH,
        reserved: Stars(50),
    }
}

fn speaks(turn: &Turn<State>) -> bool {
    turn.effects.iter().any(|effect| {
        matches!(effect, Effect::Say(_) | Effect::Show(_) | Effect::Edit { .. } | Effect::AnswerPress { .. } | Effect::Invoice(_))
    })
}

fn said(turn: &Turn<State>) -> String {
    let says = turn.effects.iter().filter_map(|effect| match effect {
        Effect::Say(say) | Effect::Show(say) | Effect::Edit { say, .. } => Some(say.html.visible()),
        _ => None,
    });
    says.collect::<Vec<_>>().join("\n")
}

fn keys(turn: &Turn<State>) -> Vec<String> {
    let boards = turn.effects.iter().filter_map(|effect| match effect {
        Effect::Say(say) | Effect::Show(say) | Effect::Edit { say, .. } => Some(&say.keyboard),
        _ => None,
    });
    let data = |key: &Key| match &key.action {
        KeyAction::Data(data) => Some(data.clone()),
        KeyAction::Url(_) | KeyAction::Copy(_) => None,
    };
    boards.flat_map(bot_kit::Keyboard::keys).filter_map(data).collect()
}

fn has(turn: &Turn<State>, wanted: impl Fn(&Effect) -> bool) -> bool {
    turn.effects.iter().any(wanted)
}

#[test]
fn a_text_after_any_button_is_not_taken_for_a_label() {
    let mut stage = Stage::new();
    let turn =
        stage.step(State::Naming, Event::Pressed { data: Button::Wallet(WalletButton::Balance).encode() }, &Facts::default());
    assert_eq!(turn.state, State::Idle);
    let turn = stage.step(turn.state, Event::Said("К-015".into()), &Facts::default());
    assert!(!has(&turn, |effect| matches!(effect, Effect::OpenCase { .. })));
}

#[test]
fn a_label_that_looks_like_a_name_is_taken_only_when_asked_twice() {
    let mut stage = Stage::new();
    let turn = stage.step(State::Naming, Event::Said("Анна Петрова".into()), &Facts::default());
    assert!(!has(&turn, |effect| matches!(effect, Effect::OpenCase { .. })));
    let old = Button::KeepLabel { stamp: stage.version }.encode();
    stage.version += 1;
    let kept = Button::KeepLabel { stamp: stage.version }.encode();
    let stale = stage.step(turn.state.clone(), Event::Pressed { data: old }, &Facts::default());
    assert!(!has(&stale, |effect| matches!(effect, Effect::OpenCase { .. })));
    let taken = stage.step(turn.state, Event::Pressed { data: kept }, &Facts::default());
    assert!(has(&taken, |effect| matches!(effect, Effect::OpenCase { label, .. } if label == "Анна Петрова")));
}

#[test]
fn a_case_that_is_not_theirs_answers_like_one_that_does_not_exist() {
    let buttons = [
        Button::Case(case()),
        Button::Rename(case()),
        Button::Archive(case()),
        Button::Delete(case()),
        Button::DeleteYes { case: case(), stamp: 4 },
        Button::Screening(case()),
        Button::Invite { case: case(), days: 7 },
        Button::Link(case()),
        Button::RevokeYes { case: case(), stamp: 4 },
        Button::Results { case: case(), page: 0 },
    ];
    for button in buttons {
        let turn = Stage::new().press(&button, &Facts::default());
        assert!(said(&turn).contains("Этого здесь нет"), "{button:?}");
        let silent = turn.effects.iter().all(|effect| matches!(effect, Effect::Show(_) | Effect::AnswerPress { .. }));
        assert!(silent, "{button:?} {:?}", turn.effects);
    }
}

#[test]
fn deletion_needs_the_button_of_the_turn_that_asked() {
    let facts = with_case(Screening::None, 0);
    let stale = Stage::new().press(&Button::DeleteYes { case: case(), stamp: 3 }, &facts);
    assert!(!has(&stale, |effect| matches!(effect, Effect::DeleteCase { .. })));
    let current = Stage::new().press(&Button::DeleteYes { case: case(), stamp: 4 }, &facts);
    assert!(has(&current, |effect| matches!(effect, Effect::DeleteCase { .. })));
}

#[test]
fn a_question_leaves_the_chat_where_it_was_and_its_answer_does_not() {
    let mut facts = with_case(waiting(), 50);
    let (none, held, prices) = (Stars(0), Vec::new(), Vec::new());
    facts.wallet = Some(bot_kit::Wallet { available: none, reserved: none, debt: none, held, prices });
    for (ask, yes) in [
        (Button::Delete(case()), Button::DeleteYes { case: case(), stamp: 4 }),
        (Button::Revoke(case()), Button::RevokeYes { case: case(), stamp: 4 }),
        (Button::ForgetMe, Button::ForgetMeYes { stamp: 4 }),
    ] {
        let mut stage = Stage::new();
        let asked = stage.press(&ask, &facts);
        assert!(asked.only_asks() && keys(&asked).contains(&yes.encode()), "{ask:?}: {:?}", keys(&asked));
        assert!(!stage.press(&yes, &facts).only_asks(), "{yes:?}");
    }
}

#[test]
fn an_invitation_is_made_once_and_only_with_enough_stars() {
    let invite = Button::Invite { case: case(), days: 3 };
    let launched = |turn: &Turn<State>| has(turn, |effect| matches!(effect, Effect::Launch(_)));
    let made = Stage::new().press(&invite, &with_case(Screening::None, 50));
    assert!(launched(&made) && said(&made).contains("https://t.me/psy_screen_bot?start="));
    assert!(!launched(&Stage::new().press(&invite, &with_case(Screening::None, 49))));
    let again = Stage::new().press(&invite, &with_case(waiting(), 500));
    assert!(!launched(&again) && said(&again).contains("start=secret"), "the same link is shown again");
    assert!(!launched(&Stage::new().press(&invite, &with_case(Screening::Writing, 500))));
    let mut archived = with_case(Screening::None, 500);
    archived.case.as_mut().unwrap().archived = true;
    assert!(!launched(&Stage::new().press(&invite, &archived)));
}

#[test]
fn only_an_administrator_invites_specialists() {
    let button = Button::Admin(AdminButton::Invite { uses: 1, days: 7, stamp: 4 });
    let invites = |effect: &Effect| matches!(effect, Effect::InviteSpecialist { .. });
    assert!(!has(&Stage::new().press(&button, &Facts::default()), invites));
    let mut stage = Stage::new();
    stage.admin = true;
    assert!(has(&stage.press(&button, &Facts::default()), invites));
    stage.version += 1;
    assert!(!has(&stage.press(&button, &Facts::default()), invites), "a doubled tap invites once");
}

#[test]
fn a_stranger_is_registered_by_a_good_invitation_only() {
    let registers = |effect: &Effect| matches!(effect, Effect::Register { .. });
    for (invite, expected) in [(Some(true), true), (Some(false), false), (None, false)] {
        let mut stage = Stage::new();
        stage.specialist = None;
        let facts = Facts { invite, ..Facts::default() };
        let turn = stage.step(State::Idle, Event::Opened { token: Some("invite_abc".into()) }, &facts);
        assert_eq!(has(&turn, registers), expected, "{invite:?}");
    }
}

#[test]
fn an_invitation_is_taken_back_once_and_only_while_nobody_opened_it() {
    let revokes = |effect: &Effect| matches!(effect, Effect::RevokePass { .. });
    let yes = |stamp| Button::RevokeYes { case: case(), stamp };
    assert!(has(&Stage::new().press(&yes(4), &with_case(waiting(), 0)), revokes));
    assert!(!has(&Stage::new().press(&yes(3), &with_case(waiting(), 0)), revokes));
    assert!(!has(&Stage::new().press(&yes(4), &with_case(Screening::Writing, 0)), revokes));
}

#[test]
fn an_archived_case_gives_out_no_link_and_no_label_but_its_invitation_can_be_taken_back() {
    let mut facts = with_case(waiting(), 500);
    facts.case.as_mut().unwrap().archived = true;
    assert!(!said(&Stage::new().press(&Button::Link(case()), &facts)).contains("start="));
    assert_eq!(Stage::new().press(&Button::Rename(case()), &facts).state, State::Idle);
    let typed = Stage::new().step(State::Renaming { case: case() }, Event::Said("К-9".into()), &facts);
    assert!(!has(&typed, |effect| matches!(effect, Effect::RenameCase { .. })));
    let card = Stage::new().press(&Button::Case(case()), &facts);
    assert!(keys(&card).contains(&Button::Screening(case()).encode()));
    let screening = Stage::new().press(&Button::Screening(case()), &facts);
    assert!(keys(&screening).contains(&Button::Revoke(case()).encode()));
}

#[test]
fn a_doubt_is_answered_with_words_and_an_old_key_asks_again() {
    let doubting = |case| State::Doubting { label: "Анна Петрова".into(), case };
    let words = Stage::new().step(doubting(None), Event::Said("всё равно".into()), &Facts::default());
    assert!(has(&words, |effect| matches!(effect, Effect::OpenCase { label, .. } if label == "Анна Петрова")));
    let other = Stage::new().step(doubting(None), Event::Said("К-3".into()), &Facts::default());
    assert!(has(&other, |effect| matches!(effect, Effect::OpenCase { label, .. } if label == "К-3")));
    let old =
        Stage::new().step(doubting(None), Event::Pressed { data: Button::KeepLabel { stamp: 1 }.encode() }, &Facts::default());
    assert_eq!(old.state, doubting(None));
    assert!(old.only_asks() && keys(&old).contains(&Button::KeepLabel { stamp: 4 }.encode()));
    let gone = Stage::new().step(doubting(Some(case())), Event::Said("К-3".into()), &Facts::default());
    assert!(said(&gone).contains("Этого здесь нет") && !has(&gone, |effect| matches!(effect, Effect::RenameCase { .. })));
}

#[test]
fn cancel_says_what_was_canceled() {
    let cancel = |state| said(&Stage::new().step(state, Event::Command(Command::Cancel), &Facts::default()));
    assert!(cancel(State::Idle).contains("Отменять нечего"));
    assert!(cancel(State::Naming).contains("новый кейс не заведён"));
    assert!(cancel(State::Renaming { case: case() }).contains("называется по-прежнему"));
    assert!(cancel(State::Doubting { label: "К".into(), case: Some(case()) }).contains("называется по-прежнему"));
}

#[test]
fn a_danger_notice_is_acknowledged_once_and_leads_to_its_case() {
    let event = domain::SafetyEventId(Uuid::from_u128(70));
    let press = |acknowledged| {
        let danger = Some(bot_kit::DangerNotice { event, case: case(), acknowledged });
        Stage::new().press(&Button::Console(ConsoleButton::Acknowledge(event)), &Facts { danger, ..Facts::default() })
    };
    let first = press(false);
    assert!(has(&first, |effect| *effect == Effect::AcknowledgeDanger { event }));
    assert!(keys(&first).contains(&Button::Case(case()).encode()));
    assert!(!has(&press(true), |effect| matches!(effect, Effect::AcknowledgeDanger { .. })));
}

#[test]
fn an_administrators_command_is_unknown_to_everybody_else() {
    let ask = |admin| {
        let mut stage = Stage::new();
        stage.admin = admin;
        said(&stage.step(State::Idle, Event::Command(Command::Admin), &Facts::default()))
    };
    assert_eq!(ask(false), said(&Stage::new().step(State::Idle, Event::Command(Command::Unknown), &Facts::default())));
    assert_ne!(ask(true), ask(false));
}

#[test]
fn an_invitation_is_used_up_only_by_somebody_who_is_not_registered() {
    let open: Event = Event::Opened { token: Some("invite_abc".into()) };
    let mut stage = Stage::new();
    assert_eq!(stage.needs(&State::Idle, &open), vec![]);
    stage.specialist.as_mut().unwrap().blocked = true;
    assert_eq!(stage.needs(&State::Idle, &open), vec![]);
    stage.specialist = None;
    assert_eq!(stage.needs(&State::Idle, &open), vec![Need::UseInvite { token: "abc".into() }]);
}

#[test]
fn a_list_that_became_shorter_leads_back_into_it() {
    let page = bot_kit::Page { lines: vec![], page: u32::MAX, pages: 2 };
    let facts = Facts { cases: Some(page), ..Facts::default() };
    let turn = Stage::new().press(&Button::Cases { archived: false, page: u32::MAX }, &facts);
    assert!(said(&turn).contains("уже ничего нет"));
    assert!(keys(&turn).contains(&Button::Cases { archived: false, page: 1 }.encode()));
}

#[test]
fn every_screen_has_a_way_back() {
    let facts = with_case(waiting(), 500);
    for button in [
        Button::Menu,
        Button::Guide(crate::button::GuideButton::Enter),
        Button::New,
        Button::Case(case()),
        Button::Rename(case()),
        Button::Delete(case()),
        Button::Screening(case()),
        Button::Revoke(case()),
        Button::Settings,
        Button::Training,
        Button::TrainingPicture { stamp: 0 },
        Button::Countries,
    ] {
        let turn = Stage::new().press(&button, &facts);
        assert!(keys(&turn).iter().any(|data| Button::decode(data).is_some()), "{button:?}");
    }
}
