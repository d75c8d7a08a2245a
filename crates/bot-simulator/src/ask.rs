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

use bot_kit::{PromptFile, RenderedPrompt, prompt::language};
use domain::RunId;

pub use debrief::{
    DebriefAsk, DebriefText, LayerNote, LineNote, MendedDebrief, debrief_prompt, fallback_debrief, mend_debrief, read_debrief,
};
pub use fault::{Fault, flags_of, repair_request};
pub use line::{ClientTurn, EXCHANGES, Exchange, LineAsk, MAX_LINE_CHARS, MendedTurn, client_prompt, mend_turn, read_turn};
pub use own_case::{OWN_KEY, OwnCaseAsk, mend_own_case, own_case_prompt, read_own_case};
pub use traces::{Trace, traces};

static CLIENT: PromptFile = PromptFile::new("client", include_str!("../prompts/client.md"));
static DEBRIEF: PromptFile = PromptFile::new("debrief", include_str!("../prompts/debrief.md"));
static OWN_CASE: PromptFile = PromptFile::new("own_case", include_str!("../prompts/own_case.md"));
const REPAIR: &str = include_str!("../prompts/repair.md");

/// Checks that every prompt file parses. A service asks once at its start and refuses to run otherwise.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn check_prompts() -> Result<(), String> {
    [&CLIENT, &DEBRIEF, &OWN_CASE].into_iter().try_for_each(PromptFile::check)
}

/// A filled prompt. A name in the file without a value, or a value without a name, is told by every test that renders it.
fn render(file: &PromptFile, values: &[(&str, &str)], schema: serde_json::Value) -> RenderedPrompt {
    debug_assert_eq!(file.prompt().placeholders(), values.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    file.render(values, schema)
}

/// The mark of a run's prompts: seen in a reply, it proves that instructions were given away.
fn canary_of(run: RunId) -> String {
    bot_kit::prompt::canary(run.0.as_bytes())
}
