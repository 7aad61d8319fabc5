//! What is said to be read is read, by the code that generated consumers run.

use super::super::{Version, messages};
use super::{Reader, written};
use crate::compat::{Options, Side as Compared, Verdict, View, included};
use crate::text::value::raw;
use std::path::Path;

#[test]
fn frames_that_are_proved_to_be_read_are_read() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    let version = Version::read_folder(&schema).unwrap();
    let reader = Reader::new(&version);
    let mut shown = 0;
    for message in messages::of(&version) {
        let legacy = version.protocol.legacy.iter().find(|legacy| legacy.sender == message.sender).unwrap();
        let of_message = legacy.names.iter().filter(|name| *raw(&name.message[0]) == *message.name);
        let retired = of_message.map(|name| raw(&name.name));
        for name in retired.chain([message.name.as_str()]) {
            for rewriting in written::rewritings(&version, &message, name, true) {
                let (schemas, root) = (&version.schemas, message.schema);
                let today = Compared {
                    schemas,
                    root,
                    beside: &[],
                    instead: &[],
                    view: View::Open,
                    without: None,
                    rewritings: &[],
                };
                let written = Compared { rewritings: std::slice::from_ref(&rewriting), ..today };
                // A frame that is only accepted because of how it may be written.
                match included(&written, &today, &Options::default()) {
                    Verdict::Refuted { witness } => {
                        assert!(reader.reads(&message, &witness), "{name}: {witness}");
                        shown += 1;
                    }
                    Verdict::Proved => {}
                    Verdict::Unknown { reason } => panic!("{}: {name}: {reason}", message.name),
                }
            }
        }
    }
    assert!(shown > 100, "{shown} frames were read");
}
