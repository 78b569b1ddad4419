//! Values to bytes.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::{DEEPEST, LONGEST, Unfit, tag};

#[derive(Default)]
pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
    depth: usize,
    /// The tag that the next value need not have, for those before it have it.
    shared: Option<u8>,
    /// The last value had it, and was written without.
    has_shared: bool,
}

impl Writer {
    fn push(&mut self, bytes: &[u8]) -> Result<(), Unfit> {
        if self.bytes.len() + bytes.len() > LONGEST {
            return Err(Unfit::new("it is longer than 1 GiB"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn number(&mut self, tag: u8, bytes: &[u8]) -> Result<(), Unfit> {
        if self.shared.take() == Some(tag) {
            self.has_shared = true;
        } else {
            self.push(&[tag])?;
        }
        self.push(bytes)
    }

    fn tag(&mut self, tag: u8) -> Result<(), Unfit> {
        self.shared = None;
        self.push(&[tag])
    }

    fn length(&mut self, length: usize) -> Result<(), Unfit> {
        let length = u32::try_from(length).map_err(|_| Unfit::new("it is longer than 1 GiB"))?;
        self.push(&length.to_le_bytes())
    }

    fn text(&mut self, tag: u8, text: &[u8]) -> Result<(), Unfit> {
        self.tag(tag)?;
        self.length(text.len())?;
        self.push(text)
    }

    fn deeper(&mut self) -> Result<(), Unfit> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(Unfit::new("it is more than 128 levels deep")) } else { Ok(()) }
    }

    fn inside<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        self.deeper()?;
        value.serialize(&mut *self)?;
        self.depth -= 1;
        Ok(())
    }

    fn several(&mut self, tag: u8) -> Result<Several<'_>, Unfit> {
        self.deeper()?;
        self.tag(tag)?;
        if tag == tag::SEQ {
            self.push(&[tag::UNIT])?;
        }
        let at = self.bytes.len();
        self.length(0)?;
        Ok(Several { writer: self, at, count: 0, shared: None })
    }
}

/// The parts of a sequence or of a map.
pub(super) struct Several<'a> {
    writer: &'a mut Writer,
    /// Where their number stands.
    at: usize,
    count: usize,
    /// The tag that all of them have so far, which stands before their number.
    shared: Option<u8>,
}

const NUMBER: usize = 4;

impl Several<'_> {
    /// One that may share its tag with those before it.
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        let at = self.writer.bytes.len();
        self.writer.has_shared = false;
        self.writer.shared = self.shared;
        value.serialize(&mut *self.writer)?;
        self.writer.shared = None;
        let has_shared = std::mem::take(&mut self.writer.has_shared);
        self.count += 1;
        if self.count == 1 {
            let tag = self.writer.bytes[at];
            let width = tag::width(tag);
            // What has a tag of fixed width is that number and nothing else.
            if width > 0 && self.writer.bytes.len() == at + 1 + width {
                self.writer.bytes.remove(at);
                self.writer.bytes[self.at - 1] = tag;
                self.shared = Some(tag);
            }
        } else if let Some(tag) = self.shared.take_if(|_| !has_shared) {
            self.part(tag, at)?;
        }
        Ok(())
    }

    /// Gives those up to here their own tags.
    fn part(&mut self, tag: u8, end: usize) -> Result<(), Unfit> {
        let last = self.writer.bytes.split_off(end);
        let numbers = self.writer.bytes.split_off(self.at + NUMBER);
        self.writer.bytes[self.at - 1] = tag::UNIT;
        for number in numbers.chunks_exact(tag::width(tag)) {
            self.writer.push(&[tag])?;
            self.writer.push(number)?;
        }
        self.writer.push(&last)
    }

    fn entry<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Unfit> {
        self.count += 1;
        self.writer.text(tag::STR, name.as_bytes())?;
        value.serialize(&mut *self.writer)
    }

    fn finish(self) -> Result<(), Unfit> {
        let count = u32::try_from(self.count).map_err(|_| Unfit::new("it is longer than 1 GiB"))?;
        self.writer.bytes[self.at..][..NUMBER].copy_from_slice(&count.to_le_bytes());
        self.writer.depth -= 1;
        Ok(())
    }
}

