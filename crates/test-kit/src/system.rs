//! The machine: who we are, which binaries there are, which ports are free.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};

/// The user that runs database servers when we are root.
const SERVER_USER: &str = "postgres";

/// Ports that this process has given out: the locks on their files live as long as it does.
static TAKEN: Mutex<Vec<File>> = Mutex::new(Vec::new());
/// Below those that the system gives to connections, so that none of these takes one of ours.
const PORTS: std::ops::Range<u16> = 12_000..32_000;

/// A TCP port on 127.0.0.1 that nobody listens on at this moment, and that nobody else who asks here is given while this process
/// lives. Where no file can be locked it is any free port, which somebody may take before it is used.
pub fn free_port() -> Result<u16> {
    let folder = std::env::temp_dir().join("psycheos-ports");
    let _ = fs::create_dir_all(&folder);
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    // Processes begin at different places, so that they seldom meet.
    let from = usize::try_from(std::process::id()).unwrap_or_default() * 37;
    let count = PORTS.len();
    for port in (0..count).filter_map(|step| PORTS.clone().nth((from + step) % count)) {
        let Ok(file) = File::create(folder.join(port.to_string())) else { continue };
        if file.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", port)).is_ok() {
            taken.push(file);
            return Ok(port);
        }
    }
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

/// Proportional set size of a process in KiB, as the kernel counts it; `None` when there is no such process.
#[must_use]
pub fn memory_kib(pid: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    rollup.lines().find(|line| line.starts_with("Pss:"))?.split_whitespace().nth(1)?.parse().ok()
}

/// Runs a command and gives its standard output, trimmed; an error with its standard error when it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot run {name}"))?;
    if !output.status.success() {
        bail!("{name} failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The same lookup as a shell's: the first folder of `PATH` that has the program, then the folders Debian's servers live in,
/// which are not in every user's `PATH`.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin", "/usr/local/bin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// Who runs the servers: ourselves, or the user `postgres` when we are root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerUser {
    Ourselves,
    Postgres,
}

impl ServerUser {
    /// Decides by the uid of this process.
    pub fn detect() -> Result<Self> {
        if output(Command::new("id").arg("-u"))? != "0" {
            return Ok(Self::Ourselves);
        }
        output(Command::new("id").args(["-u", SERVER_USER]))
            .context("database servers refuse to run as root and there is no user postgres: install Debian's postgresql")?;
        Ok(Self::Postgres)
    }

    /// The words to put before a server's command line.
    pub fn prefix(self) -> Vec<String> {
        match self {
            Self::Ourselves => Vec::new(),
            Self::Postgres => {
                ["setpriv", "--reuid", SERVER_USER, "--regid", SERVER_USER, "--init-groups", "--"].map(str::to_owned).to_vec()
            }
        }
    }

    /// A command run as this user.
    pub fn command(self, program: &Path) -> Command {
        let mut words = self.prefix().into_iter();
        match words.next() {
            None => Command::new(program),
            Some(first) => {
                let mut command = Command::new(first);
                command.args(words).arg(program);
                command
            }
        }
    }

    /// Gives the folder to this user and checks that it can really get there: a folder below `/root` cannot be reached by
    /// anybody else, whoever owns it.
    pub fn take_folder(self, dir: &Path) -> Result<()> {
        if self == Self::Ourselves {
            return Ok(());
        }
        output(Command::new("chown").arg("-R").arg(format!("{SERVER_USER}:")).arg(dir))?;
        let reachable = self.command(Path::new("test")).arg("-w").arg(dir.join(".")).status()?;
        if !reachable.success() {
            bail!("user {SERVER_USER} cannot reach {}", dir.display());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_given_out_once() {
        let ports: std::collections::BTreeSet<u16> = (0..50).map(|_| free_port().unwrap()).collect();
        assert_eq!(ports.len(), 50);
        assert!(ports.iter().all(|port| PORTS.contains(port)), "{ports:?}");
    }
}
