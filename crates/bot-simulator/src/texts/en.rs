//! English.
use bot_kit::{FileKind, Html, html, shorten};
use bot_material::{
    CHARS, PIECES, Refused,
    frame::OwnText,
    words::{counted, danger, unreadable_document},
};
use domain::{DangerLevel, Locale};

use super::{Label, Text, Toast, client_label, complexity, dots, goal_label, latest, line_label, mark, shares, variables};
use crate::{
    cases::{Case, find},
    engine::{Fit, Hint, MAX_LINES, MIN_CHARGED_LINES, Reason, Snapshot},
    flow::{Ending, Mode, Stage, Task},
    trend::{Direction, Profile},
    words,
};

const EN: Locale = Locale::En;

/// Every message.
pub(super) fn text(text: &Text<'_>) -> Html {
    match *text {
        Text::Greeting { label } => html!(
            "<b>Simulator · {}</b>\n\nA training session with a fictional client. You speak as the specialist, the client answers, a program \
             computes what each line did, and at the end there is a debrief.\n\n<b>Training</b>: a signal and an explanation after each line, \
             hints.\n<b>Practice</b>: the client only, everything else in the debrief.\n\nUp to {} lines; you can go back to any of them. Stars \
             are charged with the debrief; with fewer than {} lines nothing is. The numbers describe a session, not a person.",
            label,
            MAX_LINES,
            MIN_CHARGED_LINES
        ),
        Text::Modes => html!("<b>How do you want to train?</b>"),
        Text::Clients { mode } => html!(
            "<b>{}: choose a client</b>\n\nAll clients are made up. ●○○ to begin with, ●●● are hard. ⭐️ marks the one that suits you now.",
            mode_name(mode)
        ),
        Text::Client { case } => card(case).paragraph(&html!("<b>What do you want to practise?</b>")),
        Text::OwnClient { case } => html!("<b>Please check: is nobody to be recognised?</b>")
            .paragraph(&card(case))
            .paragraph(&own_facts(case))
            .paragraph(&html!(
                "Names, dates and places are gone, the words were changed. The program may miss a detail by which the person would be known: you \
                 decide. If something is recognisable, write what to change and have it made anew. After your “yes” the material is forgotten."
            )),
        Text::OwnIntro => html!(
            "<b>A client of your own</b>\n\nSend notes as text or documents (TXT, DOCX, PDF), or include earlier results of the case. A fictional \
             client with a similar make-up is made of them, without what would give the person away. You check it before it begins.\n\nBetter \
             leave names out."
        ),
        Text::Collected { count, earlier } if count.is_zero() && earlier == 0 => {
            html!("There is no material yet. Send notes or include earlier results.")
        }
        Text::Collected { count, earlier } => html!("Material: {}. Is that all?", counted(count, earlier, EN)),
        Text::Accepted { count, earlier } => html!("The material is taken: {}.", counted(count, earlier, EN)),
        Text::Refused(Refused::TooLarge { .. }) => html!(
            "The file is larger than 5 MB and cannot be read. Split it, or paste the part you need as text. The rest of the material is here."
        ),
        Text::Refused(Refused::TooMany) => {
            html!("One material holds {} messages. This one was not added, the rest is here.", PIECES)
        }
        Text::Refused(Refused::TooLong) => html!(
            "Together this is more than {} characters. This was not added, the rest is here. Send less, what matters most.",
            CHARS
        ),
        Text::OnlyThese => html!("Text and documents (TXT, DOCX, PDF) help here. Pictures are for Interpretator."),
        Text::OnlyWords => html!("Words are needed here: files help only when you make a client of your own."),
        Text::Unreadable { number, code } => html!("File {} was not read: {}", number, unreadable_document(code, EN)),
        Text::Making => html!("⏳ Making a fictional client: the same make-up, nobody to be recognised. It usually takes a minute or two."),
        Text::ForAnother => html!("Noted. It counts when the client is made anew."),
        Text::NoClient => html!(
            "No client could be made in whom nobody is to be recognised. The material is here, nothing was charged. Add a description without \
             telling details, have it made anew, or take a client of the library."
        ),
        Text::Begin { title, goal, mode } => html!(
            "<b>{}</b> · {} · {}\n\nWrite as you would speak to the client. If you want to speak of yourself, the training waits.",
            title,
            words::goal(goal, EN),
            mode_name(mode)
        ),
        Text::ClientSays { words } => html!("🎭 <i>Fictional client, training</i>\n{}", words),
        Text::Supervisor { step, explanation, lines } => {
            let mut head = html!("{} <b>{}</b> · {}", mark(step.signal), words::signal(step.signal, EN), words::fit(step.reading.fit(), EN));
            if let Some(pattern) = step.pattern {
                head = head.then(&html!(" · {}", words::pattern(pattern, EN)));
            }
            let mut html = head.line(&html!("{}", explanation));
            if step.after.warns() {
                html = html.line(&html!("⚠️ It is too much for the client: steadiness first, then content."));
            }
            html.line(&html!("<i>{} · line {} of {}</i>", words::state(step.after.state, EN), lines, MAX_LINES))
        }
        Text::Answering => html!("⏳ The client is about to answer."),
        Text::LineTooLong { chars, most } => html!(
            "The line has {} characters; the client hears {} at a time. It was not sent: split it or put it shorter.",
            chars,
            most
        ),
        Text::NotCounted => html!(
            "The client could not answer just now, and this line is not counted. The whole session is here. Send it again with the button, or say \
             it differently."
        ),
        Text::Meanwhile => html!("The client is still answering. These words are kept: you can say them with a button afterwards."),
        Text::Said { words } => html!("💬 {}", shorten(words, 600)),
        Text::Hint(hint) => self::hint(&hint),
        Text::Now { snapshot, goal, lines, mode } => {
            let head = html!("<b>{}</b>: {} · {} of {} lines", mode_name(mode), words::goal(goal, EN), lines, MAX_LINES);
            match mode {
                Mode::Practice => head,
                Mode::Training => head.paragraph(&state(snapshot)),
            }
        }
        Text::Lines => html!("<b>Back to which line?</b>\n\nIt and everything after it can be said anew. What was said stays as a branch."),
        Text::Rewound { turn } => html!("↩️ Back to before line {}. Say it anew: the way you went is kept.", turn),
        Text::Outside { contacts } => html!(
            "This seems to be about you and not the role. The training has stopped, these words went nowhere, and nobody hears of them.\n\nIf it is \
             hard right now, there are people you can call:\n{}\n\nYou can take a pause. You can come back into the role whenever you like.",
            contacts
        ),
        Text::StillOutside => html!("We are outside the role: this was not sent to the client. A button leads back."),
        Text::AnswerWaits => html!("The client's answer is kept and waits until you come back."),
        Text::AskEnd { lines, short: true } => html!(
            "Lines said: {}. A debrief needs {}. If you end now there is no debrief, and the Stars come back.",
            lines,
            MIN_CHARGED_LINES
        ),
        Text::AskEnd { lines, short: false } => {
            html!("Lines said: {}. End the session and go to the debrief? You cannot return to it afterwards.", lines)
        }
        Text::TooShort => html!("The session ended without a debrief, the Stars are back. A new training begins in Pro."),
        Text::Ended { lines } => html!("🏁 The session has ended, lines: {}.", lines),
        Text::Debriefing => html!("⏳ Writing the debrief. It usually takes up to a minute; you can close the chat."),
        Text::NoTraining => html!("No training was completed yet. The profile appears with the first debrief."),
        Text::Profile { profile, sessions } => self::profile(profile, sessions),
        Text::PictureCaption => html!("TSI by session and shares of signals"),
        Text::Stuck(Task::Reading) => {
            html!("The material could not be read just now. It is kept, nothing was charged. Please try again a little later.")
        }
        Text::Stuck(Task::Client) => {
            html!("The client could not be made just now. The material is kept, nothing was charged. Please try again a little later.")
        }
        Text::Stuck(Task::Debrief) => {
            html!("The debrief could not be made just now. The session is kept, nothing was charged. Please try again a little later.")
        }
        Text::Frame(OwnText::Danger { category, level, contacts }) => {
            let what = danger(category, EN);
            let head = match level {
                DangerLevel::Urgent => html!("<b>⚠️ Safety first: {}</b>", what),
                DangerLevel::Elevated => html!("<b>Safety first: {}</b>", what),
            };
            head.paragraph(&html!(
                "Such words are in the material about your client. A direct question comes before any training.\n\n• Ask the client directly about \
                 thoughts, intention, means, and who is near.\n• If there is danger now, do not leave the client without help:\n{}\n\nThe tool does \
                 not judge danger, and the absence of such a mark means nothing.",
                contacts
            ))
        }
        Text::Frame(OwnText::ChooseEarlier) => {
            html!("<b>Earlier results of the case</b>\n\nWithout a tick they do not count. Ticked ones belong to the material for the client.")
        }
        Text::Frame(OwnText::Done) => html!("Done. The debrief is kept in the case, the files are above. A new training begins in Pro."),
        Text::Frame(OwnText::File(FileKind::Docx)) => html!("Debrief, DOCX"),
        Text::Frame(OwnText::File(FileKind::Json)) => html!("Data, JSON"),
        Text::Frame(OwnText::File(FileKind::Course)) => html!("Course of the session, PNG"),
        Text::Frame(OwnText::File(FileKind::Txt | FileKind::Profile | FileKind::Portrait | FileKind::Board)) => html!("Debrief, TXT"),
        Text::Frame(OwnText::TellReady { label }) => html!("The training's debrief is ready: “{}”.", label),
        Text::Frame(OwnText::AskCancel) => {
            html!("Give the training up? The session is not kept, there is no debrief, the Stars that are held come back.")
        }
        Text::Frame(OwnText::Over(Ending::Done)) => html!("This training is done, the debrief is in the case. A new one begins in Pro."),
        Text::Frame(OwnText::Over(Ending::GivenUp)) => html!("The training was given up, the Stars are back. A new one begins in Pro."),
        Text::Frame(OwnText::Over(Ending::Closed)) => html!("This training was closed, nothing was charged. A new one begins in Pro."),
        Text::Frame(OwnText::Over(Ending::Expired)) => {
            html!("This training's time has run out, nothing was charged. A new one begins in Pro.")
        }
        Text::Frame(OwnText::Over(Ending::Failed)) => {
            html!("The training failed for our fault, nothing was charged. A new one begins in Pro.")
        }
        Text::Frame(OwnText::Busy) => {
            html!("Another training goes on here and would be lost. Finish it or give it up, then open the new link.")
        }
        Text::Frame(OwnText::OpenAgain) => html!("The last training has ended. Open the link again."),
        Text::Frame(OwnText::TooFewStars(offer)) => html!(
            "A training costs {} ★, {} ★ are free. Top up in Pro and open the link again: it stays valid.",
            offer.price.0,
            offer.available.0
        ),
        Text::Frame(OwnText::Privacy) => html!(
            "The session is kept encrypted with the case; material for a client of your own is forgotten after your “yes”. The client is voiced by a \
             model of Anthropic (USA), without names and numbers. More: /privacy in Pro."
        ),
        Text::Frame(OwnText::YourData) => html!("Exporting or deleting the case's data is done in Pro. To give this training up: /cancel."),
        Text::Frame(OwnText::Money) => {
            html!("Stars are held since the link was opened and charged only when the debrief is there. Balance and questions are in Pro.")
        }
        Text::Frame(OwnText::InPro) => html!("That is done in Pro. A training goes on here."),
        Text::Help(stage) => help(stage),
    }
}

fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Training => "Training",
        Mode::Practice => "Practice",
    }
}

fn card(case: &Case) -> Html {
    html!(
        "<b>{}</b> {}\n{}\nComplexity CCI {}",
        case.title_en.as_str(),
        dots(case.difficulty),
        case.summary_en.as_str(),
        complexity(case)
    )
}

fn own_facts(case: &Case) -> Html {
    let facts =
        case.client.facts.iter().fold(html!("<b>What is known</b>"), |html, fact| html.line(&html!("• {}", shorten(fact, 300))));
    facts.paragraph(&html!("<b>First words</b>\n{}", shorten(&case.opening_en, 600)))
}

fn state(snapshot: &Snapshot) -> Html {
    let head =
        html!("State: {}. The client is now here: {}.", words::state(snapshot.state, EN), words::layer(snapshot.active, EN));
    variables(head, snapshot, EN)
}

fn hint(hint: &Hint) -> Html {
    let why = match hint.reason {
        Reason::Alarm => "It is too much for the client: steadiness comes before content.",
        Reason::NoAccess => "Thinking is hard for the client now; words hardly arrive.",
        Reason::Rupture => "The last line cost contact. Restore it first.",
        Reason::NoContactYet => "Contact does not hold by itself yet: there is little trust.",
        Reason::FindFocus => "Contact is there, the focus is not yet.",
        Reason::Work => "Work goes on.",
        Reason::Close => "What was meant is done: you may close.",
    };
    let what = match hint.class {
        Fit::StabilizesL0 => "Slower and shorter; help the body lean on what is here and now.",
        Fit::Matches => "Name what the client is taken up with, in the client's words, and wait.",
        Fit::Ahead | Fit::IgnoresDominant | Fit::TightensControl | Fit::Escalates => "Stay with what the client has said.",
    };
    let mut html = html!("💡 {}\n{}\nLayer: {}.", why, what, words::layer(hint.layer, EN));
    if let Some(ask) = hint.ask {
        html = html.line(&html!(
            "There is a sign of danger in the client's words. Not yet said: {}. It does not wait for a convenient moment.",
            words::enquiry(ask, EN)
        ));
    }
    html
}

