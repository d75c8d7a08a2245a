//! Updates of one bot that wait for delivery, and everything it was ever given.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::{Value, json};

/// Updates a bot may have pending; more is lost (td TQueue.cpp).
const MAX_PENDING: usize = 100_000;
/// Kinds a bot has to ask for by name.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];
/// An id above this makes the numbering start anew.
const MAX_ID: i64 = 2_000_000_000;

/// One update.
#[derive(Debug, Clone)]
pub(crate) struct Update {
    pub id: i64,
    /// Name of its field: `message`.
    pub kind: String,
    /// What the field holds.
    pub content: Arc<Value>,
    pub chat: Option<i64>,
    /// Updates with the same id are delivered one after the other.
    pub queue: i64,
    /// Telegram seconds after which it is not tried again.
    pub expires_at: f64,
    /// Deliveries tried so far.
    pub attempts: u32,
    /// Failures so far, and the last wait; the retry schedule of the webhook.
    pub fails: u32,
    pub delay: u32,
}

impl Update {
    /// The update as `getUpdates` gives it.
    pub fn json(&self) -> Value {
        json!({ "update_id": self.id, self.kind.as_str(): self.content.as_ref() })
    }

    /// The same as it is posted: the id first.
    pub fn body(&self) -> String {
        format!(r#"{{"update_id":{},"{}":{}}}"#, self.id, self.kind, self.content)
    }
}

/// Queue id and life in seconds of an update of `kind` from `user` in `chat`.
pub(crate) fn queue_of(kind: &str, user: i64, chat: i64) -> (i64, f64) {
    const DAY: f64 = 86_400.0;
    let (base, place, life) = match kind {
        "callback_query" => (user, 3, 150.0),
        "pre_checkout_query" | "shipping_query" => (user, 4, 150.0),
        "my_chat_member" => (chat, 5, DAY),
        "inline_query" => (user, 1, 30.0),
        "chosen_inline_result" => (user, 2, 600.0),
        "chat_member" | "chat_join_request" => (user, 6, DAY),
        "message_reaction" => (chat, 8, DAY),
        "message_reaction_count" => (chat, 9, DAY),
        _ => (chat, 0, DAY),
    };
    (base + (place << 33), life)
}

/// What a new update carries.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub kind: String,
    pub content: Arc<Value>,
    pub user: i64,
    pub chat: i64,
}

/// The updates of one bot.
#[derive(Debug)]
pub(crate) struct Updates {
    /// Waiting or in flight, in order of arrival.
    pending: BTreeMap<u64, Update>,
    arrivals: BTreeMap<i64, u64>,
    next_arrival: u64,
    next_id: i64,
    /// Every update that was ever created, for redelivery and for checks.
    history: Vec<Update>,
    /// Kinds the bot receives; `None`: all that need no asking.
    pub allowed: Option<Vec<String>>,
    /// Arrivals the webhook has not loaded yet.
    pub unloaded: VecDeque<i64>,
    /// Set by a new update, taken by whoever wakes the deliveries.
    pub dirty: bool,
}

impl Updates {
    pub fn new(first_id: i64) -> Self {
        Self {
            pending: BTreeMap::new(),
            arrivals: BTreeMap::new(),
            next_arrival: 0,
            next_id: first_id,
            history: Vec::new(),
            allowed: None,
            unloaded: VecDeque::new(),
            dirty: false,
        }
    }

    pub fn allows(&self, kind: &str) -> bool {
        match &self.allowed {
            Some(list) if !list.is_empty() => list.iter().any(|name| name == kind),
            _ => !ON_REQUEST.contains(&kind),
        }
    }

    /// Creates an update at `now`, wanted or not; `None` where the bot has too many pending.
    /// `fresh_start` replaces an id that has grown too large.
    pub fn push(&mut self, draft: Draft, now: f64, fresh_start: i64) -> Option<i64> {
        if self.pending.len() >= MAX_PENDING {
            return None;
        }
        if self.next_id > MAX_ID {
            self.next_id = fresh_start;
        }
        let (queue, life) = queue_of(&draft.kind, draft.user, draft.chat);
        let update = Update {
            id: 0,
            kind: draft.kind,
            content: draft.content,
            chat: Some(draft.chat),
            queue,
            expires_at: now + life,
            attempts: 0,
            fails: 0,
            delay: 1,
        };
        Some(self.add(update))
    }

    /// Puts the content of an old update in under a new id, in a queue of its own, so that
    /// it can overtake or meet the original.
    pub fn push_copy(&mut self, original: &Update, now: f64) -> Option<i64> {
        if self.pending.len() >= MAX_PENDING {
            return None;
        }
        let update = Update {
            queue: (1 << 60) + self.next_id,
            expires_at: original.expires_at.max(now + 1.0),
            attempts: 0,
            fails: 0,
            delay: 1,
            ..original.clone()
        };
        Some(self.add(update))
    }

    fn add(&mut self, mut update: Update) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        update.id = id;
        self.history.push(update.clone());
        self.pending.insert(self.next_arrival, update);
        self.arrivals.insert(id, self.next_arrival);
        self.next_arrival += 1;
        self.unloaded.push_back(id);
        self.dirty = true;
        id
    }

    pub fn get_mut(&mut self, id: i64) -> Option<&mut Update> {
        self.pending.get_mut(self.arrivals.get(&id)?)
    }

    pub fn get(&self, id: i64) -> Option<&Update> {
        self.pending.get(self.arrivals.get(&id)?)
    }

    pub fn remove(&mut self, id: i64) -> Option<Update> {
        self.pending.remove(&self.arrivals.remove(&id)?)
    }

    pub fn len(&self) -> usize {
        self.pending.len()
    }

    pub fn clear(&mut self) {
        self.pending.clear();
        self.arrivals.clear();
        self.unloaded.clear();
    }

    /// Makes everything that is pending new to the webhook.
    pub fn unload(&mut self) {
        self.unloaded = self.pending.values().map(|update| update.id).collect();
        self.dirty = true;
    }

    /// For `getUpdates`: forgets what lies before `offset` (negative: all but the last so
    /// many) and what has expired, and gives the next `limit` updates.
    pub fn poll(&mut self, offset: i64, limit: usize, now: f64) -> Vec<Value> {
        let confirmed = match usize::try_from(offset) {
            Ok(0) => 0,
            Ok(_) => self.position(offset),
            Err(_) => {
                let kept = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
                self.pending.len().saturating_sub(kept)
            }
        };
        let ids: Vec<i64> = self.pending.values().map(|u| u.id).collect();
        for (place, id) in ids.into_iter().enumerate() {
            let expired = self.get(id).is_some_and(|u| u.expires_at < now);
            if place < confirmed || expired {
                self.remove(id);
            }
        }
        self.pending.values().take(limit).map(Update::json).collect()
    }

    /// How many pending updates lie before the update with this id.
    fn position(&self, offset: i64) -> usize {
        match self.arrivals.get(&offset) {
            Some(arrival) => self.pending.range(..arrival).count(),
            None => self.pending.values().take_while(|u| u.id < offset).count(),
        }
    }

    /// Every update ever created, oldest first.
    pub fn history(&self) -> &[Update] {
        &self.history
    }
}
