//! Every story, against the pure bots.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, missing_docs)]

use std::path::Path;

use chat_test::{Memory, replay, stories};

#[tokio::test]
async fn every_story_goes_as_it_is_written() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/chats"));
    let accept = std::env::var_os("ACCEPT_CHATS").is_some();
    let mut differ = Vec::new();
    for (name, story) in stories(folder).unwrap() {
        let played = replay(&story, &mut Memory::default()).await.unwrap_or_else(|why| panic!("{name}: {why}"));
        if played != story {
            if accept {
                std::fs::write(folder.join(&name), &played).unwrap();
            } else {
                differ.push(format!("--- {name}\n{played}"));
            }
        }
    }
    assert!(differ.is_empty(), "stories went differently (make accept rewrites them):\n{}", differ.join("\n"));
}
