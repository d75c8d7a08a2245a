//! Child processes that cannot be orphaned.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// The shell that stands between us and the child. It prints the child's pid, then waits for it. Beside it a watcher waits
/// for the end of its reason to live (in `$WATCH`) and stops the child: politely, and after ten seconds by force.
///
/// A destructor does not run in a process that is killed; the end of a pipe and the release of a file lock do reach others.
const SCRIPT: &str = r#"
exec 3<&0 </dev/null
"$@" </dev/null >>"$GUARD_LOG" 2>&1 3<&- &
child=$!
echo $child
exec >/dev/null 2>&1
stop() {
    kill -"$GUARD_SIGNAL" $child
    kill -CONT $child # a frozen one hears nothing
    tries=0
    while kill -0 $child && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
    kill -KILL $child
}
watch_parent() {
    cat <&3 >/dev/null
    trap '' TERM # the shell below takes the child's end for a reason to end us
    stop
    [ -z "$GUARD_REMOVE" ] || rm -rf "$GUARD_REMOVE"
}
watch_lock() {
    exec 3<&-
    idle=0
    exec 9>>"$GUARD_LOCK"
    while kill -0 $child; do
        sleep 1
        if flock -n -x 9; then
            idle=$((idle + 1))
            if [ $idle -ge "$GUARD_IDLE_SECS" ]; then
                stop
                [ -z "$GUARD_REMOVE" ] || rm -rf "$GUARD_REMOVE"
                exit
            fi
            flock -u 9
        else
            idle=0
        fi
    done
}
if [ -n "$GUARD_LOCK" ]; then watch_lock & else watch_parent & fi
watcher=$!
exec 3<&-
wait $child
code=$?
[ -n "$GUARD_LOCK" ] || kill $watcher
exit $code
"#;

/// How a program is asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopSignal {
    /// SIGTERM: services, PgBouncer.
    Term,
    /// SIGINT: Postgres' fast shutdown, which leaves clean files.
    Interrupt,
    /// SIGQUIT: Postgres' immediate shutdown, a crash: for data that nobody needs any more.
    Quit,
}

impl StopSignal {
    fn name(self) -> &'static str {
        match self {
            Self::Term => "TERM",
            Self::Interrupt => "INT",
            Self::Quit => "QUIT",
        }
    }
}

/// A program to run under guard.
pub(crate) struct Program<'a> {
    /// The command line.
    pub words: Vec<String>,
    /// Environment on top of ours.
    pub env: Vec<(String, String)>,
    /// Variables of our own environment that the program must not inherit.
    pub without: Vec<String>,
    /// Where its output is appended.
    pub log: &'a Path,
    pub stop: StopSignal,
    /// A folder to delete once the program has ended because we or the last user are gone.
    pub remove: Option<PathBuf>,
}

/// A running child. Dropping it stops the child and waits for it; the death of this process, by any signal, stops it too.
#[derive(Debug)]
pub struct Guard {
    shell: Child,
    pid: u32,
    log: PathBuf,
}

impl Guard {
    pub(crate) fn start(program: &Program<'_>) -> Result<Self> {
        Self::spawn(program, "", 0)
    }

    /// Starts a program that outlives this process: it lives while any process holds a (shared) lock of the file `lock`,
    /// and `idle_secs` longer; then it stops, under an exclusive lock.
    pub(crate) fn start_shared(program: &Program<'_>, lock: &Path, idle_secs: u32) -> Result<Self> {
        Self::spawn(program, &lock.to_string_lossy(), idle_secs)
    }

    fn spawn(program: &Program<'_>, lock: &str, idle_secs: u32) -> Result<Self> {
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(program.log)
            .with_context(|| format!("cannot write {}", program.log.display()))?;
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, "guard"]).args(&program.words);
        for name in &program.without {
            command.env_remove(name);
        }
        command.envs(program.env.iter().map(|(name, value)| (name, value)));
        command.env("GUARD_LOG", program.log).env("GUARD_SIGNAL", program.stop.name());
        command
            .env("GUARD_LOCK", lock)
            .env("GUARD_IDLE_SECS", idle_secs.to_string())
            .env("GUARD_REMOVE", program.remove.as_deref().unwrap_or(Path::new("")));
        // A Ctrl-C in the terminal reaches our process group only: we stop children ourselves, in order.
        command.process_group(0);
        command.stdin(if lock.is_empty() { Stdio::piped() } else { Stdio::null() });
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut shell = command.spawn().context("cannot start sh")?;
        let mut line = String::new();
        if let Some(stdout) = shell.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let Ok(pid) = line.trim().parse() else {
            let _ = shell.wait();
            bail!("cannot start {}", program.words.join(" "));
        };
        Ok(Self { shell, pid, log: program.log.to_owned() })
    }

    /// Process id of the program itself.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The file that has its output.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The last lines of its output.
    pub fn log_tail(&self) -> String {
        tail(&self.log)
    }

    /// How it ended; `None` while it runs. A program killed by signal n ends with code 128 + n.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.shell.try_wait()?)
    }

    /// Waits for the end, at most `limit`; an error when it still runs then.
    pub async fn wait(&mut self, limit: Duration) -> Result<ExitStatus> {
        let rounds = (limit.as_millis() / 20).max(1);
        for _ in 0..rounds {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("process {} still runs after {} s", self.pid, limit.as_secs())
    }

    /// Sends a signal by name (`TERM`, `KILL`, `STOP`, `CONT`).
    ///
    /// # Errors
    /// The program has ended.
    pub fn signal(&self, name: &str) -> Result<()> {
        let kill = format!("kill -s {name} {}", self.pid);
        let status = Command::new("sh").args(["-c", &kill]).stderr(Stdio::null()).status()?;
        if !status.success() {
            bail!("process {} is gone", self.pid);
        }
        Ok(())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // A shared program has no pipe to us and goes on; the pipe of any other one closes here, and its watcher acts.
        if self.shell.stdin.take().is_some() {
            let _ = self.shell.wait();
        }
    }
}

/// The last 2,000 bytes of a file, from the beginning of a line.
pub(crate) fn tail(path: &Path) -> String {
    let text = std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let start = text.len().saturating_sub(2_000);
    let start = (start..text.len()).find(|&at| at == 0 || text.as_bytes()[at - 1] == b'\n').unwrap_or(0);
    text.get(start..).unwrap_or_default().to_owned()
}
