//! A system call: a barrier on all threads of the process.
#![expect(unsafe_code, reason = "measured to matter, and kept in this file")]

/// Has the system know that this process will call [`barrier`]; `false` if it does not offer that.
pub(crate) fn register() -> bool {
    call(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)
}

/// A full barrier on every thread of the process; `false` if somebody has forbidden it meanwhile.
pub(crate) fn barrier() -> bool {
    call(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED)
}

fn call(command: libc::c_int) -> bool {
    // SAFETY: the call takes three numbers, touches no memory of ours, and says so if it does not know the command.
    unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
}
