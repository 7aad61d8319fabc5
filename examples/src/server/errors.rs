//! What the server says when it cannot do what it was asked for.

use netra_protocol::from_server::producer::{ErrorMessage, ErrorMessageRequired};
use netra_protocol::support;
use netra_protocol::types::{ErrorCode, Severity, ThreadId};

/// A frame is not what the schema says.
pub(super) fn invalid(error: &support::Error) -> ErrorMessage<'static> {
    failure(ErrorCode::WsMessageInvalid, error.to_string())
}

/// A request names a conversation that there is not.
pub(super) fn no_thread(id: &ThreadId<'_>) -> ErrorMessage<'static> {
    failure(ErrorCode::ValidationError, format!("there is no conversation {:?}", id.as_str()))
}

/// A failure after which the connection can be used as before.
pub(super) fn failure(code: ErrorCode, text: impl Into<String>) -> ErrorMessage<'static> {
    ErrorMessage::new(ErrorMessageRequired { error_message: text.into().into() })
        .with_error_code(code)
        .with_severity(Severity::Low)
        .with_recoverable(true)
}
