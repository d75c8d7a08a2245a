//! Files of strangers, through a real child.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod bombs;
mod confinement;
mod docx;
mod kinds;
mod make;
mod pdf;
mod pictures;

use std::path::PathBuf;

use documents::{Hint, Read, Reader, ReaderConfig, Unreadable};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixture_path(name)).unwrap()
}

fn fixture_path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data")).join(name)
}

fn config() -> ReaderConfig {
    ReaderConfig { program: Some(env!("CARGO_BIN_EXE_read-document").into()), ..ReaderConfig::default() }
}

async fn read(bytes: impl Into<Vec<u8>>) -> Result<Read, Unreadable> {
    Reader::new(config()).read(bytes.into(), Hint::default()).await
}

async fn code(bytes: impl Into<Vec<u8>>) -> &'static str {
    read(bytes).await.map_or_else(Unreadable::code, |_| "read")
}

async fn text(bytes: impl Into<Vec<u8>>) -> String {
    match read(bytes).await {
        Ok(Read::Text { text, .. }) => text,
        other => panic!("{other:?}"),
    }
}
