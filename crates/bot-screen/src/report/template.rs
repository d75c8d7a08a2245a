//! The three texts without a model: built from the profile, in either language, so that a report always exists.
use domain::Locale;

use super::{
    Asked, Portrait, PromptKind, Questions, ReportInput, Structural, contradictions,
    phrases::{Ask, Line, Name, Value as Word},
};
use crate::engine::{Axis, Horizontal, Layer, Pole, Rigid, v3::Profile};

/// Fewer answers say nothing about flexibility.
const FEW_ANSWERS: usize = 6;
/// How many axes the questions verify.
const VERIFIED_AXES: usize = 3;
/// How many layers the questions explore, and the portrait tells of.
const EXPLORED_LAYERS: usize = 2;

/// The axes that lean to a pole, the furthest first.
fn leaning(profile: &Profile) -> Vec<Axis> {
    let axes = profile.axis_vector.by_magnitude().into_iter();
    axes.filter(|axis| profile.axis_pole[*axis] != Pole::Neutral).collect()
}

/// The layers of one side, the furthest first.
fn layers_of(profile: &Profile, side: Pole) -> Vec<Layer> {
    let layers = profile.layer_vector.by_magnitude().into_iter();
    layers.filter(|layer| profile.layer_pole[*layer] == side).collect()
}

fn named<T: Copy>(items: &[T], name: impl Fn(T) -> Name, locale: Locale) -> String {
    items.iter().map(|item| name(*item).text(locale)).collect::<Vec<_>>().join(", ")
}

/// The layer that answers loudest, for the marker `layer_hint`; `None` without answers.
pub(super) fn loudest_layer(profile: &Profile) -> Option<Layer> {
    let layer = profile.layer_vector.by_magnitude()[0];
    (profile.response_count > 0).then_some(layer)
}

/// One sentence on the profile, at most 300 characters.
#[must_use]
pub fn one_liner(input: &ReportInput) -> String {
    let locale = input.locale(PromptKind::Structural);
    let profile = &input.results.v3;
    let sureness = Word::Sureness(profile.sureness).text(locale);
    let layer = loudest_layer(profile).map(|layer| Name::Layer(layer).text(locale));
    match (leaning(profile).first(), layer) {
        (Some(axis), Some(layer)) => {
            let tendency = Name::Tendency(*axis, profile.axis_pole[*axis]).text(locale);
            Line::OneLiner.with(locale, &[Name::Axis(*axis).text(locale), tendency, layer, sureness])
        }
        (None, Some(layer)) => Line::OneLinerEven.with(locale, &[layer, sureness]),
        (Some(_) | None, None) => Line::OneLinerNone.with(locale, &[sureness]),
    }
}

/// The explanation for the specialist.
#[must_use]
pub fn structural(input: &ReportInput) -> Structural {
    let locale = input.locale(PromptKind::Structural);
    let profile = &input.results.v3;
    let sureness = Word::Sureness(profile.sureness).text(locale);
    Structural {
        central_axis: central_axis(profile, locale),
        organisation: organisation(profile, locale),
        layers: layers(profile, locale),
        flexibility: flexibility(profile).text(locale).to_owned(),
        synthesis: synthesis(input, locale),
        method_note: Line::MethodTemplate.with(locale, &[sureness]),
    }
}

fn central_axis(profile: &Profile, locale: Locale) -> String {
    match leaning(profile).first() {
        Some(axis) => {
            let pole = profile.axis_pole[*axis];
            let parts = [Name::Axis(*axis), Name::Tendency(*axis, pole), Name::Seen(*axis, pole)];
            Line::Central.with(locale, &parts.map(|part| part.text(locale)))
        }
        None => Line::CentralNone.text(locale).to_owned(),
    }
}

fn organisation(profile: &Profile, locale: Locale) -> String {
    let leaning = leaning(profile);
    let mut sentences: Vec<String> = Vec::new();
    for axis in leaning.iter().skip(1) {
        let parts = [Name::Axis(*axis), Name::Tendency(*axis, profile.axis_pole[*axis])];
        sentences.push(Line::AxisLeans.with(locale, &parts.map(|part| part.text(locale))));
    }
    let even: Vec<Axis> = Axis::ALL.into_iter().filter(|axis| !leaning.contains(axis)).collect();
    if !even.is_empty() {
        sentences.push(Line::AxesEven.with(locale, &[&named(&even, Name::Axis, locale)]));
    }
    if let Some(axis) = profile.vertical_profile.axis.filter(|_| profile.vertical_profile.is_vertical_integrated) {
        sentences.push(Line::VerticalThrough.with(locale, &[Name::Axis(axis).text(locale)]));
    }
    if profile.compression_profile.compressed {
        sentences.push(Line::Compressed.text(locale).to_owned());
    }
    sentences.join(" ")
}

