//! English.
use bot_kit::{CaseCard, FileKind, Html, ResultCard, Screening, html, plural_en, shorten};
use chrono::{DateTime, Datelike, Timelike, Utc};
use domain::{DangerLevel, Locale, ServiceId, Stars, artifact::Artifact, resources};

use super::{COUNTRIES, Label, Text, flag};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

pub(super) fn date(at: DateTime<Utc>) -> String {
    format!("{} {}", at.day(), MONTHS[at.month0() as usize % 12])
}

pub(super) fn moment(at: DateTime<Utc>) -> String {
    format!("{}, {:02}:{:02} UTC", date(at), at.hour(), at.minute())
}

fn days(n: u8) -> String {
    format!("{n} {}", plural_en(i64::from(n), "day", "days"))
}

pub(super) fn service(id: ServiceId) -> &'static str {
    match id {
        ServiceId::Screen => "Screening",
        ServiceId::Interpretator => "Interpretator",
        ServiceId::Conceptualizator => "Conceptualizator",
        ServiceId::Simulator => "Simulator",
        ServiceId::ProGuide => "Guide",
    }
}

pub(super) fn text(text: &Text<'_>) -> Html {
    match text {
        Text::NotInvited => html!(
            "Hello! This is a psychologist's workspace.\n\nAccess is by invitation. To get one, write to whoever told you about \
             PsycheOS: an administrator sends the link."
        ),
        Text::BadInvitation => {
            html!("This invitation is no good: it was used, taken back, or has run out.\n\nAsk the administrator for a new link.")
        }
        Text::Welcome { name } => html!(
            "{}, welcome to PsycheOS.\n\nHere you keep your cases, invite clients to the screening and receive the results. Begin \
             with a new case.",
            name
        ),
        Text::Hello { name: "" } => html!("Hello. What shall we do?"),
        Text::Hello { name } => html!("Hello, {}. What shall we do?", name),
        Text::Blocked => html!("Access to PsycheOS is closed at the moment. If this is unexpected, write to the administrator."),
        Text::MainMenu => html!("<b>Main menu</b>"),
        Text::Help => html!(
            "<b>How it works</b>\n\n1. Open a case: a code or pseudonym of the client, no full name.\n2. In the case, invite the \
             client to the screening and forward the link.\n3. When the client has answered, the result comes here: findings, \
             questions for the session, a document and a profile.\n\nAll that the tools write are hypotheses to check with the \
             client, not a diagnosis.\n\n/cases — cases, /new — new case, /guide — ask the guide, /balance — balance, /settings — settings, /cancel — \
             cancel what was begun, /privacy — about data, /sos — emergency contacts."
        ),
        Text::HelpStranger => html!(
            "PsycheOS helps psychologists prepare for sessions. Access is by an administrator's invitation.\n\n/terms — terms, \
             /paysupport — payments, /privacy — about data, /sos — emergency contacts."
        ),
        Text::Terms => html!(
            "<b>Terms</b>\n\nPsycheOS is a tool for specialists. It makes no diagnoses and does not replace the session.\n\nStars on \
             your balance pay for results to come. They are held at the beginning and charged only for a finished result; without \
             one they come back. The price is kept at the beginning. What is unspent can be given back: /paysupport.\n\nYou invite \
             the client yourself, and it is for you to see that they know why."
        ),
        Text::PaySupport => html!(
            "<b>Questions about payments</b>\n\nCharges without a result come back to the balance by themselves. Every movement is in \
             the history: /balance.\n\nIf Stars were paid and are not on your balance, or you want them back, write to the \
             administrator who invited you: date and sum. What is not spent can be given back. Telegram does not settle questions \
             about these purchases."
        ),
        Text::Privacy => html!(
            "<b>About data</b>\n\nAnswers, reports and case labels are stored encrypted, each case under its own key. Deleting a \
             case destroys the key and all content; only amounts remain.\n\nNobody but you sees your cases. A chat with a bot in \
             Telegram is not end-to-end encrypted.\n\n/export takes everything along, /delete_me closes your account."
        ),
        Text::Sos { country } => html!("If there is danger now, call and go to people nearby:")
            .line(&bot_kit::contact_lines(&resources::for_country(*country, Locale::En), Locale::En)),
        Text::MyData => html!(
            "<b>My data</b>\n\nKept are: cases with their results, movements of Stars, settings and the numbers of your training. Content is \
             encrypted. A case in the archive is deleted after 12 months, debriefs of training after 90 days; the log of actions is kept for \
             3 years, amounts for 5.\n\nYou can take all of it along as one archive, or delete it for good."
        ),
        Text::ArchiveComes => html!("The archive is being made and will come here. Our copy lives for a day."),
        Text::ArchiveCaption { part: _, of: 1 } => html!("Your archive. README.txt inside tells what lies where."),
        Text::ArchiveCaption { part, of } => {
            html!("Your archive, part {} of {}. README.txt in the first one tells what lies where.", part, of)
        }
        Text::ArchiveFailed => {
            html!("The archive could not be made. Please try again; if it fails again, write to the administrator.")
        }
        Text::AskForgetMe { left, held } => html!(
            "<b>Delete your account?</b>\n\nAll cases with their content, files, training, your name and address go for good; open \
             invitations and launches are closed. Only amounts without a name stay. Nothing of it can be restored.\n\n{}Delete the messages \
             of this chat in Telegram yourself.",
            match (left.0, held.0) {
                (0, 0) => html!(""),
                (left, held) => html!(
                    "Your balance holds {}. They cannot be returned afterwards: if they were paid and not spent, write to the administrator \
                     first (/paysupport).\n\n",
                    Stars(left + held)
                ),
            }
        ),
        Text::Forgotten => html!(
            "Your account is deleted with all its cases. Thank you for having been with us.\n\nThis is the last message: we will not write \
             to you of our own accord."
        ),
        Text::UnknownCommand => html!("There is no such command. All commands are in /help."),
        Text::CanceledNaming => html!("Canceled: no new case was opened."),
        Text::CanceledRenaming => html!("Canceled: the case keeps its label."),
        Text::Canceled => html!("Canceled."),
        Text::NothingToCancel => html!("There is nothing to cancel."),
        Text::OnlyButtons => html!("I understand buttons and commands. Choose what to do:"),
        Text::NeedsWords => html!("A text is needed here: a short label for the case."),
        Text::NeedsAnswer => html!("A text is needed here. Write it or press a button."),
        Text::NotFound => html!("This is not here: it may have been deleted."),
        Text::EmptyPage => html!("There is nothing left on this page."),
        Text::StaleButton => html!("This button is out of date."),
        Text::NoCases => html!("There are no cases yet."),
        Text::NoArchive => html!("The archive is empty."),
        Text::CasesPage { archived, page, pages } => {
            let title = if *archived { "Archive" } else { "My cases" };
            if *pages > 1 { html!("<b>{}</b> · page {} of {}", title, *page, *pages) } else { html!("<b>{}</b>", title) }
        }
        Text::Case(case) => case_card(case),
        Text::AskLabel => html!(
            "<b>New case</b>\n\nHow shall it be called? Up to 64 characters: a code or pseudonym, as <b>C-014</b>. Better no full \
             name."
        ),
        Text::AskNewLabel { label } => html!("A new label for “{}”? Up to 64 characters, no full name.", label),
        Text::BadLabel => html!("It needs 1 to 64 characters. Please try again."),
        Text::DoubtfulLabel { label } => html!(
            "“{}” looks like a name or a contact. A code or pseudonym is safer: write another label, or keep this one.",
            label
        ),
        Text::CaseOpened { label } => html!("The case “{}” is open.", label),
        Text::Renamed { label } => html!("The case is called “{}” now.", label),
        Text::Archived => html!("The case is in the archive."),
        Text::Restored => html!("The case is back."),
        Text::AskDelete(case) => html!(
            "Delete the case “{}”?\n\nAll its content will be destroyed: the client's answers, {}, files, open invitations. Stars \
             that are held come back. The case cannot be restored.",
            case.label,
            format!("{} {}", case.results, plural_en(i64::from(case.results), "result", "results"))
        ),
        Text::Deleted => html!("The case is deleted with its content."),
        Text::Screening(case) => screening(case),
        Text::ArchivedRefuses => html!("The case is in the archive. Restore it first."),
        Text::ScreeningGoesOn => html!("The screening is still going on."),
        Text::ForwardLink { name, url } => html!(
            "Hello! {} invites you to answer some questions before the session: 10–15 minutes, by buttons, at your own pace. Only \
             the specialist sees the answers.\n\n{}",
            name,
            url
        ),
        Text::ToolReady { service: id, label, price, expires_at } => html!(
            "<b>{}</b> · {}\n\nIt costs {} ★. The Stars are held when you open the tool and charged only when the result is there.\n\nThe \
             link is yours and good till {}.",
            service(*id),
            label,
            price.0,
            moment(*expires_at)
        ),
        Text::ResultCame { service: id, label, danger: None } => html!("A result is ready: {}. Case: {}", service(*id), label),
        Text::ResultCame { service: id, label, danger: Some(level) } => html!(
            "<b>A sign of danger</b>\nCase: {}\nFrom: the result of “{}”\n{}\n\nThis is an automatic sign, not an assessment of risk. Open \
             the result and get in touch with the client. Press “Seen” to confirm that you have seen this.",
            label,
            service(*id),
            match level {
                DangerLevel::Urgent => html!("<b>Urgent</b>"),
                DangerLevel::Elevated => html!("Needs attention"),
            }
        ),
        Text::InvitationEnds { label, expires_at } => html!(
            "The invitation to the screening of “{}” was not opened yet. It lives until {}; then the held Stars come back, and you can \
             make a new one.",
            *label,
            moment(*expires_at)
        ),
        Text::NoOpenInvitation => html!("There is no open invitation."),
        Text::CaseEnds { label, at } => html!(
            "The case “{}” has been in the archive for almost a year: on {} it will be deleted with its content. If you still need it, \
             restore it or take it along.",
            label,
            date(*at)
        ),
        Text::AskRevoke { reserved } => {
            html!("Take the invitation back? The link will stop opening, the {} held for it come back.", *reserved)
        }
        Text::DangerSeen => html!("Noted that you have seen this. There will be no more reminders of it."),
        Text::SeenToast => html!("Noted."),
        Text::AlreadySeen => html!("You have noted this before."),
        Text::NoResults => html!("There are no results yet."),
        Text::ResultsPage { label, page, pages } => {
            if *pages > 1 {
                html!("<b>Results</b> · {} · page {} of {}", *label, *page, *pages)
            } else {
                html!("<b>Results</b> · {}", *label)
            }
        }
        Text::Result(result) => result_card(result),
        Text::FileCaption { kind, label } => html!("{} · {}", file(*kind), *label),
        Text::FileComes => html!("The file is on its way."),
        Text::PortraitHead { label, letter: true } => {
            html!("<b>Letter to the client</b> · {}\n\nThis is how the client reads it:", *label)
        }
        Text::PortraitHead { label, letter: false } => {
            html!("<b>Portrait for the client</b> · {}\n\nThis is how the client reads it:", *label)
        }
        Text::PortraitState { released_at: Some(at), .. } => html!("<i>Given to the client {}.</i>", moment(*at)),
        Text::PortraitState { released_at: None, reachable: true } => {
            html!("<i>The client has not seen this yet. Read it to the end; it can be given once.</i>")
        }
        Text::PortraitState { released_at: None, reachable: false } => {
            html!("<i>The client can no longer be written to through the bot. You can hand the document over yourself.</i>")
        }
        Text::PortraitGiven { letter: true } => html!("The letter was sent to the client."),
        Text::PortraitGiven { letter: false } => html!("The portrait was sent to the client."),
        Text::Rewriting => html!("The texts are being written anew. The present report stays until then."),
        Text::Rewritten { label } => html!("The report of “{}” was written anew.", *label),
        Text::NotRewritten { label } => {
            html!(
                "The report of “{}” could not be written anew: the model is not available now. The present report stays.",
                *label
            )
        }
        Text::NoSuchFile => html!("This result has no such file."),
        Text::NoTraining => html!("No training with a virtual client was completed yet. They begin in a case: “Simulator”."),
        Text::PictureComes => html!("Drawing it, it comes in a moment."),
        Text::Settings { country, notify } => html!(
            "<b>Settings</b>\n\nCountry (for the client's emergency contacts): {}\nNotices: {}. Signs of danger are always \
             told.\n\nUsual length of a client's invitation:",
            chosen_country(*country),
            if *notify { "on" } else { "off" }
        ),
        Text::AskCountry => html!("Which emergency contacts shall your clients see?"),
        Text::Admin => html!("<b>Administration</b>"),
        Text::SpecialistLink { url, uses, days: n } => html!(
            "An invitation for specialists: {}, good for {}.\n\n{}",
            format!("{uses} {}", plural_en(i64::from(*uses), "person", "people")),
            days(*n),
            *url
        ),
    }
}

