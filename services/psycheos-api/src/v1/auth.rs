//! Who calls.
use actix_web::{HttpRequest, http::header::AUTHORIZATION};
use db::{
    DbError, Pool,
    service_keys::{self, KeyHash, LiveKey},
};

/// What the request presents, as a hash; `None` when it is nothing that could be a key.
pub(crate) fn presented(request: &HttpRequest) -> Option<KeyHash> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| KeyHash::of_presented(key.trim_start_matches(' ')))?
}

/// The key, if it may be used now.
pub(crate) async fn find(pool: &Pool, hash: &KeyHash) -> Result<Option<LiveKey>, DbError> {
    service_keys::find_live(&mut *pool.get().await?, hash).await
}
