//! Publishing (wechat-protocol.md §7.3) and its event (§2.5).

use serde_json::{Value, json};

use super::library::{Published, page_of, paged, text};
use super::{Call, Done, Refusal, Route, ok, post, random_name};
use crate::simulator::Simulator;
use crate::simulator::xml::Writer;

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/cgi-bin/freepublish/submit", "publish_submit", submit),
        post("/cgi-bin/freepublish/get", "publish_get", status),
        post("/cgi-bin/freepublish/getarticle", "publish_article", article),
        post("/cgi-bin/freepublish/batchget", "publish_list", list),
        post("/cgi-bin/freepublish/delete", "publish_delete", delete),
    ]
}

/// Takes the draft out of the box unless the review refuses it, and pushes the result a moment later.
fn submit(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let wanted = text(&call.json, "media_id");
    let now = simulator.now();
    let article_id = random_name(&simulator.0.entropy, 43);
    let mut world = simulator.world();
    let msg_data_id = world.next_msg_id(now);
    let library = &mut world.accounts.get_mut(call.account).ok_or(40001)?.library;
    let at = library.drafts.iter().position(|draft| draft.media_id == wanted).ok_or(40007)?;
    library.last_publish_id = library.last_publish_id.max(2_247_483_647) + 1;
    let publish_id = library.last_publish_id.to_string();
    let status = library.verdicts.pop_front().unwrap_or(0);
    let articles = match status {
        0 => library.drafts.remove(at).articles,
        _ => library.drafts.get(at).map(|draft| draft.articles.clone()).unwrap_or_default(),
    };
    let open = articles
        .iter()
        .map(|article| article.get("need_open_comment").and_then(Value::as_u64) == Some(1))
        .collect();
    library.published.push(Published {
        publish_id: publish_id.clone(),
        article_id,
        msg_data_id,
        status,
        articles,
        updated: now.seconds(),
        open,
    });
    drop(world);
    report_later(simulator, call.account, &publish_id);
    Ok(json!({
        "errcode": 0, "errmsg": "ok", "publish_id": publish_id, "msg_data_id": msg_data_id,
    })
    .into())
}

/// `PUBLISHJOBFINISH`, pushed on its own; the sender is nobody who follows.
fn report_later(simulator: &Simulator, account: usize, publish_id: &str) {
    let (simulator, publish_id) = (simulator.clone(), publish_id.to_owned());
    tokio::spawn(async move {
        let event = {
            let world = simulator.world();
            let library = world.accounts.get(account).map(|account| &account.library);
            let found =
                library.and_then(|l| l.published.iter().find(|p| p.publish_id == publish_id));
            found.map(event)
        };
        if let Some(event) = event {
            simulator.push_about_account(account, event).await;
        }
    });
}

fn event(published: &Published) -> Writer {
    let mut info = Writer::default()
        .number("publish_id", &published.publish_id)
        .number("publish_status", published.status);
    if published.status == 0 {
        let items = (1..=published.articles.len()).fold(String::new(), |mut items, index| {
            let item = Writer::default().number("idx", index);
            let item = item.text("article_url", &published.url(index)).inside();
            items.push_str(&format!("<item>{item}</item>"));
            items
        });
        let count = published.articles.len();
        let detail = format!("<count>{count}</count>{items}");
        info = info.text("article_id", &published.article_id).raw("article_detail", &detail);
    } else if matches!(published.status, 2 | 4) {
        info = info.number("fail_idx", 1);
    }
    Writer::default().text("Event", "PUBLISHJOBFINISH").raw("PublishEventInfo", &info.inside())
}

fn status(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let world = simulator.world();
    let library = &world.accounts.get(call.account).ok_or(40001)?.library;
    let wanted = match call.json.get("publish_id") {
        Some(Value::Number(number)) => number.to_string(),
        _ => text(&call.json, "publish_id").to_owned(),
    };
    let found = library.published.iter().find(|p| p.publish_id == wanted).ok_or(40097)?;
    let mut answer = json!({
        "publish_id": found.publish_id, "publish_status": found.status, "fail_idx": [],
    });
    if matches!(found.status, 0 | 5 | 6) {
        let item = |index| json!({"idx": index, "article_url": found.url(index)});
        let items: Vec<Value> = (1..=found.articles.len()).map(item).collect();
        answer["article_id"] = json!(found.article_id);
        answer["article_detail"] = json!({"count": items.len(), "item": items});
    }
    Ok(answer.into())
}

fn article(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let world = simulator.world();
    let library = &world.accounts.get(call.account).ok_or(40001)?.library;
    let wanted = text(&call.json, "article_id");
    let found = library.published.iter().find(|p| p.article_id == wanted && p.status == 0);
    Ok(found.ok_or(53600)?.news(true).into())
}

fn list(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let (offset, count, with_content) = page_of(&call.json)?;
    let world = simulator.world();
    let library = &world.accounts.get(call.account).ok_or(40001)?.library;
    let line = |published: &Published| {
        json!({
            "article_id": published.article_id,
            "content": published.news(with_content),
            "update_time": published.updated,
        })
    };
    let lines = library.published.iter().filter(|p| p.status == 0).map(line).collect();
    Ok(paged(lines, offset, count).into())
}

fn delete(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let mut world = simulator.world();
    let library = &mut world.accounts.get_mut(call.account).ok_or(40001)?.library;
    let wanted = text(&call.json, "article_id");
    let found = library.published.iter_mut().find(|p| p.article_id == wanted && p.status == 0);
    let found = found.ok_or(53600)?;
    let index = call.json.get("index").and_then(Value::as_u64).unwrap_or(0);
    for (at, article) in found.articles.iter_mut().enumerate() {
        if index == 0 || index == at as u64 + 1 {
            article["deleted"] = json!(true);
        }
    }
    if found.articles.iter().all(|article| article.get("deleted").is_some()) {
        found.status = 5;
    }
    Ok(ok().into())
}
