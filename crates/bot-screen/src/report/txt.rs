//! The artifact as plain text for the specialist.
use bot_kit::SecondReading;
use domain::{
    Locale,
    artifact::{Artifact, Who},
};

use super::{
    Author, KeptResults, Payload,
    phrases::{Name, Title, Value as Word},
};
use crate::engine::{Horizontal, Intensity, PerAxis, PerLayer, Pole, Rigid, Sureness};

/// The artifact as plain text: the head with `context_id` and `service_id`, safety first and apart, then the rest. An artifact
/// whose `raw` is not Screen's is written as far as the contract goes.
#[must_use]
pub fn to_txt(artifact: &Artifact) -> String {
    let locale = artifact.meta.language;
    let payload = Payload::from_raw(&artifact.raw);
    let mut page = Page { locale, out: String::new() };
    head(&mut page, artifact);
    if let Some(payload) = &payload {
        safety(&mut page, payload);
    }
    summary(&mut page, artifact);
    if let Some(payload) = &payload {
        structural(&mut page, payload);
    }
    plan(&mut page, artifact);
    if let Some(payload) = &payload {
        profile(&mut page, payload);
        comparison(&mut page, payload);
        answers(&mut page, payload);
        contradictions(&mut page, payload);
        portrait(&mut page, payload);
    }
    page.out
}

struct Page {
    locale: Locale,
    out: String,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn item(&mut self, text: &str) {
        self.line(&format!("- {text}"));
    }

    /// A person's text, each line marked, so that it can never pass for a part of the report.
    fn quote(&mut self, text: &str) {
        for line in text.lines() {
            self.line(&format!("> {line}"));
        }
    }

    fn pair(&mut self, title: Title, text: &str) {
        let title = title.text(self.locale);
        self.line(&format!("{title}: {text}"));
    }

    fn heading(&mut self, title: Title) {
        let title = title.text(self.locale).to_uppercase();
        self.line("");
        self.line(&title);
    }

    fn by(&mut self, by: Author) {
        let word = match by {
            Author::Model => Word::ByModel,
            Author::Template => Word::ByTemplate,
        };
        self.line(&format!("({})", word.text(self.locale)));
    }
}

fn head(page: &mut Page, artifact: &Artifact) {
    let locale = page.locale;
    let meta = &artifact.meta;
    page.line(Title::Head.text(locale));
    page.line(Title::NotMedical.text(locale));
    page.line("");
    page.line(&format!("context_id: {}", meta.context_id));
    page.line(&format!("service_id: {}", meta.service_id));
    page.line(&format!("run_id: {}", meta.run_id));
    page.line(&format!("artifact_version: {}", meta.artifact_version));
    page.pair(Title::Made, &meta.created_at.format("%Y-%m-%d %H:%M UTC").to_string());
}

fn safety(page: &mut Page, payload: &Payload) {
    let locale = page.locale;
    page.heading(Title::Safety);
    page.pair(Title::Thoughts, Word::Thoughts(payload.safety.thoughts).text(locale));
    page.pair(Title::Home, Word::Home(payload.safety.home).text(locale));
    if payload.safety.signs.is_empty() {
        page.pair(Title::Signs, Title::NoSigns.text(locale));
    } else {
        page.line(&format!("{}:", Title::Signs.text(locale)));
        let mut signs = payload.safety.signs.clone();
        signs.sort_by_key(|sign| sign.level);
        for sign in &signs {
            let words = [Word::Level(sign.level), Word::Category(sign.category), Word::Source(sign.source)];
            let [level, category, source] = words.map(|word| word.text(locale));
            page.item(&format!("{level}: {category} ({source})"));
        }
    }
    if payload.safety.second_reading == SecondReading::NotAssessed {
        page.line(Title::NotAssessed.text(locale));
    }
    page.line(Title::SafetyNote.text(locale));
    page.heading(Title::OwnWords);
    match &payload.own_words {
        Some(words) => page.quote(&words.0),
        None => page.line(Title::NoOwnWords.text(locale)),
    }
}

