//! Bytes to values.

use std::str;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::{DEEPEST, Unfit, tag};

pub(super) struct Reader<'de> {
    rest: &'de [u8],
    depth: usize,
    /// The tag of the next value, where it is known.
    known: Option<u8>,
}

impl<'de> Reader<'de> {
    pub(super) fn new(bytes: &'de [u8]) -> Self {
        Self { rest: bytes, depth: 0, known: None }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty() && self.known.is_none()
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Unfit> {
        let (first, rest) = self.rest.split_first_chunk().ok_or_else(cut_off)?;
        self.rest = rest;
        Ok(*first)
    }

    pub(super) fn tag(&mut self) -> Result<u8, Unfit> {
        match self.known.take() {
            Some(tag) => Ok(tag),
            None => self.array().map(|[tag]| tag),
        }
    }

    pub(super) fn bytes(&mut self, length: usize) -> Result<&'de [u8], Unfit> {
        let (first, rest) = self.rest.split_at_checked(length).ok_or_else(cut_off)?;
        self.rest = rest;
        Ok(first)
    }

    pub(super) fn length(&mut self) -> Result<usize, Unfit> {
        let length = u32::from_le_bytes(self.array()?);
        usize::try_from(length).map_err(|_| cut_off())
    }

    fn text(&mut self) -> Result<&'de str, Unfit> {
        let length = self.length()?;
        str::from_utf8(self.bytes(length)?).map_err(|_| Unfit::new("a text is none"))
    }

    /// The number of parts of a sequence, and the tag that they share.
    pub(super) fn sequence(&mut self) -> Result<(usize, Option<u8>), Unfit> {
        let [tag] = self.array()?;
        Ok((self.length()?, Some(tag).filter(|tag| tag::width(*tag) > 0)))
    }

    pub(super) fn inside<R>(&mut self, read: impl FnOnce(&mut Self) -> Result<R, Unfit>) -> Result<R, Unfit> {
        if self.depth >= DEEPEST {
            return Err(Unfit::new("it is more than 128 levels deep"));
        }
        self.depth += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn visit<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Unfit> {
        match self.tag()? {
            tag::UNIT => visitor.visit_unit(),
            tag::NONE => visitor.visit_none(),
            tag::SOME => self.inside(|reader| visitor.visit_some(reader)),
            tag::FALSE => visitor.visit_bool(false),
            tag::TRUE => visitor.visit_bool(true),
            tag::I8 => visitor.visit_i8(i8::from_le_bytes(self.array()?)),
            tag::I16 => visitor.visit_i16(i16::from_le_bytes(self.array()?)),
            tag::I32 => visitor.visit_i32(i32::from_le_bytes(self.array()?)),
            tag::I64 => visitor.visit_i64(i64::from_le_bytes(self.array()?)),
            tag::I128 => visitor.visit_i128(i128::from_le_bytes(self.array()?)),
            tag::U8 => visitor.visit_u8(u8::from_le_bytes(self.array()?)),
            tag::U16 => visitor.visit_u16(u16::from_le_bytes(self.array()?)),
            tag::U32 => visitor.visit_u32(u32::from_le_bytes(self.array()?)),
            tag::U64 => visitor.visit_u64(u64::from_le_bytes(self.array()?)),
            tag::U128 => visitor.visit_u128(u128::from_le_bytes(self.array()?)),
            tag::F32 => visitor.visit_f32(f32::from_le_bytes(self.array()?)),
            tag::F64 => visitor.visit_f64(f64::from_le_bytes(self.array()?)),
            tag::CHAR => {
                let value = char::from_u32(u32::from_le_bytes(self.array()?));
                visitor.visit_char(value.ok_or_else(|| Unfit::new("a character is none"))?)
            }
            tag::STR | tag::VARIANT => visitor.visit_borrowed_str(self.text()?),
            tag::BYTES => {
                let length = self.length()?;
                visitor.visit_borrowed_bytes(self.bytes(length)?)
            }
            tag::SEQ => self.inside(|reader| {
                let (left, shared) = reader.sequence()?;
                reader.several(Several { left, shared, name: None }, |several| visitor.visit_seq(several))
            }),
            tag::MAP => self.inside(|reader| {
                let left = reader.length()?;
                reader.several(Several { left, shared: None, name: None }, |several| visitor.visit_map(several))
            }),
            tag::VARIANT_OF => self.inside(|reader| {
                let name = Some(reader.text()?);
                reader.several(Several { left: 1, shared: None, name }, |several| visitor.visit_map(several))
            }),
            _ => Err(Unfit::new("nothing is described so")),
        }
    }

    /// Reads the parts, and all of them.
    fn several<R>(
        &mut self,
        several: Several<'de>,
        read: impl FnOnce(&mut Parts<'_, 'de>) -> Result<R, Unfit>,
    ) -> Result<R, Unfit> {
        let mut parts = Parts { reader: self, several };
        let value = read(&mut parts)?;
        if parts.several.left > 0 { Err(Unfit::new("there is more than was read")) } else { Ok(value) }
    }

    /// What is asked for by its type may be inside of a `Some`.
    fn unwrapped(&mut self) -> Result<(), Unfit> {
        let tag = loop {
            match self.tag()? {
                tag::SOME => {}
                tag => break tag,
            }
        };
        self.known = Some(tag);
        Ok(())
    }
}

