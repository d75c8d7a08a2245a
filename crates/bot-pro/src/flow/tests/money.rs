//! Top-ups, payments, administration.
use bot_kit::{
    Checkout, Credit, Finance, Held, MemberLine, MessageKind, Movement, Page, Payment, PaymentLine, PaymentStatus, Price, Rate,
    Return, StatementLine, Verdict, WaitingLaunch, Wallet,
};
use domain::PaymentId;

use super::*;

pub(super) fn user() -> UserId {
    UserId(Uuid::from_u128(1))
}

fn payment_id() -> PaymentId {
    PaymentId(Uuid::from_u128(70))
}

pub(super) fn then() -> Then {
    Then { case: case(), service: ServiceId::Screen, days: Some(3) }
}

fn member() -> MemberLine {
    MemberLine {
        user: user(),
        telegram_id: TelegramId(7),
        full_name: "Анна & <Ко>".into(),
        username: Some("anna".into()),
        blocked: true,
        locale: Locale::En,
        available: Stars(100),
        reserved: Stars(50),
        debt: Stars(5),
    }
}

fn payment_line(status: PaymentStatus) -> PaymentLine {
    PaymentLine {
        payment: payment_id(),
        at: DateTime::<Utc>::UNIX_EPOCH,
        stars: Stars(50),
        status,
        payer: Some("Анна".into()),
        payer_telegram_id: Some(TelegramId(7)),
        available: Stars(100),
    }
}

fn finance() -> Finance {
    Finance {
        held: Stars(500),
        reserved: Stars(50),
        debt: Stars(5),
        paid_in: Stars(700),
        refunded: Stars(50),
        spent: Stars(100),
        given: Stars(20),
        written_off: Stars(0),
        cost_usd: 0.75,
        unmatched: 1,
    }
}

/// Everything there is about money, with texts as long as they get.
pub(super) fn facts() -> Facts {
    let movements = [
        Movement::TopUp,
        Movement::Held,
        Movement::Released,
        Movement::Charged,
        Movement::Refunded,
        Movement::Credited,
        Movement::Debited,
        Movement::Owed,
        Movement::Repaid,
    ];
    let lines = movements.map(|movement| StatementLine {
        at: DateTime::<Utc>::UNIX_EPOCH,
        movement,
        stars: Stars(50),
        service: Some(ServiceId::Screen),
        // Its own label, so that it is told apart from a case's own screen.
        case_label: Some("Длинное обозначение другого кейса, до шестидесяти четырёх знаков".into()),
        available_after: Stars(450),
    });
    let prices: Vec<Price> = ServiceId::ALL.iter().map(|service| Price { service: *service, stars: Stars(50) }).collect();
    let held = Held { service: ServiceId::Screen, case_label: "К-013".into(), stars: Stars(50) };
    Facts {
        wallet: Some(Wallet {
            available: Stars(10),
            reserved: Stars(400),
            debt: Stars(5),
            held: vec![held; 8],
            prices: prices.clone(),
        }),
        statement: Some(Page { lines: lines.to_vec(), page: 1, pages: 3 }),
        rates: vec![Rate { model: "claude-haiku-4-5".into(), input: Stars(330), output: Stars(770) }],
        prices,
        waits_for_payment: true,
        members: Some(Page { lines: vec![member(); 8], page: 0, pages: 2 }),
        member: Some(member()),
        given: Stars(9_970),
        finance: Some(finance()),
        payments: Some(Page { lines: vec![payment_line(PaymentStatus::Unmatched); 8], page: 0, pages: 2 }),
        payment: Some(payment_line(PaymentStatus::Paid)),
        ..Facts::default()
    }
}

fn checkout() -> Event {
    Event::Checkout(Checkout { query: "q".into(), payload: "p".into(), stars: Stars(50), currency: "XTR".into() })
}

fn payment() -> Payment {
    Payment { payload: "p".into(), stars: Stars(50), charge: "c".into() }
}

