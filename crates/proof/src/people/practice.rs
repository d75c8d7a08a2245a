//! A practice: the specialist registers, pays, opens a case, invites a client, works with the three tools, reads the results.
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, bail};
use fake_telegram::{FakeTelegram, PayOutcome, Person};
use tokio::task::JoinSet;

use super::{
    clients,
    phone::{Act, Bell, Chat, Next, Patience, Phone},
    tools::{self, Reader},
};

/// Conversations of one practice.
pub const CHATS: usize = 5;
/// Telegram id of the first specialist; each practice has ten ids.
const FIRST_ID: i64 = 5_000_000;
/// What a specialist pays in at the beginning.
const TOP_UP: &str = "⭐️ 500 ★";
/// The tools besides Screen: the bot, its button in Pro, and how one works with it.
const TOOLS: [(&str, &str, Reader); 3] = [
    ("interpretator", "🌙 Интерпретатор", tools::interpretation),
    ("conceptualizator", "🧩 Концептуализатор", tools::conceptualization),
    ("simulator", "🎭 Симулятор", tools::training),
];
/// Words in Pro about a finished result, one for each tool.
const ANNOUNCED: [&str; 4] = ["Отчёт по анкете готов", "Интерпретация готова", "Модель кейса готова", "Разбор тренировки готов"];

/// One practice, by its number.
#[derive(Clone)]
pub struct Practice {
    /// Counted from 0.
    pub number: usize,
    /// Where it happens.
    pub telegram: FakeTelegram,
    /// Who wakes its people.
    pub bell: Arc<Bell>,
    /// How patient they are.
    pub patience: Patience,
    /// Somebody else opens the client's link at the same moment: one of the two gets in.
    pub stranger: bool,
}

/// How a conversation went.
#[derive(Debug, Clone)]
pub struct Lived {
    /// The bot.
    pub bot: &'static str,
    /// Milliseconds from each act to what first came of it.
    pub waited: Vec<i64>,
    /// Acts that had to be repeated.
    pub repeated: usize,
    /// It failed so often that the specialist has canceled it.
    pub given_up: bool,
    /// Why it did not come to its end.
    pub lost: Option<String>,
}

/// Somebody as Telegram knows them.
#[must_use]
pub fn person(user_id: i64, first_name: &str) -> Person {
    Person {
        user_id,
        first_name: first_name.to_owned(),
        last_name: None,
        username: None,
        language_code: Some("ru".to_owned()),
        deactivated: false,
    }
}

impl Practice {
    /// Telegram id of the specialist.
    #[must_use]
    pub fn specialist(&self) -> i64 {
        FIRST_ID + i64::try_from(self.number).unwrap_or_default() * 10
    }

    /// The secret of the invitation by which this specialist registers.
    #[must_use]
    pub fn invitation(number: usize) -> String {
        format!("proof{number}")
    }

    /// Lives through all conversations; one [`Lived`] for each.
    pub async fn live(&self) -> Vec<Lived> {
        let [specialist, client, stranger] = [0, 1, 2].map(|nth| self.specialist() + nth);
        for (user, name) in [(specialist, "Анна"), (client, "Илья"), (stranger, "Пётр")] {
            self.telegram.create_person(person(user, name));
        }
        let mut others = JoinSet::new();
        let mut pro = self.phone("pro", specialist);
        let told = self.work(&mut pro, &mut others).await;
        let mut all = vec![lived(&pro, told)];
        all.extend(others.join_all().await);
        all
    }

    /// A phone of one of its people.
    #[must_use]
    pub fn phone(&self, bot: &'static str, user: i64) -> Phone {
        Phone::new(&self.telegram, &self.bell, bot, user, self.patience)
    }

    async fn work(&self, pro: &mut Phone, others: &mut JoinSet<Lived>) -> Result<()> {
        self.open_case(pro).await?;
        let link = self.invite(pro).await?;
        let guests = if self.stranger { 2 } else { 1 };
        let invited = (1..=guests).map(|nth| self.phone("screen", self.specialist() + nth)).collect();
        others.spawn(screened(invited, link));
        for (bot, key, reader) in TOOLS {
            let link = self.launch(pro, key, bot).await?;
            others.spawn(worked(self.phone(bot, self.specialist()), link, reader));
        }
        let given_up =
            || TOOLS.iter().filter(|(bot, ..)| tools::has_given_up(&self.phone(bot, self.specialist()).look())).count();
        pro.read(|chat| {
            let announced = ANNOUNCED.iter().filter(|words| chat.count(words) > 0).count();
            if announced + given_up() >= ANNOUNCED.len() { Next::Done } else { Next::Wait }
        })
        .await?;
        pro.until(Act::Press("📄 Открыть результат".into()), |chat| chat.key("Текст")).await?;
        pro.until(Act::Press("Текст".into()), Chat::file).await.map(drop)
    }

