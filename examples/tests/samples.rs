//! The samples of the schema, in both directions: what producers build, sockets carry and consumers read is what
//! the schema says, and an independent validator agrees.

mod support;

use futures_util::{SinkExt, StreamExt};
use netra_protocol::support::{Code, Outcome, to_json};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use support::schema::{Judge, messages};
use support::{TestResult, bounded};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{accept_async, connect_async};

/// The time of receipt; no canonical frame needs it.
const RECEIVED_AT: f64 = 1_758_207_400.0;

fn value(text: &str) -> TestResult<Value> {
    Ok(serde_json::from_str(text)?)
}

/// The same for comparisons.
fn same(text: &str) -> TestResult<Value> {
    value(text).map(levelled)
}

/// A JSON value with every number as a double: JSON Schema has one kind of number, `serde_json` has several, and a
/// producer that holds a `number` writes `2500` as `2500.0`.
fn levelled(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(items) => items.into_iter().map(levelled).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, levelled(value))).collect(),
        other => other,
    }
}

/// Sends all texts over one connection, and returns what arrived.
async fn over_a_socket(texts: Vec<String>) -> TestResult<Vec<String>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("ws://{}/", listener.local_addr()?);
    let sender = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.map_err(|error| error.to_string())?;
        let mut socket = accept_async(stream).await.map_err(|error| error.to_string())?;
        for text in texts {
            socket.send(Message::text(text)).await.map_err(|error| error.to_string())?;
        }
        socket.close(None).await.map_err(|error| error.to_string())
    });
    let (mut socket, _) = connect_async(url).await?;
    let mut arrived = Vec::new();
    while let Some(message) = socket.next().await {
        if let Message::Text(text) = message? {
            arrived.push(text.to_string());
        }
    }
    sender.await??;
    Ok(arrived)
}

/// The frame with the members of the envelope and of the payload in another order.
fn reordered(frame: &Value, order: impl Fn(&mut Vec<(String, Value)>)) -> Option<String> {
    let sort = |object: &Map<String, Value>| {
        let mut members: Vec<_> = object.clone().into_iter().collect();
        order(&mut members);
        Map::from_iter(members)
    };
    let mut envelope = frame.as_object()?.clone();
    let payload = sort(envelope.get("data")?.as_object()?);
    envelope.insert("data".to_owned(), payload.into());
    Some(Value::from(sort(&envelope)).to_string())
}

/// The frame with properties that the schema does not list, in the envelope and in the payload.
fn extended(frame: &Value) -> Value {
    let mut frame = frame.clone();
    frame["x_new"] = json!({ "a": [1, null, "…"] });
    frame["data"]["x_new"] = json!(0.5);
    frame
}

/// Whether `serde_json` and the strict parser see the same frame: the former takes the last of two equal keys.
fn is_plain_json(code: &str) -> bool {
    let lexical = [Code::Syntax, Code::Escape, Code::NumberRange, Code::Depth, Code::TrailingData];
    !lexical.iter().chain(&[Code::DuplicateKey]).any(|lexical| lexical.name() == code)
}

