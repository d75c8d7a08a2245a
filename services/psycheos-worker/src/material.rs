//! A tool's material is read: signs of danger first, then files, then what is to be seen on pictures.
use bot_kit::{danger_prompt, read_danger};
use bot_material::{FileRead, FileWish, ReadingWish, WasRead};
use db::DbError;
use documents::Read;
use domain::{Locale, lexicon::Sign};

use crate::{
    asking::{self, Later, Step, Unanswered},
    people_files::NoFile,
    tools::Bench,
};

/// Pictures in one question: with the size the reader makes them, that is 20 MB of a request's 32.
const AT_ONCE: usize = 5;

/// A picture that is to be described.
pub struct Seen {
    /// Its place among the pieces.
    pub at: usize,
    /// The picture.
    pub jpeg: Vec<u8>,
    /// What was written under it.
    pub caption: Option<String>,
}

/// Some pictures, in order, and how a tool describes them.
pub struct Group<'a> {
    /// The pictures.
    pub seen: &'a [Seen],
    /// Name of the durable step.
    pub step: String,
    /// Language of the descriptions.
    pub locale: Locale,
}

/// Descriptions by place, or when to try again.
pub type Described = Result<Result<Vec<(usize, FileRead)>, Later>, DbError>;

/// For tools that take no pictures: they are for another one.
///
/// # Errors
/// Never.
pub async fn no_pictures(_: &Bench<'_>, group: Group<'_>) -> Described {
    Ok(Ok(group.seen.iter().map(|seen| (seen.at, FileRead::Unreadable { code: "picture".to_owned() })).collect()))
}

/// Reads what a job wishes. The number of the job comes back, and what was read or when to try again.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn read(
    bench: &Bench<'_>,
    describe: impl AsyncFn(&Bench<'_>, Group<'_>) -> Described,
) -> Result<(u32, Result<WasRead, Later>), DbError> {
    let wish: ReadingWish = bench.wish().await?;
    let serial = wish.serial;
    let mut found = Vec::new();
    let mut pictures = Vec::new();
    for file in &wish.files {
        match bench.files.read(&file.file, file.picture, &bench.job.conversation).await {
            Ok(Read::Text { text, truncated, .. }) => found.push((file.at, FileRead::Text { text, truncated })),
            Ok(Read::Picture { jpeg, .. }) => pictures.push(Seen { at: file.at, jpeg, caption: file.caption.clone() }),
            Err(NoFile::Never(code)) => found.push((file.at, FileRead::Unreadable { code: code.to_owned() })),
            Err(NoFile::Later(code)) => return Ok((serial, Err(Later::Retry(code)))),
            Err(NoFile::Wait(after)) => return Ok((serial, Err(Later::Wait(after)))),
        }
    }
    let (signs, assessed) = match look_for_danger(bench, &wish, &found).await? {
        Ok(read) => read,
        Err(later) => return Ok((serial, Err(later))),
    };
    for (number, seen) in pictures.chunks(AT_ONCE).enumerate() {
        let group = Group { seen, step: format!("vision@{serial}.{number}"), locale: wish.locale };
        match describe(bench, group).await? {
            Ok(descriptions) => found.extend(descriptions),
            Err(later) => return Ok((serial, Err(later))),
        }
    }
    found.sort_by_key(|(at, _)| *at);
    Ok((serial, Ok(WasRead { files: found, signs, assessed })))
}

/// All texts, read by a model for signs of danger beside the lexicon (C7). When it cannot be asked for long, the work goes on, and the
/// result says that this reading is missing.
async fn look_for_danger(
    bench: &Bench<'_>,
    wish: &ReadingWish,
    found: &[(usize, FileRead)],
) -> Result<Result<(Vec<Sign>, bool), Later>, DbError> {
    let captions = wish.files.iter().filter_map(|FileWish { caption, .. }| caption.as_deref());
    let documents = found.iter().filter_map(|(_, read)| match read {
        FileRead::Text { text, .. } => Some(text.as_str()),
        FileRead::Picture { .. } | FileRead::Unreadable { .. } => None,
    });
    let words: Vec<&str> = wish.words.iter().map(String::as_str).chain(captions).chain(documents).collect();
    if words.is_empty() {
        return Ok(Ok((Vec::new(), true)));
    }
    let name = format!("danger@{}", wish.serial);
    let step = Step { whose: bench.whose(), name: &name };
    Ok(match asking::answer(bench.desk, bench.job, step, &danger_prompt(&words)).await? {
        Ok(reply) => match read_danger(&reply, &words) {
            Some(signs) => Ok((signs, true)),
            None => Ok((Vec::new(), false)),
        },
        Err(Unanswered::Later(later)) if !bench.is_late() => Err(later),
        Err(Unanswered::Later(_) | Unanswered::Never) => Ok((Vec::new(), false)),
    })
}
