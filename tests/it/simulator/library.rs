//! What the stand-in keeps for an account: material, drafts, published articles, comments.

use pufa::platform::clock::Clock;
use pufa::simulator::PushMode;
use pufa::wechat::client::{AppSecret, CallError, Client, Credentials};
use pufa::wechat::comment::{CommentDeed, CommentKind, Commented};
use pufa::wechat::draft::Article;
use pufa::wechat::freepublish::PublishStatus;
use pufa::wechat::material::{FilmDescription, Material, MaterialKind};
use pufa::wechat::media::{File, Media, MediaKind};

use super::stage::{APP_ID, Stage, ZHOU, always, stage};

const JPEG: File<'static> = File { extension: "jpg", mime: "image/jpeg", bytes: b"\xff\xd8\xff" };

async fn start() -> (Stage, Client) {
    let stage = stage(PushMode::Safe, always("success")).await;
    let credentials =
        Credentials { app_id: APP_ID.to_owned(), app_secret: AppSecret::from("secret") };
    let client = Client::new(&format!("http://{}", stage.api), credentials, clock(&stage)).unwrap();
    (stage, client)
}

fn clock(stage: &Stage) -> Clock {
    stage.clock.clone()
}

fn code<T: std::fmt::Debug>(result: Result<T, CallError>) -> i64 {
    match result {
        Err(CallError::Refused { errcode, rid: Some(_), .. }) => errcode,
        other => panic!("not refused with a rid: {other:?}"),
    }
}

fn article(cover: &str) -> Article {
    Article {
        title: "欠薪怎么办".into(),
        content: "<p>先找劳动监察。</p><img src=\"http://evil.example/a.png\">".into(),
        thumb_media_id: cover.into(),
        need_open_comment: true,
        ..Article::default()
    }
}

#[tokio::test]
async fn material_is_kept_listed_fetched_and_deleted() {
    let (_stage, client) = start().await;
    let cover = client.add_material(MediaKind::Image, &JPEG).await.unwrap();
    assert!(cover.url.is_some_and(|url| url.starts_with("http://mmbiz.qpic.cn/")));
    let film = File { extension: "mp4", mime: "video/mp4", bytes: b"film" };
    let about = FilmDescription { title: "普法".into(), introduction: "一分钟".into() };
    let film = client.add_film(&film, &about).await.unwrap();
    let Material::Film { title, down_url, .. } = client.get_material(&film.media_id).await.unwrap()
    else {
        panic!("no film")
    };
    assert_eq!(title, "普法");
    assert_eq!(client.download_film(&down_url).await.unwrap().bytes, b"film");
    let foreign = client.download_film("http://169.254.169.254/latest").await;
    assert!(matches!(foreign, Err(CallError::Unreadable(_))));
    let Material::File(file) = client.get_material(&cover.media_id).await.unwrap() else {
        panic!("no file")
    };
    assert_eq!((file.bytes.as_slice(), file.content_type.as_str()), (JPEG.bytes, "image/jpeg"));
    let count = client.count_material().await.unwrap();
    assert_eq!((count.pictures, count.films, count.voices), (1, 1, 0));
    let page = client.list_material(MaterialKind::Image, 0, 20).await.unwrap();
    assert_eq!((page.total_count, page.items.len()), (1, 1));
    client.delete_material(&cover.media_id).await.unwrap();
    assert_eq!(code(client.delete_material(&cover.media_id).await), 40007);
    let large = vec![0; 64 * 1024 + 1];
    let thumb = File { extension: "jpg", mime: "image/jpeg", bytes: &large };
    assert_eq!(code(client.add_material(MediaKind::Thumb, &thumb).await), 40012);
    let bmp = File { extension: "exe", mime: "image/bmp", bytes: b"MZ" };
    assert_eq!(code(client.add_material(MediaKind::Image, &bmp).await), 40005);
}