    /// Registers, pays in, opens a case.
    ///
    /// # Errors
    /// Waited in vain.
    pub async fn open_case(&self, pro: &mut Phone) -> Result<()> {
        let start = Act::Say(format!("/start invite_{}", Self::invitation(self.number)));
        pro.until(start, |chat| chat.key("➕ Новый кейс")).await?;
        pay_in(pro).await?;
        pro.until(Act::Press("➕ Новый кейс".into()), |chat| said(chat, "Как его обозначить")).await?;
        pro.until(Act::Say(format!("К-{}", self.number)), |chat| chat.key("📂 Открыть кейс")).await?;
        pro.until(Act::Press("📂 Открыть кейс".into()), |chat| chat.key("🌙 Интерпретатор")).await.map(drop)
    }

    /// Invites a client from the open case; gives the parameter of the link.
    ///
    /// # Errors
    /// Waited in vain.
    pub async fn invite(&self, pro: &mut Phone) -> Result<String> {
        pro.until(Act::Press("📝 Скрининг".into()), |chat| chat.key("✉️ Пригласить")).await?;
        pro.until(Act::Press("✉️ Пригласить".into()), |chat| chat.link_to("screen")).await
    }

    /// Goes back to the case and launches a tool; gives the parameter of the link.
    ///
    /// # Errors
    /// Waited in vain.
    pub async fn launch(&self, pro: &mut Phone, key: &str, bot: &str) -> Result<String> {
        pro.until(Act::Press("← К кейсу".into()), |chat| chat.key(key)).await?;
        pro.until(Act::Press(key.to_owned()), |chat| chat.link_to(bot)).await
    }
}

fn said(chat: &Chat, words: &str) -> Option<()> {
    (chat.count(words) > 0).then_some(())
}

/// Pays in with Stars; what Telegram does not confirm is paid again, as people do.
async fn pay_in(pro: &mut Phone) -> Result<()> {
    pro.until(Act::Say("/balance".into()), |chat| chat.key(TOP_UP)).await?;
    let invoice = pro.until(Act::Press(TOP_UP.into()), Chat::invoice).await?;
    let (telegram, user) = (pro.telegram().clone(), pro.user());
    let until = Instant::now() + pro.patience().lost;
    while !matches!(telegram.pay("pro", user, invoice, user).await?, PayOutcome::Paid { .. }) {
        if Instant::now() > until {
            bail!("a payment is never confirmed");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    pro.read(|chat| if chat.count("Баланс пополнен") > 0 { Next::Done } else { Next::Wait }).await.context("after a payment")
}

/// Whoever of the invited gets in goes through Screen; all others are told that the link is somebody's.
async fn screened(mut invited: Vec<Phone>, link: String) -> Lived {
    let start = Next::say(format!("/start {link}"));
    let decide = |chat: &Chat| if clients::is_inside(chat) || clients::is_refused(chat) { Next::Done } else { start.clone() };
    let mut opened = Ok(());
    match invited.as_mut_slice() {
        [client] => opened = client.read(decide).await,
        [client, stranger] => {
            let (one, other) = tokio::join!(client.read(decide), stranger.read(decide));
            opened = one.and(other);
        }
        _ => {}
    }
    let (mut inside, outside): (Vec<Phone>, Vec<Phone>) =
        invited.into_iter().partition(|phone| clients::is_inside(&phone.look()));
    let told: Result<()> = match (opened, inside.pop()) {
        (Ok(()), Some(mut client)) if inside.is_empty() => {
            let told = client.read(clients::screening).await;
            return lived(&client, told);
        }
        (Ok(()), Some(_)) => Err(anyhow!("two people are inside with one pass")),
        (Ok(()), None) => Err(anyhow!(
            "nobody is inside: «{}»",
            outside.first().map(|phone| phone.look().newest().to_owned()).unwrap_or_default()
        )),
        (Err(error), _) => Err(error),
    };
    Lived { bot: "screen", waited: Vec::new(), repeated: 0, given_up: false, lost: told.err().map(|error| format!("{error:#}")) }
}

async fn worked(mut phone: Phone, link: String, reader: Reader) -> Lived {
    let start = Next::say(format!("/start {link}"));
    let mut reader = tools::patient(reader);
    let told = phone.read(|chat| if chat.newest().is_empty() { start.clone() } else { reader(chat) }).await;
    lived(&phone, told)
}

fn lived(phone: &Phone, told: Result<()>) -> Lived {
    let lost = told.err().map(|error| format!("{error:#}"));
    let given_up = tools::has_given_up(&phone.look());
    Lived { bot: phone.bot(), waited: phone.waited.clone(), repeated: phone.repeated, given_up, lost }
}