fn answers(turn: &Turn<State>) -> Vec<Option<String>> {
    let answers = turn.effects.iter().filter_map(|effect| match effect {
        Effect::AnswerCheckout { refusal, .. } => Some(refusal.clone()),
        _ => None,
    });
    answers.collect()
}

/// Known, blocked, and nobody we know.
fn everybody() -> [Stage; 3] {
    let (known, mut blocked, mut stranger) = (Stage::new(), Stage::new(), Stage::new());
    blocked.specialist.as_mut().unwrap().blocked = true;
    stranger.specialist = None;
    [known, blocked, stranger]
}

#[test]
fn every_pre_checkout_is_answered_once_and_disturbs_nothing() {
    let verdicts = [
        Some(Verdict::Approved),
        Some(Verdict::Unknown),
        Some(Verdict::Expired),
        Some(Verdict::PaidAlready),
        Some(Verdict::WrongAmount),
        Some(Verdict::WrongPayer),
        Some(Verdict::NotRegistered),
        Some(Verdict::Blocked),
        None,
    ];
    for verdict in verdicts {
        for locale in [Locale::Ru, Locale::En] {
            for mut stage in everybody() {
                stage.locale = locale;
                assert_eq!(stage.needs(&State::Naming, &checkout()).len(), 1);
                let turn = stage.step(State::Naming, checkout(), &Facts { checkout: verdict, ..Facts::default() });
                let answers = answers(&turn);
                assert_eq!(turn.state, State::Naming, "{verdict:?}");
                assert_eq!((turn.effects.len(), answers.len()), (1, 1), "{verdict:?}");
                assert_eq!(answers[0].is_none(), verdict == Some(Verdict::Approved), "{verdict:?}");
                if let Some(Some(reason)) = answers.first() {
                    assert!((10..=255).contains(&reason.chars().count()), "{reason}");
                }
            }
        }
    }
}

#[test]
fn a_payment_is_heard_from_everybody_and_said_once() {
    for mut stage in everybody() {
        for (paid, said_something) in [
            (Some(Credit::Done { available: Stars(70), launch: None }), true),
            (Some(Credit::Unmatched), true),
            (None, true),
            (Some(Credit::Already), false),
        ] {
            let turn = stage.step(State::Naming, Event::Paid(payment()), &Facts { paid, ..Facts::default() });
            assert_eq!(turn.state, State::Naming);
            let receipts =
                turn.effects.iter().filter(|effect| matches!(effect, Effect::Say(say) if say.kind == MessageKind::Receipt));
            assert_eq!(receipts.count(), usize::from(said_something), "{paid:?}");
        }
        let returns = [Some(Return::Done { owed: Stars(0) }), Some(Return::Done { owed: Stars(5) }), Some(Return::Unknown), None];
        for returned in returns {
            let turn = stage.step(State::Naming, Event::Refunded(payment()), &Facts { returned, ..Facts::default() });
            assert!(matches!(turn.effects.as_slice(), [Effect::Say(_)]), "{returned:?}");
        }
        let again = Facts { returned: Some(Return::Already), ..Facts::default() };
        assert!(stage.step(State::Idle, Event::Refunded(payment()), &again).effects.is_empty());
    }
}

fn paid_with_launch(mut facts: Facts, service: ServiceId) -> Facts {
    let launch = WaitingLaunch { payment: payment_id(), case: case(), service, days: Some(3) };
    facts.paid = Some(Credit::Done { available: Stars(50), launch: Some(launch) });
    facts
}

