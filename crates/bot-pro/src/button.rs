//! Pro's buttons. Navigation may be pressed at any time from any message; what takes effect once carries a stamp.
use bot_kit::{ConsoleButton, FileKind};
use domain::{ArtifactId, CaseId, Locale, PaymentId, SafetyEventId, ServiceId, UserId, parse_short_id, short_id};

mod admin;
mod care;
mod guide;
mod wallet;

pub use admin::AdminButton;
pub use care::CareButton;
pub use guide::GuideButton;
pub use wallet::{Then, WalletButton};

/// A button of Pro.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Button {
    /// The main menu.
    Menu,
    /// A page of the cases, or of the archive.
    Cases {
        /// The archive.
        archived: bool,
        /// From 0.
        page: u32,
    },
    /// A new case.
    New,
    /// Take the label although it looks like a name.
    KeepLabel {
        /// Of the turn that asked.
        stamp: i64,
    },
    /// A case.
    Case(CaseId),
    /// A new label.
    Rename(CaseId),
    /// Into the archive.
    Archive(CaseId),
    /// Out of it.
    Restore(CaseId),
    /// Asks before a case is deleted.
    Delete(CaseId),
    /// Deletes it.
    DeleteYes {
        /// Which.
        case: CaseId,
        /// Of the turn that asked.
        stamp: i64,
    },
    /// The case as an archive.
    Export {
        /// Which.
        case: CaseId,
        /// Of the turn that offered it.
        stamp: i64,
    },
    /// Where the screening stands.
    Screening(CaseId),
    /// A new invitation for so many days.
    Invite {
        /// For which case.
        case: CaseId,
        /// 1, 3, 7 or 14.
        days: u8,
    },
    /// The link once more, as a message to forward.
    Link(CaseId),
    /// Asks before an invitation is taken back.
    Revoke(CaseId),
    /// Takes it back.
    RevokeYes {
        /// Of which case.
        case: CaseId,
        /// Of the turn that asked.
        stamp: i64,
    },
    /// Launches a tool, or shows the launch that waits.
    Tool {
        /// For which case.
        case: CaseId,
        /// Which tool.
        service: ServiceId,
    },
    /// A page of a case's results.
    Results {
        /// Of which case.
        case: CaseId,
        /// From 0.
        page: u32,
    },
    /// A result.
    Result(ArtifactId),
    /// A file of a result.
    File {
        /// Of which result.
        artifact: ArtifactId,
        /// Which.
        kind: FileKind,
    },
    /// The client's portrait, to be read before it is given.
    Portrait(ArtifactId),
    /// Gives it to the client.
    PortraitYes {
        /// Of which result.
        artifact: ArtifactId,
        /// Of the turn that showed it.
        stamp: i64,
    },
    /// Has the texts of a result written anew.
    Rewrite {
        /// Of which result.
        artifact: ArtifactId,
        /// Of the turn that offered it.
        stamp: i64,
    },
    /// The wallet's.
    Wallet(WalletButton),
    /// The guide's.
    Guide(GuideButton),
    /// The settings.
    Settings,
    /// The specialist's training with virtual clients.
    Training,
    /// The same as a picture.
    TrainingPicture {
        /// Of the turn that offered it.
        stamp: i64,
    },
    /// What is kept of the specialist.
    MyData,
    /// The whole account as an archive.
    ExportAll {
        /// Of the turn that offered it.
        stamp: i64,
    },
    /// Asks before the account is closed.
    ForgetMe,
    /// Closes it.
    ForgetMeYes {
        /// Of the turn that asked.
        stamp: i64,
    },
    /// Another language.
    Language(Locale),
    /// Countries to choose from.
    Countries,
    /// A country, or none of the list.
    Country(Option<[u8; 2]>),
    /// Notices on or off.
    Notify(bool),
    /// Usual length of an invitation.
    Days(u8),
    /// The administrator's.
    Admin(AdminButton),
    /// A button another bot placed.
    Console(ConsoleButton),
}

fn kind_letter(kind: FileKind) -> char {
    match kind {
        FileKind::Txt => 't',
        FileKind::Docx => 'd',
        FileKind::Json => 'j',
        FileKind::Profile => 'p',
        FileKind::Portrait => 'c',
        FileKind::Board => 'b',
        FileKind::Course => 'k',
    }
}

