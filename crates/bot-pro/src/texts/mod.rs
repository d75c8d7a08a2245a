//! Everything Pro can say, in one exhaustive match per language: a missing translation does not compile.
pub mod care;
mod en;
pub mod guide;
pub mod money;
mod ru;

use bot_kit::{CaseCard, FileKind, Html, ResultCard};
use chrono::{DateTime, Utc};
use domain::{DangerLevel, Locale, ServiceId, Stars};

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
    MyData,
    ArchiveComes,
    ArchiveCaption { part: usize, of: usize },
    ArchiveFailed,
    AskForgetMe { left: Stars, held: Stars },
    Forgotten,
    UnknownCommand,
    CanceledNaming,
    CanceledRenaming,
    Canceled,
    NothingToCancel,
    OnlyButtons,
    NeedsWords,
    NeedsAnswer,
    NotFound,
    EmptyPage,
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
    ForwardLink { name: &'a str, url: &'a str },
    ToolReady { service: ServiceId, label: &'a str, price: Stars, expires_at: DateTime<Utc> },
    NoOpenInvitation,
    ResultCame { service: ServiceId, label: &'a str, danger: Option<DangerLevel> },
    InvitationEnds { label: &'a str, expires_at: DateTime<Utc> },
    CaseEnds { label: &'a str, at: DateTime<Utc> },
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
    PortraitHead { label: &'a str, letter: bool },
    PortraitState { released_at: Option<DateTime<Utc>>, reachable: bool },
    PortraitGiven { letter: bool },
    Rewriting,
    Rewritten { label: &'a str },
    NotRewritten { label: &'a str },
    // settings, administration
    Settings { country: Option<&'a str>, notify: bool },
    NoTraining,
    PictureComes,
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
    Training,
    AsPicture,
    MyData,
    Export,
    ExportAll,
    ForgetMe,
    ForgetMeYes,
    CaseLine { label: &'a str, last: Option<(ServiceId, DateTime<Utc>)> },
    Screening,
    Tool(ServiceId),
    OpenTool(ServiceId),
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
    Acknowledge,
    AllResults,
    Portrait { letter: bool },
    GivePortrait,
    Rewrite,
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
pub const COUNTRIES: [&[u8; 2]; 9] = [b"RU", b"BY", b"KZ", b"AM", b"GE", b"IL", b"DE", b"GB", b"US"];

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
            ("guide", "Гид: спросить о модели"),
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
            ("guide", "Guide: ask about the model"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use bot_kit::{Command, Screening};
    use domain::CaseId;

    #[test]
    fn every_registered_command_is_known_to_the_bot() {
        for &locale in Locale::ALL {
            assert!(commands(locale, false).iter().all(|(name, _)| *name != "admin"));
            for (name, description) in commands(locale, true) {
                assert_ne!(Command::parse(&format!("/{name}")), Some(Command::Unknown), "{name}");
                assert!(!description.is_empty() && description.chars().count() <= 256, "{name}");
            }
        }
    }

    #[test]
    fn a_moment_is_said_with_its_day_and_utc() {
        let at = DateTime::from_timestamp(1_795_615_500, 0).unwrap();
        let card = CaseCard {
            case: CaseId(uuid::Uuid::nil()),
            label: "К-014".into(),
            created_at: at,
            last_activity_at: at,
            archived: false,
            results: 0,
            screening: Screening::None,
        };
        assert!(Text::Case(&card).plain(Locale::Ru).contains("последнее событие 25 ноября, 14:05 UTC"));
        assert!(Text::Case(&card).plain(Locale::En).contains("last event 25 Nov, 14:05 UTC"));
    }

    #[test]
    fn every_country_has_its_name_in_the_settings() {
        for &locale in Locale::ALL {
            for code in COUNTRIES {
                let iso = String::from_utf8(code.to_vec()).unwrap();
                let name = Label::CountryName(code).text(locale);
                let name = name.split_once(' ').unwrap().1;
                let settings = Text::Settings { country: Some(&iso), notify: true }.plain(locale);
                assert!(settings.contains(name) && name != iso, "{iso} {locale}");
            }
        }
    }
}