/// The same tests for each direction.
macro_rules! direction {
    ($name:ident, $module:ident, $frame:ident, $message:ident, $peer:ident) => {
        mod $name {
            use super::*;
            use netra_protocol::$module::consumer::{self, $frame, $message};
            use netra_protocol::$module::samples::{INVALID, SAMPLES};
            use netra_protocol::$peer::samples::SAMPLES as PEER_SAMPLES;

            const SENDER: &str = stringify!($name);

            fn receive(text: &str) -> Outcome<$frame<'_>> {
                consumer::receive(&consumer::receiver(), text, RECEIVED_AT).outcome
            }

            fn canonical(text: &str) -> TestResult<$frame<'_>> {
                match receive(text) {
                    Outcome::Canonical(frame) => Ok(frame),
                    other => Err(format!("{text}: {other:?}").into()),
                }
            }

            #[test]
            fn there_is_a_sample_of_every_message() -> TestResult {
                let sampled: BTreeSet<String> =
                    SAMPLES.iter().map(|sample| sample.message.to_owned()).collect();
                assert_eq!(sampled, messages(stringify!($frame))?);
                let refused: BTreeSet<String> =
                    INVALID.iter().map(|invalid| invalid.message.to_owned()).collect();
                assert_eq!(refused, sampled);
                println!(
                    "{SENDER}: {} messages, {} samples, {} invalid",
                    sampled.len(),
                    SAMPLES.len(),
                    INVALID.len()
                );
                Ok(())
            }

            #[test]
            fn producers_build_what_the_schema_shows() -> TestResult {
                let judge = Judge::new()?;
                for sample in SAMPLES {
                    let built = to_json(&(sample.build)()?);
                    assert_eq!(same(&built)?, same(sample.json)?, "{}", sample.json);
                    assert!(judge.accepts(SENDER, &value(&built)?), "{built}");
                }
                Ok(())
            }

            #[tokio::test]
            async fn samples_pass_a_socket_and_lose_nothing() -> TestResult {
                let sent: Result<Vec<String>, _> =
                    SAMPLES.iter().map(|sample| (sample.build)().map(|frame| to_json(&frame))).collect();
                let arrived = bounded(over_a_socket(sent?)).await?;
                assert_eq!(arrived.len(), SAMPLES.len());
                for (text, sample) in arrived.iter().zip(SAMPLES) {
                    let frame = canonical(text)?;
                    let expected = same(sample.json)?;
                    assert_eq!(frame.data.tag(), sample.message);
                    assert_eq!(same(&to_json(&frame))?, expected);
                    let owned: $frame<'static> = frame.clone().into_owned();
                    assert_eq!(owned, frame);
                    assert_eq!(levelled(serde_json::to_value(&frame)?), expected);
                    assert_eq!(serde_json::from_str::<$frame<'static>>(text)?, frame);
                    assert_eq!(serde_json::from_value::<$frame<'static>>(value(text)?)?, frame);
                }
                Ok(())
            }

            #[test]
            fn members_may_come_in_any_order() -> TestResult {
                for sample in SAMPLES {
                    let expected = same(sample.json)?;
                    let sample = value(sample.json)?;
                    let backwards = reordered(&sample, |members| members.reverse()).ok_or("no frame")?;
                    let sorted = reordered(&sample, |members| members.sort_by(|a, b| a.0.cmp(&b.0)));
                    let sorted = sorted.ok_or("no frame")?;
                    assert!(sorted.find("\"data\":") < sorted.find("\"type\":"), "{sorted}");
                    for text in [backwards, sorted] {
                        assert_eq!(same(&to_json(&canonical(&text)?))?, expected, "{text}");
                    }
                }
                Ok(())
            }

            #[test]
            fn unknown_properties_are_tolerated_and_kept_on_request() -> TestResult {
                let judge = Judge::new()?;
                for sample in SAMPLES {
                    let extended = extended(&value(sample.json)?);
                    assert!(judge.accepts(SENDER, &extended), "{extended}");
                    let text = extended.to_string();
                    let frame = canonical(sample.json)?;
                    // Where the schema lists no property, all of the payload is the message.
                    if !format!("{:?}", frame.data).contains("(JsonObject(") {
                        assert_eq!(canonical(&text)?, frame);
                    }
                    let kept = $frame::parse_keeping_unknown(&text)?;
                    assert_eq!(same(&to_json(&kept))?, levelled(extended));
                    assert_eq!(kept.extras.len(), 1);
                }
                Ok(())
            }

            #[test]
            fn what_is_invalid_is_refused_with_its_code_and_pointer() -> TestResult {
                let judge = Judge::new()?;
                let mut wrong = Vec::new();
                for invalid in INVALID {
                    let expected = (invalid.code, invalid.pointer);
                    // The canonical schema judges alone: a retired form may hold the frame.
                    match $frame::parse(invalid.frame) {
                        Err(error) if (error.code().name(), error.pointer()) == expected => {
                            assert_eq!(error.to_string().lines().count(), 1);
                        }
                        other => wrong.push(format!("{}: {expected:?}: {other:?}", invalid.why)),
                    }
                    // What is no JSON to serde_json is nothing that the validator could judge.
                    let judged = value(invalid.frame).ok().filter(|_| is_plain_json(invalid.code));
                    if judged.is_some_and(|frame| judge.accepts(SENDER, &frame)) {
                        wrong.push(format!("{}: the validator accepts it", invalid.why));
                    }
                }
                assert!(wrong.is_empty(), "{}", wrong.join("\n"));
                Ok(())
            }

            #[test]
            fn an_unknown_type_is_kept_in_its_typed_envelope() -> TestResult {
                let text = r#"{"type":"brand_new","data":{"a":[1.0]},"timestamp":12.5,"correlation_id":"c"}"#;
                let Outcome::Unknown(frame) = receive(text) else { return Err("not unknown".into()) };
                assert_eq!(frame.correlation_id.value().map(AsRef::as_ref), Some("c"));
                let $message::Unknown(unknown) = &frame.data else { return Err("not unknown".into()) };
                assert_eq!((&*unknown.tag, unknown.raw.text()), ("brand_new", r#"{"a":[1.0]}"#));
                assert_eq!(to_json(&frame), text);
                Ok(())
            }

            #[test]
            fn frames_of_the_peer_are_of_the_wrong_direction() -> TestResult {
                let own = messages(stringify!($frame))?;
                for sample in PEER_SAMPLES.iter().filter(|sample| !own.contains(sample.message)) {
                    let Outcome::Invalid(error) = receive(sample.json) else {
                        return Err(format!("accepted: {}", sample.json).into());
                    };
                    assert_eq!((error.code(), error.pointer()), (Code::WrongDirection, "/type"));
                }
                Ok(())
            }
        }
    };
}

direction!(server, from_server, ServerFrame, ServerMessage, from_client);
direction!(client, from_client, ClientFrame, ClientMessage, from_server);

#[test]
fn an_unknown_event_is_kept_in_its_typed_envelope() -> TestResult {
    use netra_protocol::from_server::consumer::{self, ServerMessage, SystemMessage};
    let text =
        r#"{"type":"system_message","data":{"event":"brand_new","n":1},"timestamp":12.5,"server_id":null}"#;
    let received = consumer::receive(&consumer::receiver(), text, RECEIVED_AT);
    let Outcome::Unknown(frame) = received.outcome else { return Err("not unknown".into()) };
    assert!((frame.timestamp.get() - 12.5).abs() < f64::EPSILON);
    let ServerMessage::SystemMessage(SystemMessage::Unknown(unknown)) = &frame.data else {
        return Err("not unknown".into());
    };
    assert_eq!((&*unknown.tag, unknown.raw.text()), ("brand_new", r#"{"event":"brand_new","n":1}"#));
    assert_eq!(to_json(&frame), text);
    Ok(())
}
