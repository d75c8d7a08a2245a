//! Questions to the guide: sorted by a small question to Claude, then answered with the articles of their kind. Nothing is charged, and
//! nothing of a question outlives its job here: what is remembered stands in the chat's state alone.
use std::{fs, path::Path};

use anyhow::Context as _;
use bot_pro::guide::{self, Answered, GuideWish, Knowledge, Outcome, Ready, Route};
use db::{DbError, PgConn, jobs, jobs::ClaimedJob, llm::Whose};
use domain::Locale;
use turn::{Answer, Made, Shell};

use crate::{
    asking::Desk,
    outcome::Worked,
    tools::{self, NoAnswer},
};

/// Longest file of an article that is read at all, in bytes.
const FILE_BYTES: u64 = 256 * 1024;

/// The guide's articles: those of a folder with `ru` and `en` in it, or those of the program.
///
/// # Errors
/// Everything that is wrong with them.
pub fn knowledge(folder: Option<&Path>) -> anyhow::Result<Knowledge> {
    let Some(folder) = folder else {
        let knowledge = Knowledge::embedded().context("the guide's articles")?;
        if knowledge.articles(Locale::Ru).next().is_none() {
            tracing::warn!("this build has no articles for the guide");
        }
        return Ok(knowledge);
    };
    let mut files = Vec::new();
    for &locale in Locale::ALL {
        let of_language = folder.join(locale.as_str());
        for entry in fs::read_dir(&of_language).with_context(|| of_language.display().to_string())? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            let context = || path.display().to_string();
            anyhow::ensure!(fs::metadata(&path).with_context(context)?.len() <= FILE_BYTES, "{} is too large", path.display());
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.push((locale, name, fs::read_to_string(&path).with_context(context)?));
        }
    }
    let files = files.iter().map(|(locale, name, text)| (*locale, name.as_str(), text.as_str()));
    Knowledge::read(files).with_context(|| folder.display().to_string())
}

/// Answers a question.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn perform(desk: &Desk<'_>, job: &ClaimedJob, knowledge: &Knowledge) -> Result<Worked<Ready>, DbError> {
    let wish: GuideWish = tools::wish_of(&mut *desk.pool.get().await?, desk.keys, job).await?;
    let whose = Whose::Specialist(wish.owner);
    let ready = |what| Ready { job: job.job, what };
    let not_answered = |why| match why {
        NoAnswer::Later(later) => tools::later(job, later, || ready(Outcome::Away)),
        NoAnswer::Never | NoAnswer::Unusable(_) => Worked::Made(ready(Outcome::Unusable)),
    };
    let read = |reply: &str| guide::read_route(reply, job.job, &wish);
    let prompt = guide::route_prompt(job.job, &wish);
    let sorted = match tools::ask(desk, job, whose, "route", &prompt, read, guide::repair_request).await? {
        Ok(sorted) => sorted,
        Err(why) => return Ok(not_answered(why)),
    };
    let Some(prompt) = guide::answer_prompt(job.job, &wish, &sorted, knowledge) else {
        return Ok(Worked::Made(ready(Outcome::Outside)));
    };
    let read = |reply: &str| guide::read_answer(reply, job.job, wish.locale);
    Ok(match tools::ask(desk, job, whose, "answer", &prompt, read, guide::repair_request).await? {
        Ok(answer) => Worked::Made(ready(Outcome::Answered(Answered {
            tool: sorted.tool.filter(|_| sorted.route == Route::Client),
            route: sorted.route,
            question: sorted.question,
            answer,
        }))),
        Err(why) => not_answered(why),
    })
}

/// Tells the chat what came of its question, and forgets everything else of it.
///
/// # Errors
/// When the database fails.
pub async fn record(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob, what: Outcome) -> Result<Made, DbError> {
    jobs::forget(conn, job.job).await?;
    tell(shell, conn, job, what).await
}

/// Tells the chat how its question stands.
///
/// # Errors
/// When the database fails.
pub async fn tell(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob, what: Outcome) -> Result<Made, DbError> {
    let Some((_, chat)) = job.conversation else { return Ok(Made::default()) };
    let answer = Answer::Guide(Ready { job: job.job, what });
    shell.answer(conn, chat, job, answer).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_takes_the_place_of_the_programs_articles_or_says_what_is_wrong_with_it() {
        let small = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/bot-pro/tests/knowledge"));
        let read = knowledge(Some(small)).unwrap();
        assert_eq!(Locale::ALL.iter().map(|locale| read.articles(*locale).count()).collect::<Vec<_>>(), [2, 2]);
        assert!(knowledge(None).is_ok());
        let absent = knowledge(Some(Path::new("/nowhere"))).unwrap_err();
        assert!(format!("{absent:#}").contains("/nowhere/"), "{absent:#}");
        let one_language = small.join("ru");
        assert!(knowledge(Some(&one_language)).is_err());
    }
}