fn summary(page: &mut Page, artifact: &Artifact) {
    page.heading(Title::Summary);
    for flag in &artifact.summary.risk_flags {
        page.item(&format!("! {flag}"));
    }
    page.line(&artifact.summary.one_liner);
    if !artifact.summary.resource_flags.is_empty() {
        page.pair(Title::Resources, &artifact.summary.resource_flags.join("; "));
    }
    let markers: Vec<String> = artifact.markers.iter().map(|marker| format!("{} = {}", marker.name, marker.value)).collect();
    page.pair(Title::Markers, &markers.join(", "));
}

fn structural(page: &mut Page, payload: &Payload) {
    page.heading(Title::Structural);
    page.by(payload.structural.by);
    let titles =
        [Title::CentralAxis, Title::Organisation, Title::Layers, Title::Flexibility, Title::Synthesis, Title::MethodNote];
    for (title, (_, text)) in titles.into_iter().zip(payload.structural.text.sections()) {
        page.pair(title, &text.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}

fn plan(page: &mut Page, artifact: &Artifact) {
    page.heading(Title::Questions);
    let why = Title::Why.text(page.locale);
    for question in &artifact.questions_for_session {
        page.line(&format!("{}. {} ({why}: {})", question.priority, question.q, question.why));
    }
    page.heading(Title::Actions);
    for action in artifact.actions.iter().filter(|action| action.who == Who::Therapist) {
        page.item(&format!("{} ({why}: {})", action.what, action.goal));
    }
}

/// A number with two decimals, as the language writes it.
fn number(value: f64, locale: Locale) -> String {
    let text = format!("{value:+.2}").replace('-', "−");
    match locale {
        Locale::Ru => text.replace('.', ","),
        Locale::En => text,
    }
}

/// The part of a profile that is written, whichever engine made it.
struct Written<'a> {
    axes: &'a PerAxis<f64>,
    axis_errors: Option<&'a PerAxis<f64>>,
    poles: &'a PerAxis<Pole>,
    intensities: &'a PerAxis<Intensity>,
    layers: &'a PerLayer<f64>,
    layer_errors: Option<&'a PerLayer<f64>>,
    horizontal: &'a PerLayer<Horizontal>,
    rigid: Rigid,
    confidence: f64,
    sureness: Sureness,
    reliability: Title,
}

impl<'a> Written<'a> {
    /// By the default engine; by the pinned formula where the artifact is from before it.
    fn of(kept: &'a KeptResults) -> Self {
        match &kept.v3 {
            Some(v3) => Self {
                axes: &v3.axis_vector,
                axis_errors: Some(&v3.axis_error),
                poles: &v3.axis_pole,
                intensities: &v3.axis_intensity,
                layers: &v3.layer_vector,
                layer_errors: Some(&v3.layer_error),
                horizontal: &v3.horizontal_profile,
                rigid: v3.rigidity_label,
                confidence: v3.confidence,
                sureness: v3.sureness,
                reliability: Title::Reliability,
            },
            None => Self {
                axes: &kept.v2.axis_vector,
                axis_errors: None,
                poles: &kept.v2.axis_pole,
                intensities: &kept.v2.axis_intensity,
                layers: &kept.v2.layer_vector,
                layer_errors: None,
                horizontal: &kept.v2.horizontal_profile,
                rigid: kept.v2.rigidity_label,
                confidence: kept.v2.confidence,
                sureness: Sureness::of(kept.v2.confidence),
                reliability: Title::ReliabilityPinned,
            },
        }
    }
}

/// A score, with its error where there is one.
fn score(value: f64, error: Option<f64>, locale: Locale) -> String {
    let value = number(value, locale);
    match error {
        Some(error) => format!("{value} ± {}", number(error, locale).trim_start_matches('+')),
        None => value,
    }
}

fn profile(page: &mut Page, payload: &Payload) {
    let locale = page.locale;
    let of = Written::of(&payload.engine);
    page.heading(Title::Profile);
    page.line(Title::ProfileNote.text(locale));
    if of.axis_errors.is_some() {
        page.line(Title::ErrorNote.text(locale));
    }
    for (axis, value) in of.axes.iter() {
        let pole = of.poles[axis];
        let tendency = Name::Tendency(axis, pole).text(locale);
        let strength = match pole {
            Pole::Neutral => String::new(),
            Pole::Negative | Pole::Positive => format!(" ({})", intensity(of.intensities[axis], locale)),
        };
        let name = Name::Axis(axis).text(locale);
        let score = score(*value, of.axis_errors.map(|errors| errors[axis]), locale);
        page.item(&format!("{} {name}: {score}, {tendency}{strength}", axis.code()));
    }
    for (layer, value) in of.layers.iter() {
        let (name, label) = (Name::Layer(layer).text(locale), Word::Horizontal(of.horizontal[layer]).text(locale));
        let score = score(*value, of.layer_errors.map(|errors| errors[layer]), locale);
        page.item(&format!("{} {name}: {score}, {label}", layer.code()));
    }
    page.pair(Title::Flexibility, Word::Rigid(of.rigid).text(locale));
    let sureness = Word::Sureness(of.sureness).text(locale);
    page.pair(of.reliability, &format!("{}, {sureness}", number(of.confidence, locale).trim_start_matches('+')));
}

fn intensity(intensity: Intensity, locale: Locale) -> &'static str {
    Word::Intensity(intensity).text(locale)
}

