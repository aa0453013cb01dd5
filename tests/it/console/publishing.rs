//! What is public without asking: published articles with their pictures, and who helps where.

use axum::http::{StatusCode, header};
use pufa::knowledge::{actions as laws, import::Line};
use pufa::publishing::actions::validity;
use pufa::publishing::rules::{PICTURE_PATH, Verdict};
use pufa::publishing::{ArticleEdit, ArticleId, ArticleState, Picture, PictureId, actions, store};

use super::browser::House;

/// A picture and an article that shows it and cites a law.
async fn written(house: &House) -> (ArticleId, PictureId) {
    let web = &house.app.app.web;
    let (deps, by) = (&web.deps, house.people["operator"].0);
    let fresh = || deps.entropy.id_at(deps.clock.now());
    let (id, picture) = (ArticleId(fresh()), PictureId(fresh()));
    let bytes = b"\x89PNG not really".to_vec();
    let sha256 = web.pictures.put(bytes, fresh()).await.unwrap();
    let new = Picture {
        id: picture,
        account_id: "main".into(),
        name: "图".into(),
        sha256,
        format: pufa::media::Format::Png,
        width: 1,
        height: 1,
        bytes: 15,
        url: None,
        material_id: None,
        added_at: deps.clock.now(),
    };
    let mut tx = deps.db.begin().await.unwrap();
    store::insert_picture(&mut tx, &new, by).await.unwrap();
    tx.commit().await.unwrap();
    let body = format!(
        "<p style=\"color:red\">按《旧工资条例》第一条，工资按月支付。</p><img src=\"{PICTURE_PATH}{picture}\">"
    );
    let edit = ArticleEdit {
        account: "main".into(),
        title: "拖欠工资怎么办".into(),
        body,
        ..ArticleEdit::default()
    };
    actions::add(deps, by, id, edit).await.unwrap();
    (id, picture)
}

async fn publish(house: &House, id: ArticleId) {
    let deps = &house.app.app.web.deps;
    let verdict = Verdict { publish_id: "p".into(), status: 0, article_id: None, url: None };
    let mut tx = deps.db.begin().await.unwrap();
    let (state, now) = (ArticleState::Published, deps.clock.now());
    store::judge(&mut tx, id, &verdict, state, None, now).await.unwrap();
    tx.commit().await.unwrap();
}

in_both! {
    async fn an_article_and_its_picture_are_there_for_everybody_once_published(house: House) {
        let (id, picture) = written(&house).await;
        let street = house.stranger();
        let (page, image) = (format!("/c/articles/{id}"), format!("/c/pictures/{picture}"));
        for path in [&page, &image] {
            assert_eq!(street.get(path).await.status, StatusCode::NOT_FOUND, "{path} is a draft");
        }
        assert!(street.get("/c/articles").await.has("还没有文章"));
        publish(&house, id).await;
        let shown = street.get(&page).await;
        assert!(shown.has("工资按月支付。</p>") && !shown.has("color:red"));
        assert!(shown.has(&format!("<img src=\"{image}\" alt=\"文章配图\" loading=\"lazy\">")));
        assert!(shown.has("href=\"/c/ask\"") && !shown.has("法律有变化"));
        assert!(street.get("/c/articles").await.has(&page));
        let image = street.get(&image).await;
        assert_eq!(image.headers[header::CONTENT_TYPE], "image/png");
    }
}

in_both! {
    async fn a_law_that_changed_after_an_article_stands_above_it(house: House) {
        let (id, _) = written(&house).await;
        publish(&house, id).await;
        let line = serde_json::json!({ "law": "旧工资条例", "date": "1980-01-01", "no": 1,
            "text": "工资按月支付。", "in_force_to": "2010-01-01", "repealed_by": "工资支付法" });
        let lines = [Line::read(&line.to_string()).unwrap()];
        laws::import(&house.app.app.web.deps, &lines).await.unwrap();
        let shown = house.stranger().get(&format!("/c/articles/{id}")).await;
        assert!(shown.has("法律有变化") && shown.has("《旧工资条例》第一条已经废止"), "{}", shown.body);
    }
}

in_both! {
    async fn an_article_whose_law_changed_is_in_doubt_until_somebody_has_looked(house: House) {
        let (id, _) = written(&house).await;
        publish(&house, id).await;
        let deps = &house.app.app.web.deps;
        let (operator, page) = (house.log_in("operator").await, format!("/console/content/{id}"));
        validity::recheck(deps).await.unwrap();
        assert!(!operator.get(&page).await.has("需复核"));
        let line = serde_json::json!({ "law": "旧工资条例", "date": "1980-01-01", "no": 1,
            "text": "工资按月支付。", "in_force_to": "2010-01-01", "repealed_by": "工资支付法" });
        laws::import(deps, &[Line::read(&line.to_string()).unwrap()]).await.unwrap();
        for _ in 0..2 {
            validity::recheck(deps).await.unwrap();
        }
        let shown = operator.get(&page).await;
        assert!(shown.has("<b>需复核</b> 《旧工资条例》第一条已经废止。"), "{}", shown.body);
        assert!(operator.get("/console/content").await.has("需复核"));
        let alerts = "SELECT count(*) FROM alerts WHERE occasion = 'article_doubtful'";
        assert_eq!(house.app.number(alerts).await, 1, "told once");
        assert!(operator.get("/console/alerts").await.has("文章需复核"));
        operator.submit(&page, &format!("{page}/settle"), &[]).await;
        validity::recheck(deps).await.unwrap();
        assert!(!operator.get(&page).await.has("<b>需复核</b>"), "what was settled stays settled");
        let open = "SELECT count(*) FROM alerts WHERE occasion = 'article_doubtful' AND seen_at IS NULL";
        assert_eq!(house.app.number(open).await, 0);
        assert!(house.stranger().get(&format!("/c/articles/{id}")).await.has("法律有变化"));
    }
}

in_both! {
    async fn the_directory_names_organizations_and_stations_by_district_and_matter(house: House) {
        let street = house.stranger();
        let all = street.get("/c/organizations").await;
        for words in ["labor 服务中心", "family 服务中心", "labor 站点", "服务站点，由labor服务"] {
            assert!(all.has(words), "{words}");
        }
        assert!(all.has("href=\"tel:0519-80000000\""));
        let labor = street.get("/c/organizations?field=labor&district=320412").await;
        assert!(labor.has("labor 站点") && !labor.has("family 服务中心"));
        assert!(!all.has("入口没有台阶"));
        let edit = "UPDATE organizations SET step_free = TRUE";
        let mut tx = house.app.db().begin().await.unwrap();
        pufa::run!(&mut tx, sqlx::query(edit)).unwrap();
        tx.commit().await.unwrap();
        house.app.app.web.directory.refresh().await.unwrap();
        assert!(street.get("/c/organizations").await.has("入口没有台阶"));
    }
}
