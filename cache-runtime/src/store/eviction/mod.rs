pub(crate) mod budget;
mod clock_pro;
mod ghosts;
pub(crate) mod policy;
mod queues;
pub(crate) mod recency;
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
mod tiny_lfu;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
#[path = "no_tiny_lfu.rs"]
mod tiny_lfu;
pub(crate) mod uses;
