//! The scheduler as a value: order, parallelism, retries. Time is a number here.

use std::sync::Arc;

use serde_json::json;

use crate::delivery::{Attempt, Fate, Scheduler};
use crate::queue::{Draft, Updates, queue_of};

const OK: Attempt = Attempt::Accepted;
const NOTHING: [i64; 0] = [];
const FAIL: Attempt = Attempt::Failed { retry_after: 0 };

fn push(updates: &mut Updates, kind: &str, chat: i64, now: f64) -> i64 {
    let draft = Draft { kind: kind.to_owned(), content: Arc::new(json!({})), user: chat, chat };
    updates.push(draft, now, 1).unwrap()
}

/// A scheduler that has just delivered something, so that connections open freely.
fn warm(max_connections: usize) -> (Scheduler, Updates) {
    let (mut scheduler, mut updates) = (Scheduler::new(max_connections), Updates::new(1));
    let first = push(&mut updates, "message", 0, 0.0);
    assert_eq!(scheduler.step(&mut updates, 0.0).send, [first]);
    scheduler.finish(&mut updates, first, OK, false, 60, 0.0);
    (scheduler, updates)
}

#[test]
fn a_queue_has_one_update_in_flight_and_keeps_its_order() {
    let (mut scheduler, mut updates) = warm(40);
    let one = push(&mut updates, "message", 7, 0.0);
    let two = push(&mut updates, "edited_message", 7, 0.0);
    let other = push(&mut updates, "message", 8, 0.0);
    assert_eq!(scheduler.step(&mut updates, 0.0).send, [one, other]);
    assert_eq!(scheduler.step(&mut updates, 0.0).send, NOTHING);
    scheduler.finish(&mut updates, other, OK, false, 60, 0.1);
    assert_eq!(scheduler.step(&mut updates, 0.1).send, NOTHING, "the head is still in flight");
    scheduler.finish(&mut updates, one, OK, false, 60, 0.2);
    assert_eq!(scheduler.step(&mut updates, 0.2).send, [two]);
}

#[test]
fn a_message_a_press_and_a_pre_checkout_of_one_person_go_side_by_side() {
    let (mut scheduler, mut updates) = warm(40);
    let kinds = ["message", "callback_query", "pre_checkout_query", "my_chat_member"];
    let mut ids: Vec<i64> = kinds.iter().map(|kind| push(&mut updates, kind, 7, 0.0)).collect();
    let mut sent = scheduler.step(&mut updates, 0.0).send;
    sent.sort_unstable();
    ids.sort_unstable();
    assert_eq!(sent, ids);
    assert_eq!(queue_of("callback_query", 7, 7), (7 + (3 << 33), 150.0));
    assert_eq!(queue_of("pre_checkout_query", 7, 7), (7 + (4 << 33), 150.0));
    assert_eq!(queue_of("my_chat_member", 7, 7), (7 + (5 << 33), 86_400.0));
}

#[test]
fn failures_wait_0_2_4_8_16_32_then_the_drawn_maximum() {
    let (mut scheduler, mut updates) = warm(40);
    let id = push(&mut updates, "message", 7, 0.0);
    let mut now = 0.0;
    let mut waits = Vec::new();
    for _ in 0..9 {
        assert_eq!(scheduler.step(&mut updates, now).send, [id]);
        let Fate::Retry(wait) = scheduler.finish(&mut updates, id, FAIL, false, 63, now) else {
            panic!("a message lives a day");
        };
        if wait > 0.0 {
            assert_eq!(scheduler.step(&mut updates, now + wait - 0.5).send, NOTHING, "too early");
        }
        waits.push(wait);
        now += wait;
    }
    assert_eq!(waits, [0.0, 2.0, 4.0, 8.0, 16.0, 32.0, 63.0, 63.0, 63.0]);
}

#[test]
fn retry_after_has_precedence_and_is_clamped_to_an_hour() {
    let (mut scheduler, mut updates) = warm(40);
    let id = push(&mut updates, "message", 7, 0.0);
    for (asked, wait) in [(5, 5.0), (90_000, 3600.0), (-3, 2.0), (0, 4.0)] {
        let attempt = Attempt::Failed { retry_after: asked };
        let fate = scheduler.finish(&mut updates, id, attempt, false, 60, 0.0);
        assert_eq!(fate, Fate::Retry(wait));
    }
}

