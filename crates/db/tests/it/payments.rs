//! Payments through the module the services use, each under its own role.
use bot_kit::{Checkout, Credit, Invoice, Movement, Offer, Payment, PaymentStatus, Return, Verdict};
use db::{
    Pool,
    money::{self, Adjusted},
    payments, wallets,
};
use domain::{BotId, CaseId, OperationId, OutboxId, PaymentId, ServiceId, StarTransaction, Stars, TelegramId, UserId};
use uuid::Uuid;

use crate::support::{SPECIALIST, case, database, keyring, pool, run, specialist};

async fn open(pool: &Pool, user: UserId, stars: i64, then: Option<CaseId>) -> PaymentId {
    let payment = PaymentId(Uuid::now_v7());
    let then = then.map(|case| (case, ServiceId::Screen, Some(3)));
    let invoice = Invoice { payment, stars: Stars(stars), title: "t".into(), description: "d".into(), then };
    payments::open(&mut pool.get().await.unwrap(), user, &invoice).await.unwrap();
    payment
}

fn paid(payment: PaymentId, stars: i64, charge: &str) -> Payment {
    Payment { payload: payment.to_string(), stars: Stars(stars), charge: charge.into() }
}

#[tokio::test]
async fn a_pre_checkout_is_checked_against_what_is_stored() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let shared = pool(&db.url("psy_api"), 2);
    let user = specialist(&shared, 0, &admin).await;
    let payment = open(&shared, user, 50, None).await;
    let mut conn = shared.get().await.unwrap();
    let mut check = async |payer: i64, payload: &str, stars: i64, currency: &str| {
        let checkout = Checkout { query: "q".into(), payload: payload.into(), stars: Stars(stars), currency: currency.into() };
        payments::check(&mut conn, TelegramId(payer), &checkout).await.unwrap()
    };
    let id = payment.to_string();
    assert_eq!(check(4040, &id, 50, "XTR").await, Verdict::NotRegistered);
    assert_eq!(check(SPECIALIST, "nonsense'); --", 50, "XTR").await, Verdict::Unknown);
    assert_eq!(check(SPECIALIST, &Uuid::nil().to_string(), 50, "XTR").await, Verdict::Unknown);
    assert_eq!(check(SPECIALIST, &id, 49, "XTR").await, Verdict::WrongAmount);
    assert_eq!(check(SPECIALIST, &id, 50, "RUB").await, Verdict::WrongAmount);
    assert_eq!(check(SPECIALIST, &id, 50, "XTR").await, Verdict::Approved);
    assert_eq!(check(SPECIALIST, &id, 50, "XTR").await, Verdict::Approved, "asking again changes nothing");
    admin
        .execute("INSERT INTO psycheos.users (user_id, telegram_id, full_name) VALUES (gen_random_uuid(), 5050, 'B')", &[])
        .await
        .unwrap();
    assert_eq!(check(5050, &id, 50, "XTR").await, Verdict::WrongPayer);
    admin.execute("UPDATE psycheos.payments SET created_at = now() - interval '8 days'", &[]).await.unwrap();
    assert_eq!(check(SPECIALIST, &id, 50, "XTR").await, Verdict::Expired);
    admin.execute("UPDATE psycheos.users SET status = 'blocked' WHERE telegram_id = $1", &[&SPECIALIST]).await.unwrap();
    assert_eq!(check(SPECIALIST, &id, 50, "XTR").await, Verdict::Blocked);
    let refused = admin.execute("SELECT psycheos.payment_open(gen_random_uuid(), $1, 9, NULL, NULL, NULL)", &[&user.0]).await;
    assert!(refused.is_err(), "ten Stars at least");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_is_credited_once_however_often_and_simultaneously_it_is_reported() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (shared, keys) = (pool(&db.url("psy_api"), 8), keyring());
    let user = specialist(&shared, 0, &admin).await;
    let case = case(&shared, &keys, user).await;
    let payment = open(&shared, user, 50, Some(case)).await;
    assert!(payments::launch_waits(&mut shared.get().await.unwrap(), user).await.unwrap());
    let mut tasks = Vec::new();
    for _ in 0..16 {
        let shared = shared.clone();
        tasks.push(tokio::spawn(async move {
            let mut tx = shared.begin().await.unwrap();
            let (credit, _) = payments::credit(&mut tx, TelegramId(SPECIALIST), &paid(payment, 50, "c1")).await.unwrap();
            tx.commit().await.unwrap();
            credit
        }));
    }
    let mut done = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Credit::Done { available, launch } => done.push((available, launch.unwrap().case)),
            Credit::Already => {}
            Credit::Unmatched => panic!("it is matched"),
        }
    }
    assert_eq!(done, [(Stars(50), case)]);
    // The same invoice, really paid twice by its owner: real Stars, on a row of their own, and no second launch.
    let mut conn = shared.get().await.unwrap();
    let second = payments::credit(&mut conn, TelegramId(SPECIALIST), &paid(payment, 50, "c2")).await.unwrap().0;
    assert_eq!(second, Credit::Done { available: Stars(100), launch: None });
    // Somebody we do not know, and somebody who paid another's invoice.
    let stranger = payments::credit(&mut conn, TelegramId(4040), &paid(payment, 50, "c3")).await.unwrap().0;
    assert_eq!(stranger, Credit::Unmatched);
    assert_eq!(payments::credit(&mut conn, TelegramId(4040), &paid(payment, 50, "c3")).await.unwrap().0, Credit::Already);
    let alerts: i64 = admin
        .query_one("SELECT count(*) FROM psycheos.operator_alerts WHERE code = 'payment_unmatched'", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(alerts, 1);
    let page = payments::list(&mut conn, 0).await.unwrap();
    let statuses: Vec<_> = page.lines.iter().map(|line| line.status).collect();
    assert_eq!(statuses, [PaymentStatus::Unmatched, PaymentStatus::Paid, PaymentStatus::Paid]);
}

