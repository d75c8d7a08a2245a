//! A private Postgres.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::guard::{Guard, Program, StopSignal, tail};
use crate::setting::Endpoint;
use crate::system::{ServerUser, find_program, free_port, output};
use crate::{ADMIN, PASSWORD};

/// A private Postgres server on 127.0.0.1, trusting every local connection. It stops when this value is dropped.
#[derive(Debug)]
pub struct Postgres {
    // Declared first: the server stops before its folder is deleted.
    server: Guard,
    port: u16,
    cluster: Cluster,
    _temporary: Option<TempDir>,
}

impl Postgres {
    /// Starts a server with its files in `dir` (made when absent, used again when it has a cluster), or in a temporary folder.
    ///
    /// `durable`: commits are flushed to the disk, and stopping leaves clean files (the playground, benches). Otherwise
    /// nothing is flushed, which makes tests several times faster. When we are root the server runs as user `postgres`; if
    /// that user cannot reach `dir`, a folder under `/var/tmp` takes its place, and a line on standard error says so.
    ///
    /// # Errors
    /// No Postgres binaries (see [`Postgres::binaries`]); the server did not start (the error has the end of its log).
    pub async fn start(dir: Option<PathBuf>, durable: bool) -> Result<Self> {
        Self::start_with(dir, durable, &[]).await
    }

    /// The same with settings of the server on top of ours, as `max_connections=20`.
    ///
    /// # Errors
    /// As [`Postgres::start`]; the server refuses a setting.
    pub async fn start_with(dir: Option<PathBuf>, durable: bool, settings: &[&str]) -> Result<Self> {
        let temporary = if dir.is_none() { Some(tempfile::Builder::new().prefix("psycheos-pg-").tempdir()?) } else { None };
        let wanted = match (&dir, &temporary) {
            (Some(dir), _) => dir.clone(),
            (None, Some(temporary)) => temporary.path().to_owned(),
            (None, None) => bail!("no folder for Postgres"),
        };
        let mut cluster = Cluster::prepare(&wanted, durable)?;
        cluster.remove = temporary.is_some();
        cluster.settings = settings.iter().map(|setting| (*setting).to_owned()).collect();
        let mut attempt = 1;
        loop {
            let port = free_port()?;
            let mut server = Guard::start(&cluster.program(port))?;
            match cluster.wait_ready(&mut server, port).await {
                Ok(()) => return Ok(Self { server, port, cluster, _temporary: temporary }),
                // Somebody took the port between our look and the server's bind.
                Err(_) if attempt < 3 && server.log_tail().contains("Address already in use") => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// The server dies as in a crash (`pg_ctl -m immediate stop`). [`Postgres::start_again`] finds what was committed, as long as
    /// it waited for its log: a server that is neither `durable` nor has the setting `synchronous_commit=on` loses the commits of
    /// the last half second. Comes back when all its processes have ended.
    ///
    /// # Errors
    /// It does not run, or has not ended in 30 s.
    pub async fn crash(&mut self) -> Result<()> {
        self.server.signal("QUIT")?;
        self.server.wait(Duration::from_secs(30)).await?;
        Ok(())
    }

    /// Whether the server runs.
    ///
    /// # Errors
    /// The system does not say.
    pub fn is_running(&mut self) -> Result<bool> {
        Ok(self.server.ended()?.is_none())
    }

    /// As on a full disk, no file of the server may grow beyond this many bytes; `None`: the disk has grown. A server that cannot write
    /// its log panics and ends.
    ///
    /// # Errors
    /// The system does not allow it.
    pub fn limit_files(&self, bytes: Option<u64>) -> Result<()> {
        let size = bytes.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
        let script = "for pid in $1 $(pgrep -P $1); do prlimit --pid $pid --fsize=$2: 2>/dev/null || test ! -d /proc/$pid; done";
        let pid = self.pid().to_string();
        output(self.cluster.user.command(Path::new("sh")).args(["-c", script, "sh", &pid, &size])).map(drop)
    }

    /// Starts a server that has ended, by [`Postgres::crash`] or by itself (a full disk), on the same port and folder with the
    /// same settings, and waits until it has recovered.
    ///
    /// # Errors
    /// It still runs; it did not start, or was not ready in 30 s (the error has the end of its log).
    pub async fn start_again(&mut self) -> Result<()> {
        if self.server.ended()?.is_none() {
            bail!("Postgres {} still runs", self.pid());
        }
        self.server = Guard::start(&self.cluster.program(self.port))?;
        self.cluster.wait_ready(&mut self.server, self.port).await
    }

    /// Folder with `initdb` and `postgres`: the newest version under `/usr/lib/postgresql`, or the one in `PATH`.
    ///
    /// # Errors
    /// There is none on this machine.
    pub fn binaries() -> Result<PathBuf> {
        let mut installed: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
            .filter(|(_, bin)| bin.join("postgres").is_file())
            .collect();
        installed.sort();
        if let Some((_, bin)) = installed.pop() {
            return Ok(bin);
        }
        find_program("initdb")
            .and_then(|program| program.canonicalize().ok()?.parent().map(Path::to_owned))
            .filter(|bin| bin.join("postgres").is_file())
            .context("no Postgres on this machine: apt-get install postgresql")
    }

    /// TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Folder of the server: `data`, `socket`, `postgres.log`.
    pub fn dir(&self) -> &Path {
        &self.cluster.dir
    }

    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::local(self.port)
    }

    /// Connection URL of a database for a role; [`ADMIN`] is the superuser, `postgres` the database that is always there.
    pub fn url(&self, database: &str, role: &str) -> String {
        self.endpoint().url(database, role)
    }

    /// Process id of the postmaster.
    pub fn pid(&self) -> u32 {
        self.server.pid()
    }
}

/// An initialised folder, and how to run a server on it.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub dir: PathBuf,
    user: ServerUser,
    bin: PathBuf,
    log: PathBuf,
    durable: bool,
    settings: Vec<String>,
    /// The folder goes with the server.
    pub remove: bool,
}

impl Cluster {
    pub fn prepare(wanted: &Path, durable: bool) -> Result<Self> {
        let bin = Postgres::binaries()?;
        let user = ServerUser::detect()?;
        let dir = reachable_folder(wanted, user)?;
        let data = dir.join("data");
        if !data.join("PG_VERSION").is_file() {
            init(&bin, user, &data)?;
        }
        Ok(Self { log: dir.join("postgres.log"), dir, user, bin, durable, settings: Vec::new(), remove: false })
    }

