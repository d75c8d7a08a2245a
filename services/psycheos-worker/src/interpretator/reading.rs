//! The job `interpretator_reading`: signs of danger first, then files, then what is to be seen on pictures.
use bot_interpretator::{
    ask,
    wish::{Outcome, Ready},
};
use bot_kit::{Picture, danger_prompt, read_danger};
use bot_material::{FileRead, FileWish, ReadingWish, WasRead};
use db::DbError;
use documents::Read;
use domain::lexicon::Sign;

use super::{Bench, NoAnswer, with_pictures};
use crate::{
    asking::{self, Later, Step, Unanswered},
    outcome::Worked,
    people_files::NoFile,
};

/// Pictures in one question: with the size the reader makes them, that is 20 MB of a request's 32.
const AT_ONCE: usize = 5;

/// A picture that is to be described.
struct Seen {
    at: usize,
    jpeg: Vec<u8>,
    caption: Option<String>,
}

pub(super) async fn perform(bench: &Bench<'_>) -> Result<Worked<Ready>, DbError> {
    let wish: ReadingWish = bench.wish().await?;
    let mut found = Vec::new();
    let mut pictures = Vec::new();
    for file in &wish.files {
        match bench.files.read(&file.file, file.picture).await {
            Ok(Read::Text { text, truncated, .. }) => found.push((file.at, FileRead::Text { text, truncated })),
            Ok(Read::Picture { jpeg, .. }) => pictures.push(Seen { at: file.at, jpeg, caption: file.caption.clone() }),
            Err(NoFile::Never(code)) => found.push((file.at, FileRead::Unreadable { code: code.to_owned() })),
            Err(NoFile::Later(code)) => return Ok(bench.later(wish.serial, Later::Retry(code))),
            Err(NoFile::Wait(after)) => return Ok(bench.later(wish.serial, Later::Wait(after))),
        }
    }
    let (signs, assessed) = match look_for_danger(bench, &wish, &found).await? {
        Ok(read) => read,
        Err(later) => return Ok(later.into()),
    };
    for (number, group) in pictures.chunks(AT_ONCE).enumerate() {
        match describe(bench, &wish, number, group).await? {
            Ok(descriptions) => found.extend(descriptions),
            Err(later) => return Ok(bench.later(wish.serial, later)),
        }
    }
    found.sort_by_key(|(at, _)| *at);
    Ok(bench.ready(wish.serial, Outcome::Read(WasRead { files: found, signs, assessed })))
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
    let step = Step { run: bench.run, case: bench.case, name: &name };
    Ok(match asking::answer(bench.desk, bench.job, step, &danger_prompt(&words)).await? {
        Ok(reply) => match read_danger(&reply, &words) {
            Some(signs) => Ok((signs, true)),
            None => Ok((Vec::new(), false)),
        },
        Err(Unanswered::Later(later)) if !bench.is_late() => Err(later),
        Err(Unanswered::Later(_) | Unanswered::Never) => Ok((Vec::new(), false)),
    })
}

/// What is to be seen on some pictures, in their order.
async fn describe(
    bench: &Bench<'_>,
    wish: &ReadingWish,
    number: usize,
    group: &[Seen],
) -> Result<Result<Vec<(usize, FileRead)>, Later>, DbError> {
    let captions: Vec<Option<String>> = group.iter().map(|seen| seen.caption.clone()).collect();
    let pictures = group.iter().map(|seen| Picture(seen.jpeg.clone())).collect();
    let prompt = with_pictures(ask::vision_prompt(&captions, wish.locale), pictures);
    let read = |reply: &str| ask::read_vision(reply, group.len(), wish.locale);
    let name = format!("vision@{}.{number}", wish.serial);
    let described = bench.ask(&name, &prompt, read, ask::repair_request).await?;
    Ok(match described {
        Ok(descriptions) => {
            let pairs = group.iter().zip(descriptions);
            Ok(pairs.map(|(seen, description)| (seen.at, FileRead::Picture { description })).collect())
        }
        Err(NoAnswer::Later(later)) => Err(later),
        // The specialist is asked to describe it in words.
        Err(NoAnswer::Never | NoAnswer::Unusable(_)) => {
            let unread = |seen: &Seen| (seen.at, FileRead::Unreadable { code: "not_described".to_owned() });
            Ok(group.iter().map(unread).collect())
        }
    })
}
