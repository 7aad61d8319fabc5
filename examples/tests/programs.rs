//! The two programs, as the README starts them.

use std::error::Error;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// The server's process, which ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_client_talks_to_the_server() -> Result<(), Box<dyn Error>> {
    let mut server = Command::new(env!("CARGO_BIN_EXE_server"))
        .args(["--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .map(Server)?;
    let mut said = String::new();
    BufReader::new(server.0.stdout.take().ok_or("no output")?).read_line(&mut said)?;
    let url = said.trim().strip_prefix("listening on ").ok_or("the server does not say where it listens")?;

    let client = Command::new(env!("CARGO_BIN_EXE_client")).args([url, "one two three"]).output()?;
    let printed = String::from_utf8(client.stdout)?;
    assert!(client.status.success(), "{printed}{}", String::from_utf8_lossy(&client.stderr));
    // The result of the tool, the streamed answer, and the final one.
    for line in ["word_counter answered {\"words\":3}", "… words.", "completed: Your message has 3 words."]
    {
        assert!(printed.contains(line), "{line:?} is missing from\n{printed}");
    }
    Ok(())
}

/// What `cargo xtask demo` runs.
#[test]
fn the_demo_shows_both_directions_and_retired_forms() -> Result<(), Box<dyn Error>> {
    let demo = Command::new(env!("CARGO_BIN_EXE_demo")).args(["--width", "120"]).output()?;
    let printed = String::from_utf8(demo.stdout)?;
    assert!(demo.status.success(), "{printed}{}", String::from_utf8_lossy(&demo.stderr));
    assert_eq!(String::from_utf8_lossy(&demo.stderr), "");
    for part in [
        "→   user_message",
        "← agent_completed",
        "← system_message/connection_established",
        "bare-event",
        "payload, EXECUTE_AGENT",
        "flat, reasoning",
        "legacy-refused",
    ] {
        assert!(printed.contains(part), "{part:?} is missing from\n{printed}");
    }
    // The last line is an error in full; the others are cut.
    let lines = printed.lines().rev().skip(1);
    assert!(lines.map(|line| line.chars().count()).all(|width| width <= 120), "{printed}");
    Ok(())
}

/// Started without arguments, as in the README, the two find each other.
#[test]
fn the_defaults_agree() -> Result<(), Box<dyn Error>> {
    let help = |program: &str| -> Result<String, Box<dyn Error>> {
        Ok(String::from_utf8(Command::new(program).arg("--help").output()?.stdout)?)
    };
    assert!(help(env!("CARGO_BIN_EXE_server"))?.contains("[default: 127.0.0.1:8080]"));
    assert!(help(env!("CARGO_BIN_EXE_client"))?.contains("[default: ws://127.0.0.1:8080/ws]"));
    Ok(())
}
