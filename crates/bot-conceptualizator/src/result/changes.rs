//! What changed since the case's version before.
use domain::{Locale, artifact::Artifact};

use super::{Payload, words::choose};
use crate::model::{Card, Confidence};

/// An earlier model of the case, as far as it can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// When it was made, as `25.11.2026`.
    pub date: String,
    /// Cards the specialist stood behind.
    held: Vec<Card>,
    /// Its leading layer.
    layer: crate::model::Layer,
    /// Directions of its targets.
    targets: Vec<String>,
}

impl Version {
    /// The version of an artifact; `None` when it is no model of a case.
    #[must_use]
    pub fn of(artifact: &Artifact) -> Option<Self> {
        let payload = Payload::from_raw(&artifact.raw)?;
        Some(Self {
            date: artifact.meta.created_at.format("%d.%m.%Y").to_string(),
            held: payload.board.held().cloned().collect(),
            layer: payload.model.layer,
            targets: payload.targets.targets.iter().map(|target| target.direction.clone()).collect(),
        })
    }

    /// What is different now, in words; empty when nothing is.
    #[must_use]
    pub(super) fn changes(&self, now: &Payload, locale: Locale) -> Vec<String> {
        let held: Vec<&Card> = now.board.held().collect();
        let same = |one: &Card, other: &Card| key(&one.formulation) == key(&other.formulation);
        let mut lines = Vec::new();
        let named = |word: &str, text: &str| format!("{word}: {text}");
        for card in &held {
            match self.held.iter().find(|old| same(old, card)) {
                None => lines.push(named(choose(locale, "добавилось", "new"), &card.formulation)),
                Some(old) if old.confidence != card.confidence => {
                    let change = format!("{} → {}", confidence(old.confidence, locale), confidence(card.confidence, locale));
                    lines.push(format!("{} ({change})", card.formulation));
                }
                Some(_) => {}
            }
        }
        for old in self.held.iter().filter(|old| !held.iter().any(|card| same(old, card))) {
            lines.push(named(choose(locale, "ушло", "gone"), &old.formulation));
        }
        if self.layer != now.model.layer {
            let words = |layer| super::words::layer(layer, locale);
            lines.push(format!(
                "{}: {} → {}",
                choose(locale, "ведущий слой", "leading layer"),
                words(self.layer),
                words(now.model.layer)
            ));
        }
        let new = now.targets.targets.iter().filter(|target| !self.targets.iter().any(|old| key(old) == key(&target.direction)));
        lines.extend(new.map(|target| named(choose(locale, "новая цель", "new target"), &target.direction)));
        lines
    }
}

fn confidence(value: Confidence, locale: Locale) -> &'static str {
    super::words::confidence(value, locale)
}

/// A text without case, signs and spaces.
fn key(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}
