//! Checking bytes against the digest that names them.

use pacto_contract::Digest;
use sha2::{Digest as _, Sha256, Sha512};

/// Hashes bytes that arrive in pieces with the algorithm of an expected digest.
pub(super) enum Verifier {
    Sha256(Sha256),
    Sha512(Sha512),
}

impl Verifier {
    pub(super) fn of(expected: &Digest) -> Self {
        match expected.algorithm() {
            "sha512" => Self::Sha512(Sha512::new()),
            _ => Self::Sha256(Sha256::new()),
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Sha512(hasher) => hasher.update(bytes),
        }
    }

    /// The digest of everything seen.
    pub(super) fn finish(self) -> String {
        match self {
            Self::Sha256(hasher) => format!("sha256:{}", hex(&hasher.finalize())),
            Self::Sha512(hasher) => format!("sha512:{}", hex(&hasher.finalize())),
        }
    }
}

/// The digest of some bytes with the algorithm of an expected digest.
pub(super) fn digest_like(expected: &Digest, bytes: &[u8]) -> String {
    let mut verifier = Verifier::of(expected);
    verifier.update(bytes);
    verifier.finish()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_algorithm_of_the_expected_digest_is_used() {
        let expected = Digest::parse(
            "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce\
             47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        )
        .expect("the published digest of nothing");
        assert_eq!(digest_like(&expected, b""), expected.as_str());
    }
}
