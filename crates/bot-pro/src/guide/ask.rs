//! What a model is asked, in two steps: of what kind a question is, then the question itself with the articles of its kind.
//!
//! A question about a particular client is put in general terms by the first step, and the second sees only that: a model that answers
//! never learns of a client, so that it cannot speak of one.
use bot_kit::{
    PromptFile, RenderedPrompt,
    prompt::{Fenced, Material, Rejection, canary, language},
};
use bot_material::reply::{self, Why, check, check_canary, done, object, one_of, parse, repair_with, text};
use domain::{JobId, Locale, ServiceId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{GuideWish, Knowledge, Pair, Route};

/// Longest question that is taken, in characters.
pub const QUESTION_CHARS: usize = 2_000;
/// The rule of the wording policy that forbids to say what somebody's images and words mean. What a word of the model means is what the guide is
/// asked; of a person it never hears.
const MEANING: &str = "meaning";
/// Longest answer, in characters: one message, or two.
const ANSWER_CHARS: usize = 3_500;
/// Longest question in general terms, in characters.
const GENERAL_CHARS: usize = 400;

const REPAIR: &str = include_str!("../../prompts/repair.md");
static ROUTE: PromptFile = PromptFile::new("route", include_str!("../../prompts/route.md"));
static TERMS: PromptFile = PromptFile::new("terms", include_str!("../../prompts/terms.md"));
static LAYERS: PromptFile = PromptFile::new("layers", include_str!("../../prompts/layers.md"));
static REPORT: PromptFile = PromptFile::new("report", include_str!("../../prompts/report.md"));
static SESSION: PromptFile = PromptFile::new("session", include_str!("../../prompts/session.md"));
static TOOLS: PromptFile = PromptFile::new("tools", include_str!("../../prompts/tools.md"));
static CLIENT: PromptFile = PromptFile::new("client", include_str!("../../prompts/client.md"));

/// Checks that every prompt file parses. A service asks once at its start and refuses to run otherwise.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn check_prompts() -> Result<(), String> {
    [&ROUTE, &TERMS, &LAYERS, &REPORT, &SESSION, &TOOLS, &CLIENT].into_iter().try_for_each(PromptFile::check)
}

/// A fault of a reply: a field and a rule, never the model's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// One that any reply can have.
    Reply(reply::Fault),
    /// The field has a link.
    Link(&'static str),
}

impl From<reply::Fault> for Fault {
    fn from(fault: reply::Fault) -> Self {
        Self::Reply(fault)
    }
}

impl Rejection for Fault {
    fn reason(&self) -> &'static str {
        match self {
            Self::Reply(fault) => fault.reason(),
            Self::Link(_) => "content",
        }
    }
}

impl Fault {
    fn instruction(&self) -> String {
        match self {
            Self::Reply(fault) => fault.instruction(),
            Self::Link(field) => format!("{field}: без ссылок, адресов и имён с @."),
        }
    }
}

/// A question of a known kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sorted {
    /// Which.
    pub route: Route,
    /// The question as it is answered and remembered: one about a client in general terms.
    pub question: String,
    /// For a question about a client, the tool that was made for it.
    pub tool: Option<ServiceId>,
}

/// The mark of a question's prompts: seen in a reply, it proves that instructions were given away.
fn canary_of(job: JobId) -> String {
    canary(job.0.as_bytes())
}

/// What was asked and answered before, each behind its fence.
fn told(history: &[Pair]) -> String {
    if history.is_empty() {
        return "—".to_owned();
    }
    let told = |pair: &Pair| {
        let (question, answer) = (Fenced::new(Material::Note, &pair.question), Fenced::new(Material::Reply, &pair.answer));
        format!("вопрос: {question}\nответ: {answer}")
    };
    history.iter().map(told).collect::<Vec<_>>().join("\n")
}

fn render(file: &PromptFile, job: JobId, locale: Locale, history: &[Pair], question: &str, schema: Value) -> RenderedPrompt {
    let (canary, told, question) = (canary_of(job), told(history), Fenced::new(Material::Note, question));
    let values =
        [("canary", canary.as_str()), ("language", language(locale)), ("history", &told), ("question", question.as_str())];
    debug_assert_eq!(file.prompt().placeholders(), values.map(|(name, _)| name));
    file.render(&values, schema)
}

/// The question of what kind a question is.
#[must_use]
pub fn route_prompt(job: JobId, wish: &GuideWish) -> RenderedPrompt {
    let tools: Vec<&str> = TOOLS_FOR_CLIENTS.iter().map(|service| service.as_str()).chain([NO_TOOL]).collect();
    let schema = object(&[("route", one_of(&Route::ALL)), ("general", text()), ("tool", one_of(&tools))]);
    render(&ROUTE, job, wish.locale, &wish.history, &wish.question, schema)
}

