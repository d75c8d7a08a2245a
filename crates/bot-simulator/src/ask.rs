//! What a model is told and asked, and how its replies are read: the client's answer together with the reading of the
//! specialist's line, the words of the debrief, and a case of one's own without its person.
//!
//! Every reply is checked field by field. A reply that breaks a rule is asked for once more ([`repair_request`]); what then still
//! breaks one is replaced by words of ours, where there can be such words.
mod card;
mod debrief;
mod fault;
mod line;
mod own_case;
mod traces;

use std::sync::OnceLock;

use bot_kit::{Prompt, RenderedPrompt};
use domain::{Locale, RunId};

pub use debrief::{
    DebriefAsk, DebriefText, LayerNote, LineNote, MendedDebrief, debrief_prompt, fallback_debrief, mend_debrief, read_debrief,
};
pub use fault::{Fault, flags_of, repair_request};
pub use line::{ClientTurn, Exchange, LineAsk, MAX_LINE_CHARS, MendedTurn, client_prompt, mend_turn, read_turn};
pub use own_case::{OWN_KEY, OwnCaseAsk, mend_own_case, own_case_prompt, read_own_case};
pub use traces::{Trace, traces};

const CLIENT: &str = include_str!("../prompts/client.md");
const DEBRIEF: &str = include_str!("../prompts/debrief.md");
const OWN_CASE: &str = include_str!("../prompts/own_case.md");
const REPAIR: &str = include_str!("../prompts/repair.md");

/// Checks that every prompt file parses. A service asks once at its start and refuses to run otherwise.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn check_prompts() -> Result<(), String> {
    for (name, file) in [("client", CLIENT), ("debrief", DEBRIEF), ("own_case", OWN_CASE)] {
        Prompt::parse(file).map_err(|why| format!("prompts/{name}.md: {why}"))?;
    }
    Ok(())
}

/// A parsed file. One that does not parse gives an empty prompt, which the model's side refuses; [`check_prompts`] tells it at
/// the start.
fn prompt(at: usize, file: &'static str) -> &'static Prompt {
    static PROMPTS: [OnceLock<Prompt>; 3] = [OnceLock::new(), OnceLock::new(), OnceLock::new()];
    PROMPTS[at].get_or_init(|| Prompt::parse(file).unwrap_or_default())
}

/// A filled prompt. A name in the file without a value, or a value without a name, is told by every test that renders it.
fn render(at: usize, file: &'static str, values: &[(&str, &str)], schema: serde_json::Value) -> RenderedPrompt {
    let prompt = prompt(at, file);
    debug_assert_eq!(prompt.placeholders(), values.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    prompt.render(file, values, schema)
}

fn language(locale: Locale) -> &'static str {
    match locale {
        Locale::Ru => "русский",
        Locale::En => "английский",
    }
}

/// The mark of a run's prompts: seen in a reply, it proves that instructions were given away.
fn canary_of(run: RunId) -> String {
    bot_kit::prompt::canary(run.0.as_bytes())
}
