//! Invitations for specialists: made, listed, taken back.
use bot_kit::{Effect, Facts, InviteLine, Keyboard, Say, Scene, Turn, shorten};
use domain::{BotId, InviteId};

use super::{
    super::{State, admin::back, cases::pager, not_found, show_html, wallet},
    asks, key, stale, yes,
};
use crate::{
    button::{AdminButton, Button, CareButton},
    texts::{
        Label, Text,
        care::{CareLabel, CareText},
    },
};

/// Longest note, in characters.
const NOTE_CHARS: usize = 100;

/// A page of the invitations, with keys for usual new ones.
pub(super) fn list(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(page) = &facts.invites else { return not_found(scene) };
    let (locale, now, stamp) = (scene.locale, scene.now, scene.stamp());
    let mut keys = Keyboard::none();
    for line in &page.lines {
        keys = keys.key(CareLabel::InviteLine { line, now }.text(locale), key(CareButton::Invite(line.invite)));
    }
    keys = keys.row(pager(page.page, page.pages, |page| key(CareButton::Invites { page })));
    for days in [7, 30] {
        let invite =
            |uses| (Label::InviteUses { uses, days }.text(locale), Button::Admin(AdminButton::Invite { uses, days, stamp }));
        keys = keys.row([1, 5, 10].map(invite));
    }
    let keys = back(keys.key(CareLabel::InviteInWords.text(locale), key(CareButton::AskInvite)), scene);
    let html = match (page.lines.is_empty(), page.page) {
        (true, 0) => CareText::NoInvites.html(locale),
        (true, _) => Text::EmptyPage.html(locale),
        (false, at) => CareText::Invites { page: at.saturating_add(1), pages: page.pages }.html(locale),
    };
    show_html(html, keys)
}

fn to_list(scene: &Scene<'_>) -> Keyboard {
    Keyboard::none().key(Label::Back.text(scene.locale), key(CareButton::Invites { page: 0 }))
}

/// For how many, for how long, for whom.
pub(super) fn ask(problem: Option<CareText<'_>>, scene: &Scene<'_>) -> Turn<State> {
    asks(State::Inviting, problem.unwrap_or(CareText::AskInvite), to_list(scene), scene)
}

/// The answer, typed: asked about once more.
pub(in super::super) fn inviting(text: &str, scene: &Scene<'_>) -> Turn<State> {
    let mut words = text.split_whitespace();
    let mut number = |most: u16| {
        let number = words.next().and_then(wallet::number).filter(|number| (1..=most).contains(number))?;
        u8::try_from(number).ok()
    };
    let (uses, days) = (number(50), number(30));
    let note = shorten(&words.collect::<Vec<_>>().join(" "), NOTE_CHARS);
    let (Some(uses), Some(days), false) = (uses, days, note.is_empty()) else {
        return ask(Some(CareText::BadInvite), scene);
    };
    let mut keys = yes(CareButton::InviteYes { stamp: scene.stamp() }, scene);
    keys.rows.extend(to_list(scene).rows);
    let text = CareText::ConfirmInvite { uses, days, note: &note }.html(scene.locale);
    Turn::to(State::InvitingSure { uses, days, note }).show(Say::new(text).keys(keys))
}

/// Makes what was asked about.
pub(super) fn make_asked(state: State, stamp: i64, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    let State::InvitingSure { uses, days, note } = state else { return stale(scene) };
    if !scene.is_current(stamp) {
        return list(facts, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    make(uses, days, Some(note), list(facts, scene), scene)
}

/// A new invitation; its link is shown once.
pub(in super::super) fn make(
    uses: u8,
    days: u8,
    note: Option<String>,
    screen: Turn<State>,
    scene: &mut Scene<'_>,
) -> Turn<State> {
    let invite: InviteId = scene.id();
    let token = scene.token();
    let url = scene.bots.deep_link(BotId::Pro, &format!("invite_{token}"));
    let keys = Keyboard::none().copy(Label::CopyLink.text(scene.locale), url.as_str());
    let say = Say::new(Text::SpecialistLink { url: &url, uses, days }.html(scene.locale)).keys(keys);
    screen.and(Effect::InviteSpecialist { invite, token, uses, days, note }).say(say)
}

/// An invitation.
pub(super) fn card(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    match &facts.invite_line {
        Some(line) => card_of(line, scene),
        None => not_found(scene),
    }
}

fn card_of(line: &InviteLine, scene: &Scene<'_>) -> Turn<State> {
    let mut keys = Keyboard::none();
    if line.is_open(scene.now) {
        let revoke = CareButton::Revoke { invite: line.invite, stamp: scene.stamp() };
        keys = keys.key(CareLabel::Revoke.text(scene.locale), key(revoke));
    }
    keys.rows.extend(to_list(scene).rows);
    show_html(CareText::Invite { line, now: scene.now }.html(scene.locale), keys)
}

/// Takes it back.
pub(super) fn revoke(stamp: i64, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(line) = &facts.invite_line else { return not_found(scene) };
    if !scene.is_current(stamp) || !line.is_open(scene.now) {
        return card_of(line, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    let revoked = InviteLine { revoked: true, ..line.clone() };
    card_of(&revoked, scene).and(Effect::RevokeInvite { invite: line.invite }).toast(CareText::InviteRevoked.plain(scene.locale))
}
