//! Looking after the platform.
use bot_kit::{Again, Audience, FailedId, FailedLine, FailedQueue, Health, InviteLine, JobKind, Page, WebhookLine};
use chrono::TimeDelta;
use domain::{BotId, InviteId, JobId, UpdateId};

use super::*;
use crate::button::CareButton;

fn now() -> DateTime<Utc> {
    DateTime::<Utc>::UNIX_EPOCH
}

fn invite(used: u32, revoked: bool) -> InviteLine {
    InviteLine {
        invite: InviteId(Uuid::from_u128(80)),
        note: Some("Группа & <Казань>".into()),
        uses: 5,
        used,
        expires_at: now() + TimeDelta::days(3),
        revoked,
    }
}

fn failed(again: Again) -> FailedLine {
    FailedLine {
        id: FailedId::Update(BotId::Screen, UpdateId(12)),
        bot: Some(BotId::Screen),
        kind: "update".into(),
        why: "panic".into(),
        at: now(),
        uncertain: true,
        again,
    }
}

/// Everything there is to be looked after.
pub(super) fn facts() -> Facts {
    let webhook = |bot: &BotId| WebhookLine {
        bot: *bot,
        url_matches: Some(*bot != BotId::Screen),
        pending: Some(70),
        last_error: Some(("timeout".into(), now())),
        checked_at: (*bot != BotId::Simulator).then(now),
    };
    Facts {
        invites: Some(Page { lines: vec![invite(0, false), invite(5, false), invite(1, true)], page: 1, pages: 3 }),
        invite_line: Some(invite(2, false)),
        health: Some(Health {
            jobs_waiting: 3,
            jobs_running: 1,
            jobs_oldest_secs: 90_000,
            messages_waiting: 7,
            messages_oldest_secs: 61,
            failed_jobs: 1,
            failed_messages: 2,
            dead_updates: 3,
            refusals: 4,
            webhooks: BotId::ALL.iter().map(webhook).collect(),
        }),
        failed: Some(Page { lines: vec![failed(Again::Yes); 8], page: 1, pages: 3 }),
        failed_one: Some(failed(Again::Yes)),
        audience: Some(Audience { reached: 40, left_out: 2 }),
        ..super::money::facts()
    }
}

fn admin() -> Stage {
    Stage { admin: true, ..Stage::new() }
}

fn press(state: State, button: CareButton, facts: &Facts) -> Turn<State> {
    let data = Button::Admin(AdminButton::Care(button)).encode();
    admin().step(state, Event::Pressed { data }, facts)
}

fn say(state: State, text: &str, facts: &Facts) -> Turn<State> {
    admin().step(state, Event::Said(text.into()), facts)
}

#[test]
fn an_invitation_in_words_is_asked_about_and_made_once() {
    for bad in ["", "5", "5 14", "0 14 кто", "51 14 кто", "5 31 кто", "пять дней кто"] {
        let turn = say(State::Inviting, bad, &facts());
        assert_eq!(turn.state, State::Inviting, "{bad}");
    }
    let asked = say(State::Inviting, "5 14  Группа в  Казани", &facts());
    let sure = State::InvitingSure { uses: 5, days: 14, note: "Группа в Казани".into() };
    assert_eq!(asked.state, sure);
    let makes = |turn: &Turn<State>| {
        has(
            turn,
            |effect| matches!(effect, Effect::InviteSpecialist { uses: 5, days: 14, note: Some(note), .. } if note == "Группа в Казани"),
        )
    };
    assert!(makes(&press(sure.clone(), CareButton::InviteYes { stamp: 4 }, &facts())));
    assert!(!makes(&press(sure, CareButton::InviteYes { stamp: 3 }, &facts())));
    assert!(!makes(&press(State::Idle, CareButton::InviteYes { stamp: 4 }, &facts())));
}

#[test]
fn an_invitation_is_taken_back_while_somebody_may_still_use_it() {
    let id = InviteId(Uuid::from_u128(80));
    let revokes = |line: InviteLine, stamp| {
        let facts = Facts { invite_line: Some(line), ..facts() };
        let turn = press(State::Idle, CareButton::Revoke { invite: id, stamp }, &facts);
        has(&turn, |effect| *effect == Effect::RevokeInvite { invite: id })
    };
    assert!(revokes(invite(2, false), 4));
    assert!(!revokes(invite(2, false), 3) && !revokes(invite(5, false), 4) && !revokes(invite(2, true), 4));
}

