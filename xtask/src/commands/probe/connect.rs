//! From a URL to an open WebSocket, or to the reason why there is none.

use super::arguments::ProbeArgs;
use super::failure::{Code, Failure};
use super::stream::{Metered, Transport};
use crate::screen::one_line;
use anyhow::{Context as _, bail};
use std::io;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::handshake::client::{Request, Response};
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, http};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// What is needed to connect.
pub(super) struct Endpoint {
    request: Request,
    host: String,
    port: u16,
    tls: Option<TlsConnector>,
    config: WebSocketConfig,
}

impl Endpoint {
    /// The endpoint that the arguments name.
    ///
    /// # Errors
    /// What is wrong with the URL, a header or the file of certificates.
    pub(super) fn new(args: &ProbeArgs) -> anyhow::Result<Self> {
        let mut request =
            args.url.as_str().into_client_request().with_context(|| format!("`{}` is no URL", args.url))?;
        let secure = match request.uri().scheme_str() {
            Some("ws") => false,
            Some("wss") => true,
            _ => bail!("`{}` does not begin with ws:// or wss://", args.url),
        };
        let host = request.uri().host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = request.uri().port_u16().unwrap_or(if secure { 443 } else { 80 });
        for (name, value) in &args.headers {
            let name: HeaderName =
                name.parse().with_context(|| format!("`{name}` is no name of a header"))?;
            let value: HeaderValue =
                value.parse().with_context(|| format!("`{value}` is no value of a header"))?;
            request.headers_mut().append(name, value);
        }
        if !args.subprotocols.is_empty() {
            let offered = args.subprotocols.join(", ");
            let offered = offered.parse().with_context(|| format!("`{offered}` are no subprotocols"))?;
            request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, offered);
        }
        let tls = if secure { Some(connector(args.ca.as_deref())?) } else { None };
        let most = usize::try_from(args.max_frame).unwrap_or(usize::MAX);
        let config = WebSocketConfig::default().max_frame_size(Some(most)).max_message_size(Some(most));
        Ok(Self { request, host, port, tls, config })
    }

    /// Connects: TCP, then TLS and the upgrade, each within its limit.
    ///
    /// # Errors
    /// Why there is no open WebSocket.
    pub(super) async fn open(
        self,
        args: &ProbeArgs,
        deadline: Instant,
    ) -> Result<WebSocketStream<Metered>, Failure> {
        let Self { request, host, port, tls, config } = self;
        let place = one_line(&format!("{host}:{port}"));
        let limits = &args.limits;
        let until = deadline.min(Instant::now() + limits.connect_timeout);
        let tcp = match timeout_at(until, TcpStream::connect((host.as_str(), port))).await {
            Ok(Ok(tcp)) => tcp,
            Ok(Err(error)) => {
                let message = format!("cannot connect to {place}: {}", one_line(&error.to_string()));
                return Err(Failure::new(Code::Unreachable, message));
            }
            Err(_) => {
                let seconds = limits.connect_timeout.min(limits.timeout).as_secs_f64();
                let message = format!("{place} did not answer the attempt to connect within {seconds} s");
                return Err(Failure::new(Code::ConnectTimeout, message));
            }
        };
        // A frame is sent when it is there.
        let _ = tcp.set_nodelay(true);
        let until = deadline.min(Instant::now() + limits.handshake_timeout);
        let late = |what: &str| {
            let seconds = limits.handshake_timeout.min(limits.timeout).as_secs_f64();
            let message = format!("{place} did not finish {what} within {seconds} s");
            Failure::new(Code::HandshakeTimeout, message)
        };
        let transport: Box<dyn Transport> = match tls {
            None => Box::new(tcp),
            Some(connector) => {
                let name = ServerName::try_from(host.clone()).map_err(|error| {
                    Failure::new(Code::Tls, format!("no certificate can name {place}: {error}"))
                })?;
                let secured =
                    timeout_at(until, connector.connect(name, tcp)).await.map_err(|_| late("TLS"))?;
                Box::new(secured.map_err(|error| insecure(&place, &error))?)
            }
        };
        let upgrade = client_async_with_config(request, Metered::new(transport), Some(config));
        match timeout_at(until, upgrade).await {
            Ok(Ok((socket, _))) => Ok(socket),
            Ok(Err(error)) => Err(refused(&place, &error)),
            Err(_) => Err(late("the upgrade to a WebSocket")),
        }
    }
}

/// TLS with what the machine trusts and with the certificates of a file.
fn connector(ca: Option<&Path>) -> anyhow::Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    // A machine without certificates can still trust those of the file; what is missing shows in the handshake.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca {
        let read = || format!("cannot read certificates (PEM) from {}", path.display());
        let certificates = CertificateDer::pem_file_iter(path).with_context(read)?;
        let certificates = certificates.collect::<Result<Vec<_>, _>>().with_context(read)?;
        if certificates.is_empty() {
            bail!("there is no certificate (PEM) in {}", path.display());
        }
        for certificate in certificates {
            roots.add(certificate).with_context(read)?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions()?.with_root_certificates(roots);
    Ok(TlsConnector::from(Arc::new(config.with_no_client_auth())))
}

fn insecure(place: &str, error: &io::Error) -> Failure {
    let message = format!("no secure connection to {place}: {}", one_line(&error.to_string()));
    Failure::new(Code::Tls, message)
}

/// Why there was no upgrade.
fn refused(place: &str, error: &Error) -> Failure {
    match error {
        Error::Http(response) => answered(place, response),
        Error::Protocol(ProtocolError::SecWebSocketSubProtocolError(error)) => {
            let message = format!("{place} speaks none of the subprotocols that were offered: {error}");
            Failure::new(Code::Subprotocol, one_line(&message))
        }
        error => {
            let message = format!("{place} did not answer the upgrade as RFC 6455 says: {error}");
            Failure::new(Code::BadHandshake, one_line(&message))
        }
    }
}

/// An answer of HTTP that is no upgrade.
fn answered(place: &str, response: &Response) -> Failure {
    let status = response.status();
    let code = match status.as_u16() {
        401 | 403 | 407 => Code::Unauthorized,
        502..=504 => Code::BadGateway,
        _ => Code::NotUpgraded,
    };
    let header = |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let more = match (status.as_u16(), response.body()) {
        (401, _) => header(http::header::WWW_AUTHENTICATE).map(|wanted| format!(" and wants {wanted}")),
        (300..=399, _) => header(http::header::LOCATION).map(|place| format!(" and refers to {place}")),
        (_, Some(body)) => {
            let text = String::from_utf8_lossy(body);
            let line = text.lines().map(str::trim).find(|line| !line.is_empty());
            line.map(|line| format!(" and says {:?}", line.chars().take(80).collect::<String>()))
        }
        _ => None,
    };
    let message = format!("{place} answers HTTP {status} instead of the upgrade{}", more.unwrap_or_default());
    Failure::new(code, one_line(&message))
}
