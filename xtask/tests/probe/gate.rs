//! The recipes of docs/probe.md, as they are written there, against servers that keep the contract and that do not.

use crate::common::repository;
use crate::servers::{http, sending, text, welcome};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// The first block of docs/probe.md in a language.
fn block(language: &str) -> String {
    let document = fs::read_to_string(repository().join("docs/probe.md")).unwrap();
    let opened = document.lines().skip_while(|line| *line != format!("```{language}")).skip(1);
    let lines: Vec<&str> = opened.take_while(|line| *line != "```").collect();
    assert!(!lines.is_empty(), "there is no block in {language}");
    lines.join("\n") + "\n"
}

/// The commands of every step of a workflow: what follows `run:`, on its line or indented below it.
fn runs(workflow: &str) -> Vec<String> {
    let mut lines = workflow.lines().peekable();
    let mut runs = Vec::new();
    while let Some(line) = lines.next() {
        let Some((before, command)) = line.split_once("run: ") else { continue };
        if command != "|" {
            runs.push(command.to_owned());
            continue;
        }
        let mut block = String::new();
        while let Some(line) =
            lines.next_if(|line| line.len() > before.len() && line.starts_with(&" ".repeat(before.len() + 1)))
        {
            block.push_str(line.trim_start_matches(' '));
            block.push('\n');
        }
        runs.push(block);
    }
    runs
}

/// A folder with the schema, where `framelock` is on the path.
struct Gate {
    folder: TempDir,
}

impl Gate {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        crate::common::copy(&repository().join("schema"), &folder.path().join("schema"));
        fs::create_dir(folder.path().join("bin")).unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_framelock"));
        fs::hard_link(program, folder.path().join("bin/framelock"))
            .or_else(|_| fs::copy(program, folder.path().join("bin/framelock")).map(drop))
            .unwrap();
        Self { folder }
    }

    /// Runs a script as GitHub's runner does.
    fn run(&self, script: &str, endpoint: &str) -> Output {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = [self.folder.path().join("bin")].into_iter().chain(std::env::split_paths(&path));
        let mut shell = Command::new("bash");
        shell.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]);
        shell
            .env("PATH", std::env::join_paths(paths).unwrap())
            .env("ENDPOINT", endpoint)
            .env("TOKEN", "secret");
        shell.current_dir(self.folder.path()).output().unwrap()
    }

    fn junit(&self) -> String {
        fs::read_to_string(self.folder.path().join("probe.xml")).unwrap()
    }
}

fn drifted() -> String {
    sending([text(&json!({ "event": "connection_established", "connection_ready": true }))])
}

#[test]
fn the_steps_for_github_let_a_right_server_pass_and_stop_a_wrong_one() {
    let steps = runs(&block("yaml"));
    assert!(steps.len() >= 2, "{steps:?}");
    let gate = Gate::new();
    let healthy = sending([text(&welcome())]);
    for step in &steps {
        let output = gate.run(step, &healthy);
        assert!(output.status.success(), "{step}\n{output:?}");
    }
    assert!(gate.junit().contains("failures=\"0\" errors=\"0\""), "{}", gate.junit());
    let gate = Gate::new();
    let drifted = drifted();
    let failed = steps.iter().filter(|step| !gate.run(step, &drifted).status.success()).count();
    assert_eq!(failed, 1, "the gate itself stops the deployment");
    assert!(gate.junit().contains("type=\"legacy-refused\""), "{}", gate.junit());
}

#[test]
fn the_shell_script_says_whether_to_roll_back() {
    let script = block("sh");
    let healthy = Gate::new().run(&script, &sending([text(&welcome())]));
    assert_eq!(healthy.status.code(), Some(0), "{healthy:?}");
    let wrong = Gate::new().run(&script, &drifted());
    assert_eq!(wrong.status.code(), Some(1), "{wrong:?}");
    let said = String::from_utf8_lossy(&wrong.stdout);
    assert!(said.contains("legacy-refused: ") && said.contains("roll back"), "{said}");
    let starting = Gate::new().run(&script, &http("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"));
    assert_eq!(starting.status.code(), Some(3), "{starting:?}");
}

/// A server that starts late: the recipes wait for it.
#[test]
fn a_server_that_is_still_starting_is_waited_for() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let starting = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(1500));
        let listener = std::net::TcpListener::bind(address).unwrap();
        for stream in listener.incoming().flatten() {
            if let Ok(mut socket) = tokio_tungstenite::tungstenite::accept(stream) {
                let _ = socket.send(text(&welcome()));
                while socket.read().is_ok() {}
                // It has served one client, which is enough.
                return;
            }
        }
    });
    let output = Gate::new().run(&block("sh"), &format!("ws://{address}/"));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    starting.join().unwrap();
}
