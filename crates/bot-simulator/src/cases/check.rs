//! What a case must be.
use domain::{Locale, policy};

use super::Case;
use crate::engine::{RiskEnquiries, RiskEnquiry, risk::RiskKind};

/// Longest title, in characters: it is a button.
pub const TITLE_CHARS: usize = 60;
/// Longest text of a field, in characters.
pub const TEXT_CHARS: usize = 700;
/// Most entries of a list.
pub const LIST_MOST: usize = 8;

/// Fewest and most targets of layer B (conceptualizator.md).
const TARGETS: std::ops::RangeInclusive<usize> = 3..=5;
/// Words of a metaphor (conceptualizator.md).
const METAPHOR_WORDS: std::ops::RangeInclusive<usize> = 3..=6;
/// Ages a virtual client can have.
const AGES: std::ops::RangeInclusive<u8> = 14..=90;

impl Case {
    /// Every text of the case with the name of its field.
    #[must_use]
    pub fn texts(&self) -> Vec<(String, &str)> {
        let named = |name: &str, text| (name.to_owned(), text);
        let mut texts: Vec<(String, &str)> = vec![
            named("title", self.title.as_str()),
            named("title_en", &self.title_en),
            named("summary_en", &self.summary_en),
            named("opening", &self.opening),
            named("opening_en", &self.opening_en),
            named("client.request", &self.client.request),
            named("client.speech", &self.client.speech),
            named("layer_a.hypothesis", &self.layer_a.hypothesis),
            named("layer_a.dominant_because", &self.layer_a.dominant_because),
            named("layer_a.loop", &self.layer_a.r#loop),
            named("layer_a.cost", &self.layer_a.cost),
            named("layer_a.against", &self.layer_a.against),
            named("layer_c.metaphor", &self.layer_c.metaphor),
            named("layer_c.text", &self.layer_c.text),
            named("trajectories.ahead", &self.trajectories.ahead),
            named("trajectories.ignores_dominant", &self.trajectories.ignores_dominant),
            named("trajectories.tightens_control", &self.trajectories.tightens_control),
            named("trajectories.escalates", &self.trajectories.escalates),
            named("risk.meaning", &self.risk.meaning),
        ];
        if self.risk.kind != RiskKind::None {
            texts.extend([
                named("risk.signal", self.risk.signal.as_str()),
                named("risk.when_asked", &self.risk.when_asked),
                named("risk.when_missed", &self.risk.when_missed),
            ]);
        }
        for (layer, of) in self.layers.iter() {
            texts.push((format!("layers.{}.text", layer.code()), &of.text));
        }
        for (at, target) in self.layer_b.iter().enumerate() {
            texts.push((format!("layer_b[{at}].direction"), &target.direction));
            texts.push((format!("layer_b[{at}].criterion"), &target.criterion));
        }
        for (name, list) in self.lists() {
            texts.extend(list.iter().enumerate().map(|(at, text)| (format!("{name}[{at}]"), text.as_str())));
        }
        texts
    }

    /// Every list of texts with the name of its field.
    fn lists(&self) -> Vec<(String, &Vec<String>)> {
        let mut lists = vec![
            ("sensitive_zones".to_owned(), &self.sensitive_zones),
            ("client.facts".to_owned(), &self.client.facts),
            ("risk.protective_factors".to_owned(), &self.risk.protective_factors),
        ];
        for (layer, of) in self.layers.iter() {
            lists.push((format!("layers.{}.markers", layer.code()), &of.markers));
            lists.push((format!("layers.{}.triggers", layer.code()), &of.triggers));
        }
        lists
    }

    /// Everything that is wrong with the case beyond its form, a sentence each.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (field, text) in self.texts() {
            let most = if field.starts_with("title") { TITLE_CHARS } else { TEXT_CHARS };
            if text.trim() != text || text.is_empty() || text.chars().count() > most {
                faults.push(format!("{field} is empty, padded or longer than {most} characters"));
            }
        }
        for (field, list) in self.lists() {
            if !(1..=LIST_MOST).contains(&list.len()) {
                faults.push(format!("{field} has no entry or more than {LIST_MOST}"));
            }
        }
        let mut goals = self.goals.clone();
        goals.sort_unstable();
        goals.dedup();
        let checks = [
            (goals.len() == self.goals.len() && !goals.is_empty(), "goals: each once, at least one"),
            (AGES.contains(&self.client.age), "client.age is not that of a client"),
            (TARGETS.contains(&self.layer_b.len()), "layer_b: 3 to 5 targets"),
            (self.layer_b.is_sorted_by_key(|target| target.layer), "layer_b: the targets lead from lower layers to higher ones"),
            (METAPHOR_WORDS.contains(&self.layer_c.metaphor.split_whitespace().count()), "layer_c.metaphor: 3 to 6 words"),
        ];
        faults.extend(checks.into_iter().filter(|(holds, _)| !holds).map(|(_, fault)| fault.to_owned()));
        faults.extend(self.risk_fault().map(str::to_owned));
        faults
    }

    /// A risk profile calls for what its kind needs: nothing; a plain question and what holds the person; or all steps.
    fn risk_fault(&self) -> Option<&'static str> {
        let needed: &[RiskEnquiry] = match self.risk.kind {
            RiskKind::None => &[],
            RiskKind::FalseSignal => &[RiskEnquiry::Direct, RiskEnquiry::ProtectiveFactors],
            RiskKind::TrueRisk => &[
                RiskEnquiry::Direct,
                RiskEnquiry::Plan,
                RiskEnquiry::Means,
                RiskEnquiry::ProtectiveFactors,
                RiskEnquiry::SafetyPlan,
                RiskEnquiry::Referral,
            ],
        };
        if self.risk.called_for != needed.iter().copied().collect::<RiskEnquiries>() {
            return Some("risk.called_for is not what the kind of risk calls for");
        }
        let words = [&self.risk.signal, &self.risk.when_asked, &self.risk.when_missed];
        let silent = self.risk.kind == RiskKind::None;
        (silent != words.iter().all(|text| text.is_empty()))
            .then_some("risk.signal, when_asked and when_missed stand if and only if there is a sign")
    }

    /// The first text that the wording policy forbids, with its field (safety.md, section 5). The whole case is checked, the
    /// client's words too: what the client says is shown to the specialist beside what is interpreted, and a virtual client who
    /// names methods or diagnoses would teach the wrong thing.
    #[must_use]
    pub fn forbidden_wording(&self) -> Option<(String, policy::Violation)> {
        self.texts().into_iter().find_map(|(field, text)| {
            let locale = if field.ends_with("_en") { Locale::En } else { Locale::Ru };
            policy::violation(text, locale).map(|violation| (field, violation))
        })
    }
}
