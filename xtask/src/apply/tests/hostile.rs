//! Folders in which something unexpected stands or cannot be written.

use super::{FORCE, Place, WRITE, first, generated, kinds, second};
use crate::apply::{Mode, Outcome};
use crate::problem::Kind;
use framelock_codegen::output::MANIFEST;
use std::fs;

#[test]
fn a_record_cannot_have_files_outside_removed() {
    let place = Place::new();
    let victim = place.out.with_file_name("victim");
    fs::write(&victim, "old\n").unwrap();
    place.write(&first());
    let record = place.text(MANIFEST).replace("rust/src/old.rs", "../victim");
    place.put(MANIFEST, &record);
    place.write(&second());
    assert!(victim.exists());
}

#[test]
fn a_path_outside_the_folder_is_refused() {
    let place = Place::new();
    for path in ["../x", "/etc/x", "a/../../x", "", "a\\b"] {
        assert!(place.apply(&generated(&[], &[(path, "x")]), WRITE).is_err(), "{path}");
    }
    assert!(!place.out.exists());
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_replaced_and_not_followed() {
    let place = Place::new();
    place.write(&first());
    let victim = place.out.with_file_name("bashrc");
    fs::write(&victim, "one\n").unwrap();
    let link = place.out.join("rust/src/lib.rs");
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&victim, &link).unwrap();
    assert_eq!(
        kinds(&place.drift(&first())),
        [Kind::StaleOutput],
        "the same bytes behind a link are no file"
    );
    place.write(&second());
    assert!(fs::symlink_metadata(&link).unwrap().is_file());
    assert_eq!(fs::read_to_string(&victim).unwrap(), "one\n");
}

#[cfg(unix)]
#[test]
fn a_hard_link_is_replaced_and_its_other_name_untouched() {
    let place = Place::new();
    place.write(&first());
    let victim = place.out.with_file_name("other-name");
    fs::hard_link(place.out.join("rust/src/lib.rs"), &victim).unwrap();
    place.write(&second());
    assert_eq!(fs::read_to_string(&victim).unwrap(), "one\n");
}

#[cfg(unix)]
#[test]
fn a_linked_folder_is_refused_even_with_force() {
    let place = Place::new();
    let elsewhere = place.out.with_file_name("elsewhere");
    fs::create_dir_all(&elsewhere).unwrap();
    fs::create_dir_all(&place.out).unwrap();
    std::os::unix::fs::symlink(&elsewhere, place.out.join("rust")).unwrap();
    let refused = place.refused(&first(), FORCE);
    assert_eq!(refused, [Kind::BlockedOutput, Kind::BlockedOutput]);
    assert!(kinds(&place.drift(&first())).contains(&Kind::BlockedOutput));
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    assert!(!place.out.join("top.json").exists());
}

#[test]
fn a_folder_or_file_in_the_way_is_refused() {
    let place = Place::new();
    fs::create_dir_all(place.out.join("top.json")).unwrap();
    fs::write(place.out.join("rust"), "").unwrap();
    assert_eq!(place.refused(&first(), FORCE), [Kind::BlockedOutput; 3]);
}

#[test]
fn a_file_as_output_folder_is_one_error() {
    let place = Place::new();
    fs::write(&place.out, "precious").unwrap();
    for mode in [WRITE, FORCE, Mode::Check, Mode::DryRun] {
        let error = place.apply(&first(), mode).unwrap_err();
        assert!(error.to_string().ends_with("generated is a file"), "{error:#}");
    }
    assert_eq!(fs::read_to_string(&place.out).unwrap(), "precious");
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_one_error_and_nothing_changes() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    place.write(&first());
    let inner = place.out.join("rust/src");
    fs::set_permissions(&inner, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(inner.join("probe"), "").is_ok() {
        eprintln!("SKIPPED: a read-only folder is writable for this user (root?)");
        return;
    }
    // The last rename would succeed; the failing one before it must take everything back.
    let outputs = generated(&[], &[("a.rs", "first"), ("rust/src/lib.rs", "two\n"), ("top.json", "[]\n")]);
    let error = place.apply(&outputs, WRITE).unwrap_err();
    fs::set_permissions(&inner, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(error.to_string().contains("nothing was changed"), "{error:#}");
    assert!(matches!(place.apply(&first(), Mode::Check).unwrap(), Outcome::Done(_)));
    place.assert_no_staging();
}

/// The same for every user: a plan whose last step fails. A name of more than 255 bytes cannot be written.
#[test]
fn a_failing_rename_takes_all_others_back() {
    let place = Place::new();
    place.write(&first());
    let long = format!("zzz/{}", "z".repeat(300));
    let outputs = generated(&[], &[("new/a.rs", "first"), ("rust/src/lib.rs", "two\n"), (&long, "x")]);
    let error = place.apply(&outputs, WRITE).unwrap_err();
    assert!(error.to_string().contains("nothing was changed"), "{error:#}");
    assert!(!place.out.join("new").exists() && !place.out.join("zzz").exists());
    assert!(matches!(place.apply(&first(), Mode::Check).unwrap(), Outcome::Done(_)));
    place.assert_no_staging();
}
