//! Data keys: found, made, cached, and used to open and seal fields.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::{CaseId, UserId};
use uuid::Uuid;
use vault::{Dek, Keks, Place, WrappedDek, key_id_of};

use crate::{DbError, conn::PgConn, schema::case_keys};

/// Whose key seals a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyOwner {
    /// A case: the key goes when the case goes.
    Case(CaseId),
    /// A specialist, for what belongs to no case.
    User(UserId),
    /// Neither: strangers' chats, updates that could not be read.
    Platform,
}

/// How long a key stays in memory: also how long a key that another process destroyed may still open fields here.
const KEPT: Duration = Duration::from_secs(300);
/// More keys than this are never held.
const MOST: usize = 20_000;

#[derive(Default)]
struct Cache {
    by_id: HashMap<Uuid, (Instant, Dek)>,
    by_owner: HashMap<KeyOwner, (Instant, Uuid)>,
}

/// The keys a process works with. Cloning shares the cache.
#[derive(Clone)]
pub struct Keyring {
    keks: Arc<Keks>,
    cache: Arc<Mutex<Cache>>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({:?})", self.keks)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = case_keys)]
struct Stored {
    key_id: Uuid,
    kek_id: i64,
    wrapped_dek: Option<Vec<u8>>,
}

impl Keyring {
    /// A ring with nothing cached.
    #[must_use]
    pub fn new(keks: Keks) -> Self {
        Self { keks: Arc::new(keks), cache: Arc::default() }
    }

