//! The screening of a case, as the specialist sees it.
use bot_kit::{CaseCard, Effect, Facts, Keyboard, Launch, Offer, Say, Scene, Screening, Turn};
use chrono::{DateTime, Utc};
use domain::{BotId, CaseId, Locale, PassId, Role, RunId, ServiceId};

use super::{State, not_found, wallet};
use crate::{
    button::{Button, Then},
    texts::{Label, Text, money::Money},
};

/// Lengths of an invitation, in days.
pub(super) const DAYS: [u8; 4] = [1, 3, 7, 14];

/// Whether a new invitation may be made.
fn may_invite(screening: &Screening) -> bool {
    match screening {
        Screening::None
        | Screening::Done { .. }
        | Screening::Expired
        | Screening::Revoked
        | Screening::Declined
        | Screening::Withdrawn
        | Screening::Failed => true,
        Screening::Waiting { .. } | Screening::Opened { .. } | Screening::InProgress { .. } | Screening::Writing => false,
    }
}

/// Whether the case can have a new invitation now.
pub(super) fn may_be_invited(case: &CaseCard) -> bool {
    may_invite(&case.screening) && !case.archived
}

/// Where the latest screening stands, and what can be done.
pub(super) fn status(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(case) = &facts.case else { return not_found(scene) };
    let mut say = status_say(case, scene);
    if let Some(offer) = facts.offer.filter(|_| may_be_invited(case)) {
        say.html = say.html.paragraph(&Money::Price(offer).html(scene.locale));
    }
    Turn::to(State::Idle).show(say)
}

fn status_say(case: &CaseCard, scene: &Scene<'_>) -> Say {
    let locale = scene.locale;
    let id = case.case;
    let mut keys = Keyboard::none();
    match &case.screening {
        Screening::Waiting { .. } if case.archived => keys = keys.key(Label::Revoke.text(locale), Button::Revoke(id)),
        Screening::Waiting { .. } => {
            keys = keys.row([(Label::ShowLink.text(locale), Button::Link(id)), (Label::Revoke.text(locale), Button::Revoke(id))]);
        }
        Screening::Done { artifact, .. } => keys = keys.key(Label::OpenResult.text(locale), Button::Result(*artifact)),
        Screening::None
        | Screening::Opened { .. }
        | Screening::InProgress { .. }
        | Screening::Writing
        | Screening::Expired
        | Screening::Revoked
        | Screening::Declined
        | Screening::Withdrawn
        | Screening::Failed => {}
    }
    if may_be_invited(case) {
        let usual = scene.specialist.map_or(7, |specialist| specialist.invitation_days);
        let invite = |days| (Label::InviteDays { days, usual: days == usual }.text(locale), Button::Invite { case: id, days });
        keys = keys.row(DAYS[..2].iter().copied().map(invite)).row(DAYS[2..].iter().copied().map(invite));
    }
    keys = keys.key(Label::BackToCase.text(locale), Button::Case(id));
    Say::new(Text::Screening(case).html(locale)).keys(keys).about(id)
}

/// A new invitation, or the one that waits already.
pub(super) fn invite(facts: &Facts, days: u8, scene: &mut Scene<'_>) -> Turn<State> {
    let (Some(case), Some(offer)) = (&facts.case, &facts.offer) else { return not_found(scene) };
    let locale = scene.locale;
    if case.archived {
        return Turn::to(State::Idle).show(status_say(case, scene)).toast(Text::ArchivedRefuses.plain(locale));
    }
    if let Screening::Waiting { .. } = case.screening {
        return link(facts, scene);
    }
    if !may_invite(&case.screening) {
        return Turn::to(State::Idle).show(status_say(case, scene)).toast(Text::ScreeningGoesOn.plain(locale));
    }
    if offer.available < offer.price {
        let then = Then { case: case.case, service: ServiceId::Screen, days: Some(days) };
        return wallet::too_few(*offer, then, scene);
    }
    let made = make(case, *offer, days, scene);
    Turn::to(State::Idle).and(Effect::Launch(made.launch)).show(status_say(&made.waiting, scene)).say(made.link)
}

/// A new invitation: its launch, the case as it stands then, and the message to forward.
pub(super) struct Made {
    pub launch: Launch,
    pub waiting: CaseCard,
    pub link: Say,
}

