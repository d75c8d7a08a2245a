//! English.
use bot_kit::{ConsentScope, Html, html, plural_en};
use domain::{DangerCategory, DangerLevel};

use super::{Label, Opening, Text, Toast, moment, numbered, tick};
use crate::collected::{HomeSafety, LifeThoughts};

/// Every message.
pub(super) fn text(text: &Text<'_>) -> Html {
    match *text {
        Text::NoLink => html!(
            "Hello. This is Screen: an automated questionnaire before a first session with a specialist. No person answers here, and it is not emergency help.\n\nTo begin, open the link your specialist sent you. If you have none, ask your specialist for it."
        ),
        Text::OwnLink => {
            html!("This link is for your client. Forward it to the client: it has not been used up and still works.")
        }
        Text::LinkTaken => html!("This link was already opened from another account. Ask your specialist for a new one."),
        Text::LinkUnavailable => html!("This link does not work. Ask your specialist for a new one."),
        Text::Blocked => html!("Access to PsycheOS is closed at the moment. If this is unexpected, write to the administrator."),
        Text::TooManyTries => html!("Too many tries in a row. Wait ten minutes and open the link again."),
        Text::PortraitFrom { name, letter: true } => {
            html!(
                "{} shares with you a letter about what you are working on together. It is good to talk it over in the session.",
                name
            )
        }
        Text::PortraitFrom { name, letter: false } => {
            html!("{} shares with you a portrait made from your answers. It is good to talk it over in the session.", name)
        }
        Text::PortraitNote { letter: true } => html!(
            "<i>These are suppositions, no diagnosis and no judgement. Some of it may not fit you: tell the specialist. The specialist does not \
             read or answer here.</i>"
        ),
        Text::PortraitNote { letter: false } => html!(
            "<i>These are observations from your answers, no diagnosis and no judgement. Something may not fit you: tell your specialist. \
             This chat is not read or answered by the specialist.</i>"
        ),
        Text::Unfinished => html!(
            "You began the questionnaire and stopped. Your answers are kept: you can go on from the same place. If you would rather not, \
             there is nothing you need to do; to delete the answers: /stop."
        ),
        Text::Resumed => html!("Welcome back. Let us go on from where you stopped."),
        Text::ConsentGiven { ai: true } => html!("<b>You agreed, AI processing abroad included.</b>"),
        Text::ConsentGiven { ai: false } => html!("<b>You agreed, without AI processing abroad.</b>"),
        Text::Question { number, left, question, options } => {
            let progress = match left {
                0 => html!("<i>Question {}, almost none left</i>", number),
                left => html!("<i>Question {}, about {} left</i>", number, left),
            };
            let question = html!("<b>{}</b>", question);
            progress.paragraph(&question).paragraph(&numbered(options)).paragraph(&html!("Tick all that fits."))
        }
        Text::QuestionHint => {
            html!(
                "Thank you. Here I understand buttons only: tick the numbers and press “Next”. You can write in your own words at the end."
            )
        }
        Text::ConsentHint => html!("Here I understand only the buttons under the text below."),
        Text::ClosingHint => html!("Here I understand buttons only. You can write in your own words at the next step."),
        Text::MediaHint => html!("I read buttons and text only. Nobody will see photos, files or voice messages."),
        Text::Thoughts => html!(
            "Almost done. Two questions about safety are left: everybody is asked them, and you need not answer.\n\n<b>Do you have thoughts of not living, or of harming yourself?</b>"
        ),
        Text::Home => html!("<b>Are you safe at home?</b>"),
        Text::AnswerKept => html!("Your answer is kept."),
        Text::OwnWords => html!(
            "<b>Is there anything else you want your specialist to know?</b>\n\nWrite it in one message, up to 2,000 characters, or skip it."
        ),
        Text::WordsTooLong { chars } => html!(
            "That is {} {}, and 2,000 fit. Please shorten it and send it again. This text was not kept.",
            chars,
            plural_en(i64::try_from(chars).unwrap_or(i64::MAX), "character", "characters")
        ),
        Text::Done => html!(
            "Thank you. You have answered all the questions, and the answers are kept.\n\nA report for your specialist is made from them now. You will talk about it together in the session. There is nothing more to do here.\n\nUntil the report is ready you can withdraw your answers: /stop."
        ),
        Text::DoneReady => html!(
            "The questionnaire is finished and the report is with your specialist. You will talk about it together in the session.\n\nIf you want the report to be deleted: /stop."
        ),
        Text::AnswersSaved => {
            html!("You have answered all the questions, and the answers are kept. There is nothing more to do here.")
        }
        Text::Declined => html!(
            "All right. There will be no questionnaire, and nothing but your refusal is kept. You can meet your specialist without it.\n\nIf you change your mind, ask for a new link."
        ),
        Text::Underage { contacts } => html!(
            "Thank you for saying so. This questionnaire is only for people aged 18 or over, so we stop here. Nothing but this note is kept.\n\nIf you need someone to talk to, you can turn to:\n{}\n\nTell an adult you trust.",
            contacts
        ),
        Text::Withdrawn => {
            html!("The questionnaire is withdrawn and the answers are deleted. Your specialist learns only that you withdrew.")
        }
        Text::Closed => html!("This questionnaire is closed. If you want to take it, ask your specialist for a new link."),
        Text::Expired => {
            html!("The time of this link is over. If you want to take the questionnaire, ask your specialist for a new one.")
        }
        Text::Failed => {
            html!(
                "The questionnaire is closed: the report could not be made, through no fault of yours. Your specialist will tell you what comes next."
            )
        }
        Text::Paused => {
            html!("All right, a pause. Everything is kept; go on at any time, with the button below or by the same link.")
        }
        Text::Cancel => html!("Nothing is lost. You can go on, take a pause, or stop altogether."),
        Text::StopAsked { begun: true } => {
            html!("Stop the questionnaire? Your answers will be deleted. Your specialist learns only that you withdrew.")
        }
        Text::StopAsked { begun: false } => html!("Decline the questionnaire? Nothing but your refusal is kept."),
        Text::ErasureOffer => {
            html!("The report is already with your specialist, who can delete it. I can pass on that you ask for it.")
        }
        Text::ErasureAsked => {
            html!("Your request was sent to the specialist. If there is no answer, write to the specialist yourself.")
        }
        Text::NothingGoing => html!("No questionnaire is going on: there is nothing to stop."),
        Text::Help => html!(
            "This is an automated questionnaire before a session with your specialist. Tick the numbers and press “Next”; you can skip any question. Nobody reads the answers in real time.\n\n/pause: take a pause\n/stop: stop and delete the answers\n/privacy: what is kept and who reads it\n/sos: help now\n\nQuestions about the questionnaire itself: ask the specialist who sent you the link."
        ),
        Text::Privacy => html!(
            "<b>What is kept:</b> your answers, the report made from them, the consent and the times. All of it is encrypted, and your name is not in the answers.\n<b>Who reads it:</b> only the specialist who sent you the link. On signs of danger the specialist is sent a notice without your words.\n<b>How long:</b> an unfinished questionnaire 30 days; the report up to 12 months after the work has ended; the record of consent 3 years.\n<b>How to delete it:</b> /stop. A copy of your answers: /export.\n\nTelegram messages themselves are not end-to-end encrypted: you can delete them from the chat."
        ),
        Text::OwnCopy { granted_at, document, abroad } => html!(
            "<b>Your answers</b>\n\nYou agreed on {} (consent text {}): to keep health data and to pass the answers to the specialist; a model abroad — {}. To delete the answers: /stop.\n\nBelow is everything you answered.",
            moment(granted_at),
            document,
            if abroad { "yes" } else { "no" }
        ),
        Text::NoneOfThese => html!("none of these fits"),
        Text::Passed => html!("skipped"),
        Text::NothingKept => {
            html!("There are no answers here, nothing to delete. Only how the questionnaire ended is kept, if there was one.")
        }
        Text::Free => html!("The questionnaire is free for you: nothing is sold or charged here."),
        Text::NotHere => html!("There is no such command here. What there is: /help."),
        Text::Danger { opening, level, notified, contacts } => danger(opening, level, notified, contacts),
        Text::TellDanger { label, category, level, at } => html!(
            "<b>A sign of danger</b>\nCase: {}\nAbout: {}\n{}\nWhen: {}\n\nThis is an automatic sign, not an assessment of risk. Get in touch with the client. Press “Seen” to confirm that you have seen this.",
            label,
            category_words(category),
            match level {
                DangerLevel::Urgent => html!("<b>Urgent</b>"),
                DangerLevel::Elevated => html!("Needs attention"),
            },
            moment(at)
        ),
        Text::TellDeclined { label } => html!("The client declined the screening. Case: {}", label),
        Text::TellWithdrawn { label } => html!("The client withdrew the screening; the answers are deleted. Case: {}", label),
        Text::TellErasure { label } => {
            html!("The client asks to delete the screening's report. It can be deleted together with the case. Case: {}", label)
        }
        Text::TellReady { label } => html!("The screening's report is ready. Case: {}", label),
        Text::TellFailed { label } => {
            html!("The screening's report could not be made. No Stars were charged for it. Case: {}", label)
        }
    }
}

