//! English.
use bot_kit::{FileKind, Html, html};
use bot_material::{CHARS, Count, PIECES, Refused, frame::OwnText, words::danger};
use domain::{DangerLevel, Locale};

use super::{Label, Text, Toast};
use crate::flow::{Ending, Stage, Task};

/// Every message.
pub(super) fn text(text: &Text<'_>) -> Html {
    match *text {
        Text::Greeting { label } => html!(
            "<b>Interpretator · {}</b>\n\nSend a dream, a drawing or a photo of a projective method. Text, photos, albums, pictures as files, \
             TXT, DOCX and PDF all work. Several messages are one material, captions count too.\n\nFor example: “A client's dream: I walk \
             through an old house, the stairs give way, there is water below. Woke up anxious, the third time”.\n\nBetter without names. What \
             comes out are hypotheses and questions for the session, not an answer about what an image “means”. This is not a medical opinion.",
            label
        ),
        Text::Collected(count) if count.is_zero() => html!("No material yet. Send a text, a photo or a file."),
        Text::Collected(count) => html!("Material: {}. Is that all?", counted(count)),
        Text::Accepted(count) => html!("The material is taken: {}.", counted(count)),
        Text::Refused(Refused::TooLarge { picture: true }) => {
            html!(
                "The picture is over 10 MB and cannot be read. Make it smaller or send it as a photo. All other material is still here."
            )
        }
        Text::Refused(Refused::TooLarge { picture: false }) => html!(
            "The file is over 5 MB and cannot be read. Split it or paste the part you need as text. All other material is still here."
        ),
        Text::Refused(Refused::TooMany) => html!(
            "One interpretation holds {} messages. This one was not added, the rest is still here: you can press “Done”.",
            PIECES
        ),
        Text::Refused(Refused::TooLong) => html!(
            "Together this is more than {} characters. It was not added, the rest is still here. Send the most important part, shorter.",
            CHARS
        ),
        Text::OnlyThese => html!("Text, photos, pictures and TXT, DOCX or PDF documents can be used here."),
        Text::Preparing => html!("⏳ Choosing a few questions."),
        Text::Interpreting => {
            html!("⏳ Putting hypotheses and questions together. Usually a minute or two; you can close the chat.")
        }
        Text::Frame(OwnText::ChooseEarlier) => {
            html!(
                "<b>Earlier results of the case</b>\n\nUnticked ones are not used. Ticked ones will be known to the interpretation."
            )
        }
        Text::Unreadable { number, code } => html!("File {} was not read: {}", number, unreadable(code)),
        Text::Description { number: None } => html!("<b>What is to be seen</b>"),
        Text::Description { number: Some(number) } => html!("<b>What is to be seen on picture {}</b>", number),
        Text::IsItRight => html!(
            "This is a description, not a reading. If something was seen wrongly, say so in words: your correction counts more. If all is \
             right, press the button."
        ),
        Text::DescriptionKept => html!("The description is taken."),
        Text::CorrectionKept => html!("The correction is kept. Add another or go on."),
        Text::Question { number, of, question } => html!("<i>Question {} of {}</i>\n\n<b>{}</b>", number, of, question),
        Text::QuestionsDone => html!("Thank you, the answers are kept."),
        Text::Stuck(Task::Reading) => {
            html!("The material could not be read just now. It is kept, nothing was charged. Please try again a little later.")
        }
        Text::Stuck(Task::Result) => html!(
            "The interpretation could not be made just now. Material and answers are kept, nothing was charged. Please try again a little later."
        ),
        Text::Frame(OwnText::Danger { category, level, contacts }) => {
            let what = danger(category, Locale::En);
            let head = match level {
                DangerLevel::Urgent => html!("<b>⚠️ Safety first: {}</b>", what),
                DangerLevel::Elevated => html!("<b>Safety first: {}</b>", what),
            };
            head.paragraph(&html!(
                "The material has such words. They may belong to the image, and they may be about life: a direct question tells, not a \
                 reading.\n\n• Ask the client directly about thoughts, intent, means and who is near.\n• If the danger is now, do not leave the \
                 client without help:\n{}\n\nThis tool does not judge danger, and the absence of such a mark means nothing.",
                contacts
            ))
        }
        Text::Frame(OwnText::Done) => {
            html!("Done. The result is kept in the case, the files are above. A new interpretation is started from Pro.")
        }
        Text::Frame(OwnText::File(FileKind::Docx)) => html!("Report, DOCX"),
        Text::Frame(OwnText::File(FileKind::Json)) => html!("Data, JSON"),
        Text::Frame(OwnText::File(
            FileKind::Txt | FileKind::Profile | FileKind::Portrait | FileKind::Board | FileKind::Course,
        )) => {
            html!("Report, TXT")
        }
        Text::Frame(OwnText::TellReady { label }) => html!("The interpretation is ready: “{}”.", label),
        Text::Frame(OwnText::AskCancel) => {
            html!("Give this interpretation up? What you sent here will not be kept, the Stars held for it are returned.")
        }
        Text::Frame(OwnText::Over(Ending::Done)) => {
            html!("This interpretation is done, the result is in the case. A new one is started from Pro.")
        }
        Text::Frame(OwnText::Over(Ending::GivenUp)) => {
            html!("The interpretation was given up, the Stars are returned. A new one can be started from Pro.")
        }
        Text::Frame(OwnText::Over(Ending::Closed)) => {
            html!("This interpretation was closed, nothing was charged. A new one can be started from Pro.")
        }
        Text::Frame(OwnText::Over(Ending::Expired)) => {
            html!("The time of this interpretation has run out, nothing was charged. A new one can be started from Pro.")
        }
        Text::Frame(OwnText::Over(Ending::Failed)) => {
            html!("The interpretation failed for our fault, nothing was charged. A new one can be started from Pro.")
        }
        Text::Frame(OwnText::Busy) => html!(
            "Another interpretation goes on here, and its material would be lost. Finish it or give it up, then open the new link."
        ),
        Text::Frame(OwnText::OpenAgain) => html!("The last interpretation has ended. Open the link once more."),
        Text::Frame(OwnText::TooFewStars(offer)) => html!(
            "An interpretation costs {} ★, you have {} ★ free. Top up in Pro and open the link again: it stays good.",
            offer.price.0,
            offer.available.0
        ),
        Text::Help(stage) => help(stage),
        Text::Frame(OwnText::Privacy) => html!(
            "What you send is kept encrypted with the case; files are not kept, only their text or description. A model of Anthropic (USA) \
             works on it, without names and numbers. More: /privacy in Pro."
        ),
        Text::Frame(OwnText::YourData) => {
            html!("The case's data can be taken along or deleted in Pro. To give this interpretation up: /cancel.")
        }
        Text::Frame(OwnText::Money) => {
            html!(
                "Stars are held from the opening of the link and charged only when the result is there. Balance and questions: in Pro."
            )
        }
        Text::Frame(OwnText::InPro) => html!("That is done in Pro. Here an interpretation goes on."),
    }
}

