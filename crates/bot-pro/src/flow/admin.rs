//! Administration: specialists and their wallets, finances, prices, payments, invitations.
use bot_kit::{
    Effect, Facts, Html, Job, JobKind, Keyboard, MemberLine, MessageKind, Need, PaymentStatus, PictureWish, Say, Scene, Turn,
};
use domain::{ServiceId, Stars, UserId};

use super::{State, care, cases, main_menu, not_found, show, show_html, wallet};
use crate::{
    button::{AdminButton, Button, CareButton},
    texts::{
        Label, Text,
        care::CareLabel,
        money::{Money, MoneyLabel},
    },
};

/// Stars one administrator adds within a day at most.
const DAILY_CAP: i64 = 10_000;

/// What a button of the administration must know.
pub(super) fn needs(state: &State, button: &AdminButton) -> Vec<Need> {
    match button {
        AdminButton::Members { page } => vec![Need::Members { search: None, page: *page }],
        AdminButton::Member(user) | AdminButton::Adjust { user, .. } => vec![Need::Member { user: *user }],
        AdminButton::AdjustYes { .. } => match state {
            State::AdjustingSure { user, .. } => vec![Need::Member { user: *user }],
            State::Idle
            | State::Guide(_)
            | State::Naming
            | State::Doubting { .. }
            | State::Renaming { .. }
            | State::ToppingUp { .. }
            | State::Searching
            | State::Adjusting { .. }
            | State::Inviting
            | State::InvitingSure { .. }
            | State::Announcing
            | State::AnnouncingSure { .. }
            | State::Pricing { .. }
            | State::PricingSure { .. } => vec![],
        },
        AdminButton::Finance | AdminButton::Picture { .. } => vec![Need::Finance],
        AdminButton::Prices | AdminButton::Price(_) | AdminButton::PriceYes { .. } => vec![Need::Prices],
        AdminButton::Payments { page } => vec![Need::Payments { page: *page }],
        AdminButton::Payment(payment) | AdminButton::Refund(payment) | AdminButton::RefundYes { payment, .. } => {
            vec![Need::Payment { payment: *payment }]
        }
        AdminButton::Invite { .. } => vec![Need::Invites { page: 0 }],
        AdminButton::Care(button) => care::needs(button),
        AdminButton::Menu | AdminButton::Search => vec![],
    }
}

/// A button of the administration; for anybody else it leads to the menu.
pub(super) fn pressed(state: State, button: AdminButton, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    if !scene.is_admin {
        return show(scene, Text::MainMenu, main_menu(scene));
    }
    match button {
        AdminButton::Menu => menu(scene),
        AdminButton::Invite { uses, days, stamp } => care::invite(uses, days, stamp, facts, scene),
        AdminButton::Care(button) => care::pressed(state, button, facts, scene),
        AdminButton::Members { .. } => members(facts, false, scene),
        AdminButton::Search => {
            Turn::to(State::Searching).show(Say::new(Money::AskSearch.html(scene.locale)).keys(back(Keyboard::none(), scene)))
        }
        AdminButton::Member(_) => member(facts, scene),
        AdminButton::Adjust { user, add } => ask_adjust(user, add, facts, None, scene),
        AdminButton::AdjustYes { stamp } => adjust(state, stamp, facts, scene),
        AdminButton::Finance => finance(facts, scene),
        AdminButton::Picture { stamp } => picture(stamp, facts, scene),
        AdminButton::Prices => prices(facts, scene),
        AdminButton::Price(service) => ask_price(service, facts, None, scene),
        AdminButton::PriceYes { stamp } => set_price(state, stamp, facts, scene),
        AdminButton::Payments { .. } => payments(facts, scene),
        AdminButton::Payment(_) => payment(facts, scene),
        AdminButton::Refund(_) => ask_refund(facts, scene),
        AdminButton::RefundYes { stamp, .. } => refund(stamp, facts, scene),
    }
}

fn key(button: AdminButton) -> Button {
    Button::Admin(button)
}

/// With the way back to the administration's menu.
pub(super) fn back(keys: Keyboard, scene: &Scene<'_>) -> Keyboard {
    keys.key(MoneyLabel::Administration.text(scene.locale), key(AdminButton::Menu))
}

