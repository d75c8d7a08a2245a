#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod bounded;
mod child;
mod confine;
mod docx;
mod frame;
mod here;
mod kind;
mod limits;
mod outcome;
mod pdf;
mod picture;
mod reader;
mod txt;

pub use child::{CHILD_ARGUMENT, run_child_if_asked};
pub use here::read_here;
pub use kind::{Hint, Kind};
pub use limits::{Confinement, Limits};
pub use outcome::{Read, Unreadable};
pub use reader::{Reader, ReaderConfig};
