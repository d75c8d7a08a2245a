//! The four services as child processes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::guard::{Guard, Program, StopSignal, tail};
use crate::http::is_ready;

/// Names of the services, which are the names of their programs. The last one runs once and ends; the others stay.
pub const SERVICES: [&str; 4] = ["psycheos-api", "psycheos-worker", "psycheos-sender", "psycheos-cron"];

/// How long a service may take to become ready.
const READY_SECS: u64 = 30;

/// How long a service may take to drain after SIGTERM.
const DRAIN_SECS: u64 = 30;

/// Running services by name. Dropping this stops them all.
///
/// A name is that of a program, or a program and a replica after `#`: `psycheos-api#2`.
#[derive(Debug)]
pub struct Services {
    binaries: PathBuf,
    logs: PathBuf,
    running: BTreeMap<String, Running>,
}

#[derive(Debug)]
struct Running {
    guard: Guard,
    under: Vec<String>,
    env: BTreeMap<String, String>,
}

impl Services {
    /// Services whose programs lie beside this one and whose logs go to `logs/<name>.log`.
    ///
    /// # Errors
    /// The folder cannot be made; the system does not say where this program lies.
    pub fn new(logs: impl Into<PathBuf>) -> Result<Self> {
        Self::of(binary_dir()?, logs)
    }

    /// The same, with programs of another folder.
    ///
    /// # Errors
    /// The folder of the logs cannot be made.
    pub fn of(binaries: impl Into<PathBuf>, logs: impl Into<PathBuf>) -> Result<Self> {
        let logs = logs.into();
        std::fs::create_dir_all(&logs).with_context(|| format!("cannot create {}", logs.display()))?;
        Ok(Self { binaries: binaries.into(), logs, running: BTreeMap::new() })
    }

    /// Starts a service with these variables and waits until `/readyz` at its `INTERNAL_ADDR` says 200. A service of that
    /// name that already runs is an error.
    ///
    /// # Errors
    /// It ended, or was not ready in 30 s; the error has the end of its log.
    pub async fn start(&mut self, name: &str, env: BTreeMap<String, String>) -> Result<()> {
        self.start_under(name, env, &[]).await
    }

    /// The same, under a command that becomes the program it is given: `["taskset", "-c", "0"]`, `["prlimit", "--as=200000000"]`,
    /// `["env", "LD_PRELOAD=…"]`. It stays so when the service is started again.
    ///
    /// # Errors
    /// As [`Services::start`].
    pub async fn start_under(&mut self, name: &str, env: BTreeMap<String, String>, under: &[&str]) -> Result<()> {
        self.launch(name, env, under.iter().map(|word| (*word).to_owned()).collect()).await
    }

    async fn launch(&mut self, name: &str, env: BTreeMap<String, String>, under: Vec<String>) -> Result<()> {
        if self.is_running(name) {
            bail!("{name} already runs");
        }
        let address = env.get("INTERNAL_ADDR").cloned().with_context(|| format!("{name} has no INTERNAL_ADDR"))?;
        let guard = self.spawn(name, &env, &under)?;
        // Known before it is ready: whatever becomes of it, it can be started again.
        let running = self.running.entry(name.to_owned()).insert_entry(Running { guard, under, env }).into_mut();
        for _ in 0..READY_SECS * 50 {
            if is_ready(&address, "/readyz").await {
                return Ok(());
            }
            if let Some(status) = running.guard.ended()? {
                bail!("{name} ended at its start ({status}):\n{}", running.guard.log_tail());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("{name} was not ready in {READY_SECS} s:\n{}", running.guard.log_tail())
    }

    /// Runs a program to its end (`psycheos-cron`, `psycheos-ops` with arguments) and gives what it wrote to its output.
    ///
    /// # Errors
    /// It ended with another code than 0, or not within two minutes; the error has the end of its output.
    pub async fn run_once(&self, name: &str, args: &[&str], env: &BTreeMap<String, String>) -> Result<String> {
        let program = self.program(name)?;
        let mut command = tokio::process::Command::new(program);
        command.args(args).kill_on_drop(true);
        for variable in ours(&std::env::vars().map(|(variable, _)| variable).collect::<Vec<_>>()) {
            command.env_remove(variable);
        }
        command.envs(env);
        let output =
            tokio::time::timeout(Duration::from_secs(120), command.output()).await.with_context(|| format!("{name} hangs"))??;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        std::fs::write(self.log(name), format!("{text}{errors}"))?;
        if !output.status.success() {
            bail!("{name} {} failed ({}):\n{}", args.join(" "), output.status, tail(&self.log(name)));
        }
        Ok(text)
    }

    /// The variables a service was started with.
    #[must_use]
    pub fn env(&self, name: &str) -> Option<&BTreeMap<String, String>> {
        self.running.get(name).map(|running| &running.env)
    }

    /// Kills with SIGKILL: the service cannot say a word. Its variables are kept for [`Services::restart`].
    ///
    /// # Errors
    /// No such service runs.
    pub async fn kill(&mut self, name: &str) -> Result<()> {
        self.stop(name, "KILL").await.map(|_| ())
    }

    /// Stops with SIGTERM and waits for the drain; gives the exit status.
    ///
    /// # Errors
    /// No such service runs; it did not end in 30 s.
    pub async fn terminate(&mut self, name: &str) -> Result<ExitStatus> {
        self.stop(name, "TERM").await
    }

    async fn stop(&mut self, name: &str, signal: &str) -> Result<ExitStatus> {
        let running = self.running.get_mut(name).with_context(|| format!("{name} does not run"))?;
        if running.guard.ended()?.is_none() {
            // It may end by itself at this very moment.
            let _ = running.guard.signal(signal);
        }
        running.guard.wait(Duration::from_secs(DRAIN_SECS)).await
    }

    /// Starts a service again with the variables it had; one that still runs is killed first.
    ///
    /// # Errors
    /// It never ran, or as [`Services::start`].
    pub async fn restart(&mut self, name: &str) -> Result<()> {
        self.stop(name, "KILL").await?;
        let (env, under) = self.stopped(name);
        self.launch(name, env, under).await
    }

    /// Kills a service and starts it again with a variable more, or, without a value, without that variable.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn restart_with(&mut self, name: &str, variable: &str, value: Option<&str>) -> Result<()> {
        self.stop(name, "KILL").await?;
        let (mut env, under) = self.stopped(name);
        match value {
            Some(value) => env.insert(variable.to_owned(), value.to_owned()),
            None => env.remove(variable),
        };
        self.launch(name, env, under).await
    }

    /// Kills a service and starts it again under a command, as [`Services::start_under`]; under none without a word.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn restart_under(&mut self, name: &str, under: &[&str]) -> Result<()> {
        self.stop(name, "KILL").await?;
        let (env, _) = self.stopped(name);
        self.start_under(name, env, under).await
    }