fn danger(opening: Opening, level: DangerLevel, notified: bool, contacts: &Html) -> Html {
    let first = match (opening, level) {
        (Opening::Asked, _) => html!("It is good that you asked for help. You do not have to cope with this alone."),
        (Opening::Answered, DangerLevel::Urgent) => {
            html!("Thank you for telling this. It matters. You do not have to cope with this alone.")
        }
        (Opening::Answered, DangerLevel::Elevated) => {
            html!("Thank you for sharing this. Such things can be hard to say, and you can talk about them with a person.")
        }
    };
    let told = if notified {
        html!(
            "A notice has been sent to your specialist. Nobody reads this chat in real time, so do not wait for an answer here."
        )
    } else {
        html!("Nobody reads this chat, and there is no one to notify from here. So do not wait for an answer here.")
    };
    let call = match level {
        DangerLevel::Urgent => html!("<b>If there is danger now: call, and go to people near you.</b>"),
        DangerLevel::Elevated => html!("If it becomes hard or there is danger: call, and go to people near you."),
    };
    first.paragraph(&told).paragraph(&call).line(contacts)
}

fn category_words(category: DangerCategory) -> &'static str {
    match category {
        DangerCategory::Suicide => "thoughts of death or suicide",
        DangerCategory::SelfHarm => "harm to oneself",
        DangerCategory::ViolenceToOthers => "harm to others",
        DangerCategory::AbuseNow => "violence or lack of safety nearby",
        DangerCategory::Psychosis => "voices or loss of touch with reality",
        DangerCategory::Overdose => "overdose or withdrawal from a substance",
        DangerCategory::MinorInDanger => "danger to a child",
        DangerCategory::AskedForHelp => "the client asked for help and named no reason",
    }
}

