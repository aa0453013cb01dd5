//! Recorded payloads of media, material, drafts, publishing and comments.
//!
//! A request is held against what the client really sends (a small server takes it down). Compared
//! are all fields of the recording except those named here: `show_cover_pic` is ignored by WeChat and
//! never sent; `count` is 1 to 20 (comments 49) here, while some recordings say 0; flags that say
//! "everything" may be missing on either side.

use std::future::Future;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use pufa::wechat::client::{AppSecret, Client, Credentials};
use pufa::wechat::comment::{CommentDeed, CommentKind, Commented};
use pufa::wechat::draft::{Article, NewsItem};
use pufa::wechat::freepublish::PublishStatus;
use pufa::wechat::material::{FilmDescription, Material, MaterialKind};
use pufa::wechat::media::{File, MediaKind};

use super::clock;

/// Recording and its check.
#[expect(clippy::type_complexity, reason = "the shape all lists of recordings share")]
pub const CASES: &[(&str, fn(&Value))] = &[
    ("cgibin_media_upload_response.json", media_upload),
    ("wechatpy_media_upload.json", media_upload),
    ("cgibin_media_upload_image_response.json", article_picture),
    ("wechatpy_media_uploadimg.json", article_picture),
    ("cgibin_material_add_material_request.json", film_description),
    ("cgibin_material_add_material_response.json", material_added),
    ("cgibin_material_get_material_request.json", material_request),
    ("cgibin_material_get_material_as_video_request.json", material_request),
    ("cgibin_material_get_material_as_video_response.json", material_film),
    ("cgibin_material_get_material_count_response.json", material_count),
    ("wechatpy_material_get_materialcount.json", material_count),
    ("cgibin_material_batch_get_material_request.json", material_list_request),
    ("cgibin_material_batch_get_material_response.json", material_list),
    ("cgibin_draft_add_request.json", draft_add_request),
    ("cgibin_draft_add_response.json", draft_added),
    ("cgibin_draft_get_request.json", draft_get_request),
    ("cgibin_draft_get_response.json", draft),
    ("cgibin_draft_update_request.json", draft_update_request),
    ("cgibin_draft_delete_request.json", draft_delete_request),
    ("cgibin_draft_batch_get_request.json", draft_list_request),
    ("cgibin_draft_batch_get_response.json", draft_list),
    ("cgibin_draft_count_response.json", draft_count),
    ("cgibin_free_publish_submit_request.json", submit_request),
    ("cgibin_free_publish_submit_response.json", submitted),
    ("cgibin_free_publish_get_request.json", publication_request),
    ("cgibin_free_publish_get_response.json", publication),
    ("cgibin_free_publish_get_article_request.json", published_request),
    ("cgibin_free_publish_get_article_response.json", published),
    ("cgibin_free_publish_batch_get_request.json", published_list_request),
    ("cgibin_free_publish_batch_get_response.json", published_list),
    ("cgibin_free_publish_delete_request.json", published_delete_request),
    ("cgibin_comment_open_request.json", comment_open),
    ("cgibin_comment_close_request.json", comment_close),
    ("cgibin_comment_list_request.json", comment_list_request),
    ("cgibin_comment_list_response.json", comment_list),
    ("cgibin_comment_mark_elect_request.json", |said| comment(said, CommentDeed::Elect)),
    ("cgibin_comment_unmark_elect_request.json", |said| comment(said, CommentDeed::Unelect)),
    ("cgibin_comment_delete_request.json", |said| comment(said, CommentDeed::Delete)),
    ("cgibin_comment_reply_add_request.json", |said| comment(said, CommentDeed::Reply("CONTENT"))),
    ("cgibin_comment_reply_delete_request.json", |said| comment(said, CommentDeed::DeleteReply)),
];

#[derive(Default)]
struct Seen {
    answer: String,
    path: String,
    body: Vec<u8>,
}

type Shared = Arc<Mutex<Seen>>;

async fn answer(State(seen): State<Shared>, uri: Uri, body: Bytes) -> (HeaderMap, String) {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, "application/json".parse().expect("a type"));
    if uri.path() == "/cgi-bin/stable_token" {
        return (headers, json!({"access_token": "T", "expires_in": 7200}).to_string());
    }
    let mut seen = seen.lock().expect("the server");
    uri.path().clone_into(&mut seen.path);
    seen.body = body.to_vec();
    (headers, seen.answer.clone())
}

/// Runs a call against a server that answers `said`; gives what the call gave, the path it asked for
/// and the body it sent.
fn call<T, F: Future<Output = T>>(
    said: &Value,
    run: impl FnOnce(Client) -> F,
) -> (T, String, Vec<u8>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let seen: Shared = Arc::default();
        seen.lock().expect("the server").answer = said.to_string();
        let router = Router::new().fallback(answer).with_state(seen.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await });
        let credentials =
            Credentials { app_id: "wx1".to_owned(), app_secret: AppSecret::from("SECRET") };
        let given = run(Client::new(&url, credentials, clock()).expect("a client")).await;
        serving.abort();
        let seen = seen.lock().expect("the server");
        (given, seen.path.clone(), seen.body.clone())
    })
}

