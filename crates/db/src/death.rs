//! Named points at which a test lets a process die, as `kill -9` would. A release build has none.

/// Ends the process at once, without any cleaning up, when `PSYCHEOS_DIE_AT` names this point.
#[inline]
pub fn death_point(name: &str) {
    #[cfg(debug_assertions)]
    {
        static NAMED: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
        #[allow(clippy::disallowed_methods, reason = "no setting of a service: it exists in development builds only")]
        let named = NAMED.get_or_init(|| std::env::var("PSYCHEOS_DIE_AT").ok());
        if named.as_deref() == Some(name) {
            std::process::abort();
        }
    }
    #[cfg(not(debug_assertions))]
    let _ = name;
}
