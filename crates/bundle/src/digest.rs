//! Content digests.

use std::io::{self, Write};

use pacto_contract::Digest;
use sha2::{Digest as _, Sha256, Sha512};

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> Digest {
    let mut hasher = Sha256Hasher::new();
    hasher.update(bytes);
    hasher.finish()
}

/// SHA-256 of bytes that arrive in pieces.
#[derive(Debug, Clone, Default)]
pub struct Sha256Hasher(Sha256);

impl Sha256Hasher {
    /// Starts with nothing read.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of everything added.
    pub fn finish(self) -> Digest {
        named("sha256", &self.0.finalize())
    }
}

/// The digest of some bytes with the algorithm of another digest, to compare with it.
pub fn digest_like(expected: &Digest, bytes: &[u8]) -> Digest {
    if expected.algorithm() == "sha512" {
        named("sha512", &Sha512::digest(bytes))
    } else {
        sha256(bytes)
    }
}

fn named(algorithm: &str, hash: &[u8]) -> Digest {
    let mut text = format!("{algorithm}:");
    for byte in hash {
        for nibble in [byte >> 4, byte & 0xf] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    Digest::parse(&text).expect("a known algorithm and all its digits are a digest")
}

/// Passes bytes on and hashes them on the way.
#[derive(Debug)]
pub(crate) struct HashingWriter<W> {
    inner: W,
    hasher: Sha256Hasher,
}

impl<W: Write> HashingWriter<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self {
            inner,
            hasher: Sha256Hasher::new(),
        }
    }

    pub(crate) fn into_parts(self) -> (W, Digest) {
        (self.inner, self.hasher.finish())
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        if let Some(taken) = buffer.get(..written) {
            self.hasher.update(taken);
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_nothing_is_the_published_one() {
        assert_eq!(
            sha256(b"").as_str(),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn the_algorithm_of_the_expected_digest_is_used() {
        let expected = Digest::parse(
            "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce\
             47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        )
        .expect("the published digest of nothing");
        assert_eq!(digest_like(&expected, b""), expected);
        assert_eq!(digest_like(&sha256(b"x"), b""), sha256(b""));
    }

    #[test]
    fn pieces_hash_like_the_whole() {
        let mut writer = HashingWriter::new(Vec::new());
        writer.write_all(b"pac").expect("memory takes all");
        writer.write_all(b"to").expect("memory takes all");
        let (bytes, digest) = writer.into_parts();
        assert_eq!(bytes, b"pacto");
        assert_eq!(digest, sha256(b"pacto"));
    }
}
