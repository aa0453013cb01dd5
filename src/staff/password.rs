//! Passwords: argon2id, at most two at once so that a flood of log-ins cannot exhaust memory.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::platform::clock::Entropy;
use crate::platform::error::{Error, Result};
use crate::platform::secrets::Secret;

/// Shortest password accepted, in characters.
pub const SHORTEST: usize = 10;
/// Longest password accepted, in bytes; a longer one only costs time.
pub const LONGEST: usize = 256;

/// Memory for one hash in KiB: 64 MiB, above the ASVS 5.0 floor.
const MEMORY_KIB: u32 = 64 * 1024;
/// Passes over that memory.
const PASSES: u32 = 3;

static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// A hash of no password at all, so that an unknown user name costs as much time as a known one.
pub const NOBODY: &str = "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None)
        .map_err(|e| Error::internal(anyhow::anyhow!("argon2 parameters: {e}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password for storage.
pub async fn hash(password: Secret, entropy: &Entropy) -> Result<String> {
    let salt = entropy.bytes::<16>();
    off_the_async_threads(move || {
        let hash = argon2()?
            .hash_password_with_salt(password.reveal().as_bytes(), &salt)
            .map_err(|e| Error::internal(anyhow::anyhow!("hashing a password: {e}")))?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether `password` is the one that `stored` was made from.
pub async fn matches(password: Secret, stored: String) -> Result<bool> {
    off_the_async_threads(move || {
        let parsed = PasswordHash::new(&stored)
            .map_err(|e| Error::internal(anyhow::anyhow!("a stored password hash: {e}")))?;
        Ok(argon2()?.verify_password(password.reveal().as_bytes(), &parsed).is_ok())
    })
    .await
}

async fn off_the_async_threads<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let _place = AT_ONCE.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// Refuses a password that is too short or too long.
pub fn check(password: &Secret) -> Result<()> {
    let text = password.reveal();
    if text.chars().count() < SHORTEST {
        return Err(Error::invalid("密码至少 10 个字符。可以用一句自己容易记住的话。"));
    }
    if text.len() > LONGEST {
        return Err(Error::invalid("密码太长，请控制在 80 个汉字或 256 个字母以内。"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_recognized_and_another_is_not() {
        let secret = || Secret::from("一句容易记住的话 2026".to_owned());
        let stored = hash(secret(), &Entropy::seeded(1)).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{stored}");
        assert!(matches(secret(), stored.clone()).await.unwrap());
        assert!(!matches(Secret::from("别的".to_owned()), stored).await.unwrap());
        assert!(!matches(secret(), NOBODY.to_owned()).await.unwrap());
    }
}
