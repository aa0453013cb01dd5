//! Articles and their pictures, as operators handle them.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use pufa::staff::Role;

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

/// Another approver, signed in.
async fn second_reader(house: &mut House) -> Browser {
    house.employ("reader", "郑二审", Role::Approver, None).await;
    house.log_in("reader").await
}

in_both! {
    async fn an_article_is_written_published_and_withdrawn_in_the_console(house: House) {
        let mut house = house;
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
        assert!(page.has("欠薪怎么办") && page.has("草稿") && !page.has("发布到微信"));
        let preview = operator.get(&format!("{article}/preview")).await;
        assert!(preview.has("先找劳动监察"));
        // The sandboxed page fetches nothing: the picture is inside.
        assert!(preview.has("<img src=\"data:image/png;base64,") && !preview.has(&address));
        let policy = preview.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; sandbox;"), "{policy}");

        let done = operator.submit(&article, &format!("{article}/submit"), &[]).await;
        assert_eq!(done.location(), format!("{article}?done=submitted"));
        let approver = house.log_in("approver").await;
        let alerts = approver.get("/console/alerts").await;
        assert!(alerts.has("文章待审批") && alerts.has(&format!("href=\"{article}\"")));
        assert!(!alerts.has("欠薪怎么办"), "no word of the article: {}", alerts.body);
        assert!(!operator.get("/console/alerts").await.has("文章待审批"), "not who wrote it");
        assert!(!house.log_in("sysadmin").await.get("/console/alerts").await.has("文章待审批"));
        let reader = second_reader(&mut house).await;
        let done = approver.submit(&article, &format!("{article}/approve"), &[]).await;
        assert_eq!(done.location(), format!("{article}?done=approved"));
        assert!(operator.get(&article).await.has("待宣传审核"));
        assert!(approver.get(&article).await.has("法律审核是您通过的"), "not a second time");
        assert!(reader.get("/console/alerts").await.has("文章待审批"));
        assert!(reader.get(&article).await.has("吴审批 已通过法律审核"));
        let done = reader.submit(&article, &format!("{article}/approve"), &[]).await;
        assert_eq!(done.location(), format!("{article}?done=approved"));
        let open = "SELECT count(*) FROM alerts WHERE occasion = 'article_waits' AND seen_at IS NULL";
        assert_eq!(house.app.number(open).await, 0, "decided: nobody need look");
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
    async fn an_article_is_approved_by_another_person_or_sent_back_with_a_reason(house: House) {
        let mut house = house;
        let (operator, approver) = (house.log_in("operator").await, house.log_in("approver").await);
        let once = operator.get("/console/content").await.hidden("once").to_owned();
        upload(&operator, &once, &png()).await;
        let fields = [("title", "欠薪怎么办"), ("body", "先找劳动监察。"), ("cover", once.as_str())];
        let done = operator.submit("/console/content/new", "/console/content/new", &fields).await;
        let article = done.location().split('?').next().unwrap().to_owned();
        let to = |verb: &str| format!("{article}/{verb}");

        // The approver reads and decides, and changes nothing.
        let list = approver.get("/console/content").await;
        assert!(list.has("欠薪怎么办") && !list.has("写文章"));
        assert!(approver.get(&to("preview")).await.has("先找劳动监察"));
        let version = operator.get(&article).await.hidden("version").to_owned();
        for path in [article.clone(), to("submit"), to("publish"), "/console/content/new".into()] {
            let refused = approver.post(&path, &[("version", &version)]).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert!(!approver.get(&article).await.has("退回修改"), "nothing is submitted");

        operator.submit(&article, &to("submit"), &[]).await;
        let own = operator.get(&article).await;
        assert!(own.has("待法律审核") && own.has("要请另一位同事审批") && !own.has("退回修改"));
        assert!(!own.has("现在没有别人能审批"));
        let refused = operator.submit(&article, &to("approve"), &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.has("没有完成") && refused.has("另一位同事"));
        let page = approver.get(&article).await;
        assert!(page.has("周运营 已提交") && page.has("退回修改") && !page.has("name=\"title\""));
        assert!(approver.get("/console/content").await.has("class=\"badge\">1<"), "a waiting one");

        let bare = approver.submit(&article, &to("return"), &[("reason", " ")]).await;
        assert_eq!(bare.status, StatusCode::BAD_REQUEST);
        assert!(bare.has("退回要写明原因"));
        let long = "长".repeat(301);
        let kept = approver.submit(&article, &to("return"), &[("reason", &long)]).await;
        assert!(kept.has(&format!(">{long}</textarea>")), "what was typed is not lost");
        let why = [("reason", "第二段缺法条出处")];
        let done = approver.submit(&article, &to("return"), &why).await;
        assert_eq!(done.location(), format!("{article}?done=sent-back"));
        let page = operator.get(&article).await;
        assert!(page.has("已退回") && page.has("第二段缺法条出处") && page.has("提交审批"));

        let better = [("title", "欠薪怎么办"), ("body", "按劳动合同法第三十条……"), ("cover", once.as_str())];
        operator.submit(&article, &article, &better).await;
        operator.submit(&article, &to("submit"), &[]).await;
        approver.submit(&article, &to("approve"), &[]).await;
        let reader = second_reader(&mut house).await;
        reader.submit(&article, &to("approve"), &[]).await;
        let page = operator.get(&article).await;
        assert!(page.has("已通过") && page.has("发布到微信"));
        // What happened, newest first.
        let told = ["郑二审 通过宣传审核", "吴审批 通过法律审核", "周运营 修改", "吴审批 退回：第二段缺法条出处", "周运营 写了第一稿"];
        let places = told.map(|words| page.body.find(words).unwrap_or_else(|| panic!("{words}")));
        assert!(places.is_sorted(), "{places:?}");
        operator.submit(&article, &article, &fields).await;
        let page = operator.get(&article).await;
        assert!(page.has("草稿") && !page.has("发布到微信") && page.has("提交审批"));
    }
}

in_both! {
    async fn where_nobody_else_can_approve_it_is_said_what_to_do(house: House) {
        let operator = house.log_in("operator").await;
        let security = house.log_in("secadmin").await;
        let approver = format!("/console/staff/{}", house.people["approver"].0);
        let fields = [("name", "吴审批"), ("role", "approver")];
        let done = security.submit(&approver, &approver, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(house.app.number("SELECT count(*) FROM staff WHERE NOT active").await, 1);
        let once = operator.get("/console/content").await.hidden("once").to_owned();
        upload(&operator, &once, &png()).await;
        let fields = [("title", "一个人"), ("body", "正文"), ("cover", once.as_str())];
        let done = operator.submit("/console/content/new", "/console/content/new", &fields).await;
        let article = done.location().split('?').next().unwrap().to_owned();
        operator.submit(&article, &format!("{article}/submit"), &[]).await;
        let page = operator.get(&article).await;
        assert!(page.has("现在没有别人能审批") && page.has("pufa staff add"), "{}", page.body);
    }
}

in_both! {
    async fn what_wechat_would_refuse_is_refused_here_with_the_reason_and_nothing_is_lost(house: House) {
        let operator = house.log_in("operator").await;
        let long = "长".repeat(33);
        for (title, body, why) in [
            (long.as_str(), "正文", "最多 32 个字"),
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

in_both! {
    async fn earlier_states_are_compared_and_one_is_restored(house: House) {
        let operator = house.log_in("operator").await;
        let new = "/console/content/new";
        let fields = [("title", "欠薪怎么办"), ("body", "先投诉。\n再仲裁。")];
        let done = operator.submit(new, new, &fields).await;
        let article = done.location().split('?').next().unwrap().to_owned();
        let better = [("title", "欠薪怎么办"), ("body", "先投诉。\n再申请支付令。")];
        operator.submit(&article, &article, &better).await;
        let versions = format!("{article}/versions");
        let list = operator.get(&versions).await;
        assert!(list.has("现在这一稿") && !list.has("恢复成这一稿"));
        let compared = operator.get(&format!("{versions}?v=1")).await;
        assert!(compared.has("<b>原来有</b> 再仲裁。") && compared.has("<b>现在有</b> 再申请支付令。"));
        assert!(compared.has("<li class=\"\">先投诉。"), "{}", compared.body);
        let to = format!("{article}/restore");
        let done = operator.submit(&format!("{versions}?v=1"), &to, &[("of", "1")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert!(operator.get(&article).await.has("再仲裁。"));
        let stale = operator.post(&to, &[("of", "1"), ("version", "1")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let approver = house.log_in("approver").await;
        assert!(!approver.get(&format!("{versions}?v=2")).await.has("恢复成这一稿"));
    }
}

in_both! {
    async fn whose_an_article_is_stands_under_it_and_the_library_is_searched(house: House) {
        let operator = house.log_in("operator").await;
        let new = "/console/content/new";
        let owner = house.app.labor.to_string();
        let fields = [("title", "支付令怎么申请"), ("body", "保证胜诉！按《劳动合同法》第三十条。"),
            ("organization", owner.as_str()), ("licence", "reprinted"), ("source", ""), ("reprint", "1")];
        let refused = operator.submit(new, new, &fields).await;
        assert!(refused.has("转载和经授权的文章要写来源"), "{}", refused.body);
        let whole = [&fields[..4], &[("source", "常州日报"), ("reprint", "1")]].concat();
        let done = operator.submit(new, new, &whole).await;
        let article = done.location().split('?').next().unwrap().to_owned();
        let page = operator.get(&article).await;
        assert!(page.has("value=\"常州日报\"") && page.has("出现“保证胜诉”") && page.has("还没有封面"));
        assert!(page.has("引用的法条") && page.has("库里没有这部法律"), "{}", page.body);
        operator.submit(new, new, &[("title", "租房押金"), ("body", "留好收据。")]).await;
        let found = operator.get("/console/content?q=%E6%94%AF%E4%BB%98%E4%BB%A4").await;
        assert!(found.has("支付令怎么申请") && found.has("labor") && !found.has("租房押金"));
        assert!(operator.get("/console/content?q=%E6%B2%A1%E6%9C%89%E7%9A%84").await.has("没有找到"));
    }
}
