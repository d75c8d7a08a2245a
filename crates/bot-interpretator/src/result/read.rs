//! Reading a model's reply: structure, counts, lengths, language, wording, and quotations that are in the material.
use bot_material::{
    Quotable,
    reply::{Fault, Why, check, check_canary, count, done, parse},
};
use domain::Locale;

use super::{Completeness, Confidence, Hypothesis, Interpretation, SessionAsk};
use crate::{ask::canary_of, material::Input};

/// Most characters of the summary.
pub(super) const SUMMARY: usize = 1_000;
/// Most characters of a hypothesis or of one of its parts.
pub(super) const SENTENCES: usize = 600;
/// Most characters of a short line.
const LINE: usize = 300;
/// Most characters of an element's name.
const ELEMENT: usize = 120;
/// Most characters of a quotation.
const QUOTE: usize = 300;

/// Reads the result.
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_interpretation(reply: &str, input: &Input) -> Result<Interpretation, Vec<Fault>> {
    let found: Interpretation = parse(reply)?;
    let mut faults = faults(&found, input);
    check_canary(&canary_of(input), reply, &mut faults);
    done(found, faults)
}

/// Whether exactly one hypothesis of low confidence is allowed.
pub(super) fn is_low_data(found: &Interpretation, input: &Input) -> bool {
    input.is_little() || found.completeness == Completeness::Fragmentary
}

/// Everything that is wrong with a result, but for the canary.
pub(super) fn faults(found: &Interpretation, input: &Input) -> Vec<Fault> {
    let locale = input.locale;
    let mut faults = Vec::new();
    check("summary", &found.summary, 20, SUMMARY, locale, &mut faults);
    count("key_elements", found.key_elements.len(), 1, 10, &mut faults);
    for element in &found.key_elements {
        check("key_elements", &element.element, 1, ELEMENT, locale, &mut faults);
    }
    let most = if is_low_data(found, input) { 1 } else { 3 };
    count("hypotheses", found.hypotheses.len(), 1, most, &mut faults);
    let quotable = Quotable::new(&input.quotable());
    for hypothesis in &found.hypotheses {
        faults.extend(faults_of(hypothesis, &quotable, locale));
        let confidence = hypothesis.confidence;
        if confidence == Confidence::High && found.uncertainty.data_gaps.is_empty() {
            faults.push(Fault::new("hypotheses.confidence", Why::TooSure));
        }
        if is_low_data(found, input) && confidence != Confidence::Low {
            faults.push(Fault::new("hypotheses.confidence", Why::TooSure));
        }
    }
    check("tension", &found.tension, 5, SENTENCES, locale, &mut faults);
    count("domains", found.domains.len(), 0, 3, &mut faults);
    count("patterns", found.patterns.len(), 0, 3, &mut faults);
    for pattern in &found.patterns {
        check("patterns.note", &pattern.note, 5, LINE, locale, &mut faults);
    }
    let uncertainty = &found.uncertainty;
    let lists = [
        ("uncertainty.data_gaps", &uncertainty.data_gaps),
        ("uncertainty.ambiguities", &uncertainty.ambiguities),
        ("uncertainty.cautions", &uncertainty.cautions),
    ];
    for (field, texts) in lists {
        count(field, texts.len(), 0, 6, &mut faults);
        texts.iter().for_each(|text| check(field, text, 3, LINE, locale, &mut faults));
    }
    count("questions", found.questions.len(), 3, 7, &mut faults);
    found.questions.iter().for_each(|question| faults.extend(faults_of_question(question, locale)));
    faults
}

/// What is wrong with one hypothesis by itself.
pub(super) fn faults_of(hypothesis: &Hypothesis, quotable: &Quotable, locale: Locale) -> Vec<Fault> {
    let mut faults = Vec::new();
    check("hypotheses.text", &hypothesis.text, 15, SENTENCES, locale, &mut faults);
    check("hypotheses.limits", &hypothesis.limits, 5, SENTENCES, locale, &mut faults);
    check("hypotheses.refuted_by", &hypothesis.refuted_by, 5, SENTENCES, locale, &mut faults);
    count("hypotheses.alternatives", hypothesis.alternatives.len(), 1, 3, &mut faults);
    hypothesis.alternatives.iter().for_each(|text| check("hypotheses.alternatives", text, 5, LINE, locale, &mut faults));
    count("hypotheses.evidence", hypothesis.evidence.len(), 1, 4, &mut faults);
    for quote in &hypothesis.evidence {
        // A person's own words are not ours to judge: what is checked is that they are theirs.
        if quote.chars().count() > QUOTE {
            faults.push(Fault::new("hypotheses.evidence", Why::TooLong { at_most: QUOTE }));
        }
        if !quotable.holds(quote) {
            faults.push(Fault::new("hypotheses.evidence", Why::NotInMaterial));
        }
    }
    faults
}

/// What is wrong with one question by itself.
pub(super) fn faults_of_question(question: &SessionAsk, locale: Locale) -> Vec<Fault> {
    let mut faults = Vec::new();
    check("questions.q", &question.q, 8, LINE, locale, &mut faults);
    check("questions.why", &question.why, 5, LINE, locale, &mut faults);
    if !question.q.trim_end().ends_with('?') {
        faults.push(Fault::new("questions.q", Why::NoQuestion));
    }
    faults
}
