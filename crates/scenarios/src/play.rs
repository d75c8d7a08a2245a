//! Stories, played on the real platform.
use std::collections::BTreeMap;

use anyhow::{Context, Result};
use chat_test::{Drive, Seen, Stage, normal, words_reply};
use domain::BotId;
use fake_telegram::{ChatMessage, PayOutcome, Person, Target};
use serde_json::Value;

use crate::Platform;

/// What stands in a story for the secret of the invitation.
const INVITATION: &str = "[приглашение]";
/// What stands in a story for the secret of an invitation for one more specialist.
const SECOND: &str = "[второе приглашение]";
/// The administrator of every story.
const ADMINISTRATOR: &str = "админ";
/// The administrator's Telegram id.
pub(crate) const ADMIN_ID: i64 = 999;

/// A message's text and rows of labels.
type Looks = (String, Vec<Vec<String>>);

/// What was seen so far.
#[derive(Debug)]
pub(crate) struct Story {
    people: Vec<String>,
    first_stars: i64,
    last_payment: Option<(i64, String)>,
    shown: BTreeMap<(usize, BotId, i64), Looks>,
    events: BTreeMap<&'static str, i64>,
}

impl Default for Story {
    fn default() -> Self {
        Self { people: Vec::new(), first_stars: 500, last_payment: None, shown: BTreeMap::new(), events: BTreeMap::new() }
    }
}

/// What the system did, as rows: a name, and a query for the notes after row `$1`, each with its number.
const NOTES: [(&str, &str); 8] = [
    ("jobs", "SELECT seq, 'задание ' || kind FROM psycheos.jobs WHERE seq > $1 ORDER BY seq"),
    (
        "ledger",
        "SELECT max(entry_id), CASE WHEN kind = 'reserve' THEN 'удержано ' WHEN kind = 'release' THEN 'возвращено ' \
            WHEN kind = 'charge' THEN 'списано ' WHEN kind = 'topup' THEN 'зачислено ' WHEN kind = 'refund' THEN 'возврат оплаты ' \
            WHEN kind = 'debt' AND bool_or(account = 'available') THEN 'погашено долга ' WHEN kind = 'debt' THEN 'долг ' \
            WHEN bool_or(account = 'available' AND amount_stars > 0) THEN 'зачислил администратор ' \
            ELSE 'списал администратор ' END || abs(min(amount_stars)) || ' ★' \
         FROM psycheos.ledger_entries WHERE note IS DISTINCT FROM 'story' AND entry_id > $1 GROUP BY transaction_id, kind ORDER BY 1",
    ),
    (
        "danger",
        "SELECT n, 'признак опасности: ' || category || ' ' || level || ' (' || source || ')' FROM \
         (SELECT row_number() OVER (ORDER BY created_at) AS n, * FROM psycheos.safety_events) e WHERE n > $1 ORDER BY n",
    ),
    (
        "seen",
        "SELECT n, 'опасность: принято' FROM (SELECT row_number() OVER (ORDER BY acknowledged_at) AS n FROM psycheos.safety_events \
         WHERE acknowledged_at IS NOT NULL) e WHERE n > $1 ORDER BY n",
    ),
    (
        "lane",
        "SELECT seq, 'уведомление вне очереди' FROM psycheos.outbox_messages WHERE lane = 0 AND bot_id = 'pro' AND kind = 'danger' AND seq > $1 ORDER BY seq",
    ),
    (
        "artifacts",
        "SELECT n, 'результат ' || service_id FROM (SELECT row_number() OVER (ORDER BY created_at) AS n, service_id \
         FROM psycheos.artifacts) a WHERE n > $1 ORDER BY n",
    ),
    (
        "consents",
        "SELECT n, 'согласие сохранено' FROM (SELECT row_number() OVER (ORDER BY granted_at) AS n FROM psycheos.consents) c \
         WHERE n > $1 ORDER BY n",
    ),
    (
        "erased",
        "SELECT n, CASE subject WHEN 'case' THEN 'кейс уничтожен' ELSE 'учётная запись закрыта' END \
         FROM (SELECT subject, row_number() OVER (ORDER BY requested_at, subject DESC) AS n FROM psycheos.erasure_log) l \
         WHERE n > $1 ORDER BY n",
    ),
];

