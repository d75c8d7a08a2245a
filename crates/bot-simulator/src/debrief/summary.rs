//! A debrief in the chat: how danger was dealt with comes first, then the numbers, then what can be learned. The rest is in the files.
use bot_kit::{Html, as_messages, html, shorten};
use domain::{Locale, artifact::Artifact};

use super::{Debrief, Payload};
use crate::{
    engine::risk::Verdict,
    words::{self, choose},
};

/// The debrief as messages, each within Telegram's limit.
#[must_use]
pub fn chat_summary(artifact: &Artifact, locale: Locale) -> Vec<Html> {
    let Some(payload) = Payload::from_raw(&artifact.raw) else {
        return vec![html!("{}", shorten(&artifact.summary.one_liner, 600))];
    };
    let mut parts = Vec::new();
    if !artifact.summary.risk_flags.is_empty() {
        let head = html!("<b>{}</b>", choose(locale, "⚠️ В материале о вашем клиенте", "⚠️ In the material about your client"));
        parts.push(artifact.summary.risk_flags.iter().fold(head, |html, flag| html.line(&html!("• {}", shorten(flag, 200)))));
    }
    let debrief = &payload.debrief;
    parts.push(danger(debrief, locale));
    parts.push(numbers(debrief, locale));
    let text = &payload.text;
    parts.push(html!("{}", shorten(&text.overview, 900)));
    let list = |head: &str, points: &[String]| {
        points.iter().fold(html!("<b>{}</b>", head), |html, point| html.line(&html!("• {}", shorten(point, 300))))
    };
    parts.push(list(choose(locale, "Получилось", "Went well"), &text.strengths));
    parts.push(list(choose(locale, "Куда расти", "Where to grow"), &text.growth));
    if !debrief.alternatives.is_empty() {
        let head = html!("<b>{}</b>", choose(locale, "Другие траектории", "Other trajectories"));
        parts.push(debrief.alternatives.iter().fold(head, |html, other| {
            let (was, instead) = (words::fit(other.was, locale), words::fit(other.instead, locale));
            html.line(&html!(
                "• {} {}: {} → {}, TSI {}",
                choose(locale, "реплика", "line"),
                other.turn,
                was,
                instead,
                format!("{:.2} → {:.2}", debrief.tsi.value, other.end.tsi)
            ))
        }));
    }
    parts.push(html!("<b>{}</b> {}", choose(locale, "Попробовать дальше:", "To try next:"), shorten(&text.next_step, 400)));
    parts.push(html!(
        "<i>{}</i>",
        choose(
            locale,
            "Числа описывают эту беседу с вымышленным клиентом, а не специалиста; полностью разбор в файлах.",
            "The numbers describe this session with a fictional client, not a person; the whole debrief is in the files."
        )
    ));
    as_messages(parts)
}

fn danger(debrief: &Debrief, locale: Locale) -> Html {
    let risk = &debrief.risk;
    let mark = match risk.verdict {
        Verdict::NotAsked => "🔴 ",
        Verdict::Incomplete => "🟡 ",
        Verdict::NotCalledFor | Verdict::Complete | Verdict::CompleteAndOvertaken => "",
    };
    let html = html!("<b>{}</b>\n{}{}", choose(locale, "Безопасность", "Safety"), mark, words::verdict(risk.verdict, locale));
    if risk.missing.is_empty() {
        return html;
    }
    let missing: Vec<&str> = risk.missing.iter().map(|enquiry| words::enquiry(*enquiry, locale)).collect();
    html.line(&html!("{}: {}.", choose(locale, "Не прозвучало", "Left out"), missing.join(", ")))
}

fn numbers(debrief: &Debrief, locale: Locale) -> Html {
    let path: Vec<&str> = debrief.path.iter().map(|state| words::state(*state, locale)).collect();
    let [green, yellow, red] = debrief.signals;
    html!(
        "<b>TSI {}</b>: {}. CCI {}\n{}\n🟢 {} · 🟡 {} · 🔴 {}",
        format!("{:.2}", debrief.tsi.value),
        words::band(debrief.tsi.band, locale),
        format!("{:.2}", debrief.cci.cci),
        path.join(" → "),
        green,
        yellow,
        red
    )
}
