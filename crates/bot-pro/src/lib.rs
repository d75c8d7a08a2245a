#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod button;
#[warn(clippy::wildcard_enum_match_arm)]
mod flow;
pub mod guide;
mod label;
mod texts;

pub use button::{AdminButton, Button, CareButton, GuideButton, Named, Then, WalletButton, every_button};
pub use flow::{Pro, State, archive_caption, archive_failed, case_ends, invitation_ends, result_came, rewritten};
pub use texts::{
    care::announcement_queued,
    commands,
    money::{late_payment, picture_caption},
};
