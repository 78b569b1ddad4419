//! What the processes of the shadow log agree on.

/// How many processes there are at a time,
pub const PROCESSES: u64 = 8;
/// and threads in each.
pub const THREADS: u64 = 2;
/// How many write into the file of times; each has places of its own.
pub const WRITERS: u64 = PROCESSES * THREADS;
/// The times that each of them writes down for each key.
pub const TIMES: u64 = 3;
/// The keys of two functions in turn.
pub const KEYS: u64 = 16;

/// The writers of a process.
pub fn threads_of(process: u64) -> impl Iterator<Item = u64> {
    process * THREADS..(process + 1) * THREADS
}
