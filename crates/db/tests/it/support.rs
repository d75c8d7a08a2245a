//! What the tests share.
use std::{ops::Deref, time::Duration};

use bot_kit::{Launch, Person};
use db::{Keyring, Pool, cases, passes, people};
use domain::{CaseId, ChatId, PassId, Role, RunId, ServiceId, Stars, TelegramId, UserId};
use test_kit::TestDb;
use uuid::Uuid;
use vault::Keks;

pub const SPECIALIST: i64 = 1001;
pub const CLIENT: i64 = 2002;

/// A database that must keep every invariant to its end.
pub struct Database(TestDb);

impl Deref for Database {
    type Target = TestDb;
    fn deref(&self) -> &TestDb {
        &self.0
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let db = &self.0;
        let checked = std::thread::scope(|scope| {
            let check = || tokio::runtime::Runtime::new().unwrap().block_on(db.assert_invariants());
            scope.spawn(check).join().unwrap()
        });
        checked.unwrap();
    }
}

impl Database {
    /// Reaches the database as a role: directly, or through PgBouncer when `DB_TESTS_THROUGH_POOLER` is set. `make test` runs
    /// these tests both ways.
    pub fn url(&self, role: &str) -> String {
        let pooled = std::env::var_os("DB_TESTS_THROUGH_POOLER").is_some();
        if pooled { self.0.pooled_url(role) } else { self.0.url(role) }
    }
}

pub async fn database() -> Database {
    Database(TestDb::create(async |url: String| db::migrate(&url).await.map(drop)).await.unwrap())
}

pub fn pool(url: &str, size: usize) -> Pool {
    Pool::new(url, size, Duration::from_secs(20)).unwrap()
}

pub fn keyring() -> Keyring {
    Keyring::new(Keks::parse("00000001:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=").unwrap())
}

pub fn person(id: i64) -> Person {
    Person {
        telegram_id: TelegramId(id),
        chat_id: ChatId(id),
        username: None,
        full_name: "Ольга Иванова".into(),
        language_code: Some("ru".into()),
    }
}

pub async fn specialist(pool: &Pool, stars: i64, admin: &tokio_postgres::Client) -> UserId {
    let user = UserId(Uuid::now_v7());
    people::insert_specialist(&mut pool.get().await.unwrap(), user, &person(SPECIALIST)).await.unwrap();
    if stars > 0 {
        admin.query_one("SELECT psycheos.wallet_adjust($1, $2, 'seed')", &[&user.0, &stars]).await.unwrap();
    }
    user
}

pub async fn case(pool: &Pool, keys: &Keyring, owner: UserId) -> CaseId {
    let case = CaseId(Uuid::now_v7());
    let mut tx = pool.begin().await.unwrap();
    cases::insert(&mut tx, keys, owner, case, "К-014").await.unwrap();
    tx.commit().await.unwrap();
    case
}

pub async fn run(pool: &Pool, keys: &Keyring, owner: UserId, case: CaseId, token: &str) -> RunId {
    let launch = Launch {
        run: RunId(Uuid::now_v7()),
        pass: PassId(Uuid::now_v7()),
        token: token.to_owned(),
        case,
        service: ServiceId::Screen,
        role: Role::Client,
        ttl_secs: 3600,
        reserve: Some(Stars(50)),
    };
    let mut tx = pool.begin().await.unwrap();
    passes::launch(&mut tx, keys, owner, &launch).await.unwrap();
    tx.commit().await.unwrap();
    launch.run
}
