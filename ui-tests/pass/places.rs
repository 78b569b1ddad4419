//! Where functions stand, and who sees them.

#![deny(warnings, unreachable_pub)]

use cache_runtime::cache_data;

mod outer {
    pub(super) mod inner {
        use cache_runtime::cache_data;

        #[cache_data]
        pub(super) fn for_parent(x: u32) -> u32 {
            x
        }

        #[cache_data]
        pub(crate) fn for_crate(x: u32) -> u32 {
            x
        }

        #[cache_data]
        pub(in crate::outer) fn for_path(x: u32) -> u32 {
            x
        }

        #[cache_data]
        pub(self) fn for_itself(x: u32) -> u32 {
            x
        }

        pub(crate) fn use_it() -> u32 {
            FOR_ITSELF.clear();
            for_itself(1)
        }
    }

    pub(super) fn use_them() {
        inner::for_parent(1);
        inner::FOR_PARENT.entry(1).clear();
        inner::for_path(1);
        inner::FOR_PATH.entry(1).clear();
    }
}

struct Private(u32);

#[cache_data(key = x.0)]
fn private_type(x: &Private) -> u32 {
    x.0
}

fn inside(x: u32) -> u32 {
    #[cache_data]
    fn local(x: u32) -> u32 {
        #[cache_data]
        fn more_local(x: u32) -> u32 {
            x
        }
        more_local(x) + MORE_LOCAL.entry(x).get().unwrap_or_default()
    }
    assert!(!LOCAL.entry(x).contains());
    local(x)
}

const _: () = {
    #[cache_data]
    fn in_constant(x: u32) -> u32 {
        x
    }
    let _ = in_constant;
};

#[cache_data]
fn fibonacci(n: u64) -> u64 {
    if n < 2 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

fn main() {
    outer::use_them();
    assert_eq!(outer::inner::use_it(), 1);
    outer::inner::for_crate(1);
    assert!(outer::inner::FOR_CRATE.entry(1).contains());
    assert_eq!(private_type(&Private(1)), 1);
    assert_eq!(inside(1), 2);
    let function: fn(u64) -> u64 = fibonacci;
    assert_eq!(function(90), 2_880_067_194_370_816_120);
    assert_eq!([1, 2, 3].map(fibonacci), [1, 1, 2]);
}
