//! Counts allocations, and the most memory in use at once.

// A global allocator is an unsafe trait with unsafe methods: this is the one place where the repository says
// `unsafe`, in a benchmark that nobody links. Each method passes its arguments on as they are.
#![allow(unsafe_code, reason = "`GlobalAlloc` is an unsafe trait")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Counting costs time: it is off while time is measured.
static ON: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

impl Counting {
    fn grow(bytes: usize) {
        if ON.load(Relaxed) {
            ALLOCATIONS.fetch_add(1, Relaxed);
            let live = LIVE.fetch_add(bytes, Relaxed).wrapping_add(bytes);
            PEAK.fetch_max(live, Relaxed);
        }
    }

    fn shrink(bytes: usize) {
        if ON.load(Relaxed) {
            // What was allocated before counting began may be freed now.
            let _ = LIVE.fetch_update(Relaxed, Relaxed, |live| Some(live.saturating_sub(bytes)));
        }
    }
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::grow(layout.size());
        // SAFETY: the caller keeps the contract of `alloc`, which is the same for the system's allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        Self::shrink(layout.size());
        // SAFETY: `pointer` came from the system's allocator, for every method here passes its results on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::shrink(layout.size());
        Self::grow(size);
        // SAFETY: as in `dealloc`.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// What a piece of code allocated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    /// How often it asked for memory, reallocations included.
    pub(crate) allocations: usize,
    /// The most bytes that were in use at once, beyond what was in use before.
    pub(crate) peak: usize,
}

/// Runs `work` and counts.
pub(crate) fn counting<T>(work: impl FnOnce() -> T) -> (T, Counts) {
    ALLOCATIONS.store(0, Relaxed);
    LIVE.store(0, Relaxed);
    PEAK.store(0, Relaxed);
    ON.store(true, Relaxed);
    let result = work();
    ON.store(false, Relaxed);
    (result, Counts { allocations: ALLOCATIONS.load(Relaxed), peak: PEAK.load(Relaxed) })
}
