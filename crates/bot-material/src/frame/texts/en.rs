//! English.
use bot_kit::{Html, html};
use domain::ServiceId;

use super::{Label, Text, Toast};

pub(super) fn text(text: Text) -> Html {
    match text {
        Text::AddedOnTheWay => html!("Added to the material. It will be read with the rest when we go on."),
        Text::AddedMeanwhile => html!("Added to the material: it will be read as soon as this step is done."),
        Text::NoVoice => {
            html!("Voice and video cannot be listened to yet. Please retell it as text: nothing you sent before is lost.")
        }
        Text::Reading => html!("⏳ Reading the material. Usually under a minute."),
        Text::AskedAgain => html!("Trying again."),
        Text::LeftOut => html!("What was sent in the last minute is not part of this result."),
        Text::Resumed => html!("Welcome back. Everything is in place."),
        Text::TooManyTries => html!("Too many attempts in a row. Wait ten minutes and open the link again."),
        Text::Pause => html!(
            "A pause: everything is kept. A launch is valid for a day from when you made it in Pro; come back within it and press the button."
        ),
    }
}

fn tool(service: ServiceId) -> &'static str {
    match service {
        ServiceId::Screen => "Screening",
        ServiceId::Interpretator => "Interpretation",
        ServiceId::Conceptualizator => "Conceptualization",
        ServiceId::Simulator => "Training",
        ServiceId::ProGuide => "Guide",
    }
}

pub(super) fn label(label: Label<'_>) -> String {
    match label {
        Label::Result { on, service, at, line } => {
            format!("{} {} {}: {line}", if on { "☑" } else { "☐" }, tool(service), at.format("%d.%m.%Y"))
        }
        Label::Back => "← Back".into(),
        Label::KeepAsMaterial => "This is part of the material".into(),
        Label::KeepAsAnswer => "Keep as the answer".into(),
        Label::Retry => "🔄 Try again".into(),
        Label::Continue => "▶️ Continue".into(),
        Label::Cancel => "Give up".into(),
        Label::CancelYes => "Yes, give it up".into(),
        Label::Seen => "Seen".into(),
        Label::OpenPro => "Open Pro".into(),
        Label::OpenResult => "📄 Open the result".into(),
        Label::OpenNew => "Open the new link".into(),
    }
}

pub(super) const fn toast(toast: Toast) -> &'static str {
    match toast {
        Toast::Stale => "This button is out of date.",
        Toast::NoEarlier => "The case has no results yet.",
        Toast::Seen => "Noted.",
    }
}
