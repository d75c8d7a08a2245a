//! One line of the conversation: what the specialist said is classified, and the client answers.
use std::fmt;

use bot_kit::{
    RenderedPrompt,
    prompt::{Fenced, Material},
};
use bot_material::reply::{list, object, one_of, text};
use domain::{DangerCategory, Locale, RunId, lexicon};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    CLIENT, Fault, canary_of,
    card::card,
    fault::{check, check_canary, done, flags_of, parse},
    language, render,
};
use crate::{
    cases::Case,
    engine::{
        Fit, Goal, Layer, MoveReading, RawReading, ReplyLength, RiskEnquiry, Setup, Snapshot, Variable, advance, risk::RiskKind,
    },
    words,
};

/// Longest line of a specialist that is taken, in characters.
pub const MAX_LINE_CHARS: usize = 1_500;
/// Exchanges that a model is shown, the latest ones.
pub const EXCHANGES: usize = 12;
/// Longest answer of the client, in characters.
const WORDS_CHARS: usize = 900;
/// Longest explanation, in characters.
const EXPLANATION_CHARS: usize = 400;
/// What no client says: the language of the engine and of the model.
const OUT_OF_ROLE: [&str; 14] = [
    "active_layer",
    "tension_l0",
    "cognitive_access",
    "tsi",
    "cci",
    "симулятор",
    "языковая модель",
    "языковой модел",
    "нейросет",
    "искусственный интеллект",
    "simulator",
    "language model",
    "as an ai",
    "artificial intelligence",
];

/// A line with the client's answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// The specialist's line.
    pub line: String,
    /// The client's words.
    pub reply: String,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exchange[{}, {}]", self.line.len(), self.reply.len())
    }
}

/// What a line is asked about with. Nothing in it names the specialist or a real case.
#[derive(Clone, Copy)]
pub struct LineAsk<'a> {
    /// The launch; it makes the mark of the prompt.
    pub run: RunId,
    /// Language in which the client speaks.
    pub locale: Locale,
    /// The client.
    pub case: &'a Case,
    /// What is practised.
    pub goal: Goal,
    /// The moment before the line.
    pub now: &'a Snapshot,
    /// The line's place on its way, from 1.
    pub turn: u16,
    /// What was said on the way to it, the latest exchanges at least.
    pub said: &'a [Exchange],
    /// The specialist's line.
    pub line: &'a str,
}

impl fmt::Debug for LineAsk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LineAsk {{ {}, said: {}, line: [{}] }}", self.case.key, self.said.len(), self.line.len())
    }
}

/// What came of a line.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientTurn {
    /// How the line is read: the engine takes it from here.
    pub reading: MoveReading,
    /// The client's answer.
    pub words: String,
    /// What the line did, for the specialist in training.
    pub explanation: String,
}

impl fmt::Debug for ClientTurn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientTurn {{ {:?}, words: [{}] }}", self.reading, self.words.len())
    }
}

/// A turn in which something was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MendedTurn {
    /// It breaks no rule.
    pub turn: ClientTurn,
    /// Fields and rules that were broken, without any text.
    pub flags: Vec<String>,
}

/// The question about a line.
#[must_use]
pub fn client_prompt(ask: &LineAsk<'_>) -> RenderedPrompt {
    let canary = canary_of(ask.run);
    let shown = |variable: &Variable| format!("{} {}", variable.name(), ask.now.hidden.get(*variable).shown());
    let variables: Vec<String> = Variable::ALL.iter().map(shown).collect();
    let state = format!("{} {}", ask.now.state.code(), words::state(ask.now.state, Locale::Ru));
    let signal = ask.now.last.map_or("—", |signal| words::signal(signal, Locale::Ru));
    let line = Fenced::new(Material::Note, ask.line);
    let values = [
        ("canary", canary.as_str()),
        ("language", language(ask.locale)),
        ("card", &card(ask.case)),
        ("goal", words::goal(ask.goal, Locale::Ru)),
        ("turn", &ask.turn.to_string()),
        ("variables", &variables.join(", ")),
        ("layer", ask.now.active.code()),
        ("state", &state),
        ("signal", signal),
        ("forecast", &forecast(ask)),
        ("words", &ask.now.reply_length().max_words().to_string()),
        ("said", &said(ask)),
        ("line", line.as_str()),
    ];
    render(&CLIENT, &values, schema())
}

/// Where an ordinary line of each class would lead, so that the client's words follow the engine and not the other way round.
fn forecast(ask: &LineAsk<'_>) -> String {
    let setup = Setup { run: ask.run, goal: ask.goal, parameters: ask.case.parameters };
    let after = |fit: &Fit| {
        let step = advance(&setup, ask.now, ask.turn, MoveReading::usual(*fit, ask.now.active));
        let hidden = Variable::ALL.map(|variable| format!("{} {}", variable.name(), step.after.hidden.get(variable).shown()));
        format!("- {}: {}", fit.as_str(), hidden.join(", "))
    };
    Fit::ALL.iter().map(after).collect::<Vec<_>>().join("\n")
}

