//! The board and the result in the chat.
use bot_kit::{Html, as_messages, html, shorten};
use domain::{Locale, artifact::Artifact};

use super::{Payload, words, words::choose};
use crate::model::{Board, Kind, Layer};

/// The board as a compact table: kinds by layers, gaps visible.
#[must_use]
pub fn chat_board(board: &Board, locale: Locale) -> Html {
    let mut html = html!("<b>{}</b>", choose(locale, "Доска", "The board"));
    for kind in Kind::ALL {
        let cells: Vec<String> = Layer::ALL
            .iter()
            .map(|layer| match board.count(*kind, *layer) {
                0 => "·".to_owned(),
                count => count.to_string(),
            })
            .collect();
        html = html.line(&html!("<code>{}</code> {}", cells.join(" "), words::kind(*kind, locale)));
    }
    let layers: Vec<&str> = Layer::ALL.iter().map(|layer| words::layer(*layer, locale)).collect();
    html.line(&html!("<i>{}: {}</i>", choose(locale, "слева направо", "left to right"), layers.join(", ")))
}

/// The board for a picture: title, names of the layers in at most two lines, rows with counts, and how to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnBoard {
    /// Above it.
    pub title: String,
    /// Names of the layers.
    pub columns: Vec<Vec<String>>,
    /// Names of the kinds, with how many held hypotheses there are on each layer.
    pub rows: Vec<(String, Vec<usize>)>,
    /// How to read it.
    pub note: String,
}

/// The board for a picture.
#[must_use]
pub fn drawn_board(board: &Board, locale: Locale) -> DrawnBoard {
    let lines = |layer: &Layer| words::layer(*layer, locale).splitn(2, ' ').map(str::to_owned).collect();
    let row = |kind: &Kind| {
        let counts = Layer::ALL.iter().map(|layer| board.count(*kind, *layer)).collect();
        (words::kind(*kind, locale).to_owned(), counts)
    };
    DrawnBoard {
        title: choose(locale, "Доска гипотез", "The board of hypotheses").to_owned(),
        columns: Layer::ALL.iter().map(lines).collect(),
        rows: Kind::ALL.iter().map(row).collect(),
        note: choose(locale, "Число: принятые гипотезы; пунктир: пусто.", "A number: accepted hypotheses; a dashed box: none.")
            .to_owned(),
    }
}

/// The result as messages, each within Telegram's limit. The rest is in the files.
#[must_use]
pub fn chat_summary(artifact: &Artifact, locale: Locale) -> Vec<Html> {
    let mut parts = Vec::new();
    if !artifact.summary.risk_flags.is_empty() {
        let mut html = html!("<b>{}</b>", choose(locale, "⚠️ Сначала безопасность", "⚠️ Safety first"));
        for flag in artifact.summary.risk_flags.iter().take(6) {
            html = html.line(&html!("• {}", shorten(flag, 200)));
        }
        parts.push(html);
    }
    parts.push(html!(
        "<b>{}</b>\n{}",
        choose(locale, "Рабочая модель", "The working model"),
        shorten(&artifact.summary.one_liner, 300)
    ));
    if let Some(payload) = Payload::from_raw(&artifact.raw) {
        let layer = words::layer(payload.model.layer, locale);
        parts.push(html!(
            "{}: {}. {}",
            choose(locale, "Ведущий слой", "Leading layer"),
            layer,
            shorten(&payload.model.layer_reason, 300)
        ));
        let loops = payload
            .model
            .loops
            .iter()
            .fold(Html::default(), |html, steps| html.line(&html!("↺ {}", shorten(&steps.join(" → "), 300))));
        parts.push(loops);
        let mut targets = html!("<b>{}</b>", choose(locale, "Цели снизу вверх", "Targets, bottom up"));
        for target in &payload.targets.targets {
            let place = words::place(target.place, locale);
            targets = targets.line(&html!("{}. {}: {}", target.priority.to_string(), place, shorten(&target.direction, 220)));
        }
        parts.push(targets);
        if !payload.gaps.is_empty() {
            let head = html!("<b>{}</b>", choose(locale, "Чего не хватает", "What is missing"));
            parts.push(payload.gaps.iter().fold(head, |html, gap| html.line(&html!("• {}", words::gap_words(*gap, locale)))));
        }
        if let Some(lines) = payload.comparison.as_ref().and_then(|compared| compared["lines"].as_array()) {
            let head = html!("<b>{}</b>", choose(locale, "Что изменилось", "What has changed"));
            let lines = lines.iter().filter_map(|line| line.as_str()).take(6);
            parts.push(lines.fold(head, |html, line| html.line(&html!("• {}", shorten(line, 200)))));
        }
        parts.push(match payload.portrait.is_some() {
            true => html!(
                "{}",
                choose(
                    locale,
                    "Письмо клиенту лежит отдельно: прочитайте его в Pro и решите, отдавать ли.",
                    "The letter to the client is apart: read it in Pro and decide whether to give it."
                )
            ),
            false => html!(
                "{}",
                choose(
                    locale,
                    "Письмо клиенту в этот раз не получилось, остальное готово.",
                    "There is no letter to the client this time, the rest is ready."
                )
            ),
        });
    }
    parts.push(html!(
        "<i>{}</i>",
        choose(
            locale,
            "Это рабочая модель для проверки с клиентом, не медицинское заключение и не диагноз.",
            "It is a working model to be checked with the client, no medical opinion and no diagnosis."
        )
    ));
    as_messages(parts)
}
