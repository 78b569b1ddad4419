//! The name of a function: its module path, the type it is a method of, its own name.
//!
//! An attribute does not see the `impl` around a function. What the compiler calls a closure in there says what it is
//! of; `Self` would not do, for it is another type in each instance of a generic `impl` and in each that has a trait's
//! default method, while all these are one function.

/// The name of the function with this path, whose static has a closure of this name.
pub(crate) fn holding_type(path: &'static str, closure: &str) -> &'static str {
    let (Some((module, function)), Some(owner)) = (path.rsplit_once("::"), owner(path, closure)) else { return path };
    format!("{module}::{owner}::{function}").leak()
}

/// The whole path of the function with this one, whose static has a closure of this name: with the types, functions and
/// traits around it, and not with the name of its handle.
#[cfg(feature = "disk")]
pub(crate) fn in_place(path: &str, closure: &str) -> String {
    let function = path.rsplit_once("::").map_or(path, |(_, function)| function);
    let holder = closure.trim_end_matches("::{{closure}}").trim_end_matches("::__FUNCTION");
    let holder = holder.trim_end_matches("::{{closure}}");
    let around = holder.rsplit_once("::").map_or(holder, |(around, _)| around);
    format!("{around}::{function}")
}

/// The item around the function, besides its module: a type or trait, or a function.
fn owner(path: &str, closure: &str) -> Option<String> {
    // Closures around it and generic arguments say nothing.
    let is_telling = |(place, part): &(usize, &str)| match part.chars().next() {
        Some('<') => *place == 0 || part.starts_with("<impl "),
        first => first != Some('{'),
    };
    let around: Vec<_> =
        split(closure, "::").into_iter().enumerate().filter(is_telling).map(|(_, part)| part).collect();
    // The static, and what it stands in: the function, or its handle.
    let [around @ .., _, "__FUNCTION"] = around.as_slice() else { return None };
    let last = *around.last()?;
    let Some(inside) = last.strip_prefix('<').and_then(|inside| inside.strip_suffix('>')) else {
        let is_module = around.len() < split(path, "::").len();
        return (!is_module && last != "_").then(|| short(last));
    };
    let (of_trait, of_type) = match inside.strip_prefix("impl ") {
        Some(inside) => match split(inside, " for ").as_slice() {
            [of_trait, of_type] => (Some(*of_trait), *of_type),
            _ => (None, inside),
        },
        None => match split(inside, " as ").as_slice() {
            [of_type, of_trait] => (Some(*of_trait), *of_type),
            _ => (None, inside),
        },
    };
    Some(match of_trait {
        // An `impl` for every type there is.
        Some(of_trait) if of_type == "_" => short(of_trait),
        // Methods of several traits may have one name.
        Some(of_trait) => format!("<{} as {}>", short(of_type), short(of_trait)),
        None => short(of_type),
    })
}

/// The parts of a text between separators that stand in no brackets.
fn split<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let (mut begin, mut depth) = (0_usize, 0_usize);
    for (place, mark) in text.char_indices() {
        match mark {
            '<' | '(' | '[' | '{' => depth += 1,
            '>' if text[..place].ends_with('-') => {}
            '>' | ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 && place >= begin && text[place..].starts_with(separator) => {
                parts.push(&text[begin..place]);
                begin = place + separator.len();
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    parts
}

/// A type without paths, and without generic arguments where it is meant with any.
fn short(ty: &str) -> String {
    let mut short = String::new();
    let mut open = Vec::new();
    let mut arguments = 0..0;
    for (place, mark) in ty.char_indices() {
        match mark {
            '<' => {
                open.push(short.len());
                short.push(mark);
            }
            '>' if !ty[..place].ends_with('-') => {
                let begin = open.pop().unwrap_or(0);
                let told = short.split_off(begin);
                let told: Vec<_> = split(told.strip_prefix('<').unwrap_or(&told), ", ")
                    .into_iter()
                    .filter(|argument| !argument.starts_with('\''))
                    .collect();
                if told.iter().any(|argument| *argument != "_") {
                    short.extend(["<", &told.join(", "), ">"]);
                    arguments = begin..short.len();
                }
            }
            // So what stands before it was not the last segment.
            ':' => {
                if arguments.end == short.len() {
                    short.truncate(arguments.start);
                }
                short.truncate(short.trim_end_matches(|mark: char| mark.is_alphanumeric() || mark == '_').len());
            }
            mark => short.push(mark),
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::holding_type;

    #[test]
    fn a_name_holds_the_type_however_the_compiler_calls_it() {
        for (closure, name) in [
            ("crate_::shop::Users::GET::__FUNCTION::{{closure}}", "crate_::shop::Users::get"),
            ("crate_::shop::Repo<'_, _>::GET::__FUNCTION::{{closure}}", "crate_::shop::Repo::get"),
            ("crate_::shop::Repo::<_>::GET::__FUNCTION::{{closure}}", "crate_::shop::Repo::get"),
            ("crate_::shop::<impl crate_::Users>::GET::__FUNCTION::{{closure}}", "crate_::shop::Users::get"),
            ("<dyn crate_::Store>::GET::__FUNCTION::{{closure}}", "crate_::shop::dyn Store::get"),
            ("crate_::shop::Repo<u8>::GET::__FUNCTION::{{closure}}", "crate_::shop::Repo<u8>::get"),
            (
                "crate_::shop::<impl a::Repo<'_, _, alloc::vec::Vec<a::B<'_>>>>::GET::__FUNCTION::{{closure}}",
                "crate_::shop::Repo<_, Vec<B>>::get",
            ),
            ("<crate_::a::B<_> as crate_::Store>::get::__FUNCTION::{{closure}}", "crate_::shop::<B as Store>::get"),
            (
                "crate_::shop::<impl other::Store<u8> for crate_::a::B>::get::{{closure}}::__FUNCTION::{{closure}}",
                "crate_::shop::<B as Store<u8>>::get",
            ),
            ("<<_ as a::Iter>::Item as a::Store>::get::__FUNCTION::{{closure}}", "crate_::shop::<Item as Store>::get"),
            ("<(_, a::B<_>) as a::Store>::get::__FUNCTION::{{closure}}", "crate_::shop::<(_, B) as Store>::get"),
            (
                "<fn(a::B<_>) -> a::C as a::Store<'_, _>>::get::__FUNCTION::{{closure}}",
                "crate_::shop::<fn(B) -> C as Store>::get",
            ),
            ("<_ as a::Store<u8>>::get::__FUNCTION::{{closure}}", "crate_::shop::Store<u8>::get"),
            ("crate_::shop::outer::get::__FUNCTION::{{closure}}", "crate_::shop::outer::get"),
        ] {
            assert_eq!(holding_type("crate_::shop::get", closure), name, "{closure}");
        }
    }

    #[cfg(feature = "disk")]
    #[test]
    fn a_place_holds_all_that_stands_around_a_function_but_its_handle() {
        for (closure, place) in [
            ("crate_::shop::GET::__FUNCTION::{{closure}}", "crate_::shop::get"),
            ("crate_::shop::outer::GET::__FUNCTION::{{closure}}", "crate_::shop::outer::get"),
            ("crate_::shop::<impl a::Users>::GET::__FUNCTION::{{closure}}", "crate_::shop::<impl a::Users>::get"),
            ("<a::B<_> as a::Store>::get::{{closure}}::__FUNCTION::{{closure}}", "<a::B<_> as a::Store>::get"),
        ] {
            assert_eq!(super::in_place("crate_::shop::get", closure), place, "{closure}");
        }
    }

    #[test]
    fn where_nothing_can_be_said_the_path_is_the_name() {
        for closure in [
            "crate_::shop::get::__FUNCTION::{{closure}}",
            "crate_::shop::get::{{closure}}::__FUNCTION::{{closure}}",
            "crate_::shop::_::get::__FUNCTION::{{closure}}",
            "something else",
            "",
        ] {
            assert_eq!(holding_type("crate_::shop::get", closure), "crate_::shop::get", "{closure}");
        }
    }
}
