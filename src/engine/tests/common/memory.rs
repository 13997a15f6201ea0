//! An allocator that keeps count, for tests of what a stranger's file can ask for. It is no part of `common`, since
//! large networks that are not strangers' may have more.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// The most bytes that may be held at one time: the largest constant that is taken, and a quarter for all else.
const MOST_BYTES: usize = (1 << 30) + (1 << 28);
/// The stack that a browser's worker has.
const STACK: usize = 1 << 20;
/// When a case is taken to be endless.
const ENDLESS: Duration = Duration::from_secs(60);

static HELD: AtomicUsize = AtomicUsize::new(0);
static HIGHEST: AtomicUsize = AtomicUsize::new(0);

/// The number of the case under way, for messages.
pub static CASE: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, which refuses what goes too far.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[allow(unsafe_code, reason = "allocations can be watched in no other way")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Relaxed) + layout.size();
        HIGHEST.fetch_max(held, Relaxed);
        if held > MOST_BYTES {
            HELD.fetch_sub(layout.size(), Relaxed);
            let case = CASE.load(Relaxed);
            let _ = writeln!(std::io::stderr(), "case {case} asks for {} bytes more", layout.size());
            return std::ptr::null_mut();
        }
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(memory, layout) }
    }
}

/// The most bytes that work holds at one time, beyond what was held before; nobody else may allocate meanwhile.
#[allow(dead_code, reason = "one of the two programs that count asks for it")]
pub fn highest<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = HELD.load(Relaxed);
    HIGHEST.store(before, Relaxed);
    let done = work();
    (done, HIGHEST.load(Relaxed) - before)
}

/// Work is counted one after the other.
static ALONE: Mutex<()> = Mutex::new(());

/// Does work that counts its cases, with the stack of a browser's worker, and ends the process if a case never ends.
pub fn watched(work: impl FnOnce() + Send + 'static) {
    let _alone = ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let worker = std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap();
    let (mut case, mut since) = (usize::MAX, Instant::now());
    while !worker.is_finished() {
        std::thread::sleep(Duration::from_millis(20));
        if case != CASE.load(Relaxed) {
            (case, since) = (CASE.load(Relaxed), Instant::now());
        } else if since.elapsed() > ENDLESS {
            eprintln!("case {case} does not end");
            std::process::exit(1);
        }
    }
    worker.join().unwrap();
}
