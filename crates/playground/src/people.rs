//! The two people of the page, and the bots as it names them.

use fake_telegram::Person;
use serde::Serialize;

/// Telegram id of the specialist.
pub(crate) const SPECIALIST: i64 = 700_100_001;

/// Telegram id of the client.
pub(crate) const CLIENT: i64 = 700_200_002;

/// A person as the page shows them.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PhoneOwner {
    pub id: i64,
    pub role: &'static str,
    pub name: &'static str,
    pub title: &'static str,
}

/// Owners of the phones, from left to right.
pub(crate) const OWNERS: [PhoneOwner; 2] = [
    PhoneOwner { id: SPECIALIST, role: "specialist", name: "Анна", title: "специалист" },
    PhoneOwner { id: CLIENT, role: "client", name: "Илья", title: "клиент" },
];

/// The same people as Telegram knows them.
pub(crate) fn in_telegram() -> [Person; 2] {
    let person = |user_id, first: &str, last: &str, username: &str| Person {
        user_id,
        first_name: first.to_owned(),
        last_name: Some(last.to_owned()),
        username: Some(username.to_owned()),
        language_code: Some("ru".to_owned()),
        deactivated: false,
    };
    [person(SPECIALIST, "Анна", "Ковалёва", "anna_kovaleva"), person(CLIENT, "Илья", "Соколов", "ilya_sokolov")]
}

/// Name of a bot on the page.
pub(crate) fn title(bot: &str) -> &str {
    match bot {
        "pro" => "Pro",
        "screen" => "Скрининг",
        "interpretator" => "Интерпретатор",
        "conceptualizator" => "Концептуализатор",
        "simulator" => "Симулятор",
        other => other,
    }
}