#[tokio::test]
async fn a_refund_takes_the_stars_at_once_and_gives_them_back_when_telegram_refuses() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let shared = pool(&db.url("psy_api"), 2);
    let sender = pool(&db.url("psy_sender"), 1);
    let user = specialist(&shared, 0, &admin).await;
    let payment = open(&shared, user, 50, None).await;
    let mut conn = shared.get().await.unwrap();
    payments::credit(&mut conn, TelegramId(SPECIALIST), &paid(payment, 50, "c1")).await.unwrap();
    for (status, left, after) in [("failed", 0, 50), ("sent", 0, 0)] {
        let message = OutboxId(Uuid::now_v7());
        let asked = payments::refund(&mut conn, user, payment, message).await.unwrap();
        assert_eq!(asked, Some((TelegramId(SPECIALIST), "c1".to_owned())));
        assert_eq!(payments::refund(&mut conn, user, payment, OutboxId(Uuid::now_v7())).await.unwrap(), None, "once");
        assert_eq!(payments::available(&mut conn, user).await.unwrap(), Stars(left));
        let lease = Uuid::now_v7();
        admin
            .execute(
                "INSERT INTO psycheos.outbox_messages (outbox_id, bot_id, lane, kind, method, status, lease, lease_until, idempotency_key) \
                 VALUES ($1, 'pro', 1, 'refund', 'refundStarPayment', 'sending', $2, now() + interval '1 min', gen_random_uuid()::text)",
                &[&message.0, &lease],
            )
            .await
            .unwrap();
        // The sender marks its message; the payment follows in the same transaction, with no right of the sender on it.
        let finish =
            "SELECT count(*) FROM psycheos.outbox_finish(ARRAY[$1::uuid], ARRAY[$2::uuid], $3, ARRAY[NULL::bigint], 'x')";
        let mut held = sender.get().await.unwrap();
        db_query(&mut held, finish, message.0, lease, status).await;
        assert_eq!(payments::available(&mut conn, user).await.unwrap(), Stars(after));
    }
    let line = payments::find(&mut conn, payment).await.unwrap().unwrap();
    assert_eq!(line.status, PaymentStatus::Refunded);
    // Telegram's own word comes after the sender's mark here; it moves nothing and is told once.
    assert_eq!(payments::take_back(&mut conn, TelegramId(SPECIALIST), "c1").await.unwrap(), Return::Done { owed: Stars(0) });
    assert_eq!(payments::take_back(&mut conn, TelegramId(SPECIALIST), "c1").await.unwrap(), Return::Already);
    assert_eq!(payments::available(&mut conn, user).await.unwrap(), Stars(0));
}

async fn db_query(conn: &mut db::PgConn, query: &str, message: Uuid, lease: Uuid, status: &str) {
    use diesel::sql_types::{Text, Uuid as SqlUuid};
    use diesel_async::RunQueryDsl as _;
    diesel::sql_query(query)
        .bind::<SqlUuid, _>(message)
        .bind::<SqlUuid, _>(lease)
        .bind::<Text, _>(status)
        .execute(conn)
        .await
        .unwrap();
}

