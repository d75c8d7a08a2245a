//! Starts psycheos-worker, or the child that reads a person's file; everything else is in its library.
use std::process::ExitCode;

fn main() -> ExitCode {
    // First of all, before a runtime or a second thread exists: the child is this program too.
    documents::run_child_if_asked();
    psycheos_worker::start()
}