fn case_card(case: &CaseCard) -> Html {
    html!(
        "<b>{}</b>{}\n\nOpened {}, last event {}.",
        case.label,
        if case.archived { " · in the archive" } else { "" },
        date(case.created_at),
        moment(case.last_activity_at)
    )
    .line(&html!("Screening: {}", status_line(&case.screening)))
}

fn status_line(screening: &Screening) -> String {
    match screening {
        Screening::None => "none so far".into(),
        Screening::Waiting { expires_at, .. } => format!("the invitation waits for the client till {}", moment(*expires_at)),
        Screening::Opened { at } => format!("the client opened the link {}, no consent yet", moment(*at)),
        Screening::InProgress { phase: 4, .. } => "the client answers the last questions".into(),
        Screening::InProgress { phase, question } => format!("the client answers: part {phase}, {question} answered"),
        Screening::Writing => "answers received, the report is being written".into(),
        Screening::Done { at, .. } => format!("ready since {}", moment(*at)),
        Screening::Expired => "the invitation ran out".into(),
        Screening::Revoked => "the invitation was taken back".into(),
        Screening::Declined => "the client declined".into(),
        Screening::Withdrawn => "the client stopped and deleted the answers".into(),
        Screening::Failed => "the report could not be written, the Stars came back".into(),
    }
}

