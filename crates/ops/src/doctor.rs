//! Looks at a deployment: configuration, database, pooler, encryption, roles, exposure, clocks, keys, webhooks, approvals. One line for
//! each thing; ends with 1 when something must be put right.
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]
use std::{collections::BTreeSet, time::Duration};

use anyhow::bail;
use chrono::Utc;
use clap::{Args, ValueEnum};
use db::{Pool, checkup, keys, sweeps};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use service::{BOTS, Env};
use telegram::{Telegram, Token};
use vault::Keks;

use crate::{bots, webhooks};

/// The list of clinical content and who signed it, as it stood when this program was built.
const APPROVALS: &str = include_str!("../../../clinical/APPROVALS.toml");
/// Clocks may differ by so much.
const CLOCK: Duration = Duration::from_secs(2);
/// The clock's service is to have run within this time, in minutes.
const CRON_MINUTES: f64 = 30.0;
/// The oldest Postgres that will do.
const OLDEST: i32 = 150_000;

/// What is looked at.
#[derive(Args)]
pub(crate) struct Doctor {
    /// Only the secrets of this environment: whether they are those of the service, all of them and no others. For the container of a
    /// service; no database is asked.
    #[arg(long, value_enum)]
    secrets: Option<Service>,
}

/// A service.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Service {
    Api,
    Worker,
    Sender,
    Cron,
}

/// What came of looking.
struct Report {
    bad: usize,
}

impl Report {
    fn good(&self, what: &str, said: &str) {
        println!("ok    {what}: {said}");
    }

    fn mind(&self, what: &str, said: &str) {
        println!("mind  {what}: {said}");
    }

    fn bad(&mut self, what: &str, said: &str) {
        self.bad += 1;
        println!("BAD   {what}: {said}");
    }

    fn check(&mut self, what: &str, holds: bool, good: &str, bad: &str) {
        if holds { self.good(what, good) } else { self.bad(what, bad) }
    }

    fn end(self) -> anyhow::Result<()> {
        match self.bad {
            0 => Ok(()),
            many => bail!("{many} to be put right"),
        }
    }
}

/// Carries it out.
pub(crate) async fn run(mut env: Env, what: Doctor) -> anyhow::Result<()> {
    let mut report = Report { bad: 0 };
    if let Some(service) = what.secrets {
        secrets(&mut report, &mut env, service);
        return report.end();
    }
    approvals(&report);
    exposure_of_v1(&report, &mut env);
    let keks = match Keks::parse(env.secret("PSYCHEOS_KEK").expose_secret()) {
        Ok(keks) => Some(keks),
        Err(error) => {
            report.bad("keys", &error.to_string());
            None
        }
    };
    match env.optional("DATABASE_URL_DIRECT") {
        None => report.bad("database", "DATABASE_URL_DIRECT is missing: nothing of the database was looked at"),
        Some(url) => database(&mut report, &url, keks.as_ref()).await,
    }
    match env.optional("DATABASE_URL_POOLER") {
        None => report.mind("pooler", "DATABASE_URL_POOLER is not set: services would use the direct address"),
        Some(url) => pooler(&mut report, &url).await,
    }
    hooks(&mut report, &mut env).await;
    report.end()
}

/// The variables that hold secrets, of one service.
fn secrets_of(service: Service) -> BTreeSet<String> {
    let of_bots = |prefix: &str| BOTS.iter().map(|bot| format!("{prefix}{bot}")).collect::<Vec<_>>();
    let mut names = vec!["PSYCHEOS_KEK".to_owned()];
    match service {
        Service::Api => names.extend(of_bots("TG_WEBHOOK_SECRET_")),
        Service::Worker => {
            names.push("ANTHROPIC_API_KEY".to_owned());
            names.extend(["TG_TOKEN_INTERPRETATOR", "TG_TOKEN_CONCEPTUALIZATOR", "TG_TOKEN_SIMULATOR"].map(str::to_owned));
        }
        Service::Sender => names.extend(of_bots("TG_TOKEN_")),
        Service::Cron => {}
    }
    names.into_iter().collect()
}

