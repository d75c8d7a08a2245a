//! The guide: what it knows, what a model is asked and how its replies are read. What happens in the chat is `flow/guide.rs`.
mod ask;
mod knowledge;
mod wish;

pub use ask::{
    Fault, QUESTION_CHARS, Sorted, answer_prompt, check_prompts, read_answer, read_route, repair_request, route_prompt,
};
pub use knowledge::{Article, BadKnowledge, Knowledge, Route, Topic};
pub use wish::{Answered, GuideWish, HISTORY, Outcome, Pair, Ready, remember};
