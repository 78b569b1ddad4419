//! Feeds anything that is `serde::Serialize` into a key.
//!
//! Every value begins with a tag for its kind and width and ends where its kind says, so no two values read the same.
//! Hash maps and hash sets are fed as sums, floats in their canonical bits.

use std::fmt;
use std::hash::Hasher;

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::floats::canonical;
use super::hasher::KeyHasher;
use super::unordered::{Sum, is_unordered};

/// The tag that each value begins with.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Tag {
    End,
    Bool,
    I8,
    I16,
    I32,
    I64,
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
    Float,
    Char,
    Str,
    Shown,
    Bytes,
    None,
    Some,
    Unit,
    Variant,
    Newtype,
    Seq,
    Set,
    Map,
    HashMap,
    Struct,
}

pub(super) struct Feeder<'k, 's> {
    key: &'k mut KeyHasher<'s>,
    /// The value is a hash map or a hash set: the order of its elements says nothing.
    is_unordered: bool,
}

impl<'k, 's> Feeder<'k, 's> {
    /// Feeds `value`.
    ///
    /// # Panics
    /// Panics if the `Serialize` of `value` reports an error.
    pub(super) fn feed<T: Serialize + ?Sized>(key: &'k mut KeyHasher<'s>, value: &T) {
        if let Err(error) = Self::try_feed(key, value) {
            panic!("cannot make a cache key: `Serialize` of `{}` failed: {error}", std::any::type_name::<T>());
        }
    }

    fn try_feed<T: Serialize + ?Sized>(key: &'k mut KeyHasher<'s>, value: &T) -> Result<(), Failed> {
        value.serialize(Feeder { key, is_unordered: is_unordered::<T>() })
    }

    fn tag(&mut self, tag: Tag) {
        self.key.write_u8(tag as u8);
    }

    fn text(&mut self, text: &str) {
        self.key.write_usize(text.len());
        self.key.write(text.as_bytes());
    }

    fn variant(&mut self, index: u32, name: &'static str) {
        self.tag(Tag::Variant);
        self.key.write_u32(index);
        self.text(name);
    }

    fn sequence(mut self, tag: Tag) -> Sequence<'k, 's> {
        self.tag(tag);
        Sequence(self.key)
    }
}

/// The error of a `Serialize` implementation.
#[derive(Debug)]
pub(super) struct Failed(String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}

impl serde::ser::Error for Failed {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

macro_rules! feed_numbers {
    ($($method:ident($type:ty) $tag:ident $write:ident;)*) => {$(
        #[inline]
        fn $method(mut self, value: $type) -> Result<(), Failed> {
            self.tag(Tag::$tag);
            self.key.$write(value.into());
            Ok(())
        }
    )*};
}

impl<'k, 's> Serializer for Feeder<'k, 's> {
    type Ok = ();
    type Error = Failed;
    type SerializeSeq = Elements<'k, 's>;
    type SerializeTuple = Sequence<'k, 's>;
    type SerializeTupleStruct = Sequence<'k, 's>;
    type SerializeTupleVariant = Sequence<'k, 's>;
    type SerializeMap = MapEntries<'k, 's>;
    type SerializeStruct = Sequence<'k, 's>;
    type SerializeStructVariant = Sequence<'k, 's>;

    feed_numbers! {
        serialize_bool(bool) Bool write_u8;
        serialize_i8(i8) I8 write_i8;
        serialize_i16(i16) I16 write_i16;
        serialize_i32(i32) I32 write_i32;
        serialize_i64(i64) I64 write_i64;
        serialize_i128(i128) I128 write_i128;
        serialize_u8(u8) U8 write_u8;
        serialize_u16(u16) U16 write_u16;
        serialize_u32(u32) U32 write_u32;
        serialize_u64(u64) U64 write_u64;
        serialize_u128(u128) U128 write_u128;
        serialize_char(char) Char write_u32;
    }

    #[inline]
    fn serialize_f64(mut self, value: f64) -> Result<(), Failed> {
        self.tag(Tag::Float);
        self.key.write_u64(canonical(value));
        Ok(())
    }

    #[inline]
    fn serialize_f32(self, value: f32) -> Result<(), Failed> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_str(mut self, value: &str) -> Result<(), Failed> {
        self.tag(Tag::Str);
        self.text(value);
        Ok(())
    }

    fn collect_str<T: fmt::Display + ?Sized>(mut self, value: &T) -> Result<(), Failed> {
        // How long the text is shows only at its end, so its hash stands for it: that has one length.
        self.tag(Tag::Shown);
        let mut shown = Ok(());
        let digest = self.key.apart(|key| shown = fmt::Write::write_fmt(&mut Shown(key), format_args!("{value}")));
        self.key.write_u128(digest);
        shown.map_err(Failed::custom)
    }

    fn serialize_bytes(mut self, value: &[u8]) -> Result<(), Failed> {
        self.tag(Tag::Bytes);
        self.key.write_usize(value.len());
        self.key.write(value);
        Ok(())
    }

