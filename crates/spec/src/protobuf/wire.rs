//! The wire format: tags, what follows them, and scalars in it.
//!
//! Source: protobuf.dev, *Encoding*.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::json::{base64_bytes, float, integer};
use super::scalar::Scalar;

/// Groups in groups that are read.
const DEPTH_LIMIT: usize = 64;

/// What follows a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Payload {
    Varint(u64),
    Fixed64(u64),
    Fixed32(u32),
    Bytes(Vec<u8>),
    /// What stands between a start and an end tag.
    Group(Vec<u8>),
}

/// The low bits of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Group = 3,
    Fixed32 = 5,
}

/// The low bits of the tag that ends a group.
const END_OF_GROUP: u64 = 4;

/// What a scalar is written in.
pub(super) fn kind(scalar: Scalar) -> Kind {
    match scalar {
        Scalar::Double | Scalar::Fixed64 | Scalar::Sfixed64 => Kind::Fixed64,
        Scalar::Float | Scalar::Fixed32 | Scalar::Sfixed32 => Kind::Fixed32,
        Scalar::String | Scalar::Bytes => Kind::Bytes,
        _ => Kind::Varint,
    }
}

impl Payload {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Varint(_) => Kind::Varint,
            Self::Fixed64(_) => Kind::Fixed64,
            Self::Bytes(_) => Kind::Bytes,
            Self::Group(_) => Kind::Group,
            Self::Fixed32(_) => Kind::Fixed32,
        }
    }

    /// True for the value that a field without presence does not write.
    pub(super) fn is_zero(&self) -> bool {
        match self {
            Self::Varint(number) | Self::Fixed64(number) => *number == 0,
            Self::Fixed32(number) => *number == 0,
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Group(_) => false,
        }
    }

    /// Writes the tag and what follows it.
    pub(super) fn put_field(&self, number: u32, to: &mut Vec<u8>) {
        put_tag(number, self.kind() as u64, to);
        self.put(to);
        if self.kind() == Kind::Group {
            put_tag(number, END_OF_GROUP, to);
        }
    }

    /// Writes it without a tag, as it stands in a packed list.
    pub(super) fn put(&self, to: &mut Vec<u8>) {
        match self {
            Self::Varint(number) => put_varint(*number, to),
            Self::Fixed64(number) => to.extend(number.to_le_bytes()),
            Self::Fixed32(number) => to.extend(number.to_le_bytes()),
            Self::Bytes(bytes) => {
                put_varint(bytes.len() as u64, to);
                to.extend(bytes);
            }
            Self::Group(bytes) => to.extend(bytes),
        }
    }
}

fn put_tag(number: u32, kind: u64, to: &mut Vec<u8>) {
    put_varint(u64::from(number) << 3 | kind, to);
}

fn put_varint(mut number: u64, to: &mut Vec<u8>) {
    while number >= 0x80 {
        to.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    to.push(number.to_le_bytes()[0]);
}

/// The fields of a message in the order they are written, by number. `None` when the bytes are
/// broken.
pub(super) fn fields(bytes: &[u8]) -> Option<Vec<(u32, Payload)>> {
    let mut rest = bytes;
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let (number, kind) = take_tag(&mut rest)?;
        fields.push((number, take(kind, number, &mut rest, 0)?));
    }
    Some(fields)
}

/// The items of a packed list. `None` when the bytes are broken.
pub(super) fn unpack(scalar: Scalar, mut packed: &[u8]) -> Option<Vec<Payload>> {
    let mut items = Vec::new();
    while !packed.is_empty() {
        items.push(take(kind(scalar) as u64, 0, &mut packed, 0)?);
    }
    Some(items)
}

fn take(kind: u64, number: u32, rest: &mut &[u8], depth: usize) -> Option<Payload> {
    Some(match kind {
        0 => Payload::Varint(take_varint(rest)?),
        1 => Payload::Fixed64(u64::from_le_bytes(take_bytes(8, rest)?.try_into().ok()?)),
        2 => {
            let length = usize::try_from(take_varint(rest)?).ok()?;
            Payload::Bytes(take_bytes(length, rest)?.to_vec())
        }
        3 if depth < DEPTH_LIMIT => Payload::Group(take_group(number, rest, depth)?.to_vec()),
        5 => Payload::Fixed32(u32::from_le_bytes(take_bytes(4, rest)?.try_into().ok()?)),
        _ => return None,
    })
}

/// What stands before the end tag of a group; that is taken, too.
fn take_group<'b>(number: u32, rest: &mut &'b [u8], depth: usize) -> Option<&'b [u8]> {
    let start = *rest;
    loop {
        let length = start.len() - rest.len();
        let (inner, kind) = take_tag(rest)?;
        if kind == END_OF_GROUP {
            return (inner == number).then(|| start.get(..length)).flatten();
        }
        take(kind, inner, rest, depth + 1)?;
    }
}

