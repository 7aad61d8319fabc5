//! Peers of other versions, over a real socket: each side says at once what the versions come to.

mod support;

use framelock_examples::client::{Client, ClientError, Options};
use framelock_examples::server::Settings;
use netra_protocol::{PROTOCOL_VERSION, SCHEMA_DIGEST, close_code};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use support::peers::{ExampleServer, Raw, scripted};
use support::schema::Judge;
use support::{TestResult, bounded};

/// How soon each side has to say it.
const AT_ONCE: Duration = Duration::from_secs(1);

/// A client's greeting in the version that is named.
fn greeting(version: &str) -> String {
    json!({ "type": "connect", "data": {}, "protocol_version": version }).to_string()
}

fn welcome(facts: &Value) -> String {
    let mut data = json!({ "event": "connection_established" });
    data.as_object_mut()
        .into_iter()
        .for_each(|data| data.extend(facts.as_object().cloned().unwrap_or_default()));
    json!({ "type": "system_message", "data": data, "timestamp": 1_758_207_400.0 }).to_string()
}

#[tokio::test]
async fn the_welcome_and_the_envelope_say_the_version() -> TestResult {
    bounded(async {
        let server = ExampleServer::start(Settings::default()).await?;
        let (_, welcome) = Raw::welcomed(&server.url).await?;
        let frame: Value = serde_json::from_str(&welcome)?;
        assert!(Judge::new()?.accepts("server", &frame), "{frame}");
        assert_eq!(frame["protocol_version"], PROTOCOL_VERSION);
        assert_eq!(frame["data"]["protocol_version"], PROTOCOL_VERSION);
        assert_eq!(frame["data"]["schema_digest"], SCHEMA_DIGEST);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_server_says_what_the_versions_come_to() -> TestResult {
    bounded(async {
        let server = ExampleServer::start(Settings::default()).await?;
        // A newer client decides for itself.
        let cases =
            [(PROTOCOL_VERSION, json!("same")), ("1.0.0", json!("compatible")), ("9.0.0", Value::Null)];
        for (version, verdict) in cases {
            let mut raw = Raw::connect(&server.url).await?;
            raw.send(greeting(version)).await?;
            let answer: Value = serde_json::from_str(&raw.text().await?)?;
            assert!(Judge::new()?.accepts("server", &answer), "{answer}");
            assert_eq!(answer["data"]["event"], "connect_acknowledged");
            assert_eq!(answer["data"]["compatibility"], verdict, "{version}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_client_that_is_not_supported_is_told_at_once() -> TestResult {
    bounded(async {
        let server = ExampleServer::start(Settings::default()).await?;
        let mut raw = Raw::connect(&server.url).await?;
        let start = Instant::now();
        raw.send(greeting("0.9.0")).await?;
        let frame = raw.closed().await?;
        assert_eq!(u16::from(frame.code), close_code::UNSUPPORTED_VERSION);
        let reason = format!("the version is not supported; supported: {PROTOCOL_VERSION}, 1.0.0");
        assert_eq!(frame.reason.as_str(), reason);
        assert!(start.elapsed() < AT_ONCE, "{:?}", start.elapsed());
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_client_leaves_a_server_that_is_not_supported() -> TestResult {
    let other = "0".repeat(64);
    let unsupported = format!("the version is not supported; supported: {PROTOCOL_VERSION}, 1.0.0");
    let digest = format!("the version has another digest here; supported: {PROTOCOL_VERSION}, 1.0.0");
    let cases = [
        (json!({ "protocol_version": "0.9.0" }), unsupported),
        (json!({ "protocol_version": PROTOCOL_VERSION, "schema_digest": other }), digest),
    ];
    for (facts, told) in cases {
        bounded(async {
            let start = Instant::now();
            let url = scripted(vec![welcome(&facts)]).await?;
            let error = Client::connect(&url, Options::default()).await.err().ok_or("connected")?;
            assert!(matches!(error, ClientError::Version(_)), "{error}");
            assert_eq!(error.to_string(), format!("the server's version: {told}"));
            assert!(start.elapsed() < AT_ONCE, "{:?}", start.elapsed());
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_client_goes_on_with_servers_that_are_supported_or_newer() -> TestResult {
    for facts in [json!({}), json!({ "protocol_version": "1.0.0" }), json!({ "protocol_version": "9.0.0" })] {
        bounded(async {
            let url = scripted(vec![welcome(&facts)]).await?;
            Client::connect(&url, Options::default()).await?;
            Ok(())
        })
        .await?;
    }
    Ok(())
}
