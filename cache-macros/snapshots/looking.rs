///The cache handle of [`price`].
///
///```text
///#[cache_data(enabled = amount > 1 , tags ("prices" , format ! ("item:{item}")) , on_evict = | _ , _ | ())]
///PRICE.entry(item: & str, amount: u32)
///```
static PRICE: ::cache_runtime::CachedFn<u32, fn(&str, u32) -> ::cache_runtime::Key> = {
    static __FUNCTION: ::cache_runtime::__private::Function = ::cache_runtime::__private::Function::new(
        ::cache_runtime::__private::Kind::Data,
        ::core::concat!(::core::module_path!(), "::price"),
        0x2d5a2894fd29e6296723b216c453170c,
    );
    ::cache_runtime::__private::cached_fn(
        &__FUNCTION,
        || ::cache_runtime::__private::Options {
            tags: &["prices"],
            entry_tags: true,
            ..::cache_runtime::__private::Options::DEFAULT
        },
        ::cache_runtime::__private::Hooks::<u32>::new(::cache_runtime::__private::Data)
            .on_evict(|_, _| ())
            .compared(|same, shown| (same.way_of_comparing(), shown.way_of_showing())),
        |item, amount| {
            __FUNCTION
                .key(|key| {
                    ::cache_runtime::__private::part(item).feed_into_cache_key(key);
                    ::cache_runtime::__private::part(&amount).feed_into_cache_key(key);
                })
        },
    )
};
fn price(item: &str, mut amount: u32) -> u32 {
    let handle = ::cache_runtime::__private::own_handle(&PRICE);
    let key = ::cache_runtime::__private::key_if(
        || amount > 1,
        || {
            ::cache_runtime::__private::function_of(handle)
                .key(|key| {
                    ::cache_runtime::__private::part(item).feed_into_cache_key(key);
                    ::cache_runtime::__private::part(&amount).feed_into_cache_key(key);
                })
        },
    );
    ::cache_runtime::__private::call_if(
        handle,
        ::cache_runtime::__private::Whole,
        key,
        move || -> u32 {
            ::cache_runtime::__private::function_of(handle)
                .add_tags(
                    key,
                    |tagging| {
                        tagging.add(&(format!("item:{item}")));
                    },
                );
            match () {
                () => {
                    amount += 1;
                    amount
                }
            }
        },
    )
}