fn profile(profile: &Profile, sessions: usize) -> Html {
    let mut html = html!("<b>Training profile</b>\n\nSessions: {}. TSI: {}.", sessions, latest(profile));
    html = html.line(&html!(
        "{}",
        match profile.direction {
            Direction::TooEarly => "It is early to speak of a direction: at least four sessions are needed.",
            Direction::Rising => "Steadiness is rising.",
            Direction::Falling => "Steadiness is falling: the clients may have become harder.",
            Direction::Steady => "Steadiness is even.",
        }
    ));
    if let Some(signals) = profile.signal_shares {
        html = html.line(&html!("Signals: {}", shares(signals)));
    }
    if !profile.weak_classes.is_empty() {
        let weak: Vec<&str> = profile.weak_classes.iter().map(|class| words::fit(*class, EN)).collect();
        html = html.line(&html!("What most often does not fit is a line that {}.", weak.join("; ")));
    }
    let [signed, asked] = profile.danger_asked;
    if signed > 0 {
        html = html.line(&html!("{} of them carried a sign of danger; it was asked about plainly in {}.", signed, asked));
    }
    if let Some(case) = profile.next_case.as_ref().and_then(find) {
        html = html.line(&html!("What would suit next: {}.", case.title_en.as_str()));
    }
    html.paragraph(&html!("<i>The numbers describe sessions, not a person.</i>"))
}

