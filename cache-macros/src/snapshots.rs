//! Expansions, to be looked at: each stands in `snapshots/`, as a reader would see it.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p cache-macros` writes them anew; the difference is for a reader to judge.

use std::path::Path;

use proc_macro2::TokenStream;

use crate::expand;
use crate::kind::Kind;

fn expansion(kind: Kind, args: &str, item: &str) -> String {
    let parse = |source: &str| source.parse::<TokenStream>().expect("the source of a test is made of tokens");
    let file = syn::parse2(expand(kind, parse(args), parse(item))).expect("an expansion is made of items");
    prettyplease::unparse(&file)
}

#[track_caller]
fn compare(name: &str, expansion: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(name).with_extension("rs");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, expansion).expect("the snapshots can be written");
    }
    let snapshot = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(expansion, snapshot, "the expansion is not what {} shows", path.display());
}

const PLAIN: &str = "
    /// Finds a user.
    pub fn fetch_user(_db: &Db, id: u64) -> Result<User, DbError> {
        _db.query(id)
    }";

#[test]
fn a_plain_function_is_a_static_and_one_call() {
    let expansion = expansion(Kind::Data, "ttl = \"10m\", max_entries = 1_000", PLAIN);
    assert!(!expansion.contains("unsafe"));
    let count = |what| expansion.matches(what).count();
    assert_eq!((count("pub static"), count("pub fn"), count("__private::call(")), (1, 1, 1));
    compare("plain", &expansion);
}

#[test]
fn a_method_is_a_constant_and_one_call() {
    let item = "async fn load(&self, url: &str, #[cache(by = |p: &Page| p.id)] page: Page) -> io::Result<Vec<u8>> {
        self.client.get(url, page).await
    }";
    let args = "skip(self), validate = |bytes| !bytes.is_empty(), tags(\"pages\")";
    let expansion = expansion(Kind::Data, args, item);
    // As it is shown to who looks at the handle in an editor or in its documentation.
    assert!(
        expansion.contains("const LOAD: ::cache_runtime::CachedFn<Vec<u8>, fn(&str, Page) -> ::cache_runtime::Key> =")
    );
    compare("method", &expansion);
}

#[test]
fn what_looks_at_the_parameters_of_a_call_stands_where_it_is_needed() {
    let item = "fn price(item: &str, mut amount: u32) -> u32 { amount += 1; amount }";
    let args = "enabled = amount > 1, tags(\"prices\", format!(\"item:{item}\")), on_evict = |_, _| ()";
    compare("looking", &expansion(Kind::Data, args, item));
}

#[test]
fn a_generic_function_makes_its_handle_where_its_types_are_known() {
    let item = "fn open<T: Backend, const N: usize>(kind: T, (host, port): (&str, u16)) -> Option<Arc<Pool<T, N>>> {
        kind.open(host, port)
    }";
    compare("generic", &expansion(Kind::Resource, "on_release = |pool| pool.close()", item));
}

/// An editor finds the cursor again by its place in the text, in two expansions of which one has a word more.
#[test]
fn nothing_before_a_body_moves_with_what_stands_in_it() {
    let before_body = |args: &str, item: &str, body: &str| {
        let parse = |source: &str| source.parse::<TokenStream>().expect("the source of a test is made of tokens");
        let item = item.replace("BODY", &format!("cursor {body}"));
        let expansion = expand(Kind::Data, parse(args), parse(&item)).to_string();
        expansion.find("cursor").expect("the body is part of the expansion")
    };
    for (args, item) in [
        ("", "fn plain(user: &User, id: u32) -> Result<User, DbError> { BODY }"),
        ("", "fn method(&self, id: u32) -> Option<User> { BODY }"),
        ("", "async fn later((user, id): (User, u32)) { BODY }"),
        ("", "fn generic<T: Hash>(value: T) -> DbResult<T> { BODY }"),
        ("no_handle, key = id", "fn hidden(&self, user: &User, id: u32) -> u32 { BODY }"),
        ("tll = 5", "fn mistaken(user: &User, id: u32) -> u32 { BODY }"),
    ] {
        let place = before_body(args, item, "");
        for number in 0..100 {
            let body = format!("; let x = user . word{number} + id + value");
            assert_eq!(before_body(args, item, &body), place, "{item} with {body}");
        }
        assert_eq!(before_body(args, item, "user ."), place, "{item} with a body that is not finished");
    }
}

#[test]
fn docs_say_that_a_function_is_cached_where_there_are_docs() {
    let cached = "What this returns is cached";
    assert_eq!(expansion(Kind::Data, "", PLAIN).matches(cached).count(), 1);
    assert!(!expansion(Kind::Data, "", &PLAIN.replace("/// Finds a user.", "#[doc(hidden)]")).contains(cached));
    let without_handle = expansion(Kind::Data, "no_handle", PLAIN);
    assert!(without_handle.contains("What this returns is cached.\n"));
    // The arguments of `entry`, in whatever form they are declared.
    let item = "fn open(&self, (host, _): (u8, u16), mut port: u16, _log: &str) -> u32 { 1 }";
    let method = expansion(Kind::Data, "", item);
    assert!(method.contains("#[cache_data]\n///OPEN.entry(& self, (host , _): (u8 , u16), port: u16)"), "{method}");
}

#[test]
fn mistakes_stand_beside_the_function_and_a_handle() {
    compare("mistakes", &expansion(Kind::Data, "tll = 5, max_entries = 0", PLAIN));
}
