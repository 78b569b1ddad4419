//! Failures of the disk, by what can be done about them.

use std::io;

use rusqlite::ErrorCode;

pub(super) enum Failure {
    /// The folder holds something that makes no sense.
    Damaged,
    /// Somebody else is at work for long.
    Busy,
    /// There is no room.
    Full,
    /// Nothing is known but that it did not work: there may be no permission, or something in the way.
    Unusable,
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull | ErrorCode::OutOfMemory) => Self::Full,
            Some(
                ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure
                | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Unusable,
            // Also what SQLite itself finds nothing wrong with: a table that is not there, a column of another type.
            _ => Self::Damaged,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::StorageFull { Self::Full } else { Self::Unusable }
    }
}
