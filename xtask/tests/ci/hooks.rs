//! The hooks of git, run by real commits.

use crate::common::{Run, repository};
use crate::repository::Repository;
use std::fs;

/// What the hook says of the incident, after the line.
const BREAKS: &str = ":18: error[ENV-002]: server→client every message: the payload stands elsewhere in the frame; since \
                      schema/releases/1.0.0 this breaks old clients with a new server and new clients with an old server\n";

/// What the hook says, which git prints to standard error.
fn stopped(run: Run) -> String {
    let run = run.ends(1);
    run.out + &run.err
}

/// Commits that must pass and such that must not, in a repository with a hook.
fn judges(repository: &Repository) {
    // Generated files that are left behind.
    repository.add_member(false);
    let said = stopped(repository.commit("An optional member"));
    assert!(
        said.contains("error[changed-input]: schema/protocol.schema.json changed since generated/"),
        "{said}"
    );

    // An addition that breaks nobody.
    repository.set_version("1.1.0");
    repository.commit("An optional member").ends(0);

    // The same, made required.
    repository.add_member(true);
    repository.set_version("2.0.0");
    let said = stopped(repository.commit("A required member"));
    assert!(said.contains("this breaks old clients with a new server"), "{said}");
    assert!(said.contains("client→server ask /data/topic: "), "{said}");
    repository.shell("git reset --quiet --hard").ends(0);

    repository.unwrap_payloads();
    repository.set_version("2.0.0");
    let said = stopped(repository.commit("The incident"));
    let breaks = format!("schema/protocol.schema.json:{}{BREAKS}", repository.line());
    assert!(said.contains(&breaks), "{said}");
    assert!(said.contains("no note in schema/releases/next.toml says so"), "{said}");

    // Whoever is broken is told; a note that says nothing does not count.
    let note = |why: &str| {
        let fingerprint = repository.fingerprint();
        let note = format!(
            "[breaking.{fingerprint}]\nwhat = \"Bare frames.\"\nwhy = \"{why}\"\nmigrate = \"Read both.\"\nsunset = \"3.0.0\"\nby_hand = true\n"
        );
        fs::write(repository.path("schema/releases/next.toml"), note).unwrap();
        // Adapters are generated from notes.
        repository.files.run(&["codegen"]).ends(0);
    };
    note("");
    assert!(stopped(repository.commit("The incident")).contains(&breaks));
    note("Somebody wanted it.");
    repository.commit("The incident, told to everybody").ends(0);
}

#[test]
fn the_hook_of_git_judges_commits() {
    judges(&Repository::new());
}

/// The step `pre-commit` of the check installs the program and runs this.
#[test]
#[ignore = "needs pre-commit: run `cargo xtask check --only pre-commit`"]
fn the_hook_of_pre_commit_judges_commits() {
    let pre_commit = std::env::var("PRE_COMMIT").expect("the variable PRE_COMMIT names the program");
    let user = Repository::new();
    // What others see of this repository.
    let hooks = tempfile::tempdir().unwrap();
    fs::copy(repository().join(".pre-commit-hooks.yaml"), hooks.path().join(".pre-commit-hooks.yaml"))
        .unwrap();
    let tagged = "git init --quiet && git add --all && git commit --quiet -m hooks && git tag v1.0.0";
    user.shell_in(hooks.path(), tagged).ends(0);
    let config =
        format!("repos:\n- repo: {}\n  rev: v1.0.0\n  hooks:\n  - id: framelock\n", hooks.path().display());
    fs::write(user.path(".pre-commit-config.yaml"), config).unwrap();
    user.shell(&format!("git config --unset core.hooksPath && {pre_commit} install")).ends(0);
    user.commit("Run hooks by pre-commit").ends(0);
    judges(&user);
}
