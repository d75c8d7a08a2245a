//! The webhook secret: proves that a request comes from Telegram (R4, S1, S2).
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// One or, during a rotation, two secrets that are valid for a bot. Only their hashes are kept.
#[derive(Clone)]
pub struct WebhookSecret {
    hashes: Vec<[u8; 32]>,
}

impl WebhookSecret {
    /// Reads `current` or `current,previous`.
    ///
    /// # Errors
    /// What is wrong, without the secret.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        if parts.len() > 2 {
            return Err("holds more than two secrets");
        }
        if parts.iter().any(|part| part.len() < 32) {
            return Err("is shorter than 32 characters");
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if parts.iter().any(|part| part.len() > 256 || !part.bytes().all(allowed)) {
            return Err("has characters Telegram does not allow (A-Z a-z 0-9 _ -, at most 256)");
        }
        Ok(Self { hashes: parts.iter().map(|part| Sha256::digest(part.as_bytes()).into()).collect() })
    }

    /// Compares hashes in constant time; every accepted secret is compared, whichever matches.
    #[must_use]
    pub fn accepts(&self, given: &[u8]) -> bool {
        let given: [u8; 32] = Sha256::digest(given).into();
        let matched = self.hashes.iter().fold(subtle::Choice::from(0), |any, hash| any | hash.ct_eq(&given));
        matched.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0123456789abcdef0123456789abcdef";
    const TWO: &str = "fedcba9876543210fedcba9876543210";

    #[test]
    fn both_secrets_are_valid_during_a_rotation() {
        let secret = WebhookSecret::parse(&format!("{ONE},{TWO}")).unwrap();
        assert!(secret.accepts(ONE.as_bytes()) && secret.accepts(TWO.as_bytes()));
        for wrong in ["", "0123456789abcdef0123456789abcdeF", &ONE[1..]] {
            assert!(!secret.accepts(wrong.as_bytes()), "{wrong}");
        }
    }

    #[test]
    fn a_weak_secret_is_refused() {
        for weak in ["", "short", &"ы".repeat(32), &format!("{ONE},{TWO},{ONE}"), &format!("{ONE},")] {
            assert!(WebhookSecret::parse(weak).is_err(), "{weak}");
        }
    }
}
