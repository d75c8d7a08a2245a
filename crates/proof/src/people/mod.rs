//! Scripted people: a practice is a specialist, a client, and five conversations.
mod clients;
mod phone;
mod practice;
mod tools;

pub use phone::{Act, Bell, Chat, Next, Patience, Phone};
pub use practice::{CHATS, Lived, Practice, person};
