//! The client: it shows what a server offers, or calls one of its tools.

use clap::Parser;
use framelock_example_mcp::Error;
use framelock_example_mcp::client::Client;
use framelock_example_mcp::process::Process;
use mcp_protocol::from_either::consumer::ContentBlock;
use mcp_protocol::support::JsonObject;
use std::process::{ChildStdin, Command, ExitCode};
use std::time::Duration;

/// A client of the Model Context Protocol, which starts the server that it talks to.
#[derive(Debug, Parser)]
struct Arguments {
    /// Call this tool instead of listing what there is.
    #[arg(long, value_name = "TOOL")]
    call: Option<String>,
    /// What the tool is called with: a JSON object.
    #[arg(long, value_name = "JSON", default_value = "{}", requires = "call")]
    with: String,
    /// Seconds for which the server may be silent.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    patience: u64,
    /// The server's program, and its arguments.
    #[arg(required = true, trailing_var_arg = true, value_name = "PROGRAM")]
    server: Vec<String>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Error> {
    let (program, rest) = arguments.server.split_first().ok_or(Error::Closed)?;
    let patience = Duration::from_secs(arguments.patience);
    let (process, link) = Process::start(Command::new(program).args(rest), None)?;
    let (mut client, welcome) = Client::open(link, (), patience)?;
    if let Some(tool) = &arguments.call {
        call(&mut client, tool, &arguments.with)?;
    } else {
        println!("{} {}", welcome.server_info.name, welcome.server_info.version);
        list(&mut client)?;
    }
    drop(client);
    process.end(patience)?;
    Ok(())
}

fn list(client: &mut Client<ChildStdin, ()>) -> Result<(), Error> {
    for tool in client.tools()? {
        println!("tool      {}  {}", tool.name, tool.description.unwrap_or_default());
    }
    for resource in client.resources()? {
        println!("resource  {}  {}", resource.uri, resource.description.unwrap_or_default());
    }
    for prompt in client.prompts()? {
        println!("prompt    {}  {}", prompt.name, prompt.description.unwrap_or_default());
    }
    Ok(())
}

fn call(client: &mut Client<ChildStdin, ()>, tool: &str, arguments: &str) -> Result<(), Error> {
    let result = client.call(tool, JsonObject::parse(arguments)?)?;
    for block in &result.content {
        match block {
            ContentBlock::Text(text) => println!("{}", text.text),
            ContentBlock::Image(image) => println!("(an image, {})", image.mime_type),
            ContentBlock::Audio(audio) => println!("(audio, {})", audio.mime_type),
            ContentBlock::ResourceLink(link) => println!("(see {})", link.uri),
            ContentBlock::Resource(_) => println!("(an embedded resource)"),
            ContentBlock::Unknown(unknown) => println!("(something of the type {})", unknown.tag),
        }
    }
    if let Some(content) = &result.structured_content {
        println!("{content}");
    }
    Ok(())
}
