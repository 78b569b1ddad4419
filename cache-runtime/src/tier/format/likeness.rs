//! Are two values alike but for the order of what they hold?

use xxhash_rust::xxh3::xxh3_128;

use super::reader::Reader;
use super::{Unfit, tag};

pub(super) fn are_alike(one: &[u8], other: &[u8]) -> bool {
    let signature = |bytes| signature(&mut Reader::new(bytes)).ok();
    signature(one).is_some() && signature(one) == signature(other)
}

/// A number that tells a value from others, whatever the order of its parts.
fn signature(reader: &mut Reader<'_>) -> Result<u128, Unfit> {
    let tag = reader.tag()?;
    signature_of(tag, reader)
}

fn signature_of(tag: u8, reader: &mut Reader<'_>) -> Result<u128, Unfit> {
    let part = match tag {
        tag::SOME => reader.inside(signature)?,
        tag::STR | tag::BYTES | tag::VARIANT => text(reader)?,
        tag::VARIANT_OF => mixed(&[text(reader)?, reader.inside(signature)?]),
        tag::SEQ => {
            let (count, shared) = reader.sequence()?;
            let part = |reader: &mut Reader<'_>| match shared {
                Some(tag) => signature_of(tag, reader),
                None => signature(reader),
            };
            sum(reader, count, part)?
        }
        tag::MAP => {
            let count = reader.length()?;
            sum(reader, count, |reader| Ok(mixed(&[signature(reader)?, signature(reader)?])))?
        }
        _ => xxh3_128(reader.bytes(tag::width(tag))?),
    };
    Ok(mixed(&[u128::from(tag), part]))
}

fn sum(
    reader: &mut Reader<'_>,
    count: usize,
    part: impl Fn(&mut Reader<'_>) -> Result<u128, Unfit>,
) -> Result<u128, Unfit> {
    reader.inside(|reader| {
        let mut sum = count as u128;
        for _ in 0..count {
            sum = sum.wrapping_add(part(reader)?);
        }
        Ok(sum)
    })
}

fn text(reader: &mut Reader<'_>) -> Result<u128, Unfit> {
    let length = reader.length()?;
    reader.bytes(length).map(xxh3_128)
}

fn mixed(parts: &[u128]) -> u128 {
    let bytes: Vec<u8> = parts.iter().flat_map(|part| part.to_le_bytes()).collect();
    xxh3_128(&bytes)
}
