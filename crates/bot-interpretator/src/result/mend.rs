//! What can be kept of a reply that broke the rules twice: fields that break them are left out. Where no hypothesis is left, there is
//! no result, and nothing is charged.
use bot_material::{
    Quotable,
    reply::{Fault, check, check_canary, flags_of, parse},
};

use super::{
    Completeness, Confidence, Interpretation, Priority, SessionAsk,
    read::{SENTENCES, SUMMARY, faults, faults_of, faults_of_question, is_low_data},
    words::{our_questions, our_summary, our_tension},
};
use crate::{ask::canary_of, material::Input};

/// A result from which something was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// What is left; it breaks no rule.
    pub interpretation: Interpretation,
    /// Fields and rules that were broken, without any text, for the artifact.
    pub flags: Vec<String>,
}

/// Keeps of a reply what breaks no rule; `None` when that is too little to be a result.
#[must_use]
pub fn mend(reply: &str, input: &Input) -> Option<Mended> {
    let mut found: Interpretation = parse(reply).ok()?;
    let mut leaked = Vec::new();
    check_canary(&canary_of(input), reply, &mut leaked);
    if !leaked.is_empty() {
        return None;
    }
    let flags = flags_of(&faults(&found, input));
    let locale = input.locale;
    let good = |field, text: &str, at_least, at_most| {
        let mut faults = Vec::new();
        check(field, text, at_least, at_most, locale, &mut faults);
        faults.is_empty()
    };
    let quotable = Quotable::new(&input.quotable());
    for hypothesis in &mut found.hypotheses {
        hypothesis.evidence.retain(|quote| quotable.holds(quote));
        hypothesis.evidence.truncate(4);
        hypothesis.alternatives.retain(|text| good("alternatives", text, 5, 300));
        hypothesis.alternatives.truncate(3);
    }
    found.hypotheses.retain(|hypothesis| faults_of(hypothesis, &quotable, locale).is_empty());
    // The frame of a result in words of ours: hypotheses that hold are not lost for it.
    if !good("summary", &found.summary, 20, SUMMARY) {
        our_summary(locale).clone_into(&mut found.summary);
    }
    if !good("tension", &found.tension, 5, SENTENCES) {
        our_tension(locale).clone_into(&mut found.tension);
    }
    found.key_elements.retain(|element| good("key_elements", &element.element, 1, 120));
    found.key_elements.truncate(10);
    found.patterns.retain(|pattern| good("patterns", &pattern.note, 5, 300));
    found.patterns.truncate(3);
    found.domains.truncate(3);
    let uncertainty = &mut found.uncertainty;
    for texts in [&mut uncertainty.data_gaps, &mut uncertainty.ambiguities, &mut uncertainty.cautions] {
        texts.retain(|text| good("uncertainty", text, 3, 300));
        texts.truncate(6);
    }
    found.questions.retain(|question| faults_of_question(question, locale).is_empty());
    found.questions.truncate(7);
    let missing = 3_usize.saturating_sub(found.questions.len());
    found.questions.extend(our_questions(locale).into_iter().take(missing));
    // Where little was left of what was said, less is certain.
    if found.hypotheses.len() < 2 && !flags.is_empty() {
        found.completeness = Completeness::Fragmentary;
    }
    if is_low_data(&found, input) {
        found.hypotheses.truncate(1);
        found.hypotheses.iter_mut().for_each(|hypothesis| hypothesis.confidence = Confidence::Low);
    }
    found.hypotheses.truncate(3);
    if found.uncertainty.data_gaps.is_empty() {
        for hypothesis in found.hypotheses.iter_mut().filter(|hypothesis| hypothesis.confidence == Confidence::High) {
            hypothesis.confidence = Confidence::Medium;
        }
    }
    // A list of elements may have lost all of them.
    let bare = |fault: &Fault| fault.field == "key_elements" && found.key_elements.is_empty();
    faults(&found, input).iter().all(bare).then_some(Mended { interpretation: found, flags })
}

/// A question of ours in place of one that could not be kept.
pub(super) fn ours(q: &str, why: &str) -> SessionAsk {
    SessionAsk { q: q.to_owned(), why: why.to_owned(), priority: Priority::Low }
}
