//! Temporary media (wechat-protocol.md §12): three days, then gone.

use serde_json::Value;

use super::client::{CallError, Client, Download, integer, lacking};

/// Most bytes of a picture for the body of articles; it must stay below (§7.1).
pub const ARTICLE_PICTURE_LIMIT_BYTES: usize = 1024 * 1024;

/// Kinds of temporary media and their limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// PNG, JPEG or GIF up to 10 MB.
    Image,
    /// AMR or MP3 up to 2 MB and 60 s.
    Voice,
    /// MP4 up to 10 MB.
    Video,
    /// JPG up to 64 KB.
    Thumb,
}

impl MediaKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            MediaKind::Image => "image",
            MediaKind::Voice => "voice",
            MediaKind::Video => "video",
            MediaKind::Thumb => "thumb",
        }
    }

    /// Largest file, in bytes.
    pub fn limit_bytes(self) -> usize {
        match self {
            MediaKind::Image | MediaKind::Video => 10 * 1024 * 1024,
            MediaKind::Voice => 2 * 1024 * 1024,
            MediaKind::Thumb => 64 * 1024,
        }
    }
}

/// A file to be sent.
pub struct File<'a> {
    /// Its extension, without a dot; WeChat reads the type off it. ASCII letters and digits only.
    pub extension: &'a str,
    /// Its type, `image/jpeg`.
    pub mime: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

impl File<'_> {
    /// The multipart form WeChat understands: field `media`, an ASCII file name with the right
    /// extension, a content type and a known length (§12).
    pub(super) fn form(&self) -> Result<reqwest::multipart::Form, CallError> {
        let plain = |c: char| c.is_ascii_alphanumeric();
        if self.extension.is_empty() || !self.extension.chars().all(plain) {
            return Err(CallError::NotSent("the file has no usable extension".to_owned()));
        }
        let part = reqwest::multipart::Part::bytes(self.bytes.to_vec())
            .file_name(format!("media.{}", self.extension))
            .mime_str(self.mime)
            .map_err(|_| CallError::NotSent("the file has no usable type".to_owned()))?;
        Ok(reqwest::multipart::Form::new().part("media", part))
    }
}

/// A file WeChat keeps for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// Its id; reusable until it expires.
    pub media_id: String,
    /// When, in seconds since the epoch.
    pub created_at: Option<i64>,
}

/// A file fetched from WeChat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Media {
    /// The file itself.
    Bytes {
        /// Its type as sent; empty when missing.
        content_type: String,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// For videos WeChat only says where they are.
    Video {
        /// The address.
        url: String,
    },
}

impl Client {
    /// Uploads `file`; it lives three days.
    ///
    /// # Errors
    /// [`CallError`]; 40004 to 40009 and 45001 are about the file.
    pub async fn upload_media(
        &self,
        kind: MediaKind,
        file: &File<'_>,
    ) -> Result<Uploaded, CallError> {
        let query = [("type", kind.name())];
        uploaded(&self.upload("/cgi-bin/media/upload", &query, file).await?)
    }

    /// Fetches what a follower sent or we uploaded, up to 12 MB.
    ///
    /// # Errors
    /// [`CallError`]; 40007 when it has expired.
    pub async fn get_media(&self, media_id: &str) -> Result<Media, CallError> {
        let file = self.download("/cgi-bin/media/get", &[("media_id", media_id)]).await?;
        if let Some(value) = file.json {
            let url = value["video_url"].as_str().ok_or_else(lacking)?;
            return Ok(Media::Video { url: url.to_owned() });
        }
        Ok(Media::Bytes { content_type: file.content_type, bytes: file.bytes })
    }
}

impl Client {
    /// Fetches a recording made with the JS-SDK in its better quality (Speex, 16 kHz); verified
    /// accounts only.
    ///
    /// # Errors
    /// [`CallError`]; 40007 when it has expired.
    pub async fn get_jssdk_voice(&self, media_id: &str) -> Result<Download, CallError> {
        let file = self.download("/cgi-bin/media/get/jssdk", &[("media_id", media_id)]).await?;
        if file.json.is_some() { Err(lacking()) } else { Ok(file) }
    }

    /// Uploads a picture for the body of articles (§7.1): JPEG or PNG below
    /// [`ARTICLE_PICTURE_LIMIT_BYTES`]. Gives its address, the only kind that article bodies keep.
    ///
    /// # Errors
    /// [`CallError`]; 40005 and 40009 are about the picture.
    pub async fn upload_article_picture(&self, file: &File<'_>) -> Result<String, CallError> {
        let answer = self.upload("/cgi-bin/media/uploadimg", &[], file).await?;
        Ok(answer["url"].as_str().ok_or_else(lacking)?.to_owned())
    }
}

fn uploaded(value: &Value) -> Result<Uploaded, CallError> {
    // Thumbnails come back under a name of their own (§12).
    let id = value["media_id"].as_str().or(value["thumb_media_id"].as_str());
    Ok(Uploaded {
        media_id: id.ok_or_else(lacking)?.to_owned(),
        created_at: integer(&value["created_at"]),
    })
}
