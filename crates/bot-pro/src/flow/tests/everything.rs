//! Every state meets every event, with everything there and with nothing there, in both languages.
use bot_kit::{DangerNotice, FileKind, FileLine, MESSAGE_UNITS, PRESS_ANSWER_CHARS, Page, ResultCard, utf16_units};
use domain::{ArtifactId, FileId, RunId, SafetyEventId, artifact};

use super::*;
use crate::button::{CareButton, GuideButton, every_button};

fn artifact() -> ArtifactId {
    ArtifactId(Uuid::from_u128(80))
}

/// A result whose every text is as long as it can get.
fn result() -> ResultCard {
    let long = "длинное слово & <знак> ".repeat(30);
    let content = artifact::Artifact {
        meta: artifact::Meta {
            service_id: ServiceId::Screen,
            artifact_version: artifact::CONTRACT_VERSION.into(),
            context_id: case(),
            run_id: RunId(Uuid::from_u128(81)),
            created_at: DateTime::<Utc>::UNIX_EPOCH,
            language: Locale::Ru,
            correlation_id: "c".into(),
        },
        summary: artifact::Summary {
            one_liner: "Одна фраза".into(),
            risk_flags: std::iter::once("первый риск".to_owned()).chain(vec![long.clone(); 9]).collect(),
            resource_flags: vec![long.clone(); 9],
        },
        markers: vec![
            artifact::Marker { name: "mode".into(), value: "defense".into() },
            artifact::Marker { name: "own_marker".into(), value: "0.5".into() },
        ],
        questions_for_session: [3, 1, 2]
            .map(|n| artifact::SessionQuestion { q: format!("Вопрос {n} {long}"), why: long.clone(), priority: n })
            .to_vec(),
        actions: vec![],
        raw: Default::default(),
    };
    let kinds = [FileKind::Txt, FileKind::Docx, FileKind::Json, FileKind::Profile, FileKind::Portrait];
    let files = kinds.map(|kind| FileLine { file: FileId(Uuid::from_u128(90 + kind as u128)), kind }).to_vec();
    let portrait = bot_kit::PortraitText { text: long.repeat(9), locale: Locale::Ru, letter: false };
    ResultCard {
        artifact: artifact(),
        case: case(),
        case_label: "К-014".into(),
        content,
        files,
        portrait: Some(portrait),
        released_at: None,
        reachable: true,
        rewritable: true,
    }
}

fn screenings() -> Vec<Screening> {
    let at = DateTime::<Utc>::UNIX_EPOCH;
    // A new variant does not compile here until it is in the list below.
    let _ = |screening: Screening| match screening {
        Screening::None
        | Screening::Waiting { .. }
        | Screening::Opened { .. }
        | Screening::InProgress { .. }
        | Screening::Writing
        | Screening::Done { .. }
        | Screening::Expired
        | Screening::Revoked
        | Screening::Declined
        | Screening::Withdrawn
        | Screening::Failed => {}
    };
    vec![
        Screening::None,
        waiting(),
        Screening::Opened { at },
        Screening::InProgress { phase: 2, question: 7 },
        Screening::InProgress { phase: 4, question: 30 },
        Screening::Writing,
        Screening::Done { artifact: artifact(), at },
        Screening::Expired,
        Screening::Revoked,
        Screening::Declined,
        Screening::Withdrawn,
        Screening::Failed,
    ]
}

pub(super) fn full(screening: Screening, archived: bool) -> Facts {
    let at = DateTime::<Utc>::UNIX_EPOCH;
    let case_line = |last_result| bot_kit::CaseLine { case: case(), label: "К-014".into(), last_activity_at: at, last_result };
    let line =
        bot_kit::ResultLine {
            artifact: artifact(), service: ServiceId::Screen, created_at: at, one_liner: "фраза ".repeat(50)
        };
    Facts {
        invite: Some(true),
        cases: Some(Page { lines: vec![case_line(None), case_line(Some((ServiceId::Screen, at)))], page: 1, pages: 3 }),
        case: Some(CaseCard { archived, ..card(screening) }),
        offer: Some(Offer { price: Stars(50), available: Stars(500) }),
        results: Some(Page { lines: vec![line], page: 1, pages: 3 }),
        result: Some(result()),
        danger: Some(DangerNotice { event: SafetyEventId(artifact().0), case: case(), acknowledged: false }),
        ..super::care::facts()
    }
}