impl Stage for Platform {
    async fn play(&mut self, drive: &Drive) -> Result<Vec<Seen>, String> {
        self.play_line(drive).await.map_err(|error| format!("{error:#}"))
    }
}

impl Platform {
    async fn play_line(&mut self, drive: &Drive) -> Result<Vec<Seen>> {
        let answer = self.act(drive)?;
        let paid = self.pay_line(drive).await?;
        match drive {
            Drive::OtherProcess => self.replace_api().await?,
            Drive::ClaudeAway => self.without_claude().await?,
            _ => {}
        }
        self.quiet().await?;
        if matches!(drive, Drive::ClaudeRefuses | Drive::ClaudeAway) {
            self.claude.heal();
            self.claude.hold();
        }
        self.give_first_stars().await?;
        let mut seen = self.new_messages();
        let mut notes = self.new_notes().await?;
        notes.extend(paid);
        if let Some((who, bot, query)) = answer
            && let Some(text) = self.telegram.callback_answer(bot.as_str(), &query).map(|answer| answer.text)
            && !text.is_empty()
        {
            notes.push(format!("{who}: «{text}»"));
        }
        notes.sort();
        seen.extend(notes.into_iter().map(Seen::Note));
        Ok(seen)
    }

    /// Does what a line says and waits for nothing. A press gives who pressed, where, and Telegram's id of the question.
    ///
    /// # Errors
    /// When it cannot be done: no such button, no link.
    pub fn act(&mut self, drive: &Drive) -> Result<Option<(String, BotId, String)>> {
        match drive {
            Drive::Say { who, bot, text } => {
                let user = self.user(who);
                let text = text.replace(INVITATION, "invite_story").replace(SECOND, "invite_second");
                self.telegram.send_text(bot.as_str(), user, &text)?;
            }
            Drive::Follow { who, bot } => {
                let user = self.user(who);
                let token = self.newest_link(*bot).context("nobody was shown a link")?;
                self.telegram.send_text(bot.as_str(), user, &format!("/start {token}"))?;
            }
            Drive::Press { who, bot, label } => return Ok(Some((who.clone(), *bot, self.press(who, *bot, label)?))),
            Drive::ClaudeRefuses => self.fail_claude(fake_claude::FaultKind::Refusal),
            Drive::ClaudeAway => self.fail_claude(fake_claude::FaultKind::Reset),
            Drive::ClaudeWords(words) => {
                self.claude.add_answer(fake_claude::Canned {
                    matching: Some("already_answered".to_owned()),
                    answer: words_reply(words).into(),
                    times: Some(1),
                });
                self.claude.release_next(1);
            }
            Drive::ClaudeSays(name) => {
                let text = chat_test::reply(name).map_err(anyhow::Error::msg)?;
                let answer = serde_json::from_str(&text).with_context(|| format!("replies/{name}.json"))?;
                self.claude.add_answer(fake_claude::Canned { matching: None, answer, times: Some(1) });
                self.claude.release_next(1);
            }
            Drive::Send { who, bot, file, caption } => {
                let user = self.user(who);
                let bytes = chat_test::file(file).map_err(anyhow::Error::msg)?;
                let caption = caption.as_deref().unwrap_or_default();
                match chat_test::is_photo(file) {
                    true => self.telegram.send_photo(bot.as_str(), user, bytes, caption, None)?,
                    false => self.telegram.send_document(bot.as_str(), user, file, "", bytes, caption)?,
                };
            }
            Drive::FirstStars(stars) => self.story.first_stars = *stars,
            Drive::OtherProcess | Drive::Pay { .. } | Drive::PaidAgain | Drive::GivenBack => {}
        }
        Ok(None)
    }

    /// From now on every request to Claude fails so, those that wait first.
    fn fail_claude(&self, kind: fake_claude::FaultKind) {
        self.claude.add_fault(fake_claude::Fault { kind, retry_after: None, times: None, matching: None });
        self.claude.release();
    }

