//! Encryption at rest (security-privacy.md, section 5).
//!
//! A key-encryption key (KEK, from the environment) wraps one data key (DEK) per case, per specialist, and one for rows
//! that belong to neither. A field is sealed with XChaCha20-Poly1305 under a random nonce and bound to its table, column,
//! row and case: moved anywhere else it does not open.
//!
//! Blob: `01 | key id (16) | nonce (24) | ciphertext and tag`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::{collections::BTreeMap, fmt};

use base64::Engine as _;
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use domain::CaseId;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const NONCE: usize = 24;
const HEAD: usize = 1 + 16 + NONCE;

/// Why something could not be sealed or opened. Never says what was inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The bytes are no sealed field.
    #[error("not a sealed field")]
    Malformed,
    /// Wrong key, wrong place, or changed bytes.
    #[error("the field does not open with this key in this place")]
    DoesNotOpen,
    /// No KEK with this id is loaded.
    #[error("key-encryption key {0:08x} is not loaded")]
    UnknownKek(u32),
    /// `PSYCHEOS_KEK` is not of the form `<8 hex digits>:<base64 of 32 bytes>[,…]`.
    #[error("PSYCHEOS_KEK must be <8 hex digits>:<base64 of 32 bytes>, several separated by commas, the current one first")]
    BadKek,
}

/// The key-encryption keys a service holds; the first one wraps new keys, all unwrap.
#[derive(Clone)]
pub struct Keks {
    keys: BTreeMap<u32, Zeroizing<[u8; 32]>>,
    current: u32,
}

impl fmt::Debug for Keks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keks[{} loaded]", self.keys.len())
    }
}

/// A data key as it lies in `case_keys`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedDek {
    /// Id of the data key.
    pub key_id: Uuid,
    /// Which KEK wraps it.
    pub kek_id: u32,
    /// Nonce, ciphertext and tag.
    pub wrapped: Vec<u8>,
}

impl Keks {
    /// Reads `PSYCHEOS_KEK`.
    ///
    /// # Errors
    /// [`VaultError::BadKek`] when the text has another form, or two keys share an id.
    pub fn parse(text: &str) -> Result<Self, VaultError> {
        let mut keys = BTreeMap::new();
        let mut current = None;
        for part in text.split(',') {
            let (id, key) = part.trim().split_once(':').ok_or(VaultError::BadKek)?;
            let id = u32::from_str_radix(id, 16).ok().filter(|_| id.len() == 8).ok_or(VaultError::BadKek)?;
            let bytes = Zeroizing::new(base64::engine::general_purpose::STANDARD.decode(key).map_err(|_| VaultError::BadKek)?);
            let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| VaultError::BadKek)?;
            if key == [0; 32] || keys.insert(id, Zeroizing::new(key)).is_some() {
                return Err(VaultError::BadKek);
            }
            current.get_or_insert(id);
        }
        Ok(Self { keys, current: current.ok_or(VaultError::BadKek)? })
    }

    /// Id of the key that wraps new data keys.
    #[must_use]
    pub const fn current(&self) -> u32 {
        self.current
    }

    /// Ids of the keys that are loaded.
    pub fn ids(&self) -> impl Iterator<Item = u32> {
        self.keys.keys().copied()
    }

    /// A new data key, and how it is stored.
    #[must_use]
    pub fn new_dek(&self) -> (Dek, WrappedDek) {
        let key_id = Uuid::now_v7();
        let dek = Dek { key_id, key: Zeroizing::new(rand::random()) };
        let wrapped = self.wrap(&dek);
        (dek, wrapped)
    }

    /// Wraps a data key under the current KEK: for a new key, or to move an old one off a KEK that is retired.
    #[must_use]
    pub fn wrap(&self, dek: &Dek) -> WrappedDek {
        let nonce: [u8; NONCE] = rand::random();
        let aad = format!("v1|dek|{}", dek.key_id);
        // The current KEK is always loaded (parse), and sealing 32 bytes cannot fail.
        let sealed =
            self.keys.get(&self.current).map(|kek| seal_raw(kek, &nonce, aad.as_bytes(), dek.key.as_slice())).unwrap_or_default();
        WrappedDek { key_id: dek.key_id, kek_id: self.current, wrapped: [nonce.as_slice(), &sealed].concat() }
    }

    /// The data key inside.
    ///
    /// # Errors
    /// When its KEK is not loaded, or the bytes do not open.
    pub fn unwrap(&self, stored: &WrappedDek) -> Result<Dek, VaultError> {
        let kek = self.keys.get(&stored.kek_id).ok_or(VaultError::UnknownKek(stored.kek_id))?;
        let (nonce, sealed) = stored.wrapped.split_at_checked(NONCE).ok_or(VaultError::Malformed)?;
        let aad = format!("v1|dek|{}", stored.key_id);
        let plain = Zeroizing::new(open_raw(kek, nonce, aad.as_bytes(), sealed)?);
        let key = plain.as_slice().try_into().map_err(|_| VaultError::Malformed)?;
        Ok(Dek { key_id: stored.key_id, key: Zeroizing::new(key) })
    }
}

/// A data key.
#[derive(Clone)]
pub struct Dek {
    key_id: Uuid,
    key: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Dek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dek({})", self.key_id)
    }
}

/// Where a field lives: what it is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<'a> {
    /// `table.column`, as `outbox_messages.payload`.
    pub column: &'static str,
    /// Primary key of the row, as text.
    pub row: &'a str,
    /// The case, where there is one.
    pub case: Option<CaseId>,
}