fn secrets(report: &mut Report, env: &mut Env, service: Service) {
    let own = secrets_of(service);
    let all =
        [Service::Api, Service::Worker, Service::Sender, Service::Cron].into_iter().flat_map(secrets_of).collect::<BTreeSet<_>>();
    for name in all {
        let there = env.optional(&name).is_some();
        match (own.contains(&name), there) {
            (true, true) => report.good("secrets", &name),
            (true, false) => report.bad("secrets", &format!("{name} is missing")),
            (false, true) => report.bad("secrets", &format!("{name} is another service's: take it out of this environment")),
            (false, false) => {}
        }
    }
}

fn approvals(report: &Report) {
    let drafts = APPROVALS.lines().filter(|line| line.trim() == "status = \"draft\"").count();
    match drafts {
        0 => report.good("approvals", "every clinical text is signed by a named person"),
        many => report.mind("approvals", &format!("{many} clinical texts are drafts and wait for a named person (clinical/)")),
    }
}

fn exposure_of_v1(report: &Report, env: &mut Env) {
    match env.optional("V1_PUBLIC").as_deref() {
        Some("true") => report.mind("exposure", "V1_PUBLIC: the interface for other programs is on the public port"),
        _ => report.good("exposure", "the interface for other programs is on the internal port only"),
    }
    match env.optional("ADMIN_IDS") {
        Some(ids) => {
            report.good("administrators", &format!("{} named", ids.split(',').filter(|id| !id.trim().is_empty()).count()))
        }
        None => report.mind("administrators", "ADMIN_IDS is not set: nobody can administrate in Pro"),
    }
}

async fn database(report: &mut Report, url: &str, keks: Option<&Keks>) {
    let pool = match Pool::new(url, 1, Duration::from_secs(10)) {
        Ok(pool) => pool,
        Err(error) => return report.bad("database", &error.to_string()),
    };
    if let Err(error) = looked_at(report, &pool, keks, url).await {
        report.bad("database", &error.to_string());
    }
}

#[expect(clippy::disallowed_methods, reason = "this machine's clock is what is compared with the database's")]
async fn looked_at(report: &mut Report, pool: &Pool, keks: Option<&Keks>, url: &str) -> Result<(), db::DbError> {
    let asked = Utc::now();
    let mut conn = pool.get().await?;
    let server = checkup::server(&mut conn).await?;
    let version = format!("Postgres {}.{}", server.version / 10_000, server.version % 10_000);
    report.check("database", server.version >= OLDEST, &version, &format!("{version}: 15 or newer is needed"));
    report.check(
        "migrations",
        server.migrated,
        "all of this build are applied",
        "some of this build are missing: psycheos-ops migrate",
    );
    let local = ["@localhost", "@127.0.0.1", "@[::1]", "host=/"].iter().any(|part| url.contains(part));
    match (server.encrypted, local) {
        (Some(true), _) => report.good("encryption", "the connection is encrypted, certificate and host name are verified"),
        (_, true) => report.good("encryption", "the database is on this machine"),
        (_, false) => report.bad("encryption", "the connection to the database is not encrypted"),
    }
    let apart = (server.now - asked).abs();
    let seconds = format!("this machine and the database differ by {:.1} s", apart.as_seconds_f64());
    report.check("clocks", apart.to_std().is_ok_and(|apart| apart <= CLOCK + Duration::from_secs(1)), &seconds, &seconds);
    let open = checkup::exposed(&mut conn).await?;
    if !server.sees_all {
        report.mind("exposure", "this login is no superuser and does not see every grant: run it once as one");
    }
    report.check("exposure", open.is_empty(), "nothing of the schema is open to others", &open.join("; "));
    for role in checkup::roles(&mut conn).await? {
        let what = format!("role {}", role.name);
        match (role.there, role.too_mighty, role.bounded) {
            (false, ..) => report.bad(&what, "is missing"),
            (_, true, _) => report.bad(&what, "may more than a service needs: superuser, past row level security, or the owner"),
            (_, _, false) => report.bad(&what, "has no statement_timeout"),
            (true, false, true) if role.logs_in => report.good(&what, "logs in, bounded, no more than its grants"),
            (true, false, true) => report.mind(&what, "cannot log in: its service uses another login"),
        }
    }
    if let Some(keks) = keks {
        data_keys(report, &mut conn, keks).await?;
    }
    let late: Vec<String> = checkup::tasks(&mut conn)
        .await?
        .into_iter()
        .filter(|task| task.last_error.is_some() || task.minutes.is_none_or(|minutes| minutes > CRON_MINUTES))
        .map(|task| format!("{} ({})", task.task, task.last_error.unwrap_or_else(|| "late".into())))
        .collect();
    match late.is_empty() {
        true => report.good("clock's service", "no task is late or failing"),
        false => report.mind("clock's service", &late.join(", ")),
    }
    let broken: Vec<String> =
        sweeps::list_violations(&mut conn).await?.into_iter().map(|v| format!("{} {}", v.id, v.broken)).collect();
    report.check("invariants", broken.is_empty(), "everything holds", &broken.join("; "));
    Ok(())
}

