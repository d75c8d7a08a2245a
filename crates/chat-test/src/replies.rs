//! Claude's replies to the jobs of the specialists' tools, and the reading they have in common. A job is tried again from its beginning
//! with each reply that has come; a reply that was used once is used again, as a durable step would be.
use bot_kit::read_danger;
use bot_material::{FileRead, ReadingWish, WasRead};
use documents::{Hint, Limits, Read, read_here};

use crate::script;

/// What came of a question to Claude.
#[derive(Debug, Clone)]
pub(crate) enum Said {
    /// A reply.
    Words(String),
    /// Claude refuses.
    Refused,
    /// Claude cannot be reached, however often it is tried.
    Away,
}

/// Replies in their order; when they are used up, what happens to every further question.
pub(crate) struct Replies<'a> {
    pub(crate) come: std::slice::Iter<'a, Said>,
    pub(crate) ever: Option<Said>,
}

impl Replies<'_> {
    /// `None`: no reply has come yet.
    pub(crate) fn next(&mut self) -> Option<Said> {
        self.come.next().cloned().or_else(|| self.ever.clone())
    }

    /// A question and one request to mend its answer. The error is the last unusable reply, if there is one.
    pub(crate) fn ask<T, F>(&mut self, read: impl Fn(&str) -> Result<T, Vec<F>>) -> Option<Result<T, NoAnswer>> {
        let first = match self.next()? {
            Said::Words(words) => words,
            Said::Refused => return Some(Err(NoAnswer::Refused)),
            Said::Away => return Some(Err(NoAnswer::Away)),
        };
        if let Ok(good) = read(&first) {
            return Some(Ok(good));
        }
        Some(match self.next()? {
            Said::Words(second) => read(&second).map_err(|_| NoAnswer::Unusable(second)),
            Said::Refused => Err(NoAnswer::Unusable(first)),
            Said::Away => Err(NoAnswer::Away),
        })
    }
}

/// Why a question has no answer.
pub(crate) enum NoAnswer {
    /// Claude refuses.
    Refused,
    /// Claude is away.
    Away,
    /// The last reply, which breaks the rules.
    Unusable(String),
}

/// The material as a job of a tool reads it. `describe` reads a reply about so many pictures; without it pictures are for another
/// tool. `Some(None)`: Claude is away.
pub(crate) fn reading<F>(
    wish: &ReadingWish,
    replies: &mut Replies<'_>,
    describe: Option<impl Fn(&str, usize) -> Result<Vec<String>, Vec<F>>>,
) -> Option<Option<WasRead>> {
    let mut files = Vec::new();
    let mut pictures = Vec::new();
    for file in &wish.files {
        let bytes = script::file(&file.file).unwrap_or_default();
        match read_here(bytes, Hint::default(), &Limits::default()) {
            Ok(Read::Text { text, truncated, .. }) => files.push((file.at, FileRead::Text { text, truncated })),
            Ok(Read::Picture { .. }) => pictures.push(file.at),
            Err(why) => files.push((file.at, FileRead::Unreadable { code: why.code().to_owned() })),
        }
    }
    let captions = wish.files.iter().filter_map(|file| file.caption.as_deref());
    let texts = files.iter().filter_map(|(_, read)| match read {
        FileRead::Text { text, .. } => Some(text.as_str()),
        FileRead::Picture { .. } | FileRead::Unreadable { .. } => None,
    });
    let words: Vec<&str> = wish.words.iter().map(String::as_str).chain(captions).chain(texts).collect();
    let (signs, assessed) = if words.is_empty() {
        (Vec::new(), true)
    } else {
        match replies.next()? {
            Said::Words(reply) => read_danger(&reply, &words).map_or((Vec::new(), false), |signs| (signs, true)),
            Said::Refused | Said::Away => (Vec::new(), false),
        }
    };
    let mut unread = |code: &str| {
        files.extend(pictures.iter().map(|at| (*at, FileRead::Unreadable { code: code.to_owned() })));
    };
    match describe {
        _ if pictures.is_empty() => {}
        None => unread("picture"),
        Some(describe) => match replies.ask(|reply| describe(reply, pictures.len()))? {
            Ok(seen) => files.extend(pictures.iter().zip(seen).map(|(at, description)| (*at, FileRead::Picture { description }))),
            Err(NoAnswer::Away) => return Some(None),
            Err(NoAnswer::Refused | NoAnswer::Unusable(_)) => unread("not_described"),
        },
    }
    files.sort_by_key(|(at, _)| *at);
    Some(Some(WasRead { files, signs, assessed }))
}
