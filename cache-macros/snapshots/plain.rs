///The cache handle of [`fetch_user`].
///
///```text
///#[cache_data(ttl = "10m" , max_entries = 1_000)]
///FETCH_USER.entry(id: u64)
///```
pub static FETCH_USER: ::cache_runtime::CachedFn<
    User,
    fn(u64) -> ::cache_runtime::Key,
> = {
    static __FUNCTION: ::cache_runtime::__private::Function = ::cache_runtime::__private::Function::new(
        ::cache_runtime::__private::Kind::Data,
        ::core::concat!(::core::module_path!(), "::fetch_user"),
        0x25a38e35f7356d96bbe87599d46fdf86,
    );
    ::cache_runtime::__private::cached_fn(
        &__FUNCTION,
        || ::cache_runtime::__private::Options {
            ttl: ::cache_runtime::__private::lifetime(
                ::core::time::Duration::new(600u64, 0u32),
            ),
            max_entries: ::cache_runtime::__private::bound(1000u64),
            ..::cache_runtime::__private::Options::DEFAULT
        },
        ::cache_runtime::__private::Hooks::<User>::new(::cache_runtime::__private::Data)
            .compared(|same, shown| (same.way_of_comparing(), shown.way_of_showing())),
        |id| {
            __FUNCTION
                .short_key(|key| {
                    ::cache_runtime::__private::part(&id).feed_into_cache_key(key)
                })
        },
    )
};
/// Finds a user.
///
///---
///
///What this returns is cached: its handle is `FETCH_USER`.
#[allow(clippy::used_underscore_binding)]
pub fn fetch_user(_db: &Db, id: u64) -> Result<User, DbError> {
    let handle = ::cache_runtime::__private::own_handle(&FETCH_USER);
    ::cache_runtime::__private::call(
        handle,
        ::cache_runtime::__private::returns::<Result<User, DbError>>()
            .shape_of_cached_return(),
        ::cache_runtime::__private::function_of(handle)
            .short_key(|key| {
                ::cache_runtime::__private::part(&id).feed_into_cache_key(key)
            }),
        move || -> Result<User, DbError> {
            let id = id;
            match () {
                () => _db.query(id),
            }
        },
    )
}
