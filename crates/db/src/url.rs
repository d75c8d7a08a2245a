//! Database addresses, and what we refuse of them.
use std::{sync::Arc, time::Duration};

use tokio_postgres::{Config, NoTls, config::Host};

use crate::{DbError, conn::PgConn};

/// An address that was checked: encrypted outside this machine, with the host name verified.
#[derive(Clone)]
pub(crate) struct DatabaseUrl {
    config: Config,
    tls: Option<Arc<rustls::ClientConfig>>,
}

impl DatabaseUrl {
    /// Reads a `postgres://` URL. `sslmode=disable` is accepted for this machine only; everywhere else the connection is
    /// encrypted and the certificate checked against `sslrootcert` (a PEM file) or the public roots, with the host name.
    pub(crate) fn parse(url: &str) -> Result<Self, DbError> {
        let (url, root_cert) = take_parameter(url, "sslrootcert");
        let (url, mode) = take_parameter(&url, "sslmode");
        let mut config: Config = url.parse().map_err(|_| DbError::Config("is not a postgres:// URL".into()))?;
        let local = config.get_hosts().iter().all(|host| match host {
            Host::Tcp(name) => name == "localhost" || name == "127.0.0.1" || name == "::1",
            Host::Unix(_) => true,
        });
        let weak = matches!(mode.as_deref(), Some("disable" | "allow" | "prefer" | "require"));
        if weak && !local {
            return Err(DbError::Config("sslmode weaker than verify-full is refused outside this machine".into()));
        }
        let tls = if local && mode.as_deref() != Some("verify-full") {
            config.ssl_mode(tokio_postgres::config::SslMode::Disable);
            None
        } else {
            config.ssl_mode(tokio_postgres::config::SslMode::Require);
            Some(Arc::new(tls_config(root_cert.as_deref())?))
        };
        config
            .connect_timeout(Duration::from_secs(5))
            .keepalives_idle(Duration::from_secs(15))
            .tcp_user_timeout(Duration::from_secs(10))
            .application_name("psycheos");
        Ok(Self { config, tls })
    }

    pub(crate) async fn connect(&self) -> Result<PgConn, DbError> {
        match &self.tls {
            None => {
                let (client, connection) = self.config.connect(NoTls).await.map_err(away)?;
                Ok(PgConn::new(client, connection))
            }
            Some(tls) => {
                let tls = tokio_postgres_rustls::MakeRustlsConnect::new(rustls::ClientConfig::clone(tls));
                let (client, connection) = self.config.connect(tls).await.map_err(away)?;
                Ok(PgConn::new(client, connection))
            }
        }
    }

    /// The connection with its driver not yet running, for `LISTEN` and for migrations.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn tls(&self) -> Option<tokio_postgres_rustls::MakeRustlsConnect> {
        self.tls.as_ref().map(|tls| tokio_postgres_rustls::MakeRustlsConnect::new(rustls::ClientConfig::clone(tls)))
    }
}

fn away(error: tokio_postgres::Error) -> DbError {
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
    DbError::Away(format!("{error}{cause}"))
}

fn take_parameter(url: &str, name: &str) -> (String, Option<String>) {
    let Some((base, query)) = url.split_once('?') else {
        return (url.to_owned(), None);
    };
    let mut value = None;
    let rest: Vec<&str> = query
        .split('&')
        .filter(|pair| match pair.split_once('=') {
            Some((key, found)) if key == name => {
                value = Some(found.to_owned());
                false
            }
            _ => !pair.is_empty(),
        })
        .collect();
    let url = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
    (url, value)
}

fn tls_config(root_cert: Option<&str>) -> Result<rustls::ClientConfig, DbError> {
    use rustls_pki_types::{CertificateDer, pem::PemObject};
    let mut roots = rustls::RootCertStore::empty();
    match root_cert {
        Some(path) => {
            let bad = |_| DbError::Config(format!("sslrootcert {path} holds no certificate that can be read"));
            for certificate in CertificateDer::pem_file_iter(path).map_err(bad)? {
                let certificate = certificate.map_err(bad)?;
                roots.add(certificate).map_err(|e| DbError::Config(format!("sslrootcert {path}: {e}")))?;
            }
        }
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| DbError::Config(e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_encryption_is_refused_outside_this_machine() {
        for mode in ["disable", "allow", "prefer", "require"] {
            let url = format!("postgres://u:p@db.example.org:6543/d?sslmode={mode}");
            assert!(matches!(DatabaseUrl::parse(&url), Err(DbError::Config(_))), "{mode}");
        }
        assert!(DatabaseUrl::parse("postgres://u:p@db.example.org/d").is_ok_and(|url| url.tls.is_some()));
        assert!(DatabaseUrl::parse("postgres://u:p@127.0.0.1:5432/d").is_ok_and(|url| url.tls.is_none()));
        assert!(DatabaseUrl::parse("mysql://x").is_err());
    }
}