fn all_facts() -> Vec<Facts> {
    let mut all = vec![Facts::default(), full(Screening::None, true), full(waiting(), true)];
    all.extend(screenings().into_iter().map(|screening| full(screening, false)));
    all
}

fn states() -> Vec<State> {
    let talks = crate::flow::guide::every_talk().into_iter().map(|talk| State::Guide(Box::new(talk)));
    let others = vec![
        State::Idle,
        State::Naming,
        State::Doubting { label: "Анна Петрова".into(), case: None },
        State::Doubting { label: "Анна Петрова".into(), case: Some(case()) },
        State::Renaming { case: case() },
        State::ToppingUp { then: None },
        State::ToppingUp { then: Some(super::money::then()) },
        State::Searching,
        State::Adjusting { user: super::money::user(), add: true },
        State::AdjustingSure { user: super::money::user(), stars: Stars(-5), note: "причина".into() },
        State::Pricing { service: ServiceId::Screen },
        State::Inviting,
        State::InvitingSure { uses: 5, days: 14, note: "Казань".into() },
        State::Announcing,
        State::AnnouncingSure { text: "Завтра обновление".into() },
        State::PricingSure { service: ServiceId::Screen, stars: Stars(70) },
    ];
    others.into_iter().chain(talks).collect()
}

pub(super) fn commands() -> Vec<Command> {
    let words =
        "help cancel menu cases new guide balance settings terms paysupport privacy export delete_me admin sos pause stop x";
    words.split(' ').filter_map(|word| Command::parse(&format!("/{word}"))).collect()
}

fn presses() -> Vec<Event> {
    let mut data: Vec<String> = Vec::new();
    for stamp in [4, 3] {
        data.extend(every_button(super::named(), stamp).iter().map(Button::encode));
    }
    data.sort_unstable();
    data.dedup();
    data.into_iter().map(|data| Event::Pressed { data }).collect()
}

fn events() -> Vec<Event> {
    let mut all = presses();
    all.extend(commands().into_iter().map(Event::Command));
    all.extend([
        Event::Opened { token: None },
        Event::Opened { token: Some("invite_x".into()) },
        Event::Opened { token: Some("чужое".into()) },
        Event::Said("К-015".into()),
        Event::Said("Пётр Ильич Смирнов".into()),
        Event::Said("  ".into()),
        Event::Said("всё равно".into()),
        Event::Said("150".into()),
        Event::Said("50 за обучение".into()),
        Event::Said("5 14 Группа в Казани".into()),
        Event::Pressed { data: "nonsense".into() },
        Event::Said("Что такое слой? ".repeat(200)),
        Event::Said("Как быть, если я не хочу больше жить?".into()),
    ]);
    all.extend(bot_kit::every_media().map(Event::Media));
    all
}

/// What every turn keeps to, whatever happened.
fn check(turn: &Turn<State>, what: &dyn std::fmt::Debug) {
    assert!(speaks(turn), "silence: {what:?}");
    for effect in &turn.effects {
        match effect {
            Effect::Say(say) | Effect::Show(say) | Effect::Edit { say, .. } => {
                let units = utf16_units(&say.html.visible());
                assert!((1..=MESSAGE_UNITS).contains(&units), "{units} units: {what:?}");
                assert!(!say.html.as_str().contains("{}"), "a gap in {what:?}");
            }
            Effect::AnswerPress { text, .. } => {
                assert!((1..=PRESS_ANSWER_CHARS).contains(&text.chars().count()), "{text}: {what:?}");
            }
            _ => {}
        }
    }
}

#[test]
fn nothing_is_met_with_silence() {
    for (locale, admin) in [(Locale::Ru, false), (Locale::En, true)] {
        for facts in all_facts() {
            for state in states() {
                for event in events() {
                    let mut stage = Stage::new();
                    (stage.locale, stage.admin) = (locale, admin);
                    let turn = stage.step(state.clone(), event.clone(), &facts);
                    check(&turn, &(locale, &state, &event, &facts.case));
                }
            }
        }
    }
}

