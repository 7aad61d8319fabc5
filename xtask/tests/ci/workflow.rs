//! The job on GitHub that looks for drift: its lines are taken from the workflow and run as they stand.

use crate::common::{Run, repository};
use crate::repository::Repository;
use crate::sarif;
use std::fs;
use tempfile::TempDir;

/// A step of the job.
#[derive(Default)]
struct Step {
    condition: String,
    line: String,
}

/// The steps of the job that run something.
fn steps() -> Vec<Step> {
    let workflow = fs::read_to_string(repository().join(".github/workflows/ci.yml")).unwrap();
    let job = workflow.split("\n  schema-drift:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let steps = job.split("    steps:\n").nth(1).unwrap().split("      - ").skip(1);
    let step = |text: &str| {
        let value = |key: &str| {
            let found = text.lines().find_map(|line| line.trim_start().strip_prefix(key));
            found.unwrap_or_default().to_owned()
        };
        Step { condition: value("if: "), line: value("run: ") }
    };
    let steps: Vec<Step> = steps.map(step).filter(|step| !step.line.is_empty()).collect();
    for Step { line, .. } in &steps {
        assert!(!line.starts_with(['|', '>']) && !line.contains("${{"), "this test cannot run `{line}`");
    }
    steps
}

/// Runs the job on a pull request that changes the schema, on what GitHub checks out for it; returns what each step did.
fn job(change: impl FnOnce(&Repository)) -> (Vec<(Step, Run)>, Option<String>) {
    let repository = Repository::new();
    repository.shell("git switch --quiet --create topic").ends(0);
    change(&repository);
    let merged = "git add --all && git commit --quiet --no-verify -m topic && git switch --quiet main && \
                  git merge --quiet --no-ff --no-verify -m merge topic";
    repository.shell(merged).ends(0);
    let runner = TempDir::new().unwrap();
    let origin = format!("file://{}", repository.files.folder.path().display());
    repository.shell_in(runner.path(), &format!("git clone --quiet --depth 2 {origin} work")).ends(0);
    let work = runner.path().join("work");
    let mut done: Vec<(Step, Run)> = Vec::new();
    for step in steps() {
        let failed = done.iter().any(|(_, run)| run.code != Some(0));
        let runs = match step.condition.as_str() {
            "" => !failed,
            "failure()" => failed,
            "${{ !cancelled() && github.event_name == 'pull_request' }}" => true,
            other => panic!("this test does not know the condition `{other}`"),
        };
        if runs {
            let run = repository.shell_in(&work, &step.line);
            done.push((step, run));
        }
    }
    (done, fs::read_to_string(work.join("drift.sarif")).ok())
}

#[test]
fn a_pull_request_that_breaks_nobody_passes() {
    let (done, log) = job(|repository| {
        repository.add_member(false);
        repository.set_version("1.1.0");
    });
    assert_eq!(done.len(), 2);
    for (step, run) in done {
        assert_eq!(run.code, Some(0), "{}: {run:?}", step.line);
        assert!(!run.out.contains("::error"), "{}", run.out);
    }
    assert_eq!(log, None);
}

#[test]
fn a_pull_request_that_has_drifted_is_annotated_at_the_line() {
    let mut line = 0;
    let (done, log) = job(|repository| {
        repository.unwrap_payloads();
        repository.set_version("2.0.0");
        line = repository.line();
    });
    let [releases, base, report] = &done[..] else { panic!("{} steps ran", done.len()) };
    let told = |since: &str| {
        format!(
            "::error file=schema/protocol.schema.json,line={line},col=18,title=ENV-002::server→client every message: the payload \
             stands elsewhere in the frame; since {since} this breaks old clients with a new server and new clients with an \
             old server; keep the payload where it is\n"
        )
    };
    for ((_, run), since) in [(releases, "schema/releases/1.0.0"), (base, "HEAD^1")] {
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.out.contains(&told(since)), "{}", run.out);
    }
    assert_eq!(report.1.code, Some(1));
    let findings = sarif::findings(&log.unwrap());
    let found = findings.iter().find(|finding| finding["ruleId"] == "ENV-002").unwrap();
    let place = &found["locations"][0]["physicalLocation"];
    assert_eq!(place["region"]["startLine"], line);
    assert_eq!(place["artifactLocation"]["uri"], "schema/protocol.schema.json");
}

#[test]
fn a_pull_request_that_leaves_generated_files_behind_is_annotated() {
    let (done, log) = job(|repository| repository.add_member(false));
    assert!(
        done[0].1.out.contains("::error file=schema/protocol.schema.json,line=1,col=1,title=changed-input::")
    );
    let findings = sarif::findings(&log.unwrap());
    assert!(findings.iter().any(|finding| finding["ruleId"] == "changed-input"));
}
