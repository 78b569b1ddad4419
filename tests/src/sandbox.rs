//! What containers forbid while a process runs: filters of system calls.

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

/// A filter that has these system calls fail.
///
/// # Panics
/// Panics where no filters can be made for this kind of machine.
#[must_use]
pub fn forbids(calls: &[i64]) -> BpfProgram {
    let rules = calls.iter().map(|&call| (call, Vec::new())).collect();
    let architecture = std::env::consts::ARCH.try_into().expect("one that filters can be made for");
    let fails = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, fails, architecture).expect("the rules are right");
    filter.try_into().expect("the rules are right")
}