#[test]
fn a_launch_goes_on_after_its_payment_only_while_it_may() {
    let launched = |facts: &Facts| {
        let turn = Stage::new().step(State::Idle, Event::Paid(payment()), facts);
        assert!(said(&turn).contains("пополнен"), "the payment itself is always said");
        let made = turn.effects.iter().find_map(|effect| match effect {
            Effect::Launch(launch) => Some(launch.clone()),
            _ => None,
        });
        let noted = turn.effects.iter().any(|effect| {
            matches!(effect, Effect::Continued { payment, run }
            if *payment == payment_id() && made.as_ref().is_some_and(|launch| launch.run == *run))
        });
        assert_eq!(made.is_some(), noted);
        made
    };
    let good = paid_with_launch(with_case(Screening::None, 50), ServiceId::Screen);
    let launch = launched(&good).unwrap();
    assert_eq!((launch.ttl_secs, launch.reserve), (3 * 24 * 3600, Some(Stars(50))));
    let mut archived = good.clone();
    archived.case.as_mut().unwrap().archived = true;
    let refused = [
        paid_with_launch(with_case(Screening::None, 49), ServiceId::Screen),
        paid_with_launch(with_case(waiting(), 500), ServiceId::Screen),
        paid_with_launch(with_case(Screening::Writing, 500), ServiceId::Screen),
        paid_with_launch(Facts::default(), ServiceId::Screen),
        archived,
    ];
    for facts in refused {
        assert!(launched(&facts).is_none());
    }
}

#[test]
fn a_launch_that_lacks_stars_offers_what_is_missing_and_no_less() {
    let turn = Stage::new().press(&Button::Invite { case: case(), days: 3 }, &with_case(Screening::None, 20));
    let offered: Vec<(u16, Option<Then>)> = keys(&turn)
        .iter()
        .filter_map(|data| match Button::decode(data) {
            Some(Button::Wallet(WalletButton::Buy { stars, then, .. })) => Some((stars, then)),
            _ => None,
        })
        .collect();
    let sums: Vec<u16> = offered.iter().map(|(stars, _)| *stars).collect();
    assert_eq!(sums, [30, 50, 100, 200, 500]);
    assert!(offered.iter().all(|(_, then)| *then == Some(self::then())));
    // Telegram's smallest invoice we make is ten.
    let turn = Stage::new().press(&Button::Invite { case: case(), days: 3 }, &with_case(Screening::None, 45));
    assert!(
        keys(&turn).iter().any(|data| matches!(Button::decode(data), Some(Button::Wallet(WalletButton::Buy { stars: 10, .. }))))
    );
}

#[test]
fn a_doubled_tap_makes_one_invoice_and_a_foreign_case_none() {
    let buy = |stamp, then| Button::Wallet(WalletButton::Buy { stars: 50, then, stamp });
    let invoices = |turn: &Turn<State>| turn.effects.iter().filter(|effect| matches!(effect, Effect::Invoice(_))).count();
    let facts = super::everything::full(Screening::None, false);
    assert_eq!(invoices(&Stage::new().press(&buy(4, None), &facts)), 1);
    assert_eq!(invoices(&Stage::new().press(&buy(3, None), &facts)), 0);
    assert_eq!(invoices(&Stage::new().press(&buy(4, Some(then())), &facts)), 1);
    assert_eq!(invoices(&Stage::new().press(&buy(4, Some(then())), &self::facts())), 0);
}

#[test]
fn an_amount_is_read_as_people_write_it() {
    for (text, stars) in
        [("150", Some(150)), (" 1 500 ★", Some(1500)), ("10", Some(10)), ("9", None), ("10001", None), ("-5", None)]
    {
        let turn = Stage::new().step(State::ToppingUp { then: None }, Event::Said(text.into()), &Facts::default());
        let made = turn.effects.iter().find_map(|effect| match effect {
            Effect::Invoice(invoice) => Some(invoice.stars.0),
            _ => None,
        });
        assert_eq!(made, stars, "{text}");
    }
}

#[test]
fn what_only_an_administrator_may_do_is_neither_asked_for_nor_done_by_anybody_else() {
    let all = super::super::super::button::every_button(super::named(), 4);
    for button in all.iter().filter(|button| matches!(button, Button::Admin(_))) {
        let turn = Stage::new().press(button, &facts());
        assert!(turn.effects.iter().all(|effect| matches!(effect, Effect::Show(_) | Effect::AnswerPress { .. })), "{button:?}");
        assert_eq!(said(&turn), said(&Stage::new().press(&Button::Menu, &facts())), "{button:?}");
    }
}