#[tokio::test]
async fn stars_that_were_spent_before_they_were_given_back_become_a_debt_that_is_paid_first() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (shared, keys) = (pool(&db.url("psy_api"), 2), keyring());
    let user = specialist(&shared, 0, &admin).await;
    let case = case(&shared, &keys, user).await;
    let run = run(&shared, &keys, user, case, "t").await;
    let mut conn = shared.get().await.unwrap();
    let first = open(&shared, user, 60, None).await;
    payments::credit(&mut conn, TelegramId(SPECIALIST), &paid(first, 60, "c1")).await.unwrap();
    money::reserve(&mut conn, OperationId(Uuid::now_v7()), run, Stars(50), 3600, "k").await.unwrap();
    assert_eq!(payments::take_back(&mut conn, TelegramId(SPECIALIST), "c1").await.unwrap(), Return::Done { owed: Stars(50) });
    let wallet = wallets::find(&mut conn, &keys, user).await.unwrap();
    assert_eq!((wallet.available, wallet.reserved, wallet.debt), (Stars(0), Stars(50), Stars(50)));
    assert_eq!((wallet.held[0].service, wallet.held[0].case_label.as_str()), (ServiceId::Screen, "К-014"));
    let second = open(&shared, user, 30, None).await;
    payments::credit(&mut conn, TelegramId(SPECIALIST), &paid(second, 30, "c2")).await.unwrap();
    // A release is freed Stars too.
    admin.execute("SELECT psycheos.usage_cancel($1, 'run', 'user')", &[&run.0]).await.unwrap();
    let wallet = wallets::find(&mut conn, &keys, user).await.unwrap();
    assert_eq!((wallet.available, wallet.reserved, wallet.debt), (Stars(30), Stars(0), Stars(0)));
    let page = wallets::list_statement(&mut conn, &keys, user, 0).await.unwrap();
    let said: Vec<_> = page.lines.iter().map(|line| (line.movement, line.stars.0, line.available_after.0)).collect();
    let expected = [
        (Movement::Repaid, 20, 30),
        (Movement::Released, 50, 50),
        (Movement::Repaid, 30, 0),
        (Movement::TopUp, 30, 30),
        (Movement::Owed, 50, 0),
        (Movement::Refunded, 10, 0),
        (Movement::Held, 50, 10),
        (Movement::TopUp, 60, 60),
    ];
    assert_eq!(said, expected);
    assert_eq!(page.lines[1].case_label.as_deref(), Some("К-014"));
    let alerts = "SELECT count(*) FROM psycheos.operator_alerts WHERE code = 'refund_of_spent_stars'";
    assert_eq!(admin.query_one(alerts, &[]).await.unwrap().get::<_, i64>(0), 1);
}

