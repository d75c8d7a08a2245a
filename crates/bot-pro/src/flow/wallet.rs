//! Balance, history, prices, top-ups, and what comes of a payment.
use bot_kit::{
    CaseCard, Checkout, Credit, Effect, Facts, Invoice, Keyboard, MessageKind, Need, Offer, Payment, Return, Say, Scene, Turn,
    Verdict, WaitingLaunch,
};
use domain::{PaymentId, ServiceId, Stars};

use super::{Event, State, cases, not_found, screening, show_html, tools};
use crate::{
    button::{Button, Then, WalletButton},
    texts::{
        Label, Text,
        money::{Money, MoneyLabel},
    },
};

/// Sums that are offered at one tap.
const PACKS: [u16; 4] = [50, 100, 200, 500];
/// What can be bought at once.
const AMOUNTS: std::ops::RangeInclusive<u16> = 10..=10_000;

/// What a button of the wallet must know.
pub(super) fn needs(button: &WalletButton) -> Vec<Need> {
    match button {
        WalletButton::Balance => vec![Need::Wallet],
        WalletButton::Statement { page } => vec![Need::Statement { page: *page }],
        WalletButton::Rates => vec![Need::Rates],
        WalletButton::Buy { then: None, .. } => vec![Need::Wallet],
        WalletButton::BuyOther { then: None } => vec![],
        WalletButton::Buy { then: Some(then), .. } | WalletButton::BuyOther { then: Some(then) } => needs_of(*then),
    }
}

/// A launch that waits is looked at as the launch itself would be.
pub(super) fn needs_of(then: Then) -> Vec<Need> {
    vec![Need::Case { case: then.case }, Need::Offer { service: then.service }]
}

/// A button of the wallet.
pub(super) fn pressed(button: WalletButton, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    match button {
        WalletButton::Balance => balance(facts, scene),
        WalletButton::Statement { .. } => statement(facts, scene),
        WalletButton::Rates => {
            let keys = back(Keyboard::none(), scene);
            show_html(Money::Rates(&facts.rates).html(scene.locale), keys)
        }
        WalletButton::Buy { stars, then, stamp } => buy(stars, then, stamp, facts, scene),
        WalletButton::BuyOther { then } => {
            if then.is_some() && facts.case.is_none() {
                return not_found(scene);
            }
            ask_amount(then, facts, Money::AskAmount { missing: missing(then, facts) }, scene)
        }
    }
}

/// What the wallet holds, what things cost, and sums to buy.
pub(super) fn balance(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(wallet) = &facts.wallet else { return not_found(scene) };
    let locale = scene.locale;
    let pack = |stars: &u16| pack(*stars, None, scene);
    let keys = Keyboard::none()
        .row(PACKS[..2].iter().map(pack))
        .row(PACKS[2..].iter().map(pack))
        .key(MoneyLabel::OtherAmount.text(locale), Button::Wallet(WalletButton::BuyOther { then: None }))
        .key(MoneyLabel::History.text(locale), Button::Wallet(WalletButton::Statement { page: 0 }))
        .key(MoneyLabel::Rates.text(locale), Button::Wallet(WalletButton::Rates))
        .key(Label::Menu.text(locale), Button::Menu);
    show_html(Money::Balance(wallet).html(locale), keys)
}

fn pack(stars: u16, then: Option<Then>, scene: &Scene<'_>) -> (String, Button) {
    let label = MoneyLabel::Pack(Stars(i64::from(stars))).text(scene.locale);
    (label, Button::Wallet(WalletButton::Buy { stars, then, stamp: scene.stamp() }))
}

fn back(keys: Keyboard, scene: &Scene<'_>) -> Keyboard {
    keys.key(MoneyLabel::BackToBalance.text(scene.locale), Button::Wallet(WalletButton::Balance))
        .key(Label::Menu.text(scene.locale), Button::Menu)
}

fn statement(facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let Some(page) = &facts.statement else { return not_found(scene) };
    let button = |page| Button::Wallet(WalletButton::Statement { page });
    let keys = back(Keyboard::none().row(cases::pager(page.page, page.pages, button)), scene);
    let html = match (page.lines.is_empty(), page.page) {
        (true, 0) => Money::NoHistory.html(scene.locale),
        (true, _) => Text::EmptyPage.html(scene.locale),
        (false, at) => Money::Statement { lines: &page.lines, page: at.saturating_add(1), pages: page.pages }.html(scene.locale),
    };
    show_html(html, keys)
}