/// The administration's menu.
pub(super) fn menu(scene: &Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let care = |label: CareLabel<'_>, button| (label.text(locale), key(AdminButton::Care(button)));
    let keys = Keyboard::none()
        .row([
            (MoneyLabel::Members.text(locale), key(AdminButton::Members { page: 0 })),
            care(CareLabel::Invites, CareButton::Invites { page: 0 }),
        ])
        .row([
            (MoneyLabel::Finance.text(locale), key(AdminButton::Finance)),
            (MoneyLabel::Prices.text(locale), key(AdminButton::Prices)),
        ])
        .row([
            (MoneyLabel::Payments.text(locale), key(AdminButton::Payments { page: 0 })),
            care(CareLabel::Health, CareButton::Health),
        ])
        .row([care(CareLabel::Announce, CareButton::Announce)]);
    show(scene, Text::Admin, keys.key(Label::Menu.text(locale), Button::Menu))
}

fn members(facts: &Facts, search: bool, scene: &Scene<'_>) -> Turn<State> {
    let Some(page) = &facts.members else { return not_found(scene) };
    let locale = scene.locale;
    let mut keys = Keyboard::none();
    for line in &page.lines {
        keys = keys.key(MoneyLabel::MemberLine(line).text(locale), key(AdminButton::Member(line.user)));
    }
    if !search {
        keys = keys.row(cases::pager(page.page, page.pages, |page| key(AdminButton::Members { page })));
    }
    let keys = back(keys.key(MoneyLabel::Search.text(locale), key(AdminButton::Search)), scene);
    let html = if page.lines.is_empty() {
        Money::NobodyFound.html(locale)
    } else {
        Money::Members { page: page.page.saturating_add(1), pages: page.pages, search }.html(locale)
    };
    show_html(html, keys)
}

/// Whom to look for, typed.
pub(super) fn found(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    members(facts, true, scene)
}

fn member(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    match &facts.member {
        Some(member) => member_screen(member, Money::Member(member).html(scene.locale), scene),
        None => not_found(scene),
    }
}

fn member_screen(member: &MemberLine, html: Html, scene: &Scene<'_>) -> Turn<State> {
    show_html(html, member_keys(member, scene))
}

/// What may be done about a specialist.
pub(super) fn member_keys(member: &MemberLine, scene: &Scene<'_>) -> Keyboard {
    let adjust = |add| key(AdminButton::Adjust { user: member.user, add });
    let mut keys = Keyboard::none().row([
        (MoneyLabel::AddStars.text(scene.locale), adjust(true)),
        (MoneyLabel::TakeStars.text(scene.locale), adjust(false)),
    ]);
    if care::may_block(member.user, scene) {
        let on = !member.blocked;
        let block = AdminButton::Care(CareButton::Block { user: member.user, on });
        keys = keys.key(CareLabel::Block { on }.text(scene.locale), key(block));
    }
    back(keys.key(MoneyLabel::Members.text(scene.locale), key(AdminButton::Members { page: 0 })), scene)
}

fn ask_adjust(user: UserId, add: bool, facts: &Facts, problem: Option<Money<'_>>, scene: &Scene<'_>) -> Turn<State> {
    let Some(member) = &facts.member else { return not_found(scene) };
    let text = problem.unwrap_or(Money::AskAdjust { member, add });
    let keys = Keyboard::none().key(Label::Back.text(scene.locale), key(AdminButton::Member(user)));
    Turn::to(State::Adjusting { user, add }).show(Say::new(text.html(scene.locale)).keys(keys))
}

