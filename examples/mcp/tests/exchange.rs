//! Conversations with other people's implementations, which were made without knowing of ours.

mod support;

use framelock_example_mcp::Error;
use framelock_example_mcp::client::{Client, Host};
use framelock_example_mcp::process::Process;
use mcp_protocol::from_either::{consumer as read, producer as send};
use mcp_protocol::support::{JsonObject, Map, Number};
use mcp_protocol::types::{ElicitResultAction, Role};
use std::fs::File;
use std::process::{ChildStdin, Command};
use support::transcript::{self, Sender};
use support::{PATIENCE, TestResult, judge, log, tools};

/// A user who is called Ada, and remembers how far things were.
#[derive(Debug, Default)]
struct Ada {
    steps: Vec<String>,
}

impl Host for Ada {
    fn elicit(&mut self, asked: &read::ElicitRequestParams<'_>) -> send::ElicitResult<'static> {
        let mut content = Map::default();
        for (name, wanted) in asked.requested_schema.properties.iter() {
            if let read::PrimitiveSchemaDefinition::StringSchema(_) = wanted {
                content.insert(name.to_owned(), send::ElicitResultContentValue::String("Ada".into()));
            }
        }
        let action = ElicitResultAction::Accept;
        send::ElicitResult::new(send::ElicitResultRequired { action }).with_content(content)
    }

    fn notified(&mut self, notification: &read::ServerNotification<'_>) {
        if let read::ServerNotification::NotificationsProgress(progress) = notification {
            let read::ProgressNotificationParams { progress, total, message, .. } = &progress.params;
            self.steps.push(format!("{} of {:?}: {message:?}", progress.get(), total.map(Number::get)));
        }
    }
}

/// Our client, and a server that was written with the Python SDK.
#[test]
fn the_client_speaks_with_the_python_sdk() -> TestResult {
    let log = log("python")?;
    let mut server = tools::python()?;
    let (process, link) = Process::start(server.arg(tools::peer("server.py")), Some(File::create(&log)?))?;
    let (mut client, welcome) = Client::open(link, Ada::default(), PATIENCE)?;
    assert_eq!(welcome.server_info.name, "python-peer");
    assert_eq!(welcome.instructions.as_deref(), Some("Ask anything."));
    client.ping()?;
    use_tools(&mut client)?;
    read_resources(&mut client)?;
    get_prompts(&mut client)?;
    assert_eq!(client.host().steps, ["1 of Some(2.0): Some(\"asking\")"]);
    drop(client);
    assert!(process.end(PATIENCE)?.success());

    let frames = transcript::read(&log, Sender::Client)?;
    judge::judge(&frames)?;
    let told = transcript::methods(&frames, Sender::Server);
    assert_eq!(told.into_iter().collect::<Vec<_>>(), ["elicitation/create", "notifications/progress"]);
    Ok(())
}

fn use_tools(client: &mut Client<ChildStdin, Ada>) -> TestResult {
    let tools = client.tools()?;
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_ref()).collect();
    assert_eq!(names, ["add", "greet", "everything", "fail"]);
    let add = tools.first().ok_or("no tool")?;
    assert_eq!(add.description.as_deref(), Some("Adds two numbers."));
    assert_eq!(add.input_schema.required_.as_deref().map(<[_]>::len), Some(2));

