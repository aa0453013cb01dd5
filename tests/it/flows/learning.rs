//! Legal knowledge in the chat: the piece of the day, looking words up, fields to hear of.

use pufa::governance::actions::person::{copy, erase_person};
use pufa::language::Field;
use pufa::publishing::rules::Verdict;
use pufa::publishing::{ArticleEdit, ArticleId, ArticleState, actions, store};
use pufa::visits::store::Visitor;

use crate::support::TestApp;

const SAYS: &str = "SELECT count(*) FROM inquiries";
const TOPICS: &str = "SELECT count(*) FROM topic_subscriptions";
const HOLDS: &str = "SELECT count(*) FROM citizen_consents WHERE subject = 'topics' \
    AND withdrawn_at IS NULL";

/// An article, published when `out` says so.
async fn article(app: &TestApp, title: &str, out: bool) -> ArticleId {
    let deps = &app.app.web.deps;
    let id = ArticleId(deps.entropy.id_at(app.clock.now()));
    let edit = ArticleEdit {
        account: "main".into(),
        title: title.into(),
        digest: "先投诉，再仲裁。".into(),
        body: "<p>拿好工资条。</p>".into(),
        ..ArticleEdit::default()
    };
    actions::add(deps, app.labor_responder.id.0, id, edit).await.expect("an article");
    if out {
        let verdict = Verdict { publish_id: "p".into(), status: 0, article_id: None, url: None };
        let mut tx = deps.db.begin().await.expect("a transaction");
        let (state, now) = (ArticleState::Published, app.clock.now());
        store::judge(&mut tx, id, &verdict, state, None, now).await.expect("published");
        tx.commit().await.expect("a commit");
    }
    app.app.web.shelf.refresh().await.expect("the shelf");
    id
}

async fn said(app: &TestApp, text: &str) -> String {
    let reply = app.simulator.text("oCITIZEN", text).await.reply_text.expect("a reply");
    app.settle().await;
    reply
}

both! {
    async fn only_what_is_published_is_told_or_found_and_nothing_of_it_is_an_inquiry(app: TestApp) {
        article(&app, "欠薪怎么办（草稿）", false).await;
        assert!(said(&app, "每日普法").await.contains("还没有准备好"));
        assert!(!said(&app, "法律知识 欠薪怎么办").await.contains("草稿"));
        let id = article(&app, "欠薪怎么办", true).await;
        let tip = said(&app, "普法小知识").await;
        assert!(tip.contains("欠薪怎么办\n先投诉，再仲裁。"), "{tip}");
        assert!(tip.contains(&format!("/c/articles/{id}\">看全文")), "{tip}");
        let found = said(&app, "法律知识：欠薪").await;
        assert!(found.contains(&format!("/c/articles/{id}\">欠薪怎么办</a>")), "{found}");
        assert!(found.matches("<a href=").count() <= 5, "{found}");
        assert!(said(&app, "法律知识").await.contains("法律知识 欠薪"), "how to look");
        let deps = &app.app.web.deps;
        let mut tx = deps.db.begin().await.expect("a transaction");
        store::set_doubt(&mut tx, id, Some("《劳动法》第五十条已有修改。"), None).await.expect("a doubt");
        tx.commit().await.expect("a commit");
        app.app.web.shelf.refresh().await.expect("the shelf");
        assert!(said(&app, "每日普法").await.contains("还没有准备好"), "in doubt is told to nobody");
        assert_eq!(app.number(SAYS).await, 0, "and none of it is an inquiry");
    }
}

both! {
    async fn danger_in_a_search_is_answered_as_danger(app: TestApp) {
        let card = said(&app, "法律知识 我不想活了，想自杀").await;
        assert!(card.contains("110"), "{card}");
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE urgent").await, 1);
    }
}

both! {
    async fn fields_are_subscribed_to_by_a_tap_and_cancelled_by_a_word(app: TestApp) {
        let offer = said(&app, "订阅").await;
        assert!(offer.contains("topic:labor") && offer.contains("我同意普法联盟记下我选的法律领域"));
        assert_eq!(app.number(TOPICS).await, 0, "a look alone agrees to nothing");
        for (label, code) in [("劳动人事", "labor"), ("婚姻家庭", "family"), ("劳动人事", "labor")] {
            app.simulator.reply_link_tap("oCITIZEN", label, &format!("topic:{code}")).await;
        }
        app.settle().await;
        assert_eq!((app.number(TOPICS).await, app.number(HOLDS).await), (2, 1));
        assert_eq!(app.number(SAYS).await, 0);
        assert!(said(&app, "取消订阅").await.contains("已取消全部订阅"));
        assert_eq!((app.number(TOPICS).await, app.number(HOLDS).await), (0, 0));
    }
}

both! {
    async fn a_citizen_sees_the_own_fields_in_the_copy_and_erases_them(app: TestApp) {
        app.simulator.reply_link_tap("oCITIZEN", "劳动人事", "topic:labor").await;
        app.settle().await;
        let person = Visitor { account_id: "main".into(), openid: "oCITIZEN".into(), citizen_id: None };
        let deps = &app.app.web.deps;
        let copied = copy(deps, &person).await.expect("a copy");
        assert_eq!(copied.topics.len(), 1);
        assert_eq!(copied.topics[0].0, Field::Labor.name());
        assert_eq!(copied.consents[0].subject, "普法订阅");
        erase_person(deps, &person).await.expect("erased");
        assert_eq!((app.number(TOPICS).await, app.number(HOLDS).await), (0, 0));
    }
}