#[tokio::test]
async fn pictures_of_bodies_stay_below_a_megabyte_and_films_come_by_address() {
    let (stage, client) = start().await;
    assert!(client.upload_article_picture(&JPEG).await.unwrap().contains("mmbiz.qpic.cn"));
    let mut large = JPEG.bytes.to_vec();
    large.resize(1 << 20, 0);
    let large = File { extension: "jpg", mime: "image/jpeg", bytes: &large };
    assert_eq!(code(client.upload_article_picture(&large).await), 40009);
    let gif = File { extension: "gif", mime: "image/gif", bytes: b"GIF89a" };
    assert_eq!(code(client.upload_article_picture(&gif).await), 40005);
    let film = stage.simulator.keep_file("video/mp4", "a.mp4", b"\0\0\0\x18ftypisom");
    let Media::Video { url } = client.get_media(&film).await.unwrap() else { panic!("no address") };
    assert!(client.download_film(&url).await.unwrap().bytes.ends_with(b"ftypisom"));
    let mass = client.mass_video(&film, "普法", "一分钟").await.unwrap();
    assert_ne!(mass, film);
    let speech = stage.simulator.keep_file("audio/amr", "a.amr", b"#!AMR\n");
    assert_eq!(client.get_jssdk_voice(&speech).await.unwrap().content_type, "voice/speex");
    assert_eq!(code(client.get_jssdk_voice(&film).await), 40007);
}

#[tokio::test]
async fn a_draft_is_added_changed_listed_and_gone_when_published() {
    let (mut stage, client) = start().await;
    assert_eq!(code(client.add_draft(&[article("nothing")]).await), 40007);
    let cover = client.add_material(MediaKind::Image, &JPEG).await.unwrap().media_id;
    let long = Article { title: "长".repeat(65), ..article(&cover) };
    assert_eq!(code(client.add_draft(&[long]).await), 45003);
    let id = client.add_draft(&[article(&cover)]).await.unwrap();
    let item = &client.get_draft(&id).await.unwrap()[0];
    assert_eq!(item.digest, "先找劳动监察。");
    assert!(!item.content.contains("evil") && item.need_open_comment);
    let changed = Article { title: "第二稿".into(), ..article(&cover) };
    assert_eq!(code(client.update_draft(&id, 1, &changed).await), 40114);
    client.update_draft(&id, 0, &changed).await.unwrap();
    assert_eq!((client.count_drafts().await, client.has_draft_box().await), (Ok(1), Ok(true)));
    let page = client.list_drafts(0, 20, false).await.unwrap();
    let listed = &page.items[0].content.news_item[0];
    assert_eq!((listed.title.as_str(), listed.content.as_str()), ("第二稿", ""));

    let done = client.submit_publication(&id).await.unwrap();
    let push = stage.arrivals.recv().await.unwrap();
    assert!(!push.body.is_empty());
    assert_eq!(code(client.get_draft(&id).await), 40007);
    let found = client.publication(&done.publish_id).await.unwrap();
    assert_eq!(found.status, PublishStatus::Done);
    let published = found.article_id.unwrap();
    assert_eq!(client.published_article(&published).await.unwrap()[0].title, "第二稿");
    assert_eq!(client.list_published(0, 20, true).await.unwrap().total_count, 1);

    let commented = Commented { msg_data_id: done.msg_data_id.unwrap(), index: 0 };
    let number = stage.simulator.comment("main", ZHOU, "有用").unwrap();
    client.treat_comment(commented, number, CommentDeed::Reply("谢谢")).await.unwrap();
    client.treat_comment(commented, number, CommentDeed::Elect).await.unwrap();
    let again = client.treat_comment(commented, number, CommentDeed::Reply("谢谢")).await;
    assert_eq!(code(again), 88005);
    let page = client.list_comments(commented, 0, 49, CommentKind::Elected).await.unwrap();
    assert_eq!(page.comments[0].answer(), Some("谢谢"));
    client.treat_comment(commented, number, CommentDeed::Delete).await.unwrap();
    client.close_comments(commented).await.unwrap();
    assert_eq!(stage.simulator.comment("main", ZHOU, "还有"), None);
    let nothing = Commented { msg_data_id: 1, index: 0 };
    assert_eq!(code(client.open_comments(nothing).await), 88001);

    client.delete_published(&published, None).await.unwrap();
    assert_eq!(code(client.published_article(&published).await), 53600);
    let found = client.publication(&done.publish_id).await.unwrap();
    assert_eq!(found.status, PublishStatus::Deleted);
}
