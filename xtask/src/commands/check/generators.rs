//! Other people's generators: they take the bundled schema, and what they write compiles.

use super::Context;
use super::command::{command, execute};
use super::tools::install_pinned;
use crate::files::program;
use crate::screen::Screen;
use anyhow::Context as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Generators that run on Node.js and write TypeScript: the program, and its arguments with the bundle and the output
/// in place of `IN` and `OUT`.
const TYPESCRIPT: &[&[&str]] = &[
    &[
        "quicktype",
        "--src-lang",
        "schema",
        "--lang",
        "ts",
        "--just-types",
        "--telemetry",
        "disable",
        "-o",
        "OUT",
        "IN",
    ],
    &["json2ts", "-i", "IN", "-o", "OUT"],
];

/// The bundle in the dialect that all of them know.
const SUFFIX: &str = ".draft-07.schema.json";

/// Lets each generator read the bundle, and a compiler what it wrote.
///
/// # Errors
/// What one of them, or the compiler, has to say.
pub(super) fn run(context: &Context, screen: &mut Screen) -> anyhow::Result<()> {
    let folder = folder(context);
    install_pinned(&context.root.join("xtask/tools/generators"), &folder, context)?;
    let bundle = bundle(context)?;
    for words in TYPESCRIPT {
        let Some((program, arguments)) = words.split_first() else { continue };
        let out = folder.join(format!("{program}.ts"));
        let place = |argument: &&str| match *argument {
            "IN" => bundle.clone().into_os_string(),
            "OUT" => out.clone().into_os_string(),
            plain => plain.into(),
        };
        let mut generator = command(&in_node(program, context).to_string_lossy());
        generator.args(arguments.iter().map(place));
        execute(&mut generator, context)?;
        execute(
            command(&in_node("tsc", context).to_string_lossy()).args(["--noEmit", "--strict"]).arg(&out),
            context,
        )?;
        remark(program, &out, screen)?;
    }
    let out = folder.join("models.py");
    let python = program(&folder.join("python"), "python").to_string_lossy().into_owned();
    let mut generator = command(&python);
    generator.args(["-W", "ignore", "-m", "datamodel_code_generator", "--input-file-type", "jsonschema"]);
    generator.args(["--output-model-type", "pydantic_v2.BaseModel", "--disable-timestamp", "--input"]);
    execute(generator.arg(&bundle).arg("--output").arg(&out), context)?;
    execute(command(&python).arg(&out), context)?;
    remark("datamodel-code-generator", &out, screen)
}

fn remark(program: &str, out: &Path, screen: &mut Screen) -> anyhow::Result<()> {
    let text = fs::read_to_string(out).with_context(|| format!("cannot read {}", out.display()))?;
    screen.remark(&format!("     {program}: {} lines", text.lines().count()))?;
    Ok(())
}

/// The bundled schema, whatever the protocol is called.
fn bundle(context: &Context) -> anyhow::Result<PathBuf> {
    let folder = context.root.join("generated/schema");
    let files = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = files.filter_map(|entry| Some(entry.ok()?.path()));
    let found = paths.find(|path| path.to_string_lossy().ends_with(SUFFIX));
    found.with_context(|| format!("{} holds no bundle", folder.display()))
}

/// Where they are installed, and where they write.
fn folder(context: &Context) -> PathBuf {
    context.root.join("target/generators")
}

/// A program of an installed Node package.
fn in_node(program: &str, context: &Context) -> PathBuf {
    folder(context).join("node/node_modules/.bin").join(program)
}
