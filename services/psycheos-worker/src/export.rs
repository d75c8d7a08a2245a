//! The job `export`: a case or an account as archives, kept for a day, sent to the chat that asked.
use bot_kit::{ExportWish, Html};
use db::{
    DbError, KeyOwner, PgConn,
    audit::{self, Act},
    chat, export,
    jobs::ClaimedJob,
    results::{self, OwnFile},
};
use domain::{BotId, CaseId, ChatId, FileId, Locale};
use idempotency_key::{About, Actor, Cause};
use report::{ReportError, archive::Archive};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use turn::{Letter, Shell, document_params, send_params};
use uuid::Uuid;
use vault::Place;

use crate::outcome::Worked;

/// Seconds our copy lives.
const KEPT_SECS: i64 = 24 * 3600;

/// Archives that were made.
pub struct Archives {
    wish: ExportWish,
    parts: Vec<Vec<u8>>,
}

async fn wish_of(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob) -> Result<ExportWish, DbError> {
    let blob = job.payload.as_deref().ok_or(DbError::Corrupt("a job without its payload"))?;
    let row = job.job.to_string();
    let plain = shell.keys.open(conn, &Place { column: "jobs.payload", row: &row, case: None }, blob).await?;
    serde_json::from_slice(&plain).map_err(|_| DbError::Corrupt("an export's wish"))
}

/// Reads and packs, case by case; nothing to do when it is gone meanwhile.
///
/// # Errors
/// When the database fails or the job cannot be read.
pub async fn perform(shell: &Shell, job: &ClaimedJob) -> Result<Worked<Archives>, DbError> {
    let mut conn = shell.pool.get().await?;
    let wish = wish_of(shell, &mut conn, job).await?;
    let mut packer = Packer::new(wish.locale);
    let packed = match wish.case {
        Some(case) => pack_case(shell, &mut conn, &wish, case, &mut packer).await?,
        None => {
            let Some(account) = export::find_account(&mut conn, wish.owner).await? else { return Ok(Worked::Moot) };
            packer.add("account.json", &pretty(&account));
            for case in export::list_cases(&mut conn, wish.owner).await? {
                pack_case(shell, &mut conn, &wish, case, &mut packer).await?;
            }
            true
        }
    };
    drop(conn);
    if !packed {
        return Ok(Worked::Moot);
    }
    match tokio::task::spawn_blocking(move || packer.finish()).await {
        Ok(Ok(parts)) => Ok(Worked::Made(Archives { wish, parts })),
        Ok(Err(_)) | Err(_) => Ok(Worked::Retry { code: "archive_failed" }),
    }
}

/// `false`: it is not there, or not theirs.
async fn pack_case(
    shell: &Shell,
    conn: &mut PgConn,
    wish: &ExportWish,
    case: CaseId,
    packer: &mut Packer,
) -> Result<bool, DbError> {
    let Some(about) = export::find_case(conn, &shell.keys, wish.owner, case).await? else { return Ok(false) };
    let folder = format!("cases/{}", short(case.0));
    packer.add(&format!("{folder}/case.json"), &pretty(&about));
    for piece in export::list_pieces(conn, &shell.keys, wish.owner, case).await? {
        packer.add(&format!("{folder}/{}-{}/{}", piece.service, short(piece.run.0), piece.name), &piece.bytes);
    }
    Ok(true)
}

/// The last twelve digits, as in the names of files; a label never gets into a name.
fn short(id: Uuid) -> String {
    id.simple().to_string().split_off(20)
}

fn pretty(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}

/// Files in their order, with a list of them.
struct Packer {
    locale: Locale,
    files: Vec<(String, Vec<u8>)>,
}

impl Packer {
    const fn new(locale: Locale) -> Self {
        Self { locale, files: Vec::new() }
    }

    fn add(&mut self, name: &str, bytes: &[u8]) {
        self.files.push((name.to_owned(), bytes.to_vec()));
    }

    fn finish(self) -> Result<Vec<Vec<u8>>, ReportError> {
        let listed: Vec<Value> = self
            .files
            .iter()
            .map(|(name, bytes)| json!({ "name": name, "bytes": bytes.len(), "sha256": hex(&Sha256::digest(bytes)) }))
            .collect();
        let mut archive = Archive::default();
        archive.add("README.txt", readme(self.locale).as_bytes())?;
        archive.add("manifest.json", &pretty(&json!({ "files": listed })))?;
        for (name, bytes) in &self.files {
            archive.add(name, bytes)?;
        }
        archive.finish()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
        let params = document_params(chat, &caption, false);
        messages
            .push(letter(job, &wish, (bot, chat), "file", "sendDocument", params, Some(file), at).seal(conn, &shell.keys).await?);
    }
    chat::put_messages(conn, messages, job.traceparent.as_deref(), job.correlation.as_deref()).await
}

/// Says that nothing came of it.
///
/// # Errors
/// When the database fails.
pub async fn failed(shell: &Shell, conn: &mut PgConn, job: &ClaimedJob) -> Result<(), DbError> {
    let Some((bot, chat)) = job.conversation else { return Ok(()) };
    let wish = wish_of(shell, conn, job).await?;
    let html: Html = bot_pro::archive_failed(wish.locale);
    let params = send_params(chat, &bot_kit::Say::new(html));
    let message = letter(job, &wish, (bot, chat), "reply", "sendMessage", params, None, 0).seal(conn, &shell.keys).await?;
    chat::put_messages(conn, vec![message], job.traceparent.as_deref(), job.correlation.as_deref()).await
}

#[expect(clippy::too_many_arguments, reason = "the fields of a letter, most of them fixed here")]
fn letter(
    job: &ClaimedJob,
    wish: &ExportWish,
    (bot, chat): (BotId, ChatId),
    kind: &'static str,
    method: &'static str,
    params: Value,
    file: Option<FileId>,
    number: usize,
) -> Letter {
    let about = About { service: None, run: None, case: None, actor: Actor::User(wish.owner) };
    Letter {
        bot,
        chat,
        owner: KeyOwner::User(wish.owner),
        lane: 1,
        kind,
        method,
        params,
        file,
        about,
        cause: Cause::Job(job.job),
        number,
    }
}