fn kind_of(letter: &str) -> Option<FileKind> {
    match letter {
        "t" => Some(FileKind::Txt),
        "d" => Some(FileKind::Docx),
        "j" => Some(FileKind::Json),
        "p" => Some(FileKind::Profile),
        "c" => Some(FileKind::Portrait),
        "b" => Some(FileKind::Board),
        "k" => Some(FileKind::Course),
        _ => None,
    }
}

impl bot_kit::Button for Button {
    fn encode(&self) -> String {
        let id = |case: &CaseId| short_id(case.0);
        match self {
            Self::Menu => "m".into(),
            Self::Cases { archived, page } => format!("l:{}:{page}", u8::from(*archived)),
            Self::New => "n".into(),
            Self::KeepLabel { stamp } => format!("k:{stamp}"),
            Self::Case(case) => format!("c:{}", id(case)),
            Self::Rename(case) => format!("cr:{}", id(case)),
            Self::Archive(case) => format!("ca:{}", id(case)),
            Self::Restore(case) => format!("cu:{}", id(case)),
            Self::Delete(case) => format!("cd:{}", id(case)),
            Self::DeleteYes { case, stamp } => format!("cy:{}:{stamp}", id(case)),
            Self::Export { case, stamp } => format!("ce:{}:{stamp}", id(case)),
            Self::Screening(case) => format!("s:{}", id(case)),
            Self::Invite { case, days } => format!("si:{}:{days}", id(case)),
            Self::Link(case) => format!("sl:{}", id(case)),
            Self::Revoke(case) => format!("sr:{}", id(case)),
            Self::RevokeYes { case, stamp } => format!("sy:{}:{stamp}", id(case)),
            Self::Tool { case, service } => format!("t:{}:{}", id(case), wallet::letter(*service)),
            Self::Results { case, page } => format!("r:{}:{page}", id(case)),
            Self::Result(artifact) => format!("ro:{}", short_id(artifact.0)),
            Self::File { artifact, kind } => format!("rf:{}:{}", short_id(artifact.0), kind_letter(*kind)),
            Self::Portrait(artifact) => format!("rp:{}", short_id(artifact.0)),
            Self::PortraitYes { artifact, stamp } => format!("ry:{}:{stamp}", short_id(artifact.0)),
            Self::Rewrite { artifact, stamp } => format!("rw:{}:{stamp}", short_id(artifact.0)),
            Self::Wallet(button) => button.encode(),
            Self::Guide(button) => button.encode(),
            Self::Settings => "o".into(),
            Self::Training => "ot".into(),
            Self::TrainingPicture { stamp } => format!("op:{stamp}"),
            Self::MyData => "om".into(),
            Self::ExportAll { stamp } => format!("oe:{stamp}"),
            Self::ForgetMe => "of".into(),
            Self::ForgetMeYes { stamp } => format!("oy:{stamp}"),
            Self::Language(locale) => format!("ol:{locale}"),
            Self::Countries => "oc".into(),
            Self::Country(None) => "os:-".into(),
            Self::Country(Some(code)) => format!("os:{}{}", char::from(code[0]), char::from(code[1])),
            Self::Notify(on) => format!("on:{}", u8::from(*on)),
            Self::Days(days) => format!("od:{days}"),
            Self::Admin(button) => button.encode(),
            Self::Console(button) => button.encode(),
        }
    }