#[test]
fn access_is_closed_after_a_yes_and_nobody_closes_their_own() {
    let user = super::money::user();
    let closes = |stage: &mut Stage, stamp| {
        let button = Button::Admin(AdminButton::Care(CareButton::BlockYes { user, on: true, stamp }));
        let turn = stage.press(&button, &facts());
        has(&turn, |effect| *effect == Effect::SetBlocked { user, blocked: true })
    };
    let of = |id| {
        let mut stage = admin();
        stage.specialist.as_mut().unwrap().user_id = id;
        stage
    };
    let other = UserId(Uuid::from_u128(999));
    assert!(closes(&mut of(other), 4) && !closes(&mut of(other), 3));
    let button = |button| Button::Admin(AdminButton::Care(button));
    let asked = of(other).press(&button(CareButton::Block { user, on: true }), &facts());
    let yes = button(CareButton::BlockYes { user, on: true, stamp: 4 });
    assert!(asked.only_asks() && keys(&asked).contains(&yes.encode()), "{:?}", keys(&asked));
    assert!(!closes(&mut of(user), 4));
}

#[test]
fn what_failed_is_tried_again_only_where_it_may_be_and_by_the_key_of_the_card_just_shown() {
    let id = failed(Again::Yes).id;
    let tries = |again, stamp| {
        let facts = Facts { failed_one: Some(failed(again)), ..facts() };
        let turn = press(State::Idle, CareButton::Again { id, stamp }, &facts);
        has(&turn, |effect| *effect == Effect::TryAgain { id })
    };
    assert!(tries(Again::Yes, 4) && !tries(Again::Yes, 3));
    for why in [Again::Gone, Again::NoContent, Again::RunOver, Again::NoReserve, Again::TooLate, Again::Unreachable] {
        assert!(!tries(why, 4), "{why:?}");
        let facts = Facts { failed_one: Some(failed(why)), ..facts() };
        let card = press(State::Idle, CareButton::FailedOne(id), &facts);
        assert!(
            !keys(&card).iter().any(|data| data.starts_with("ah:a:")) && keys(&card).iter().any(|data| data.starts_with("ah:d:"))
        );
    }
    let discards = |stamp| {
        let turn = press(State::Idle, CareButton::Discard { id, stamp }, &facts());
        has(&turn, |effect| *effect == Effect::Discard { id })
    };
    assert!(discards(4) && !discards(3));
    let nothing = press(State::Idle, CareButton::Again { id: FailedId::Job(JobId(Uuid::nil())), stamp: 4 }, &Facts::default());
    assert!(!has(&nothing, |effect| matches!(effect, Effect::TryAgain { .. })));
}

#[test]
fn the_health_screen_names_every_queue_and_every_webhook() {
    let turn = press(State::Idle, CareButton::Health, &facts());
    let text = said(&turn);
    for part in [
        "Отказов 429 за час: 4",
        "⚠️ screen · в очереди 70 · чужой адрес · timeout",
        "⚠️ simulator · нет сведений",
        "25 ч",
        "1 мин",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for queue in FailedQueue::ALL {
        let button = Button::Admin(AdminButton::Care(CareButton::Failed { queue, page: 0 }));
        assert!(keys(&turn).contains(&button.encode()));
    }
}

#[test]
fn a_message_to_all_is_looked_at_first_and_sent_once() {
    let turn = say(State::Announcing, " Завтра в полдень <обновление>. ", &facts());
    let sure = State::AnnouncingSure { text: "Завтра в полдень <обновление>.".into() };
    assert_eq!(turn.state, sure);
    assert!(said(&turn).starts_with("Завтра в полдень <обновление>.\n") && said(&turn).contains("Получат: 40 человек"));
    let sends = |turn: &Turn<State>| {
        has(turn, |effect| matches!(effect, Effect::Announce(job) if job.kind == JobKind::Broadcast && job.about.is_none()))
    };
    assert!(!sends(&turn));
    let yes = |stamp| CareButton::AnnounceYes { stamp };
    assert!(sends(&press(sure.clone(), yes(4), &facts())));
    assert!(!sends(&press(sure, yes(3), &facts())) && !sends(&press(State::Idle, yes(4), &facts())));
    assert_eq!(say(State::Announcing, &"а".repeat(3_501), &facts()).state, State::Announcing);
    let nobody = Facts { audience: Some(Audience { reached: 0, left_out: 3 }), ..facts() };
    assert_eq!(say(State::Announcing, "текст", &nobody).state, State::Idle);
}

#[test]
fn words_left_over_from_an_administrator_do_nothing_for_anybody_else() {
    for state in [State::Inviting, State::Announcing] {
        let turn = Stage::new().step(state, Event::Said("5 14 Группа".into()), &facts());
        assert_eq!(turn.state, State::Idle);
        assert!(turn.effects.iter().all(|effect| matches!(effect, Effect::Show(_))));
    }
}
