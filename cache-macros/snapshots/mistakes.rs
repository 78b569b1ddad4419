///The cache handle of [`fetch_user`].
///
///```text
///#[cache_data(tll = 5 , max_entries = 0)]
///FETCH_USER.entry(id: u64)
///```
pub static FETCH_USER: [(); {
    ::core::compile_error! {
        "`#[cache_data]` has no option `tll` (did you mean `ttl`?)"
    }
}] = loop {};
::core::compile_error! {
    "a bound of zero would keep nothing: remove the attribute or the option"
}
/// Finds a user.
pub fn fetch_user(_db: &Db, id: u64) -> Result<User, DbError> {
    _db.query(id)
}