    pub fn program(&self, port: u16) -> Program<'_> {
        let mut words = self.user.prefix();
        words.push(self.bin.join("postgres").to_string_lossy().into_owned());
        words.extend(["-D".to_owned(), self.dir.join("data").to_string_lossy().into_owned()]);
        let socket = self.dir.join("socket");
        let mut settings = vec![
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={port}"),
            format!("unix_socket_directories={}", socket.display()),
            "max_connections=200".to_owned(),
            "shared_buffers=128MB".to_owned(),
            "timezone=UTC".to_owned(),
            "log_timezone=UTC".to_owned(),
            "wal_level=minimal".to_owned(),
            "max_wal_senders=0".to_owned(),
        ];
        let flush = if self.durable { "on" } else { "off" };
        settings.extend(["fsync", "synchronous_commit", "full_page_writes"].map(|name| format!("{name}={flush}")));
        for setting in settings.iter().chain(&self.settings) {
            words.extend(["-c".to_owned(), setting.clone()]);
        }
        let stop = if self.durable { StopSignal::Interrupt } else { StopSignal::Quit };
        Program {
            words,
            env: Vec::new(),
            without: Vec::new(),
            log: &self.log,
            stop,
            remove: self.remove.then(|| self.dir.clone()),
        }
    }

    /// Waits until the server accepts connections. The last line of `postmaster.pid` says so; the port and the pid in it
    /// show that it is this server's file and not one left by a crash.
    pub async fn wait_ready(&self, server: &mut Guard, port: u16) -> Result<()> {
        for _ in 0..600 {
            if let Some(status) = server.ended()? {
                bail!("Postgres did not start ({status}):\n{}", tail(&self.log));
            }
            let status = std::fs::read_to_string(self.dir.join("data/postmaster.pid")).unwrap_or_default();
            let lines: Vec<&str> = status.lines().map(str::trim).collect();
            let ours =
                lines.first() == Some(&server.pid().to_string().as_str()) && lines.get(3) == Some(&port.to_string().as_str());
            if ours && lines.get(7) == Some(&"ready") {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("Postgres was not ready in 30 s:\n{}", tail(&self.log))
    }
}

fn init(bin: &Path, user: ServerUser, data: &Path) -> Result<()> {
    let initdb = |locale: &[&str]| {
        let mut command = user.command(&bin.join("initdb"));
        // A folder the server's user may be in; ours may be closed to it.
        command.current_dir("/").arg("-D").arg(data).args(["-U", ADMIN, "-A", "trust", "-N", "-E", "UTF8"]).args(locale);
        output(&mut command)
    };
    // Where C.UTF-8 exists, letter case of Russian works; elsewhere plain C has to do.
    if initdb(&["--locale=C.UTF-8"]).is_err() {
        let _ = std::fs::remove_dir_all(data);
        initdb(&["--no-locale"])?;
    }
    Ok(())
}

/// `wanted`, or a folder of the same name under `/var/tmp` when the server's user cannot get there.
fn reachable_folder(wanted: &Path, user: ServerUser) -> Result<PathBuf> {
    let claim = |dir: &Path| {
        std::fs::create_dir_all(dir.join("socket")).with_context(|| format!("cannot create {}", dir.display()))?;
        user.take_folder(dir)
    };
    let wanted = std::path::absolute(wanted)?;
    if claim(&wanted).is_ok() {
        return Ok(wanted);
    }
    let name: String = wanted.to_string_lossy().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let instead = Path::new("/var/tmp").join(format!("psycheos{name}"));
    claim(&instead)?;
    #[allow(clippy::print_stderr)]
    {
        eprintln!("{} is closed to the user that runs Postgres; using {}", wanted.display(), instead.display());
    }
    Ok(instead)
}

/// The URL of a role on a local server.
pub(crate) fn local_url(port: u16, database: &str, role: &str) -> String {
    format!("postgres://{role}:{PASSWORD}@127.0.0.1:{port}/{database}")
}
