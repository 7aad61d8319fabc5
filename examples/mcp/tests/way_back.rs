//! The generated types lead back to the schema: what they accept, as schemars puts it together from their fields, is
//! what the schema accepts, as far as that can be proved.

#[path = "../../tests/support/way_back.rs"]
mod way_back;

use framelock_codegen::model::Side;
use mcp_protocol::from_either::schema;
use schemars::SchemaGenerator;
use std::path::Path;

#[test]
fn types_accept_what_their_schema_accepts() {
    let mut generator = SchemaGenerator::default();
    schema::define(&mut generator);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
    let comparison = way_back::compare(&folder, Side::Either, generator.definitions());
    comparison.print("MCP");
    // The parameters of a message are described twice, by its own schema and by that of all messages: what their type
    // accepts is neither. The types of the messages, which contain them, are proved.
    assert!(comparison.exceptions.iter().all(|exception| exception.is_merged && exception.is_shown()));
    assert!(comparison.rate() >= 85.0, "{}", comparison.rate());
}
