//! The draft box (wechat-protocol.md §7.2).

use serde_json::{Value, json};

use super::library::{Draft, Library, page_of, paged, shown, text};
use super::{Call, Done, Refusal, Route, get, ok, post, random_name};
use crate::simulator::Simulator;

/// Most articles of a draft.
const ARTICLES: usize = 8;
/// Most pictures of a picture post.
const PICTURES: usize = 20;

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    let title = |call: &Call| {
        let articles = call.json.get("articles").unwrap_or(&Value::Null);
        text(articles.get(0).unwrap_or(articles), "title").to_owned()
    };
    vec![
        Route { gist: title, ..post("/cgi-bin/draft/add", "draft_add", add) },
        post("/cgi-bin/draft/get", "draft_get", fetch),
        Route { gist: title, ..post("/cgi-bin/draft/update", "draft_update", update) },
        post("/cgi-bin/draft/delete", "draft_delete", delete),
        post("/cgi-bin/draft/batchget", "draft_list", list),
        get("/cgi-bin/draft/count", "draft_count", count),
        post("/cgi-bin/draft/switch", "draft_switch", switch),
    ]
}

/// The article as it is kept: checked, without code, without pictures from elsewhere.
fn checked(library: &Library, article: &Value) -> Result<Value, i64> {
    let length = |name: &str| text(article, name).chars().count();
    let limits = [("title", 64, 45003), ("author", 16, 45110), ("digest", 128, 45004)];
    if text(article, "title").is_empty() {
        return Err(45003);
    }
    if let Some((_, _, errcode)) = limits.iter().find(|(name, most, _)| length(name) > *most) {
        return Err(*errcode);
    }
    if text(article, "content_source_url").len() > 1024 {
        return Err(41039);
    }
    let content = text(article, "content");
    if content.is_empty() {
        return Err(44004);
    }
    if content.chars().count() >= 20_000 || content.len() >= 1 << 20 {
        return Err(45002);
    }
    match text(article, "article_type") {
        "" | "news" => {
            let cover = library.piece(text(article, "thumb_media_id")).ok_or(40007)?;
            if !["image", "thumb"].contains(&cover.kind.as_str()) {
                return Err(40007);
            }
        }
        "newspic" => check_pictures(library, article)?,
        _ => return Err(40097),
    }
    let mut kept = article.clone();
    kept["content"] = json!(cleaned(content));
    if text(article, "digest").is_empty() {
        let words: String = plain(content).chars().take(54).collect();
        kept["digest"] = json!(words);
    }
    Ok(kept)
}

fn check_pictures(library: &Library, article: &Value) -> Result<(), i64> {
    let list = article.pointer("/image_info/image_list").and_then(Value::as_array).ok_or(40097)?;
    let known = list.iter().all(|picture| library.piece(text(picture, "image_media_id")).is_some());
    if list.is_empty() || list.len() > PICTURES {
        return Err(40215);
    }
    if known { Ok(()) } else { Err(40007) }
}

/// Without scripts and without pictures that lie elsewhere (§7.1).
fn cleaned(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    for (nth, piece) in content.split('<').enumerate() {
        let foreign = piece.starts_with("img") && !piece.contains("//mmbiz.qpic.cn/");
        let code = piece.starts_with("script") || piece.starts_with("/script");
        if nth > 0 && (foreign || code) {
            out.push_str(piece.split_once('>').map_or("", |(_, rest)| rest));
            continue;
        }
        if nth > 0 {
            out.push('<');
        }
        out.push_str(piece);
    }
    out
}

/// The words of a body.
fn plain(content: &str) -> String {
    let words = |(nth, piece): (usize, &str)| match (nth, piece.split_once('>')) {
        (0, _) => piece.to_owned(),
        (_, Some((_, rest))) => rest.to_owned(),
        (_, None) => String::new(),
    };
    content.split('<').enumerate().map(words).collect()
}

fn add(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let articles = call.json.get("articles").and_then(Value::as_array).ok_or(44003)?;
    if articles.is_empty() {
        return Err(44003.into());
    }
    if articles.len() > ARTICLES {
        return Err(45008.into());
    }
    let media_id = random_name(&simulator.0.entropy, 64);
    let updated = simulator.now().seconds();
    let mut world = simulator.world();
    let library = &mut world.accounts.get_mut(call.account).ok_or(40001)?.library;
    let articles = articles.iter().map(|article| checked(library, article));
    let articles = articles.collect::<Result<Vec<_>, _>>()?;
    library.drafts.push(Draft { media_id: media_id.clone(), articles, updated });
    Ok(json!({"media_id": media_id}).into())
}

fn fetch(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let world = simulator.world();
    let library = &world.accounts.get(call.account).ok_or(40001)?.library;
    let wanted = text(&call.json, "media_id");
    let draft = library.drafts.iter().find(|draft| draft.media_id == wanted).ok_or(40007)?;
    Ok(news(draft, true).into())
}

fn news(draft: &Draft, with_content: bool) -> Value {
    let item = |article: &Value| {
        let mut item = shown(article, with_content);
        item["url"] = json!(format!("http://mp.weixin.qq.com/s?tempkey={}", draft.media_id));
        item
    };
    json!({"news_item": draft.articles.iter().map(item).collect::<Vec<_>>()})
}

fn update(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let index = call.json.get("index").and_then(Value::as_u64).ok_or(40114)?;
    // One article as an object; an array, as add takes, is refused.
    let article = call.json.get("articles").filter(|article| article.is_object()).ok_or(47001)?;
    let updated = simulator.now().seconds();
    let mut world = simulator.world();
    let library = &mut world.accounts.get_mut(call.account).ok_or(40001)?.library;
    let article = checked(library, article)?;
    let wanted = text(&call.json, "media_id");
    let draft = library.drafts.iter_mut().find(|draft| draft.media_id == wanted).ok_or(40007)?;
    let index = usize::try_from(index).map_err(|_| 40114)?;
    *draft.articles.get_mut(index).ok_or(40114)? = article;
    draft.updated = updated;
    Ok(ok().into())
}

fn delete(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let mut world = simulator.world();
    let library = &mut world.accounts.get_mut(call.account).ok_or(40001)?.library;
    let wanted = text(&call.json, "media_id");
    let before = library.drafts.len();
    library.drafts.retain(|draft| draft.media_id != wanted);
    if library.drafts.len() == before { Err(40007.into()) } else { Ok(ok().into()) }
}

fn list(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let (offset, count, with_content) = page_of(&call.json)?;
    let world = simulator.world();
    let library = &world.accounts.get(call.account).ok_or(40001)?.library;
    let line = |draft: &Draft| {
        json!({
            "media_id": draft.media_id,
            "content": news(draft, with_content),
            "update_time": draft.updated,
        })
    };
    Ok(paged(library.drafts.iter().map(line).collect(), offset, count).into())
}

fn count(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let world = simulator.world();
    let library = &world.accounts.get(call.account).ok_or(40001)?.library;
    Ok(json!({"total_count": library.drafts.len()}).into())
}

fn switch(_: &Simulator, _: &Call) -> Result<Done, Refusal> {
    Ok(json!({"errcode": 0, "errmsg": "ok", "is_open": 1}).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_pictures_from_elsewhere_are_dropped() {
        let body = "<p>一<img src=\"http://evil.example/a.png\">二<img \
                    src=\"http://mmbiz.qpic.cn/sim/a/0\"></p><script>x()</script>";
        let kept = cleaned(body);
        assert!(!kept.contains("evil") && !kept.contains("<script") && kept.contains("mmbiz"));
        assert_eq!(plain("<p>一<b>二</b></p>三"), "一二三");
    }
}
