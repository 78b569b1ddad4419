//! Names of types, which stay what they are when other things of a source move.

use std::any::type_name;

/// The name of the function that a closure stands in, with its generic arguments.
pub(crate) fn around<F>() -> &'static str {
    type_name::<F>().trim_end_matches("::{{closure}}")
}

/// Does this name stand for the same in every build? Closures share theirs, and so does what stands in them or in
/// constants without a name. Of a function that is passed on, what it computes is not known from where it is passed to.
pub(crate) fn is_lasting(name: &str) -> bool {
    !name.contains("{{") && !has_segment(name, "_") && !has_function_among_arguments(name)
}

/// Does one of the paths hold this, and not as its only one?
fn has_segment(name: &str, segment: &str) -> bool {
    name.split(|mark: char| !is_of_path(mark)).any(|path| path.contains("::") && path.split("::").any(|s| s == segment))
}

const fn is_of_path(mark: char) -> bool {
    mark.is_ascii_alphanumeric() || matches!(mark, '_' | ':') || !mark.is_ascii()
}

/// Does one of the paths between `<` and `>` end in a small letter, as those of functions do?
fn has_function_among_arguments(name: &str) -> bool {
    let mut depth = 0_usize;
    let mut begin = None;
    // One mark more ends the last path.
    for (place, mark) in name.char_indices().chain([(name.len(), ' ')]) {
        if is_of_path(mark) {
            begin = begin.or(Some(place));
            continue;
        }
        let path = begin.take().map_or("", |begin| &name[begin..place]);
        // What begins with a colon goes on with a path; the `impl` block's own function is such.
        let last = path.rsplit_once("::").filter(|(before, _)| !before.is_empty()).map(|(_, last)| last);
        if depth > 0 && last.is_some_and(|last| last.starts_with(char::is_lowercase)) {
            return true;
        }
        match mark {
            '<' => depth += 1,
            '>' if !name[..place].ends_with('-') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_lasting;

    #[test]
    fn closures_constants_without_a_name_and_functions_that_are_passed_on_have_no_lasting_name() {
        for name in [
            "a::main::{{closure}}",
            "a::Repo<a::main::{{closure}}>::get",
            "a::outer::{{closure}}::inner",
            "a::_::Type",
            "a::Repo<a::_::Type>::get",
            "a::applied<a::twice>",
            "a::Holder<(u8, a::twice<u8>)>::held",
            "core::option::Option<u8>::Some::{{constructor}}",
        ] {
            assert!(!is_lasting(name), "{name}");
        }
        for name in [
            "a::main::X",
            "a::Repo<&str>::get",
            "a::<impl a::metric::Unit>::get",
            "<a::Repo<u16> as a::Conv<u64>>::conv",
            "a::free<(a::a::User, &mut [u8])>",
            "a::free<dyn core::ops::function::Fn(u8) -> b::User>",
            "a::free<fn(&'_ str)>",
            "a::Repo<_>::get::outer",
            "alloc::vec::Vec<a::User>",
        ] {
            assert!(is_lasting(name), "{name}");
        }
    }

    #[test]
    fn a_closure_stands_for_the_function_around_it() {
        fn of<F>(_: &F) -> &'static str {
            super::around::<F>()
        }
        fn outer<T>(_: T) -> &'static str {
            of(&|| ())
        }
        let name = outer(vec![0_u8]);
        assert!(name.ends_with("::outer<alloc::vec::Vec<u8>>"), "{name}");
    }
}
