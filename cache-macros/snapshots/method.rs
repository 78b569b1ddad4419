///The cache handle of [`load`](Self::load).
///
///```text
///#[cache_data(skip (self) , validate = | bytes | ! bytes . is_empty () , tags ("pages"))]
///LOAD.entry(url: & str, page: Page)
///```
const LOAD: ::cache_runtime::CachedFn<Vec<u8>, fn(&str, Page) -> ::cache_runtime::Key> = {
    static __FUNCTION: ::cache_runtime::__private::Function = ::cache_runtime::__private::Function::new(
            ::cache_runtime::__private::Kind::Data,
            ::core::concat!(::core::module_path!(), "::load"),
            0xea624d7ba158f1dd7de608a16934a995,
        )
        .beside(&|| ());
    ::cache_runtime::__private::cached_fn(
        &__FUNCTION,
        || ::cache_runtime::__private::Options {
            tags: &["pages"],
            ..::cache_runtime::__private::Options::DEFAULT
        },
        ::cache_runtime::__private::Hooks::<
            Vec<u8>,
        >::new(::cache_runtime::__private::Data)
            .validate(|bytes| !bytes.is_empty())
            .compared(|same, shown| (same.way_of_comparing(), shown.way_of_showing())),
        |url, page| {
            __FUNCTION
                .key(|key| {
                    key.generic_of(&Self::load);
                    ::cache_runtime::__private::part(url).feed_into_cache_key(key);
                    ::cache_runtime::__private::part(
                            &::cache_runtime::__private::by::<
                                Page,
                                _,
                            >(&page, |p: &Page| p.id),
                        )
                        .feed_into_cache_key(key);
                })
        },
    )
};
async fn load(&self, url: &str, page: Page) -> io::Result<Vec<u8>> {
    let handle = ::cache_runtime::__private::own_handle(&Self::LOAD);
    ::cache_runtime::__private::call_async(
            handle,
            ::cache_runtime::__private::returns::<io::Result<Vec<u8>>>()
                .shape_of_cached_return(),
            ::cache_runtime::__private::function_of(handle)
                .key(|key| {
                    key.generic_of(&Self::load);
                    ::cache_runtime::__private::part(url).feed_into_cache_key(key);
                    ::cache_runtime::__private::part(
                            &::cache_runtime::__private::by::<
                                Page,
                                _,
                            >(&page, |p: &Page| p.id),
                        )
                        .feed_into_cache_key(key);
                }),
            async move || {
                if let ::core::option::Option::Some(returned) = ::core::option::Option::None::<
                    io::Result<Vec<u8>>,
                > {
                    return returned;
                }
                {
                    let url = url;
                    match () {
                        () => self.client.get(url, page).await,
                    }
                }
            },
        )
        .await
}
