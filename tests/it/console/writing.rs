//! Articles and their pictures, as operators handle them.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use super::browser::{Browser, House, Page};

fn png() -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(90, 60, image::Rgb([10, 90, 40]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn upload(browser: &Browser, once: &str, bytes: &[u8]) -> Page {
    let mut body = format!(
        "--b\r\ncontent-disposition: form-data; name=\"once\"\r\n\r\n{once}\r\n--b\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"封面.png\"\r\n\
         content-type: image/png\r\n\r\n"
    )
    .into_bytes();
    body.extend(bytes);
    body.extend(b"\r\n--b--\r\n");
    let request = Request::post("/console/pictures")
        .header(header::HOST, "pufa.test")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
        .body(Body::from(body))
        .unwrap();
    browser.ask(request).await
}

in_both! {
    async fn an_article_is_written_published_and_withdrawn_in_the_console(house: House) {
        let operator = house.log_in("operator").await;
        let list = operator.get("/console/content").await;
        assert!(list.has("还没有文章") && list.has("还没有图片"));
        let once = list.hidden("once").to_owned();
        for _ in 0..2 {
            let done = upload(&operator, &once, &png()).await;
            assert_eq!(done.location(), "/console/content?done=added", "{}", done.body);
        }
        assert_eq!(house.app.number("SELECT count(*) FROM article_pictures").await, 1);
        let address = format!("/console/pictures/{once}");
        let shown = operator.get(&address).await;
        assert_eq!(shown.headers[header::CONTENT_TYPE], "image/png");
        assert_eq!(shown.headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'; sandbox");

        let body = format!("<p>先找劳动监察。</p><img src=\"{address}\">");
        let fields = [("title", "欠薪怎么办"), ("body", body.as_str()), ("cover", once.as_str())];
        let done = operator.submit("/console/content/new", "/console/content/new", &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let article = done.location().split('?').next().unwrap().to_owned();
        let page = operator.get(&article).await;
        assert!(page.has("欠薪怎么办") && page.has("草稿") && page.has("发布到微信"));
        let preview = operator.get(&format!("{article}/preview")).await;
        assert!(preview.has("先找劳动监察"));
        let policy = preview.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; sandbox;"), "{policy}");

        let done = operator.submit(&article, &format!("{article}/publish"), &[]).await;
        assert_eq!(done.location(), format!("{article}?done=publishing"));
        let published = "SELECT count(*) FROM articles WHERE state = 'published'";
        while house.app.number(published).await == 0 {
            tokio::task::yield_now().await;
        }
        let page = operator.get(&article).await;
        assert!(page.has("已发布") && page.has("mp.weixin.qq.com") && !page.has("发布到微信"));
        let refused = operator.post(&article, &[("version", page.hidden("version"))]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.has("请先撤下"));
        operator.submit(&article, &format!("{article}/withdraw"), &[]).await;
        house.app.settle().await;
        assert!(operator.get(&article).await.has("已撤下"));
    }
}

in_both! {
    async fn what_wechat_would_refuse_is_refused_here_with_the_reason_and_nothing_is_lost(house: House) {
        let operator = house.log_in("operator").await;
        let long = "长".repeat(33);
        for (title, body, why) in [
            (long.as_str(), "正文", "最多收 32 个字"),
            ("", "正文", "标题不能为空"),
            ("题", "<script>x()</script>", "&#60;script"),
            ("题", "<img src=\"http://evil.example/a.png\">", "外部图片"),
        ] {
            let new = "/console/content/new";
            let page = operator.submit(new, new, &[("title", title), ("body", body)]).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{title}");
            assert!(page.has(why) && page.has("没有完成"), "{}", page.body);
        }
        let once = operator.get("/console/content").await.hidden("once").to_owned();
        let page = upload(&operator, &once, b"<svg onload='x()'/>").await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(page.has("只能使用 JPG 或 PNG"));
        let large = vec![0; 10 * 1024 * 1024 + 1];
        assert!(upload(&operator, &once, &large).await.has("10 MB"));
        assert_eq!(house.app.number("SELECT count(*) FROM articles").await, 0);
        assert_eq!(house.app.number("SELECT count(*) FROM article_pictures").await, 0);
        assert_eq!(house.log_in("li").await.get("/console/content").await.status, StatusCode::FORBIDDEN);
    }
}