/// Says how much is missing and offers it; what was to be launched goes on by itself after the payment.
pub(super) fn too_few(offer: Offer, then: Then, scene: &Scene<'_>) -> Turn<State> {
    let locale = scene.locale;
    let missing = u16::try_from(offer.price.0 - offer.available.0).ok().map(|missing| missing.max(*AMOUNTS.start()));
    let sums: Vec<u16> = match missing.filter(|missing| AMOUNTS.contains(missing)) {
        Some(missing) => std::iter::once(missing).chain(PACKS.into_iter().filter(|pack| *pack > missing)).collect(),
        None => Vec::new(),
    };
    let mut keys = Keyboard::none();
    for row in sums.chunks(2) {
        keys = keys.row(row.iter().map(|stars| pack(*stars, Some(then), scene)));
    }
    let keys = keys
        .key(MoneyLabel::OtherAmount.text(locale), Button::Wallet(WalletButton::BuyOther { then: Some(then) }))
        .key(Label::BackToCase.text(locale), Button::Case(then.case));
    let html = Money::TooFewStars { offer, service: then.service }.html(locale);
    Turn::to(State::Idle).show(Say::new(html).keys(keys).about(then.case))
}

fn missing(then: Option<Then>, facts: &Facts) -> Option<Stars> {
    let offer = then.and(facts.offer)?;
    (offer.price > offer.available).then(|| Stars(offer.price.0 - offer.available.0))
}

fn ask_amount(then: Option<Then>, facts: &Facts, text: Money<'_>, scene: &Scene<'_>) -> Turn<State> {
    let keys = match then.filter(|_| facts.case.is_some()) {
        Some(then) => Keyboard::none().key(Label::BackToCase.text(scene.locale), Button::Case(then.case)),
        None => back(Keyboard::none(), scene),
    };
    Turn::to(State::ToppingUp { then }).show(Say::new(text.html(scene.locale)).keys(keys))
}

/// An amount, typed.
pub(super) fn amount(text: &str, then: Option<Then>, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    match number(text).filter(|stars| AMOUNTS.contains(stars)) {
        Some(stars) => {
            let invoice = invoice(stars, then.filter(|_| facts.case.is_some()), scene);
            Turn::to(State::Idle).and(Effect::Invoice(invoice))
        }
        None => ask_amount(then, facts, Money::BadAmount, scene),
    }
}

/// A whole number as people write it: `1 500`, `1500 ★`.
pub(super) fn number(text: &str) -> Option<u16> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '★' | '⭐' | '\u{fe0f}')).collect();
    digits.parse().ok()
}

fn buy(stars: u16, then: Option<Then>, stamp: i64, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    if then.is_some() && facts.case.is_none() {
        return not_found(scene);
    }
    // The offers are shown again, so that the next tap is a wish of its own and a doubled one is not.
    let offers = match (then, facts.offer) {
        (Some(then), Some(offer)) => too_few(offer, then, scene),
        (Some(_), None) => not_found(scene),
        (None, _) => balance(facts, scene),
    };
    if !scene.is_current(stamp) {
        return offers.toast(Text::StaleButton.plain(scene.locale));
    }
    let invoice = invoice(stars, then, scene);
    offers.and(Effect::Invoice(invoice)).toast(Money::InvoiceBelow.plain(scene.locale))
}

fn invoice(stars: u16, then: Option<Then>, scene: &mut Scene<'_>) -> Invoice {
    let payment: PaymentId = scene.id();
    let stars = Stars(i64::from(stars));
    Invoice {
        payment,
        stars,
        title: Money::InvoiceTitle { stars }.plain(scene.locale),
        description: Money::InvoiceDescription.plain(scene.locale),
        then: then.map(|then| (then.case, then.service, then.days)),
    }
}

/// Whether the event is about a payment, and what must be known then. It is heard from everybody, whatever else is closed to
/// them: it is their money.
pub(super) fn needs_of_payment(event: &Event) -> Option<Need> {
    match event {
        Event::Checkout(checkout) => Some(Need::CheckPayment(checkout.clone())),
        Event::Paid(payment) => Some(Need::CreditPayment(payment.clone())),
        Event::Refunded(payment) => Some(Need::TakeBack(payment.clone())),
        Event::Opened { .. }
        | Event::Command(_)
        | Event::Said(_)
        | Event::Pressed { .. }
        | Event::Media(_)
        | Event::Answered(_) => None,
    }
}