fn screening(case: &CaseCard) -> Html {
    let mut out = html!("<b>Screening</b> · {}\n\nNow: {}.", case.label, status_line(&case.screening));
    match &case.screening {
        Screening::Waiting { reserved, .. } => {
            out = out.paragraph(&if case.archived {
                html!("{} are held. The case is in the archive: take the invitation back, and they return.", *reserved)
            } else {
                html!("{} are held. Forward the message with the link to the client.", *reserved)
            });
        }
        Screening::Opened { .. } | Screening::InProgress { .. } | Screening::Writing => {}
        Screening::None
        | Screening::Done { .. }
        | Screening::Expired
        | Screening::Revoked
        | Screening::Declined
        | Screening::Withdrawn
        | Screening::Failed => {
            if !case.archived {
                out = out.paragraph(&html!("A new invitation — for how long?"));
            }
        }
    }
    out
}

fn marker(name: &str, value: &str) -> Option<String> {
    let said = match (name, value) {
        ("mode", "exploration") => "mode: exploration",
        ("mode", "defense") => "mode: defense",
        ("mode", "power_saving") => "mode: saving energy",
        ("mode", "goal_pursuit") => "mode: pursuing a goal",
        ("mode", "social_alignment") => "mode: aligning with others",
        ("mode", "play") => "mode: play",
        ("layer_hint", "L0") => "layer: energy and body",
        ("layer_hint", "L1") => "layer: reflexes and automatisms",
        ("layer_hint", "L2") => "layer: valuation and affect",
        ("layer_hint", "L3") => "layer: relations and roles",
        ("layer_hint", "L4") => "layer: meaning and identity",
        ("uncertainty", "low") => "uncertainty: low",
        ("uncertainty", "medium") => "uncertainty: medium",
        ("uncertainty", "high") => "uncertainty: high",
        _ => return None,
    };
    Some(said.to_owned())
}

