//! `make fences`: prints every broken fence; ends with 1 when there is one. `make clinical-drafts`: enters changed clinical
//! content as drafts.
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]

use std::path::Path;

use anyhow::bail;

fn main() -> anyhow::Result<()> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    if std::env::args().nth(1).as_deref() == Some("drafts") {
        for path in tidy::renew_drafts(root)? {
            println!("{path} is a draft now and waits for a named person");
        }
        return Ok(());
    }
    let broken = tidy::broken(root)?;
    for sentence in &broken {
        println!("{sentence}");
    }
    if broken.is_empty() {
        println!("all fences hold");
        return Ok(());
    }
    bail!("{} broken", broken.len())
}
