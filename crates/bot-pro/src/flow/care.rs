//! Looking after the platform: which screen answers, and what only an administrator may do.
mod announcement;
mod health;
mod invites;

use bot_kit::{Effect, Facts, Keyboard, Need, Say, Scene, Turn};
use domain::UserId;

use super::{
    State,
    admin::{back, member_keys, menu},
    not_found, show_html,
};
use crate::{
    button::{AdminButton, Button, CareButton},
    texts::{
        Label, Text,
        care::{CareLabel, CareText},
        money::{Money, MoneyLabel},
    },
};

pub(super) use announcement::announcing;
pub(super) use invites::inviting;

/// What a button must know.
pub(super) fn needs(button: &CareButton) -> Vec<Need> {
    match button {
        CareButton::Invites { page } => vec![Need::Invites { page: *page }],
        CareButton::Invite(invite) | CareButton::Revoke { invite, .. } => vec![Need::Invite { invite: *invite }],
        CareButton::Block { user, .. } | CareButton::BlockYes { user, .. } => vec![Need::Member { user: *user }],
        CareButton::Health => vec![Need::Health],
        CareButton::Failed { queue, page } => vec![Need::Failed { queue: *queue, page: *page }],
        CareButton::FailedOne(id) | CareButton::Again { id, .. } | CareButton::Discard { id, .. } => {
            vec![Need::FailedOne { id: *id }]
        }
        CareButton::AnnounceYes { .. } => vec![Need::Audience],
        CareButton::InviteYes { .. } => vec![Need::Invites { page: 0 }],
        CareButton::AskInvite | CareButton::Announce => vec![],
    }
}

/// A usual invitation, once.
pub(super) fn invite(uses: u8, days: u8, stamp: i64, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    let list = invites::list(facts, scene);
    if !scene.is_current(stamp) {
        return list.toast(Text::StaleButton.plain(scene.locale));
    }
    invites::make(uses, days, None, list, scene)
}

/// A button, pressed by an administrator.
pub(super) fn pressed(state: State, button: CareButton, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    match button {
        CareButton::Invites { .. } => invites::list(facts, scene),
        CareButton::AskInvite => invites::ask(None, scene),
        CareButton::InviteYes { stamp } => invites::make_asked(state, stamp, facts, scene),
        CareButton::Invite(_) => invites::card(facts, scene),
        CareButton::Revoke { stamp, .. } => invites::revoke(stamp, facts, scene),
        CareButton::Block { user, on } => ask_block(user, on, facts, scene),
        CareButton::BlockYes { user, on, stamp } => block(user, on, stamp, facts, scene),
        CareButton::Health => health::screen(facts, scene),
        CareButton::Failed { queue, .. } => health::list(queue, facts, scene),
        CareButton::FailedOne(_) => health::card(facts, scene),
        CareButton::Again { stamp, .. } => health::again(stamp, facts, scene),
        CareButton::Discard { stamp, .. } => health::discard(stamp, facts, scene),
        CareButton::Announce => announcement::ask(None, scene),
        CareButton::AnnounceYes { stamp } => announcement::send(state, stamp, facts, scene),
    }
}

fn key(button: CareButton) -> Button {
    Button::Admin(AdminButton::Care(button))
}

/// Nobody closes the door behind themselves.
pub(super) fn may_block(user: UserId, scene: &Scene<'_>) -> bool {
    scene.specialist.is_none_or(|specialist| specialist.user_id != user)
}

fn ask_block(user: UserId, on: bool, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(member) = facts.member.as_ref().filter(|_| may_block(user, scene)) else { return not_found(scene) };
    let yes = key(CareButton::BlockYes { user, on, stamp: scene.asking_stamp() });
    let keys = Keyboard::none()
        .key(CareLabel::Block { on }.text(scene.locale), yes)
        .key(Label::Back.text(scene.locale), Button::Admin(AdminButton::Member(user)));
    show_html(CareText::AskBlock { member, on }.html(scene.locale), keys).asking()
}

fn block(user: UserId, on: bool, stamp: i64, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(member) = facts.member.as_ref().filter(|_| may_block(user, scene)) else { return not_found(scene) };
    if !scene.is_current(stamp) {
        return ask_block(user, on, facts, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    let changed = bot_kit::MemberLine { blocked: on, ..member.clone() };
    let html = CareText::Blocked { member: &changed, on }.html(scene.locale);
    let html = html.paragraph(&Money::Member(&changed).html(scene.locale));
    show_html(html, member_keys(&changed, scene)).and(Effect::SetBlocked { user, blocked: on })
}

/// A question to an administrator, with the way back.
fn asks(state: State, text: CareText<'_>, back_to: Keyboard, scene: &Scene<'_>) -> Turn<State> {
    Turn::to(state).show(Say::new(text.html(scene.locale)).keys(back_to))
}

fn yes(button: CareButton, scene: &Scene<'_>) -> Keyboard {
    Keyboard::none().key(MoneyLabel::Yes.text(scene.locale), key(button))
}

fn to_menu(scene: &Scene<'_>) -> Keyboard {
    back(Keyboard::none(), scene)
}

fn stale(scene: &Scene<'_>) -> Turn<State> {
    menu(scene).toast(Text::StaleButton.plain(scene.locale))
}
