//! Temporary media (wechat-protocol.md §12).

use axum::extract::Multipart;
use serde_json::json;

use super::{Answer, Call, Done, Refusal, Route, get, post};
use crate::simulator::Simulator;
use crate::simulator::world::Media;

/// Path of the upload; its body is multipart.
pub(super) const UPLOAD: &str = "/cgi-bin/media/upload";

const MB: usize = 1 << 20;

/// A file received.
pub(super) struct Upload {
    file_name: String,
    bytes: Vec<u8>,
}

impl Upload {
    /// Whether it begins as JPEG files do.
    pub(super) fn is_jpeg(&self) -> bool {
        self.bytes.starts_with(&[0xff, 0xd8, 0xff])
    }
}

/// Kind of media: most bytes, error code beyond them, file name endings with their content type.
struct Kind {
    name: &'static str,
    bytes: usize,
    too_large: i64,
    endings: &'static [(&'static str, &'static str)],
}

const KINDS: [Kind; 4] = [
    Kind {
        name: "image",
        bytes: 10 * MB,
        too_large: 40009,
        endings: &[
            ("jpg", "image/jpeg"),
            ("jpeg", "image/jpeg"),
            ("png", "image/png"),
            ("gif", "image/gif"),
        ],
    },
    Kind {
        name: "voice",
        bytes: 2 * MB,
        too_large: 40010,
        endings: &[("amr", "audio/amr"), ("mp3", "audio/mp3")],
    },
    Kind { name: "video", bytes: 10 * MB, too_large: 40011, endings: &[("mp4", "video/mp4")] },
    Kind { name: "thumb", bytes: 64 << 10, too_large: 40012, endings: &[("jpg", "image/jpeg")] },
];

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    vec![post(UPLOAD, "media_upload", upload), get("/cgi-bin/media/get", "media_get", download)]
}

/// Reads the part named `media`.
///
/// # Errors
/// 41005 when it is missing, has no file name, or one that is not ASCII.
pub(super) async fn read_upload(mut form: Multipart) -> Result<Upload, i64> {
    while let Some(field) = form.next_field().await.map_err(|_| 41005)? {
        if field.name() != Some("media") {
            continue;
        }
        let file_name = field.file_name().unwrap_or_default().to_owned();
        if file_name.is_empty() || !file_name.is_ascii() {
            return Err(41005);
        }
        let bytes = field.bytes().await.map_err(|_| 45001)?.to_vec();
        return Ok(Upload { file_name, bytes });
    }
    Err(41005)
}

fn upload(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let named = call.query.get("type").map_or("", String::as_str);
    let kind = KINDS.iter().find(|kind| kind.name == named).ok_or(40004)?;
    let upload = call.upload.as_ref().ok_or(41005)?;
    if upload.bytes.is_empty() {
        return Err(44001.into());
    }
    if upload.bytes.len() > kind.bytes {
        return Err(kind.too_large.into());
    }
    let ending = upload.file_name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let known = kind.endings.iter().find(|(known, _)| *known == ending).ok_or(40005)?;
    let now = simulator.now();
    let media = Media {
        content_type: known.1,
        file_name: format!("media.{ending}"),
        bytes: upload.bytes.clone(),
        created_at: now,
        is_video: kind.name == "video",
    };
    let media_id = simulator.world().keep_media(media, &simulator.0.entropy);
    Ok(json!({"type": named, "media_id": media_id, "created_at": now.seconds()}).into())
}

fn download(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let media_id = call.query.get("media_id").map_or("", String::as_str);
    let world = simulator.world();
    let media = world.media(media_id, simulator.now()).ok_or(40007)?;
    if media.is_video {
        let url = format!("http://{}/sim/media/{media_id}", call.host);
        return Ok(json!({"video_url": url}).into());
    }
    let answer = Answer::File {
        content_type: media.content_type,
        file_name: media.file_name.clone(),
        bytes: media.bytes.clone(),
    };
    Ok(Done { answer, kind: None })
}
