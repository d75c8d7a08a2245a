//! `make fences`: prints every broken fence; ends with 1 when there is one.
#![allow(clippy::print_stdout, reason = "a command line tool answers on standard output")]

use std::path::Path;

use anyhow::bail;

fn main() -> anyhow::Result<()> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
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