#[tokio::test]
async fn what_telegram_lists_and_we_do_not_have_is_found_and_healed() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (shared, sender, cron) = (pool(&db.url("psy_api"), 2), pool(&db.url("psy_sender"), 1), pool(&db.url("psy_cron"), 1));
    let user = specialist(&shared, 0, &admin).await;
    let (lost, kept) = (open(&shared, user, 50, None).await, open(&shared, user, 70, None).await);
    payments::credit(&mut shared.get().await.unwrap(), TelegramId(SPECIALIST), &paid(kept, 70, "c2")).await.unwrap();
    let line = |id: &str, incoming, stars, payload: PaymentId| StarTransaction {
        id: id.into(),
        incoming,
        stars: Stars(stars),
        at_secs: 1_700_000_000,
        person: Some(TelegramId(SPECIALIST)),
        payload: Some(payload.to_string()),
    };
    let withdrawal =
        StarTransaction { id: "w".into(), incoming: false, stars: Stars(9), at_secs: 1_700_000_001, person: None, payload: None };
    let lines = [line("c1", true, 50, lost), line("c2", true, 70, kept), line("c2", false, 70, kept), withdrawal];
    let mut conn = sender.get().await.unwrap();
    for _ in 0..2 {
        payments::insert_transactions(&mut conn, BotId::Pro, &lines).await.unwrap();
    }
    assert_eq!(payments::count_transactions(&mut conn, BotId::Pro).await.unwrap(), 4, "a payment and its refund share an id");
    let mut conn = cron.get().await.unwrap();
    let found = payments::list_differences(&mut conn, 600).await.unwrap();
    let problems: Vec<&str> = found.iter().map(|difference| difference.problem.as_str()).collect();
    assert_eq!(problems, ["lost_payment", "lost_refund"]);
    for difference in &found {
        let (healed, late) = payments::heal(&mut conn, difference).await.unwrap();
        assert!(healed);
        assert_eq!(late.map(|late| late.stars), (difference.problem == "lost_payment").then_some(Stars(50)));
    }
    assert_eq!(payments::list_differences(&mut conn, 0).await.unwrap(), []);
    assert_eq!(payments::match_transactions(&mut conn).await.unwrap(), 3);
    assert_eq!(payments::available(&mut shared.get().await.unwrap(), user).await.unwrap(), Stars(50));
    // A payment of ours that Telegram does not know is found, and left to a person.
    let odd = open(&shared, user, 20, None).await;
    payments::credit(&mut shared.get().await.unwrap(), TelegramId(SPECIALIST), &paid(odd, 20, "c9")).await.unwrap();
    admin.execute("UPDATE psycheos.payments SET paid_at = '2020-01-01' WHERE payment_id = $1", &[&odd.0]).await.unwrap();
    let found = payments::list_differences(&mut conn, 0).await.unwrap();
    assert_eq!(found.iter().map(|difference| difference.problem.as_str()).collect::<Vec<_>>(), ["unknown_to_telegram"]);
    assert_eq!(payments::heal(&mut conn, &found[0]).await.unwrap(), (false, None));
}

#[tokio::test]
async fn an_administrator_gives_at_most_so_much_a_day_and_leaves_a_trace() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let shared = pool(&db.url("psy_api"), 2);
    let user = specialist(&shared, 0, &admin).await;
    let mut conn = shared.get().await.unwrap();
    let mut adjust = async |stars| money::adjust_by(&mut conn, user, user, Stars(stars), "за обучение").await.unwrap();
    assert_eq!(adjust(9_000).await, Adjusted::Done);
    assert_eq!(adjust(-8_000).await, Adjusted::Done);
    assert_eq!(adjust(-1_001).await, Adjusted::Insufficient);
    assert_eq!(adjust(1_001).await, Adjusted::OverCap);
    assert_eq!(adjust(1_000).await, Adjusted::Done);
    let mut conn = shared.get().await.unwrap();
    assert_eq!(money::given_within_a_day(&mut conn, user).await.unwrap(), Stars(10_000));
    money::set_price(&mut conn, user, ServiceId::Screen, Stars(70)).await.unwrap();
    assert_eq!(
        money::find_offer(&mut conn, user, ServiceId::Screen).await.unwrap(),
        Offer { price: Stars(70), available: Stars(2_000) }
    );
    let rows = admin.query("SELECT action || ' ' || detail FROM psycheos.audit_log ORDER BY audit_id", &[]).await.unwrap();
    let said: Vec<String> = rows.iter().map(|row| row.get::<_, String>(0).replace(&user.to_string(), "U")).collect();
    assert_eq!(
        said,
        ["wallet_adjust +9000 user:U", "wallet_adjust -8000 user:U", "wallet_adjust +1000 user:U", "price_set screen 70"]
    );
    let finance = wallets::finance(&mut conn).await.unwrap();
    assert_eq!((finance.held, finance.given, finance.paid_in), (Stars(2_000), Stars(2_000), Stars(0)));
    assert_eq!(wallets::list_members(&mut conn, Some("иванова"), 0).await.unwrap().lines.len(), 1);
    assert_eq!(wallets::list_members(&mut conn, Some("%"), 0).await.unwrap().lines.len(), 0, "what is typed is no pattern");
}

#[tokio::test]
async fn the_models_rates_are_what_the_formula_says() {
    let db = database().await;
    let shared = pool(&db.url("psy_api"), 1);
    let rates = wallets::list_rates(&mut shared.get().await.unwrap()).await.unwrap();
    let said: Vec<_> = rates.iter().map(|rate| (rate.model.as_str(), rate.input.0, rate.output.0)).collect();
    assert_eq!(said, [("claude-haiku-4-5", 330, 770), ("claude-sonnet-4-5", 550, 1870)]);
    let prices = wallets::list_prices(&mut shared.get().await.unwrap()).await.unwrap();
    let said: Vec<_> = prices.iter().map(|price| (price.service.as_str(), price.stars.0)).collect();
    assert_eq!(said, [("pro_guide", 0), ("screen", 50), ("interpretator", 60), ("conceptualizator", 90), ("simulator", 110)]);
}

