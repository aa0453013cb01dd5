//! Temporary media (wechat-protocol.md §12).

use axum::extract::Multipart;
use serde_json::json;

use super::{Answer, Call, Done, Refusal, Route, get, post};
use crate::simulator::Simulator;
use crate::simulator::world::Media;

const UPLOAD: &str = "/cgi-bin/media/upload";
const UPLOAD_PICTURE: &str = "/cgi-bin/media/uploadimg";

/// Whether a call takes a multipart body.
pub(super) fn takes_file(path: &str) -> bool {
    [UPLOAD, UPLOAD_PICTURE, super::material::ADD].contains(&path)
}

const MB: usize = 1 << 20;

/// A file received.
pub(super) struct Upload {
    pub file_name: String,
    pub bytes: Vec<u8>,
    /// The form's field `description`, for films.
    pub description: Option<String>,
}

impl Upload {
    /// Ending of the file's name in small letters.
    pub fn ending(&self) -> String {
        self.file_name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase()
    }
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
    vec![
        post(UPLOAD, "media_upload", upload),
        post(UPLOAD_PICTURE, "picture_upload", upload_picture),
        get("/cgi-bin/media/get", "media_get", download),
        get("/cgi-bin/media/get/jssdk", "media_get", download_speech),
    ]
}

/// Reads the part named `media` and the field `description`, if any.
///
/// # Errors
/// 41005 when it is missing, has no file name, or one that is not ASCII.
pub(super) async fn read_upload(mut form: Multipart) -> Result<Upload, i64> {
    let (mut file, mut description) = (None, None);
    while let Some(field) = form.next_field().await.map_err(|_| 41005)? {
        if field.name() == Some("description") {
            description = Some(field.text().await.map_err(|_| 41005)?);
            continue;
        }
        if field.name() != Some("media") {
            continue;
        }
        let file_name = field.file_name().unwrap_or_default().to_owned();
        if file_name.is_empty() || !file_name.is_ascii() {
            return Err(41005);
        }
        let bytes = field.bytes().await.map_err(|_| 45001)?.to_vec();
        file = Some((file_name, bytes));
    }
    let (file_name, bytes) = file.ok_or(41005)?;
    Ok(Upload { file_name, bytes, description })
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
    let ending = upload.ending();
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

/// A picture for the body of articles: below 1 MB, kept under an address (§7.1).
fn upload_picture(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let upload = call.upload.as_ref().ok_or(41005)?;
    let content_type = match upload.ending().as_str() {
        "jpg" | "jpeg" if upload.bytes.starts_with(b"\xff\xd8\xff") => "image/jpeg",
        "png" if upload.bytes.starts_with(b"\x89PNG") => "image/png",
        _ => return Err(40005.into()),
    };
    if upload.bytes.len() >= MB {
        return Err(40009.into());
    }
    let media = Media {
        content_type,
        file_name: upload.file_name.clone(),
        bytes: upload.bytes.clone(),
        created_at: simulator.now(),
        is_video: false,
    };
    let media_id = simulator.world().keep_media(media, &simulator.0.entropy);
    Ok(json!({"url": format!("http://mmbiz.qpic.cn/sim/{media_id}/0")}).into())
}

/// Speech of the JS-SDK; the stand-in keeps one quality only.
fn download_speech(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let media_id = call.query.get("media_id").map_or("", String::as_str);
    let world = simulator.world();
    let media = world.media(media_id, simulator.now()).ok_or(40007)?;
    if !media.content_type.starts_with("audio/") {
        return Err(40007.into());
    }
    let (file_name, bytes) = (media.file_name.clone(), media.bytes.clone());
    let answer = Answer::File { content_type: "voice/speex", file_name, bytes };
    Ok(Done { answer, kind: None })
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