fn said(ask: &LineAsk<'_>) -> String {
    let opening = Fenced::new(Material::Reply, ask.case.opening_in(ask.locale));
    let mut lines = vec![format!("клиент: {opening}")];
    for exchange in &ask.said[ask.said.len().saturating_sub(EXCHANGES)..] {
        lines.push(format!("специалист: {}", Fenced::new(Material::Note, &exchange.line)));
        lines.push(format!("клиент: {}", Fenced::new(Material::Reply, &exchange.reply)));
    }
    lines.join("\n")
}

fn schema() -> Value {
    let number = json!({ "type": "number" });
    object(&[
        ("addressed_layer", one_of(&Layer::ALL)),
        ("fit", one_of(&Fit::ALL)),
        ("risk_enquiry", list(&one_of(&RiskEnquiry::ALL))),
        ("goal_relevance", number.clone()),
        ("regulatory_match", number),
        ("client_words", text()),
        ("explanation", text()),
    ])
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    addressed_layer: Layer,
    fit: Fit,
    risk_enquiry: Vec<RiskEnquiry>,
    goal_relevance: f64,
    regulatory_match: f64,
    client_words: String,
    explanation: String,
}

impl Reply {
    fn raw(&self) -> RawReading {
        RawReading {
            addressed_layer: self.addressed_layer,
            fit: self.fit,
            risk_enquiry: self.risk_enquiry.iter().copied().collect(),
            goal_relevance: self.goal_relevance,
            regulatory_match: self.regulatory_match,
        }
    }
}

/// Reads the reply to [`client_prompt`].
///
/// # Errors
/// Everything that is wrong with the reply.
pub fn read_turn(reply: &str, ask: &LineAsk<'_>) -> Result<ClientTurn, Vec<Fault>> {
    let found: Reply = parse(reply)?;
    let mut faults = Vec::new();
    check_canary(&canary_of(ask.run), reply, &mut faults);
    faults.extend(faults_of_words(&found.client_words, ask));
    faults.extend(faults_of_explanation(&found.explanation, ask.locale));
    match MoveReading::try_from(found.raw()) {
        Ok(reading) => done(
            ClientTurn { reading: heard(reading, ask.line), words: found.client_words, explanation: found.explanation },
            faults,
        ),
        Err(fault) => {
            faults.push(Fault::Reading(fault));
            Err(faults)
        }
    }
}

/// Keeps of a reply that broke the rules twice what can be kept: the class stays and its numbers are settled, words that break a
/// rule are replaced by ours. `None` when the line's class cannot be read or the instructions were given away: the line is then
/// not counted, and the specialist is asked to send it again, for no number may be made up.
#[must_use]
pub fn mend_turn(reply: &str, ask: &LineAsk<'_>) -> Option<MendedTurn> {
    let found: Reply = parse(reply).ok()?;
    let mut leaked = Vec::new();
    check_canary(&canary_of(ask.run), reply, &mut leaked);
    if !leaked.is_empty() {
        return None;
    }
    let mut faults = Vec::new();
    let raw = found.raw();
    faults.extend(MoveReading::try_from(raw.clone()).err().map(Fault::Reading));
    let reading = heard(MoveReading::settled(&raw), ask.line);
    let mut keep = |text: String, wrong: Vec<Fault>, ours: &str| {
        let kept = if wrong.is_empty() { text } else { ours.to_owned() };
        faults.extend(wrong);
        kept
    };
    let wrong = faults_of_words(&found.client_words, ask);
    let words = keep(found.client_words, wrong, fallback_words(ask.now.reply_length(), ask.said.len(), ask.locale));
    let wrong = faults_of_explanation(&found.explanation, ask.locale);
    let explanation = keep(found.explanation, wrong, fallback_explanation(reading.fit(), ask.locale));
    Some(MendedTurn { turn: ClientTurn { reading, words, explanation }, flags: flags_of(&faults) })
}

/// A plain question about danger is heard by the lexicon, too: a model that missed it takes nothing from the specialist.
fn heard(reading: MoveReading, line: &str) -> MoveReading {
    let asks =
        |category| matches!(category, DangerCategory::Suicide | DangerCategory::SelfHarm | DangerCategory::ViolenceToOthers);
    let questions = line.split_inclusive(['.', '!', '?', '…', '\n']).filter(|sentence| sentence.trim_end().ends_with('?'));
    let plainly = questions.flat_map(lexicon::all_signs).any(|sign| asks(sign.category));
    if plainly { reading.asking(RiskEnquiry::Direct) } else { reading }
}