    fn decode(data: &str) -> Option<Self> {
        if let Some(button) = ConsoleButton::decode(data) {
            return Some(Self::Console(button));
        }
        if let Some(button) = WalletButton::decode(data) {
            return Some(Self::Wallet(button));
        }
        if let Some(button) = GuideButton::decode(data) {
            return Some(Self::Guide(button));
        }
        if let Some(button) = AdminButton::decode(data) {
            return Some(Self::Admin(button));
        }
        let mut parts = data.split(':');
        let (name, one, two, three) = (parts.next()?, parts.next(), parts.next(), parts.next());
        if parts.next().is_some() {
            return None;
        }
        let case = || one.and_then(parse_short_id).map(CaseId);
        let artifact = || one.and_then(parse_short_id).map(ArtifactId);
        let flag = |text: Option<&str>| match text {
            Some("0") => Some(false),
            Some("1") => Some(true),
            _ => None,
        };
        let days = |text: Option<&str>| text.and_then(|text| text.parse().ok()).filter(|days| [1, 3, 7, 14].contains(days));
        Some(match (name, one, two, three) {
            ("m", None, ..) => Self::Menu,
            ("n", None, ..) => Self::New,
            ("o", None, ..) => Self::Settings,
            ("ot", None, ..) => Self::Training,
            ("op", Some(stamp), None, None) => Self::TrainingPicture { stamp: stamp.parse().ok()? },
            ("om", None, ..) => Self::MyData,
            ("oe", Some(stamp), None, None) => Self::ExportAll { stamp: stamp.parse().ok()? },
            ("of", None, ..) => Self::ForgetMe,
            ("oy", Some(stamp), None, None) => Self::ForgetMeYes { stamp: stamp.parse().ok()? },
            ("oc", None, ..) => Self::Countries,
            ("l", ..) => Self::Cases { archived: flag(one)?, page: two?.parse().ok()? },
            ("k", Some(stamp), None, _) => Self::KeepLabel { stamp: stamp.parse().ok()? },
            ("c", _, None, _) => Self::Case(case()?),
            ("cr", _, None, _) => Self::Rename(case()?),
            ("ca", _, None, _) => Self::Archive(case()?),
            ("cu", _, None, _) => Self::Restore(case()?),
            ("cd", _, None, _) => Self::Delete(case()?),
            ("cy", ..) => Self::DeleteYes { case: case()?, stamp: two?.parse().ok()? },
            ("ce", ..) => Self::Export { case: case()?, stamp: two?.parse().ok()? },
            ("s", _, None, _) => Self::Screening(case()?),
            ("si", ..) => Self::Invite { case: case()?, days: days(two)? },
            ("sl", _, None, _) => Self::Link(case()?),
            ("sr", _, None, _) => Self::Revoke(case()?),
            ("sy", ..) => Self::RevokeYes { case: case()?, stamp: two?.parse().ok()? },
            ("t", _, Some(letter), None) => {
                let service = ServiceId::ALL.iter().find(|service| letter.chars().eq([wallet::letter(**service)]))?;
                Self::Tool { case: case()?, service: *service }
            }
            ("r", ..) => Self::Results { case: case()?, page: two?.parse().ok()? },
            ("ro", _, None, _) => Self::Result(artifact()?),
            ("rp", _, None, _) => Self::Portrait(artifact()?),
            ("ry", _, stamp, None) => Self::PortraitYes { artifact: artifact()?, stamp: stamp?.parse().ok()? },
            ("rw", _, stamp, None) => Self::Rewrite { artifact: artifact()?, stamp: stamp?.parse().ok()? },
            ("rf", ..) => Self::File { artifact: artifact()?, kind: kind_of(two?)? },
            ("ol", Some(locale), None, _) => Self::Language(locale.parse().ok()?),
            ("os", Some("-"), None, _) => Self::Country(None),
            ("os", Some(code), None, _) => Self::Country(Some(
                code.as_bytes().try_into().ok().filter(|code: &[u8; 2]| code.iter().all(u8::is_ascii_uppercase))?,
            )),
            ("on", _, None, _) => Self::Notify(flag(one)?),
            ("od", _, None, _) => Self::Days(days(one)?),
            _ => return None,
        })
    }
}

/// What buttons can name, for tests.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Named {
    pub case: CaseId,
    pub artifact: ArtifactId,
    pub event: SafetyEventId,
    pub user: UserId,
    pub payment: PaymentId,
}