/// Every label.
pub(super) fn label(label: Label) -> String {
    match label {
        Label::HelpNow => "I need help now".into(),
        Label::Continue => "Go on".into(),
        Label::Pause => "Pause".into(),
        Label::Stop => "Stop".into(),
        Label::Scope(ConsentScope::HealthData, on) => format!("{} Keep health data", tick(on)),
        Label::Scope(ConsentScope::PassToSpecialist, on) => format!("{} Pass answers to the specialist", tick(on)),
        Label::Scope(ConsentScope::AiAbroad, on) => format!("{} AI abroad (your choice)", tick(on)),
        Label::Agree => "Agree and begin".into(),
        Label::Decline => "Decline".into(),
        Label::Underage => "I am under 18".into(),
        Label::Tick(number, on) => format!("{} {number}", tick(on)),
        Label::NoneFits(on) => format!("{} None of these fits", tick(on)),
        Label::Skip => "Skip".into(),
        Label::Back => "← Back".into(),
        Label::Next => "Next".into(),
        Label::Thoughts(LifeThoughts::Never) => "Never".into(),
        Label::Thoughts(LifeThoughts::Past) => "In the past".into(),
        Label::Thoughts(LifeThoughts::Recently) => "Recently".into(),
        Label::Thoughts(LifeThoughts::Now) => "Now".into(),
        Label::Thoughts(LifeThoughts::NoAnswer) | Label::Home(HomeSafety::NoAnswer) => "I prefer not to answer".into(),
        Label::Home(HomeSafety::Safe) => "Yes, safe".into(),
        Label::Home(HomeSafety::NotAlways) => "Not always".into(),
        Label::Home(HomeSafety::NotNow) => "Not now".into(),
        Label::NoWords => "Skip and finish".into(),
        Label::Withdraw => "Yes, stop".into(),
        Label::AskErasure => "Ask to delete the report".into(),
        Label::Acknowledge => "Seen".into(),
        Label::OpenCase => "Open the case".into(),
        Label::OpenResult => "Open the report".into(),
    }
}

/// Every line over the chat.
pub(super) fn toast(toast: Toast) -> &'static str {
    match toast {
        Toast::Stale => "This button is out of date.",
        Toast::TickFirst => "Tick at least one number or “None of these fits”. You can also skip the question.",
        Toast::TwoNeeded => "The first two are needed to begin. The third is your choice.",
        Toast::LookAgain => "The ticks have changed. Please look again.",
    }
}
