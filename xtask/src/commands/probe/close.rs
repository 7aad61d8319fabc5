//! What close codes mean.

use super::failure::Close;
use framelock_codegen::interpret::Contract;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// What RFC 6455 section 7.4.1 and its registry say.
const REGISTERED: [(u16, &str, &str); 13] = [
    (1000, "normal_closure", "The purpose of the connection is fulfilled."),
    (1001, "going_away", "The server goes down, or the client leaves the page."),
    (1002, "protocol_error", "The other side broke the WebSocket protocol."),
    (1003, "unsupported_data", "The other side sent data of a kind that is not accepted."),
    (NO_CODE, "no_status_received", "The close frame has no code."),
    (1006, "abnormal_closure", "The connection ended without a close frame."),
    (1007, "invalid_payload", "A message was not what its type says, such as text that is no UTF-8."),
    (1008, "policy_violation", "The other side broke a rule of the server."),
    (1009, "message_too_big", "A message is too big to be processed."),
    (1010, "mandatory_extension", "The server did not agree to an extension that the client needs."),
    (1011, "internal_error", "Something unexpected happened in the server."),
    (1012, "service_restart", "The server restarts."),
    (1013, "try_again_later", "The server is overloaded."),
];

/// Stands for a close frame without a code.
const NO_CODE: u16 = 1005;

/// What the protocol says of a close frame, or else RFC 6455.
pub(super) fn explained(contract: &Contract, frame: Option<&CloseFrame>) -> Close {
    let code = frame.map_or(NO_CODE, |frame| u16::from(frame.code));
    let reason = frame.map(|frame| frame.reason.to_string()).unwrap_or_default();
    let declared = contract.close_codes().iter().find(|known| known.code == code);
    let declared = declared.map(|known| (known.name, known.description));
    let registered = REGISTERED.iter().find(|(known, ..)| *known == code);
    let (name, meaning) = declared
        .or_else(|| registered.map(|(_, name, meaning)| (*name, *meaning)))
        .unwrap_or(("unknown", "Neither the protocol nor RFC 6455 says what the code means."));
    Close { code, name: name.to_owned(), meaning: meaning.to_owned(), reason }
}
