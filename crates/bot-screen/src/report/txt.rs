//! The artifact as plain text for the specialist.
use domain::{
    Locale,
    artifact::{Artifact, Who},
};

use super::{
    Author, Payload,
    phrases::{Name, Title, Value as Word},
};
use crate::engine::{Horizontal, Intensity, Pole, Rigid, Sureness};

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

fn profile(page: &mut Page, payload: &Payload) {
    let locale = page.locale;
    let profile = &payload.engine.v2;
    page.heading(Title::Profile);
    page.line(Title::ProfileNote.text(locale));
    for (axis, value) in profile.axis_vector.iter() {
        let pole = profile.axis_pole[axis];
        let tendency = Name::Tendency(axis, pole).text(locale);
        let strength = match pole {
            Pole::Neutral => String::new(),
            Pole::Negative | Pole::Positive => format!(" ({})", intensity(profile.axis_intensity[axis], locale)),
        };
        let name = Name::Axis(axis).text(locale);
        page.item(&format!("{} {name}: {}, {tendency}{strength}", axis.code(), number(*value, locale)));
    }
    for (layer, value) in profile.layer_vector.iter() {
        let label: Horizontal = profile.horizontal_profile[layer];
        let (name, label) = (Name::Layer(layer).text(locale), Word::Horizontal(label).text(locale));
        page.item(&format!("{} {name}: {}, {label}", layer.code(), number(*value, locale)));
    }
    let rigid: Rigid = profile.rigidity_label;
    page.pair(Title::Flexibility, Word::Rigid(rigid).text(locale));
    let sureness = Word::Sureness(Sureness::of(profile.confidence)).text(locale);
    page.pair(Title::Reliability, &format!("{}, {sureness}", number(profile.confidence, locale).trim_start_matches('+')));
}

fn intensity(intensity: Intensity, locale: Locale) -> &'static str {
    Word::Intensity(intensity).text(locale)
}

fn answers(page: &mut Page, payload: &Payload) {
    let locale = page.locale;
    page.heading(Title::Answers);
    for (at, row) in payload.answers.iter().enumerate() {
        page.line(&format!("{}. [{}] {}", at + 1, row.question, row.text));
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
