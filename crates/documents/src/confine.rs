//! What the child gives up before it reads a file.
use std::io;

use rlimit::Resource;

use crate::Confinement;

/// The main thread's stack: enough for the parsers, which keep a limit of their own on nesting.
const STACK: u64 = 8 * 1024 * 1024;

/// Sets the limits and seals the process. From here on there is no way back: neither can be taken off again.
///
/// # Errors
/// When one of them cannot be set; then no file may be read.
pub(crate) fn confine(confinement: &Confinement) -> io::Result<()> {
    let Confinement { memory_bytes, cpu_secs } = *confinement;
    // At the first number of processor seconds the child is told which limit it was; a second later it is ended without a word.
    Resource::CPU.set(cpu_secs, cpu_secs.saturating_add(1))?;
    Resource::STACK.set(STACK, STACK)?;
    Resource::AS.set(memory_bytes, memory_bytes)?;
    // No file is written, nothing is opened, nobody is started, nothing of the memory is left behind.
    for none in [Resource::FSIZE, Resource::CORE, Resource::NOFILE, Resource::NPROC] {
        none.set(0, 0)?;
    }
    seal()
}

/// Leaves the calling thread only what computing needs. All else answers "not permitted": above all sockets, files and programs.
#[cfg(target_os = "linux")]
pub(crate) fn seal() -> io::Result<()> {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

    const NEEDED: [i64; 24] = [
        // the file comes in, the answer goes out
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        // memory
        libc::SYS_brk,
        libc::SYS_mmap,
        libc::SYS_mprotect,
        libc::SYS_mremap,
        libc::SYS_munmap,
        libc::SYS_madvise,
        // locks, seeds of hash tables, time
        libc::SYS_futex,
        libc::SYS_getrandom,
        libc::SYS_clock_gettime,
        libc::SYS_sched_yield,
        // the end, by itself or by a signal
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_tgkill,
    ];
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let here = std::env::consts::ARCH.try_into().map_err(io::Error::other)?;
    let rules = NEEDED.into_iter().map(|call| (call, Vec::new())).collect();
    let filter = SeccompFilter::new(rules, refused, SeccompAction::Allow, here).map_err(io::Error::other)?;
    let program: BpfProgram = filter.try_into().map_err(io::Error::other)?;
    apply_filter(&program).map_err(io::Error::other)
}

/// There is no such seal here, so nothing is read.
#[cfg(not(target_os = "linux"))]
pub(crate) fn seal() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use std::{fs::File, io::ErrorKind, net::TcpListener, net::TcpStream, net::UdpSocket, process::Command, thread};

    use super::*;

    /// The seal is of one thread, so a thread of its own can try it.
    #[test]
    fn a_sealed_thread_reaches_no_network_no_file_and_no_program() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let tries = move || {
            [
                TcpStream::connect(address).err(),
                UdpSocket::bind("127.0.0.1:0").err(),
                File::open("/etc/passwd").err(),
                Command::new("/bin/true").spawn().err(),
            ]
            .map(|error| error.map(|error| error.kind()))
        };
        let sealed = thread::spawn(move || seal().map(|()| tries())).join().unwrap().unwrap();
        assert_eq!(sealed, [Some(ErrorKind::PermissionDenied); 4]);
        assert_eq!(tries(), [None; 4], "without the seal all of it can be done");
    }
}