#[test]
fn only_the_questions_for_a_text_wait_for_one() {
    for facts in all_facts() {
        for state in states() {
            for event in presses().into_iter().chain(commands().into_iter().map(Event::Command)) {
                let turn = Stage::new().step(state.clone(), event.clone(), &facts);
                let asks = match &event {
                    Event::Command(command) => matches!(command, Command::New | Command::Guide),
                    Event::Pressed { data } => {
                        use AdminButton::{Adjust, Care, Price, Search};
                        matches!(
                            Button::decode(data),
                            Some(
                                Button::New
                                    | Button::Guide(GuideButton::Enter | GuideButton::Again)
                                    | Button::Rename(_)
                                    | Button::KeepLabel { .. }
                                    | Button::Wallet(WalletButton::BuyOther { .. })
                                    | Button::Admin(
                                        Adjust { .. } | Price(_) | Search | Care(CareButton::AskInvite | CareButton::Announce)
                                    )
                            )
                        )
                    }
                    _ => false,
                };
                assert!(asks || turn.state == State::Idle, "{state:?} {event:?} waits: {:?}", turn.state);
            }
        }
    }
}

#[test]
fn a_stranger_changes_nothing_but_by_an_invitation() {
    for state in states() {
        for event in events() {
            let mut stage = Stage::new();
            stage.specialist = None;
            let turn = stage.step(state.clone(), event.clone(), &Facts { invite: Some(false), ..full(waiting(), false) });
            check(&turn, &event);
            assert_eq!(turn.state, State::Idle);
            assert!(turn.effects.iter().all(|effect| matches!(effect, Effect::Show(_) | Effect::DropJob { .. })), "{event:?}");
            let invited = matches!(&event, Event::Opened { token: Some(token) } if token.starts_with("invite_"));
            assert_eq!(!stage.needs(&state, &event).is_empty(), invited, "{event:?}");
        }
    }
}

#[test]
fn a_blocked_specialist_gets_one_sentence_and_nothing_else() {
    for state in states() {
        for event in events() {
            let mut stage = Stage::new();
            stage.admin = true;
            stage.specialist.as_mut().unwrap().blocked = true;
            let turn = stage.step(state.clone(), event.clone(), &full(waiting(), false));
            assert_eq!(stage.needs(&state, &event), vec![], "{event:?}");
            assert!(matches!(turn.effects.as_slice(), [Effect::Say(_)] | [Effect::Say(_), Effect::DropJob { .. }]), "{event:?}");
            let sentence = said(&turn).contains("закрыт");
            assert!(sentence || event == Event::Command(Command::Sos), "{event:?}");
        }
    }
}

