//! Money against a model: whatever many people do in whatever order, the database says what the model says, and I1–I8 hold.
use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::support::{Database, database};

const ACTORS: usize = 3;
const RUNS: usize = 6;

/// Something that happens. Numbers choose an actor, a run or a payment among those there are.
#[derive(Debug, Clone)]
enum Op {
    Pay { actor: usize, stars: i64 },
    PayAgain { payment: usize },
    PayForeign { actor: usize, payment: usize },
    Return { payment: usize },
    Refund { payment: usize },
    RefundEnds { payment: usize, sent: bool },
    Adjust { actor: usize, stars: i64 },
    Reserve { run: usize, cost: i64 },
    Artifact { run: usize },
    Commit { run: usize },
    Cancel { run: usize },
    Expire { run: usize },
}

fn op() -> impl Strategy<Value = Op> {
    let (actor, run, payment) = (0..ACTORS, 0..RUNS, 0..8_usize);
    prop_oneof![
        2 => (actor.clone(), 10..200_i64).prop_map(|(actor, stars)| Op::Pay { actor, stars }),
        1 => payment.clone().prop_map(|payment| Op::PayAgain { payment }),
        1 => (actor.clone(), payment.clone()).prop_map(|(actor, payment)| Op::PayForeign { actor, payment }),
        2 => payment.clone().prop_map(|payment| Op::Return { payment }),
        1 => payment.clone().prop_map(|payment| Op::Refund { payment }),
        1 => (payment, any::<bool>()).prop_map(|(payment, sent)| Op::RefundEnds { payment, sent }),
        1 => (actor, -150..150_i64).prop_map(|(actor, stars)| Op::Adjust { actor, stars }),
        4 => (run.clone(), 1..120_i64).prop_map(|(run, cost)| Op::Reserve { run, cost }),
        2 => run.clone().prop_map(|run| Op::Artifact { run }),
        3 => run.clone().prop_map(|run| Op::Commit { run }),
        2 => run.clone().prop_map(|run| Op::Cancel { run }),
        1 => run.prop_map(|run| Op::Expire { run }),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Wallet {
    available: i64,
    reserved: i64,
    debt: i64,
}

impl Wallet {
    /// What becomes free pays the debt first.
    fn free(&mut self, stars: i64) {
        self.available += stars;
        let paid = self.debt.min(self.available);
        (self.available, self.debt) = (self.available - paid, self.debt - paid);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Nothing,
    Reserved,
    Committed,
    Canceled,
    WrittenOff,
}

struct Run {
    id: Uuid,
    owner: usize,
    cost: i64,
    state: State,
    artifact: bool,
}

struct Payment {
    id: Uuid,
    charge: String,
    owner: usize,
    stars: i64,
    status: &'static str,
    returned: bool,
    outbox: Uuid,
}

struct World<'a> {
    db: &'a Client,
    actors: Vec<(Uuid, i64)>,
    wallets: Vec<Wallet>,
    runs: Vec<Run>,
    payments: Vec<Payment>,
}

impl<'a> World<'a> {
    async fn new(db: &'a Client, first_id: i64) -> Self {
        let mut world = Self { db, actors: vec![], wallets: vec![Wallet::default(); ACTORS], runs: vec![], payments: vec![] };
        for n in 0..ACTORS {
            let (user, telegram) = (Uuid::now_v7(), first_id + n as i64);
            let insert = "INSERT INTO psycheos.users (user_id, telegram_id, full_name) VALUES ($1, $2, 'A')";
            db.execute(insert, &[&user, &telegram]).await.unwrap();
            world.actors.push((user, telegram));
        }
        for n in 0..RUNS {
            let (case, run, owner) = (Uuid::now_v7(), Uuid::now_v7(), n % ACTORS);
            let user = world.actors[owner].0;
            db.execute(
                "INSERT INTO psycheos.contexts (context_id, specialist_user_id, client_ref) \
                 VALUES ($1, $2, '\\x01'::bytea || decode(repeat('00', 60), 'hex'))",
                &[&case, &user],
            )
            .await
            .unwrap();
            db.execute(
                "INSERT INTO psycheos.runs (run_id, context_id, service_id, owner_user_id, role, status, correlation_id) \
                 VALUES ($1, $2, 'screen', $3, 'client', 'active', 'c')",
                &[&run, &case, &user],
            )
            .await
            .unwrap();
            world.runs.push(Run { id: run, owner, cost: 0, state: State::Nothing, artifact: false });
        }
        world
    }

    async fn word(&self, query: &str, params: &[&(dyn tokio_postgres::types::ToSql + Sync)]) -> Result<String, String> {
        match self.db.query_one(query, params).await {
            Ok(row) => Ok(row.get(0)),
            Err(error) => Err(error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())),
        }
    }

    async fn credit(&self, payload: &str, payer: i64, stars: i64, charge: &str) -> String {
        let query = "SELECT outcome FROM psycheos.payment_credit($1, $2, $3, $4)";
        self.word(query, &[&payload, &payer, &stars, &charge]).await.unwrap()
    }

    /// Does it in the database and in the model; both must say the same.
    async fn step(&mut self, op: &Op) {
        match *op {
            Op::Pay { actor, stars } => self.pay(actor, stars).await,
            Op::PayAgain { payment }
            | Op::PayForeign { payment, .. }
            | Op::Return { payment }
            | Op::Refund { payment }
            | Op::RefundEnds { payment, .. } => {
                if let Some(at) = (!self.payments.is_empty()).then(|| payment % self.payments.len()) {
                    self.with_payment(op, at).await;
                }
            }
            Op::Adjust { actor, stars } => {
                let query = "SELECT psycheos.wallet_adjust($1, $2, 'test')";
                let word = self.word(query, &[&self.actors[actor].0, &stars]).await.unwrap();
                let wallet = &mut self.wallets[actor];
                let enough = wallet.available + stars >= 0;
                assert_eq!(word, if enough { "done" } else { "insufficient" });
                match (enough, stars > 0) {
                    (true, true) => wallet.free(stars),
                    (true, false) => wallet.available += stars,
                    (false, _) => {}
                }
            }
            Op::Reserve { run, cost } => self.reserve(run, cost).await,
            Op::Artifact { run } => self.artifact(run).await,
            Op::Commit { run } => self.commit(run).await,
            Op::Cancel { run } | Op::Expire { run } => self.cancel(run, matches!(op, Op::Expire { .. })).await,
        }
    }

    async fn pay(&mut self, actor: usize, stars: i64) {
        let (user, telegram) = self.actors[actor];
        let (id, charge) = (Uuid::now_v7(), format!("charge-{}", Uuid::now_v7()));
        let open = "SELECT psycheos.payment_open($1, $2, $3, NULL, NULL, NULL)";
        self.db.execute(open, &[&id, &user, &stars]).await.unwrap();
        assert_eq!(self.credit(&id.to_string(), telegram, stars, &charge).await, "credited");
        self.wallets[actor].free(stars);
        self.payments.push(Payment { id, charge, owner: actor, stars, status: "paid", returned: false, outbox: Uuid::now_v7() });
    }

    async fn with_payment(&mut self, op: &Op, at: usize) {
        let Payment { id, charge, owner, stars, status, returned, outbox } = &self.payments[at];
        let (id, charge, owner, stars, status, outbox) = (*id, charge.clone(), *owner, *stars, *status, *outbox);
        let returned = *returned;
        match *op {
            Op::PayAgain { .. } => {
                assert_eq!(self.credit(&id.to_string(), self.actors[owner].1, stars, &charge).await, "already");
            }
            Op::PayForeign { actor, .. } if actor != owner => {
                let other = format!("charge-{}", Uuid::now_v7());
                assert_eq!(self.credit(&id.to_string(), self.actors[actor].1, stars, &other).await, "unmatched");
            }
            Op::Return { .. } => {
                let query = "SELECT outcome FROM psycheos.payment_returned($1, $2)";
                let word = self.word(query, &[&charge, &self.actors[owner].1]).await.unwrap();
                assert_eq!(word, if returned { "already" } else { "refunded" });
                if status == "paid" {
                    let wallet = &mut self.wallets[owner];
                    let taken = wallet.available.min(stars);
                    wallet.available -= taken;
                    wallet.debt += stars - taken;
                }
                (self.payments[at].status, self.payments[at].returned) = ("refunded", true);
            }
            Op::Refund { .. } => {
                let query = "SELECT outcome FROM psycheos.payment_refund($1, $2, $3)";
                let outbox = Uuid::now_v7();
                let word = self.word(query, &[&self.actors[owner].0, &id, &outbox]).await.unwrap();
                let wallet = &mut self.wallets[owner];
                let expected = match status {
                    "paid" if wallet.available < stars => "too_little",
                    "paid" => {
                        wallet.available -= stars;
                        (self.payments[at].status, self.payments[at].outbox) = ("refunding", outbox);
                        "asked"
                    }
                    _ => "not_paid",
                };
                assert_eq!(word, expected);
            }
            Op::RefundEnds { sent, .. } => {
                self.db.execute("SELECT psycheos.refund_settled($1, $2)", &[&outbox, &sent]).await.unwrap();
                if status == "refunding" {
                    if !sent {
                        self.wallets[owner].free(stars);
                    }
                    self.payments[at].status = if sent { "refunded" } else { "paid" };
                }
            }
            _ => {}
        }
    }

    async fn reserve(&mut self, at: usize, cost: i64) {
        let Run { id, owner, state, .. } = self.runs[at];
        let key = format!("key-{id}");
        let query = "SELECT psycheos.usage_reserve($1, $2, 'run', $3, 3600, $4)";
        let word = self.word(query, &[&Uuid::now_v7(), &id, &cost, &key]).await.unwrap();
        let wallet = &mut self.wallets[owner];
        let expected = match state {
            State::Nothing if wallet.available < cost => "insufficient",
            State::Nothing => {
                (wallet.available, wallet.reserved) = (wallet.available - cost, wallet.reserved + cost);
                (self.runs[at].cost, self.runs[at].state) = (cost, State::Reserved);
                "reserved"
            }
            _ if self.runs[at].cost != cost => "conflict",
            State::Reserved => "already_reserved",
            State::Committed if word == "already_canceled" => "already_canceled",
            State::Committed => "already_committed",
            State::Canceled | State::WrittenOff => "already_canceled",
        };
        assert_eq!(word, expected);
    }

    async fn artifact(&mut self, at: usize) {
        let insert = "INSERT INTO psycheos.artifacts (artifact_id, context_id, service_id, run_id, owner_user_id, artifact_type, \
                artifact_version, summary, payload_json, payload_txt, idempotency_key) \
             SELECT gen_random_uuid(), context_id, service_id, run_id, owner_user_id, 'full_report', '1.0', b, b, b, run_id::text \
             FROM psycheos.runs, (SELECT '\\x01'::bytea || decode(repeat('00', 60), 'hex') AS b) x WHERE run_id = $1 \
             ON CONFLICT DO NOTHING";
        self.db.execute(insert, &[&self.runs[at].id]).await.unwrap();
        self.runs[at].artifact = true;
    }

    async fn commit(&mut self, at: usize) {
        let Run { id, owner, cost, state, artifact } = self.runs[at];
        let said = self.word("SELECT psycheos.usage_commit($1, 'run')", &[&id]).await;
        let wallet = &mut self.wallets[owner];
        let (expected, after) = match (state, artifact) {
            (State::Nothing, _) => ("none", State::Nothing),
            (State::Reserved | State::Canceled, false) => {
                assert!(said.is_err(), "nothing is charged without an artifact: {said:?}");
                return;
            }
            (State::Reserved, true) => {
                wallet.reserved -= cost;
                ("committed", State::Committed)
            }
            (State::Committed, _) => ("already_committed", State::Committed),
            // The reserve was gone: held and charged once more, or the loss is ours.
            (State::Canceled, true) if wallet.available >= cost => {
                wallet.available -= cost;
                ("committed", State::Committed)
            }
            (State::Canceled, true) => ("written_off", State::WrittenOff),
            (State::WrittenOff, _) => ("written_off", State::WrittenOff),
        };
        assert_eq!(said.as_deref(), Ok(expected));
        self.runs[at].state = after;
    }

    async fn cancel(&mut self, at: usize, by_time: bool) {
        let Run { id, owner, cost, state, .. } = self.runs[at];
        if by_time {
            let past = "UPDATE psycheos.usage_ledger SET reserved_until = now() - interval '1 s' WHERE run_id = $1";
            self.db.execute(past, &[&id]).await.unwrap();
            let query = "SELECT psycheos.usage_expire(100)";
            self.db.execute(query, &[]).await.unwrap();
        } else {
            let word = self.word("SELECT psycheos.usage_cancel($1, 'run', 'user')", &[&id]).await.unwrap();
            let expected: &[&str] = match state {
                State::Nothing => &["none"],
                State::Reserved => &["canceled"],
                // A charge after a lost reserve leaves the first operation as it was.
                State::Committed => &["already_committed", "already_canceled"],
                State::Canceled | State::WrittenOff => &["already_canceled"],
            };
            assert!(expected.contains(&word.as_str()), "{word}: {state:?}");
        }
        if state == State::Reserved {
            let wallet = &mut self.wallets[owner];
            wallet.reserved -= cost;
            wallet.free(cost);
            self.runs[at].state = State::Canceled;
        }
    }

    async fn check(&self) {
        let rows =
            self.db.query("SELECT user_id, balance_stars, reserved_stars, debt_stars FROM psycheos.wallets", &[]).await.unwrap();
        let found: BTreeMap<Uuid, Wallet> = rows
            .iter()
            .map(|row| {
                let (balance, reserved): (i64, i64) = (row.get(1), row.get(2));
                (row.get(0), Wallet { available: balance - reserved, reserved, debt: row.get(3) })
            })
            .collect();
        for ((user, _), expected) in self.actors.iter().zip(&self.wallets) {
            assert_eq!(found.get(user).copied().unwrap_or_default(), *expected);
        }
    }
}

async fn broken(db: &Client) -> Vec<String> {
    let rows =
        db.query("SELECT id || ': ' || broken FROM psycheos.invariants WHERE id <> 'I8' OR broken NOT LIKE '%refund%'", &[]);
    rows.await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[test]
fn whatever_many_people_do_in_whatever_order_the_ledger_agrees_with_the_model() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (db, client): (Database, Client) = runtime.block_on(async {
        let db = database().await;
        let client = db.admin().await.unwrap();
        (db, client)
    });
    let mut runner = TestRunner::new(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() });
    let first = std::cell::Cell::new(1_000_000_i64);
    let result = runner.run(&vec(op(), 1..60), |ops| {
        runtime.block_on(async {
            first.set(first.get() + 10);
            let mut world = World::new(&client, first.get()).await;
            for op in &ops {
                world.step(op).await;
            }
            world.check().await;
            assert_eq!(broken(&client).await, Vec::<String>::new());
            // Requests to Telegram that were never sent belong to no message here.
            for at in 0..world.payments.len() {
                world.with_payment(&Op::RefundEnds { payment: at, sent: true }, at).await;
            }
        });
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    drop(client);
    drop(db);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_tasks_on_one_wallet_lose_and_double_nothing() {
    let db = database().await;
    let admin = db.admin().await.unwrap();
    let mut world = World::new(&admin, 2_000_000).await;
    let (user, telegram) = world.actors[0];
    world.pay(0, 300).await;
    let mut runs = Vec::new();
    for n in 0..16 {
        let run = Uuid::now_v7();
        admin
            .execute(
                "INSERT INTO psycheos.runs (run_id, context_id, service_id, owner_user_id, role, status, correlation_id) \
                 SELECT $1, context_id, 'screen', $2, 'client', 'active', 'c' FROM psycheos.contexts WHERE specialist_user_id = $2 LIMIT 1",
                &[&run, &user],
            )
            .await
            .unwrap();
        world.runs.push(Run { id: run, owner: 0, cost: 30, state: State::Nothing, artifact: false });
        if n % 2 == 0 {
            world.artifact(RUNS + n).await;
        }
        runs.push(run);
    }
    let mut tasks = Vec::new();
    for n in 0..64_usize {
        let client = db.admin().await.unwrap();
        let run = runs[n % 16];
        tasks.push(tokio::spawn(async move {
            for round in 0..6 {
                let key = format!("key-{run}");
                // What one task does the others undo, repeat and do at the same time; refusals are answers too.
                let _ = match (n + round) % 6 {
                    0 => {
                        client
                            .execute("SELECT psycheos.usage_reserve(gen_random_uuid(), $1, 'run', 30, 3600, $2)", &[&run, &key])
                            .await
                    }
                    1 => client.execute("SELECT psycheos.usage_commit($1, 'run')", &[&run]).await,
                    2 => client.execute("SELECT psycheos.usage_cancel($1, 'run', 'user')", &[&run]).await,
                    3 => {
                        let charge = format!("charge-{}", n % 8);
                        client
                            .execute("SELECT outcome FROM psycheos.payment_credit('x', $1, 20, $2)", &[&telegram, &charge])
                            .await
                    }
                    4 => {
                        client
                            .execute(
                                "SELECT psycheos.wallet_adjust($1, $2, 'test')",
                                &[&user, &(if n % 2 == 0 { 7_i64 } else { -7 })],
                            )
                            .await
                    }
                    _ => {
                        client
                            .execute(
                                "SELECT outcome FROM psycheos.payment_returned($1, $2)",
                                &[&format!("charge-{}", n % 8), &telegram],
                            )
                            .await
                    }
                };
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    db.assert_invariants().await.unwrap();
    // Each hold ended at most once, and everything that was held and not ended is still open.
    let odd = admin
        .query_one(
            "SELECT count(*) FROM psycheos.usage_ledger o WHERE \
                (SELECT count(DISTINCT transaction_id) FROM psycheos.ledger_entries e WHERE e.operation_id = o.operation_id AND e.kind = 'reserve') <> 1 \
                OR (SELECT count(DISTINCT transaction_id) FROM psycheos.ledger_entries e WHERE e.operation_id = o.operation_id \
                    AND e.kind IN ('release', 'charge')) <> CASE o.status WHEN 'reserved' THEN 0 ELSE 1 END",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(odd.get::<_, i64>(0), 0);
    let charges =
        admin.query_one("SELECT count(*), count(DISTINCT telegram_payment_charge_id) FROM psycheos.payments", &[]).await.unwrap();
    assert_eq!(charges.get::<_, i64>(0), charges.get::<_, i64>(1));
}
