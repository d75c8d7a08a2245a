//! A conversation with one bot in the terminal.
//!
//! What is typed is said; a number presses that button of the newest message that has buttons, and `[a label]` the newest button of that
//! name. An empty line only looks whether something came. The end of the input ends it.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use fake_telegram::{ChatMessage, Target};
use tokio::sync::mpsc;

use crate::actor::Actor;
use crate::demo::{link_to, open_case_and_invite, start_parameter};
use crate::people::{CLIENT, SPECIALIST};
use crate::stack::Stack;
use crate::transcript::{Transcript, rows};

/// The bots one can talk to.
pub(crate) const BOTS: [&str; 5] = ["pro", "screen", "interpretator", "conceptualizator", "simulator"];

/// How long nothing must come before it is the person's turn.
const SILENCE: Duration = Duration::from_millis(700);

/// Opens the bot as its people do, then hands the keyboard over.
///
/// # Errors
/// There is no such bot, or what leads to it did not work.
pub(crate) async fn talk(stack: &Stack, bot: &str) -> Result<()> {
    let bot =
        BOTS.into_iter().find(|known| *known == bot).with_context(|| format!("there is no bot {bot}: {}", BOTS.join(", ")))?;
    let telegram = stack.telegram.clone().context("it needs the stand-in")?;
    let mut script = Transcript::new(telegram.clone());
    let specialist = Actor { telegram: telegram.clone(), user: SPECIALIST };
    let invite = stack.invite.as_deref().context("no invitation")?;
    let person = match bot {
        "pro" => {
            specialist.say(bot, &format!("/start {}", start_parameter(invite)?))?;
            specialist
        }
        "screen" => {
            let link = open_case_and_invite(&specialist, &mut script, invite, &stack.database_url()).await?;
            let client = Actor { telegram, user: CLIENT };
            client.say(bot, &format!("/start {}", start_parameter(&link)?))?;
            client
        }
        tool => {
            open_case_and_invite(&specialist, &mut script, invite, &stack.database_url()).await?;
            specialist.press_like(&mut script, "pro", &["К кейсу", "Назад"]).await?;
            specialist.press_like(&mut script, "pro", &[crate::people::title(tool)]).await?;
            let message = specialist.wait(&mut script, "pro", "the link", |message| link_to(message, tool).is_some()).await?;
            let link = link_to(&message, tool).context("the link has gone")?;
            specialist.say(tool, &format!("/start {}", start_parameter(&link)?))?;
            specialist
        }
    };
    converse(&person, &mut script, bot).await
}

async fn converse(person: &Actor, script: &mut Transcript, bot: &str) -> Result<()> {
    let mut lines = typed();
    println!("\n— {bot}: a line is said, a number or [a label] presses a button, Ctrl-D ends —");
    loop {
        listen(person, script).await;
        let Some(line) = lines.recv().await else { return Ok(()) };
        let line = line.trim();
        let done = match (line.parse::<usize>(), line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))) {
            _ if line.is_empty() => Ok(()),
            (Ok(number), _) => press_number(person, bot, number),
            (_, Some(label)) => press_label(person, bot, label),
            _ => person.say(bot, line),
        };
        if let Err(error) = done {
            println!("· {error:#}");
        }
    }
}

/// What is typed, line by line. A thread of its own reads it: nobody can be asked to press a key so that the program may end.
fn typed() -> mpsc::Receiver<String> {
    let (typed, lines) = mpsc::channel(1);
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if typed.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// Prints what comes, until nothing has for a moment.
async fn listen(person: &Actor, script: &mut Transcript) {
    let mut seen = person.telegram.events_after(0).last().map(|event| event.seq);
    loop {
        script.catch_up();
        tokio::time::sleep(SILENCE).await;
        let now = person.telegram.events_after(0).last().map(|event| event.seq);
        if now == seen && person.telegram.idle() {
            script.catch_up();
            return;
        }
        seen = now;
    }
}

fn newest(person: &Actor, bot: &str, wanted: impl Fn(&ChatMessage) -> bool) -> Option<ChatMessage> {
    person.telegram.messages(bot, person.user).into_iter().rev().find(|message| message.from_bot && wanted(message))
}

fn press_number(person: &Actor, bot: &str, number: usize) -> Result<()> {
    let message = newest(person, bot, |message| !rows(message).is_empty()).context("there is no button")?;
    match number.checked_sub(1).and_then(|at| rows(&message).concat().get(at).cloned()) {
        Some(label) => person.press(bot, &message, &label),
        None => bail!("the newest message has no button {number}"),
    }
}

fn press_label(person: &Actor, bot: &str, label: &str) -> Result<()> {
    let has = |message: &ChatMessage| rows(message).concat().iter().any(|known| known == label);
    let message = newest(person, bot, has).with_context(|| format!("there is no button [{label}]"))?;
    person.telegram.press(bot, person.user, message.message_id, &Target::Label(label.to_owned())).map(|_| ())
}
