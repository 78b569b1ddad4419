//! The docs of the handle, and what is added to those of the function.

use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Pat};

use crate::plan::{Place, Plan};

/// The docs of the handle: of which function it is, what its `entry` takes, and the options.
pub(super) fn handle_docs(plan: &Plan<'_>) -> Vec<String> {
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

/// The addition to a function's own docs. Where there are none, that is for the compiler to complain about.
pub(super) fn function_docs(plan: &Plan<'_>) -> Vec<String> {
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
