//! The use of a name at one place of a source text, as far as that is certain.

use crate::source::Source;

/// Does this word stand in a pattern, where it would bind a name?
pub(super) fn is_bound(source: &Source, word: usize) -> bool {
    let found = source.word(word);
    let behind = source.behind(word);
    let is_before = |number, text| word.checked_sub(number).is_some_and(|before| source.is(before, text));
    let has_type = behind.starts_with(':') && !behind.starts_with("::");
    match found.before {
        // Not what takes a value apart: `let Name(x) = …`, `let path::Name = …`.
        ' ' if is_before(1, "let") || is_before(1, "mut") && is_before(2, "let") => {
            has_type || behind.starts_with(['=', ';'])
        }
        ' ' if is_before(1, "for") => behind.starts_with("in "),
        ' ' if is_before(1, "mut") => has_type && is_parameter(source, found.bracket),
        '|' if begins_closure(source, word) => has_type || behind.starts_with('|') && !behind.starts_with("||"),
        '{' | ',' => {
            has_type && is_parameter(source, found.bracket)
                || behind.starts_with([',', ')']) && word_before(source, found.bracket) == Some("let")
        }
        _ => false,
    }
}

/// Is the mark before this word the one that a closure begins with? It may also stand between two patterns or numbers.
fn begins_closure(source: &Source, word: usize) -> bool {
    let found = source.word(word);
    let before = source.text(found.part..found.place.start).trim_end().strip_suffix('|').unwrap_or_default().trim_end();
    before.ends_with(['=', '('])
        || before.ends_with("move")
        || before.is_empty() && source.opening(found.bracket) == Some('(')
}

/// Is it used as no static handle can be? There is no arithmetic with one, and it cannot be moved.
pub(super) fn is_no_static(source: &Source, word: usize) -> bool {
    let found = source.word(word);
    let behind = source.behind(word);
    let before = source.text(found.part..found.place.start);
    // `type Name = Other;` is about types, and `let _ = …` moves nothing.
    let is_assigned =
        found.before == '=' && behind.starts_with(';') && !before.contains("type") && !before.contains('_');
    let is_moved = is_assigned || is_passed(source, word) || is_in_array(source, word);
    // A path or a field is somewhere else, and what has members of its own is a type or a module.
    let before = before.trim_end();
    let is_alone =
        !before.ends_with("::") && (!before.ends_with('.') || before.ends_with("..")) && !behind.starts_with("::");
    is_alone && !before.contains("cfg") && (is_moved || is_number(source, word..=word))
}

/// Is the path from one word to another used as a number is? There is no arithmetic with a handle.
pub(super) fn is_number(source: &Source, path: std::ops::RangeInclusive<usize>) -> bool {
    const NUMBERS: [&str; 14] =
        ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64"];
    let (first, last) = (source.word(*path.start()), *path.end());
    let behind = source.behind(last);
    let is_operand = matches!(first.before, '*' | '/' | '%' | '-')
        || behind.starts_with(['*', '/', '%'])
        || behind.starts_with('-') && !behind.starts_with("->")
        || behind.starts_with("==")
        || behind.starts_with("!=")
        || behind.strip_prefix('+').is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    let is_type = |number| NUMBERS.iter().any(|name| source.is(number, name));
    let is_cast = || behind.starts_with("as ") && first.before != '<' && is_type(last + 2);
    let is_typed = || {
        let ty = path.start().checked_sub(1);
        let is_assigned = first.before == '=' && behind.starts_with(';');
        is_assigned && ty.is_some_and(|ty| is_type(ty) && source.word(ty).before == ':')
    };
    let is_cfg = || source.text(first.part..first.place.start).contains("cfg");
    (is_operand || is_cast() || is_typed()) && !is_cfg()
}

/// Is it, as it is, an argument of a function or a method?
fn is_passed(source: &Source, word: usize) -> bool {
    const KEYWORDS: [&str; 27] = [
        "as", "async", "await", "break", "const", "crate", "dyn", "else", "enum", "fn", "for", "if", "impl", "in",
        "let", "loop", "match", "move", "mut", "pub", "ref", "return", "static", "struct", "unsafe", "where", "while",
    ];
    let found = source.word(word);
    // Types have capitals: what stands in their brackets may be types, and so it is where functions are declared.
    let is_name = |name: &str| name.starts_with(|c: char| c.is_lowercase()) && !KEYWORDS.contains(&name);
    let is_declared = |number: usize| {
        number.checked_sub(1).is_some_and(|before| ["fn", "struct"].iter().any(|keyword| source.is(before, keyword)))
    };
    let is_call = |bracket| {
        let text = source.opening(bracket) == Some('(');
        let name = source.header_words(bracket).next_back();
        let in_enum = source.header_words(source.around(bracket)).any(|number| source.is(number, "enum"));
        text && !in_enum
            && name.is_some_and(|name| {
                let place = source.word(name).place.clone();
                place.end == source.header(bracket).end && is_name(source.text(place)) && !is_declared(name)
            })
    };
    matches!(found.before, '{' | ',')
        && source.behind(word).starts_with([',', ')'])
        && !may_hold_generics(source, found.bracket)
        && is_call(found.bracket)
}

/// Is it one of several elements? Then it is no length, and the brackets are no type's.
fn is_in_array(source: &Source, word: usize) -> bool {
    let found = source.word(word);
    let behind = source.behind(word);
    let is_element =
        found.before == '{' && behind.starts_with(',') || found.before == ',' && behind.starts_with([',', ']']);
    is_element && source.opening(found.bracket) == Some('[') && !may_hold_generics(source, found.bracket)
}

/// Commas stand between generic arguments too.
fn may_hold_generics(source: &Source, bracket: usize) -> bool {
    source.inside(bracket).contains('<')
}

/// Are these the parameters of a function that has a body?
fn is_parameter(source: &Source, bracket: usize) -> bool {
    let mut header = source.header_words(bracket);
    let Some(keyword) = header.find(|&number| source.is(number, "fn")) else { return false };
    // Not those of a function in its type: of a pointer, of `impl Fn(…)`.
    let Some(name) = header.next() else { return false };
    let generics = source.text(source.word(name).place.end..source.header(bracket).end).trim();
    source.opening(bracket) == Some('(')
        && source.word(name).before == ' '
        && source.around(bracket) == source.word(keyword).bracket
        && (generics.is_empty() || generics.starts_with('<') && !generics.contains('('))
        && source.has_body(bracket)
}

/// The word that stands before a pair of brackets.
fn word_before(source: &Source, bracket: usize) -> Option<&str> {
    let word = source.header_words(bracket).next_back()?;
    (source.before(bracket) == ' ').then(|| source.text(source.word(word).place.clone()))
}