    /// Another process serves the webhooks, on the same address; nothing that was in memory is left.
    async fn replace_api(&mut self) -> Result<()> {
        self.services.kill("psycheos-api").await?;
        self.services.restart("psycheos-api").await
    }

    /// Lets the worker try as often as it wants; the pauses between its attempts are cut short.
    async fn without_claude(&self) -> Result<()> {
        let open = "SELECT count(*) FROM psycheos.jobs WHERE status IN ('queued', 'running')";
        for _ in 0..600 {
            self.admin.execute("UPDATE psycheos.jobs SET run_after = now() WHERE status = 'queued'", &[]).await?;
            if self.count(open).await? == 0 {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        anyhow::bail!("jobs are still open without Claude")
    }

    /// What Telegram does with payments: asks, reports, reports again, gives back.
    async fn pay_line(&mut self, drive: &Drive) -> Result<Option<String>> {
        match drive {
            Drive::Pay { who, of } => {
                let (payer, chat) = (self.user(who), self.user(of));
                let messages = self.telegram.messages("pro", chat);
                let invoice =
                    messages.iter().rev().find(|message| message.invoice.is_some()).context("nobody was sent an invoice")?;
                Ok(Some(match self.telegram.pay("pro", chat, invoice.message_id, payer).await? {
                    PayOutcome::Paid { charge_id } => {
                        self.story.last_payment = Some((payer, charge_id));
                        "оплачено".to_owned()
                    }
                    PayOutcome::Refused { reason } => format!("оплата отклонена: «{reason}»"),
                    PayOutcome::TimedOut => "оплата не подтверждена".to_owned(),
                }))
            }
            Drive::PaidAgain => {
                let updates = self.telegram.updates("pro");
                let paid = updates.iter().rev().find(|update| update["message"]["successful_payment"].is_object());
                let number = paid.and_then(|update| update["update_id"].as_i64()).context("nothing was paid")?;
                self.telegram.redeliver("pro", number, true, 1)?;
                self.telegram.redeliver("pro", number, false, 1)?;
                Ok(None)
            }
            Drive::GivenBack => {
                let (payer, charge) = self.story.last_payment.clone().context("nothing was paid")?;
                self.telegram.give_back("pro", payer, &charge)?;
                Ok(None)
            }
            Drive::Say { .. }
            | Drive::Press { .. }
            | Drive::Follow { .. }
            | Drive::ClaudeRefuses
            | Drive::ClaudeAway
            | Drive::OtherProcess
            | Drive::ClaudeWords(_)
            | Drive::ClaudeSays(_)
            | Drive::Send { .. }
            | Drive::FirstStars(_) => Ok(None),
        }
    }

    /// The Telegram id of a person of the story, who is created when first met.
    pub(crate) fn user(&mut self, who: &str) -> i64 {
        if let Some(at) = self.story.people.iter().position(|name| name == who) {
            return id(who, at);
        }
        let at = self.story.people.len();
        self.story.people.push(who.to_owned());
        let mut letters = who.chars();
        let first_name: String = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        let person = serde_json::json!({ "user_id": id(who, at), "first_name": first_name, "language_code": "ru" });
        // Everything else of a person has a default.
        if let Ok(person) = serde_json::from_value::<Person>(person) {
            self.telegram.create_person(person);
        }
        id(who, at)
    }

    fn press(&mut self, who: &str, bot: BotId, label: &str) -> Result<String> {
        let user = self.user(who);
        let messages = self.telegram.messages(bot.as_str(), user);
        // A label with a date stands in the story as it is written there.
        let found = |message: &ChatMessage| labels(message).concat().into_iter().find(|found| normal(found) == label);
        let place = messages.iter().rev().find_map(|message| Some((message.message_id, found(message)?)));
        let (message, found) = place.with_context(|| format!("no button [{label}]"))?;
        let pressed = self.telegram.press(bot.as_str(), user, message, &Target::Label(found))?;
        Ok(pressed.callback_query_id)
    }

    /// The newest pass for a bot that anybody was shown.
    #[must_use]
    pub fn newest_link(&self, bot: BotId) -> Option<String> {
        let beginning = format!("https://t.me/psycheos_{bot}_bot?start=");
        let ids = self.story.people.iter().enumerate().map(|(at, who)| id(who, at));
        let all = ids.flat_map(|user| BotId::ALL.iter().flat_map(move |shown| self.telegram.messages(shown.as_str(), user)));
        let links = all.flat_map(|message| {
            let texts = std::iter::once(message.text.clone()).chain(urls(&message));
            let tokens: Vec<String> =
                texts.filter_map(|text| text.rsplit_once(&beginning).map(|(_, token)| token.trim().to_owned())).collect();
            tokens.into_iter().map(move |token| (message.date, message.message_id, token))
        });
        links.max().map(|(_, _, token)| token)
    }

    fn new_messages(&mut self) -> Vec<Seen> {
        let mut seen = Vec::new();
        for at in 0..self.story.people.len() {
            let user = id(&self.story.people[at], at);
            for bot in BotId::ALL {
                for message in self.telegram.messages(bot.as_str(), user) {
                    if !message.from_bot {
                        continue;
                    }
                    let now = (shown(&message), labels(&message));
                    let before = self.story.shown.insert((at, *bot, message.message_id), now.clone());
                    if before.as_ref() != Some(&now) {
                        let who = self.story.people[at].clone();
                        seen.push(Seen::Message { who, bot: *bot, edited: before.is_some(), text: now.0, keys: now.1 });
                    }
                }
            }
        }
        seen
    }

    async fn new_notes(&mut self) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        for (name, query) in NOTES {
            let after = self.story.events.get(name).copied().unwrap_or(0);
            for row in self.admin.query(query, &[&after]).await.context(name)? {
                self.story.events.insert(name, row.get(0));
                notes.push(row.get(1));
            }
        }
        Ok(notes)
    }

    /// Every new specialist of a story gets 500 Stars, or what the story says.
    async fn give_first_stars(&self) -> Result<()> {
        let query = "SELECT psycheos.wallet_adjust(u.user_id, $1, 'story') FROM psycheos.users u \
                     WHERE NOT EXISTS (SELECT FROM psycheos.wallets w WHERE w.user_id = u.user_id)";
        self.admin.query(query, &[&self.story.first_stars]).await?;
        Ok(())
    }
}

fn id(name: &str, person: usize) -> i64 {
    if name == ADMINISTRATOR { ADMIN_ID } else { 1000 + i64::try_from(person).unwrap_or_default() }
}

/// What a person reads of a message.
fn shown(message: &ChatMessage) -> String {
    if let Some(invoice) = &message.invoice {
        let said = |field: &str| invoice[field].as_str().unwrap_or_default();
        return format!("⟨счёт {} ★⟩\n{}\n{}", invoice["total_amount"], said("title"), said("description"));
    }
    let name = message.document.as_ref().and_then(|file| file["file_name"].as_str());
    match name.and_then(|name| name.rsplit_once('.')) {
        Some((_, extension)) => format!("⟨файл {extension}⟩\n{}", message.text),
        None => message.text.clone(),
    }
}

fn labels(message: &ChatMessage) -> Vec<Vec<String>> {
    // Telegram itself puts the key under an invoice.
    let rows = message
        .reply_markup
        .as_ref()
        .filter(|_| message.invoice.is_none())
        .and_then(|markup| markup["inline_keyboard"].as_array());
    let label = |key: &Value| key["text"].as_str().unwrap_or_default().to_owned();
    rows.map(|rows| {
        rows.iter().map(|row| row.as_array().map(|keys| keys.iter().map(label).collect()).unwrap_or_default()).collect()
    })
    .unwrap_or_default()
}

/// Links behind a message's keys.
fn urls(message: &ChatMessage) -> Vec<String> {
    let rows = message.reply_markup.as_ref().and_then(|markup| markup["inline_keyboard"].as_array());
    let keys = rows.into_iter().flatten().filter_map(Value::as_array).flatten();
    keys.filter_map(|key| key["url"].as_str().map(str::to_owned)).collect()
}
