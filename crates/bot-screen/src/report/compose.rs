//! The artifact of a screening, in the common contract.
use std::collections::BTreeSet;

use domain::{
    DangerCategory, DangerLevel, Locale, ServiceId,
    artifact::{Action, Artifact, CONTRACT_VERSION, Marker, Meta, SessionQuestion, Summary, When, Who},
};

use super::{
    Payload, Questions, ReportInput, Texts,
    phrases::{Ask, Name, Title, Value as Word},
    template::{loudest_layer, one_liner},
};
use crate::engine::{Axis, Layer, Pole, v3::Profile};

/// Joins the answers, the results and the texts. The artifact keeps the contract for every input
/// (`every_report_keeps_the_contract_for_many_answers`).
#[must_use]
pub fn compose(input: &ReportInput, texts: &Texts) -> Artifact {
    let locale = input.collected.specialist_locale;
    let danger = signs(input);
    Artifact {
        meta: Meta {
            service_id: ServiceId::Screen,
            artifact_version: CONTRACT_VERSION.to_owned(),
            context_id: input.case,
            run_id: input.run,
            created_at: input.created_at,
            language: locale,
            correlation_id: input.correlation_id.clone(),
        },
        summary: Summary {
            one_liner: one_liner(input),
            risk_flags: danger.iter().map(|sign| flag(*sign, locale)).collect(),
            resource_flags: resources(&input.results.v3, locale),
        },
        markers: markers(&input.results.v3),
        questions_for_session: questions(&texts.questions.text, !danger.is_empty(), locale),
        actions: actions(!danger.is_empty(), locale),
        raw: Payload::of(input, texts, Title::NotMedical.text(locale).to_owned()).to_raw(),
    }
}

/// The signs of danger, each once, urgent ones first: those seen on the way and those the safety answers are. An answer is
/// counted even when its sign was not noted on the way.
fn signs(input: &ReportInput) -> Vec<(DangerLevel, DangerCategory)> {
    let collected = &input.collected;
    let seen = collected.signs.iter().map(|sign| (sign.level, sign.category));
    let thoughts = collected.thoughts.level().map(|level| (level, DangerCategory::Suicide));
    let home = collected.home.level().map(|level| (level, DangerCategory::AbuseNow));
    let all: BTreeSet<_> = seen.chain(thoughts).chain(home).collect();
    all.into_iter().collect()
}

fn flag((level, category): (DangerLevel, DangerCategory), locale: Locale) -> String {
    format!("{}: {}", Word::Level(level).text(locale), Word::Category(category).text(locale))
}

fn resources(profile: &Profile, locale: Locale) -> Vec<String> {
    let leaning = profile.axis_pole.iter().filter(|(_, pole)| **pole != Pole::Neutral);
    leaning.map(|(axis, pole)| Name::Resource(axis, *pole).text(locale).to_owned()).collect()
}

fn markers(profile: &Profile) -> Vec<Marker> {
    let marker = |name: &str, value: &str| Marker { name: name.to_owned(), value: value.to_owned() };
    let mut markers = Vec::new();
    markers.extend(mode(profile).map(|mode| marker("mode", mode)));
    markers.extend(loudest_layer(profile).map(|layer| marker("layer_hint", layer.code())));
    markers.push(marker("uncertainty", profile.sureness.uncertainty()));
    for (axis, pole) in profile.axis_pole.iter() {
        let (name, side) = match axis {
            Axis::A1 => ("axis_activation", ["lowering", "mobilisation"]),
            Axis::A2 => ("axis_uncertainty", ["closing", "exploring"]),
            Axis::A3 => ("axis_impulse", ["quick", "holding"]),
            Axis::A4 => ("axis_time_horizon", ["relief_now", "future_held"]),
        };
        let value = match pole {
            Pole::Negative => side[0],
            Pole::Positive => side[1],
            Pole::Neutral => "even",
        };
        markers.push(marker(name, value));
    }
    markers
}

/// The mode that the furthest axis suggests; `None` when no axis leans. A hint for other tools, as uncertain as the profile.
fn mode(profile: &Profile) -> Option<&'static str> {
    let pole = &profile.axis_pole;
    let exploring = pole[Axis::A2] == Pole::Positive;
    if exploring && pole[Axis::A1] == Pole::Positive && pole[Axis::A4] != Pole::Positive {
        return Some("play");
    }
    let axis = profile.axis_vector.by_magnitude()[0];
    let with_people = loudest_layer(profile) == Some(Layer::L3);
    match (axis, pole[axis]) {
        (_, Pole::Neutral) => None,
        (Axis::A1, Pole::Negative) => Some("power_saving"),
        (Axis::A1 | Axis::A4, Pole::Positive) => Some("goal_pursuit"),
        (Axis::A2, Pole::Positive) => Some("exploration"),
        (Axis::A3, Pole::Positive) if with_people => Some("social_alignment"),
        (Axis::A2 | Axis::A3 | Axis::A4, Pole::Negative) | (Axis::A3, Pole::Positive) => Some("defense"),
    }
}

/// The questions, most useful first; with signs of danger, a fixed direct question stands before all others.
fn questions(questions: &Questions, danger: bool, locale: Locale) -> Vec<SessionQuestion> {
    let first = danger.then(|| (Ask::Safety.text(locale).to_owned(), Ask::SafetyWhy.text(locale).to_owned()));
    let groups = questions.groups();
    let others = groups.iter().flat_map(|(_, group)| group.iter()).map(|asked| (asked.q.clone(), asked.why.clone()));
    let numbered = first.into_iter().chain(others).zip(1..);
    numbered.map(|((q, why), priority)| SessionQuestion { q, why, priority }).collect()
}

fn actions(danger: bool, locale: Locale) -> Vec<Action> {
    let action = |what: Ask, when, goal: Ask| Action {
        who: Who::Therapist,
        what: what.text(locale).to_owned(),
        when,
        goal: goal.text(locale).to_owned(),
    };
    let safety = danger.then(|| action(Ask::DoSafety, When::Pre, Ask::DoSafetyGoal));
    let others = [action(Ask::DoRead, When::Pre, Ask::DoReadGoal), action(Ask::DoPortrait, When::Post, Ask::DoPortraitGoal)];
    safety.into_iter().chain(others).collect()
}