/// Makes an invitation for a case that may have one, with enough Stars to hold.
pub(super) fn make(case: &CaseCard, offer: Offer, days: u8, scene: &mut Scene<'_>) -> Made {
    let run: RunId = scene.id();
    let pass: PassId = scene.id();
    let token = scene.token();
    let url = scene.bots.deep_link(BotId::Screen, &token);
    let launch = Launch {
        run,
        pass,
        token: token.clone(),
        case: case.case,
        service: ServiceId::Screen,
        role: Role::Client,
        ttl_secs: i64::from(days) * 24 * 3600,
        reserve: Some(offer.price),
    };
    let expires_at = scene.now + chrono::TimeDelta::days(i64::from(days));
    let waiting = CaseCard { screening: Screening::Waiting { pass, token, expires_at, reserved: offer.price }, ..case.clone() };
    let link = link_say(&waiting, &url, scene);
    Made { launch, waiting, link }
}

/// The link as a message of its own, ready to be forwarded.
pub(super) fn link(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(case) = &facts.case else { return not_found(scene) };
    let turn = Turn::to(State::Idle).show(status_say(case, scene));
    match &case.screening {
        Screening::Waiting { .. } if case.archived => turn.toast(Text::ArchivedRefuses.plain(scene.locale)),
        Screening::Waiting { token, .. } => {
            let url = scene.bots.deep_link(BotId::Screen, token);
            turn.say(link_say(case, &url, scene))
        }
        Screening::None
        | Screening::Opened { .. }
        | Screening::InProgress { .. }
        | Screening::Writing
        | Screening::Done { .. }
        | Screening::Expired
        | Screening::Revoked
        | Screening::Declined
        | Screening::Withdrawn
        | Screening::Failed => turn.toast(Text::NoOpenInvitation.plain(scene.locale)),
    }
}

fn link_say(case: &CaseCard, url: &str, scene: &Scene<'_>) -> Say {
    let name = scene.specialist.map(|specialist| specialist.full_name.as_str()).unwrap_or_default();
    let keys = Keyboard::none().copy(Label::CopyLink.text(scene.locale), url);
    Say::new(Text::ForwardLink { name, url }.html(scene.locale)).keys(keys).about(case.case)
}

/// Asks before an invitation is taken back.
pub(super) fn ask_revoke(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(case) = &facts.case else { return not_found(scene) };
    let Screening::Waiting { reserved, .. } = &case.screening else {
        return status(facts, scene).toast(Text::NoOpenInvitation.plain(scene.locale));
    };
    let keys = Keyboard::none()
        .key(Label::RevokeYes.text(scene.locale), Button::RevokeYes { case: case.case, stamp: scene.asking_stamp() })
        .key(Label::Back.text(scene.locale), Button::Screening(case.case));
    let say = Say::new(Text::AskRevoke { reserved: *reserved }.html(scene.locale)).keys(keys).about(case.case);
    Turn::to(State::Idle).asking().show(say)
}

/// Takes an invitation back, if nothing else happened since it was asked about.
pub(super) fn revoke(facts: &Facts, stamp: i64, scene: &Scene<'_>) -> Turn<State> {
    let Some(case) = &facts.case else { return not_found(scene) };
    let Screening::Waiting { pass, .. } = &case.screening else {
        return status(facts, scene).toast(Text::NoOpenInvitation.plain(scene.locale));
    };
    if !scene.is_current(stamp) {
        return ask_revoke(facts, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    let revoked = CaseCard { screening: Screening::Revoked, ..case.clone() };
    Turn::to(State::Idle).and(Effect::RevokePass { pass: *pass }).show(status_say(&revoked, scene))
}

/// "Seen": a danger notice is acknowledged.
pub(super) fn acknowledge(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(notice) = &facts.danger else { return not_found(scene) };
    let locale = scene.locale;
    if notice.acknowledged {
        return Turn::to(State::Idle).toast(Text::AlreadySeen.plain(locale));
    }
    let keys = Keyboard::none().key(Label::OpenCase.text(locale), Button::Case(notice.case));
    let say = Say::new(Text::DangerSeen.html(locale)).keys(keys).about(notice.case);
    Turn::to(State::Idle).and(Effect::AcknowledgeDanger { event: notice.event }).say(say).toast(Text::SeenToast.plain(locale))
}

/// Words to a specialist whose invitation nobody opened and that ends soon; sent outside a turn of the chat.
#[must_use]
pub fn invitation_ends(locale: Locale, case: CaseId, label: &str, expires_at: DateTime<Utc>) -> Say {
    let keys = Keyboard::none().key(Label::Screening.text(locale), Button::Screening(case));
    Say::new(Text::InvitationEnds { label, expires_at }.html(locale)).keys(keys).about(case)
}
