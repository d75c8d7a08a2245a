//! The HTTP client, for the stand-ins next door and for Telegram itself.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

/// Chooses the TLS implementation of this process, once.
pub(crate) fn install_tls() {
    // An error means that one is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A client that trusts the public roots. Long polling takes up to 50 seconds, so a request may take 65.
///
/// # Errors
/// TLS cannot be set up.
pub(crate) fn client() -> Result<reqwest::Client> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(65))
        .build()
        .context("cannot build an HTTP client")
}
