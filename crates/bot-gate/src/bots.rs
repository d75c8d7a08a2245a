//! The bots that stand at their doors.
use bot_kit::{Bot, Event, Facts, Need, NoAnswer, Scene, Turn};

use crate::door::{self, Door, Tool};

macro_rules! gates {
    ($($(#[$doc:meta])* $bot:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $bot;

        impl Bot for $bot {
            type State = Door;
            type Answer = NoAnswer;

            fn state_name(state: &Door) -> &'static str {
                match state {
                    Door::Closed => "door",
                }
            }

            fn needs(_: &Door, _: &Event, _: &Scene<'_>) -> Vec<Need> {
                Vec::new()
            }

            fn step(state: Door, event: Event, _: &Facts, scene: &mut Scene<'_>) -> Turn<Door> {
                door::step(Tool::$bot, state, event, scene)
            }
        }
    )*};
}

gates! {
    /// The bot with the virtual client.
    Simulator,
}
