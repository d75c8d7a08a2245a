//! Gets Postgres onto a machine that has none.

use std::process::Command;

use anyhow::{Context, Result, bail};
use test_kit::Postgres;

/// Makes sure that there are Postgres binaries: Debian's packages are installed when they are missing and we may.
///
/// # Errors
/// There are none and they cannot be installed here; the error says what to type.
pub(crate) fn ensure_postgres() -> Result<()> {
    if Postgres::binaries().is_ok() {
        return Ok(());
    }
    let Some(become_root) = way_to_root() else {
        bail!(
            "no Postgres on this machine. Install it (Debian: sudo apt-get install postgresql pgbouncer) or set DATABASE_URL_DIRECT"
        );
    };
    println!("no Postgres on this machine: installing Debian's postgresql and pgbouncer");
    apt(become_root, &["update"])?;
    apt(become_root, &["install", "-y", "--no-install-recommends", "postgresql", "pgbouncer"])?;
    Postgres::binaries().map(|_| ())
}

/// Words to put before `apt-get`: none for root, `sudo -n` where that works; `None` where there is no way or no apt-get.
fn way_to_root() -> Option<&'static [&'static str]> {
    let works = |words: &[&str]| Command::new(words[0]).args(&words[1..]).output().is_ok_and(|output| output.status.success());
    if !works(&["apt-get", "--version"]) {
        return None;
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    match root {
        true => Some(&[]),
        false => works(&["sudo", "-n", "true"]).then_some(&["sudo", "-n"]),
    }
}

fn apt(become_root: &[&str], arguments: &[&str]) -> Result<()> {
    let words = [become_root, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"], arguments].concat();
    let status = Command::new(words[0]).args(&words[1..]).status().context("cannot run apt-get")?;
    if !status.success() {
        bail!("{} failed", words.join(" "));
    }
    Ok(())
}