#[tokio::test]
async fn an_invoice_nobody_paid_is_forgotten_and_a_newer_wish_replaces_an_older_one() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (shared, keys) = (pool(&db.url("psy_api"), 2), keyring());
    let user = specialist(&shared, 0, &admin).await;
    let case = case(&shared, &keys, user).await;
    let (old, new) = (open(&shared, user, 50, Some(case)).await, open(&shared, user, 50, Some(case)).await);
    let mut conn = shared.get().await.unwrap();
    let credit = async |conn: &mut db::PgConn, payment, charge| match payments::credit(
        conn,
        TelegramId(SPECIALIST),
        &paid(payment, 50, charge),
    )
    .await
    .unwrap()
    .0
    {
        Credit::Done { launch, .. } => launch.is_some(),
        other => panic!("{other:?}"),
    };
    assert!(!credit(&mut conn, old, "c1").await);
    assert!(credit(&mut conn, new, "c2").await);
    let late = open(&shared, user, 50, Some(case)).await;
    admin
        .execute("UPDATE psycheos.payments SET created_at = now() - interval '25 hours' WHERE payment_id = $1", &[&late.0])
        .await
        .unwrap();
    assert!(!payments::launch_waits(&mut conn, user).await.unwrap());
    assert!(!credit(&mut conn, late, "c3").await, "a day later nobody expects it");
    open(&shared, user, 50, Some(case)).await;
    payments::forget_launches(&mut conn, user).await.unwrap();
    assert!(!payments::launch_waits(&mut conn, user).await.unwrap());
    admin.execute("UPDATE psycheos.payments SET created_at = now() - interval '31 days'", &[]).await.unwrap();
    let gone: i64 = admin.query_one("SELECT psycheos.payments_purge(100)", &[]).await.unwrap().get(0);
    assert_eq!(gone, 1, "only what was never paid");
}

#[tokio::test]
async fn a_tool_is_paid_from_its_first_opening_and_stays_closed_without_enough_stars() {
    use bot_kit::{Launch, PassCheck};
    use db::passes;
    use domain::{PassId, Role, RunId};
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let (shared, keys) = (pool(&db.url("psy_api"), 2), keyring());
    let user = specialist(&shared, 59, &admin).await;
    let case = case(&shared, &keys, user).await;
    let run = RunId(Uuid::now_v7());
    let launch = Launch {
        run,
        pass: PassId(Uuid::now_v7()),
        token: "secret".into(),
        case,
        service: ServiceId::Interpretator,
        role: Role::Specialist,
        ttl_secs: 3600,
        reserve: None,
    };
    let mut conn = shared.get().await.unwrap();
    passes::launch(&mut conn, &keys, user, &launch).await.unwrap();
    let mut first = async |token: &str, person| {
        passes::lock_first_opening(&mut conn, ServiceId::Interpretator, token, TelegramId(person)).await.unwrap()
    };
    assert_eq!(first("secret", 4040).await, None, "somebody else's");
    assert_eq!(first("other", SPECIALIST).await, None);
    let opening = first("secret", SPECIALIST).await.unwrap();
    assert_eq!((opening.run, opening.offer.price, opening.offer.available), (run, Stars(60), Stars(59)));
    let mut conn = shared.get().await.unwrap();
    let held = money::reserve(&mut conn, OperationId(Uuid::now_v7()), run, opening.offer.price, 3600, "k").await.unwrap();
    assert_eq!(held, money::Reserved::Insufficient);
    admin.execute("SELECT psycheos.wallet_adjust($1, 1, 'test')", &[&user.0]).await.unwrap();
    let held = money::reserve(&mut conn, OperationId(Uuid::now_v7()), run, opening.offer.price, 3600, "k").await.unwrap();
    assert_eq!(held, money::Reserved::Now);
    let (check, bound) =
        passes::open(&mut conn, BotId::Interpretator, ServiceId::Interpretator, "secret", TelegramId(SPECIALIST)).await.unwrap();
    assert_eq!((check, bound), (PassCheck::Opened { first: true }, Some((run, case))));
    let again = passes::lock_first_opening(&mut conn, ServiceId::Interpretator, "secret", TelegramId(SPECIALIST)).await.unwrap();
    assert_eq!(again, None, "it is paid for");
}
