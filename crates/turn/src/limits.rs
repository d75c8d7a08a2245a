//! What one person may ask for (S16). What has to do with danger to life, and what has been paid, is never held up (C6).
use bot_kit::{Event, Html, Media, html};
use db::chat::OpenedTurn;
use domain::{BotId, Locale, lexicon};

/// Replies that a stranger gets within an hour to commands; to anything else there is one.
const COMMANDS_AN_HOUR: i32 = 10;

/// What is done with an update once it is known whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Its turn is made.
    Turn {
        /// By somebody we do not know: what is replied counts.
        stranger: bool,
    },
    /// The person's minute has no room for it. The first time within the minute it is said.
    Busy {
        /// Whether this is the first time.
        first: bool,
    },
    /// A stranger who has had a reply.
    Silent,
}

/// Decides.
pub(crate) fn gate(bot: BotId, event: &Event, opened: &OpenedTurn) -> Gate {
    let stranger = opened.specialist.is_none() && opened.run.is_none() && opened.payload.is_none();
    let full = match event {
        Event::Said(_) | Event::Media(_) | Event::Opened { token: None } => opened.replies >= 1,
        Event::Command(_) => opened.replies >= COMMANDS_AN_HOUR,
        // A link is what makes a stranger known; wrong ones are counted where they are opened.
        Event::Opened { token: Some(_) } | Event::Pressed { .. } | Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) => {
            false
        }
        Event::Answered(never) => match *never {},
    };
    match (opened.over, stranger && full) {
        (0, false) => Gate::Turn { stranger },
        _ if never_waits(bot, event) => Gate::Turn { stranger },
        (0, true) => Gate::Silent,
        (over, _) => Gate::Busy { first: over == 1 },
    }
}

/// Signs of danger, the way to help, a client's taps in the screening, which may be answers about safety, and money.
fn never_waits(bot: BotId, event: &Event) -> bool {
    match event {
        Event::Command(command) => *command == bot_kit::Command::Sos,
        Event::Said(words) => lexicon::signs(words).is_some(),
        Event::Media(Media::Photo(file) | Media::Document(file)) => {
            file.caption.as_deref().is_some_and(|words| lexicon::signs(words).is_some())
        }
        Event::Pressed { .. } => bot == BotId::Screen,
        Event::Checkout(_) | Event::Paid(_) | Event::Refunded(_) => true,
        Event::Opened { .. } | Event::Media(Media::Voice | Media::Other) => false,
        Event::Answered(never) => match *never {},
    }
}

/// What a person reads whose messages come too fast.
pub(crate) fn too_fast(locale: Locale) -> Html {
    match locale {
        Locale::Ru => html!(
            "Сообщений слишком много сразу: это и следующие я не принимаю. Подождите минуту и пришлите ещё раз. Если нужна срочная \
             помощь: /sos"
        ),
        Locale::En => html!(
            "Too many messages at once: this one and the next are not taken. Wait a minute and send it again. If you need help at \
             once: /sos"
        ),
    }
}

#[cfg(test)]
mod tests {
    use bot_kit::{Attachment, Command, Specialist};
    use chrono::DateTime;
    use domain::{CaseId, RunId, UserId};
    use uuid::Uuid;

    use super::*;

    fn opened(over: i32, replies: i32) -> OpenedTurn {
        OpenedTurn {
            opened_at: DateTime::UNIX_EPOCH,
            version: 0,
            state: String::new(),
            payload: None,
            case: None,
            run: None,
            specialist: None,
            over,
            replies,
        }
    }

    fn known(over: i32) -> OpenedTurn {
        let run = Uuid::from_u128(1);
        OpenedTurn { run: Some(RunId(run)), case: Some(CaseId(run)), ..opened(over, 0) }
    }

    fn said(words: &str) -> Event {
        Event::Said(words.into())
    }

    fn pressed() -> Event {
        Event::Pressed { data: "x".into() }
    }

    const TURN: Gate = Gate::Turn { stranger: false };

    #[test]
    fn a_minute_has_room_for_so_many_and_it_is_said_once() {
        for (over, gate_is) in [(0, TURN), (1, Gate::Busy { first: true }), (2, Gate::Busy { first: false })] {
            assert_eq!(gate(BotId::Pro, &said("привет"), &known(over)), gate_is);
            assert_eq!(gate(BotId::Pro, &pressed(), &known(over)), gate_is);
            assert_eq!(gate(BotId::Pro, &Event::Command(Command::Menu), &known(over)), gate_is);
        }
    }

    #[test]
    fn nothing_holds_up_danger_help_answers_of_a_client_or_money() {
        let file = |caption: &str| Attachment {
            file: "f".into(),
            size: None,
            mime: None,
            name: None,
            caption: Some(caption.into()),
            album: None,
        };
        for bot in BotId::ALL {
            for event in [
                said("я не хочу больше жить"),
                Event::Command(Command::Sos),
                Event::Media(Media::Photo(file("не хочу больше жить"))),
                Event::Paid(bot_kit::Payment { payload: "p".into(), stars: domain::Stars(1), charge: "c".into() }),
            ] {
                assert_eq!(gate(*bot, &event, &known(500)), TURN, "{bot}");
                assert_eq!(gate(*bot, &event, &opened(500, 500)), Gate::Turn { stranger: true }, "{bot}");
            }
        }
        assert_eq!(gate(BotId::Screen, &pressed(), &known(500)), TURN);
        assert_eq!(gate(BotId::Screen, &Event::Media(Media::Photo(file("мой кот"))), &known(2)), Gate::Busy { first: false });
    }

    #[test]
    fn a_stranger_gets_one_reply_an_hour_and_a_few_to_commands() {
        let first = Gate::Turn { stranger: true };
        for event in [said("привет"), Event::Media(Media::Voice), Event::Opened { token: None }] {
            assert_eq!(gate(BotId::Pro, &event, &opened(0, 0)), first);
            assert_eq!(gate(BotId::Pro, &event, &opened(0, 1)), Gate::Silent);
            assert_eq!(gate(BotId::Pro, &event, &known(0)), TURN, "somebody with a run is no stranger");
            let talking = OpenedTurn { payload: Some(vec![1]), ..opened(0, 1) };
            assert_eq!(gate(BotId::Screen, &event, &talking), TURN, "nor somebody whose dialogue is kept");
        }
        assert_eq!(gate(BotId::Pro, &Event::Command(Command::Privacy), &opened(0, 9)), first);
        assert_eq!(gate(BotId::Pro, &Event::Command(Command::Privacy), &opened(0, 10)), Gate::Silent);
        assert_eq!(gate(BotId::Screen, &Event::Opened { token: Some("t".into()) }, &opened(0, 99)), first);
        let specialist = Specialist {
            user_id: UserId(Uuid::from_u128(2)),
            blocked: true,
            chosen_locale: None,
            country: None,
            notify: true,
            invitation_days: 7,
            full_name: String::new(),
        };
        assert_eq!(gate(BotId::Pro, &said("привет"), &OpenedTurn { specialist: Some(specialist), ..opened(0, 9) }), TURN);
    }
}