#[test]
fn what_speaks_of_a_case_goes_with_the_case() {
    for screening in screenings() {
        for archived in [false, true] {
            for button in every_button(super::named(), 4) {
                let facts = full(screening.clone(), archived);
                let turn = Stage::new().press(&button, &facts);
                // The question for a new label names a code of this form as an example.
                for effect in turn.effects.iter().filter(|_| button != Button::New) {
                    if let Effect::Say(say) | Effect::Show(say) = effect
                        && say.html.visible().contains("К-014")
                    {
                        assert_eq!(say.case, Some(case()), "{button:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_foreign_id_in_any_button_changes_nothing() {
    for event in presses() {
        let Event::Pressed { data } = &event else { continue };
        // An invoice is for the presser's own wallet; one that names a case is no invoice without it.
        use WalletButton::Buy;
        let own = matches!(
            Button::decode(data),
            Some(
                Button::Language(_)
                    | Button::Country(_)
                    | Button::Notify(_)
                    | Button::Days(_)
                    | Button::Guide(_)
                    | Button::ForgetMeYes { .. }
                    | Button::Wallet(Buy { then: None, .. })
            )
        );
        let turn = Stage::new().step(State::Idle, event.clone(), &Facts::default());
        let says = |effect: &Effect| matches!(effect, Effect::Show(_) | Effect::AnswerPress { .. });
        assert!(own || turn.effects.iter().all(says), "{event:?} {:?}", turn.effects);
    }
}

#[test]
fn a_result_shows_its_risks_first_and_its_questions_by_priority() {
    let turn = Stage::new().press(&Button::Result(artifact()), &full(Screening::None, false));
    let text = said(&turn);
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("no «{part}» in {text}"));
    let order = ["первый риск", "Одна фраза", "Опоры", "режим: защита", "Вопрос 1", "Вопрос 2", "Вопрос 3"].map(at);
    assert!(order.is_sorted(), "{order:?}");
    assert!(!text.contains("own_marker"));
    for kind in [FileKind::Txt, FileKind::Docx, FileKind::Json, FileKind::Profile] {
        let button = Button::File { artifact: artifact(), kind };
        assert!(keys(&turn).contains(&button.encode()));
        let sent = Stage::new().press(&button, &full(Screening::None, false));
        let file = FileId(Uuid::from_u128(90 + kind as u128));
        assert!(has(&sent, |effect| matches!(effect, Effect::SendFile { file: sent, .. } if *sent == file)), "{kind:?}");
    }
}

#[test]
fn a_new_invitation_is_offered_only_when_none_goes_on() {
    for screening in screenings() {
        let turn = Stage::new().press(&Button::Screening(case()), &full(screening.clone(), false));
        let goes_on = matches!(
            screening,
            Screening::Waiting { .. } | Screening::Opened { .. } | Screening::InProgress { .. } | Screening::Writing
        );
        let offered = keys(&turn).contains(&Button::Invite { case: case(), days: 7 }.encode());
        assert_eq!(offered, !goes_on, "{screening:?}");
        let pressed = Stage::new().press(&Button::Invite { case: case(), days: 7 }, &full(screening.clone(), false));
        assert_eq!(has(&pressed, |effect| matches!(effect, Effect::Launch(_))), !goes_on, "{screening:?}");
    }
}

#[test]
fn a_portrait_is_read_before_it_is_given_and_given_once_by_the_key_of_that_reading() {
    let yes = |stamp| Button::PortraitYes { artifact: artifact(), stamp };
    let gives = |turn: &Turn<State>| has(turn, |effect| matches!(effect, Effect::ReleasePortrait { .. }));
    let facts = full(Screening::None, false);
    let shown = Stage::new().press(&Button::Portrait(artifact()), &facts);
    assert!(!gives(&shown) && keys(&shown).contains(&yes(4).encode()));
    assert!(said(&shown).contains("длинное слово"), "the whole text is read");
    assert!(gives(&Stage::new().press(&yes(4), &facts)));
    assert!(!gives(&Stage::new().press(&yes(3), &facts)));
    for (released_at, reachable) in [(Some(DateTime::<Utc>::UNIX_EPOCH), true), (None, false)] {
        let result = ResultCard { released_at, reachable, ..result() };
        let facts = Facts { result: Some(result), ..facts.clone() };
        assert!(!gives(&Stage::new().press(&yes(4), &facts)));
        let shown = Stage::new().press(&Button::Portrait(artifact()), &facts);
        assert!(!keys(&shown).contains(&yes(4).encode()));
    }
}

#[test]
fn a_report_is_written_anew_only_where_it_may_be() {
    let rewrite = |stamp| Button::Rewrite { artifact: artifact(), stamp };
    let asks = |turn: &Turn<State>| {
        has(turn, |effect| matches!(effect, Effect::Enqueue(job) if job.kind == bot_kit::JobKind::ScreenRewrite))
    };
    let facts = full(Screening::None, false);
    assert!(asks(&Stage::new().press(&rewrite(4), &facts)));
    assert!(!asks(&Stage::new().press(&rewrite(3), &facts)), "a doubled tap asks once");
    let facts = Facts { result: Some(ResultCard { rewritable: false, ..result() }), ..facts };
    let card = Stage::new().press(&Button::Result(artifact()), &facts);
    assert!(!keys(&card).iter().any(|data| data.starts_with("rw:")));
    assert!(!asks(&Stage::new().press(&rewrite(4), &facts)));
}