/// What a call makes of a recorded response.
fn given<T, E: std::fmt::Debug, F: Future<Output = Result<T, E>>>(
    said: &Value,
    run: impl FnOnce(Client) -> F,
) -> T {
    call(said, run).0.expect("the recorded response")
}

/// Holds what a call sends to `path` against a recorded request.
fn sends<T, F: Future<Output = T>>(said: &Value, path: &str, run: impl FnOnce(Client) -> F) {
    let (_, asked, body) = call(&json!({}), run);
    assert_eq!(asked, format!("/cgi-bin/{path}"));
    let sent: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(plain(sent), plain(said.clone()), "{path}");
}

/// Without what the head of this file names.
fn plain(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            fields.remove("show_cover_pic");
            fields.remove("count");
            fields.values_mut().for_each(|field| *field = plain(field.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = plain(item.take())),
        _ => {}
    }
    value
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn picture() -> File<'static> {
    File { extension: "jpg", mime: "image/jpeg", bytes: b"\xff\xd8\xff" }
}

fn media_upload(said: &Value) {
    let up = given(said, |c| async move { c.upload_media(MediaKind::Image, &picture()).await });
    assert_eq!((up.media_id.as_str(), up.created_at), (text(said, "media_id"), Some(123_456_789)));
}

fn article_picture(said: &Value) {
    let url = given(said, |c| async move { c.upload_article_picture(&picture()).await });
    assert_eq!(url, text(said, "url"));
}

fn film_description(said: &Value) {
    let about = FilmDescription {
        title: text(said, "title").to_owned(),
        introduction: text(said, "introduction").to_owned(),
    };
    let film = File { extension: "mp4", mime: "video/mp4", bytes: b"film" };
    let (_, path, body) = call(&json!({}), |c| async move { c.add_film(&film, &about).await });
    assert_eq!(path, "/cgi-bin/material/add_material");
    let form = String::from_utf8_lossy(&body);
    let field = form.split("name=\"description\"").nth(1).expect("a field");
    let json = field.split("\r\n\r\n").nth(1).and_then(|rest| rest.split("\r\n").next());
    let sent: Value = serde_json::from_str(json.expect("its value")).expect("JSON");
    assert_eq!(&sent, said);
}

fn material_added(said: &Value) {
    let added = given(said, |c| async move { c.add_material(MediaKind::Image, &picture()).await });
    assert_eq!((added.media_id.as_str(), added.url.as_deref()), ("MEDIA_ID", Some("URL")));
}

fn material_request(said: &Value) {
    let id = text(said, "media_id");
    sends(said, "material/get_material", |c| async move { c.get_material(id).await });
}

fn material_film(said: &Value) {
    let found = given(said, |c| async move { c.get_material("a").await });
    let Material::Film { title, description, down_url } = found else { panic!("no film") };
    assert_eq!([title, description, down_url], ["TITLE", "DESCRIPTION", "DOWN_URL"]);
}

fn material_count(said: &Value) {
    let count = given(said, |c| async move { c.count_material().await });
    let counts = [count.voices, count.films, count.pictures, count.news].map(|n| json!(n));
    let names = ["voice_count", "video_count", "image_count", "news_count"];
    assert_eq!(counts, names.map(|name| said[name].clone()));
}

fn material_list_request(said: &Value) {
    let mut wanted = said.clone();
    wanted["type"] = json!("image");
    sends(&wanted, "material/batchget_material", |c| async move {
        c.list_material(MaterialKind::Image, 0, 1).await
    });
}

fn material_list(said: &Value) {
    let page = given(said, |c| async move { c.list_material(MaterialKind::Image, 0, 20).await });
    assert_eq!((page.total_count, page.items.len()), (1, 2));
    let news = page.items[0].content.as_ref().expect("articles");
    assert_eq!(news.news_item[0].title, "TITLE");
    assert_eq!(page.items[1].name.as_deref(), Some("NAME"));
}

fn article(said: &Value) -> Article {
    Article {
        title: text(said, "title").to_owned(),
        author: text(said, "author").to_owned(),
        digest: text(said, "digest").to_owned(),
        content: text(said, "content").to_owned(),
        content_source_url: text(said, "content_source_url").to_owned(),
        thumb_media_id: text(said, "thumb_media_id").to_owned(),
        need_open_comment: said["need_open_comment"] == 1,
        only_fans_can_comment: said["only_fans_can_comment"] == 1,
    }
}

fn draft_add_request(said: &Value) {
    let articles = [article(&said["articles"][0])];
    sends(said, "draft/add", |c| async move { c.add_draft(&articles).await });
}

fn draft_added(said: &Value) {
    assert_eq!(given(said, |c| async move { c.add_draft(&[]).await }), "MEDIA_ID");
}

fn draft_get_request(said: &Value) {
    let id = text(said, "media_id");
    sends(said, "draft/get", |c| async move { c.get_draft(id).await });
}

