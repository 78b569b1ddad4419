//! What a function reaches among the items of its package.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::TokenStream;

use super::files::{all_content, real};
use super::items::{Found, Items};
use super::mentions::Mentions;

/// The traits that what is said of one says something of, too.
const IMPLIED: [(&str, &str); 11] = [
    ("Copy", "Clone"),
    ("DerefMut", "Deref"),
    ("Eq", "PartialEq"),
    ("Error", "Debug"),
    ("Error", "Display"),
    ("IndexMut", "Index"),
    ("Into", "From"),
    ("IntoIterator", "Iterator"),
    ("Ord", "PartialOrd"),
    ("ToString", "Display"),
    ("TryInto", "TryFrom"),
];

/// What is to be found out about the item under the attribute.
pub(super) struct Root<'a> {
    pub(super) tokens: &'a [TokenStream],
    pub(super) name: &'a str,
    pub(super) file: &'a Path,
}

/// What a function reaches.
pub(super) struct Reach {
    pub(super) fingerprint: u128,
    pub(super) decided: BTreeSet<String>,
    /// How many of the items.
    #[cfg(test)]
    pub(super) items: usize,
}

impl Items {
    /// All that a function reaches by name.
    pub(super) fn reached_by(&self, root: &Root<'_>) -> Reach {
        let mut mentions = Mentions::default();
        let folder = root.file.parent().unwrap_or(root.file);
        for tokens in root.tokens {
            mentions.add(tokens.clone(), folder);
        }
        let file = real(root.file);
        let mut waiting: Vec<usize> = mentions.names.iter().filter_map(|name| self.names.get(name).copied()).collect();
        // Globs hold for whoever is there.
        waiting.extend(self.names.get("*"));
        for (_, _, around) in self.around.iter().filter(|(name, own, _)| name == root.name && *own == file) {
            waiting.extend(around);
        }
        let is_test = self.stands_in_tests(root, &file);
        let number = |name: &str| self.names.get(name).copied();
        let implied: Vec<_> =
            IMPLIED.iter().filter_map(|(said, implied)| Some((number(said)?, number(implied)?))).collect();
        let mut seen = vec![false; self.named.len()];
        let mut reached = vec![false; self.all.len()];
        while let Some(name) = waiting.pop() {
            if std::mem::replace(&mut seen[name], true) {
                continue;
            }
            waiting.extend(implied.iter().filter(|(said, _)| *said == name).map(|(_, implied)| *implied));
            for &item in self.named[name].iter().chain(&self.conditional[name]) {
                let found = &self.all[item];
                let is_any = |names: &[usize]| names.iter().any(|&name| seen[name]);
                let is_used = is_any(&found.names) && (found.only_with.is_empty() || is_any(&found.only_with));
                if is_used && self.is_there(found, is_test) && !std::mem::replace(&mut reached[item], true) {
                    waiting.extend(found.mentions.iter().filter(|name| !seen[**name]));
                }
            }
        }
        let reached: Vec<_> = self.all.iter().zip(reached).filter(|(_, is)| *is).map(|(found, _)| found).collect();
        self.reach(&reached, mentions)
    }

    /// All there is.
    pub(super) fn package(&self, root: &Root<'_>) -> Reach {
        let mut mentions = Mentions::default();
        let folder = root.file.parent().unwrap_or(root.file);
        for tokens in root.tokens {
            mentions.add(tokens.clone(), folder);
        }
        self.reach(&self.all.iter().collect::<Vec<_>>(), mentions)
    }

    fn reach(&self, reached: &[&Found], own: Mentions) -> Reach {
        let is_alone = |found: &Found| self.alike.get(&found.alike).is_some_and(|&alike| alike == 1);
        // In an order that does not depend on where they stand.
        let in_place = |found: &&Found| [found.fingerprint, if is_alone(found) { 0 } else { found.place }];
        let mut fingerprints: Vec<_> = reached.iter().map(in_place).collect();
        fingerprints.sort_unstable();
        fingerprints.dedup();
        let takes_in_anything = own.takes_in_anything || reached.iter().any(|found| found.takes_in_anything);
        let anything = takes_in_anything.then(|| all_content(&self.package));
        let numbers = fingerprints.into_iter().flatten().chain(own.taken_in).chain(anything);
        let bytes: Vec<u8> = numbers.flat_map(u128::to_le_bytes).collect();
        let decided = reached.iter().flat_map(|found| found.decided.iter().cloned()).chain(own.decided).collect();
        Reach {
            fingerprint: xxhash_rust::xxh3::xxh3_128(&bytes),
            decided,
            #[cfg(test)]
            items: reached.len(),
        }
    }

    /// Does this function stand among what is for tests alone?
    fn stands_in_tests(&self, root: &Root<'_>, file: &Path) -> bool {
        let names = [root.name.to_owned(), format!(".{}", root.name)];
        let mut numbers = names.iter().filter_map(|name| self.names.get(name));
        numbers.any(|&name| {
            self.named[name].iter().any(|&item| self.all[item].test.is_some() && self.all[item].file == file)
        })
    }

    fn is_there(&self, found: &Found, is_test: bool) -> bool {
        let is_shown = found.test.is_none_or(|module| is_test || self.named_modules.contains(&module));
        is_shown && !found.is_build_script
    }
}