fn help(stage: Stage) -> Html {
    match stage {
        Stage::Mode | Stage::Clients | Stage::Goal => {
            html!("Choose with a button: the mode, the client, the goal. Then write as you would speak to the client.")
        }
        Stage::Collecting => {
            html!(
                "Send notes or documents (TXT, DOCX, PDF). When all is here, have the client made with the button. Give up: /cancel."
            )
        }
        Stage::Reading | Stage::Making | Stage::Debriefing => html!("The work goes on by itself. Give up: /cancel."),
        Stage::Confirming => html!("Check whether a living person is to be recognised. If so, write what to change."),
        Stage::Active => html!(
            "Write as you would speak to the client. You can go back to any line; “End” leads to the debrief. Give up without one: /cancel. If you \
             yourself are not well: /sos."
        ),
        Stage::Answering => html!("The client is about to answer. What you write now is kept and waits."),
        Stage::Stuck(_) => html!("Everything is kept. Press “Try again” or give up: /cancel."),
    }
}

/// Every key.
pub(super) fn label(label: &Label<'_>) -> String {
    match *label {
        Label::Mode(Mode::Training) => "🎓 Training".into(),
        Label::Mode(Mode::Practice) => "🎧 Practice".into(),
        Label::Client { title, difficulty, suits } => client_label(title, difficulty, suits),
        Label::Own => "🗂 A client of my own".into(),
        Label::Make => "✅ Make the client".into(),
        Label::Earlier(0) => "📚 Include earlier results".into(),
        Label::Earlier(count) => format!("📚 Earlier results: {count}"),
        Label::Library => "Clients of the library".into(),
        Label::Accept => "✅ Nobody to be recognised, begin".into(),
        Label::MakeAnew => "🔄 Make anew".into(),
        Label::Goal(goal) => goal_label(goal, EN),
        Label::Hint => "💡 Hint".into(),
        Label::Now => "📊 State".into(),
        Label::Lines => "↩️ Back to a line".into(),
        Label::Line(line) => line_label(&line),
        Label::Older => "Earlier".into(),
        Label::Pause => "⏸ Pause".into(),
        Label::End => "🏁 End".into(),
        Label::EndYes { short: true } => "End without a debrief".into(),
        Label::EndYes { short: false } => "Yes, to the debrief".into(),
        Label::SayUnsaid(words) => format!("💬 Say: {}", shorten(words, 30)),
        Label::IntoRole => "🎭 Back into the role".into(),
        Label::ItWasALine => "💬 It was a line".into(),
        Label::Profile => "📈 Profile".into(),
        Label::Picture => "🖼 As a picture".into(),
    }
}

/// Every line over the chat.
pub(super) fn toast(toast: Toast) -> &'static str {
    match toast {
        Toast::NothingYet => "Send notes or include earlier results first.",
        Toast::MadeOften => "A client was made of this material five times. Change the material or take one of the library.",
        Toast::PictureComes => "Drawing it, it comes in a moment.",
    }
}