macro_rules! numbers {
    ($($method:ident: $number:ty, $tag:ident;)*) => {$(
        fn $method(self, value: $number) -> Result<(), Unfit> {
            self.number(tag::$tag, &value.to_le_bytes())
        }
    )*};
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Unfit;
    type SerializeSeq = Several<'a>;
    type SerializeTuple = Several<'a>;
    type SerializeTupleStruct = Several<'a>;
    type SerializeTupleVariant = Several<'a>;
    type SerializeMap = Several<'a>;
    type SerializeStruct = Several<'a>;
    type SerializeStructVariant = Several<'a>;

    numbers! {
        serialize_i8: i8, I8;
        serialize_i16: i16, I16;
        serialize_i32: i32, I32;
        serialize_i64: i64, I64;
        serialize_i128: i128, I128;
        serialize_u8: u8, U8;
        serialize_u16: u16, U16;
        serialize_u32: u32, U32;
        serialize_u64: u64, U64;
        serialize_u128: u128, U128;
        serialize_f32: f32, F32;
        serialize_f64: f64, F64;
    }

    fn serialize_char(self, value: char) -> Result<(), Unfit> {
        self.number(tag::CHAR, &u32::from(value).to_le_bytes())
    }

    fn serialize_bool(self, value: bool) -> Result<(), Unfit> {
        self.tag(if value { tag::TRUE } else { tag::FALSE })
    }

    fn serialize_str(self, value: &str) -> Result<(), Unfit> {
        self.text(tag::STR, value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Unfit> {
        self.text(tag::BYTES, value)
    }

    fn serialize_none(self) -> Result<(), Unfit> {
        self.tag(tag::NONE)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unfit> {
        self.tag(tag::SOME)?;
        self.inside(value)
    }

    fn serialize_unit(self) -> Result<(), Unfit> {
        self.tag(tag::UNIT)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Unfit> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result<(), Unfit> {
        self.text(tag::VARIANT, variant.as_bytes())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Result<(), Unfit> {
        self.inside(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Unfit> {
        self.text(tag::VARIANT_OF, variant.as_bytes())?;
        self.inside(value)
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Several<'a>, Unfit> {
        self.several(tag::SEQ)
    }

    fn serialize_tuple(self, _length: usize) -> Result<Several<'a>, Unfit> {
        self.several(tag::SEQ)
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<Several<'a>, Unfit> {
        self.several(tag::SEQ)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Several<'a>, Unfit> {
        self.text(tag::VARIANT_OF, variant.as_bytes())?;
        self.several(tag::SEQ)
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Several<'a>, Unfit> {
        self.several(tag::MAP)
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Several<'a>, Unfit> {
        self.several(tag::MAP)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Several<'a>, Unfit> {
        self.text(tag::VARIANT_OF, variant.as_bytes())?;
        self.several(tag::MAP)
    }
}

macro_rules! sequences {
    ($($kind:ident::$method:ident)*) => {$(
        impl $kind for Several<'_> {
            type Ok = ();
            type Error = Unfit;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
                self.element(value)
            }

            fn end(self) -> Result<(), Unfit> {
                self.finish()
            }
        }
    )*};
}

sequences! {
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
}

macro_rules! structs {
    ($($kind:ident)*) => {$(
        impl $kind for Several<'_> {
            type Ok = ();
            type Error = Unfit;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Unfit> {
                self.entry(name, value)
            }

            fn end(self) -> Result<(), Unfit> {
                self.finish()
            }
        }
    )*};
}

structs! { SerializeStruct SerializeStructVariant }

impl SerializeMap for Several<'_> {
    type Ok = ();
    type Error = Unfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unfit> {
        self.count += 1;
        key.serialize(&mut *self.writer)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Unfit> {
        self.finish()
    }
}
