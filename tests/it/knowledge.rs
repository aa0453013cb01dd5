//! Laws, citations and lessons on both databases.

use pufa::knowledge::actions::{self, Confirmation, Imported};
use pufa::knowledge::import::Line;
use pufa::knowledge::live::{Hit, Live};
use pufa::knowledge::store;
use pufa::platform::Deps;
use uuid::Uuid;

/// A small shelf of invented laws.
const LAWS: &[(&str, &str, u32, &str)] = &[
    ("工资支付法", "2001-01-01", 1, "用人单位应当按月以货币形式支付劳动者工资,不得拖欠。"),
    ("工资支付法", "2001-01-01", 2, "拖欠工资的,由主管部门责令限期支付。"),
    ("工资支付法", "2020-01-01", 1, "用人单位应当按月足额支付劳动者工资,不得克扣或者拖欠。"),
    ("婚姻家庭法", "1990-01-01", 5, "夫妻感情确已破裂,调解无效的,应当准予离婚。"),
    ("婚姻家庭法", "1990-01-01", 6, "离婚后,父母对子女仍有抚养的权利和义务。"),
    ("旧租赁条例", "1980-01-01", 1, "房屋出租人应当退还押金。"),
];

fn line(law: &str, from: &str, number: u32, text: &str) -> Line {
    let json = serde_json::json!({ "law": law, "date": from, "no": number, "text": text,
        "in_force_to": if law == "旧租赁条例" { "2010-01-01" } else { "" } });
    Line::read(&json.to_string()).expect("a line")
}

async fn import_all(deps: &Deps) -> Imported {
    let mut total = Imported::default();
    for part in LAWS.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let lines: Vec<Line> = part.iter().map(|row| line(row.0, row.1, row.2, row.3)).collect();
        let done = actions::import(deps, &lines).await.expect("imported");
        total.read += done.read;
        total.changed += done.changed;
    }
    total
}

async fn search(live: &Live, question: &str) -> Vec<Hit> {
    live.refresh(None).await.expect("refreshed");
    live.search(question, 5).await.expect("searched").expect("built")
}

async fn named(deps: &Deps, hit: &Hit) -> (String, i64) {
    let mut link = deps.db.read().await.expect("a connection");
    let laws = store::laws(&mut link).await.expect("laws");
    let law = laws.iter().find(|law| law.id == hit.law).expect("its law");
    (format!("{}{}", law.name, law.in_force_from), hit.number)
}

both! {
async fn importing_twice_changes_nothing_and_a_corrected_article_counts_once(app: TestApp) {
    let deps = &app.app.web.deps;
    assert_eq!(import_all(deps).await, Imported { read: 6, changed: 6 });
    assert_eq!(import_all(deps).await, Imported { read: 6, changed: 0 });
    let corrected = line("婚姻家庭法", "1990-01-01", 6, "离婚后,父母仍应抚养子女。");
    let done = actions::import(deps, &[corrected]).await.expect("imported");
    assert_eq!(done, Imported { read: 1, changed: 1 });
    let mut link = deps.db.read().await.expect("a connection");
    let laws = store::laws(&mut link).await.expect("laws");
    assert_eq!(laws.len(), 4, "one law with two dates is two versions");
    let family = laws.iter().find(|law| law.name == "婚姻家庭法").expect("there");
    let article = store::article(&mut link, family.id, 6, 0).await.expect("read").expect("there");
    assert_eq!(article.body, "离婚后,父母仍应抚养子女。");
    assert_eq!(store::articles(&mut link, family.id).await.expect("read").len(), 2);
}
}

both! {
async fn a_question_finds_articles_in_force_only(app: TestApp) {
    let deps = &app.app.web.deps;
    let live = Live::new(deps.clone()).expect("the shipped ranker");
    assert!(live.search("拖欠工资", 5).await.expect("asked").is_none(), "nothing is built yet");
    import_all(deps).await;
    let hits = search(&live, "老闆拖欠工資,怎麼辦").await;
    assert_eq!(named(deps, &hits[0]).await, ("工资支付法2020-01-01".to_owned(), 1));
    let versions: Vec<_> = hits.iter().map(|hit| hit.law).collect();
    let mut link = deps.db.read().await.expect("a connection");
    for law in store::laws(&mut link).await.expect("laws") {
        if law.name == "旧租赁条例" || law.in_force_from == "2001-01-01" {
            assert!(!versions.contains(&law.id), "{} is not in force", law.title);
        }
    }
}
}

both! {
async fn a_confirmed_citation_teaches_at_once_masked_and_can_be_taken_back(app: TestApp) {
    let deps = &app.app.web.deps;
    import_all(deps).await;
    let live = Live::new(deps.clone()).expect("the shipped ranker");
    let question = "娃娃判给谁带啊";
    let before = search(&live, question).await;
    let inquiry = Uuid::from_u128(5);
    let confirmed = Confirmation {
        account_id: "main".to_owned(),
        inquiry_id: Some(inquiry),
        source: "inquiry".to_owned(),
        question: "我手机13912345678,娃娃判给谁带".to_owned(),
        answer: String::new(),
        cites: vec![("婚姻家庭法".to_owned(), 6, 0)],
        fits: true,
    };
    let lesson = actions::confirm(deps, None, &confirmed).await.expect("confirmed");
    let after = search(&live, question).await;
    assert_eq!(named(deps, &after[0]).await, ("婚姻家庭法1990-01-01".to_owned(), 6));
    assert_ne!(before, after);
    let mut link = deps.db.read().await.expect("a connection");
    let kept = store::lessons(&mut link).await.expect("lessons");
    assert!(!kept[0].question.contains("13912345678"), "{}", kept[0].question);
    drop(link);

    actions::remove(deps, None, lesson).await.expect("removed");
    assert_eq!(search(&live, question).await, before);
    assert!(actions::remove(deps, None, lesson).await.is_err(), "it is gone already");

    actions::confirm(deps, None, &confirmed).await.expect("confirmed again");
    let mut tx = deps.db.begin().await.expect("a transaction");
    let now = deps.clock.now();
    assert_eq!(store::forget_inquiry(&mut tx, inquiry, now).await.expect("forgotten"), 1);
    tx.commit().await.expect("committed");
    assert_eq!(search(&live, question).await, before);
    let nothing = Confirmation { cites: Vec::new(), ..confirmed };
    assert!(actions::confirm(deps, None, &nothing).await.is_err());
}
}
