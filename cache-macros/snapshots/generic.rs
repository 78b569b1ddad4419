///The cache handle of [`open`].
///
///```text
///#[cache_resource(on_release = | pool | pool . close ())]
///```
static OPEN: ::cache_runtime::CachedFn<::cache_runtime::Generic, ()> = {
    static __FUNCTION: ::cache_runtime::__private::Function = ::cache_runtime::__private::Function::new(
        ::cache_runtime::__private::Kind::Resource,
        ::core::concat!(::core::module_path!(), "::open"),
        0x008fe4ecb29afdcf0a22063a6bb33588,
    );
    ::cache_runtime::__private::cached_fn(
        &__FUNCTION,
        || ::cache_runtime::__private::Options::DEFAULT,
        ::cache_runtime::__private::Hooks::new(::cache_runtime::__private::Data),
        (),
    )
};
fn open<T: Backend, const N: usize>(
    kind: T,
    argument1: (&str, u16),
) -> Option<Arc<Pool<T, N>>> {
    let handle = ::cache_runtime::__private::own_handle(&OPEN);
    ::cache_runtime::__private::call(
        &::cache_runtime::__private::instance(
            handle,
            ::cache_runtime::__private::Hooks::<
                Arc<Pool<T, N>>,
            >::new(::cache_runtime::__private::Resource)
                .on_release(|pool| pool.close()),
        ),
        ::cache_runtime::__private::Optional,
        ::cache_runtime::__private::function_of(handle)
            .key(|key| {
                key.generic::<T>();
                ::cache_runtime::__private::part(&N).feed_into_cache_key(key);
                ::cache_runtime::__private::part(&kind).feed_into_cache_key(key);
                ::cache_runtime::__private::part(&argument1).feed_into_cache_key(key);
            }),
        move || -> Option<Arc<Pool<T, N>>> {
            let kind = kind;
            let (host, port) = argument1;
            match () {
                () => kind.open(host, port),
            }
        },
    )
}
