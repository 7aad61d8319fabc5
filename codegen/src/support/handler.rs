//! Who receives messages, and decides about each.

/// Decides about every message of a direction: by a `Handle` of the direction's `consumer` module for each message, or
/// by `ignore!` for those that do not matter. Whoever dispatches frames to it does not compile while a message is
/// undecided.
pub trait Handler {
    /// What comes of a message.
    type Output;

    /// What comes of a message that is ignored.
    fn ignored(&mut self) -> Self::Output;
}

/// Ignores messages of the direction `$direction`, whose frames are `$frame`.
#[doc(hidden)]
#[macro_export]
macro_rules! ignore_messages {
    ($direction:ident $frame:ident, $handler:ty: $($message:ty),+ $(,)?) => {$(
        impl $crate::$direction::consumer::Handle<$message> for $handler {
            fn handle(&mut self, _: &$message, _: &$crate::$direction::consumer::$frame<'_>) -> Self::Output {
                $crate::support::Handler::ignored(self)
            }
        }
    )+};
}
