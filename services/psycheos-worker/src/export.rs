//! The job `export`: a case or an account as archives, kept for a day, sent to the chat that asked.
use bot_kit::{ExportWish, Say};
use db::{
    DbError, KeyOwner, PgConn,
    audit::{self, Act},
    chat, export,
    jobs::ClaimedJob,
    results::{self, OwnFile},
};
use domain::{CaseId, FileId, Locale};
use idempotency_key::{About, Actor, Cause};
use report::{ReportError, archive::Archive};
use serde_json::{Value, json};
use turn::{Letter, Shell};
use uuid::Uuid;

use crate::{outcome::Worked, tools::wish_of};

/// Seconds our copy lives.
const KEPT_SECS: i64 = 24 * 3600;

/// Archives that were made.
pub struct Archives {
    wish: ExportWish,
    parts: Vec<Vec<u8>>,
}

/// Reads and packs, case by case, so that only one case lies in memory unpacked; nothing to do when it is gone meanwhile.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn perform(shell: &Shell, job: &ClaimedJob) -> Result<Worked<Archives>, DbError> {
    let mut conn = shell.pool.get().await?;
    let wish: ExportWish = wish_of(&mut conn, &shell.keys, job).await?;
    let mut packer = Packer::default();
    let mut files = vec![("README.txt".to_owned(), readme(wish.locale).as_bytes().to_vec())];
    let cases = match wish.case {
        Some(case) => vec![case],
        None => {
            let Some(account) = export::find_account(&mut conn, wish.owner).await? else { return Ok(Worked::Moot) };
            files.push(("account.json".to_owned(), pretty(&account)));
            export::list_cases(&mut conn, wish.owner).await?
        }
    };
    for case in cases {
        match files_of(shell, &mut conn, &wish, case).await? {
            Some(more) => files.extend(more),
            None if wish.case.is_some() => return Ok(Worked::Moot),
            // Erased since the cases were listed.
            None => {}
        }
        let Some(packed) = packer.with(std::mem::take(&mut files)).await else { return Ok(FAILED) };
        packer = packed;
    }
    drop(conn);
    let Some(packer) = packer.with(files).await else { return Ok(FAILED) };
    match tokio::task::spawn_blocking(move || packer.finish()).await {
        Ok(Ok(parts)) => Ok(Worked::Made(Archives { wish, parts })),
        Ok(Err(_)) | Err(_) => Ok(FAILED),
    }
}

const FAILED: Worked<Archives> = Worked::Retry { code: "archive_failed" };

/// What a case holds; `None`: it is not there, or not theirs.
async fn files_of(
    shell: &Shell,
    conn: &mut PgConn,
    wish: &ExportWish,
    case: CaseId,
) -> Result<Option<Vec<(String, Vec<u8>)>>, DbError> {
    let Some(about) = export::find_case(conn, &shell.keys, wish.owner, case).await? else { return Ok(None) };
    let folder = format!("cases/{}", short(case.0));
    let mut files = vec![(format!("{folder}/case.json"), pretty(&about))];
    for piece in export::list_pieces(conn, &shell.keys, wish.owner, case).await? {
        files.push((format!("{folder}/{}-{}/{}", piece.service, short(piece.run.0), piece.name), piece.bytes));
    }
    Ok(Some(files))
}

/// The last twelve digits, as in the names of files; a label never gets into a name.
fn short(id: Uuid) -> String {
    id.simple().to_string().split_off(20)
}

fn pretty(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}

/// Archives in the making, with a list of what they hold.
#[derive(Default)]
struct Packer {
    archive: Archive,
    listed: Vec<Value>,
}

impl Packer {
    /// Adds files, away from the threads that serve others; `None` when that fails.
    async fn with(mut self, files: Vec<(String, Vec<u8>)>) -> Option<Self> {
        let packing = tokio::task::spawn_blocking(move || {
            for (name, bytes) in &files {
                self.listed.push(json!({ "name": name, "bytes": bytes.len(), "sha256": db::sha256_hex(bytes) }));
                self.archive.add(name, bytes)?;
            }
            Ok::<_, ReportError>(self)
        });
        packing.await.ok()?.ok()
    }

    /// The list comes last.
    fn finish(mut self) -> Result<Vec<Vec<u8>>, ReportError> {
        self.archive.add("manifest.json", &pretty(&json!({ "files": self.listed })))?;
        self.archive.finish()
    }
}

const fn readme(locale: Locale) -> &'static str {
    match locale {
        Locale::Ru => include_str!("export/readme_ru.txt"),
        Locale::En => include_str!("export/readme_en.txt"),
    }
}

/// Stores the archives for a day and puts them into the outbox, in the transaction that ends the job.
///
/// # Errors
/// When the database fails.
pub async fn record(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob, archives: Archives) -> Result<(), DbError> {
    let Some((bot, chat)) = job.conversation else { return Ok(()) };
    let Archives { wish, parts } = archives;
    let act = if wish.case.is_some() { Act::CaseExport } else { Act::AccountExport };
    audit::record(conn, wish.owner, act, wish.case, None).await?;
    let of = parts.len();
    let mut messages = Vec::with_capacity(of);
    for (at, bytes) in parts.into_iter().enumerate() {
        let file = FileId(Uuid::now_v7());
        let name = format!("psycheos-{}-{}.zip", short(file.0), at + 1);
        let own =
            OwnFile { file, owner: wish.owner, kind: "export", format: "zip", name, mime: "application/zip", secs: KEPT_SECS };
        results::insert_own_file(conn, &shell.keys, &own, &bytes).await?;
        let caption = bot_pro::archive_caption(wish.locale, at + 1, of);
        let letter = Letter::document(
            bot,
            chat,
            KeyOwner::User(wish.owner),
            file,
            &caption,
            about_of(&wish),
            Cause::Job(job.job, job.requeues),
        );
        messages.push(Letter { number: at, ..letter }.seal(conn, &shell.keys).await?);
    }
    chat::put_messages(conn, messages, job.correlation.as_deref()).await
}

/// Says that nothing came of it.
///
/// # Errors
/// When the database fails.
pub async fn failed(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob) -> Result<(), DbError> {
    let Some((bot, chat)) = job.conversation else { return Ok(()) };
    let wish: ExportWish = wish_of(conn, &shell.keys, job).await?;
    let say = Say::new(bot_pro::archive_failed(wish.locale));
    let letter = Letter::say(bot, chat, KeyOwner::User(wish.owner), &say, about_of(&wish), Cause::Job(job.job, job.requeues));
    let message = letter.seal(conn, &shell.keys).await?;
    chat::put_messages(conn, vec![message], job.correlation.as_deref()).await
}

const fn about_of(wish: &ExportWish) -> About {
    About { service: None, run: None, case: None, actor: Actor::User(wish.owner) }
}
