//! Every mistake that Framelock points out, each with a schema that makes it: `tests/findings/<code>/`, or
//! `<code>/<case>/` where the code is reported from several places. A fixture holds the files in which it differs
//! from the valid protocol in `_valid`, and `expected.txt`: the short form of the findings, a line each.
//!
//! `UPDATE_EXPECT=1 cargo test --test findings` writes `expected.txt` anew, and fails so that nobody forgets to
//! read the difference.

#[path = "findings/_harness.rs"]
mod harness;

use framelock_codegen::diagnostic::{Code, Located};
use harness::{Folder, fixtures};
use miette::{GraphicalReportHandler, GraphicalTheme};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A schema with a mistake.
struct Fixture {
    /// The code that is expected, which is also the folder's name.
    code: String,
    /// `<code>` or `<code>/<case>`.
    name: String,
}

/// The folders below `tests/findings`; what begins with `_` is no fixture.
fn all() -> Vec<Fixture> {
    let mut found = Vec::new();
    for code in folders(&fixtures()) {
        let cases = folders(&fixtures().join(&code));
        let cases: Vec<String> = cases.into_iter().filter(|case| is_case(&code, case)).collect();
        if cases.is_empty() {
            found.push(Fixture { code: code.clone(), name: code });
        } else {
            let named = |case: &String| Fixture { code: code.clone(), name: format!("{code}/{case}") };
            found.extend(cases.iter().map(named));
        }
    }
    found
}

fn folders(of: &Path) -> Vec<String> {
    let entries = fs::read_dir(of).unwrap().map(Result::unwrap);
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    let names = folders.map(|entry| entry.file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('_')).collect();
    names.sort();
    names
}

/// A folder inside a fixture is a case if it says what is expected; otherwise it is a part of the schema.
fn is_case(code: &str, folder: &str) -> bool {
    let folder = fixtures().join(code).join(folder);
    updating() && !fixtures().join(code).join("expected.txt").exists() || folder.join("expected.txt").exists()
}

fn updating() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some()
}

impl Fixture {
    fn folder(&self) -> Folder {
        let folder = Folder::valid();
        folder.lay_over(&fixtures().join(&self.name));
        make_special(&self.name, &folder);
        folder
    }

    /// What is wrong with the fixture, if anything.
    fn run(&self) -> Result<(), String> {
        let folder = self.folder();
        let Err(report) = folder.generate() else { return Err("the schema is accepted".to_owned()) };
        let prefix = format!("{}/", folder.path().display());
        let actual = format!("{report}\n").replace(&prefix, "");
        for finding in report.findings() {
            if finding.code().name() != self.code {
                return Err(format!("another code is reported:\n{actual}"));
            }
            check_place(finding, &folder).map_err(|why| format!("{why}:\n{actual}"))?;
        }
        check_text(&actual)?;
        self.compare(&actual)
    }

    fn compare(&self, actual: &str) -> Result<(), String> {
        let path = fixtures().join(&self.name).join("expected.txt");
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if expected == actual {
            return Ok(());
        }
        if updating() {
            fs::write(path, actual).unwrap();
            return Err(format!("expected.txt was written anew:\n{actual}"));
        }
        Err(format!("expected\n{expected}but found\n{actual}"))
    }
}

/// Files that cannot be committed: links, pipes, folders in place of files, bytes that are no text.
fn make_special(name: &str, folder: &Folder) {
    let path = folder.path().join("other.schema.json");
    match name {
        "unreadable-file/manifest" => fs::remove_file(folder.path().join("framelock.toml")).unwrap(),
        // Profile `any` knows no envelopes, of which there could be legacy forms.
        _ if name.contains("/typescript") => fs::remove_dir_all(folder.path().join("legacy")).unwrap(),
        "unreadable-file/folder" => fs::create_dir(path).unwrap(),
        "unreadable-file/pipe" => assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
        "outside-root/device" => link("/dev/zero", &folder.path().join("framelock.toml")),
        "outside-root/link" => {
            let secret = folder.outside().join("secret.json");
            fs::write(&secret, SECRET).unwrap();
            link(secret, &path);
        }
        "outside-root/linked-folder" => {
            fs::create_dir(folder.outside().join("elsewhere")).unwrap();
            fs::write(folder.outside().join("elsewhere/form.json"), SECRET).unwrap();
            fs::remove_dir_all(folder.path().join("legacy")).unwrap();
            link(folder.outside().join("elsewhere"), &folder.path().join("legacy"));
        }
        "outside-root/parent" | "outside-root/encoded" | "outside-root/encoded-backslash" => {
            fs::write(folder.outside().join("secret.json"), SECRET).unwrap();
        }
        "not-utf8/latin-1" => fs::write(path, b"{\"description\": \"caf\xe9\"}").unwrap(),
        "not-utf8/byte-order-mark" => fs::write(path, "\u{feff}{}").unwrap(),
        "not-utf8/utf-16" => fs::write(path, b"\xff\xfe{\0}\0").unwrap(),
        "not-utf8/manifest" => fs::write(folder.path().join("framelock.toml"), b"# \xff").unwrap(),
        _ => {}
    }
}

