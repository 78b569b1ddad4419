//! The format of values: what goes in comes out, for whatever serde can describe.
//!
//! Each value says what it is, so that untagged, flattened and internally tagged types can be read. `None`, a unit and
//! `Some` of either are three things; numbers keep their width; fields and variants go by their names; keys of maps may
//! be anything. It passes for a format that people read, since inside of such types serde does not say otherwise, and
//! what writes itself in two ways would be read in the wrong one. Numbers of one width in a row share their tag.

mod likeness;
mod reader;
mod writer;

use std::{error, fmt};

use serde::Serialize;
use serde::de::DeserializeOwned;

use self::likeness::are_alike;
use self::reader::Reader;
use self::writer::Writer;

/// Deeper values would need a stack that not every thread has.
const DEEPEST: usize = 128;
/// Longer ones are not kept.
const LONGEST: usize = 1 << 30;

/// What the next value is.
mod tag {
    pub(super) const UNIT: u8 = 0;
    pub(super) const NONE: u8 = 1;
    pub(super) const SOME: u8 = 2;
    pub(super) const FALSE: u8 = 3;
    pub(super) const TRUE: u8 = 4;
    pub(super) const I8: u8 = 5;
    pub(super) const I16: u8 = 6;
    pub(super) const I32: u8 = 7;
    pub(super) const I64: u8 = 8;
    pub(super) const I128: u8 = 9;
    pub(super) const U8: u8 = 10;
    pub(super) const U16: u8 = 11;
    pub(super) const U32: u8 = 12;
    pub(super) const U64: u8 = 13;
    pub(super) const U128: u8 = 14;
    pub(super) const F32: u8 = 15;
    pub(super) const F64: u8 = 16;
    pub(super) const CHAR: u8 = 17;
    /// A length, and as many bytes.
    pub(super) const STR: u8 = 18;
    pub(super) const BYTES: u8 = 19;
    /// The tag that all have if they are numbers of one width, else `UNIT`; their number; each.
    pub(super) const SEQ: u8 = 20;
    /// The number of entries; keys and values in turn.
    pub(super) const MAP: u8 = 21;
    /// A name as that of `STR`.
    pub(super) const VARIANT: u8 = 22;
    /// The same, and what it holds.
    pub(super) const VARIANT_OF: u8 = 23;

    /// The bytes after the tag, where they are always as many; zero for what cannot share a tag.
    pub(super) const fn width(tag: u8) -> usize {
        match tag {
            I8 | U8 => 1,
            I16 | U16 => 2,
            I32 | U32 | F32 | CHAR => 4,
            I64 | U64 | F64 => 8,
            I128 | U128 => 16,
            _ => 0,
        }
    }
}

/// Why a value cannot be kept, or read.
#[derive(Debug)]
pub(crate) struct Unfit(Box<str>);

impl Unfit {
    fn new(why: &str) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl error::Error for Unfit {}

impl serde::ser::Error for Unfit {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self(why.to_string().into())
    }
}

impl serde::de::Error for Unfit {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self(why.to_string().into())
    }
}

pub(crate) fn write<V: Serialize>(value: &V) -> Result<Vec<u8>, Unfit> {
    let mut writer = Writer::default();
    value.serialize(&mut writer)?;
    Ok(writer.bytes)
}

pub(crate) fn read<V: DeserializeOwned>(bytes: &[u8]) -> Result<V, Unfit> {
    let mut reader = Reader::new(bytes);
    let value = V::deserialize(&mut reader)?;
    if reader.is_at_end() { Ok(value) } else { Err(Unfit::new("there is more than was read")) }
}

/// What was written, if what comes out is what went in: as far as the value's own `Serialize` tells. In what order maps and sets
/// hand out what they have does not matter.
pub(crate) fn checked<V: Serialize + DeserializeOwned>(written: Vec<u8>) -> Result<Vec<u8>, Unfit> {
    let again = write(&read::<V>(&written)?)?;
    if again == written || are_alike(&written, &again) {
        Ok(written)
    } else {
        Err(Unfit::new("what it is read back as is something else"))
    }
}

#[cfg(all(test, not(cache_runtime_loom)))]
mod tests;
