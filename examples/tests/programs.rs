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
