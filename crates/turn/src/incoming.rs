//! An update as it came, read in two steps: first its number alone, so that whatever else is wrong with it can be put aside
//! under that number, then the rest.
use bot_kit::{Attachment, Checkout, Event, Media, Payment, Person};
use domain::{ChatId, Stars, TelegramId, TelegramMessageId, UpdateId};
use frankenstein::{
    types::{Chat, ChatMember, ChatType, MaybeInaccessibleMessage, Message, User},
    updates::{Update, UpdateContent},
};
use serde::Deserialize;

/// An update, as far as we serve it.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// Its number.
    pub update: UpdateId,
    /// The chat, where there is one.
    pub chat: Option<ChatId>,
    /// What it says.
    pub happened: Happened,
}

/// What an update says.
#[derive(Debug, Clone, PartialEq)]
pub enum Happened {
    /// Something for the bot's dialogue.
    Spoke {
        /// Who.
        person: Box<Person>,
        /// What.
        event: Event,
        /// The press to be answered, and the message its button is on.
        press: Option<(String, Option<TelegramMessageId>)>,
    },
    /// The person blocked the bot or let it in again.
    Membership {
        /// Whether the bot can write now.
        reachable: bool,
    },
    /// Somebody wrote in a group, where the bot does not serve.
    Group,
    /// Nothing we act on.
    Nothing,
}

/// Why an update cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Not even its number: nothing can be kept under it.
    NoNumber,
    /// The number is known, the rest is not understood.
    Unknown(UpdateId),
}

#[derive(Deserialize)]
struct Number {
    update_id: i64,
}

/// Reads an update.
///
/// # Errors
/// [`Unreadable`].
pub fn read(raw: &[u8]) -> Result<Incoming, Unreadable> {
    let number: Number = serde_json::from_slice(raw).map_err(|_| Unreadable::NoNumber)?;
    let update = UpdateId(number.update_id);
    let parsed: Update = serde_json::from_slice(raw).map_err(|_| Unreadable::Unknown(update))?;
    let (chat, happened) = match parsed.content {
        UpdateContent::Message(message) => of_message(&message),
        UpdateContent::CallbackQuery(query) => {
            let chat = query.message.as_ref().map(|message| match message {
                MaybeInaccessibleMessage::Message(message) => ((*message.chat).clone(), message.message_id),
                MaybeInaccessibleMessage::InaccessibleMessage(message) => (message.chat.clone(), message.message_id),
            });
            match (chat, query.data) {
                (Some((chat, message_id)), Some(data)) if chat.type_field == ChatType::Private => {
                    let person = Box::new(person_of(&query.from, &chat));
                    let press = Some((query.id, Some(TelegramMessageId(i64::from(message_id)))));
                    (Some(ChatId(chat.id)), Happened::Spoke { person, event: Event::Pressed { data }, press })
                }
                (chat, _) => (chat.map(|(chat, _)| ChatId(chat.id)), Happened::Nothing),
            }
        }
        UpdateContent::PreCheckoutQuery(query) => {
            // It comes without a chat; the payer's private chat is where the answer's turn is made.
            let id = i64::try_from(query.from.id).unwrap_or_default();
            let person = Box::new(person_in(&query.from, id));
            let checkout = Checkout {
                query: query.id,
                payload: query.invoice_payload,
                stars: Stars(i64::from(query.total_amount)),
                currency: query.currency,
            };
            (Some(ChatId(id)), Happened::Spoke { person, event: Event::Checkout(checkout), press: None })
        }
        UpdateContent::MyChatMember(change) => {
            let reachable = !matches!(change.new_chat_member, ChatMember::Kicked(_) | ChatMember::Left(_));
            (Some(ChatId(change.chat.id)), Happened::Membership { reachable })
        }
        // Edits of a person's earlier messages change nothing that was decided on them.
        _ => (None, Happened::Nothing),
    };
    Ok(Incoming { update, chat, happened })
}