fn is_recorded(item: &NewsItem) {
    let texts = [&item.title, &item.author, &item.digest, &item.content, &item.url];
    assert_eq!(texts, ["TITLE", "AUTHOR", "DIGEST", "CONTENT", "URL"]);
    assert_eq!(item.content_source_url, "CONTENT_SOURCE_URL");
    assert_eq!(item.thumb_media_id, "THUMB_MEDIA_ID");
    assert!(!item.need_open_comment && !item.only_fans_can_comment && !item.is_deleted);
}

fn draft(said: &Value) {
    is_recorded(&given(said, |c| async move { c.get_draft("a").await })[0]);
}

fn draft_update_request(said: &Value) {
    let (id, article) = (text(said, "media_id"), article(&said["articles"]));
    sends(said, "draft/update", |c| async move { c.update_draft(id, 0, &article).await });
}

fn draft_delete_request(said: &Value) {
    let id = text(said, "media_id");
    sends(said, "draft/delete", |c| async move { c.delete_draft(id).await });
}

fn draft_list_request(said: &Value) {
    sends(said, "draft/batchget", |c| async move { c.list_drafts(0, 20, true).await });
}

fn draft_list(said: &Value) {
    let page = given(said, |c| async move { c.list_drafts(0, 20, true).await });
    assert_eq!(page.items[0].media_id, "MEDIA_ID");
    is_recorded(&page.items[0].content.news_item[0]);
}

fn draft_count(said: &Value) {
    assert_eq!(given(said, |c| async move { c.count_drafts().await }), 0);
}

fn submit_request(said: &Value) {
    let id = text(said, "media_id");
    sends(said, "freepublish/submit", |c| async move { c.submit_publication(id).await });
}

fn submitted(said: &Value) {
    let done = given(said, |c| async move { c.submit_publication("a").await });
    assert_eq!((done.publish_id.as_str(), done.msg_data_id), ("100000001", None));
}

fn publication_request(said: &Value) {
    let id = text(said, "publish_id");
    sends(said, "freepublish/get", |c| async move { c.publication(id).await });
}

fn publication(said: &Value) {
    let found = given(said, |c| async move { c.publication("100000001").await });
    assert_eq!(found.status, PublishStatus::Done);
    let texts = (found.article_id.as_deref(), found.url.as_deref());
    assert_eq!(texts, (Some("ARTICLE_ID"), Some("ARTICLE_URL")));
}

fn published_request(said: &Value) {
    let id = text(said, "article_id");
    sends(said, "freepublish/getarticle", |c| async move { c.published_article(id).await });
}

fn published(said: &Value) {
    is_recorded(&given(said, |c| async move { c.published_article("a").await })[0]);
}

fn published_list_request(said: &Value) {
    sends(said, "freepublish/batchget", |c| async move { c.list_published(0, 20, true).await });
}

fn published_list(said: &Value) {
    let page = given(said, |c| async move { c.list_published(0, 20, true).await });
    assert_eq!(page.items[0].article_id, "ARTICLE_ID");
    is_recorded(&page.items[0].content.news_item[0]);
}

fn published_delete_request(said: &Value) {
    let id = text(said, "article_id");
    sends(said, "freepublish/delete", |c| async move { c.delete_published(id, Some(1)).await });
}

fn commented(said: &Value) -> Commented {
    let id = said["msg_data_id"].as_i64().expect("an id");
    Commented { msg_data_id: id, index: 0 }
}

fn comment_open(said: &Value) {
    let article = commented(said);
    sends(said, "comment/open", |c| async move { c.open_comments(article).await });
}

fn comment_close(said: &Value) {
    let article = commented(said);
    sends(said, "comment/close", |c| async move { c.close_comments(article).await });
}

fn comment_list_request(said: &Value) {
    let article = commented(said);
    sends(said, "comment/list", |c| async move {
        c.list_comments(article, 0, 20, CommentKind::All).await
    });
}

fn comment_list(said: &Value) {
    let article = Commented { msg_data_id: 1, index: 0 };
    let page =
        given(said, |c| async move { c.list_comments(article, 0, 20, CommentKind::All).await });
    let comment = &page.comments[0];
    assert_eq!((comment.openid.as_str(), comment.comment_type), ("OPENID", 1));
    assert_eq!(comment.answer(), Some("CONTENT"));
}

fn comment(said: &Value, deed: CommentDeed<'static>) {
    let path = match deed {
        CommentDeed::Elect => "comment/markelect",
        CommentDeed::Unelect => "comment/unmarkelect",
        CommentDeed::Delete => "comment/delete",
        CommentDeed::Reply(_) => "comment/reply/add",
        CommentDeed::DeleteReply => "comment/reply/delete",
    };
    let article = commented(said);
    sends(said, path, |c| async move { c.treat_comment(article, 0, deed).await });
}

#[test]
fn recorded_payloads_of_media_and_articles_are_sent_and_read() {
    let Some(folder) = super::recorded("fixtures/wechat/api-json") else { return };
    for (file, check) in CASES {
        println!("{file}");
        let text = std::fs::read_to_string(folder.join(file)).expect("a recording");
        check(&serde_json::from_str(&text).expect("JSON"));
    }
    println!("{} recordings", CASES.len());
}
