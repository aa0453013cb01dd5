//! Files by the SHA-256 of their content, in a folder that no web server looks into.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::platform::error::{Error, Kind, Result};

/// A folder of files; cheap to clone.
#[derive(Clone, Debug)]
pub struct Files(Arc<Path>);

impl Files {
    /// The files below `root`; the folder is made when the first file comes.
    pub fn below(root: PathBuf) -> Self {
        Self(root.into())
    }

    /// Keeps `bytes` and gives their name, 64 hexadecimal digits. Whoever finds the name finds the
    /// whole file: it is written aside (under `nonce`), brought to disk and then renamed.
    ///
    /// # Errors
    /// Busy when storage is full, internal when it fails otherwise.
    pub async fn put(&self, bytes: Vec<u8>, nonce: Uuid) -> Result<String> {
        let name = digest(&bytes);
        let path = self.path(&name)?;
        blocking(move || write(&path, &bytes, nonce)).await?;
        Ok(name)
    }

    /// The content of a file; `None` when there is none of that name.
    ///
    /// # Errors
    /// Internal when the file cannot be read or is not what its name says.
    pub async fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let path = self.path(name)?;
        let Some(bytes) = blocking(move || missing_is_none(fs::read(path))).await? else {
            return Ok(None);
        };
        if digest(&bytes) != name {
            return Err(Error::internal(anyhow::anyhow!("the file {name} was changed on disk")));
        }
        Ok(Some(bytes))
    }

    /// Whether there is a file of that name.
    ///
    /// # Errors
    /// Internal when the folder cannot be read.
    pub async fn has(&self, name: &str) -> Result<bool> {
        let path = self.path(name)?;
        Ok(blocking(move || missing_is_none(fs::metadata(path))).await?.is_some())
    }

    /// Removes a file; nothing happens when it is gone already.
    ///
    /// # Errors
    /// Internal when it cannot be removed.
    pub async fn remove(&self, name: &str) -> Result<()> {
        let path = self.path(name)?;
        blocking(move || missing_is_none(fs::remove_file(path))).await?;
        Ok(())
    }

    fn path(&self, name: &str) -> Result<PathBuf> {
        if name.len() != 64 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Error::internal(anyhow::anyhow!("no name of a stored file")));
        }
        Ok(self.0.join(&name[..2]).join(name))
    }
}

/// The name of a file with this content.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write(path: &Path, bytes: &[u8], nonce: Uuid) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    make_folder(folder)?;
    let aside = folder.join(format!(".{}", nonce.simple()));
    let written = write_aside(&aside, bytes).and_then(|()| fs::rename(&aside, path));
    if written.is_err() {
        let _ = fs::remove_file(&aside);
        return written;
    }
    fs::File::open(folder)?.sync_all()
}

fn write_aside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn missing_is_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await.context("the file work was cut off")?;
    done.map_err(|error| match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Error::new(Kind::Busy, "服务器存储空间已满，文件没有保存。请联系系统管理员。")
        }
        _ => Error::internal(error).while_doing("keeping a file (store.media_dir)"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_kept_by_its_content_read_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::below(folder.path().join("media"));
        let name = files.put(b"abc".to_vec(), Uuid::from_u128(1)).await.unwrap();
        assert!(name.starts_with("ba7816bf"));
        assert_eq!(files.put(b"abc".to_vec(), Uuid::from_u128(2)).await.unwrap(), name);
        assert_eq!(files.read(&name).await.unwrap().as_deref(), Some(&b"abc"[..]));
        assert!(files.has(&name).await.unwrap());
        files.remove(&name).await.unwrap();
        files.remove(&name).await.unwrap();
        assert!(!files.has(&name).await.unwrap());
        assert_eq!(files.read(&name).await.unwrap(), None);
        let left = fs::read_dir(folder.path().join("media/ba")).unwrap().count();
        assert_eq!(left, 0, "something was left aside");
    }

    #[tokio::test]
    async fn a_name_cannot_lead_out_of_the_folder_and_a_changed_file_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::below(folder.path().to_owned());
        let out = format!("../{}", "a".repeat(61));
        for name in ["../../etc/passwd", "", out.as_str()] {
            assert!(files.read(name).await.is_err(), "{name}");
        }
        let name = files.put(b"abc".to_vec(), Uuid::from_u128(1)).await.unwrap();
        fs::write(folder.path().join(&name[..2]).join(&name), b"xyz").unwrap();
        assert!(files.read(&name).await.is_err());
    }
}
