//! A result in the chat: signs of danger first and apart, then hypotheses in short, questions, and what it is not.
use bot_kit::{Html, as_messages, html, shorten};
use domain::{Locale, artifact::Artifact};

use super::{Hypothesis, Payload, words, words::choose};

/// Questions that are shown.
const QUESTIONS: usize = 3;

/// The result as messages, each within Telegram's limit. The rest is in the files.
#[must_use]
pub fn chat_summary(artifact: &Artifact, locale: Locale) -> Vec<Html> {
    let mut parts = Vec::new();
    if !artifact.summary.risk_flags.is_empty() {
        let mut html = html!("<b>{}</b>", choose(locale, "⚠️ Сначала безопасность", "⚠️ Safety first"));
        for flag in &artifact.summary.risk_flags {
            html = html.line(&html!("• {}", shorten(flag, 200)));
        }
        parts.push(html.line(&html!(
            "{}",
            choose(
                locale,
                "Это отдельно от символов: сначала прямой вопрос клиенту.",
                "This is apart from any symbol: a direct question to the client comes first."
            )
        )));
    }
    let head = html!("<b>{}</b>", choose(locale, "Предположения для проверки", "Suppositions to be checked"));
    let payload = Payload::from_raw(&artifact.raw);
    let hypotheses = payload.as_ref().map(|payload| payload.interpretation.hypotheses.as_slice()).unwrap_or_default();
    parts.push(match payload.as_ref().is_some_and(|payload| payload.low_data) {
        true => head.line(&html!(
            "<i>{}</i>",
            choose(
                locale,
                "Данных мало, поэтому предположение одно и осторожное.",
                "There is little to go by: one careful supposition."
            )
        )),
        false => head,
    });
    parts.extend(hypotheses.iter().enumerate().map(|(at, one)| hypothesis(at + 1, one, locale)));
    let mut questions = html!("<b>{}</b>", choose(locale, "С чего начать разговор", "Where to begin"));
    for question in artifact.questions_for_session.iter().take(QUESTIONS) {
        questions = questions.line(&html!("• {}", shorten(&question.q, 300)));
    }
    parts.push(questions);
    parts.push(html!(
        "<i>{}</i>",
        choose(
            locale,
            "Образ знает только сам клиент. Это не медицинское заключение и не диагноз; полностью — в файлах.",
            "Only the client knows the image. This is no medical opinion and no diagnosis; all of it is in the files."
        )
    ));
    as_messages(parts)
}

fn hypothesis(number: usize, one: &Hypothesis, locale: Locale) -> Html {
    html!(
        "{}. {}\n<i>{}: {}. {}: {}</i>",
        number,
        shorten(&one.text, 600),
        choose(locale, "Уверенность", "Confidence"),
        words::confidence(one.confidence, locale),
        choose(locale, "Опровергнет", "Refuted by"),
        shorten(&one.refuted_by, 300)
    )
}