fn comparison(page: &mut Page, payload: &Payload) {
    let Some(compared) = &payload.comparison else { return };
    page.line("");
    page.line(&compared.title.to_uppercase());
    page.line(&compared.note);
    compared.lines.iter().for_each(|line| page.item(line));
}

fn answers(page: &mut Page, payload: &Payload) {
    let locale = page.locale;
    page.heading(Title::Answers);
    for (at, row) in payload.answers.iter().enumerate() {
        page.line(&format!("{}. [{}] {}", at + 1, row.question, row.text));
        if let Some(words) = &row.asked_as {
            page.line(&format!("   ({}: «{words}»)", Word::AskedAs.text(locale)));
        }
        for ticked in &row.ticked {
            page.line(&format!("   {}) {}", ticked.number, ticked.text));
        }
        if row.none_fits {
            page.line(&format!("   ({})", Word::NoneFits.text(locale)));
        }
        if row.skipped {
            page.line(&format!("   ({})", Word::Skipped.text(locale)));
        }
        if !row.contradicts.is_empty() {
            let axes: Vec<&str> = row.contradicts.iter().map(|axis| Name::Axis(*axis).text(locale)).collect();
            page.line(&format!("   ↔ {}", axes.join(", ")));
        }
    }
}

fn contradictions(page: &mut Page, payload: &Payload) {
    let locale = page.locale;
    page.heading(Title::Contradictions);
    if payload.contradictions.is_empty() {
        return page.line(Title::NoContradictions.text(locale));
    }
    page.line(Title::ContradictionsNote.text(locale));
    for found in &payload.contradictions {
        page.line(&format!("{}:", Name::Axis(found.axis).text(locale)));
        for (sign, pulls) in [("−", &found.negative), ("+", &found.positive)] {
            for pull in pulls {
                page.line(&format!("   {sign} [{} {}] {}", pull.question, pull.number, pull.text));
            }
        }
    }
}

fn portrait(page: &mut Page, payload: &Payload) {
    page.heading(Title::Portrait);
    page.line(Title::PortraitNote.text(page.locale));
    page.by(payload.portrait.by);
    page.quote(&payload.portrait.text.text);
}
