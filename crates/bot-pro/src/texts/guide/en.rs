//! English.
use bot_kit::{Html, html};

use super::{GuideLabel, GuideText};
use crate::texts::en::service;

pub(super) fn text(text: &GuideText) -> Html {
    match text {
        GuideText::Intro => html!(
            "<b>Guide</b>\n\nAsk about the PsycheOS model and its tools: what a term means, how layers and axes differ, how a screening \
             report is read, what to ask in a session. Follow-ups are welcome: I remember the last ten questions.\n\nThe guide does not \
             speak of particular clients. A model answers, and it may be wrong. Free; the talk is forgotten when you leave."
        ),
        GuideText::Left => html!("The talk with the guide is over and forgotten."),
        GuideText::NeedsWords => html!("This needs a question in words."),
        GuideText::TooLong => html!("The question is longer than 2000 characters. Ask in fewer words, about what matters most."),
        GuideText::Searching => html!("⏳ Looking for an answer."),
        GuideText::AtWork => html!("Already looking for an answer."),
        GuideText::Waits => html!("Noted. I will answer after the question before it."),
        GuideText::Full => html!("Two questions are waiting already. I will answer those first; send this one a little later."),
        GuideText::Longer => {
            html!(
                "⏳ It takes longer than usual: the model is busy. The question is not lost; the answer comes as soon as it can."
            )
        }
        GuideText::Outside => html!(
            "This is not about PsycheOS, and I cannot help with it here. Ask about the model, layers and axes, the screening report, \
             questions for a session, or the tools."
        ),
        GuideText::Unusable => html!("No good answer came of it. Please ask in other words."),
        GuideText::Away => {
            html!("An answer is not possible now: the model is away. The question is kept and can be asked again.")
        }
        GuideText::Danger => html!(
            "<b>Safety first.</b> If there is danger to life now, yours or a client's, the guide is no help here: people are needed. \
             Danger is asked about directly, and nothing follows from the absence of words about it."
        ),
        GuideText::ForClients { tool } => html!(
            "The guide does not speak of the client. <b>{}</b> was made for that: open the case and launch the tool.",
            service(*tool)
        ),
    }
}

pub(super) fn label(label: GuideLabel) -> &'static str {
    match label {
        GuideLabel::Enter => "🧭 Guide",
        GuideLabel::Leave => "🚪 Leave the guide",
        GuideLabel::Again => "🔁 Ask again",
    }
}
