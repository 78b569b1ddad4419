//! Writes the expansion of a checked plan. Nothing can fail here.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Pat, Signature};

use crate::errors::Errors;
use crate::kind::Kind;
use crate::plan::{Feed, Kept, Local, Param, Place, Plan, Returns, Shape, Way};
use crate::tokens::{at, ends, rename_self, shown_from_to};
use crate::value::{Scope, StandIn};

/// The handle and the function.
pub(crate) fn expansion(plan: &Plan<'_>) -> TokenStream {
    let handle = handle(plan);
    let function = function(plan);
    quote!(#handle #function)
}

/// What stands in for the expansion where there are mistakes: the function as it was written, and a handle of the right
/// name.
///
/// The first mistake is told inside the handle's type: then the compiler says nothing more of what is done with the
/// handle, be it of the wrong type or with arguments that only the corrected attribute would ask for.
pub(crate) fn stand_in(plan: &Plan<'_>, errors: &Errors) -> TokenStream {
    let function = plan.input;
    let mut calls = errors.calls();
    match calls.next() {
        Some(first) if plan.place != Place::Body => {
            let handle = declare(plan, &quote!([(); { #first }]), &quote!(loop {}));
            quote!(#handle #(#calls)* #function)
        }
        _ => errors.beside(function),
    }
}

fn handle(plan: &Plan<'_>) -> TokenStream {
    if plan.place == Place::Body {
        return TokenStream::new();
    }
    let (rt, runtime) = (&plan.rt, &plan.runtime);
    let key_type = key_type(plan);
    let inner = function_static(plan);
    let options = options(plan);
    let (kept, hooks, key) = if plan.is_generic {
        (quote!(#runtime::Generic), quote!(#rt::Hooks::new(#rt::Data)), quote!(()))
    } else {
        (kept(plan), hooks(plan), key_function(plan))
    };
    declare(
        plan,
        &quote!(#runtime::CachedFn<#kept, #key_type>),
        &quote!({ #inner #rt::cached_fn(&__FUNCTION, #options, #hooks, #key) }),
    )
}

/// The static, or the associated constant.
fn declare(plan: &Plan<'_>, ty: &TokenStream, value: &TokenStream) -> TokenStream {
    let Plan { handle: name, handle_attrs: attrs, input, .. } = plan;
    let vis = &input.vis;
    let docs = handle_docs(plan);
    let lints = lints(plan.key.arguments.iter().map(|&argument| &plan.params[argument]));
    let keyword = if plan.place == Place::Module { quote!(static) } else { quote!(const) };
    quote! {
        #(#[doc = #docs])*
        #(#attrs)*
        #lints
        #vis #keyword #name: #ty = #value;
    }
}

/// What is said of the handle: of which function it is, what its `entry` takes, and the options.
fn handle_docs(plan: &Plan<'_>) -> Vec<String> {
    let Plan { handle, input, kind, written, .. } = plan;
    let function = input.sig.ident.unraw();
    let link = if plan.place == Place::Module { String::new() } else { format!("(Self::{function})") };
    let mut docs = vec![format!("The cache handle of [`{function}`]{link}."), String::new(), "```text".into()];
    let options = if written.is_empty() { String::new() } else { format!("({written})") };
    docs.extend(format!("#[{}{options}]", kind.attribute()).lines().map(str::to_owned));
    if !plan.is_generic {
        let arguments = plan.key.arguments.iter().map(|&argument| match plan.params[argument].arg {
            FnArg::Receiver(receiver) => quote!(#receiver).to_string(),
            FnArg::Typed(typed) => {
                let name = match &*typed.pat {
                    // Without `mut`.
                    Pat::Ident(pat) => pat.ident.to_token_stream(),
                    pat => pat.to_token_stream(),
                };
                format!("{name}: {}", typed.ty.to_token_stream())
            }
        });
        docs.push(format!("{handle}.entry({})", arguments.collect::<Vec<_>>().join(", ")));
    }
    docs.push("```".into());
    docs
}

/// What is said at the end of a function's own docs. Where there are none, that is for the compiler to complain about.
fn function_docs(plan: &Plan<'_>) -> Vec<String> {
    let is_doc = |attr: &Attribute| attr.path().is_ident("doc") && attr.meta.require_name_value().is_ok();
    if !plan.input.attrs.iter().any(is_doc) {
        return Vec::new();
    }
    // No link: the function may be shown where its handle is not.
    let see = match plan.place {
        Place::Module => format!(": its handle is `{}`", plan.handle),
        Place::Impl => format!(": its handle is `Self::{}`", plan.handle),
        Place::Body => String::new(),
    };
    // The last section may be about something else.
    vec![String::new(), "---".into(), String::new(), format!("What this returns is cached{see}.")]
}

/// An underscore says "not part of the key" here, not "unused" as that lint has it.
fn lints<'a>(mut used: impl Iterator<Item = &'a Param<'a>>) -> Option<TokenStream> {
    used.any(Param::has_underscore).then(|| quote!(#[allow(clippy::used_underscore_binding)]))
}

/// What a handle refers to: it knows no types, so it can stand inside generic items.
fn function_static(plan: &Plan<'_>) -> TokenStream {
    let rt = &plan.rt;
    let fingerprint = of_one_length(plan.fingerprint);
    let kind = match plan.kind {
        Kind::Data => quote!(Data),
        Kind::Resource => quote!(Resource),
    };
    let name = format!("::{}", plan.input.sig.ident.unraw());
    let in_scope = plan.scope.map(|scope| {
        let scope = match scope {
            Scope::Global => quote!(Global),
            Scope::Session => quote!(Session),
            Scope::Thread => quote!(Thread),
        };
        quote!(.in_scope(#rt::Scope::#scope))
    });
    let persistent = plan.is_persistent.then(|| quote!(.persistent()));
    // Whether it stands in an `impl`, and of what, cannot be seen from here.
    let beside = (plan.place != Place::Module).then(|| quote!(.beside(&|| ())));
    quote! {
        static __FUNCTION: #rt::Function = #rt::Function::new(
            #rt::Kind::#kind,
            ::core::concat!(::core::module_path!(), #name),
            #fingerprint,
        )#beside #in_scope #persistent;
    }
}

/// A number that takes as many characters as any other.
///
/// For completion an editor expands a function twice, with and without a word where the cursor is, and looks at one
/// place of both texts: what stands before the body must not move with what stands in it.
fn of_one_length(number: u128) -> Literal {
    format!("0x{number:032x}").parse().expect("a hexadecimal number is a literal")
}

fn options(plan: &Plan<'_>) -> TokenStream {
    let rt = &plan.rt;
    if plan.fields.is_empty() {
        return quote!(|| #rt::Options::DEFAULT);
    }
    let fields = plan.fields.iter().map(|(field, value)| {
        let field = Ident::new(field, Span::mixed_site());
        quote!(#field: #value)
    });
    quote!(|| #rt::Options { #(#fields,)* ..#rt::Options::DEFAULT })
}

fn hooks(plan: &Plan<'_>) -> TokenStream {
    let Plan { rt, returns, .. } = plan;
    let keep = returns.keep;
    let kept = kept(plan);
    let calls = plan.hooks.iter().map(|(hook, closure)| {
        let hook = Ident::new(hook, Span::mixed_site());
        quote!(.#hook(#closure))
    });
    // What cannot be kept is complained about at the return type.
    let keep = if returns.keeps_errors { quote!(#rt::OrError(#rt::#keep)) } else { quote!(#rt::#keep) };
    let keep = if plan.scope == Some(Scope::Thread) { quote!(#rt::OnThread(#keep)) } else { keep };
    let keep = shown_from_to(keep, returns.ends);
    // A type that is looked up is named once, in the handle's type, if no closure has to know it: a mistake in it is told
    // as often as it is named.
    let is_told = plan.place != Place::Body && !plan.is_generic;
    let kept = match returns.kept {
        Kept::OkOf(_) if is_told && plan.hooks.is_empty() => quote!(_),
        _ => kept,
    };
    quote!(#rt::Hooks::<#kept>::new(#keep) #(#calls)*)
}

fn kept(plan: &Plan<'_>) -> TokenStream {
    let rt = &plan.rt;
    match &plan.returns.kept {
        Kept::Type(ty) => ty.clone(),
        Kept::OkOf(result) => shown_from_to(quote!(<#result as #rt::IsResult>::Ok), plan.returns.ends),
    }
}

/// The type of the key function: the arguments that make the key, as they are declared.
fn key_type(plan: &Plan<'_>) -> TokenStream {
    if plan.is_generic {
        return quote!(());
    }
    let runtime = &plan.runtime;
    let lifetimes = &plan.key.lifetimes;
    let binder = if lifetimes.is_empty() { quote!() } else { quote!(for<#(#lifetimes),*>) };
    let types = plan.key.arguments.iter().map(|&argument| &plan.params[argument].ty);
    quote!(#binder fn(#(#types),*) -> #runtime::Key)
}

/// The key function itself, for `entry`.
fn key_function(plan: &Plan<'_>) -> TokenStream {
    // There is no `self` in a closure that is given one.
    let this = Ident::new("this", Span::mixed_site());
    let arguments = plan.key.arguments.iter().map(|&argument| match &plan.params[argument].local {
        Local::SelfValue => this.to_token_stream(),
        Local::Name(name) => name.to_token_stream(),
        Local::Pattern { stand_in } => stand_in.to_token_stream(),
        Local::Nothing => quote!(_),
    });
    let feed = rename_self(feed(plan), &this);
    let make_key = make_key(plan);
    quote!(|#(#arguments),*| __FUNCTION.#make_key(#feed))
}

/// The method that makes a key.
fn make_key(plan: &Plan<'_>) -> Ident {
    Ident::new(if plan.key.is_short { "short_key" } else { "key" }, Span::mixed_site())
}

/// The closure that feeds the parts of a key.
fn feed(plan: &Plan<'_>) -> TokenStream {
    let rt = &plan.rt;
    let key = Ident::new("key", Span::mixed_site());
    let feeds = plan.key.feeds.iter().map(|feed| match feed {
        Feed::Type(ty) => quote!(#key.generic::<#ty>()),
        Feed::TypeOf { reference, span } => quote_spanned!(at(*span)=> #key.generic_of(#reference)),
        Feed::Part { reference, span } => quote_spanned!(at(*span)=> #rt::part(#reference).feed_into_cache_key(#key)),
        Feed::By { reference, way, span } => feed_by(rt, reference, way, *span),
    });
    match plan.key.feeds.len() {
        0 => quote!(|_| ()),
        1 => quote!(|#key| #(#feeds)*),
        _ => quote!(|#key| { #(#feeds;)* }),
    }
}

/// Feeds what stands for a reference, or for the parts of what is behind it.
fn feed_by(rt: &TokenStream, reference: &TokenStream, way: &Way, span: Span) -> TokenStream {
    let key = Ident::new("key", Span::mixed_site());
    match way {
        Way::Own => quote_spanned!(at(span)=> #rt::part(#reference).feed_into_cache_key(#key)),
        Way::By { ty, stand_in: StandIn::By(stand_in) } => {
            quote_spanned!(at(span)=> #rt::part(&#rt::by::<#ty, _>(#reference, #stand_in)).feed_into_cache_key(#key))
        }
        Way::By { ty, stand_in: StandIn::Serde(_) } => {
            quote_spanned!(at(span)=> #rt::serialized::<#ty>(#reference, #key))
        }
        Way::Each(way) => {
            let part = Ident::new("part", Span::mixed_site());
            let feed = feed_by(rt, &part.to_token_stream(), way, span);
            quote_spanned!(at(span)=> #rt::each(#reference, #key, |#part, #key| #feed))
        }
        Way::Fields(ways) => {
            let names: Vec<_> =
                (0..ways.len()).map(|place| format_ident!("part{place}", span = Span::mixed_site())).collect();
            let feeds = names.iter().zip(ways).map(|(name, way)| feed_by(rt, &name.to_token_stream(), way, span));
            quote!({ let (#(#names,)*) = #reference; #(#feeds;)* })
        }
    }
}

fn function(plan: &Plan<'_>) -> TokenStream {
    let Plan { rt, input, returns, handle, .. } = plan;
    let (attrs, vis, inner_attrs) = (&input.attrs, &input.vis, &input.inner_attrs);
    let sig = signature(plan);
    let shape = shape(plan);
    let feed = feed(plan);
    let make_key = make_key(plan);

    let named = match plan.place {
        Place::Module => Some(quote!(#handle)),
        Place::Impl => Some(quote!(Self::#handle)),
        Place::Body => None,
    };
    // If its name stands for something else, that is said once, in our words.
    let name = Ident::new("handle", Span::mixed_site());
    let known = named.as_ref().map(|named| quote!(let #name = #rt::own_handle(&#named);));
    let (static_function, inner_static, typed_handle) = match (&named, plan.is_generic) {
        (None, _) => {
            let (options, hooks) = (options(plan), hooks(plan));
            let made = quote!(&#rt::cached_fn(&__FUNCTION, #options, #hooks, ()));
            (quote!(__FUNCTION), Some(function_static(plan)), made)
        }
        (Some(_), true) => {
            let hooks = hooks(plan);
            (quote!(#rt::function_of(#name)), None, quote!(&#rt::instance(#name, #hooks)))
        }
        (Some(_), false) => (quote!(#rt::function_of(#name)), None, quote!(#name)),
    };
    let output = &input.sig.output;
    let (body, wait) = if input.sig.asyncness.is_some() {
        (async_body(plan, &static_function), quote!(.await))
    } else {
        let body = body(plan, &static_function, input.braces);
        (quote!(move || #output #body), quote!())
    };
    let key = quote!(#static_function.#make_key(#feed));
    let (call, key) = match (plan.enabled, input.sig.asyncness) {
        (None, None) => (quote!(call), key),
        (None, Some(_)) => (quote!(call_async), key),
        (Some(enabled), None) => (quote!(call_if), quote!(#rt::key_if(|| #enabled, || #key))),
        (Some(enabled), Some(_)) => (quote!(call_if_async), quote!(#rt::key_if(|| #enabled, || #key))),
    };
    let (key_first, key) = if plan.entry_tags.is_empty() {
        (None, key)
    } else {
        let name = key_name();
        (Some(quote!(let #name = #key;)), name.to_token_stream())
    };
    let call = shown_from_to(quote!(#rt::#call), returns.ends);
    let lints = lints(plan.params.iter());
    let run = quote! {
        #(#inner_attrs)*
        #inner_static
        #known
        #key_first
        #call(#typed_handle, #shape, #key, #body)#wait
    };
    // Nor is a function that ends in a macro's braces warned about when nobody uses it.
    let run = braced(run, input.braces);
    let docs = function_docs(plan);
    quote!(#(#attrs)* #(#[doc = #docs])* #lints #vis #sig #run)
}

/// The closure for the body of an `async fn`.
///
/// What is written as the return type of an async closure is not what its body is expected to give, so that nothing
/// would be coerced to it: neither what stands at the end nor what is returned early. A first `return` of that type
/// says what is expected.
fn async_body(plan: &Plan<'_>, function: &TokenStream) -> TokenStream {
    let Returns { whole, .. } = &plan.returns;
    let returned = Ident::new("returned", Span::mixed_site());
    // Where the compiler says what another `return` does not agree with.
    let first_return = shown_from_to(quote!(return #returned;), ends(whole));
    let expected = quote! {
        if let ::core::option::Option::Some(#returned) = ::core::option::Option::None::<#whole> {
            #first_return
        }
    };
    // The user's braces, as ours: otherwise those of a short body are said to be superfluous.
    let body = body(plan, function, at(plan.input.braces));
    quote!(async move || { #expected #body })
}

/// The body in these braces, with the parameters that it binds. Where it has the wrong type the compiler shows the braces.
fn body(plan: &Plan<'_>, function: &TokenStream, braces: Span) -> Group {
    let body = braced(plan.input.body.clone(), braces);
    let tags = add_tags(plan, function);
    let bindings = bindings(plan);
    if tags.is_empty() && bindings.is_empty() {
        return body;
    }
    // What the body leaves behind at its end is dropped before its parameters, as in a function, and not behind them, as
    // at the end of a block before the 2024 edition: an arm ends that.
    braced(quote!(#tags #bindings match () { () => #body }), at(braces))
}

/// Says what tags the entry is to have, before the body has its way with the parameters.
fn add_tags(plan: &Plan<'_>, function: &TokenStream) -> TokenStream {
    if plan.entry_tags.is_empty() {
        return TokenStream::new();
    }
    let (key, tagging) = (key_name(), Ident::new("tagging", Span::mixed_site()));
    let tags = plan.entry_tags.iter().map(|tag| quote_spanned!(at(tag.span())=> #tagging.add(&(#tag));));
    quote!(#function.add_tags(#key, |#tagging| { #(#tags)* });)
}

/// What the key of a call is called where its body has to know it.
fn key_name() -> Ident {
    Ident::new("key", Span::mixed_site())
}

fn braced(tokens: TokenStream, span: Span) -> Group {
    let mut block = Group::new(Delimiter::Brace, tokens);
    block.set_span(span);
    block
}

/// The signature as it was, but for what the body binds itself.
fn signature(plan: &Plan<'_>) -> Signature {
    let mut sig = plan.input.plain_signature();
    for (place, arg) in sig.inputs.iter_mut().enumerate() {
        if let (FnArg::Typed(typed), Some(name)) = (arg, bound_in_body(plan, place)) {
            typed.attrs.retain(|attr| !is_about_use(attr));
            *typed.pat = Pat::Ident(syn::PatIdent {
                attrs: Vec::new(),
                by_ref: None,
                mutability: None,
                ident: name.clone(),
                subpat: None,
            });
        }
    }
    sig
}

/// What a parameter is called outside of the body, if the body binds it anew: a pattern, which the key needs whole; and
/// what is part of the key, for otherwise making the key would be a use, and nobody would be told that the body has none.
fn bound_in_body<'a>(plan: &'a Plan<'_>, place: usize) -> Option<&'a Ident> {
    match &plan.params[place].local {
        Local::Pattern { stand_in } => Some(stand_in),
        Local::Name(name) if plan.key.for_the_body.contains(&place) => Some(name),
        _ => None,
    }
}

/// Binds these parameters, as they were written.
fn bindings(plan: &Plan<'_>) -> TokenStream {
    let bindings = plan.params.iter().enumerate().filter_map(|(place, param)| {
        let (FnArg::Typed(typed), Some(name)) = (param.arg, bound_in_body(plan, place)) else { return None };
        let pat = &typed.pat;
        let attrs = typed.attrs.iter().filter(|attr| is_about_use(attr));
        Some(quote!(#(#attrs)* let #pat = #name;))
    });
    bindings.collect()
}

/// Does this attribute say how much to make of what is not used?
fn is_about_use(attr: &Attribute) -> bool {
    const LEVELS: [&str; 5] = ["allow", "expect", "warn", "deny", "forbid"];
    let begins_so =
        |token: TokenTree| matches!(token, TokenTree::Ident(word) if word.to_string().starts_with("unused"));
    let is_level = LEVELS.iter().any(|level| attr.path().is_ident(level));
    is_level && attr.meta.require_list().is_ok_and(|list| list.tokens.clone().into_iter().any(begins_so))
}

fn shape(plan: &Plan<'_>) -> TokenStream {
    let rt = &plan.rt;
    match plan.returns.shape {
        Shape::Whole if plan.returns.may_be_result => {
            // Refused if it is one after all: of a `Result` under another name the errors would be kept in silence.
            let whole = &plan.returns.whole;
            quote_spanned!(at(plan.returns.ends.0)=> #rt::keeps_whole::<#whole>().shape_of_cached_return())
        }
        Shape::Whole => quote!(#rt::Whole),
        Shape::Optional => quote!(#rt::Optional),
        Shape::Fallible { share: false } => quote!(#rt::Fallible::alone()),
        Shape::Fallible { share: true } => {
            let whole = &plan.returns.whole;
            shown_from_to(quote!(#rt::returns::<#whole>().shape_of_cached_return()), ends(whole))
        }
    }
}
