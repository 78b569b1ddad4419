//! The tests stand in `pass/` and `fail/`.
