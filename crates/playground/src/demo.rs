//! The main story, played by script: from the invitation of a specialist to the result in Pro.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fake_telegram::ChatMessage;
use test_kit::connect;

use crate::actor::Actor;
use crate::people::{CLIENT, SPECIALIST};
use crate::stack::Stack;
use crate::transcript::{Transcript, rows};

/// More screens than any screening has.
const MOST_SCREENS: usize = 120;

/// Plays the story against a running stack.
///
/// # Errors
/// Somebody waited in vain, or the result is not in Pro.
pub(crate) async fn play(stack: &Stack) -> Result<()> {
    let began = Instant::now();
    let telegram = stack.telegram.clone().context("the demo needs the stand-in")?;
    let mut script = Transcript::new(telegram.clone());
    let specialist = Actor { telegram: telegram.clone(), user: SPECIALIST };
    let client = Actor { telegram, user: CLIENT };

    let invite = stack.invite.as_deref().context("no invitation")?;
    let link = open_case_and_invite(&specialist, &mut script, invite, &stack.database_url()).await?;
    client.say("screen", &format!("/start {}", start_parameter(&link)?))?;
    answer_everything(&client, &mut script).await?;
    open_result(&specialist, &mut script).await?;
    check_rows(stack).await?;

    script.catch_up();
    println!("\nthe result is in Pro: {:.1} s", began.elapsed().as_secs_f64());
    Ok(())
}

/// The specialist registers, opens a case and makes an invitation; gives the client's link.
pub(crate) async fn open_case_and_invite(
    specialist: &Actor,
    script: &mut Transcript,
    invite: &str,
    database_url: &str,
) -> Result<String> {
    specialist.say("pro", &format!("/start {}", start_parameter(invite)?))?;
    specialist.press_like(script, "pro", &["Новый кейс"]).await?;
    specialist
        .wait(script, "pro", "the question for a label", |message| {
            rows(message).concat().iter().all(|label| !label.contains("Новый кейс"))
        })
        .await?;
    wait_for_stars(database_url).await?;
    specialist.say("pro", "К-12")?;
    specialist.press_like(script, "pro", &["Скрининг"]).await?;
    let wanted = |message: &ChatMessage| link_to(message, "screen").is_some() || crate::actor::like(message, INVITE).is_some();
    let message = specialist.wait(script, "pro", "the screening's screen", wanted).await?;
    if link_to(&message, "screen").is_none() {
        specialist.press_like(script, "pro", INVITE).await?;
    }
    let message = specialist.wait(script, "pro", "the client's link", |message| link_to(message, "screen").is_some()).await?;
    link_to(&message, "screen").context("the link has gone")
}