/// A sum and a reason, typed: asked about once more before anything moves.
pub(super) fn adjusting(user: UserId, add: bool, text: &str, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(member) = &facts.member else { return not_found(scene) };
    let (sum, note) = text.trim().split_once(char::is_whitespace).unwrap_or((text, ""));
    let note = bot_kit::shorten(note, 200);
    let sum = wallet::number(sum).filter(|sum| (1..=10_000).contains(sum)).map(i64::from);
    let Some(sum) = sum.filter(|_| !note.is_empty()) else {
        return ask_adjust(user, add, facts, Some(Money::BadAdjust), scene);
    };
    if let Some(problem) = forbids(member, add, sum, facts) {
        return ask_adjust(user, add, facts, Some(problem), scene);
    }
    let stars = Stars(if add { sum } else { -sum });
    let keys = Keyboard::none()
        .key(MoneyLabel::Yes.text(scene.locale), key(AdminButton::AdjustYes { stamp: scene.stamp() }))
        .key(Label::Back.text(scene.locale), key(AdminButton::Member(user)));
    let say = Say::new(Money::ConfirmAdjust { member, stars, note: &note }.html(scene.locale)).keys(keys);
    Turn::to(State::AdjustingSure { user, stars, note }).show(say)
}

fn forbids(member: &MemberLine, add: bool, sum: i64, facts: &Facts) -> Option<Money<'static>> {
    let left = DAILY_CAP - facts.given.0;
    match add {
        true if sum > left => Some(Money::AdjustOverCap { left: Stars(left.max(0)) }),
        false if sum > member.available.0 => Some(Money::AdjustTooMuch { available: member.available }),
        true | false => None,
    }
}

fn adjust(state: State, stamp: i64, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let (State::AdjustingSure { user, stars, note }, Some(member)) = (state, &facts.member) else { return menu(scene) };
    if !scene.is_current(stamp) {
        return member_screen(member, Money::Member(member).html(scene.locale), scene)
            .toast(Text::StaleButton.plain(scene.locale));
    }
    if let Some(problem) = forbids(member, stars.0 > 0, stars.0.abs(), facts) {
        return member_screen(member, problem.html(scene.locale), scene);
    }
    let after = Stars(member.available.0 + stars.0);
    let changed = MemberLine { available: after, ..member.clone() };
    let html = Money::Adjusted { stars }.html(scene.locale).paragraph(&Money::Member(&changed).html(scene.locale));
    let notice = Money::AdjustNotice { stars, available: after, note: &note }.html(member.locale);
    let tell = Effect::Tell { specialist: user, say: Say::new(notice).kind(MessageKind::Receipt) };
    member_screen(&changed, html, scene).and(Effect::AdjustWallet { user, stars, note }).and(tell)
}

fn finance(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(finance) = facts.finance else { return not_found(scene) };
    let picture = key(AdminButton::Picture { stamp: scene.stamp() });
    let keys = back(Keyboard::none().key(MoneyLabel::Picture.text(scene.locale), picture), scene);
    show_html(Money::Finance(finance).html(scene.locale), keys)
}