fn result_card(result: &ResultCard) -> Html {
    let content: &Artifact = &result.content;
    let mut out =
        html!("<b>{}</b> · {} · {}", service(content.meta.service_id), result.case_label, date(content.meta.created_at));
    if !content.summary.risk_flags.is_empty() {
        let mut risks = html!("⚠️ <b>Check first</b>");
        for flag in content.summary.risk_flags.iter().take(6) {
            risks = risks.line(&html!("• {}", shorten(flag, 250)));
        }
        out = out.paragraph(&risks);
    }
    out = out.paragraph(&html!("{}", shorten(&content.summary.one_liner, 300)));
    if !content.summary.resource_flags.is_empty() {
        out = out.paragraph(&html!("What holds: {}", shorten(&content.summary.resource_flags.join("; "), 500)));
    }
    let markers: Vec<String> = content.markers.iter().filter_map(|m| marker(&m.name, &m.value)).take(6).collect();
    if !markers.is_empty() {
        out = out.paragraph(&html!("<i>{}</i>", markers.join(" · ")));
    }
    let mut questions: Vec<_> = content.questions_for_session.iter().collect();
    questions.sort_by_key(|question| question.priority);
    if !questions.is_empty() {
        let mut asked = html!("<b>To ask in the session</b>");
        for question in questions.iter().take(3) {
            asked = asked.line(&html!("• {}", shorten(&question.q, 300)));
        }
        out = out.paragraph(&asked);
    }
    out.paragraph(&match content.meta.service_id {
        ServiceId::Simulator => {
            html!(
                "<i>The numbers describe a session with a fictional client, not a person. The whole debrief is in the files.</i>"
            )
        }
        ServiceId::Screen | ServiceId::Interpretator | ServiceId::Conceptualizator | ServiceId::ProGuide => {
            html!("<i>Hypotheses to check with the client, not a medical opinion. The whole text is in the files.</i>")
        }
    })
}

fn file(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Txt => "Text",
        FileKind::Docx => "Document",
        FileKind::Json => "Data",
        FileKind::Profile => "Profile",
        FileKind::Portrait => "For the client (document)",
        FileKind::Board => "Board",
        FileKind::Course => "Course",
    }
}