    /// The owner's key; made when there is none.
    ///
    /// # Errors
    /// When it was destroyed, does not open, or the database fails.
    pub async fn of(&self, conn: &mut PgConn, owner: KeyOwner) -> Result<Dek, DbError> {
        if let Some(dek) = self.cached_of(owner) {
            return Ok(dek);
        }
        if let Some(stored) = find(conn, owner).await? {
            return self.remember(owner, stored);
        }
        let (_, wrapped) = self.keks.new_dek();
        let (case, user) = match owner {
            KeyOwner::Case(case) => (Some(case.0), None),
            KeyOwner::User(user) => (None, Some(user.0)),
            KeyOwner::Platform => (None, None),
        };
        diesel::insert_into(case_keys::table)
            .values((
                case_keys::key_id.eq(wrapped.key_id),
                case_keys::context_id.eq(case),
                case_keys::user_id.eq(user),
                case_keys::kek_id.eq(i64::from(wrapped.kek_id)),
                case_keys::wrapped_dek.eq(Some(wrapped.wrapped)),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
            .await?;
        // Somebody else may have made one at the same time: whichever is stored is the key.
        let stored = find(conn, owner).await?.ok_or(DbError::Corrupt("a key that was just made is absent"))?;
        // Not cached by its owner yet: the transaction that made it may still be rolled back.
        self.unwrap(stored)
    }

    /// Opens a field, whichever key sealed it.
    ///
    /// # Errors
    /// When its key is unknown or destroyed, or the field does not open in this place.
    pub async fn open(&self, conn: &mut PgConn, place: &Place<'_>, blob: &[u8]) -> Result<Vec<u8>, DbError> {
        let key_id = key_id_of(blob).ok_or(vault::VaultError::Malformed)?;
        let dek = match self.cached(key_id) {
            Some(dek) => dek,
            None => {
                let stored = case_keys::table
                    .filter(case_keys::key_id.eq(key_id))
                    .select(Stored::as_select())
                    .first(conn)
                    .await
                    .optional()?
                    .ok_or(DbError::Corrupt("the key of a field is absent"))?;
                let dek = self.unwrap(stored)?;
                self.store(key_id, dek.clone());
                dek
            }
        };
        Ok(dek.open(place, blob)?)
    }

    /// Loads the keys of many fields at once, so that opening them costs no further query.
    ///
    /// # Errors
    /// When the database fails; keys that are absent or destroyed are simply not loaded.
    pub async fn preload<'a>(&self, conn: &mut PgConn, blobs: impl IntoIterator<Item = &'a [u8]>) -> Result<(), DbError> {
        let mut missing: Vec<Uuid> = blobs.into_iter().filter_map(key_id_of).filter(|id| self.cached(*id).is_none()).collect();
        missing.sort_unstable();
        missing.dedup();
        if missing.is_empty() {
            return Ok(());
        }
        let found: Vec<Stored> =
            case_keys::table.filter(case_keys::key_id.eq_any(missing)).select(Stored::as_select()).load(conn).await?;
        for stored in found {
            let key_id = stored.key_id;
            if let Ok(dek) = self.unwrap(stored) {
                self.store(key_id, dek);
            }
        }
        Ok(())
    }

    /// Forgets everything cached, as after an erasure in this process.
    pub fn forget(&self) {
        *self.lock() = Cache::default();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cached(&self, key_id: Uuid) -> Option<Dek> {
        self.lock().by_id.get(&key_id).filter(|(at, _)| at.elapsed() < KEPT).map(|(_, dek)| dek.clone())
    }

    fn cached_of(&self, owner: KeyOwner) -> Option<Dek> {
        let cache = self.lock();
        let (at, key_id) = cache.by_owner.get(&owner)?;
        if at.elapsed() >= KEPT {
            return None;
        }
        cache.by_id.get(key_id).map(|(_, dek)| dek.clone())
    }

    fn store(&self, key_id: Uuid, dek: Dek) {
        let mut cache = self.lock();
        if cache.by_id.len() >= MOST {
            *cache = Cache::default();
        }
        cache.by_id.insert(key_id, (Instant::now(), dek));
    }

    fn remember(&self, owner: KeyOwner, stored: Stored) -> Result<Dek, DbError> {
        let key_id = stored.key_id;
        let dek = self.unwrap(stored)?;
        self.store(key_id, dek.clone());
        self.lock().by_owner.insert(owner, (Instant::now(), key_id));
        Ok(dek)
    }

    fn unwrap(&self, stored: Stored) -> Result<Dek, DbError> {
        let wrapped = stored.wrapped_dek.ok_or(DbError::Corrupt("the key was destroyed"))?;
        let kek_id = u32::try_from(stored.kek_id).map_err(|_| DbError::Corrupt("a key-encryption key id"))?;
        Ok(self.keks.unwrap(&WrappedDek { key_id: stored.key_id, kek_id, wrapped })?)
    }
}

async fn find(conn: &mut PgConn, owner: KeyOwner) -> Result<Option<Stored>, DbError> {
    let query = case_keys::table.select(Stored::as_select()).into_boxed();
    let query = match owner {
        KeyOwner::Case(case) => query.filter(case_keys::context_id.eq(case.0)),
        KeyOwner::User(user) => query.filter(case_keys::user_id.eq(user.0)),
        KeyOwner::Platform => query.filter(case_keys::context_id.is_null().and(case_keys::user_id.is_null())),
    };
    Ok(query.first(conn).await.optional()?)
}

/// What one batch of moving data keys came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rewrapped {
    /// Data keys that are wrapped by the current key-encryption key now.
    pub moved: usize,
    /// Data keys whose own key-encryption key is not loaded, left as they were.
    pub stuck: usize,
    /// Where the next batch begins; `None`: there is none.
    pub last: Option<Uuid>,
}

/// Wraps a batch of data keys anew, those behind `after` that another key-encryption key wraps. Services that hold both keys read them
/// before and after. Needs the rights of the database's owner.
///
/// # Errors
/// When the database fails, or a data key does not open.
pub async fn rewrap(conn: &mut PgConn, keks: &Keks, after: Uuid, limit: i64) -> Result<Rewrapped, DbError> {
    let found: Vec<Stored> = case_keys::table
        .filter(case_keys::key_id.gt(after).and(case_keys::wrapped_dek.is_not_null()))
        .filter(case_keys::kek_id.ne(i64::from(keks.current())))
        .select(Stored::as_select())
        .order(case_keys::key_id)
        .limit(limit)
        .for_update()
        .load(conn)
        .await?;
    let mut done = Rewrapped { moved: 0, stuck: 0, last: found.last().map(|stored| stored.key_id) };
    for stored in found {
        let kek_id = u32::try_from(stored.kek_id).map_err(|_| DbError::Corrupt("a key-encryption key id"))?;
        let wrapped = stored.wrapped_dek.ok_or(DbError::Corrupt("the key was destroyed"))?;
        let dek = match keks.unwrap(&WrappedDek { key_id: stored.key_id, kek_id, wrapped }) {
            Ok(dek) => dek,
            Err(vault::VaultError::UnknownKek(_)) => {
                done.stuck += 1;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let wrapped = keks.wrap(&dek);
        diesel::update(case_keys::table.find(stored.key_id))
            .set((case_keys::kek_id.eq(i64::from(wrapped.kek_id)), case_keys::wrapped_dek.eq(Some(wrapped.wrapped))))
            .execute(conn)
            .await?;
        done.moved += 1;
    }
    Ok(done)
}

/// How many data keys each key-encryption key wraps. A key-encryption key with none may be retired.
///
/// # Errors
/// When the database fails.
pub async fn count_by_kek(conn: &mut PgConn) -> Result<Vec<(u32, i64)>, DbError> {
    let rows: Vec<(i64, i64)> = case_keys::table
        .filter(case_keys::wrapped_dek.is_not_null())
        .group_by(case_keys::kek_id)
        .select((case_keys::kek_id, diesel::dsl::count_star()))
        .order(case_keys::kek_id)
        .load(conn)
        .await?;
    rows.into_iter()
        .map(|(kek, count)| Ok((u32::try_from(kek).map_err(|_| DbError::Corrupt("a key-encryption key id"))?, count)))
        .collect()
}

/// One data key of each key-encryption key that is loaded and does not open it, by its id. Empty when all open.
///
/// # Errors
/// When the database fails.
pub async fn sample_unreadable(conn: &mut PgConn, keks: &Keks) -> Result<Vec<String>, DbError> {
    let mut unreadable = Vec::new();
    for kek in keks.ids() {
        let found: Option<Stored> = case_keys::table
            .filter(case_keys::kek_id.eq(i64::from(kek)).and(case_keys::wrapped_dek.is_not_null()))
            .select(Stored::as_select())
            .order(case_keys::created_at.desc())
            .first(conn)
            .await
            .optional()?;
        if let Some(Stored { key_id, wrapped_dek: Some(wrapped), .. }) = found
            && keks.unwrap(&WrappedDek { key_id, kek_id: kek, wrapped }).is_err()
        {
            unreadable.push(key_id.to_string());
        }
    }
    Ok(unreadable)
}
