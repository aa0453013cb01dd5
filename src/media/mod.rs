//! Files in conversations. Pictures, voices and films that citizens sent: fetched from WeChat before it forgets them (three
//! days, wechat-protocol.md §12), checked by their content, kept as files outside every web root.
//!
//! Pictures and documents that staff attach to answers: checked the same way, kept in the same place.
//!
//! A file is named by the SHA-256 of its content, so that the same picture sent twice is kept once
//! and goes when its last message goes. Refuses to know: inquiries. A message is an opaque id here;
//! who may look is decided by whoever serves the file.

pub mod actions;
pub mod files;
pub mod jobs;
pub mod rules;
pub mod store;

use uuid::Uuid;

use crate::platform::clock::Moment;
use crate::{entity_id, text_enum};

entity_id!(
    /// Id of a file attached to an answer.
    AttachedId
);

text_enum!(
    /// What a citizen sent.
    Kind {
        /// A picture.
        Picture = "picture", "图片";
        /// Speech.
        Voice = "voice", "语音";
        /// A film.
        Film = "film", "视频";
    }
);

text_enum!(
    /// How fetching stands.
    State {
        /// WeChat still has it, we do not.
        Waiting = "waiting", "正在从微信取回";
        /// It lies in our store.
        Stored = "stored", "已保存";
        /// It is not what it should be and was not kept.
        Refused = "refused", "未保存";
        /// WeChat no longer has it.
        Expired = "expired", "已过微信保存期";
    }
);

text_enum!(
    /// What a file is, by its content.
    Format {
        /// JPEG.
        Jpeg = "jpeg", "JPEG 图片";
        /// PNG.
        Png = "png", "PNG 图片";
        /// GIF.
        Gif = "gif", "GIF 图片";
        /// AMR narrow band, as WeChat records voices; browsers do not play it.
        Amr = "amr", "AMR 录音";
        /// MP3.
        Mp3 = "mp3", "MP3 录音";
        /// MP4.
        Mp4 = "mp4", "MP4 视频";
        /// PDF.
        Pdf = "pdf", "PDF 文件";
        /// Word, without macros.
        Docx = "docx", "Word 文件";
    }
);

/// One thing a citizen sent.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Received {
    /// The message it came with.
    pub message_id: Uuid,
    /// Official account it came through.
    pub account_id: String,
    /// WeChat's id of it.
    pub media_id: String,
    /// What it should be.
    pub kind: Kind,
    /// How fetching stands.
    pub state: State,
    /// Name of its file, once stored.
    pub sha256: Option<String>,
    /// What the file is, once stored.
    pub format: Option<Format>,
    /// Size of the file in bytes, once stored.
    pub bytes: Option<i64>,
    /// Why it is not stored, in Chinese; for what still waits, the last failure in English.
    pub reason: Option<String>,
    /// Tries to fetch it so far.
    pub tries: i64,
    /// When WeChat forgets it.
    pub expires_at: Moment,
}

/// A file that goes with an answer.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Attached {
    /// Id.
    pub id: AttachedId,
    /// The inquiry in which the answer is written.
    pub inquiry_id: Uuid,
    /// Who attached it.
    pub author_id: Uuid,
    /// The answer; none while it is being written.
    pub message_id: Option<Uuid>,
    /// What its author called it, without the ending.
    pub name: String,
    /// Name of its file.
    pub sha256: String,
    /// What it is.
    pub format: Format,
    /// Size in bytes.
    pub bytes: i64,
}

impl Attached {
    /// Whether it goes with the next answer that `author` sends.
    pub fn waits_for(&self, author: Uuid) -> bool {
        self.message_id.is_none() && self.author_id == author
    }

    /// Its name as people read it: 起诉状样本.docx.
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.name, rules::extension(self.format))
    }
}

/// Something to be fetched.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The message it came with.
    pub message: Uuid,
    /// Official account.
    pub account: &'a str,
    /// WeChat's id.
    pub media_id: &'a str,
    /// What it should be.
    pub kind: Kind,
}
