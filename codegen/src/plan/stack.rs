//! Enough stack, however deep schemas and values nest.

use std::thread;

/// How many schemas may be applied inside each other on the stack of the caller, who may have little: most values
/// take far fewer.
const SHALLOW: usize = 128;
/// How many may be on a stack of their own: 64 for each level of a value that nests as deep as it may.
const DEEP: usize = 8192;
/// Bytes of that stack, 8 KiB for each of them; only what is used is ever there.
const STACK: usize = DEEP * 8 * 1024;

/// Runs `run` with the number of schemas that may be applied inside each other. If they are too few, which it says by
/// `None`, it runs again on a stack of its own with room for more; `None` if that is not enough, either.
pub(super) fn run<T: Send>(run: impl Fn(usize) -> Option<T> + Sync) -> Option<T> {
    run(SHALLOW).or_else(|| {
        thread::scope(|scope| {
            let deep = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || run(DEEP));
            deep.ok()?.join().ok().flatten()
        })
    })
}
