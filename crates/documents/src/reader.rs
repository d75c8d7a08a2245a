//! The parent: starts a child for each file and believes little of what it says.
use std::{
    io,
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, Command},
    sync::Semaphore,
    time,
};

use crate::{CHILD_ARGUMENT, Confinement, Hint, Limits, Read, Unreadable, child, frame, here};

/// The signal of the processor's limit, on every Linux machine.
const SIGXCPU: i32 = 24;

/// How files are read.
#[derive(Debug, Clone)]
pub struct ReaderConfig {
    /// The program that becomes the child: this one when there is none. Its `main` begins with [`crate::run_child_if_asked`].
    pub program: Option<PathBuf>,
    /// What a file may be.
    pub limits: Limits,
    /// What a child may take.
    pub confinement: Confinement,
    /// How long a child may live.
    pub wall: Duration,
    /// How many children live at once; further files wait.
    pub at_once: usize,
}

impl Default for ReaderConfig {
    fn default() -> Self {
        Self {
            program: None,
            limits: Limits::default(),
            confinement: Confinement::default(),
            wall: Duration::from_secs(15),
            at_once: 2,
        }
    }
}

/// Reads files, each in a child of its own. Cheap to clone; clones share the number of children.
#[derive(Debug, Clone)]
pub struct Reader {
    config: Arc<ReaderConfig>,
    slots: Arc<Semaphore>,
}

impl Reader {
    /// A reader; no child is started yet.
    #[must_use]
    pub fn new(config: ReaderConfig) -> Self {
        let slots = Arc::new(Semaphore::new(config.at_once.max(1)));
        Self { config: Arc::new(config), slots }
    }

    /// The limits that hold, for what a bot says of them.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.config.limits
    }

    /// Reads a file. Waits for a place first; [`ReaderConfig::wall`] runs from the child's start. Dropped, it ends its child.
    ///
    /// # Errors
    /// [`Unreadable`], a decision about the file; [`Unreadable::Unavailable`] alone is about the machine.
    pub async fn read(&self, bytes: Vec<u8>, hint: Hint) -> Result<Read, Unreadable> {
        here::check_size(&bytes, &self.config.limits)?;
        let _place = self.slots.acquire().await.map_err(|_| Unreadable::Unavailable)?;
        let mut child = self.start().map_err(|_| Unreadable::Unavailable)?;
        let talk = time::timeout(self.config.wall, self.talk(&mut child, bytes, hint)).await;
        // Whatever it said, it is gone before its place is given on.
        if child.id().is_some() {
            child.kill().await.map_err(|_| Unreadable::Unavailable)?;
        }
        talk.unwrap_or(Err(Unreadable::TookTooLong))
    }

    /// Reads two letters, to see at a service's start whether files can be read on this machine.
    ///
    /// # Errors
    /// As of [`Reader::read`]; [`Unreadable::Unavailable`] where a child cannot be started or confined.
    pub async fn check(&self) -> Result<(), Unreadable> {
        self.read(b"ok".to_vec(), Hint::default()).await.map(|_| ())
    }

    /// A child without surroundings: no variables, among which are secrets; no folder of ours; nobody hears its complaints.
    fn start(&self) -> io::Result<Child> {
        let program = self.config.program.clone().map_or_else(std::env::current_exe, Ok)?;
        Command::new(program)
            .arg(CHILD_ARGUMENT)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
    }

    async fn talk(&self, child: &mut Child, bytes: Vec<u8>, hint: Hint) -> Result<Read, Unreadable> {
        let ReaderConfig { limits, confinement, .. } = &*self.config;
        let question = frame::Question { expected: hint.expected, limits: limits.clone(), confinement: confinement.clone() };
        let mut line = serde_json::to_vec(&question).map_err(|_| Unreadable::Unavailable)?;
        line.push(b'\n');
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (mut stdin, stdout) = stdin.zip(stdout).ok_or(Unreadable::Unavailable)?;
        let ask = async move {
            // A child that died early does not listen to the end; how it died says why.
            let _ = stdin.write_all(&line).await;
            let _ = stdin.write_all(&bytes).await;
        };
        let longest = frame::longest_answer(limits);
        let hear = async move {
            let mut answer = Vec::new();
            let heard = stdout.take(longest.saturating_add(1)).read_to_end(&mut answer).await;
            heard.map(|_| answer)
        };
        let ((), answer) = tokio::join!(ask, hear);
        let answer = answer.map_err(|_| Unreadable::GaveUp)?;
        if u64::try_from(answer.len()).unwrap_or(u64::MAX) > longest {
            return Err(Unreadable::GaveUp);
        }
        let status = child.wait().await.map_err(|_| Unreadable::Unavailable)?;
        if !status.success() {
            return Err(of_death(status));
        }
        frame::understood(&answer, hint, limits).unwrap_or(Err(Unreadable::GaveUp))
    }
}

/// What a child's end says about its file.
fn of_death(status: ExitStatus) -> Unreadable {
    if status.signal() == Some(SIGXCPU) {
        Unreadable::TookTooLong
    } else if status.code() == Some(child::NOT_CONFINED) {
        Unreadable::Unavailable
    } else {
        Unreadable::GaveUp
    }
}