/// The first credit comes shortly after the registration.
async fn wait_for_stars(database_url: &str) -> Result<()> {
    let client = connect(database_url).await?;
    for _ in 0..100 {
        if client.query_opt("SELECT FROM psycheos.wallets WHERE balance_stars > 0", &[]).await?.is_some() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("the specialist got no Stars")
}

/// Words on the button that makes an invitation.
const INVITE: &[&str] = &["✉️ Пригласить"];

/// Reads and presses until nothing is asked any more.
async fn answer_everything(client: &Actor, script: &mut Transcript) -> Result<()> {
    let mut last = None;
    for screen in 0..MOST_SCREENS {
        let wanted =
            |message: &ChatMessage| Some(sign(message)) != last && (choice(message, screen).is_some() || is_thanks(message));
        let message = client.wait(script, "screen", "the next question", wanted).await?;
        match choice(&message, screen) {
            Some(label) => client.press("screen", &message, &label)?,
            None => return Ok(()),
        }
        last = Some(sign(&message));
    }
    anyhow::bail!("the screening does not end")
}

/// A message as it looks at one moment.
fn sign(message: &ChatMessage) -> (i64, String, Vec<Vec<String>>) {
    (message.message_id, message.text.clone(), rows(message))
}

/// What a client of good will presses; `None` where there is nothing to answer.
fn choice(message: &ChatMessage, screen: usize) -> Option<String> {
    let labels: Vec<String> = rows(message).concat();
    let first = |test: &dyn Fn(&str) -> bool| labels.iter().find(|label| test(label)).cloned();
    let numbered = |label: &str, tick: char| label.strip_prefix(tick).is_some_and(|rest| rest.trim().parse::<u32>().is_ok());
    if let Some(scope) = first(&|label| {
        label.starts_with('☐') && !numbered(label, '☐') && labels.iter().any(|other| other.starts_with("Согласиться"))
    }) {
        return Some(scope);
    }
    if labels.iter().any(|label| label == "Дальше") {
        if labels.iter().any(|label| numbered(label, '☑')) {
            return Some("Дальше".to_owned());
        }
        let options: Vec<&String> = labels.iter().filter(|label| numbered(label, '☐')).collect();
        return options.get(screen % options.len().max(1)).map(|label| (*label).clone());
    }
    ["Согласиться", "Никогда", "Да, безопасно", "Пропустить и закончить"]
        .iter()
        .find_map(|word| first(&|label| label.starts_with(word)))
}

fn is_thanks(message: &ChatMessage) -> bool {
    message.text.contains("ответы сохранены") || message.text.contains("Анкета завершена")
}

/// The announcement in Pro, the result, and its files.
async fn open_result(specialist: &Actor, script: &mut Transcript) -> Result<()> {
    specialist.press_like(script, "pro", &["Открыть отчёт", "Открыть результат"]).await?;
    let opened =
        specialist.wait(script, "pro", "the result", |message| crate::actor::like(message, &["Документ"]).is_some()).await?;
    ensure!(!opened.text.is_empty(), "the result says nothing");
    for (label, format) in [("Текст", "txt"), ("Документ", "docx"), ("Данные", "json"), ("Профиль", "png")]
    {
        specialist.press_like(script, "pro", &[label]).await?;
        let ending = format!(".{format}");
        let has_file = |message: &ChatMessage| {
            message.document.as_ref().is_some_and(|file| file["file_name"].as_str().is_some_and(|name| name.ends_with(&ending)))
        };
        let message = specialist.wait(script, "pro", format, has_file).await?;
        let file = message.document.as_ref().and_then(|file| file["file_id"].as_str()).unwrap_or_default().to_owned();
        let bytes = specialist.telegram.file_bytes(&file).context("the file has no content")?;
        ensure!(bytes.len() > 200, "{format} has {} bytes", bytes.len());
    }
    Ok(())
}

/// What the phones showed is what the tables hold: one artifact, paid once, no broken promise.
async fn check_rows(stack: &Stack) -> Result<()> {
    let client = connect(&stack.database_url()).await?;
    let query = "SELECT (SELECT count(*) FROM psycheos.artifacts WHERE service_id = 'screen'),
                        (SELECT count(*) FROM psycheos.usage_ledger WHERE service_id = 'screen' AND status = 'committed'),
                        (SELECT count(*) FROM psycheos.invariants)";
    let row = client.query_one(query, &[]).await?;
    let counts: (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    ensure!(counts.0 >= 1 && counts.1 == 1 && counts.2 == 0, "artifacts, charges, broken invariants: {counts:?}");
    Ok(())
}

/// A link to a bot with a start parameter, from a button, a copy button or the text.
pub(crate) fn link_to(message: &ChatMessage, bot: &str) -> Option<String> {
    let beginning = format!("https://t.me/psycheos_{bot}_bot?start=");
    let everything = format!(
        "{} {} {}",
        message.text,
        message.html,
        message.reply_markup.as_ref().map(ToString::to_string).unwrap_or_default()
    );
    let at = everything.find(&beginning)?;
    let link = everything.get(at..)?;
    let end = link.find(|c: char| c.is_whitespace() || "\"'<>&\\)".contains(c)).unwrap_or(link.len());
    link.get(..end).map(str::to_owned)
}

pub(crate) fn start_parameter(link: &str) -> Result<&str> {
    link.split_once("start=").map(|(_, parameter)| parameter).with_context(|| format!("{link} has no start parameter"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(labels: &[&str]) -> ChatMessage {
        let buttons: Vec<_> = labels.iter().map(|label| json!([{ "text": label, "callback_data": "x" }])).collect();
        serde_json::from_value(json!({
            "message_id": 1, "from_bot": true, "date": 0, "edited": false, "text": "", "html": "", "entities": [],
            "reply_markup": { "inline_keyboard": buttons }, "document": null, "photo": null, "invoice": null, "other": null,
            "protected": false
        }))
        .unwrap()
    }

    #[test]
    fn the_client_ticks_consents_first_and_goes_on_once_something_is_ticked() {
        let press = |labels: &[&str]| choice(&message(labels), 0);
        assert_eq!(press(&["☑ Хранить", "☐ Передать", "Согласиться и начать"]).as_deref(), Some("☐ Передать"));
        assert_eq!(press(&["☑ Хранить", "☑ Передать", "Согласиться и начать"]).as_deref(), Some("Согласиться и начать"));
        assert_eq!(press(&["☐ 1", "☐ 2", "☐ Ничего не подходит", "Дальше"]).as_deref(), Some("☐ 1"));
        assert_eq!(press(&["☐ 1", "☑ 2", "Дальше"]).as_deref(), Some("Дальше"));
        assert_eq!(press(&["Недавно", "Никогда"]).as_deref(), Some("Никогда"));
        assert_eq!(press(&["Открыть"]), None);
    }

    #[test]
    fn a_link_is_found_in_a_button_and_ends_where_it_ends() {
        let mut message = message(&[]);
        message.reply_markup =
            Some(json!({ "inline_keyboard": [[{ "text": "x", "url": "https://t.me/psycheos_screen_bot?start=abc-1" }]] }));
        assert_eq!(link_to(&message, "screen").as_deref(), Some("https://t.me/psycheos_screen_bot?start=abc-1"));
        assert_eq!(link_to(&message, "pro"), None);
        assert_eq!(start_parameter("https://t.me/x?start=invite_7").unwrap(), "invite_7");
    }
}