fn take_tag(rest: &mut &[u8]) -> Option<(u32, u64)> {
    let tag = take_varint(rest)?;
    let number = u32::try_from(tag >> 3).ok()?;
    Some((number, tag & 7))
}

fn take_varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, tail) = rest.split_first()?;
        *rest = tail;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn take_bytes<'b>(length: usize, rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (bytes, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(bytes)
}

/// A scalar that is given in JSON. `None` when the type does not accept the value.
pub(super) fn write(scalar: Scalar, value: &Value) -> Option<Payload> {
    let signed = || i64::try_from(integer(value)?).ok();
    let small = || i32::try_from(integer(value)?).ok();
    Some(match scalar {
        Scalar::Bool => Payload::Varint(value.as_bool()?.into()),
        Scalar::Int32 => Payload::Varint(i64::from(small()?).cast_unsigned()),
        Scalar::Int64 => Payload::Varint(signed()?.cast_unsigned()),
        Scalar::Uint32 => Payload::Varint(u32::try_from(integer(value)?).ok()?.into()),
        Scalar::Uint64 => Payload::Varint(u64::try_from(integer(value)?).ok()?),
        Scalar::Sint32 => Payload::Varint(zigzag(small()?.into()) & u64::from(u32::MAX)),
        Scalar::Sint64 => Payload::Varint(zigzag(signed()?)),
        Scalar::Fixed32 => Payload::Fixed32(u32::try_from(integer(value)?).ok()?),
        Scalar::Fixed64 => Payload::Fixed64(u64::try_from(integer(value)?).ok()?),
        Scalar::Sfixed32 => Payload::Fixed32(small()?.cast_unsigned()),
        Scalar::Sfixed64 => Payload::Fixed64(signed()?.cast_unsigned()),
        Scalar::Float => Payload::Fixed32((float(value)? as f32).to_bits()),
        Scalar::Double => Payload::Fixed64(float(value)?.to_bits()),
        Scalar::String => Payload::Bytes(value.as_str()?.as_bytes().to_vec()),
        Scalar::Bytes => Payload::Bytes(base64_bytes(value.as_str()?)?),
    })
}

/// A scalar as it is read, integers of any size as numbers. `None` when it is written in another
/// way, or is text that is no UTF-8.
pub(super) fn read(scalar: Scalar, payload: &Payload) -> Option<Value> {
    Some(match (scalar, payload) {
        (Scalar::Bool, Payload::Varint(number)) => json!(*number != 0),
        (Scalar::Int32, Payload::Varint(number)) => json!(low_32(*number)),
        (Scalar::Int64, Payload::Varint(number)) | (Scalar::Sfixed64, Payload::Fixed64(number)) => {
            json!(number.cast_signed())
        }
        (Scalar::Uint32, Payload::Varint(number)) => json!(low_32(*number).cast_unsigned()),
        (Scalar::Uint64, Payload::Varint(number)) | (Scalar::Fixed64, Payload::Fixed64(number)) => {
            json!(number)
        }
        (Scalar::Sint32, Payload::Varint(number)) => {
            json!(unzigzag(low_32(*number).cast_unsigned().into()))
        }
        (Scalar::Sint64, Payload::Varint(number)) => json!(unzigzag(*number)),
        (Scalar::Fixed32, Payload::Fixed32(number)) => json!(number),
        (Scalar::Sfixed32, Payload::Fixed32(number)) => json!(number.cast_signed()),
        (Scalar::Float, Payload::Fixed32(bits)) => number(f32::from_bits(*bits).into()),
        (Scalar::Double, Payload::Fixed64(bits)) => number(f64::from_bits(*bits)),
        (Scalar::String, Payload::Bytes(bytes)) => json!(str::from_utf8(bytes).ok()?),
        (Scalar::Bytes, Payload::Bytes(bytes)) => json!(BASE64_STANDARD.encode(bytes)),
        _ => return None,
    })
}

/// The lower half of a varint: what a type of 32 bits reads.
pub(super) fn low_32(number: u64) -> i32 {
    (number as u32).cast_signed()
}

fn zigzag(number: i64) -> u64 {
    (number << 1 ^ number >> 63).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// Not a number and the infinities are words in JSON.
fn number(float: f64) -> Value {
    let word = if float.is_nan() {
        "NaN"
    } else if float == f64::INFINITY {
        "Infinity"
    } else if float == f64::NEG_INFINITY {
        "-Infinity"
    } else {
        return json!(float);
    };
    json!(word)
}
