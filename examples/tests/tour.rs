//! The Rust code of the README, compiled and run.

use netra_protocol::from_server::consumer::{self, ServerMessage};
use netra_protocol::from_server::producer::{
    AgentThinking, AgentThinkingRequired, ServerFrame, ServerFrameRequired,
};
use netra_protocol::support::to_json;
use netra_protocol::types::{AgentName, RunId, StepNumber, UnixSeconds};
use std::error::Error;

/// What the README shows of producers.
fn produced() -> Result<String, Box<dyn Error>> {
    let thinking = AgentThinking::new(AgentThinkingRequired {
        run_id: RunId::new("run_7f3a")?,
        agent_name: AgentName::new("cost_optimizer")?,
        reasoning: "Comparing prices".into(),
    });
    let frame = ServerFrame::new(ServerFrameRequired {
        data: thinking.with_step_number(StepNumber::new(2)?).into(),
        timestamp: UnixSeconds::new(1_758_207_376.5)?,
    });
    let text = to_json(&frame);
    Ok(text)
}

/// What the README shows of consumers.
fn consumed(text: &str) -> Result<String, Box<dyn Error>> {
    let (text, now) = (text.to_owned(), 0.0);
    let received = consumer::receive(&consumer::receiver(), &text, now);
    match received.outcome.frame()?.data {
        ServerMessage::AgentThinking(thinking) => println!("{}", thinking.reasoning),
        ServerMessage::Unknown(unknown) => println!("ignored {}", unknown.tag),
        // … and every other message by name
        other => return Ok(other.tag().to_owned()),
    }
    Ok(text)
}

#[test]
fn the_readme_shows_code_that_runs() -> Result<(), Box<dyn Error>> {
    let text = produced()?;
    let expected = r#"{"type":"agent_thinking","data":{"run_id":"run_7f3a","agent_name":"cost_optimizer","reasoning":"Comparing prices","step_number":2},"timestamp":1758207376.5}"#;
    assert_eq!(text, expected);
    assert_eq!(consumed(&text)?, text);
    Ok(())
}

#[test]
fn the_readme_shows_this_code() -> Result<(), Box<dyn Error>> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(root.join("README.md"))?;
    let blocks: Vec<&str> =
        readme.split("```rust\n").skip(1).filter_map(|block| block.split("```").next()).collect();
    assert_eq!(blocks.len(), 2, "the README shows a producer and a consumer");
    for line in blocks.iter().flat_map(|block| block.lines()) {
        assert!(include_str!("tour.rs").contains(line.trim()), "the README shows other code: {line}");
    }
    Ok(())
}
