//! The debrief: everything that is computed of a session, and the artifact made of it.
mod artifact;
mod facts;
mod picture;
mod sections;
mod summary;

pub use artifact::{By, DebriefInput, Payload, compose};
pub use facts::{AlternativeEnd, Debrief, End, LayerWork, Line, OtherWay, Spoken, Uncertainty, is_charged};
pub use picture::{Picture, picture};
pub use summary::chat_summary;
