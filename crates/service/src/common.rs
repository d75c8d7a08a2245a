//! Settings several services share. Each service still reads only its own.
use secrecy::SecretString;

use crate::Env;

/// The five bots as the names of their variables, in the order of the platform.
pub const BOTS: [&str; 5] = ["PRO", "SCREEN", "INTERPRETATOR", "CONCEPTUALIZATOR", "SIMULATOR"];

/// Where the database is, and how many connections this process may hold.
#[derive(Debug, Clone)]
pub struct Database {
    /// The pooler, for all traffic. With a single URL it is the same as the direct one.
    pub pooler_url: SecretString,
    /// The direct address, for `LISTEN`; without it polling alone wakes the service.
    pub direct_url: Option<SecretString>,
    /// Connections at most.
    pub pool_size: usize,
}

impl Database {
    /// `DATABASE_URL_POOLER`, `DATABASE_URL_DIRECT`, `DB_POOL_SIZE`. Either URL alone will do.
    pub fn read(env: &mut Env, default_pool: usize) -> Self {
        let direct = env.optional("DATABASE_URL_DIRECT");
        let pooler = env.optional("DATABASE_URL_POOLER").or_else(|| direct.clone());
        if pooler.is_none() {
            env.problem("DATABASE_URL_POOLER is missing or empty");
        }
        let pool_size = env.parsed("DB_POOL_SIZE", default_pool);
        if pool_size == 0 || pool_size > 50 {
            env.problem("DB_POOL_SIZE must be between 1 and 50");
        }
        Self { pooler_url: SecretString::from(pooler.unwrap_or_default()), direct_url: direct.map(SecretString::from), pool_size }
    }
}