fn help(stage: Stage) -> Html {
    match stage {
        Stage::Collecting => html!(
            "Send a dream in words, a drawing or a photo, a TXT, DOCX or PDF document. There can be several messages; when all is here, press \
             “Done”. To give it up: /cancel."
        ),
        Stage::Reading | Stage::Preparing | Stage::Interpreting => {
            html!("The work goes on by itself. What you send meanwhile is added to the material. To give it up: /cancel.")
        }
        Stage::Describing => {
            html!("Compare the description with the picture. Put right in words what is wrong, confirm what is right.")
        }
        Stage::Asking => html!(
            "Questions about feelings, body, figures and recurrence keep us from guessing for the client. Answer in words, skip, or mark that \
             you will ask the client."
        ),
        Stage::Stuck(_) => html!("The material is kept. Press “Try again” or give it up: /cancel."),
    }
}

fn counted(count: Count) -> Html {
    let word =
        |n: usize, one: &'static str, many: &'static str| (n > 0).then(|| html!("{} {}", n, if n == 1 { one } else { many }));
    let words = [
        word(count.texts, "text", "texts"),
        word(count.pictures, "picture", "pictures"),
        word(count.documents, "document", "documents"),
    ];
    words.into_iter().flatten().reduce(|all, one| all.then(&html!(", {}", one))).unwrap_or_default()
}

fn unreadable(code: &str) -> &'static str {
    match code {
        "empty" => "it is empty.",
        "too_large" => "it is too large. A picture may have 10 MB, a document 5 MB.",
        "too_many_pages" => "it has more than 50 pages. Send those you need.",
        "too_many_pixels" => "the picture has too many pixels. Make it smaller or send it as a photo.",
        "not_supported" => "it is not a TXT, DOCX, PDF, JPEG, PNG or WebP.",
        "encrypted" => "it opens with a password only. Send it without one.",
        "no_text" => "it has no text. If it is a scan, send the pages as photos.",
        "damaged" => "it is damaged. Save it anew and send it again.",
        "zip_bomb" | "dtd" => "its structure is not safe. Paste the text as a message.",
        "gone" => "Telegram does not hand it out any more. Send it again.",
        "not_described" => "the picture could not be described. Please describe it in words.",
        _ => "it turned out to be too complex. Paste the text as a message or send a simpler file.",
    }
}

/// Every key.
pub(super) fn label(label: &Label) -> String {
    match *label {
        Label::Ready => "✅ Done".into(),
        Label::Skip => "Skip".into(),
        Label::More => "➕ Add more".into(),
        Label::Earlier(0) => "📚 Use earlier results".into(),
        Label::Earlier(count) => format!("📚 Earlier results: {count}"),
        Label::Right => "All is right".into(),
        Label::Onward => "Go on".into(),
        Label::DontKnow => "I do not know".into(),
        Label::AskClient => "I will ask the client".into(),
        Label::Finish => "Finish and interpret".into(),
    }
}

/// Every line over the chat.
pub(super) fn toast(toast: Toast) -> &'static str {
    match toast {
        Toast::SendMore => "Send the next message or file.",
        Toast::NothingYet => "Send a text, a photo or a file first.",
    }
}