    /// How a service that was stopped had been started.
    fn stopped(&mut self, name: &str) -> (BTreeMap<String, String>, Vec<String>) {
        self.running.remove(name).map(|running| (running.env, running.under)).unwrap_or_default()
    }

    /// Stops a service in the middle of what it does (SIGSTOP): its connections stay open, its leases run out.
    ///
    /// # Errors
    /// No such service runs.
    pub fn freeze(&self, name: &str) -> Result<()> {
        self.signal(name, "STOP")
    }

    /// Lets a frozen service go on (SIGCONT).
    ///
    /// # Errors
    /// No such service runs.
    pub fn thaw(&self, name: &str) -> Result<()> {
        self.signal(name, "CONT")
    }

    fn signal(&self, name: &str, signal: &str) -> Result<()> {
        self.running.get(name).with_context(|| format!("{name} does not run"))?.guard.signal(signal)
    }

    /// Stops all with SIGTERM, in the order in which work flows: api, worker, sender.
    ///
    /// # Errors
    /// One of them did not end in 30 s (the rest is stopped by force).
    pub async fn terminate_all(&mut self) -> Result<()> {
        for program in SERVICES {
            let names: Vec<String> = self.running.keys().filter(|name| program_of(name) == program).cloned().collect();
            for name in names {
                self.terminate(&name).await?;
                self.running.remove(&name);
            }
        }
        Ok(())
    }

    /// Whether the service's process is alive.
    pub fn is_running(&mut self, name: &str) -> bool {
        self.running.get_mut(name).is_some_and(|running| matches!(running.guard.ended(), Ok(None)))
    }

    /// Process id, while it runs.
    pub fn pid(&self, name: &str) -> Option<u32> {
        self.running.get(name).map(|running| running.guard.pid())
    }

    /// Address of its internal port, as `127.0.0.1:9101`, once it was started.
    pub fn internal_addr(&self, name: &str) -> Option<&str> {
        self.running.get(name).and_then(|running| running.env.get("INTERNAL_ADDR")).map(String::as_str)
    }

    /// File with a service's output.
    pub fn log(&self, name: &str) -> PathBuf {
        self.logs.join(format!("{}.log", name.replace('#', "-")))
    }

    /// Path of a program.
    ///
    /// # Errors
    /// It is not built.
    pub fn program(&self, name: &str) -> Result<PathBuf> {
        let program = self.binaries.join(program_of(name));
        if !program.is_file() {
            bail!("{} is not built: cargo build --workspace --bins", program.display());
        }
        Ok(program)
    }

    fn spawn(&self, name: &str, env: &BTreeMap<String, String>, under: &[String]) -> Result<Guard> {
        let log = self.log(name);
        let program = self.program(name)?.to_string_lossy().into_owned();
        Guard::start(&Program {
            words: under.iter().cloned().chain([program]).collect(),
            env: env.iter().map(|(variable, value)| (variable.clone(), value.clone())).collect(),
            without: ours(&std::env::vars().map(|(variable, _)| variable).collect::<Vec<_>>()),
            log: &log,
            stop: StopSignal::Term,
            remove: None,
        })
    }
}

fn program_of(name: &str) -> &str {
    name.split('#').next().unwrap_or(name)
}

/// Variables of this process that a service would read: none may leak in from the developer's shell, where a real token or a
/// production database may be set.
fn ours(names: &[String]) -> Vec<String> {
    const PREFIXES: [&str; 12] = [
        "DATABASE_",
        "DB_",
        "TG_",
        "ADMIN_",
        "WEBHOOK_",
        "TELEGRAM_",
        "ANTHROPIC_",
        "PSYCHEOS_",
        "SENTRY_",
        "OTEL_",
        "PG",
        "V1_",
    ];
    names
        .iter()
        .filter(|name| {
            PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || ["PORT", "INTERNAL_ADDR"].contains(&name.as_str())
        })
        .cloned()
        .collect()
}

/// The folder with the workspace's programs: this program's own, or the one above `deps` for a test.
///
/// # Errors
/// The system does not say where this program lies.
pub fn binary_dir() -> Result<PathBuf> {
    let this = std::env::current_exe().context("where is this program?")?;
    let dir = this.parent().unwrap_or(Path::new("."));
    let dir = if dir.file_name().is_some_and(|name| name == "deps") { dir.parent().unwrap_or(dir) } else { dir };
    Ok(dir.to_owned())
}
