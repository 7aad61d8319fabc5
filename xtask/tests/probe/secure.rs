//! TLS: certificates that are right, and those that are not.

use crate::servers::{serve, text, welcome};
use crate::{probe, probes};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};
use tokio_tungstenite::tungstenite::accept;

/// A server with a certificate of its own, and the file that holds the certificate.
struct Secure {
    url: String,
    folder: TempDir,
}

impl Secure {
    fn new(params: &CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("ca.pem"), certificate.pem()).unwrap();
        let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(chain, key).unwrap();
        let config = Arc::new(config);
        let address = serve(move |stream| {
            let session = ServerConnection::new(Arc::clone(&config)).unwrap();
            if let Ok(mut socket) = accept(StreamOwned::new(session, stream)) {
                let _ = socket.send(text(&welcome()));
                while socket.read().is_ok() {}
            }
        });
        Self { url: format!("wss://localhost:{}/", address.port()), folder }
    }

    fn ca(&self) -> String {
        self.folder.path().join("ca.pem").to_str().unwrap().to_owned()
    }
}

fn params(host: &str) -> CertificateParams {
    CertificateParams::new([host.to_owned()]).unwrap()
}

#[test]
fn a_certificate_that_is_named_is_trusted() {
    let server = Secure::new(&params("localhost"));
    let run = probe("human", &server.url, &["--ca", &server.ca()]).ends(0);
    assert!(run.out.starts_with(&format!("ok: {}", server.url)), "{}", run.out);
}

#[test]
fn a_certificate_of_nobody_is_refused() {
    let server = Secure::new(&params("localhost"));
    probes(&server.url, &[]).fails(4, "tls", "UnknownIssuer").within(0.0);
}

#[test]
fn a_certificate_of_another_host_or_day_is_refused() {
    let server = Secure::new(&params("elsewhere.test"));
    probes(&server.url, &["--ca", &server.ca()]).fails(4, "tls", "not valid for name");
    let mut past = params("localhost");
    (past.not_before, past.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 1, 1));
    let server = Secure::new(&past);
    probes(&server.url, &["--ca", &server.ca()]).fails(4, "tls", "expired");
}

#[test]
fn what_speaks_no_tls_is_told() {
    let plain = crate::servers::http("HTTP/1.1 400 Bad Request\r\n\r\n").replace("ws://", "wss://");
    probes(&plain, &[]).fails(4, "tls", "no secure connection");
}

#[test]
fn files_without_certificates_are_told_before_anything_is_connected() {
    let folder = TempDir::new().unwrap();
    let empty = folder.path().join("empty.pem");
    fs::write(&empty, "").unwrap();
    for (file, said) in
        [(empty.to_str().unwrap(), "there is no certificate"), ("missing.pem", "cannot read certificates")]
    {
        let run = probe("human", "wss://127.0.0.1:1/", &["--ca", file]).ends(2);
        assert!(run.err.starts_with("error: ") && run.err.contains(said), "{}", run.err);
    }
}
