//! English.
use bot_kit::{FileKind, Html, html, shorten};
use bot_material::{
    CHARS, PIECES, Refused,
    frame::OwnText,
    words::{counted, danger, unreadable_document},
};
use domain::{DangerLevel, Locale};

use super::{Label, Text, Toast};
use crate::{
    flow::{Ending, Stage, Task},
    model::{Card, FlagAnswer, QUESTIONS, Severity, Status},
    result::{confidence, flag_kind, gap_words, kind, layer, severity},
};

const EN: Locale = Locale::En;

/// Every message.
pub(super) fn text(text: &Text<'_>) -> Html {
    match *text {
        Text::Greeting { label } => html!(
            "<b>Conceptualizator · {}</b>\n\nSend what you have on the case: notes as text in several messages, TXT, DOCX or PDF documents. \
             Earlier results of the case can be included by a button. You can also begin without notes, with questions.\n\nThen: hypotheses one \
             by one, red flags, questions where the model is empty, and a working model with targets and a letter for the client.\n\nBetter \
             without names. This is not a medical opinion.",
            label
        ),
        Text::Collected { count, earlier, .. } if count.is_zero() && earlier == 0 => {
            html!("No material yet. Send notes or begin with questions.")
        }
        Text::Collected { count, chars, earlier } => {
            html!("Material: {}. Characters in all: {}. Is that all?", counted(count, earlier, Locale::En), chars)
        }
        Text::Accepted { count, earlier } if count.is_zero() && earlier == 0 => html!("We begin with questions."),
        Text::Accepted { count, earlier } => html!("The material is taken: {}.", counted(count, earlier, Locale::En)),
        Text::Checklist => html!(
            "<b>What is worth describing</b>\n\n• Energy and body: sleep, strength, pain, tension, appetite.\n• Automatisms: what happens by itself, \
             freezing, avoidance, habitual moves.\n• Affect: what angers, frightens, calms, attracts.\n• Relations and roles: who is near, what the \
             bond rests on, what others expect.\n• Meaning: what for, who one takes oneself to be, what lies ahead.\n\nAnd: what has helped before, \
             what is changing, what happened the last time."
        ),
        Text::Refused(Refused::TooLarge { .. }) => html!(
            "The file is over 5 MB and cannot be read. Split it or paste the part you need as text. All other material is still here."
        ),
        Text::Refused(Refused::TooMany) => {
            html!("One material holds {} messages. This one was not added, the rest is still here: you can press “Done”.", PIECES)
        }
        Text::Refused(Refused::TooLong) => html!(
            "Together this is more than {} characters. It was not added, the rest is still here. Send the most important part, shorter.",
            CHARS
        ),
        Text::NoPictures => {
            html!("Pictures are for Interpretator; its result can be included here. Text and documents help here.")
        }
        Text::OnlyThese => html!("Text and TXT, DOCX or PDF documents help here."),
        Text::Extracting => html!("⏳ Looking for hypotheses in the material. Usually under a minute."),
        Text::Thinking => html!("⏳ Thinking the answer over."),
        Text::Assembling => html!(
            "⏳ Assembling the model: how it works, targets, a letter. Usually two or three minutes; you can close the chat."
        ),
        Text::Frame(OwnText::ChooseEarlier) => {
            html!("<b>Earlier results of the case</b>\n\nUnticked ones are not used. Ticked ones become part of the material.")
        }
        Text::Unreadable { number, code } => html!("File {} was not read: {}", number, unreadable_document(code, Locale::En)),
        Text::Card { card, open } => card_text(card, open),
        Text::AskWords => html!("Write the hypothesis in your own words, in one message. Or keep it as it is by the button."),
        Text::WordsTooLong { at_most } => html!("That is more than {} characters. Say it shorter: a sentence or two.", at_most),
        Text::Decided { card, status } => {
            let mark = match status {
                Some(Status::Accepted | Status::Edited) => "✅",
                Some(Status::Rejected) => "❌",
                Some(Status::Proposed) | None => "⏭",
            };
            html!("{} {}", mark, shorten(&card.formulation, 200))
        }
        Text::AllAccepted => html!("✅ The remaining hypotheses are accepted."),
        Text::Flag(flag) => {
            let mark = if flag.severity == Severity::Critical { "🔴" } else { "🚩" };
            html!(
                "{} <b>Red flag: {}, {}</b>\n\n{}\n\nBefore targets are proposed, this has to be answered.",
                mark,
                flag_kind(flag.kind, EN),
                severity(flag.severity, EN),
                shorten(&flag.text, 400)
            )
        }
        Text::FlagAnswered { flag, answer } => {
            let said = match answer {
                FlagAnswer::Checked => "checked",
                FlagAnswer::NotApplicable => "does not apply",
                FlagAnswer::WillCheck => "will be checked",
            };
            html!("🚩 {} — {}.", shorten(&flag.text, 200), said)
        }
        Text::Question { number, question } => {
            html!("<i>Question {}, {} at most</i>\n\n<b>{}</b>", number, QUESTIONS, question)
        }
        Text::WhyAsked { why } => html!("What for: {}", why),
        Text::Skipped { question } => html!("⏭ {}", shorten(question, 200)),
        Text::Offer { gaps: [] } => html!("<b>The model is complete.</b> It can be assembled."),
        Text::Offer { gaps } => {
            let head =
                html!("<b>There are no more questions.</b> The model can be assembled; the result will say what is missing:");
            gaps.iter().fold(head, |html, gap| html.line(&html!("• {}", gap_words(*gap, EN))))
        }
        Text::NothingToAsk => html!("There are no more questions. You can add material as a message or assemble the model."),
        Text::NothingHeld => html!(
            "There is nothing to assemble from yet: accept one hypothesis at least, or answer a question in your own words."
        ),
        Text::Finishing => html!("Good, we assemble what there is."),
        Text::Stuck(Task::Reading) => {
            html!("The material could not be read just now. It is kept, nothing was charged. Please try again a little later.")
        }
        Text::Stuck(Task::Extract) => {
            html!(
                "No hypotheses could be found just now. The material is kept, nothing was charged. Please try again a little later."
            )
        }
        Text::Stuck(Task::Result) => html!(
            "The model could not be assembled just now. Board and answers are kept, nothing was charged. Please try again a little later."
        ),
        Text::Frame(OwnText::Danger { category, level, contacts }) => {
            let what = danger(category, Locale::En);
            let head = match level {
                DangerLevel::Urgent => html!("<b>⚠️ Safety first: {}</b>", what),
                DangerLevel::Elevated => html!("<b>Safety first: {}</b>", what),
            };
            head.paragraph(&html!(
                "The material has such words. Before any model a direct question tells.\n\n• Ask the client directly about thoughts, intent, means \
                 and who is near.\n• If the danger is now, do not leave the client without help:\n{}\n\nThis tool does not judge danger, and the \
                 absence of such a mark means nothing.",
                contacts
            ))
        }
        Text::DangerFlag(category) => {
            html!("The material has words about safety: {}. Ask about it directly.", danger(category, Locale::En))
        }
        Text::Frame(OwnText::Done) => {
            html!("Done. The model is kept in the case, the files are above. The letter is given from Pro, when you decide so.")
        }
        Text::Frame(OwnText::File(FileKind::Docx)) => html!("The model, DOCX"),
        Text::Frame(OwnText::File(FileKind::Json)) => html!("Data, JSON"),
        Text::Frame(OwnText::File(FileKind::Portrait)) => html!("A letter to the client, DOCX: read it yourself first"),
        Text::Frame(OwnText::File(FileKind::Board)) => html!("The board, PNG"),
        Text::Frame(OwnText::File(FileKind::Txt | FileKind::Profile | FileKind::Course)) => html!("The model, TXT"),
        Text::Frame(OwnText::TellReady { label }) => html!("The model of the case is ready: “{}”.", label),
        Text::Frame(OwnText::AskCancel) => {
            html!("Give it up? What you sent here will not be kept, the Stars held for it are returned.")
        }
        Text::Frame(OwnText::Over(Ending::Done)) => {
            html!("This model is assembled, the result is in the case. A new one is started from Pro.")
        }
        Text::Frame(OwnText::Over(Ending::GivenUp)) => html!("Given up, the Stars are returned. You can begin anew from Pro."),
        Text::Frame(OwnText::Over(Ending::Closed)) => {
            html!("This run was closed, nothing was charged. You can begin anew from Pro.")
        }
        Text::Frame(OwnText::Over(Ending::Expired)) => {
            html!("The time of this run is over, nothing was charged. You can begin anew from Pro.")
        }
        Text::Frame(OwnText::Over(Ending::Failed)) => {
            html!("It failed for our fault, nothing was charged. You can begin anew from Pro.")
        }
        Text::Frame(OwnText::Busy) => {
            html!(
                "Another model is being made here, and its material would be lost. Finish it or give it up, then open the new link."
            )
        }
        Text::Frame(OwnText::OpenAgain) => html!("The last run has ended. Open the link once more."),
        Text::Frame(OwnText::TooFewStars(offer)) => html!(
            "A conceptualization costs {} ★, you have {} ★ free. Top up in Pro and open the link again: it stays good.",
            offer.price.0,
            offer.available.0
        ),
        Text::Help(stage) => help(stage),
        Text::Frame(OwnText::Privacy) => html!(
            "What you send is kept encrypted with the case; files are not kept, only their text. A model of Anthropic (USA) works on it, without \
             names and numbers. More: /privacy in Pro."
        ),
        Text::Frame(OwnText::YourData) => {
            html!("The case's data can be taken along or deleted in Pro. To give this run up: /cancel.")
        }
        Text::Frame(OwnText::Money) => {
            html!(
                "Stars are held from the opening of the link and charged only when the model is there. Balance and questions: in Pro."
            )
        }
        Text::Frame(OwnText::InPro) => html!("That is done in Pro. Here a model of a case is being made."),
    }
}