fn cut_off() -> Unfit {
    Unfit::new("it is cut off")
}

macro_rules! unwrapping {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
            self.unwrapped()?;
            self.visit(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.visit(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.tag()? {
            tag::NONE => visitor.visit_none(),
            tag::SOME => self.inside(|reader| visitor.visit_some(reader)),
            // Who wrote it had no option.
            tag => {
                self.known = Some(tag);
                self.inside(|reader| visitor.visit_some(reader))
            }
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        self.inside(|reader| visitor.visit_newtype_struct(reader))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.unwrapped()?;
        match self.tag()? {
            tag::VARIANT | tag::STR => visitor.visit_enum(self.text()?.into_deserializer()),
            tag::VARIANT_OF => self.inside(|reader| {
                let name = reader.text()?;
                visitor.visit_enum(Variant { reader, name: Some(name) })
            }),
            // Who wrote it had a map of one entry.
            tag::MAP => self.inside(|reader| match reader.length()? {
                1 => visitor.visit_enum(Variant { reader, name: None }),
                _ => Err(Unfit::new("a variant has one name")),
            }),
            _ => Err(Unfit::new("a variant is none")),
        }
    }

    unwrapping! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_char deserialize_str deserialize_string
        deserialize_bytes deserialize_byte_buf deserialize_seq deserialize_map deserialize_identifier
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.deserialize_map(visitor)
    }

    forward_to_deserialize_any! { unit unit_struct ignored_any }
}

/// What is left of a sequence or a map.
struct Several<'de> {
    left: usize,
    shared: Option<u8>,
    /// The only key, where it is the name of a variant.
    name: Option<&'de str>,
}

struct Parts<'a, 'de> {
    reader: &'a mut Reader<'de>,
    several: Several<'de>,
}

impl Parts<'_, '_> {
    /// No more than there can be bytes for.
    fn hint(&self) -> usize {
        self.several.left.min(self.reader.rest.len())
    }
}

impl<'de> SeqAccess<'de> for &mut Parts<'_, 'de> {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        let Some(left) = self.several.left.checked_sub(1) else { return Ok(None) };
        self.several.left = left;
        self.reader.known = self.several.shared;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.hint())
    }
}

impl<'de> MapAccess<'de> for &mut Parts<'_, 'de> {
    type Error = Unfit;

    fn next_key_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        let Some(left) = self.several.left.checked_sub(1) else { return Ok(None) };
        self.several.left = left;
        match self.several.name.take() {
            Some(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
            None => seed.deserialize(&mut *self.reader),
        }
        .map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Unfit> {
        seed.deserialize(&mut *self.reader)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.hint())
    }
}

/// A variant that holds something.
struct Variant<'a, 'de> {
    reader: &'a mut Reader<'de>,
    /// `None`: it is to be read, as the key of a map.
    name: Option<&'de str>,
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Unfit;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(mut self, seed: T) -> Result<(T::Value, Self), Unfit> {
        let value = match self.name.take() {
            Some(name) => seed.deserialize(BorrowedStrDeserializer::new(name))?,
            None => seed.deserialize(&mut *self.reader)?,
        };
        Ok((value, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Unfit;

    fn unit_variant(self) -> Result<(), Unfit> {
        serde::Deserialize::deserialize(self.reader)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Unfit> {
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.reader.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _fields: &'static [&'static str], visitor: V) -> Result<V::Value, Unfit> {
        self.reader.deserialize_map(visitor)
    }
}
