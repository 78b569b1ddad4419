use cache_runtime::cache_data;

mod one {
    use super::cache_data;

    #[cache_data(version = 1)]
    pub(super) fn f(x: u32) -> u32 {
        let doubled = x * 2;
        doubled + 1
    }
}

mod laid_out_otherwise {
    use super::cache_data;

    /// Documented, public to another extent, and laid out in another way.
    #[cache_data(version = 1)]
    #[inline]
    pub(crate) fn f(x: u32) -> u32 {
        // a remark
        let doubled = x * 2; /* another */
        doubled + 1
    }
}

mod with_another_body {
    use super::cache_data;

    #[cache_data(version = 1)]
    pub(super) fn f(x: u32) -> u32 {
        let doubled = x * 2;
        doubled + 2
    }
}

mod with_another_version {
    use super::cache_data;

    #[cache_data(version = 2)]
    pub(super) fn f(x: u32) -> u32 {
        let doubled = x * 2;
        doubled + 1
    }
}

mod with_another_bound {
    use super::cache_data;

    #[cache_data(version = 1, max_entries = 10, ttl = "1h", name = "G")]
    pub(super) fn f(x: u32) -> u32 {
        let doubled = x * 2;
        doubled + 1
    }
}

#[test]
fn a_fingerprint_tells_what_is_computed_and_not_how_it_is_laid_out() {
    let own = one::F.fingerprint();
    assert_eq!(own, laid_out_otherwise::F.fingerprint());
    assert_ne!(own, with_another_body::F.fingerprint());
    assert_ne!(own, with_another_version::F.fingerprint());
    assert_eq!(own, with_another_bound::G.fingerprint(), "a bound does not change what is computed");
    assert_eq!(
        [one::f(1), laid_out_otherwise::f(1), with_another_body::f(1), with_another_version::f(1)],
        [3, 3, 4, 3]
    );
    assert_eq!(with_another_bound::f(1), 3);
}