fn card_text(card: &Card, open: usize) -> Html {
    let layers: Vec<&str> = card.layers.iter().map(|one| layer(*one, EN)).collect();
    let mut html = html!(
        "<i>Hypothesis {} · {} · {}</i>\n\n<b>{}</b>\n\nConfidence: {}",
        card.id.to_string(),
        kind(card.kind, EN),
        layers.join(", "),
        shorten(&card.formulation, 400),
        confidence(card.confidence, EN)
    );
    for (name, quotes) in [("For", &card.evidence_for), ("Against", &card.evidence_against)] {
        for quote in quotes.iter().take(3) {
            html = html.line(&html!("{}: “{}”", name, shorten(quote, 250)));
        }
    }
    for (name, text) in [("What for", &card.function), ("Kept going by", &card.maintained_by)] {
        if !text.trim().is_empty() {
            html = html.line(&html!("{}: {}", name, shorten(text, 250)));
        }
    }
    for other in card.alternatives.iter().take(2) {
        html = html.line(&html!("Or: {}", shorten(other, 250)));
    }
    if open > 1 { html.paragraph(&html!("<i>Still to decide: {}</i>", open)) } else { html }
}

fn help(stage: Stage) -> Html {
    match stage {
        Stage::Collecting => html!(
            "Send notes as text or documents; there can be several messages. “What to describe?” tells what may be missing. When all is here, press \
             “Done”. To give it up: /cancel."
        ),
        Stage::Reading | Stage::Extracting | Stage::Thinking | Stage::Assembling => {
            html!("The work goes on by itself. What you send meanwhile is added to the material. To give it up: /cancel.")
        }
        Stage::Reviewing(_) | Stage::Editing(_) => {
            html!(
                "A hypothesis can be accepted, said in your own words, rejected or put off. You decide: the model is made of accepted ones only."
            )
        }
        Stage::Flagged(_) => {
            html!(
                "A red flag has one of three answers: checked, will be checked, does not apply. Without one no targets are proposed."
            )
        }
        Stage::Asking => {
            html!(
                "Answer in your own words, skip, or ask what the question is for. You can finish at any time: the result says what is missing."
            )
        }
        Stage::Offering => html!("You can assemble the model, go back to what was put off, or add material as a message."),
        Stage::Stuck(_) => html!("Everything is kept. Press “Try again” or give it up: /cancel."),
    }
}