/// Stands in files outside of the schema folder. No finding may repeat it.
const SECRET: &str = "{\"secret\": \"hunter2\"}";

fn link(to: impl AsRef<Path>, at: &Path) {
    let _ = fs::remove_file(at);
    std::os::unix::fs::symlink(to, at).unwrap();
}

/// A finding is one printable line that shows nothing of files outside, and neither names nor quotes nothing.
fn check_text(short_form: &str) -> Result<(), String> {
    let lines = short_form.replace('\n', "");
    if short_form.contains("hunter2") || short_form.contains("root:") {
        return Err(format!("what stands outside of the schema folder is shown:\n{short_form}"));
    }
    if lines.contains(char::is_control) || short_form.contains("``") || short_form.contains("; \n") {
        return Err(format!("a line is not fit to be printed:\n{short_form}"));
    }
    Ok(())
}

/// The pointer must lead somewhere in the file, and the line and column to the same place: to the value, or to
/// the key in front of it. Both are read with `serde_json`, which shares no code with the generator.
fn check_place(finding: &Located, folder: &Folder) -> Result<(), String> {
    // A link may lead to a device that never ends.
    if !fs::symlink_metadata(finding.path()).is_ok_and(|file| file.is_file()) {
        return at_start(finding);
    }
    let Ok(text) = fs::read_to_string(finding.path()) else { return at_start(finding) };
    let rest = rest_of(&text, finding).ok_or("the place is not in the file")?;
    let Ok(document) = serde_json::from_str::<Value>(&text) else { return Ok(()) };
    debug_assert!(finding.path().starts_with(&*folder.path().to_string_lossy()));
    let value = document.pointer(finding.pointer()).ok_or("the pointer leads nowhere")?;
    if first_value(rest).as_ref() == Some(value) {
        return Ok(());
    }
    let key = finding.pointer().rsplit('/').next().unwrap().replace("~1", "/").replace("~0", "~");
    let behind = rest.find(':').map(|colon| &rest[colon + 1..]).unwrap_or_default();
    if first_value(rest) == Some(Value::String(key)) && first_value(behind).as_ref() == Some(value) {
        return Ok(());
    }
    Err("line and column are not where the pointer leads".to_owned())
}

/// Of a file that cannot be read, only the name can be pointed at.
fn at_start(finding: &Located) -> Result<(), String> {
    let start = (finding.line(), finding.column(), finding.pointer()) == (1, 1, "");
    if start { Ok(()) } else { Err("there is no such place".to_owned()) }
}

/// The text from a finding's line and column on.
fn rest_of<'t>(text: &'t str, finding: &Located) -> Option<&'t str> {
    let line = text.split_inclusive('\n').nth(finding.line() - 1).or(text.is_empty().then_some(""))?;
    let ends = line.char_indices().map(|(offset, _)| offset).chain([line.len()]);
    let offset = ends.into_iter().nth(finding.column() - 1)?;
    let before: usize = text.split_inclusive('\n').take(finding.line() - 1).map(str::len).sum();
    text.get(before + offset..)
}

fn first_value(text: &str) -> Option<Value> {
    serde_json::Deserializer::from_str(text).into_iter().next()?.ok()
}

#[test]
fn the_protocol_that_fixtures_differ_from_is_valid() {
    if let Err(report) = Folder::valid().generate() {
        panic!("{report}");
    }
}

