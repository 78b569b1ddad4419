//! The scope of a function's entries.

/// Who shares the entries of a function.
///
/// ```
/// use cache_runtime::{CACHE_DATA, Scope, Session, cache_data};
///
/// #[cache_data(scope = "session")]
/// fn answer() -> u32 {
///     42
/// }
///
/// Session::new().enter(answer);
/// assert_eq!(CACHE_DATA.functions()[0].scope, Scope::Session);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All.
    Global,
    /// Those who are inside a [`Session`](crate::Session).
    Session,
    /// Those on one thread.
    Thread,
}
