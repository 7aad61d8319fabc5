//! Programs that the steps need, and the validators and peers that they install for themselves.

use super::Context;
use super::command::{command, execute};
use crate::files::{self, program};
use crate::screen::Screen;
use anyhow::{Context as _, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// A program that must be installed.
struct Needed {
    /// What it is.
    what: &'static str,
    /// The command that shows that it is there.
    words: &'static [&'static str],
    /// How to install it.
    install: &'static str,
}

/// The file that pins all packages of Node.js, those that are needed indirectly too. It names no registry's host.
const LOCK: &str = "package-lock.json";

const NEEDED: &[Needed] = &[
    Needed { what: "cargo", words: &["cargo", "--version"], install: "install Rust with rustup" },
    Needed {
        what: "rustfmt",
        words: &["cargo", "fmt", "--version"],
        install: "rustup component add rustfmt",
    },
    Needed {
        what: "clippy",
        words: &["cargo", "clippy", "--version"],
        install: "rustup component add clippy",
    },
    Needed {
        what: "a C++ compiler (`c++`), for libFuzzer",
        words: &["c++", "--version"],
        install: "on Debian: apt-get install g++",
    },
    Needed {
        // `tomllib`, with which the samples' judge reads the manifest, came with 3.11.
        what: "Python 3.11 or newer (`python3`)",
        words: &["python3", "-c", "import tomllib"],
        install: "on Debian: apt-get install python3",
    },
    Needed {
        what: "Python's venv module",
        words: &["python3", "-c", "import venv, ensurepip"],
        install: "on Debian: apt-get install python3-venv",
    },
    Needed {
        // A client for WebSockets came with 20.10.
        what: "Node.js 20.10 or newer (`node`)",
        words: &[
            "node",
            "--experimental-websocket",
            "-e",
            "process.exit(typeof WebSocket === 'function' ? 0 : 1)",
        ],
        install: "on Debian: apt-get install nodejs",
    },
    Needed { what: "npm", words: &["npm", "--version"], install: "on Debian: apt-get install npm" },
    Needed {
        what: "the browser Chromium (`chromium`)",
        words: &["chromium", "--version"],
        install: "on Debian: apt-get install chromium",
    },
];

/// Checks that the programs are there, and installs the pinned validators and peers where they are not.
///
/// # Errors
/// Everything that is missing, with how to install it, or what an installation printed.
pub(super) fn ensure(context: &Context) -> anyhow::Result<()> {
    let missing: Vec<String> = NEEDED
        .iter()
        .filter(|needed| !works(needed.words, context))
        .map(|needed| format!("{} is missing; {}", needed.what, needed.install))
        .collect();
    if !missing.is_empty() {
        bail!("{}", missing.join("\n"));
    }
    install(context)
}

/// Lets both validators judge the samples of the schema folder.
///
/// # Errors
/// What they found.
pub(super) fn validate_samples(context: &Context, screen: &mut Screen) -> anyhow::Result<()> {
    install(context)?;
    let (schema, bundles) = (context.root.join("schema"), context.root.join("generated/schema"));
    let scripts = scripts(context);
    let mut python = command(&program(&folder(context).join("python"), "python").to_string_lossy());
    python.arg(scripts.join("validate_samples.py")).arg(&schema).arg(&bundles);
    let mut node = command("node");
    node.arg(scripts.join("validate_samples.mjs")).arg(&schema).arg(&bundles);
    node.arg(self::node(context));
    for validator in [&mut python, &mut node] {
        let counts = execute(validator, context)?;
        screen.remark(&format!("     {}", counts.trim_end()))?;
    }
    Ok(())
}

/// A program among the installed packages of Node.js, as a script.
pub(super) fn in_node(script: &str, context: &Context) -> PathBuf {
    node(context).join("node_modules").join(script)
}

/// Builds a program of `examples`; returns where it is.
///
/// # Errors
/// What the compiler found.
pub(super) fn example(name: &str, context: &Context) -> anyhow::Result<PathBuf> {
    execute(command("cargo").args(["build", "--package", "framelock-examples", "--bin", name]), context)?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| context.root.join("target"), PathBuf::from);
    Ok(target.join("debug").join(name).with_extension(std::env::consts::EXE_EXTENSION))
}

/// Installs what `xtask/tools` pins into `target/tools`, unless that was done.
pub(super) fn install(context: &Context) -> anyhow::Result<()> {
    install_pinned(&scripts(context), &folder(context), context)
}

/// Installs what a folder pins, unless that was done: the packages of a `requirements.txt` with a Python of their own
/// into `python`, and those of a `package.json` into `node`.
pub(super) fn install_pinned(pins: &Path, folder: &Path, context: &Context) -> anyhow::Result<()> {
    let (requirements, package) = (pins.join("requirements.txt"), pins.join("package.json"));
    let mut wanted = String::new();
    for path in [&requirements, &package, &pins.join(LOCK)].into_iter().filter(|path| path.exists()) {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        wanted.push_str(&text);
    }
    // Written last: what stands there was installed to its end.
    let stamp = folder.join("installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let _ = fs::remove_dir_all(folder);
    if requirements.exists() {
        install_venv(&folder.join("python"), &requirements, context)?;
    }
    if package.exists() {
        install_npm(&folder.join("node"), pins, context)?;
    }
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// A folder with Python and the packages that `requirements` pins.
fn install_venv(venv: &Path, requirements: &Path, context: &Context) -> anyhow::Result<()> {
    let mut pip = command(&files::venv(venv)?.to_string_lossy());
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"]);
    execute(pip.arg(requirements), context)?;
    Ok(())
}

/// A folder with the packages that others pin. Where there is no lock file, their versions are all exact.
fn install_npm(node: &Path, pins: &Path, context: &Context) -> anyhow::Result<()> {
    let locked = pins.join(LOCK).exists();
    fs::create_dir_all(node).with_context(|| format!("cannot make {}", node.display()))?;
    for name in if locked { &["package.json", LOCK][..] } else { &["package.json"] } {
        let target = node.join(name);
        fs::copy(pins.join(name), &target).with_context(|| format!("cannot write {}", target.display()))?;
    }
    let how: &[&str] = if locked { &["ci"] } else { &["install", "--no-package-lock"] };
    let quiet = ["--no-audit", "--no-fund", "--ignore-scripts"];
    execute(command("npm").args(how).args(quiet).current_dir(node), context)?;
    Ok(())
}

/// Whether a command ends well.
fn works(words: &[&str], context: &Context) -> bool {
    let Some((program, arguments)) = words.split_first() else {
        return false;
    };
    execute(command(program).args(arguments), context).is_ok()
}

/// Where the packages of Node.js are installed.
pub(super) fn node(context: &Context) -> PathBuf {
    folder(context).join("node")
}

/// Where they are installed.
fn folder(context: &Context) -> PathBuf {
    context.root.join("target/tools")
}

/// Where their versions are pinned, and where the scripts are that run them.
fn scripts(context: &Context) -> PathBuf {
    context.root.join("xtask/tools")
}
