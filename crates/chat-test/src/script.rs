//! The form of a story, and its replay on any stage.
use std::{fs, future::Future, io, path::Path};

use bot_kit::{Attachment, Media};
use domain::BotId;

/// What a line drives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drive {
    /// A person writes a text to a bot.
    Say {
        /// Name in the story.
        who: String,
        /// To which bot.
        bot: BotId,
        /// What.
        text: String,
    },
    /// A person presses a button.
    Press {
        /// Name in the story.
        who: String,
        /// Of which bot.
        bot: BotId,
        /// The label.
        label: String,
    },
    /// A person opens the newest link to a bot that anybody was shown.
    Follow {
        /// Name in the story.
        who: String,
        /// To which bot.
        bot: BotId,
    },
    /// Claude's answers come, and are refusals.
    ClaudeRefuses,
    /// Claude cannot be reached, however often it is tried.
    ClaudeAway,
    /// The process that serves the chats is replaced by another, without warning.
    OtherProcess,
    /// Claude answers the oldest waiting question about words for Screen's next questions: the words of the first of them.
    ClaudeWords(String),
    /// Claude answers the oldest waiting question with a reply from the folder of replies.
    ClaudeSays(String),
    /// A person sends a file from the folder of files: a picture as a photo, anything else as a document.
    Send {
        /// Name in the story.
        who: String,
        /// To which bot.
        bot: BotId,
        /// The file's name.
        file: String,
        /// What is written under it.
        caption: Option<String>,
    },
    /// Every specialist who is new from here on begins with so many Stars.
    FirstStars(i64),
    /// A person pays the newest invoice of somebody, mostly of themselves, in Pro.
    Pay {
        /// Who pays.
        who: String,
        /// Whose invoice.
        of: String,
    },
    /// Telegram reports the newest payment once more, as a new update.
    PaidAgain,
    /// Telegram gives the newest payment back by itself.
    GivenBack,
}

/// Something that came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// A message, new or changed.
    Message {
        /// In whose chat.
        who: String,
        /// With which bot.
        bot: BotId,
        /// An earlier message became this.
        edited: bool,
        /// What the person reads.
        text: String,
        /// Rows of labels.
        keys: Vec<Vec<String>>,
    },
    /// What the system did.
    Note(String),
}

/// Where a story is played.
pub trait Stage {
    /// Plays one line and returns what came of it: messages in the order of people, then of each chat; then notes, sorted.
    ///
    /// # Errors
    /// A sentence, when the line cannot be played.
    fn play(&mut self, drive: &Drive) -> impl Future<Output = Result<Vec<Seen>, String>>;
}

/// Replays a story and returns it with what really happened.
///
/// # Errors
/// The line that cannot be read or played, and why.
pub async fn replay(story: &str, stage: &mut impl Stage) -> Result<String, String> {
    let mut out = String::new();
    for (number, line) in story.lines().enumerate() {
        if line.starts_with('#') {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        if line.starts_with(' ') || line.trim().is_empty() {
            continue;
        }
        let at = |why: String| format!("line {}: {why}", number + 1);
        let drive = read(line).ok_or_else(|| at(format!("`{line}` is no line of a story")))?;
        out.push('\n');
        out.push_str(line);
        out.push('\n');
        for seen in stage.play(&drive).await.map_err(at)? {
            write(&mut out, &drive, &seen);
        }
    }
    Ok(out)
}

/// The reply of a model that words the first of the questions it was asked about.
#[must_use]
pub fn words_reply(words: &str) -> String {
    serde_json::json!({ "questions": [{ "id": 1, "text": words }] }).to_string()
}

fn read(line: &str) -> Option<Drive> {
    let (speaker, said) = line.split_once("> ")?;
    if speaker == "claude" {
        if let Some(name) = said.strip_prefix("отвечает: ") {
            return Some(Drive::ClaudeSays(name.to_owned()));
        }
        return match said.strip_prefix("спрашивает: ") {
            Some(words) => Some(Drive::ClaudeWords(words.to_owned())),
            None => match said {
                "отказывает" => Some(Drive::ClaudeRefuses),
                "недоступен" => Some(Drive::ClaudeAway),
                _ => None,
            },
        };
    }
    if speaker == "сервис" {
        return (said == "заменён").then_some(Drive::OtherProcess);
    }
    if speaker == "звёзды" {
        return said.parse().ok().map(Drive::FirstStars);
    }
    if speaker == "telegram" {
        return match said {
            "сообщает об оплате ещё раз" => Some(Drive::PaidAgain),
            "возвращает оплату" => Some(Drive::GivenBack),
            _ => None,
        };
    }
    let (who, bot) = speaker.split_once('@')?;
    if let Some(of) = said.strip_prefix("⭐") {
        let of = of.trim();
        let of = if of.is_empty() { who } else { of };
        return (bot == "pro").then(|| Drive::Pay { who: who.to_owned(), of: of.to_owned() });
    }
    let (who, bot) = (who.to_owned(), bot.parse().ok()?);
    if let Some(file) = said.strip_prefix("📎 ") {
        let (file, caption) = file.split_once(": ").map_or((file, None), |(file, caption)| (file, Some(caption.to_owned())));
        return Some(Drive::Send { who, bot, file: file.to_owned(), caption });
    }
    Some(match said {
        "(ссылка)" => Drive::Follow { who, bot },
        _ => match said.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(label) => Drive::Press { who, bot, label: label.to_owned() },
            None => Drive::Say { who, bot, text: said.to_owned() },
        },
    })
}