/// The tools that work with a client's case.
const TOOLS_FOR_CLIENTS: [ServiceId; 4] =
    [ServiceId::Screen, ServiceId::Interpretator, ServiceId::Conceptualizator, ServiceId::Simulator];
const NO_TOOL: &str = "none";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RouteReply {
    route: Route,
    general: String,
    tool: String,
}

/// Reads the reply to [`route_prompt`].
///
/// # Errors
/// Everything that is wrong with it.
pub fn read_route(reply: &str, job: JobId, wish: &GuideWish) -> Result<Sorted, Vec<Fault>> {
    let found: RouteReply = parse(reply).map_err(|faults| faults.into_iter().map(Fault::from).collect::<Vec<_>>())?;
    let mut faults = Vec::new();
    check_canary(&canary_of(job), reply, &mut faults);
    if found.route != Route::Client {
        let faults = faults.into_iter().map(Fault::from).collect();
        return done(Sorted { route: found.route, question: wish.question.clone(), tool: None }, faults);
    }
    let general = found.general.trim();
    check("general", general, 10, GENERAL_CHARS, wish.locale, &mut faults);
    let tool = TOOLS_FOR_CLIENTS.into_iter().find(|service| service.as_str() == found.tool);
    // None of them says so: a working model is what a case as a whole is thought over with.
    let tool = Some(tool.unwrap_or(ServiceId::Conceptualizator));
    let faults = faults.into_iter().map(Fault::from).chain(link("general", general)).collect();
    done(Sorted { route: Route::Client, question: general.to_owned(), tool }, faults)
}

/// The question itself, with the articles of its kind; `None` where there is nothing to be asked.
#[must_use]
pub fn answer_prompt(job: JobId, wish: &GuideWish, sorted: &Sorted, knowledge: &Knowledge) -> Option<RenderedPrompt> {
    let file = match sorted.route {
        Route::Terms => &TERMS,
        Route::Layers => &LAYERS,
        Route::Report => &REPORT,
        Route::Session => &SESSION,
        Route::Tools => &TOOLS,
        Route::Client => &CLIENT,
        Route::Outside => return None,
    };
    let schema = object(&[("answer", text())]);
    let mut prompt = render(file, job, wish.locale, &wish.history, &sorted.question, schema);
    let articles: Vec<String> = knowledge
        .of(sorted.route, wish.locale)
        .map(|article| format!("{}\n{}", article.title, Fenced::new(Material::Document, &article.text)))
        .collect();
    if !articles.is_empty() {
        prompt.knowledge.push(format!("Статьи справочника:\n\n{}", articles.join("\n\n")));
    }
    Some(prompt)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerReply {
    answer: String,
}

/// Reads the reply to [`answer_prompt`].
///
/// # Errors
/// Everything that is wrong with it.
pub fn read_answer(reply: &str, job: JobId, locale: Locale) -> Result<String, Vec<Fault>> {
    let found: AnswerReply = parse(reply).map_err(|faults| faults.into_iter().map(Fault::from).collect::<Vec<_>>())?;
    let answer = found.answer.trim();
    let mut faults = Vec::new();
    check_canary(&canary_of(job), reply, &mut faults);
    check("answer", answer, 20, ANSWER_CHARS, locale, &mut faults);
    faults.retain(|fault| fault.why != Why::Forbidden { rule: MEANING });
    let faults = faults.into_iter().map(Fault::from).chain(link("answer", answer)).collect();
    done(answer.to_owned(), faults)
}

/// Telegram makes links of addresses and names by itself.
fn link(field: &'static str, text: &str) -> Option<Fault> {
    let lower = text.to_lowercase();
    let named = lower
        .split(|c: char| c.is_whitespace() || "(«\"".contains(c))
        .any(|word| word.strip_prefix('@').is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphanumeric())));
    let addressed = ["://", "www.", "t.me/", "tg:", ".com", ".ru/", ".org"].iter().any(|mark| lower.contains(mark));
    (named || addressed).then_some(Fault::Link(field))
}

/// The same prompt with the faulty reply and what to mend; asked once.
#[must_use]
pub fn repair_request(prompt: &RenderedPrompt, reply: &str, faults: &[Fault]) -> RenderedPrompt {
    repair_with(prompt, reply, faults.iter().map(Fault::instruction), REPAIR)
}
