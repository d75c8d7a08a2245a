//! What is done to the platform, and when: everything follows from a seed.
use std::time::Duration;

use fake_claude::FaultKind as ClaudeFault;
use fake_telegram::FaultKind as TelegramFault;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};

/// Death points of each service.
const POINTS: [(&str, &[&str]); 3] = [
    ("psycheos-api", &["turn_opened", "turn_before_commit", "turn_after_commit"]),
    (
        "psycheos-worker",
        &["job_claimed", "claude_replied", "step_kept", "job_made", "finish_before_commit", "finish_after_commit"],
    ),
    ("psycheos-sender", &["message_claimed", "message_sent"]),
];

/// Something that happens to copies of services. One after another; none of these copies meets what takes long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Death {
    /// F1: SIGKILL, and a start after a while.
    Kill(&'static str, Duration),
    /// F2: the copy ends itself when it comes to this point.
    At(&'static str, &'static str),
}

/// Something that a copy survives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trance {
    /// F5: the far end of its link to the database is frozen.
    BlackHole(&'static str),
    /// F5: its link to the database is cut.
    LinkDown(&'static str),
    /// F11: its clock is wrong by so many hours.
    Clock(&'static str, i8),
    /// F13: it is stopped for longer than its leases last, and goes on as if nothing had been.
    Freeze(&'static str),
}

impl Trance {
    /// Whom it happens to.
    #[must_use]
    pub fn copy(&self) -> &'static str {
        match self {
            Self::BlackHole(copy) | Self::LinkDown(copy) | Self::Clock(copy, _) | Self::Freeze(copy) => copy,
        }
    }
}

/// Something that happens to the database, its pooler, or the way to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disaster {
    /// F3: the server dies and is started again.
    Crash,
    /// F4: connections are ended again and again.
    Cut,
    /// F6: the pooler dies and is started again.
    PoolerDies,
    /// F6: the pooler lets nobody through.
    PoolerPauses,
    /// F7: every byte takes so many milliseconds longer each way.
    Slow(u64),
    /// F7: a table is locked.
    Lock(&'static str),
    /// F8: nothing can be written any more, until the disk grows.
    DiskFull,
}

/// Everything that happens in one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// To copies that die.
    pub deaths: Vec<Death>,
    /// To other copies.
    pub trances: Vec<Trance>,
    /// To the database.
    pub disasters: Vec<Disaster>,
    /// F9, F12: faults of Telegram and the share of calls that meet each.
    pub telegram: Vec<(TelegramFault, f64)>,
    /// F10: faults of Claude, each once.
    pub claude: Vec<ClaudeFault>,
    /// Pauses between one thing and the next, in turn.
    pub pauses: Vec<Duration>,
}

impl Plan {
    /// The plan of a seed: every fault is in it, the seed decides on order, place and time.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        // Of each pair of copies one dies again and again, the other one meets what takes long.
        let pairs = [
            ["psycheos-api", "psycheos-api#2"],
            ["psycheos-worker", "psycheos-worker#2"],
            ["psycheos-sender", "psycheos-sender#2"],
        ];
        let (mut mortal, mut patient) = (Vec::new(), Vec::new());
        for pair in pairs {
            let first = usize::from(dice.random_bool(0.5));
            mortal.push(pair[first]);
            patient.push(pair[1 - first]);
        }
        let mut deaths = Vec::new();
        for copy in &mortal {
            for _ in 0..2 {
                deaths.push(Death::Kill(copy, Duration::from_millis(dice.random_range(0..3000))));
            }
            let points = POINTS.iter().filter(|(service, _)| copy.starts_with(service)).flat_map(|(_, points)| *points);
            deaths.extend(points.map(|point| Death::At(copy, point)));
        }
        deaths.shuffle(&mut dice);
        patient.shuffle(&mut dice);
        let hours = if dice.random_bool(0.5) { 3 } else { -3 };
        let mut trances = match patient.as_slice() {
            [one, two, three] => {
                let hole = if dice.random_bool(0.5) { Trance::BlackHole(one) } else { Trance::LinkDown(one) };
                vec![hole, Trance::Clock(two, hours), Trance::Freeze(three)]
            }
            _ => Vec::new(),
        };
        trances.shuffle(&mut dice);
        let locked = ["outbox_messages", "jobs", "bot_chat_state"][dice.random_range(0..3)];
        let slow = if dice.random_bool(0.5) { 50 } else { 500 };
        let mut disasters = vec![
            Disaster::Crash,
            Disaster::Cut,
            Disaster::PoolerDies,
            Disaster::PoolerPauses,
            Disaster::Slow(slow),
            Disaster::Lock(locked),
            Disaster::DiskFull,
        ];
        disasters.shuffle(&mut dice);
        let mut claude = vec![
            ClaudeFault::RateLimited,
            ClaudeFault::Overloaded,
            ClaudeFault::ServerError,
            ClaudeFault::Stall,
            ClaudeFault::Reset,
            ClaudeFault::Truncation,
            ClaudeFault::ContextExceeded,
            ClaudeFault::Refusal,
            ClaudeFault::Garbage,
            ClaudeFault::Nonsense,
            ClaudeFault::OtherLanguage,
            ClaudeFault::Huge,
        ];
        claude.shuffle(&mut dice);
        let telegram = vec![
            (TelegramFault::TooManyRequests { retry_after: 1 }, 0.02),
            (TelegramFault::ServerError, 0.02),
            (TelegramFault::BadGatewayHtml, 0.01),
            (TelegramFault::TimeoutAfterApply { hold_ms: 500 }, 0.02),
            (TelegramFault::ResetAfterApply, 0.02),
            (TelegramFault::ResetBeforeApply, 0.02),
            (TelegramFault::SlowBody { piece_ms: 20 }, 0.02),
            (TelegramFault::BrokenBody, 0.02),
            (TelegramFault::DuplicateUpdate { new_id: false }, 0.05),
            (TelegramFault::DuplicateUpdate { new_id: true }, 0.05),
        ];
        let pauses = (0..16).map(|_| Duration::from_millis(dice.random_range(200..1500))).collect();
        Self { deaths, trances, disasters, telegram, claude, pauses }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_plan_and_every_plan_has_every_fault() {
        assert_eq!(Plan::of(7), Plan::of(7));
        assert_ne!(Plan::of(7), Plan::of(8));
        for seed in 0..50 {
            let plan = Plan::of(seed);
            assert_eq!((plan.deaths.len(), plan.trances.len(), plan.disasters.len(), plan.claude.len()), (17, 3, 7, 12));
            let hit = |copy: &str| {
                plan.deaths.iter().any(|death| matches!(death, Death::Kill(name, _) | Death::At(name, _) if *name == copy))
            };
            for trance in &plan.trances {
                assert!(!hit(trance.copy()), "{trance:?}: would be killed while it cannot answer");
            }
        }
    }
}