fn faults_of_words(text: &str, ask: &LineAsk<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    // A client who has no words may be silent: three dots are an answer, without letters of any language.
    let silent = text.trim().chars().all(|c| matches!(c, '.' | '…' | ' '));
    let at_least = if silent && !text.trim().is_empty() { 1 } else { 2 };
    check("client_words", text, at_least..=WORDS_CHARS, ask.locale, &mut faults);
    // A model does not count words: half as many again are let pass.
    let most = ask.now.reply_length().max_words();
    if text.split_whitespace().count() > usize::from(most + most / 2) {
        faults.push(Fault::TooManyWords { at_most: most });
    }
    let lower = text.to_lowercase();
    let code = |word: &str| {
        let mut signs = word.chars();
        matches!((signs.next(), signs.next(), signs.next()), (Some('l' | 's'), Some('0'..='7'), None))
    };
    let coded = lower.split(|c: char| !c.is_alphanumeric()).any(code);
    let phrase = |phrase: &str| {
        let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        lower.match_indices(phrase).any(|(at, _)| is_edge(lower[..at].chars().next_back()))
    };
    if coded || OUT_OF_ROLE.iter().any(|words| phrase(words)) {
        faults.push(Fault::OutOfRole);
    }
    if ask.case.risk.kind == RiskKind::None && lexicon::all_signs(text).iter().any(|sign| is_of_life(sign.category)) {
        faults.push(Fault::DangerInvented);
    }
    faults
}

const fn is_of_life(category: DangerCategory) -> bool {
    match category {
        DangerCategory::Suicide | DangerCategory::SelfHarm | DangerCategory::ViolenceToOthers | DangerCategory::Overdose => true,
        DangerCategory::AbuseNow | DangerCategory::Psychosis | DangerCategory::MinorInDanger | DangerCategory::AskedForHelp => {
            false
        }
    }
}

fn faults_of_explanation(text: &str, locale: Locale) -> Vec<Fault> {
    let mut faults = Vec::new();
    check("explanation", text, 10..=EXPLANATION_CHARS, locale, &mut faults);
    if super::debrief::names_a_number(text) {
        faults.push(Fault::Number("explanation"));
    }
    faults
}

/// Words of a client when a model's could not be used: as long as the state allows, and they commit the case to nothing.
fn fallback_words(length: ReplyLength, said: usize, locale: Locale) -> &'static str {
    let (ru, en): ([&str; 2], [&str; 2]) = match length {
        ReplyLength::Fragments => (["(молчит)", "Не знаю…"], ["(silent)", "I don't know…"]),
        ReplyLength::Short => {
            (["Не знаю, что ответить.", "Сейчас трудно говорить."], ["I don't know what to say.", "It is hard to talk now."])
        }
        ReplyLength::Medium | ReplyLength::Full => (
            ["Мне нужно немного подумать, прежде чем ответить.", "Я слышу вас. Пока не нахожу слов."],
            ["I need a moment before I answer.", "I hear you. I cannot find the words yet."],
        ),
    };
    let words = match locale {
        Locale::Ru => ru,
        Locale::En => en,
    };
    words[said % words.len()]
}

fn fallback_explanation(fit: Fit, locale: Locale) -> &'static str {
    match (fit, locale) {
        (Fit::Matches, Locale::Ru) => "Похоже, реплика встретила клиента там, где он сейчас.",
        (Fit::Matches, Locale::En) => "The line seems to have met the client where the client is now.",
        (Fit::Ahead, Locale::Ru) => "Похоже, реплика обратилась к тому, что клиенту пока недоступно.",
        (Fit::Ahead, Locale::En) => "The line seems to have addressed what is not within the client's reach yet.",
        (Fit::IgnoresDominant, Locale::Ru) => "Похоже, реплика прошла мимо того, чем клиент сейчас захвачен.",
        (Fit::IgnoresDominant, Locale::En) => "The line seems to have passed by what the client is taken up with.",
        (Fit::StabilizesL0, Locale::Ru) => "Похоже, реплика вернула телу немного опоры.",
        (Fit::StabilizesL0, Locale::En) => "The line seems to have steadied the body a little.",
        (Fit::TightensControl, Locale::Ru) => "Похоже, реплика забрала ведение, и клиенту стало теснее.",
        (Fit::TightensControl, Locale::En) => "The line seems to have taken the lead, and the client has less room.",
        (Fit::Escalates, Locale::Ru) => "Похоже, реплика добавила жара, и напряжение выросло.",
        (Fit::Escalates, Locale::En) => "The line seems to have added heat, and tension rose.",
    }
}
