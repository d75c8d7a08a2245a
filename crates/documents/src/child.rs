//! The child: it limits itself, reads one file from its standard input, answers and ends.
use std::{
    env,
    io::{self, BufRead as _, Read as _, Write as _},
    panic, process,
};

use crate::{Hint, Read, Unreadable, confine, frame, frame::Question, read_here};

/// The argument that makes a program the child.
pub const CHILD_ARGUMENT: &str = "--read-document";

/// It could not confine itself, or was not asked properly: nothing was read.
pub(crate) const NOT_CONFINED: i32 = 78;

/// Makes this process the child when it was started as one, and then never returns. It stands first in `main`, before a runtime or a
/// second thread exists: the seal is of one thread, and memory that a runtime takes would count.
pub fn run_child_if_asked() {
    if env::args_os().nth(1).is_some_and(|argument| argument == CHILD_ARGUMENT) {
        process::exit(answer().map_or(NOT_CONFINED, |()| 0));
    }
}

/// Answers on standard output; none when there is no confinement.
fn answer() -> Option<()> {
    // What a library says when it panics may hold words of the file.
    panic::set_hook(Box::new(|_| {}));
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    input.by_ref().take(frame::LINE).read_until(b'\n', &mut line).ok()?;
    let Question { expected, limits, confinement } = serde_json::from_slice(&line).ok()?;
    confine::confine(&confinement).ok()?;
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is full from one that goes on.
    input.take(limits.bytes().saturating_add(1)).read_to_end(&mut bytes).ok()?;
    let read = panic::catch_unwind(|| read_here(bytes, Hint { expected }, &limits));
    let read: Result<Read, Unreadable> = read.unwrap_or(Err(Unreadable::Damaged));
    io::stdout().write_all(&frame::written(read)?).ok()?;
    io::stdout().flush().ok()
}
