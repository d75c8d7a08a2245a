//! The fences are tests.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;

#[test]
fn all_fences_hold() {
    let broken = tidy::broken(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))).unwrap();
    assert!(broken.is_empty(), "{broken:#?}");
}