fn write(out: &mut String, drive: &Drive, seen: &Seen) {
    match seen {
        Seen::Note(note) => out.push_str(&format!("  · {note}\n")),
        Seen::Message { who, bot, edited, text, keys } => {
            let own = match drive {
                Drive::Say { who: driver, bot: to, .. }
                | Drive::Press { who: driver, bot: to, .. }
                | Drive::Send { who: driver, bot: to, .. }
                | Drive::Follow { who: driver, bot: to } => driver == who && to == bot,
                Drive::Pay { who: driver, .. } => driver == who && *bot == BotId::Pro,
                Drive::ClaudeRefuses
                | Drive::ClaudeAway
                | Drive::OtherProcess
                | Drive::ClaudeWords(_)
                | Drive::ClaudeSays(_)
                | Drive::FirstStars(_)
                | Drive::PaidAgain
                | Drive::GivenBack => false,
            };
            if !own {
                out.push_str(&format!("  {who}@{bot}:\n"));
            }
            let text = normal(text);
            for (at, line) in text.lines().enumerate() {
                let mark = if at == 0 && *edited { "✎ " } else { "" };
                out.push_str(format!("  {mark}{line}").trim_end());
                out.push('\n');
            }
            for row in keys {
                let row: Vec<String> = row.iter().map(|label| format!("[{}]", normal(label))).collect();
                out.push_str(&format!("  {}\n", row.join(" ")));
            }
        }
    }
}

const MONTHS: [&str; 12] =
    ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"];

/// A text without what differs from run to run: dates and times, secrets in links, names of files.
#[must_use]
pub fn normal(text: &str) -> String {
    text.split('\n').map(normal_line).collect::<Vec<_>>().join("\n")
}

fn normal_line(line: &str) -> String {
    if line.starts_with(['▮', '▯']) {
        return format!("<уровень> {}", line.splitn(3, ' ').nth(2).unwrap_or_default());
    }
    let mut words: Vec<String> = line.split(' ').map(normal_word).collect();
    let mut at = 0;
    while at + 1 < words.len() {
        let month = words[at + 1].trim_end_matches([',', '.']);
        if MONTHS.contains(&month) && words[at].parse::<u8>().is_ok() {
            let comma = words[at + 1].ends_with(',');
            let timed = comma && words.get(at + 3).is_some_and(|word| word.starts_with("UTC"));
            let last = if timed { at + 3 } else { at + 1 };
            let tail = words[last].trim_start_matches("UTC").trim_start_matches(month).to_owned();
            words.splice(at..=last, [format!("<дата>{tail}")]);
        }
        at += 1;
    }
    words.join(" ")
}

/// A number of Simulator's engine, which follows the run's id: a bar with its level, or a score with two decimals.
fn is_score(word: &str) -> bool {
    let digits = word.trim_end_matches([':', '.', ',']);
    digits.len() == 4
        && (digits.starts_with("0.") || digits.starts_with("1."))
        && digits[2..].bytes().all(|byte| byte.is_ascii_digit())
}