impl Place<'_> {
    fn aad(&self) -> String {
        let case = self.case.map_or_else(|| "none".to_owned(), |case| case.to_string());
        format!("v1|psycheos.{}|{}|{case}", self.column, self.row)
    }
}

impl Dek {
    /// Id of the key, as it stands in each blob it seals.
    #[must_use]
    pub fn key_id(&self) -> Uuid {
        self.key_id
    }

    /// Seals `plain` for its place.
    #[must_use]
    pub fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = rand::random();
        let sealed = seal_raw(&self.key, &nonce, place.aad().as_bytes(), plain);
        let mut blob = Vec::with_capacity(HEAD + sealed.len());
        blob.push(VERSION);
        blob.extend_from_slice(self.key_id.as_bytes());
        blob.extend_from_slice(&nonce);
        blob.extend_from_slice(&sealed);
        blob
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`] for another key, another place or changed bytes.
    pub fn open(&self, place: &Place<'_>, blob: &[u8]) -> Result<Vec<u8>, VaultError> {
        let key_id = key_id_of(blob).ok_or(VaultError::Malformed)?;
        if key_id != self.key_id {
            return Err(VaultError::DoesNotOpen);
        }
        open_raw(&self.key, &blob[17..HEAD], place.aad().as_bytes(), &blob[HEAD..])
    }

    /// A keyed fingerprint of an identifier, so that it can be compared but not guessed: 32 hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self, purpose: &str, value: &str) -> String {
        let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.key.as_slice()) else {
            return String::new();
        };
        mac.update(purpose.as_bytes());
        mac.update(b"|");
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The id of the key that sealed a blob; `None` when the bytes are no sealed field.
#[must_use]
pub fn key_id_of(blob: &[u8]) -> Option<Uuid> {
    if blob.len() < HEAD + 16 || blob[0] != VERSION {
        return None;
    }
    Uuid::from_slice(&blob[1..17]).ok()
}

fn seal_raw(key: &[u8; 32], nonce: &[u8; NONCE], aad: &[u8], msg: &[u8]) -> Vec<u8> {
    // Encryption fails only for messages of more than 256 GiB.
    XChaCha20Poly1305::new(key.into()).encrypt(XNonce::from_slice(nonce), Payload { msg, aad }).unwrap_or_default()
}

fn open_raw(key: &[u8; 32], nonce: &[u8], aad: &[u8], msg: &[u8]) -> Result<Vec<u8>, VaultError> {
    XChaCha20Poly1305::new(key.into())
        .decrypt(XNonce::from_slice(nonce), Payload { msg, aad })
        .map_err(|_| VaultError::DoesNotOpen)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEK: &str = "00000001:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    const TWO: &str =
        "00000002:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=,00000001:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    fn place(row: &str) -> Place<'_> {
        Place { column: "artifacts.payload_json", row, case: Some(CaseId(Uuid::from_u128(7))) }
    }

    #[test]
    fn a_field_opens_in_its_own_place_and_nowhere_else() {
        let keks = Keks::parse(KEK).unwrap();
        let (dek, _) = keks.new_dek();
        let (other, _) = keks.new_dek();
        let blob = dek.seal(&place("a"), "тревожно".as_bytes());
        assert_eq!(dek.open(&place("a"), &blob).unwrap(), "тревожно".as_bytes());
        assert_eq!(dek.open(&place("b"), &blob), Err(VaultError::DoesNotOpen), "another row");
        let column = Place { column: "artifacts.payload_txt", ..place("a") };
        assert_eq!(dek.open(&column, &blob), Err(VaultError::DoesNotOpen), "another column");
        let case = Place { case: Some(CaseId(Uuid::from_u128(8))), ..place("a") };
        assert_eq!(dek.open(&case, &blob), Err(VaultError::DoesNotOpen), "another case");
        assert_eq!(other.open(&place("a"), &blob), Err(VaultError::DoesNotOpen), "another key");
    }

    #[test]
    fn a_flipped_byte_anywhere_is_noticed() {
        let (dek, _) = Keks::parse(KEK).unwrap().new_dek();
        let blob = dek.seal(&place("a"), b"x");
        for i in 0..blob.len() {
            let mut bad = blob.clone();
            bad[i] ^= 1;
            assert!(dek.open(&place("a"), &bad).is_err(), "byte {i}");
        }
    }

    #[test]
    fn a_rewrapped_key_opens_old_fields_and_its_old_wrapping_can_be_retired() {
        let old = Keks::parse(KEK).unwrap();
        let (dek, stored) = old.new_dek();
        let blob = dek.seal(&place("a"), b"x");
        let both = Keks::parse(TWO).unwrap();
        let moved = both.wrap(&both.unwrap(&stored).unwrap());
        assert_eq!(moved.kek_id, 2);
        assert_eq!(both.unwrap(&moved).unwrap().open(&place("a"), &blob).unwrap(), b"x");
        assert_eq!(old.unwrap(&moved).unwrap_err(), VaultError::UnknownKek(2));
    }

    #[test]
    fn an_unsafe_kek_is_refused() {
        for bad in ["", "1:abc", "00000001:AAAA", "00000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] {
            assert_eq!(Keks::parse(bad).unwrap_err(), VaultError::BadKek, "{bad}");
        }
    }
}