    let sum = client.call("add", JsonObject::parse(r#"{"a":19,"b":23}"#)?)?;
    let structured = sum.structured_content.ok_or("no structured content")?;
    assert_eq!(structured.get("total").map(|total| total.to_string()).as_deref(), Some("42"));

    let greeting = client.call("greet", JsonObject::default())?;
    assert_eq!(kinds(&greeting.content), ["text Hello, Ada!"]);
    let everything = client.call("everything", JsonObject::default())?;
    assert_eq!(
        kinds(&everything.content),
        ["text plain text", "image image/png", "link text://motto", "resource inside", "text more text"]
    );
    // A tool that fails answers: the language model shall see it.
    let failure = client.call("fail", JsonObject::default())?;
    assert_eq!(failure.is_error, Some(true));
    Ok(())
}

/// Each block in a few words.
fn kinds(content: &[read::ContentBlock<'_>]) -> Vec<String> {
    let kind = |block: &read::ContentBlock<'_>| match block {
        read::ContentBlock::Text(text) => format!("text {}", text.text),
        read::ContentBlock::Image(image) => format!("image {}", image.mime_type),
        read::ContentBlock::Audio(audio) => format!("audio {}", audio.mime_type),
        read::ContentBlock::ResourceLink(link) => format!("link {}", link.uri),
        read::ContentBlock::Resource(embedded) => match &embedded.resource {
            read::EmbeddedResourceResource::TextResourceContents(text) => format!("resource {}", text.text),
            read::EmbeddedResourceResource::BlobResourceContents(blob) => format!("resource {}", blob.uri),
        },
        read::ContentBlock::Unknown(unknown) => format!("unknown {}", unknown.tag),
    };
    content.iter().map(kind).collect()
}

fn read_resources(client: &mut Client<ChildStdin, Ada>) -> TestResult {
    let uris: Vec<String> = client.resources()?.into_iter().map(|resource| resource.uri.into()).collect();
    assert_eq!(uris, ["text://motto", "image://pixel"]);
    let motto = client.resource("text://motto")?.contents;
    assert!(matches!(&motto[..], [read::ReadResourceResultContentsItem::TextResourceContents(text)]
        if text.text == "Say what you mean."));
    let pixel = client.resource("image://pixel")?.contents;
    assert!(matches!(&pixel[..], [read::ReadResourceResultContentsItem::BlobResourceContents(blob)]
        if blob.blob.starts_with("iVBORw0KGgo") && blob.mime_type.as_deref() == Some("image/png")));
    let made = client.resource("text://upper/word")?.contents;
    assert!(matches!(&made[..], [read::ReadResourceResultContentsItem::TextResourceContents(text)]
        if text.text == "WORD"));
    let missing = client.resource("text://nonsense");
    assert!(matches!(&missing, Err(Error::Refused { code, .. }) if *code < 0), "{missing:?}");
    Ok(())
}

fn get_prompts(client: &mut Client<ChildStdin, Ada>) -> TestResult {
    let prompts = client.prompts()?;
    let arguments = prompts.first().and_then(|prompt| prompt.arguments.as_ref()).ok_or("no arguments")?;
    let required: Vec<_> = arguments.iter().map(|argument| (&*argument.name, argument.required_)).collect();
    assert_eq!(required, [("code", Some(true)), ("language", Some(false))]);

    let mut filled = Map::default();
    filled.insert("code", "fn main() {}".into());
    let messages = client.prompt("review", filled)?.messages;
    let roles: Vec<Role> = messages.iter().map(|message| message.role).collect();
    assert_eq!(roles, [Role::User, Role::Assistant]);
    let first = messages.first().map(|message| kinds(std::slice::from_ref(&message.content)));
    assert_eq!(first.ok_or("no message")?, ["text Review this Rust: fn main() {}"]);
    let missing = client.prompt("nonsense", Map::default());
    assert!(matches!(missing, Err(Error::Refused { .. })), "{missing:?}");
    Ok(())
}

/// A client that was written with the TypeScript SDK, and our server.
#[test]
fn the_server_speaks_with_the_typescript_sdk() -> TestResult {
    let log = log("typescript")?;
    let (mut client, modules) = tools::node()?;
    client.arg(tools::peer("client.mjs")).arg(modules);
    let run = client.arg(env!("CARGO_BIN_EXE_mcp-server")).arg("--log").arg(&log).output()?;
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success() && out == "all answers were right\n", "{out}{err}");

    let frames = transcript::read(&log, Sender::Server)?;
    judge::judge(&frames)?;
    let asked = transcript::methods(&frames, Sender::Client);
    for method in ["tools/call", "resources/read", "prompts/get", "completion/complete", "logging/setLevel"] {
        assert!(asked.contains(method), "nobody asked for {method}");
    }
    let told = transcript::methods(&frames, Sender::Server);
    let wanted = ["elicitation/create", "notifications/message", "notifications/progress"];
    assert_eq!(told.into_iter().collect::<Vec<_>>(), wanted);
    Ok(())
}

/// Ours with ours, as the programs are started by hand.
#[test]
fn the_programs_speak_with_each_other() -> TestResult {
    let client = || Command::new(env!("CARGO_BIN_EXE_mcp-client"));
    let server = env!("CARGO_BIN_EXE_mcp-server");
    let listed = String::from_utf8(client().args(["--", server]).output()?.stdout)?;
    assert!(listed.contains("\ntool      count_words  Counts the words of a text.\n"), "{listed}");
    let call = ["--call", "count_words", "--with", r#"{"text":"one two"}"#, "--", server];
    let called = String::from_utf8(client().args(call).output()?.stdout)?;
    assert_eq!(called, "2 words\n{\"words\":2,\"characters\":7}\n");
    let refused = client().args(["--call", "nonsense", "--", server]).output()?;
    assert_eq!(refused.status.code(), Some(1));
    let reason = String::from_utf8(refused.stderr)?;
    assert_eq!(reason, "error: the peer refused: there is no tool \"nonsense\" (-32602)\n");
    Ok(())
}