/// Every button there is, for tests that must not forget one.
#[doc(hidden)]
#[must_use]
pub fn every_button(named: Named, stamp: i64) -> Vec<Button> {
    let Named { case, artifact, event, user, payment } = named;
    // A new variant does not compile here until it is in the list below.
    let _ = |button: Button| match button {
        Button::Menu
        | Button::Cases { .. }
        | Button::New
        | Button::KeepLabel { .. }
        | Button::Case(_)
        | Button::Rename(_)
        | Button::Archive(_)
        | Button::Restore(_)
        | Button::Delete(_)
        | Button::DeleteYes { .. }
        | Button::Export { .. }
        | Button::Screening(_)
        | Button::Invite { .. }
        | Button::Link(_)
        | Button::Revoke(_)
        | Button::RevokeYes { .. }
        | Button::Tool { .. }
        | Button::Results { .. }
        | Button::Result(_)
        | Button::File { .. }
        | Button::Portrait(_)
        | Button::PortraitYes { .. }
        | Button::Rewrite { .. }
        | Button::Wallet(_)
        | Button::Guide(_)
        | Button::Settings
        | Button::Training
        | Button::TrainingPicture { .. }
        | Button::MyData
        | Button::ExportAll { .. }
        | Button::ForgetMe
        | Button::ForgetMeYes { .. }
        | Button::Language(_)
        | Button::Countries
        | Button::Country(_)
        | Button::Notify(_)
        | Button::Days(_)
        | Button::Admin(_)
        | Button::Console(ConsoleButton::OpenResult(_) | ConsoleButton::OpenCase(_) | ConsoleButton::Acknowledge(_)) => {}
    };
    let mut all = vec![
        Button::Menu,
        Button::Cases { archived: true, page: u32::MAX },
        Button::Cases { archived: false, page: 0 },
        Button::New,
        Button::KeepLabel { stamp },
        Button::Case(case),
        Button::Rename(case),
        Button::Archive(case),
        Button::Restore(case),
        Button::Delete(case),
        Button::DeleteYes { case, stamp },
        Button::Export { case, stamp },
        Button::Screening(case),
        Button::Link(case),
        Button::Revoke(case),
        Button::RevokeYes { case, stamp },
        Button::Results { case, page: 3 },
        Button::Result(artifact),
        Button::Portrait(artifact),
        Button::PortraitYes { artifact, stamp },
        Button::Rewrite { artifact, stamp },
        Button::Settings,
        Button::Training,
        Button::TrainingPicture { stamp: i64::MAX },
        Button::MyData,
        Button::ExportAll { stamp },
        Button::ForgetMe,
        Button::ForgetMeYes { stamp },
        Button::Language(Locale::Ru),
        Button::Language(Locale::En),
        Button::Countries,
        Button::Country(None),
        Button::Country(Some(*b"KZ")),
        Button::Notify(true),
        Button::Notify(false),
        Button::Console(ConsoleButton::OpenResult(artifact)),
        Button::Console(ConsoleButton::OpenCase(case)),
        Button::Console(ConsoleButton::Acknowledge(event)),
    ];
    all.extend([1, 3, 7, 14].map(|days| Button::Invite { case, days }));
    all.extend([1, 3, 7, 14].map(Button::Days));
    all.extend(GuideButton::ALL.map(Button::Guide));
    all.extend(ServiceId::ALL.iter().map(|service| Button::Tool { case, service: *service }));
    let kinds =
        [FileKind::Txt, FileKind::Docx, FileKind::Json, FileKind::Profile, FileKind::Portrait, FileKind::Board, FileKind::Course];
    all.extend(kinds.map(|kind| Button::File { artifact, kind }));
    all.extend(wallet::every_wallet_button(case, stamp).into_iter().map(Button::Wallet));
    all.extend(admin::every_admin_button(user, payment, stamp).into_iter().map(Button::Admin));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot_kit::{BUTTON_BYTES, Button as _};

    #[test]
    fn every_button_reads_back_as_itself_within_the_limit() {
        let id = uuid::Uuid::from_u128(u128::MAX);
        let named = Named { case: id.into(), artifact: id.into(), event: id.into(), user: id.into(), payment: id.into() };
        for button in every_button(named, i64::MAX) {
            let data = button.encode();
            assert!(data.len() <= BUTTON_BYTES, "{data}");
            assert_eq!(Button::decode(&data), Some(button), "{data}");
        }
    }

    #[test]
    fn data_we_never_made_is_no_button() {
        let id = "AAAAAAAAAAAAAAAAAAAAAA";
        let bad = [
            "",
            "zz",
            "c:short",
            "l:2:0",
            "m:1:2:3:4",
            "os:ru",
            "a:i:99:7:1",
            "a:i:5:8:1",
            "b:p:9:1",
            "b:p:10001:1",
            "b:o:short:s7",
            "a:pc:nothing",
            "od:2",
            "x:a:short",
        ];
        for bad in bad.map(str::to_owned).into_iter().chain([format!("si:{id}:2"), format!("c:{id}:1"), format!("rf:{id}:z")]) {
            assert_eq!(Button::decode(&bad), None, "{bad}");
        }
    }
}
