//! Permanent material (wechat-protocol.md §12).

use serde_json::{Value, json};

use super::library::{Library, Piece, page_of, paged, text};
use super::{Answer, Call, Done, Refusal, Route, get, ok, post, random_name};
use crate::simulator::Simulator;

/// Path of the call that takes a file.
pub(super) const ADD: &str = "/cgi-bin/material/add_material";

const MB: usize = 1 << 20;

/// Kind, most bytes, error code beyond them, most pieces, endings with their content type.
struct Kind(&'static str, usize, i64, usize, &'static [(&'static str, &'static str)]);

const KINDS: [Kind; 4] = [
    Kind(
        "image",
        10 * MB,
        40009,
        100_000,
        &[
            ("jpg", "image/jpeg"),
            ("jpeg", "image/jpeg"),
            ("png", "image/png"),
            ("gif", "image/gif"),
            ("bmp", "image/bmp"),
        ],
    ),
    Kind(
        "voice",
        2 * MB,
        40010,
        1000,
        &[
            ("amr", "audio/amr"),
            ("mp3", "audio/mp3"),
            ("wma", "audio/x-ms-wma"),
            ("wav", "audio/wav"),
        ],
    ),
    Kind("video", 10 * MB, 40011, 1000, &[("mp4", "video/mp4")]),
    Kind("thumb", 64 << 10, 40012, 1000, &[("jpg", "image/jpeg")]),
];

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    vec![
        post(ADD, "material_add", add),
        post("/cgi-bin/material/get_material", "material_get", fetch),
        post("/cgi-bin/material/del_material", "material_delete", delete),
        get("/cgi-bin/material/get_materialcount", "material_count", count),
        post("/cgi-bin/material/batchget_material", "material_list", list),
    ]
}

fn add(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let named = call.query.get("type").map_or("", String::as_str);
    let Kind(kind, most, too_large, pieces, endings) =
        KINDS.iter().find(|kind| kind.0 == named).ok_or(40004)?;
    let upload = call.upload.as_ref().ok_or(41005)?;
    if upload.bytes.is_empty() {
        return Err(44001.into());
    }
    if upload.bytes.len() > *most {
        return Err((*too_large).into());
    }
    let ending = upload.ending();
    let known = endings.iter().find(|(known, _)| *known == ending).ok_or(40005)?;
    let about = match (*kind, &upload.description) {
        ("video", Some(json)) => {
            let about: Value = serde_json::from_str(json).map_err(|_| 47001)?;
            Some((text(&about, "title").to_owned(), text(&about, "introduction").to_owned()))
        }
        ("video", None) => return Err(40097.into()),
        _ => None,
    };
    let media_id = random_name(&simulator.0.entropy, 64);
    let updated = simulator.now().seconds();
    let mut world = simulator.world();
    let library = &mut world.accounts.get_mut(call.account).ok_or(40001)?.library;
    if library.pieces.iter().filter(|piece| piece.kind == *kind).count() >= *pieces {
        return Err(45001.into());
    }
    library.pieces.push(Piece {
        media_id: media_id.clone(),
        kind: (*kind).to_owned(),
        name: upload.file_name.clone(),
        content_type: known.1,
        bytes: upload.bytes.clone(),
        about,
        updated,
    });
    let mut answer = json!({"media_id": media_id});
    if *kind == "image" {
        answer["url"] = json!(address(&media_id));
    }
    Ok(answer.into())
}

fn address(media_id: &str) -> String {
    format!("http://mmbiz.qpic.cn/sim/{media_id}/0")
}

fn fetch(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let world = simulator.world();
    let library = &world.accounts.get(call.account).ok_or(40001)?.library;
    let piece = library.piece(text(&call.json, "media_id")).ok_or(40007)?;
    if let Some((title, description)) = &piece.about {
        let down_url = format!("http://{}/sim/material/{}", call.host, piece.media_id);
        let answer = json!({"title": title, "description": description, "down_url": down_url});
        return Ok(answer.into());
    }
    let answer = Answer::File {
        content_type: piece.content_type,
        file_name: piece.name.clone(),
        bytes: piece.bytes.clone(),
    };
    Ok(Done { answer, kind: None })
}

fn delete(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let media_id = text(&call.json, "media_id");
    let mut world = simulator.world();
    let account = world.accounts.get_mut(call.account).ok_or(40001)?;
    account.library.piece(media_id).ok_or(40007)?;
    if account.buttons().to_string().contains(media_id) {
        return Err(48005.into());
    }
    account.library.pieces.retain(|piece| piece.media_id != media_id);
    Ok(ok().into())
}

fn count(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let world = simulator.world();
    let library = &world.accounts.get(call.account).ok_or(40001)?.library;
    Ok(json!({
        "voice_count": of_kind(library, "voice"),
        "video_count": of_kind(library, "video"),
        "image_count": of_kind(library, "image") + of_kind(library, "thumb"),
        "news_count": 0,
    })
    .into())
}

fn of_kind(library: &Library, kind: &str) -> usize {
    library.pieces.iter().filter(|piece| piece.kind == kind).count()
}

fn list(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let kind = text(&call.json, "type");
    if !["image", "voice", "video", "news"].contains(&kind) {
        return Err(40004.into());
    }
    let (offset, count, _) = page_of(&call.json)?;
    let world = simulator.world();
    let library = &world.accounts.get(call.account).ok_or(40001)?.library;
    let line = |piece: &Piece| {
        let mut line = json!({
            "media_id": piece.media_id, "name": piece.name, "update_time": piece.updated,
        });
        if kind == "image" {
            line["url"] = json!(address(&piece.media_id));
        }
        line
    };
    let lines = library.pieces.iter().filter(|piece| piece.kind == kind).map(line).collect();
    Ok(paged(lines, offset, count).into())
}
