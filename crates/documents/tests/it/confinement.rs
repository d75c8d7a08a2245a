//! The walls around the child.
use std::{
    fs,
    io::{Read as _, Write as _},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use documents::{CHILD_ARGUMENT, Confinement, Hint, Limits, Read, Reader, ReaderConfig, Unreadable};

use crate::{config, fixture_path};

fn played_by(script: &str) -> ReaderConfig {
    ReaderConfig { program: Some(fixture_path(script)), wall: Duration::from_secs(1), ..config() }
}

/// Children of this process that are still there.
fn children() -> usize {
    let tasks = fs::read_dir("/proc/self/task").unwrap().flatten();
    tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok()).map(|all| all.split_whitespace().count()).sum()
}

#[test]
fn the_limits_are_set_before_the_first_byte_of_a_file_is_read() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_read-document"))
        .arg(CHILD_ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let limits = serde_json::to_string(&Limits::default()).unwrap();
    let confinement = serde_json::to_string(&Confinement::default()).unwrap();
    writeln!(stdin, r#"{{"expected":null,"limits":{limits},"confinement":{confinement}}}"#).unwrap();

    let of_child = |file: &str| fs::read_to_string(format!("/proc/{}/{file}", child.id())).unwrap();
    let until = Instant::now() + Duration::from_secs(10);
    while !of_child("status").contains("Seccomp:\t2") {
        assert!(Instant::now() < until, "it never sealed itself");
        thread::sleep(Duration::from_millis(5));
    }
    assert!(of_child("status").contains("NoNewPrivs:\t1"));
    let set = of_child("limits");
    for (name, soft, hard) in [
        ("Max address space", "268435456", "268435456"),
        ("Max cpu time", "10", "11"),
        ("Max stack size", "8388608", "8388608"),
        ("Max file size", "0", "0"),
        ("Max open files", "0", "0"),
        ("Max processes", "0", "0"),
        ("Max core file size", "0", "0"),
    ] {
        let line = set.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        assert_eq!(line.split_whitespace().take(2).collect::<Vec<_>>(), [soft, hard], "{name}");
    }

    stdin.write_all("Сон".as_bytes()).unwrap();
    drop(stdin);
    let mut answer = String::new();
    child.stdout.take().unwrap().read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "{\"text\":{\"pages\":null,\"truncated\":false,\"bytes\":6}}\nСон");
    assert!(child.wait().unwrap().success());
}

#[tokio::test]
async fn too_little_memory_ends_the_child_and_the_reader_goes_on() {
    let confinement = Confinement { memory_bytes: 40 * 1024 * 1024, ..Confinement::default() };
    let reader = Reader::new(ReaderConfig { confinement, ..config() });
    let large = crate::make::png(3000, 3000, 8, 6, &crate::make::much_of(0, 40));
    assert_eq!(reader.read(large, Hint::default()).await, Err(Unreadable::GaveUp));
    assert!(reader.read(b"dream".to_vec(), Hint::default()).await.is_ok());
}

#[tokio::test]
async fn a_child_has_no_variables_of_ours_and_stands_in_no_folder_of_ours() {
    assert!(std::env::vars_os().count() > 3, "there is something to hide");
    let reader = Reader::new(played_by("surroundings.sh"));
    let Ok(Read::Text { text, .. }) = reader.read(b"dream".to_vec(), Hint::default()).await else { panic!("no answer") };
    // The shell sets this one itself.
    assert_eq!(text, "PWD /");
}

#[tokio::test]
async fn a_child_that_never_answers_is_ended() {
    let started = Instant::now();
    let read = Reader::new(played_by("silent.sh")).read(b"dream".to_vec(), Hint::default()).await;
    assert_eq!(read, Err(Unreadable::TookTooLong));
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(children(), 0);
}

#[tokio::test]
async fn a_child_that_never_stops_talking_is_ended_and_little_of_it_is_heard() {
    let config = ReaderConfig { wall: Duration::from_secs(15), ..played_by("endless.sh") };
    let started = Instant::now();
    let read = Reader::new(config).read(b"dream".to_vec(), Hint::default()).await;
    assert_eq!(read, Err(Unreadable::GaveUp));
    assert!(started.elapsed() < Duration::from_secs(10), "it was heard until the wall");
    assert_eq!(children(), 0);
}

#[tokio::test]
async fn a_reading_that_is_dropped_ends_its_child() {
    let reader = Reader::new(ReaderConfig { wall: Duration::from_secs(60), ..played_by("silent.sh") });
    let reading = tokio::spawn(async move { reader.read(b"dream".to_vec(), Hint::default()).await });
    while children() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    reading.abort();
    let until = Instant::now() + Duration::from_secs(10);
    while children() > 0 {
        assert!(Instant::now() < until, "the child lives on");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn only_so_many_children_live_at_once() {
    let reader = Reader::new(ReaderConfig { at_once: 2, ..played_by("silent.sh") });
    let reads: Vec<_> = (0..6)
        .map(|_| {
            let reader = reader.clone();
            tokio::spawn(async move { reader.read(b"dream".to_vec(), Hint::default()).await })
        })
        .collect();
    let mut most = 0;
    while !reads.iter().all(tokio::task::JoinHandle::is_finished) {
        most = most.max(children());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(most, 2);
}

#[tokio::test]
async fn a_machine_that_cannot_read_says_so_at_once() {
    assert_eq!(Reader::new(config()).check().await, Ok(()));
    let missing = ReaderConfig { program: Some("/nonexistent".into()), ..config() };
    assert_eq!(Reader::new(missing).check().await, Err(Unreadable::Unavailable));
    // A program that is no child of this crate ends without an answer.
    let other = ReaderConfig { program: Some("/bin/true".into()), ..config() };
    assert_eq!(Reader::new(other).check().await, Err(Unreadable::GaveUp));
}

#[test]
fn a_child_that_is_not_asked_properly_reads_nothing() {
    let ask = |line: &[u8]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_read-document"))
            .arg(CHILD_ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(line).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), output.stdout)
    };
    assert_eq!(ask(b"dream\n"), (Some(78), Vec::new()));
    assert_eq!(ask(b""), (Some(78), Vec::new()));
}