/// Every key.
pub(super) fn label(label: &Label) -> String {
    match *label {
        Label::Ready => "✅ Done".into(),
        Label::Skip => "Skip".into(),
        Label::FromNothing => "▶️ Begin with questions".into(),
        Label::Checklist => "❔ What to describe?".into(),
        Label::Earlier(0) => "📚 Include earlier results".into(),
        Label::Earlier(count) => format!("📚 Earlier results: {count}"),
        Label::Accept => "✅ Accept".into(),
        Label::Edit => "✏️ Edit".into(),
        Label::Reject => "❌ Reject".into(),
        Label::Later => "⏭ Later".into(),
        Label::AcceptAll(count) => format!("✅ Accept all ({count})"),
        Label::Checked => "Checked".into(),
        Label::NotApplicable => "Does not apply".into(),
        Label::WillCheck => "Will check".into(),
        Label::Why => "What for?".into(),
        Label::BackToQuestion => "← To the last question".into(),
        Label::Finish => "Finish and assemble".into(),
        Label::Assemble => "🧩 Assemble the model".into(),
        Label::OneMore => "Back to what was put off".into(),
    }
}

/// Every line over the chat.
pub(super) fn toast(toast: Toast) -> &'static str {
    match toast {
        Toast::Noted => "Kept.",
    }
}