#[test]
fn a_press_that_cannot_be_retried_within_150_seconds_is_dropped_and_the_next_moves_up() {
    let (mut scheduler, mut updates) = warm(40);
    let stuck = push(&mut updates, "callback_query", 7, 0.0);
    let next = push(&mut updates, "callback_query", 7, 100.0);
    assert_eq!(scheduler.step(&mut updates, 100.0).send, [stuck]);
    let late = Attempt::Failed { retry_after: 51 };
    let fate = scheduler.finish(&mut updates, stuck, late, false, 60, 100.0);
    assert_eq!(fate, Fate::Expired);
    assert_eq!(scheduler.step(&mut updates, 100.0).send, [next]);
    assert_eq!(updates.len(), 1);
}

#[test]
fn heads_that_always_fail_use_up_all_loaded_queues() {
    let mut updates = Updates::new(1);
    let mut scheduler = Scheduler::new(1);
    for chat in 1..=2 {
        push(&mut updates, "message", chat, 0.0);
    }
    let healthy = push(&mut updates, "message", 3, 0.0);
    let mut now = 0.0;
    while now < 3_000.0 {
        let step = scheduler.step(&mut updates, now);
        assert!(!step.send.contains(&healthy), "no third queue is loaded");
        for id in step.send {
            scheduler.finish(&mut updates, id, FAIL, false, 60, now);
        }
        now += 1.0;
    }
}

#[test]
fn connections_open_ten_per_half_second_after_a_success_and_one_at_a_time_without() {
    let mut updates = Updates::new(1);
    for chat in 1..=30 {
        push(&mut updates, "message", chat, 0.0);
    }
    let mut scheduler = Scheduler::new(40);
    let cold = scheduler.step(&mut updates, 0.0);
    assert_eq!(cold.send.len(), 1, "one connection before the first success");
    scheduler.finish(&mut updates, cold.send[0], OK, false, 60, 0.0);
    let step = scheduler.step(&mut updates, 0.1);
    assert_eq!(step.send.len(), 11, "the one there was and ten new ones");
    assert_eq!(step.wake_at, Some(0.6));
    assert_eq!(scheduler.step(&mut updates, 0.6).send.len(), 10);
}

#[test]
fn after_an_outage_a_closed_connection_is_replaced_every_two_seconds() {
    let mut updates = Updates::new(1);
    let mut scheduler = Scheduler::new(40);
    let id = push(&mut updates, "message", 1, 0.0);
    assert_eq!(scheduler.step(&mut updates, 0.0).send, [id]);
    scheduler.finish(&mut updates, id, FAIL, true, 60, 0.0);
    let step = scheduler.step(&mut updates, 0.0);
    assert_eq!((step.send, step.wake_at), (Vec::new(), Some(2.0)));
    assert_eq!(scheduler.step(&mut updates, 2.0).send, [id]);
}

#[test]
fn unwanted_kinds_are_not_created_and_the_rest_needs_no_asking() {
    let mut updates = Updates::new(1);
    assert!(updates.allows("message") && !updates.allows("chat_member"));
    updates.allowed = Some(vec!["callback_query".to_owned(), "chat_member".to_owned()]);
    assert!(!updates.allows("message") && updates.allows("chat_member"));
    updates.allowed = Some(Vec::new());
    assert!(updates.allows("message") && !updates.allows("chat_member"));
}

#[test]
fn numbering_starts_anew_above_two_billion() {
    let mut updates = Updates::new(2_000_000_000);
    assert_eq!(push(&mut updates, "message", 1, 0.0), 2_000_000_000);
    assert_eq!(push(&mut updates, "message", 1, 0.0), 1);
    assert_eq!(updates.poll(1, 10, 0.0).len(), 1, "the older one is confirmed though its id is larger");
}

#[test]
fn idle_connections_close_after_a_minute() {
    let (mut scheduler, mut updates) = warm(40);
    for chat in 1..=5 {
        push(&mut updates, "message", chat, 1.0);
    }
    for id in scheduler.step(&mut updates, 1.0).send {
        scheduler.finish(&mut updates, id, OK, false, 60, 1.0);
    }
    for chat in 1..=5 {
        push(&mut updates, "message", chat, 62.0);
    }
    assert_eq!(scheduler.step(&mut updates, 62.0).send.len(), 1, "the five of a minute ago are gone");
}