async fn data_keys(report: &mut Report, conn: &mut db::PgConn, keks: &Keks) -> Result<(), db::DbError> {
    let used = keys::count_by_kek(conn).await?;
    for (kek, count) in &used {
        let what = format!("key {kek:08x}");
        match (keks.ids().any(|id| id == *kek), *kek == keks.current()) {
            (false, _) => {
                report.bad(&what, &format!("is not in PSYCHEOS_KEK and wraps {count} data keys: what they sealed cannot be read"))
            }
            (true, true) => report.good(&what, &format!("is current and wraps {count} data keys")),
            (true, false) => report.mind(&what, &format!("is retired and still wraps {count} data keys: psycheos-ops rewrap")),
        }
    }
    for id in keks.ids().filter(|id| *id != keks.current() && used.iter().all(|(kek, _)| kek != id)) {
        report.good(&format!("key {id:08x}"), "wraps nothing any more and may be taken out of PSYCHEOS_KEK");
    }
    let unread = keys::sample_unreadable(conn, keks).await?;
    report.check(
        "keys",
        unread.is_empty(),
        "a data key of each opens",
        &format!("data keys that do not open: {}", unread.join(", ")),
    );
    Ok(())
}

async fn pooler(report: &mut Report, url: &str) {
    let probed = async {
        let pool = Pool::new(url, 2, Duration::from_secs(10))?;
        checkup::keeps_transactions_apart(&pool).await
    };
    match probed.await {
        Ok(true) => report.good("pooler", "keeps transactions apart"),
        Ok(false) => report.bad("pooler", "what one transaction sets is seen by the next one"),
        Err(error) => report.bad("pooler", &error.to_string()),
    }
}

async fn hooks(report: &mut Report, env: &mut Env) {
    let api = env.optional("TELEGRAM_API_URL").unwrap_or_else(|| "https://api.telegram.org".into());
    let Some(base) = env.optional("WEBHOOK_BASE_URL") else {
        return report.mind("webhooks", "WEBHOOK_BASE_URL is not set: webhooks were not looked at");
    };
    for (bot, name) in bots() {
        let what = format!("webhook of {bot}");
        let token = env.secret(&format!("TG_TOKEN_{name}"));
        let telegram = Token::parse(token.expose_secret())
            .map_err(|why| why.to_string())
            .and_then(|token| Telegram::new(&api, token).map_err(|why| why.to_string()));
        let telegram = match telegram {
            Ok(telegram) => telegram,
            Err(why) => {
                report.bad(&what, &format!("TG_TOKEN_{name} {why}"));
                continue;
            }
        };
        match telegram.call("getWebhookInfo", &json!({})).await {
            Err(failure) => report.bad(&what, &failure.to_string()),
            Ok(sent) => hook(report, &what, &sent.result, &webhooks::address(&base, bot)),
        }
    }
}

fn hook(report: &mut Report, what: &str, info: &Value, url: &str) {
    if let Some(wrong) = webhooks::wrong_with(info, url) {
        return report.bad(what, &format!("{wrong}: psycheos-ops webhooks set"));
    }
    let pending = info["pending_update_count"].as_i64().unwrap_or_default();
    match webhooks::last_error(info) {
        Some(error) => report.mind(what, &format!("set, {pending} waiting; {error}")),
        None => report.good(what, &format!("set, {pending} waiting")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_service_has_a_secret_it_does_not_need() {
        let api = secrets_of(Service::Api);
        assert!(api.iter().all(|name| !name.contains("TOKEN") && !name.contains("ANTHROPIC")), "{api:?}");
        let sender = secrets_of(Service::Sender);
        assert!(sender.iter().all(|name| !name.contains("ANTHROPIC") && !name.contains("WEBHOOK")), "{sender:?}");
        assert_eq!(secrets_of(Service::Cron).len(), 1);
    }
}