/// The word a pre-checkout waits for. What the chat waits for stays as it is.
pub(super) fn checkout(state: State, checkout: &Checkout, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let refusal = match facts.checkout {
        Some(Verdict::Approved) => None,
        Some(verdict) => Some(verdict),
        None => Some(Verdict::Unknown),
    };
    let refusal = refusal.map(|verdict| Money::Refusal(verdict).plain(scene.locale));
    Turn::to(state).and(Effect::AnswerCheckout { query: checkout.query.clone(), refusal })
}

fn receipt(text: Money<'_>, keys: Keyboard, scene: &Scene<'_>) -> Say {
    Say::new(text.html(scene.locale)).keys(keys).kind(MessageKind::Receipt)
}

/// A payment: said once, whatever is delivered again.
pub(super) fn paid(state: State, payment: &Payment, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    let keys = Keyboard::none().key(Label::Balance.text(scene.locale), Button::Wallet(WalletButton::Balance));
    match facts.paid {
        Some(Credit::Done { available, launch }) => {
            let text = Money::Paid { stars: payment.stars, available };
            let turn = Turn::to(state).say(receipt(text, keys, scene));
            match launch {
                Some(launch) => go_on(turn, launch, facts, scene),
                None => turn,
            }
        }
        Some(Credit::Already) => Turn::to(state),
        Some(Credit::Unmatched) | None => {
            Turn::to(state).say(receipt(Money::PaidUnmatched { stars: payment.stars }, Keyboard::none(), scene))
        }
    }
}

/// The launch that waited for the payment, if it can still be made.
fn go_on(turn: Turn<State>, launch: WaitingLaunch, facts: &Facts, scene: &mut Scene<'_>) -> Turn<State> {
    let menu = Keyboard::none().key(Label::Menu.text(scene.locale), Button::Menu);
    let may = |case: &&CaseCard| match launch.service {
        ServiceId::Screen => screening::may_be_invited(case),
        ServiceId::Interpretator | ServiceId::Conceptualizator | ServiceId::Simulator | ServiceId::ProGuide => !case.archived,
    };
    let case = facts.case.as_ref().filter(may);
    let (Some(case), Some(offer)) = (case, facts.offer) else {
        return turn.say(receipt(Money::LaunchCannotGoOn, menu, scene));
    };
    if offer.available < offer.price {
        let keys = Keyboard::none().key(Label::OpenCase.text(scene.locale), Button::Case(case.case));
        return turn.say(receipt(Money::LaunchStillLacks(offer), keys, scene).about(case.case));
    }
    if launch.service != ServiceId::Screen {
        return match tools::make(case, launch.service, offer, scene) {
            Some(made) => {
                let continued = Effect::Continued { payment: launch.payment, run: made.launch.run };
                turn.and(Effect::Launch(made.launch)).and(continued).say(made.say)
            }
            None => turn.say(receipt(Money::LaunchCannotGoOn, menu, scene)),
        };
    }
    let days = launch.days.or(scene.specialist.map(|specialist| specialist.invitation_days)).unwrap_or(7);
    let made = screening::make(case, offer, days, scene);
    let keys = Keyboard::none().key(Label::OpenCase.text(scene.locale), Button::Case(case.case));
    let say = receipt(Money::LaunchGoesOn { label: &case.label }, keys, scene).about(case.case);
    let continued = Effect::Continued { payment: launch.payment, run: made.launch.run };
    turn.and(Effect::Launch(made.launch)).and(continued).say(say).say(made.link)
}

/// A payment that Telegram gave back.
pub(super) fn refunded(state: State, payment: &Payment, facts: &Facts, scene: &Scene<'_>) -> Turn<State> {
    let text = match facts.returned {
        Some(Return::Done { owed }) => Money::GivenBack { stars: payment.stars, owed },
        Some(Return::Already) => return Turn::to(state),
        Some(Return::Unknown) | None => Money::GivenBackUnknown { stars: payment.stars },
    };
    Turn::to(state).say(receipt(text, Keyboard::none(), scene))
}
