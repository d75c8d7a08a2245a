//! What a flow returns, and what a bot is.
use serde::{Serialize, de::DeserializeOwned};

use crate::{Effect, Event, Facts, Need, Say, Scene};

/// A bot: a pure function over its own state.
pub trait Bot {
    /// Where a dialogue stands. `Default` is a chat nobody has spoken in.
    type State: Serialize + DeserializeOwned + Default + Clone + std::fmt::Debug + PartialEq + Send;
    /// What the worker answers it with.
    type Answer: Send;

    /// The state's name, for the row, the logs and the keys; `snake_case`.
    fn state_name(state: &Self::State) -> &'static str;

    /// What [`Bot::step`] must know to decide.
    fn needs(state: &Self::State, event: &Event<Self::Answer>, scene: &Scene<'_>) -> Vec<Need>;

    /// Decides. Never fails: a person's mistake is a branch of the story.
    fn step(state: Self::State, event: Event<Self::Answer>, facts: &Facts, scene: &mut Scene<'_>) -> Turn<Self::State>;
}

/// The next state and what happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn<S> {
    /// Where the dialogue stands now.
    pub state: S,
    /// What happens, in this order.
    pub effects: Vec<Effect>,
    /// It asks whether something is meant: see [`Turn::asking`].
    asks: bool,
}

impl<S> Turn<S> {
    /// Nothing happens yet.
    #[must_use]
    pub fn to(state: S) -> Self {
        Self { state, effects: Vec::new(), asks: false }
    }

    /// Asks whether something is meant, with buttons that carry [`Scene::asking_stamp`]. By this nothing has happened in the chat yet: what
    /// was asked before may still be answered, so that one who taps while answers are slow does not run after their own question.
    #[must_use]
    pub fn asking(mut self) -> Self {
        self.asks = true;
        self
    }

    /// Whether all it does is ask: the chat keeps its version.
    #[must_use]
    pub fn only_asks(&self) -> bool {
        let is_word = |effect: &Effect| matches!(effect, Effect::Say(_) | Effect::Show(_) | Effect::AnswerPress { .. });
        self.asks && self.effects.iter().all(is_word)
    }

    /// With another state.
    #[must_use]
    pub fn map<T>(self, to: impl FnOnce(S) -> T) -> Turn<T> {
        Turn { state: to(self.state), effects: self.effects, asks: self.asks }
    }

    /// These happen before everything else.
    #[must_use]
    pub fn after(mut self, effects: impl IntoIterator<Item = Effect>) -> Self {
        self.effects.splice(..0, effects);
        self
    }

    /// And this happens.
    #[must_use]
    pub fn and(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }

    /// And all of these happen.
    #[must_use]
    pub fn and_all(mut self, effects: impl IntoIterator<Item = Effect>) -> Self {
        self.effects.extend(effects);
        self
    }

    /// And a new message is sent.
    #[must_use]
    pub fn say(self, say: Say) -> Self {
        self.and(Effect::Say(say))
    }

    /// And the pressed message becomes this (a new message when nothing was pressed).
    #[must_use]
    pub fn show(self, say: Say) -> Self {
        self.and(Effect::Show(say))
    }

    /// And a line appears over the chat.
    #[must_use]
    pub fn toast(self, text: impl Into<String>) -> Self {
        self.and(Effect::AnswerPress { text: text.into(), alert: false })
    }
}