/// The country as it stands in the settings; a code we do not offer is shown as it is.
fn chosen_country(code: Option<&str>) -> String {
    match code {
        Some(code) => {
            COUNTRIES.iter().find(|known| known.as_slice() == code.as_bytes()).map_or(code, |known| country(known)).to_owned()
        }
        None => "not chosen".to_owned(),
    }
}

fn country(code: &[u8; 2]) -> &'static str {
    match code {
        b"RU" => "Russia",
        b"BY" => "Belarus",
        b"KZ" => "Kazakhstan",
        b"AM" => "Armenia",
        b"GE" => "Georgia",
        b"IL" => "Israel",
        b"DE" => "Germany",
        b"GB" => "United Kingdom",
        b"US" => "United States",
        _ => "Another",
    }
}

pub(super) fn label(label: &Label<'_>) -> String {
    match label {
        Label::Menu => "🏠 Menu".into(),
        Label::Back => "← Back".into(),
        Label::MyCases => "📂 My cases".into(),
        Label::NewCase => "➕ New case".into(),
        Label::Archive => "🗄 Archive".into(),
        Label::Balance => "⭐️ Balance".into(),
        Label::MyData => "🗂 My data".into(),
        Label::Export => "📦 Take along as an archive".into(),
        Label::ExportAll => "📦 Take everything along".into(),
        Label::ForgetMe => "Delete my account".into(),
        Label::ForgetMeYes => "Delete for good".into(),
        Label::Training => "📈 Training".into(),
        Label::AsPicture => "🖼 As a picture".into(),
        Label::Settings => "⚙️ Settings".into(),
        Label::CaseLine { label, last: Some((id, at)) } => format!("{label} · {} {}", service(*id).to_lowercase(), date(*at)),
        Label::CaseLine { label, last: None } => (*label).to_owned(),
        Label::Screening => "📝 Screening".into(),
        Label::Tool(ServiceId::Interpretator) => "🌙 Interpretator".into(),
        Label::Tool(ServiceId::Conceptualizator) => "🧩 Conceptualizator".into(),
        Label::Tool(ServiceId::Simulator) => "🎭 Simulator".into(),
        Label::Tool(id) => service(*id).into(),
        Label::OpenTool(id) => format!("Open: {}", service(*id)),
        Label::Results { count } => format!("📄 Results ({count})"),
        Label::Rename => "✏️ Label".into(),
        Label::ToArchive => "🗄 Archive".into(),
        Label::Restore => "↩️ Restore".into(),
        Label::Delete => "🗑 Delete".into(),
        Label::DeleteYes => "🗑 Yes, delete for good".into(),
        Label::BackToCases => "← To the cases".into(),
        Label::BackToCase => "← To the case".into(),
        Label::OpenCase => "📂 Open the case".into(),
        Label::KeepIt => "Keep it all the same".into(),
        Label::InviteDays { days: n, usual } => format!("{}Invite for {}", if *usual { "✉️ " } else { "" }, days(*n)),
        Label::ShowLink => "🔗 Show the link".into(),
        Label::CopyLink => "📋 Copy the link".into(),
        Label::Revoke => "✖️ Take back".into(),
        Label::RevokeYes => "✖️ Yes, take back".into(),
        Label::Acknowledge => "Seen".into(),
        Label::OpenResult => "📄 Open the result".into(),
        Label::Portrait { letter: true } => "✉️ Letter to the client".into(),
        Label::Portrait { letter: false } => "👤 Portrait for the client".into(),
        Label::GivePortrait => "✅ Give to the client".into(),
        Label::Rewrite => "🔄 Write anew".into(),
        Label::AllResults => "← All results".into(),
        Label::ResultLine { service: id, at, line } => format!("{} {} · {line}", service(*id), date(*at)),
        Label::File(kind) => file(*kind).into(),
        Label::OtherLanguage => "🌐 Русский".into(),
        Label::Country => "📍 Country".into(),
        Label::CountryName(code) => format!("{} {}", flag(code), country(code)),
        Label::OtherCountry => "Another country".into(),
        Label::Notify { on: true } => "🔔 Notices are on".into(),
        Label::Notify { on: false } => "🔕 Notices are off".into(),
        Label::Days { days: n, chosen } => format!("{}{}", if *chosen { "✓ " } else { "" }, days(*n)),
        Label::InviteUses { uses, days: n } => {
            format!("{uses} {} · {}", plural_en(i64::from(*uses), "person", "people"), days(*n))
        }
    }
}