fn admin() -> Stage {
    let mut stage = Stage::new();
    stage.admin = true;
    stage
}

#[test]
fn a_wallet_is_changed_only_after_a_reason_and_a_yes() {
    let adjusts = |turn: &Turn<State>| has(turn, |effect| matches!(effect, Effect::AdjustWallet { .. }));
    let adding = State::Adjusting { user: user(), add: true };
    for bad in ["много", "5", "0 причина", "10001 причина", "31 сверх суточного"] {
        let turn = admin().step(adding.clone(), Event::Said(bad.into()), &facts());
        assert_eq!(turn.state, adding, "{bad}");
        assert!(!adjusts(&turn));
    }
    let taking = State::Adjusting { user: user(), add: false };
    let turn = admin().step(taking.clone(), Event::Said("101 больше, чем есть".into()), &facts());
    assert_eq!(turn.state, taking);
    let turn = admin().step(adding, Event::Said("30 за обучение".into()), &facts());
    let sure = State::AdjustingSure { user: user(), stars: Stars(30), note: "за обучение".into() };
    assert_eq!(turn.state, sure);
    let yes = |stamp| Event::Pressed { data: Button::Admin(AdminButton::AdjustYes { stamp }).encode() };
    assert!(adjusts(&admin().step(sure.clone(), yes(4), &facts())));
    assert!(!adjusts(&admin().step(sure.clone(), yes(3), &facts())));
    assert!(!adjusts(&admin().step(State::Idle, yes(4), &facts())));
    assert!(!adjusts(&Stage::new().step(sure, yes(4), &facts())), "the right is checked again");
}

#[test]
fn a_payment_is_given_back_once_and_only_from_what_is_free() {
    let refunds = |facts: &Facts, stamp| {
        let button = Button::Admin(AdminButton::RefundYes { payment: payment_id(), stamp });
        has(&admin().press(&button, facts), |effect| matches!(effect, Effect::RefundPayment { .. }))
    };
    let with = |line: PaymentLine| Facts { payment: Some(line), ..facts() };
    assert!(refunds(&facts(), 4));
    assert!(!refunds(&facts(), 3));
    let yes = Button::Admin(AdminButton::RefundYes { payment: payment_id(), stamp: 4 });
    let asked = admin().press(&Button::Admin(AdminButton::Refund(payment_id())), &facts());
    assert!(asked.only_asks() && keys(&asked).contains(&yes.encode()), "{:?}", keys(&asked));
    assert!(!refunds(&with(PaymentLine { available: Stars(49), ..payment_line(PaymentStatus::Paid) }), 4));
    assert!(refunds(&with(PaymentLine { payer: None, available: Stars(0), ..payment_line(PaymentStatus::Unmatched) }), 4));
    for status in [PaymentStatus::Created, PaymentStatus::Approved, PaymentStatus::Refunding, PaymentStatus::Refunded] {
        assert!(!refunds(&with(payment_line(status)), 4), "{status:?}");
    }
}

#[test]
fn a_price_is_changed_only_after_a_yes() {
    let sets = |turn: &Turn<State>| has(turn, |effect| matches!(effect, Effect::SetPrice { stars: Stars(70), .. }));
    let pricing = State::Pricing { service: ServiceId::Screen };
    let turn = admin().step(pricing.clone(), Event::Said("дорого".into()), &facts());
    assert_eq!(turn.state, pricing);
    let turn = admin().step(pricing, Event::Said("70".into()), &facts());
    let yes = |stamp| Event::Pressed { data: Button::Admin(AdminButton::PriceYes { stamp }).encode() };
    assert!(!sets(&turn));
    assert!(sets(&admin().step(turn.state.clone(), yes(4), &facts())));
    assert!(!sets(&admin().step(turn.state.clone(), yes(3), &facts())));
    assert!(!sets(&Stage::new().step(turn.state, yes(4), &facts())));
}
