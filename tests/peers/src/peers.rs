//! The same functions under each peer's attribute, and the caches that are used by hand.

pub(crate) mod by_hand;
pub(crate) mod cached;
pub(crate) mod concurrent;
pub(crate) mod disk;
pub(crate) mod failing;
pub(crate) mod memoize;
pub(crate) mod memoize_shared;
pub(crate) mod ours;

/// Forgets what stands for `number` anywhere, so that a case begins with empty tables.
pub(crate) fn forget_numbers() {
    ours::NUMBER.clear();
    cached::forget_numbers();
    concurrent::forget_numbers();
    memoize::memoized_flush_number();
    memoize_shared::memoized_flush_number();
}

/// The same of those with a bound, so that it is not full.
pub(crate) fn forget_bounded() {
    ours::BOUNDED.clear();
    cached::forget_bounded();
    concurrent::forget_bounded();
    memoize::memoized_flush_bounded();
    memoize_shared::memoized_flush_bounded();
}

/// The columns of the tables.
pub(crate) mod names {
    pub(crate) const OURS: &str = "cache-runtime";
    pub(crate) const CACHED: &str = "cached";
    pub(crate) const CONCURRENT: &str = "concurrent_cached";
    pub(crate) const MEMOIZE: &str = "memoize";
    pub(crate) const MEMOIZE_SHARED: &str = "memoize shared";
    pub(crate) const MOKA: &str = "moka";
    pub(crate) const QUICK: &str = "quick_cache";
    pub(crate) const OUR_TINY_LFU: &str = "our tiny_lfu";
    pub(crate) const MOKA_TINY_LFU: &str = "moka tiny_lfu";
    pub(crate) const DASH: &str = "dashmap";
    /// The body alone, which shares nothing: what it takes is the bench's own doing, and on two threads the machine's.
    pub(crate) const NO_CACHE: &str = "no cache";

    /// Besides [`OURS`] there are variants of it.
    pub(crate) fn is_ours(name: &str) -> bool {
        name == OURS || name.starts_with("our ")
    }
}
