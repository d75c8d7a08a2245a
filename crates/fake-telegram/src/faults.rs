//! Faults on demand: which call meets which failure.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum FaultKind {
    /// 429, not applied.
    TooManyRequests {
        /// Whole seconds; any 64-bit number.
        retry_after: u64,
    },
    /// 500 with a JSON body, not applied.
    ServerError,
    /// 502 with an HTML body, not applied.
    BadGatewayHtml,
    /// Applied; the answer is held back for so long, then the connection is closed.
    TimeoutAfterApply {
        /// Real milliseconds.
        hold_ms: u64,
    },
    /// Applied; the connection is closed without an answer.
    ResetAfterApply,
    /// Not applied; the connection is closed without an answer.
    ResetBeforeApply,
    /// 403 `bot was blocked by the user`, not applied.
    Blocked,
    /// 400 `can't parse entities`, not applied.
    ParseError,
    /// Applied; the body comes in small pieces with a pause before each.
    SlowBody {
        /// Real milliseconds before each piece of 16 bytes.
        piece_ms: u64,
    },
    /// Applied; the body ends in the middle of its JSON, and the connection is closed.
    BrokenBody,
    /// Applied and answered normally, after a pause before it is applied.
    Delay {
        /// Real milliseconds.
        ms: u64,
    },
    /// Any other refusal, not applied.
    Refusal {
        /// HTTP status and `error_code`.
        code: u16,
        /// Full description, with its prefix.
        description: String,
    },
    /// For updates (`method` names their kind): the update is delivered a second time,
    /// concurrently with the first.
    DuplicateUpdate {
        /// The copy comes under an update id of its own, as tdlib/telegram-bot-api#699 saw.
        new_id: bool,
    },
}

/// A rule: the next `count` matching calls, or a share of them, meet the fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// Only calls of this bot (`pro`); any bot if absent.
    #[serde(default)]
    pub bot: Option<String>,
    /// Only this method, in any case, or `file` for downloads of files; for `duplicate_update`
    /// the kind of update.
    #[serde(default)]
    pub method: Option<String>,
    /// Only this chat.
    #[serde(default)]
    pub chat: Option<i64>,
    /// How many calls meet it; 0: until it is removed.
    #[serde(default = "one")]
    pub count: u64,
    /// Share of matching calls that meet it, 0 to 1.
    #[serde(default = "always")]
    pub chance: f64,
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
}

fn one() -> u64 {
    1
}

fn always() -> f64 {
    1.0
}

impl Fault {
    /// The next call, of any bot and method, meets `kind`.
    pub fn next(kind: FaultKind) -> Self {
        Self { bot: None, method: None, chat: None, count: 1, chance: 1.0, kind }
    }

    /// Restricts the rule to one method.
    #[must_use]
    pub fn of_method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Restricts the rule to one bot.
    #[must_use]
    pub fn of_bot(mut self, bot: &str) -> Self {
        self.bot = Some(bot.to_owned());
        self
    }

    /// Restricts the rule to one chat.
    #[must_use]
    pub fn of_chat(mut self, chat: i64) -> Self {
        self.chat = Some(chat);
        self
    }

    /// The rule holds for so many calls; 0: until it is removed.
    #[must_use]
    pub fn times(mut self, count: u64) -> Self {
        self.count = count;
        self
    }

    /// Only this share of matching calls meets it.
    #[must_use]
    pub fn with_chance(mut self, chance: f64) -> Self {
        self.chance = chance;
        self
    }

    fn matches(&self, bot: &str, method: &str, chat: Option<i64>) -> bool {
        self.bot.as_deref().is_none_or(|wanted| wanted == bot)
            && self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.chat.is_none_or(|wanted| chat == Some(wanted))
    }
}

/// The rules in force, in the order they were added; the first that fits is used.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Vec<(u64, Fault)>,
    next_id: u64,
    dice: StdRng,
}

impl Faults {
    pub fn new(seed: u64) -> Self {
        Self { rules: Vec::new(), next_id: 1, dice: StdRng::seed_from_u64(seed) }
    }

    pub fn add(&mut self, fault: Fault) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.rules.push((id, fault));
        id
    }

    pub fn list(&self) -> &[(u64, Fault)] {
        &self.rules
    }

    /// Removes one rule, or all of them.
    pub fn remove(&mut self, id: Option<u64>) {
        self.rules.retain(|(own, _)| id.is_some_and(|id| id != *own));
    }

    /// The fault a call meets, used up by this.
    pub fn take(&mut self, bot: &str, method: &str, chat: Option<i64>) -> Option<FaultKind> {
        self.pick(false, bot, method, chat)
    }

    /// Whether a new update is to be doubled, and under a new id.
    pub fn take_duplicate(&mut self, bot: &str, kind: &str, chat: Option<i64>) -> Option<bool> {
        match self.pick(true, bot, kind, chat) {
            Some(FaultKind::DuplicateUpdate { new_id }) => Some(new_id),
            _ => None,
        }
    }

    fn pick(&mut self, update: bool, bot: &str, what: &str, chat: Option<i64>) -> Option<FaultKind> {
        let dice = &mut self.dice;
        let at = self.rules.iter().position(|(_, fault)| {
            matches!(fault.kind, FaultKind::DuplicateUpdate { .. }) == update
                && fault.matches(bot, what, chat)
                && (fault.chance >= 1.0 || dice.random::<f64>() < fault.chance)
        })?;
        let (_, fault) = self.rules.get_mut(at)?;
        let kind = fault.kind.clone();
        match fault.count {
            0 => {}
            1 => {
                self.rules.remove(at);
            }
            _ => fault.count -= 1,
        }
        Some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_used_up_by_matching_calls_only() {
        let mut faults = Faults::new(1);
        faults.add(Fault::next(FaultKind::ServerError).of_method("sendMessage").of_bot("pro").of_chat(7).times(2));
        assert_eq!(faults.take("gate", "sendMessage", Some(7)), None);
        assert_eq!(faults.take("pro", "editMessageText", Some(7)), None);
        assert_eq!(faults.take("pro", "sendMessage", Some(8)), None);
        for _ in 0..2 {
            let hit = faults.take("pro", "sendmessage", Some(7));
            assert_eq!(hit, Some(FaultKind::ServerError));
        }
        assert_eq!(faults.take("pro", "sendMessage", Some(7)), None);
    }

    #[test]
    fn a_share_is_drawn_from_the_seed_and_lasts_until_it_is_removed() {
        let draw = |seed| {
            let mut faults = Faults::new(seed);
            faults.add(Fault::next(FaultKind::Blocked).times(0).with_chance(0.3));
            (0..200).map(|_| faults.take("b", "m", None).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(draw(5), draw(5));
        let hits = draw(5).iter().filter(|hit| **hit).count();
        assert!((30..90).contains(&hits), "{hits} of 200");
    }

    #[test]
    fn a_rule_reads_from_json_with_its_defaults() {
        let json = r#"{"method":"sendMessage","fault":"too_many_requests","retry_after":10072}"#;
        let fault: Fault = serde_json::from_str(json).unwrap();
        let kind = FaultKind::TooManyRequests { retry_after: 10_072 };
        assert_eq!(fault, Fault::next(kind).of_method("sendMessage"));
    }
}