fn layers(profile: &Profile, locale: Locale) -> String {
    let mut sentences: Vec<String> = Vec::new();
    let loud = layers_of(profile, Pole::Positive);
    match loud.split_first() {
        Some((first, others)) => {
            let parts = [Name::Layer(*first), Name::LayerAbout(*first)];
            sentences.push(Line::Loudest.with(locale, &parts.map(|part| part.text(locale))));
            if !others.is_empty() {
                sentences.push(Line::AlsoLoud.with(locale, &[&named(others, Name::Layer, locale)]));
            }
        }
        None => sentences.push(Line::LayersEven.text(locale).to_owned()),
    }
    let quiet = layers_of(profile, Pole::Negative);
    if !quiet.is_empty() {
        sentences.push(Line::Quiet.with(locale, &[&named(&quiet, Name::Layer, locale)]));
    }
    let apart = profile.horizontal_profile.iter().filter(|(_, label)| **label != Horizontal::Coherent);
    let apart: Vec<Layer> = apart.map(|(layer, _)| layer).collect();
    if !apart.is_empty() {
        sentences.push(Line::LayersApart.with(locale, &[&named(&apart, Name::Layer, locale)]));
    }
    sentences.join(" ")
}

fn flexibility(profile: &Profile) -> Line {
    if profile.response_count < FEW_ANSWERS {
        return Line::FlexFew;
    }
    match profile.rigidity_label {
        Rigid::Low => Line::FlexLow,
        Rigid::Medium => Line::FlexMedium,
        Rigid::High => Line::FlexHigh,
    }
}

fn synthesis(input: &ReportInput, locale: Locale) -> String {
    let profile = &input.results.v3;
    let leaning = leaning(profile);
    let tendency = |axis: &Axis| Name::Tendency(*axis, profile.axis_pole[*axis]).text(locale);
    let mut sentences = if leaning.is_empty() {
        vec![one_liner(input)]
    } else {
        vec![Line::Synthesis.with(locale, &[&leaning.iter().map(tendency).collect::<Vec<_>>().join("; ")])]
    };
    let both: Vec<Axis> = contradictions(&input.collected.answers, locale).iter().map(|found| found.axis).collect();
    if !both.is_empty() {
        sentences.push(Line::BothSides.with(locale, &[&named(&both, Name::Axis, locale)]));
    }
    sentences.join(" ")
}

/// Questions for the session: on the axes and layers that are furthest from the middle, and on the client's life.
#[must_use]
pub fn questions(input: &ReportInput) -> Questions {
    let locale = input.locale(PromptKind::Questions);
    let profile = &input.results.v3;
    let asked = |q: Ask, why: Ask| Asked { q: q.text(locale).to_owned(), why: why.text(locale).to_owned() };
    let axes = profile.axis_vector.by_magnitude().into_iter().take(VERIFIED_AXES);
    // Lower layers are spoken of first.
    let mut layers: Vec<Layer> = profile.layer_vector.by_magnitude().into_iter().take(EXPLORED_LAYERS).collect();
    layers.sort_unstable();
    Questions {
        verify_axes: axes.map(|axis| asked(Ask::Axis(axis), Ask::AxisWhy(axis))).collect(),
        explore_layers: layers.into_iter().map(|layer| asked(Ask::Layer(layer), Ask::LayerWhy(layer))).collect(),
        life_context: vec![asked(Ask::Changed, Ask::ChangedWhy), asked(Ask::Holds, Ask::HoldsWhy)],
    }
}

/// The portrait for the client, in the client's language.
#[must_use]
pub fn portrait(input: &ReportInput) -> Portrait {
    let locale = input.locale(PromptKind::Portrait);
    let profile = &input.results.v3;
    let leaning = leaning(profile);
    let tendencies: Vec<&str> = leaning.iter().map(|axis| Name::ToClient(*axis, profile.axis_pole[*axis]).text(locale)).collect();
    let loud = layers_of(profile, Pole::Positive).into_iter().take(EXPLORED_LAYERS);
    let loud: Vec<&str> = loud.map(|layer| Name::LayerToClient(layer).text(locale)).collect();
    let seen = if tendencies.is_empty() { Line::PortraitEven.text(locale).to_owned() } else { tendencies.join(" ") };
    let paragraphs =
        [Line::PortraitOpening.text(locale).to_owned(), seen, loud.join(" "), Line::PortraitClosing.text(locale).to_owned()];
    Portrait { text: paragraphs.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n") }
}