fn of_message(message: &Message) -> (Option<ChatId>, Happened) {
    let chat = ChatId(message.chat.id);
    if message.chat.type_field != ChatType::Private {
        return (Some(chat), Happened::Group);
    }
    let Some(from) = &message.from else { return (Some(chat), Happened::Nothing) };
    let event = match (&message.successful_payment, &message.refunded_payment, &message.text) {
        (Some(paid), ..) => Event::Paid(Payment {
            payload: paid.invoice_payload.clone(),
            stars: Stars(i64::from(paid.total_amount)),
            charge: paid.telegram_payment_charge_id.clone(),
        }),
        (_, Some(refund), _) => Event::Refunded(Payment {
            payload: refund.invoice_payload.clone(),
            stars: Stars(i64::from(refund.total_amount)),
            charge: refund.telegram_payment_charge_id.clone(),
        }),
        (_, _, Some(text)) => Event::from_text(text),
        (_, _, None) => Event::Media(media_of(message)),
    };
    (Some(chat), Happened::Spoke { person: Box::new(person_of(from, &message.chat)), event, press: None })
}

fn media_of(message: &Message) -> Media {
    let attachment = |file: &str, size: Option<u64>, mime: Option<&String>, name: Option<&String>| Attachment {
        file: file.to_owned(),
        size,
        mime: mime.cloned(),
        name: name.cloned(),
        caption: message.caption.clone(),
        album: message.media_group_id.clone(),
    };
    // Telegram lists a photo's sizes from small to large.
    if let Some(largest) = message.photo.as_ref().and_then(|sizes| sizes.last()) {
        Media::Photo(attachment(&largest.file_id, largest.file_size, None, None))
    } else if let Some(document) = &message.document {
        let size = document.file_size;
        Media::Document(attachment(&document.file_id, size, document.mime_type.as_ref(), document.file_name.as_ref()))
    } else if message.voice.is_some() || message.audio.is_some() || message.video.is_some() || message.video_note.is_some() {
        Media::Voice
    } else {
        Media::Other
    }
}

fn person_of(user: &User, chat: &Chat) -> Person {
    person_in(user, chat.id)
}

fn person_in(user: &User, chat: i64) -> Person {
    let full_name = match &user.last_name {
        Some(last) => format!("{} {last}", user.first_name),
        None => user.first_name.clone(),
    };
    Person {
        telegram_id: TelegramId(i64::try_from(user.id).unwrap_or(chat)),
        chat_id: ChatId(chat),
        username: user.username.clone(),
        full_name,
        language_code: user.language_code.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_kind_keeps_its_number() {
        assert_eq!(read(br#"{"update_id":5,"widget_query":{"id":1}}"#), Err(Unreadable::Unknown(UpdateId(5))));
        assert_eq!(read(br#"{"update_id":9999999999,"message":{}}"#), Err(Unreadable::Unknown(UpdateId(9_999_999_999))));
        assert_eq!(read(b"not json"), Err(Unreadable::NoNumber));
    }

    #[test]
    fn a_text_in_a_private_chat_is_an_event() {
        let raw = br#"{"update_id":1,"message":{"message_id":2,"date":3,"chat":{"id":7,"type":"private","first_name":"A"},
            "from":{"id":7,"is_bot":false,"first_name":"\u0410\u043d\u043d\u0430","language_code":"ru"},"text":"/start abc"}}"#;
        let incoming = read(raw).unwrap();
        let Happened::Spoke { person, event, press: None } = incoming.happened else { panic!("{incoming:?}") };
        assert_eq!(event, Event::Opened { token: Some("abc".into()) });
        assert_eq!((person.telegram_id, person.full_name.as_str()), (TelegramId(7), "Анна"));
    }

    #[test]
    fn a_group_is_not_served() {
        let raw = br#"{"update_id":1,"message":{"message_id":2,"date":3,"chat":{"id":-7,"type":"group","title":"A"},
            "from":{"id":7,"is_bot":false,"first_name":"A"},"text":"hello"}}"#;
        assert_eq!(read(raw).unwrap().happened, Happened::Group);
    }
}
