//! `framelock init`: a first manifest for a schema at hand, and what was found out on the way to it.

use crate::Exit;
use crate::apply::shown;
use crate::cli::InitArgs;
use crate::present;
use crate::screen::{self, Screen};
use anyhow::{Context as _, anyhow, bail};
use framelock_codegen::init::{Candidate, Proposal, Request, propose};
use framelock_codegen::manifest::{FILE_NAME, is_package_name};
use framelock_codegen::model::Side;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Component, Path, PathBuf};

/// How many definitions that nothing refers to are listed.
const MOST: usize = 12;

/// Runs the command.
///
/// # Errors
/// The manifest cannot be written.
pub(crate) fn run(args: &InitArgs, screen: &mut Screen) -> anyhow::Result<Exit> {
    let request = match request(args) {
        Ok(request) => request,
        Err(error) => {
            screen::error(&error);
            return Ok(Exit::Usage);
        }
    };
    let place = request.folder.join(FILE_NAME);
    if fs::symlink_metadata(&place).is_ok() {
        return Ok(refuse(&place));
    }
    let proposal = match propose(&request) {
        Ok(proposal) => proposal,
        Err(report) => {
            present::report(&report, screen)?;
            return Ok(Exit::Findings);
        }
    };
    if !write(&request.folder, &place, &proposal.manifest)? {
        return Ok(refuse(&place));
    }
    summary(&proposal, &request, &place, screen)?;
    present::nothing(screen)?;
    Ok(Exit::Fine)
}

/// What the arguments ask for.
fn request(args: &InitArgs) -> anyhow::Result<Request> {
    let package = args.package.clone();
    if let Some(name) = package.as_deref().filter(|name| !is_package_name(name)) {
        bail!(
            "`{name}` is no name of a package: use lower-case letters, digits and single hyphens, beginning with a \
             letter"
        );
    }
    let parent = args.schema.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = match (&args.dir, parent) {
        (Some(folder), _) => folder.clone(),
        (None, Some(parent)) => parent.to_path_buf(),
        (None, None) => PathBuf::from("."),
    };
    let root = below(&folder, &args.schema)?;
    Ok(Request { folder, root, package })
}

/// The path of the schema from the folder of its manifest: files outside of that are never read.
fn below(folder: &Path, schema: &Path) -> anyhow::Result<String> {
    let real = |path: &Path| {
        path.canonicalize().map_err(|error| anyhow!("cannot read {}: {}", shown(path), error.kind()))
    };
    // The last part stays as it is called: where a link leads is for the reader of the file to judge.
    let name = schema.file_name().ok_or_else(|| anyhow!("{} is no file", shown(schema)))?;
    let parent = schema.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    real(schema)?;
    let parent = real(parent)?.join(name);
    let Ok(path) = parent.strip_prefix(real(folder)?) else {
        bail!(
            "{} does not lie in {}: only files in the folder of the manifest are read; copy it there, or leave --dir out",
            shown(schema),
            shown(folder)
        );
    };
    let parts = path.components().map(|part| match part {
        Component::Normal(part) => part.to_str(),
        _ => None,
    });
    let parts: Option<Vec<&str>> = parts.collect();
    parts.map(|parts| parts.join("/")).ok_or_else(|| anyhow!("the path {} is not UTF-8", shown(schema)))
}

fn refuse(place: &Path) -> Exit {
    screen::progress(&format!(
        "error: {} is there already, and `init` only writes a first one: edit it, or move it away; nothing was written",
        shown(place)
    ));
    Exit::WillNot
}

/// Writes the manifest whole or not at all, and never over another one; `false` where there is one after all.
fn write(folder: &Path, place: &Path, text: &str) -> anyhow::Result<bool> {
    let context = || format!("cannot write {}", shown(place));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    // The library's own message names the random path, which helps nobody.
    let plain = |error: std::io::Error| std::io::Error::from(error.kind());
    let mut file =
        builder.prefix(".framelock-init-").tempfile_in(folder).map_err(plain).with_context(context)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all());
    written.with_context(context)?;
    match file.persist_noclobber(place) {
        Ok(_) => Ok(true),
        Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(refused) => Err(plain(refused.error)).with_context(context),
    }
}

/// Says what was found and what comes next.
fn summary(proposal: &Proposal, request: &Request, place: &Path, screen: &mut Screen) -> anyhow::Result<()> {
    screen.remark(&format!("wrote {}", shown(place)))?;
    let said = if proposal.declared { "as the file says" } else { "a guess: the file does not say it" };
    screen.remark(&format!("dialect      {} ({said})", proposal.dialect.name()))?;
    screen.remark(&format!("definitions  {}", proposal.definitions))?;
    screen.remark(&format!("package      {}", proposal.package))?;
    for side in [Side::Server, Side::Client, Side::Either] {
        let together = proposal.unions.iter().filter(|(of, _)| *of == side);
        let together = together.map(|(_, union)| format!("together {union}"));
        let sent = proposal.roots.iter().filter(|root| root.side == side);
        let lines: Vec<String> = together.chain(sent.map(|root| root.candidate.line())).collect();
        list(side.name(), &lines, screen)?;
    }
    let line = Candidate::line;
    list("others", &proposal.unused.iter().map(line).collect::<Vec<_>>(), screen)?;
    let elsewhere = proposal.elsewhere.iter().map(|one| {
        let file = one.file.as_deref().unwrap_or("not at hand");
        format!("{} ({file}; references: {})", one.uri, one.references)
    });
    list("elsewhere", &elsewhere.collect::<Vec<_>>(), screen)?;
    let run_time: Vec<String> =
        proposal.run_time.iter().map(|(name, count)| format!("{name} ({count})")).collect();
    if !run_time.is_empty() {
        let keywords = run_time.join(", ");
        screen.remark(&format!(
            "run time     checked beside the types that need it, not carried by them: {keywords}"
        ))?;
    }
    for question in &proposal.questions {
        screen.remark(&format!("?            {}", question.text))?;
    }
    let missing = proposal.elsewhere.iter().any(|one| one.file.is_none());
    let first = if missing { "copy what is not at hand, then " } else { "" };
    screen.remark(&format!("next         {first}run: {}", next(&request.folder)))
}

/// A heading with a line for each thing; of many only the first.
fn list(heading: &str, lines: &[String], screen: &mut Screen) -> anyhow::Result<()> {
    for (index, line) in lines.iter().take(MOST).enumerate() {
        let heading = if index == 0 { heading } else { "" };
        screen.remark(&format!("{heading:<12} {line}"))?;
    }
    match lines.len().saturating_sub(MOST) {
        0 => Ok(()),
        more => screen.remark(&format!("{:<12} … and {more} more", "")),
    }
}

/// The command that comes next. The output stands beside the schema folder, unless that is the current one.
fn next(folder: &Path) -> String {
    let schema = super::codegen::for_shell(&folder.to_string_lossy());
    let out = if folder.file_name().is_none() { " --out ../generated" } else { "" };
    format!("framelock codegen --schema {schema}{out}")
}
