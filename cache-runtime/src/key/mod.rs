mod bits;
mod buffer;
pub(crate) mod fingerprint;
mod floats;
mod hasher;
mod made;
pub(crate) mod names;
mod part;
mod parts;
mod secret;
mod serialize;
mod unordered;

pub use self::bits::Key;
pub(crate) use self::bits::{BuildAlreadyHashed, Keys};
pub use self::hasher::KeyHasher;
pub use self::part::{by, part, serialized};
pub use self::parts::each;
pub(crate) use self::secret::Secret;
