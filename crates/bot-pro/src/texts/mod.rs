//! Everything Pro can say, in one exhaustive match per language: a missing translation does not compile.
mod en;
mod ru;

use bot_kit::{CaseCard, FileKind, Html, ResultCard, Wallet};
use chrono::{DateTime, Utc};
use domain::{Locale, ServiceId, Stars};

/// A message or a line over the chat.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs, reason = "the words of each stand in ru.rs and en.rs")]
pub enum Text<'a> {
    // who is there
    NotInvited,
    BadInvitation,
    Welcome { name: &'a str },
    Hello { name: &'a str },
    Blocked,
    // everywhere
    MainMenu,
    Help,
    HelpStranger,
    Terms,
    PaySupport,
    Privacy,
    Sos { country: Option<&'a str> },
    GuideElsewhere,
    ExportElsewhere,
    DeleteMeElsewhere,
    UnknownCommand,
    Canceled,
    NothingToCancel,
    OnlyButtons,
    NeedsWords,
    NotFound,
    StaleButton,
    // cases
    NoCases,
    NoArchive,
    CasesPage { archived: bool, page: u32, pages: u32 },
    Case(&'a CaseCard),
    AskLabel,
    AskNewLabel { label: &'a str },
    BadLabel,
    DoubtfulLabel { label: &'a str },
    CaseOpened { label: &'a str },
    Renamed { label: &'a str },
    Archived,
    Restored,
    AskDelete(&'a CaseCard),
    Deleted,
    // screening
    Screening(&'a CaseCard),
    ArchivedRefuses,
    ScreeningGoesOn,
    TooFewStars { price: Stars, available: Stars },
    ForwardLink { name: &'a str, url: &'a str },
    NoOpenInvitation,
    AskRevoke { reserved: Stars },
    DangerSeen,
    SeenToast,
    AlreadySeen,
    // results
    NoResults,
    ResultsPage { label: &'a str, page: u32, pages: u32 },
    Result(&'a ResultCard),
    FileCaption { kind: FileKind, label: &'a str },
    FileComes,
    NoSuchFile,
    // balance, settings, administration
    Wallet(Wallet),
    Settings { country: Option<&'a str>, notify: bool },
    AskCountry,
    Admin,
    SpecialistLink { url: &'a str, uses: u8, days: u8 },
}

impl Text<'_> {
    /// The text with markup.
    #[must_use]
    pub fn html(&self, locale: Locale) -> Html {
        match locale {
            Locale::Ru => ru::text(self),
            Locale::En => en::text(self),
        }
    }

    /// The text without markup, for a line over the chat.
    #[must_use]
    pub fn plain(&self, locale: Locale) -> String {
        self.html(locale).visible()
    }
}

/// What stands on a button.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs, reason = "the words of each stand in ru.rs and en.rs")]
pub enum Label<'a> {
    Menu,
    Back,
    MyCases,
    NewCase,
    Archive,
    Balance,
    Settings,
    CaseLine { label: &'a str, last: Option<(ServiceId, DateTime<Utc>)> },
    Screening,
    Results { count: u32 },
    Rename,
    ToArchive,
    Restore,
    Delete,
    DeleteYes,
    BackToCases,
    BackToCase,
    OpenCase,
    KeepIt,
    InviteDays { days: u8, usual: bool },
    ShowLink,
    CopyLink,
    Revoke,
    RevokeYes,
    OpenResult,
    AllResults,
    ResultLine { service: ServiceId, at: DateTime<Utc>, line: &'a str },
    File(FileKind),
    OtherLanguage,
    Country,
    CountryName(&'a [u8; 2]),
    OtherCountry,
    Notify { on: bool },
    Days { days: u8, chosen: bool },
    InviteUses { uses: u8, days: u8 },
}

impl Label<'_> {
    /// The label in a language.
    #[must_use]
    pub fn text(&self, locale: Locale) -> String {
        match locale {
            Locale::Ru => ru::label(self),
            Locale::En => en::label(self),
        }
    }
}

/// Countries offered in the settings; others get the fallback contacts.
pub const COUNTRIES: [&[u8; 2]; 8] = [b"RU", b"BY", b"KZ", b"AM", b"GE", b"IL", b"DE", b"GB"];

/// Flag and code of a country: two regional indicator letters.
fn flag(code: &[u8; 2]) -> String {
    code.iter().filter_map(|byte| char::from_u32(0x1F1E6 + u32::from(byte.wrapping_sub(b'A')))).collect()
}

/// Commands to register with Telegram, with their descriptions. Administrators get one more in their own chats.
#[must_use]
pub fn commands(locale: Locale, admin: bool) -> Vec<(&'static str, &'static str)> {
    let mut list = match locale {
        Locale::Ru => vec![
            ("menu", "Главное меню"),
            ("cases", "Мои кейсы"),
            ("new", "Новый кейс"),
            ("balance", "Баланс"),
            ("settings", "Настройки"),
            ("help", "Как всё устроено"),
            ("cancel", "Отменить начатое"),
            ("privacy", "Что хранится и как удалить"),
            ("terms", "Условия"),
            ("paysupport", "Вопросы об оплате"),
        ],
        Locale::En => vec![
            ("menu", "Main menu"),
            ("cases", "My cases"),
            ("new", "New case"),
            ("balance", "Balance"),
            ("settings", "Settings"),
            ("help", "How it works"),
            ("cancel", "Cancel what was begun"),
            ("privacy", "What is kept, how to delete it"),
            ("terms", "Terms"),
            ("paysupport", "Questions about payments"),
        ],
    };
    if admin {
        list.push(match locale {
            Locale::Ru => ("admin", "Управление"),
            Locale::En => ("admin", "Administration"),
        });
    }
    list
}