/// The counterparts of fixtures: what differs little from a mistake, and is none.
#[test]
fn what_is_like_a_mistake_is_accepted() {
    let accepted = |folder: &Folder| {
        if let Err(report) = folder.generate() {
            panic!("{report}");
        }
    };
    let folder = Folder::valid();
    let text = "\"text\": { \"description\": \"The question.\", \"type\": \"string\" }";
    folder.replace("ask.schema.json", text, &format!("{text}, \"txt\": false"));
    let kind = "\"type\": \"object\",";
    folder.replace(
        "ask.schema.json",
        kind,
        &format!("{kind} \"x-refused\": {{ \"txt\": \"Nobody reads it.\" }},"),
    );
    accepted(&folder);

    // An object is no string: the two forms have no frame in common.
    let folder = Folder::valid();
    folder.lay_over(&fixtures().join("invalid-legacy-form/overlap-object"));
    folder.replace("legacy/flat-note.json", "\"/message/type\"", "\"/message\"");
    folder.replace(
        "legacy/flat-note.json",
        "\"message\": {\n          \"type\": \"note\",\n          \"kind\": \"note\"\n        }",
        "\"message\": \"note\"",
    );
    folder.replace(
        "legacy/flat-note.json",
        "\"data\": {\n          \"kind\": \"note\"\n        }",
        "\"data\": {\n          \"kind\": \"a\"\n        }",
    );
    folder.replace("legacy/flat-note.json", "\"frame\": {", "\"frame\": {\n        \"sort\": \"a\",");
    folder.replace(
        "legacy/flat-note.json",
        "\"fill\": {",
        "\"move\": { \"/sort\": \"kind\" },\n  \"fill\": {",
    );
    accepted(&folder);

    // A frame of either side says whose it is; a name of one side alone may be one that a form of either excepts.
    let folder = Folder::valid();
    let form = folder.text("legacy/bare-note.json");
    let either = form.replace("\"sender\": \"server\"", "\"sender\": \"either\"");
    folder.put(
        "legacy/bare-note.json",
        either.replace("\"receive_time\"", "\"sender\": \"server\",\n      \"receive_time\""),
    );
    accepted(&folder);
}

#[test]
fn each_fixture_gives_its_findings() {
    let failures: Vec<String> = all()
        .iter()
        .filter_map(|fixture| fixture.run().err().map(|why| format!("{}: {why}", fixture.name)))
        .collect();
    assert!(failures.is_empty(), "{} fixtures fail\n\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn each_code_has_a_fixture_and_each_fixture_a_code() {
    let fixtures: BTreeSet<String> = all().into_iter().map(|fixture| fixture.code).collect();
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| code.name().to_owned()).collect();
    let without: Vec<_> = codes.difference(&fixtures).collect();
    let strangers: Vec<_> = fixtures.difference(&codes).collect();
    assert!(without.is_empty(), "codes without a folder: {without:?}");
    assert!(strangers.is_empty(), "folders without a code: {strangers:?}");
}

#[test]
fn explanations_are_sentences() {
    for code in Code::ALL {
        assert_eq!(Code::from_name(code.name()), Some(*code));
        assert!(!code.summary().ends_with('.'), "{code}: a summary is no sentence");
        assert!(code.explanation().ends_with('.'), "{code}: an explanation is made of sentences");
    }
}

/// A terminal obeys escape sequences, also those in a source line.
#[test]
fn nothing_that_a_terminal_obeys_is_drawn() {
    let folder = Folder::valid();
    folder.put("ask.schema.json", "{ \"a\u{1b}[31m\u{9b}\u{202e}\u{7f}\" }");
    let report = folder.generate().unwrap_err();
    let mut drawn = report.to_string();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).without_cause_chain();
    report.render(&handler.with_links(false), &mut drawn).unwrap();
    let obeyed = |character: char| character.is_control() && character != '\n' || character == '\u{202e}';
    assert!(!drawn.contains(obeyed), "{drawn:?}");
}

/// Fixtures that are also compared as miette draws them, `rendered.txt`: a second place in the same file, one in
/// another file, and a caret behind characters of several bytes.
const RENDERED: [&str; 3] =
    ["duplicate-key", "conflicting-property/other-file", "unknown-keyword/behind-wide-text"];

#[test]
fn findings_are_drawn_with_their_lines() {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(500);
    for name in RENDERED {
        let fixture = Fixture { code: String::new(), name: name.to_owned() };
        let folder = fixture.folder();
        let mut drawn = String::new();
        folder.generate().unwrap_err().render(&handler, &mut drawn).unwrap();
        let drawn = drawn.replace(&*folder.path().to_string_lossy(), "schema");
        let path = fixtures().join("_rendered").join(format!("{}.txt", name.replace('/', "-")));
        if updating() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &drawn).unwrap();
        }
        assert_eq!(fs::read_to_string(path).unwrap_or_default(), drawn, "{name}");
    }
}