fn normal_word(word: &str) -> String {
    if is_score(word) {
        return format!("<балл>{}", &word[4..]);
    }
    if let Some((head, _)) = word.split_once("start=") {
        return format!("{head}start=<ссылка>");
    }
    let (digits, rest) = word.split_at(word.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':').unwrap_or(word.len()));
    let dotted = digits.len() == 10 && digits.matches('.').count() == 2;
    let clock = digits.len() == 5 && digits.matches(':').count() == 1 && !digits.contains('.');
    if dotted || clock { format!("<дата>{rest}") } else { word.to_owned() }
}

/// A reply of Claude from the folder of replies.
///
/// # Errors
/// When there is none of that name.
pub fn reply(name: &str) -> Result<String, String> {
    let path = format!("{}/replies/{name}.json", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))
}

/// The bytes of a file from the folder of files.
///
/// # Errors
/// When there is none of that name.
pub fn file(name: &str) -> Result<Vec<u8>, String> {
    let path = format!("{}/files/{name}", env!("CARGO_MANIFEST_DIR"));
    fs::read(&path).map_err(|error| format!("{path}: {error}"))
}

/// Whether a file of this name is sent as a photo.
#[must_use]
pub fn is_photo(name: &str) -> bool {
    [".jpg", ".png"].iter().any(|ending| name.ends_with(ending))
}

/// A file of the folder as a bot is told of it; its Telegram id is its name.
pub(crate) fn media(name: &str, caption: Option<&str>) -> Media {
    let size = file(name).ok().and_then(|bytes| u64::try_from(bytes.len()).ok());
    let photo = is_photo(name);
    let attachment = Attachment {
        file: name.to_owned(),
        size,
        mime: None,
        name: (!photo).then(|| name.to_owned()),
        caption: caption.map(str::to_owned),
        album: None,
    };
    if photo { Media::Photo(attachment) } else { Media::Document(attachment) }
}

/// How the name of a file of this kind ends.
pub(crate) fn extension(kind: bot_kit::FileKind) -> &'static str {
    match kind {
        bot_kit::FileKind::Txt => "txt",
        bot_kit::FileKind::Docx | bot_kit::FileKind::Portrait => "docx",
        bot_kit::FileKind::Json => "json",
        bot_kit::FileKind::Profile | bot_kit::FileKind::Board | bot_kit::FileKind::Course => "png",
    }
}

/// The stories of a folder: name and text, by name.
///
/// # Errors
/// When the folder cannot be read.
pub fn stories(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "chat") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.push((name, fs::read_to_string(&path)?));
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_written_alike() {
        let table = [
            ("ждёт до 2 декабря, 14:05 UTC.", "ждёт до <дата>."),
            ("Заведён 25 ноября, последнее событие 25 ноября, 12:00 UTC.", "Заведён <дата>, последнее событие <дата>."),
            ("https://t.me/bot?start=abc", "https://t.me/bot?start=<ссылка>"),
            ("Когда: 25.11.2026 11:20 UTC", "Когда: <дата> <дата> UTC"),
            ("Вопрос 3, осталось 5", "Вопрос 3, осталось 5"),
            ("TSI 0.74: рабочая", "TSI <балл>: рабочая"),
            ("▮▮▮▮▯▯▯▯▯▯ 39 напряжение", "<уровень> напряжение"),
            ("Версия 10.25", "Версия 10.25"),
        ];
        for (text, expected) in table {
            assert_eq!(normal(text), expected);
        }
    }

    #[test]
    fn a_line_is_read_as_what_it_drives() {
        let who = || "анна".to_owned();
        assert_eq!(read("анна@pro> [Меню]"), Some(Drive::Press { who: who(), bot: BotId::Pro, label: "Меню".into() }));
        assert_eq!(read("анна@screen> (ссылка)"), Some(Drive::Follow { who: who(), bot: BotId::Screen }));
        assert_eq!(read("анна@pro> привет > мир"), Some(Drive::Say { who: who(), bot: BotId::Pro, text: "привет > мир".into() }));
        assert_eq!(read("кто-то"), None);
    }
}
