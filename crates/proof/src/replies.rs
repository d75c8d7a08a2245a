//! What Claude answers: replies that pass every check, so that each conversation comes to its result.
use anyhow::{Context as _, Result};
use fake_claude::{Canned, FakeClaude};

/// Words by which a request is known, and the reply to it.
const REPLIES: [(&str, &str); 11] = [
    ("Вы читаете слова человека и отмечаете в них признаки опасности", "признаков нет"),
    ("Вы помогаете психологу подготовиться к толкованию", "вопросы"),
    ("Вы помогаете психологу превратить образ клиента", "толкование сна"),
    ("Вы помогаете психологу собрать рабочую модель кейса", "гипотезы"),
    ("Вы помогаете психологу думать о кейсе", "вопрос об управлении"),
    ("Вы помогаете психологу вести рабочую модель кейса", "без изменений"),
    ("Вы собираете из доски гипотез техническую модель", "модель"),
    ("Вы предлагаете психологу точки, где модель кейса можно сдвинуть", "цели"),
    ("Вы пишете черновик письма клиенту", "письмо"),
    ("Вы ведёте учебную беседу для психолога", "реплика подошла"),
    ("Вы супервизор и помогаете психологу разобрать учебную беседу", "разбор"),
];

/// Prepares them. Screen's prompts are left to the stand-in, whose inventions pass there.
///
/// # Errors
/// A reply cannot be read.
pub fn prepare(claude: &FakeClaude) -> Result<()> {
    for (words, name) in REPLIES {
        let text = chat_test::reply(name).map_err(anyhow::Error::msg)?;
        let answer = serde_json::from_str(&text).with_context(|| format!("replies/{name}.json"))?;
        claude.add_answer(Canned { matching: Some(words.to_owned()), answer, times: None });
    }
    Ok(())
}