/// The worker draws; once for each tap.
fn picture(stamp: i64, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    if !scene.is_current(stamp) {
        return finance(facts, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    let Some(owner) = scene.specialist.map(|specialist| specialist.user_id) else { return not_found(scene) };
    let job = Job::picture(scene.id(), JobKind::FinancePicture, PictureWish { owner, locale: scene.locale });
    finance(facts, scene).and(Effect::Enqueue(job)).toast(Money::PictureComes.plain(scene.locale))
}

fn prices(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let mut keys = Keyboard::none();
    for price in &facts.prices {
        keys = keys.key(MoneyLabel::PriceLine(*price).text(scene.locale), key(AdminButton::Price(price.service)));
    }
    show_html(Money::Prices(&facts.prices).html(scene.locale), back(keys, scene))
}

fn price_of(service: ServiceId, facts: &Facts) -> Option<Stars> {
    facts.prices.iter().find(|price| price.service == service).map(|price| price.stars)
}

fn to_prices(scene: &Scene<'_>) -> Keyboard {
    Keyboard::none().key(Label::Back.text(scene.locale), key(AdminButton::Prices))
}

fn ask_price(service: ServiceId, facts: &Facts, problem: Option<Money<'_>>, scene: &Scene<'_>) -> Turn<State> {
    let Some(stars) = price_of(service, facts) else { return not_found(scene) };
    let text = problem.unwrap_or(Money::AskPrice { service, stars });
    Turn::to(State::Pricing { service }).show(Say::new(text.html(scene.locale)).keys(to_prices(scene)))
}

/// A price, typed: asked about once more.
pub(super) fn pricing(service: ServiceId, text: &str, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(from) = price_of(service, facts) else { return not_found(scene) };
    let Some(to) = wallet::number(text).filter(|price| *price <= 10_000).map(|price| Stars(i64::from(price))) else {
        return ask_price(service, facts, Some(Money::BadPrice), scene);
    };
    let keys = Keyboard::none()
        .key(MoneyLabel::Yes.text(scene.locale), key(AdminButton::PriceYes { stamp: scene.stamp() }))
        .key(Label::Back.text(scene.locale), key(AdminButton::Prices));
    let say = Say::new(Money::ConfirmPrice { service, from, to }.html(scene.locale)).keys(keys);
    Turn::to(State::PricingSure { service, stars: to }).show(say)
}

fn set_price(state: State, stamp: i64, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let State::PricingSure { service, stars } = state else { return prices(facts, scene) };
    if !scene.is_current(stamp) {
        return prices(facts, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    show_html(Money::PriceSet.html(scene.locale), to_prices(scene)).and(Effect::SetPrice { service, stars })
}

fn payments(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(page) = &facts.payments else { return not_found(scene) };
    let mut keys = Keyboard::none();
    for line in &page.lines {
        keys = keys.key(MoneyLabel::PaymentLine(line).text(scene.locale), key(AdminButton::Payment(line.payment)));
    }
    keys = keys.row(cases::pager(page.page, page.pages, |page| key(AdminButton::Payments { page })));
    let html = match (page.lines.is_empty(), page.page) {
        (true, 0) => Money::NoPayments.html(scene.locale),
        (true, _) => Text::EmptyPage.html(scene.locale),
        (false, at) => Money::Payments { page: at.saturating_add(1), pages: page.pages }.html(scene.locale),
    };
    show_html(html, back(keys, scene))
}

fn payment(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(payment) = &facts.payment else { return not_found(scene) };
    let mut keys = Keyboard::none();
    if matches!(payment.status, PaymentStatus::Paid | PaymentStatus::Unmatched) {
        keys = keys.key(MoneyLabel::Refund.text(scene.locale), key(AdminButton::Refund(payment.payment)));
    }
    show_html(Money::Payment(payment).html(scene.locale), to_payments(keys, scene))
}

fn to_payments(keys: Keyboard, scene: &Scene<'_>) -> Keyboard {
    back(keys.key(MoneyLabel::Payments.text(scene.locale), key(AdminButton::Payments { page: 0 })), scene)
}

/// Why a payment cannot be given back, if it cannot.
fn keeps(facts: &Facts) -> Option<Money<'static>> {
    let payment = facts.payment.as_ref()?;
    match payment.status {
        PaymentStatus::Unmatched => None,
        PaymentStatus::Paid if payment.available >= payment.stars => None,
        PaymentStatus::Paid => Some(Money::RefundTooMuch { available: payment.available }),
        PaymentStatus::Created | PaymentStatus::Approved | PaymentStatus::Refunding | PaymentStatus::Refunded => {
            Some(Money::RefundNotPaid)
        }
    }
}

fn ask_refund(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(payment) = &facts.payment else { return not_found(scene) };
    if let Some(problem) = keeps(facts) {
        return show_html(problem.html(scene.locale), to_payments(Keyboard::none(), scene));
    }
    let keys = Keyboard::none()
        .key(
            MoneyLabel::RefundYes.text(scene.locale),
            key(AdminButton::RefundYes { payment: payment.payment, stamp: scene.asking_stamp() }),
        )
        .key(Label::Back.text(scene.locale), key(AdminButton::Payment(payment.payment)));
    show_html(Money::ConfirmRefund(payment).html(scene.locale), keys).asking()
}

fn refund(stamp: i64, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(line) = &facts.payment else { return not_found(scene) };
    if !scene.is_current(stamp) {
        return ask_refund(facts, scene).toast(Text::StaleButton.plain(scene.locale));
    }
    if let Some(problem) = keeps(facts) {
        return show_html(problem.html(scene.locale), to_payments(Keyboard::none(), scene));
    }
    let turn = show_html(Money::RefundAsked.html(scene.locale), to_payments(Keyboard::none(), scene));
    turn.and(Effect::RefundPayment { payment: line.payment })
}