    fn serialize_none(mut self) -> Result<(), Failed> {
        self.tag(Tag::None);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(mut self, value: &T) -> Result<(), Failed> {
        self.tag(Tag::Some);
        Feeder::try_feed(self.key, value)
    }

    fn serialize_unit(mut self) -> Result<(), Failed> {
        self.tag(Tag::Unit);
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Failed> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(mut self, _name: &'static str, index: u32, variant: &'static str) -> Result<(), Failed> {
        self.variant(index, variant);
        self.serialize_unit()
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(mut self, _name: &'static str, value: &T) -> Result<(), Failed> {
        self.tag(Tag::Newtype);
        Feeder::try_feed(self.key, value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        self.variant(index, variant);
        Feeder::try_feed(self.key, value)
    }

    fn serialize_seq(mut self, _len: Option<usize>) -> Result<Elements<'k, 's>, Failed> {
        if self.is_unordered {
            self.tag(Tag::Set);
            return Ok(Elements::Anywhere(self.key, Sum::default()));
        }
        Ok(Elements::InlineValue(self.sequence(Tag::Seq)))
    }

    fn serialize_tuple(self, _len: usize) -> Result<Sequence<'k, 's>, Failed> {
        Ok(self.sequence(Tag::Seq))
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<Sequence<'k, 's>, Failed> {
        Ok(self.sequence(Tag::Seq))
    }

    fn serialize_tuple_variant(
        mut self,
        _name: &'static str,
        index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Sequence<'k, 's>, Failed> {
        self.variant(index, variant);
        Ok(self.sequence(Tag::Seq))
    }

    fn serialize_map(mut self, _len: Option<usize>) -> Result<MapEntries<'k, 's>, Failed> {
        if self.is_unordered {
            self.tag(Tag::HashMap);
            return Ok(MapEntries::Anywhere { key: self.key, sum: Sum::default(), entry: None });
        }
        Ok(MapEntries::InlineValue(self.sequence(Tag::Map)))
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Sequence<'k, 's>, Failed> {
        Ok(self.sequence(Tag::Struct))
    }

    fn serialize_struct_variant(
        mut self,
        _name: &'static str,
        index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Sequence<'k, 's>, Failed> {
        self.variant(index, variant);
        Ok(self.sequence(Tag::Struct))
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// Hashes text as it is shown, so that it need not be built.
struct Shown<'k, 's>(&'k mut KeyHasher<'s>);

impl fmt::Write for Shown<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

/// Elements that have their places, up to an end mark.
pub(super) struct Sequence<'k, 's>(&'k mut KeyHasher<'s>);

impl Sequence<'_, '_> {
    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        Feeder::try_feed(self.0, value)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Failed> {
        self.element(name)?;
        self.element(value)
    }

    #[expect(clippy::unnecessary_wraps, reason = "the traits below ask for it")]
    fn close(self) -> Result<(), Failed> {
        self.0.write_u8(Tag::End as u8);
        Ok(())
    }
}

macro_rules! sequences {
    ($($trait:ident: $method:ident($($name:ident)?);)*) => {$(
        impl $trait for Sequence<'_, '_> {
            type Ok = ();
            type Error = Failed;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, $($name: &'static str,)? value: &T) -> Result<(), Failed> {
                sequences!(@feed self, value $(, $name)?)
            }

            fn end(self) -> Result<(), Failed> {
                self.close()
            }
        }
    )*};
    (@feed $sequence:ident, $value:ident) => { $sequence.element($value) };
    (@feed $sequence:ident, $value:ident, $name:ident) => { $sequence.field($name, $value) };
}

sequences! {
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeStruct: serialize_field(name);
    SerializeStructVariant: serialize_field(name);
}

/// The elements of a sequence, or of a set.
pub(super) enum Elements<'k, 's> {
    InlineValue(Sequence<'k, 's>),
    Anywhere(&'k mut KeyHasher<'s>, Sum),
}

impl SerializeSeq for Elements<'_, '_> {
    type Ok = ();
    type Error = Failed;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        match self {
            Self::InlineValue(sequence) => sequence.element(value),
            Self::Anywhere(key, sum) => {
                let mut fed = Ok(());
                sum.add(key.apart(|key| fed = Feeder::try_feed(key, value)));
                fed
            }
        }
    }

    fn end(self) -> Result<(), Failed> {
        match self {
            Self::InlineValue(sequence) => sequence.close(),
            Self::Anywhere(key, sum) => {
                sum.feed(key);
                Ok(())
            }
        }
    }
}

/// The entries of a map.
#[expect(clippy::large_enum_variant, reason = "a key is made without the heap")]
pub(super) enum MapEntries<'k, 's> {
    InlineValue(Sequence<'k, 's>),
    Anywhere { key: &'k mut KeyHasher<'s>, sum: Sum, entry: Option<KeyHasher<'s>> },
}

impl SerializeMap for MapEntries<'_, '_> {
    type Ok = ();
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Failed> {
        match self {
            Self::InlineValue(sequence) => sequence.element(name),
            Self::Anywhere { key, entry, .. } => Feeder::try_feed(entry.insert(key.fresh()), name),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        match self {
            Self::InlineValue(sequence) => sequence.element(value),
            Self::Anywhere { sum, entry, .. } => {
                let mut entry = entry.take().ok_or_else(|| Failed::custom("a map's value came before its key"))?;
                Feeder::try_feed(&mut entry, value)?;
                sum.add(entry.digest());
                Ok(())
            }
        }
    }

    fn end(self) -> Result<(), Failed> {
        match self {
            Self::InlineValue(sequence) => sequence.close(),
            Self::Anywhere { key, sum, .. } => {
                sum.feed(key);
                Ok(())
            }
        }
    }
}
