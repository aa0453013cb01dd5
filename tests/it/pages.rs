//! Every page, rendered from samples, held against the rules all pages share.

mod calendar;
mod channel;
mod composing;
mod content;
mod desk;
mod doors;
mod duty;
mod finding;
mod markup;
mod merging;
mod office;
mod quality;
mod quiz;
mod referrals;
mod sampling;
mod sharing;
mod street;
mod style;
mod telling;

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;

use askama::Template;
use flate2::Compression;
use flate2::write::GzEncoder;
use pufa::platform::http::problem::ProblemPage;
use pufa::staff::Stage;

use markup::Tag;

/// A rendered sample.
struct Page {
    name: &'static str,
    html: String,
}

fn pages() -> Vec<Page> {
    let page = |name, html: askama::Result<String>| Page { name, html: html.unwrap() };
    let mut pages = vec![
        page("login", desk::login(None, 0).render()),
        page("login-wrong", desk::login(Some("用户名或密码不对。"), 30).render()),
        page("login-code", doors::login_code(false, None, 0).render()),
        page("login-code-wrong", doors::login_code(false, Some("不对。"), 0).render()),
        page("login-code-wait", doors::login_code(false, Some("太多次。"), 30).render()),
        page("login-code-set-up", doors::login_code(true, None, 0).render()),
        page("login-code-late", doors::too_late().render()),
        page("second-factor", doors::second_factor(true, Some("密码不对。")).render()),
        page("second-factor-none", doors::second_factor(false, None).render()),
        page("second-factor-demo", doors::second_factor_in_a_demo().render()),
        page("setup", doors::setup("密码至少 10 个字符。").render()),
        page("start", doors::start(true, "湖塘法律服务社").render()),
        page("start-first", doors::start(false, "").render()),
        page("start-hostile", doors::start(true, desk::HOSTILE).render()),
        page("paper", doors::paper(true).render()),
        page("paper-login", doors::paper(false).render()),
        page("wechat-login", desk::wechat_login(Some(Stage::Open), None).render()),
        page("wechat-scanned", desk::wechat_login(Some(Stage::Scanned), None).render()),
        page("wechat-confirmed", desk::wechat_login(Some(Stage::Confirmed), None).render()),
        page("wechat-refused", desk::wechat_login(Some(Stage::Refused), None).render()),
        page("wechat-gone", desk::wechat_login(None, Some("没有连上微信。")).render()),
        page("binding", desk::wechat_binding(Some(Stage::Open), None).render()),
        page("binding-scanned", desk::wechat_binding(Some(Stage::Scanned), Some("不对")).render()),
        page("binding-gone", desk::wechat_binding(None, None).render()),
        page("inbox-empty", desk::inbox(0).render()),
        page("inbox-1", desk::inbox(1).render()),
        page("inbox-50", desk::inbox(50).render()),
        page("inbox-50-varied", desk::varied_inbox().render()),
        page("inbox-hostile", desk::hostile_inbox().render()),
        page("filters", finding::filters("湖塘欠薪").render()),
        page("filters-0", finding::filters("").render()),
        page("filters-hostile", finding::filters(desk::HOSTILE).render()),
        page("go", finding::going("常用答复").render()),
        page("go-0", finding::going("").render()),
        page("go-hostile", finding::going(desk::HOSTILE).render()),
        page("conversation", desk::conversation().render()),
        page("conversation-fresh", desk::fresh_conversation().render()),
        page("conversation-closed", desk::closed_conversation().render()),
        page("conversation-50", desk::long_conversation().render()),
        page("conversation-hostile", desk::hostile_conversation().render()),
        page("merge", merging::merge(None).render()),
        page("merge-refused", merging::merge(Some("咨询 2611-0837 已经办结。")).render()),
        page("conflict", desk::conflict().render()),
        page("quality", sampling::overview(4, true, "时效说错了").render()),
        page("quality-0", sampling::overview(0, true, "").render()),
        page("quality-office", sampling::overview(2, false, "时效说错了").render()),
        page("quality-office-0", sampling::overview(0, false, "").render()),
        page("quality-hostile", sampling::overview(3, true, desk::HOSTILE).render()),
        page("quality-uncorrected", sampling::uncorrected(4, "依据的是旧法。").render()),
        page("quality-uncorrected-1", sampling::uncorrected(1, "").render()),
        page("quality-uncorrected-0", sampling::uncorrected(0, "").render()),
        page("quality-uncorrected-hostile", sampling::uncorrected(3, desk::HOSTILE).render()),
        page("quality-read", sampling::read("仲裁时效是一年。").render()),
        page("quality-read-hostile", sampling::read(desk::HOSTILE).render()),
        page("referrals", referrals::list(9, "武进区法律援助中心").render()),
        page("referrals-0", referrals::list(0, "").render()),
        page("referrals-hostile", referrals::list(2, desk::HOSTILE).render()),
        page("referral-form", referrals::form("欠薪三个月", Some("请填写接收机构。")).render()),
        page("referral-form-hostile", referrals::form(desk::HOSTILE, None).render()),
        page("referral", referrals::one("武进区法律援助中心").render()),
        page("referral-hostile", referrals::one(desk::HOSTILE).render()),
        page("case-consent", referrals::consent(true, "武进区法律援助中心").render()),
        page("case-consented", referrals::consent(false, "武进区法律援助中心").render()),
        page("case-consent-0", referrals::consent(true, "").render()),
        page("case-consent-hostile", referrals::consent(true, desk::HOSTILE).render()),
        page("reviews", quality::reviews(5, "老板不发工资").render()),
        page("reviews-0", quality::reviews(0, "").render()),
        page("review-lent", quality::lent("老板不发工资").render()),
        page("review-lent-hostile", quality::lent(desk::HOSTILE).render()),
        page("reviews-hostile", quality::reviews(3, desk::HOSTILE).render()),
        page("review-policy", quality::policy(4, None).render()),
        page("review-policy-alone", quality::policy(1, Some("抽查比例不对。")).render()),
        page("review-waits", quality::held(false, "欠薪可以投诉。").render()),
        page("review-returned", quality::held(true, "欠薪可以投诉。").render()),
        page("review-hostile", quality::held(false, desk::HOSTILE).render()),
        page(
            "unmatched",
            office::unmatched("想问一下这种情况怎么办，孩子爸爸三年没给过钱").render(),
        ),
        page("unmatched-empty", office::unmatched_empty().render()),
        page("unmatched-hostile", office::unmatched(desk::HOSTILE).render()),
        page("roster", duty::roster("王芳").render()),
        page("roster-empty", duty::empty_roster().render()),
        page("roster-hostile", duty::roster(desk::HOSTILE).render()),
        page("calendar", calendar::month("国家宪法日").render()),
        page("calendar-empty", calendar::quiet_month().render()),
        page("calendar-hostile", calendar::month(desk::HOSTILE).render()),
        page("calendar-year", calendar::year("国家宪法日").render()),
        page("calendar-year-hostile", calendar::year(desk::HOSTILE).render()),
        page("calendar-date", calendar::date("国家宪法日", true).render()),
        page("calendar-date-read", calendar::date("国家宪法日", false).render()),
        page("calendar-date-hostile", calendar::date(desk::HOSTILE, true).render()),
        page("calendar-rule", calendar::rule("国家宪法日", false).render()),
        page("calendar-rule-new", calendar::rule("", true).render()),
        page("calendar-rule-hostile", calendar::rule(desk::HOSTILE, false).render()),
        page("duty", duty::duty("武进区劳动者权益服务中心").render()),
        page("duty-0", duty::no_duty().render()),
        page("duty-hostile", duty::duty(desk::HOSTILE).render()),
        page("organizations", office::organizations(4, "").render()),
        page("organizations-0", office::organizations(0, "没有").render()),
        page("organizations-50", office::organizations(50, "").render()),
        page("organizations-hostile", office::organizations(1, desk::HOSTILE).render()),
        page("organization", office::organization(false).render()),
        page("organization-new", office::organization(true).render()),
        page("stations", office::stations(50).render()),
        page("stations-0", office::stations(0).render()),
        page("people", office::people(6, "李晓明").render()),
        page("people-0", office::people(0, "").render()),
        page("people-hostile", office::people(2, desk::HOSTILE).render()),
        page("person", office::person(false).render()),
        page("person-new", office::person(true).render()),
        page("account", office::account().render()),
        page("pick", sharing::pick("物业不让装充电桩").render()),
        page("pick-hostile", sharing::pick(desk::HOSTILE).render()),
        page("pick-empty", sharing::pick_empty().render()),
        page("hub", sharing::hub("湖塘暖言").render()),
        page("hub-hostile", sharing::hub(desk::HOSTILE).render()),
        page("hub-empty", sharing::hub_empty().render()),
        page("rules", sharing::rules().render()),
        page("alerts", telling::alerts("人身危险").render()),
        page("alerts-hostile", telling::alerts(desk::HOSTILE).render()),
        page("alerts-none", telling::no_alerts().render()),
        page("alert-settings", telling::settings(None).render()),
        page("alert-settings-wrong", telling::settings(Some("邮箱地址不对。")).render()),
        page("alert-group", telling::group(None).render()),
        page("alert-group-new", telling::group(Some("这不是群机器人的地址。")).render()),
        page("alert-deliveries", telling::deliveries("赵管理").render()),
        page("alert-deliveries-none", telling::deliveries("").render()),
        page("alert-deliveries-hostile", telling::deliveries(desk::HOSTILE).render()),
        page("triage", office::triage("物业不让装充电桩").render()),
        page("triage-hostile", office::triage(desk::HOSTILE).render()),
        page("rules-empty", sharing::rules_empty().render()),
        page("rule", sharing::rule_form().render()),
        page("settings", office::texts("已收到您的问题，编号 {number}。").render()),
        page("settings-hostile", office::texts(desk::HOSTILE).render()),
        page("settings-text", office::text("编号 {nummer}", false).render()),
        page("settings-text-waits", office::text(desk::HOSTILE, true).render()),
        page("notices", office::notices("咨询回复通知").render()),
        page("notices-hostile", office::notices(desk::HOSTILE).render()),
        page("notice-template", office::notice_template(None).render()),
        page(
            "notice-template-wrong",
            office::notice_template(Some("“答复单位”还没有选内容。")).render(),
        ),
        page("content", content::articles(3, "欠薪怎么办").render()),
        page("content-0", content::articles(0, "封面").render()),
        page("content-hostile", content::articles(1, desk::HOSTILE).render()),
        page("content-new", content::article("欠薪怎么办", "new").render()),
        page("content-open", content::article("欠薪怎么办", "open").render()),
        page("content-published", content::article("欠薪怎么办", "published").render()),
        page("content-unknown", content::article("欠薪怎么办", "unknown").render()),
        page("content-waiting", content::article("欠薪怎么办", "waiting").render()),
        page("content-decidable", content::article("欠薪怎么办", "decidable").render()),
        page("content-decidable-hostile", content::article(desk::HOSTILE, "decidable").render()),
        page("content-versions", content::versions("欠薪怎么办", 2).render()),
        page("content-versions-list", content::versions("欠薪怎么办", 0).render()),
        page("content-versions-0", content::versions("", 0).render()),
        page("content-versions-hostile", content::versions(desk::HOSTILE, 1).render()),
        page("content-open-hostile", content::article(desk::HOSTILE, "open").render()),
        page("menus", channel::menus("我的咨询").render()),
        page("menus-empty", channel::menus_empty().render()),
        page("menus-hostile", channel::menus(desk::HOSTILE).render()),
        page("menu-edit", channel::menu_edit("成员单位").render()),
        page("menu-edit-hostile", channel::menu_edit(desk::HOSTILE).render()),
        page("followers", channel::followers("志愿者").render()),
        page("followers-hostile", channel::followers(desk::HOSTILE).render()),
        page("followers-empty", channel::followers_empty().render()),
        page("follower", channel::follower("湖塘赵师傅").render()),
        page("follower-hostile", channel::follower(desk::HOSTILE).render()),
        page("follower-block", channel::block("湖塘赵师傅").render()),
        page("follower-block-hostile", channel::block(desk::HOSTILE).render()),
        page("tags", channel::tags("志愿者").render()),
        page("tags-hostile", channel::tags(desk::HOSTILE).render()),
        page("agents", channel::agents("朱律师").render()),
        page("agents-hostile", channel::agents(desk::HOSTILE).render()),
        page("agents-unread", channel::agents_unread().render()),
        page("consent", street::consent("咨询回复通知").render()),
        page("consent-hostile", street::consent(desk::HOSTILE).render()),
        page("consent-stranger", street::consent_of_a_stranger().render()),
        page("health", office::health().render()),
        page("official-accounts", office::official_accounts().render()),
        page("case-waiting", street::case_waiting().render()),
        page("case", street::case_answered().render()),
        page("case-large", street::case_large().render()),
        page("case-hostile", street::case_hostile().render()),
        page("case-ask", street::ask("", None).render()),
        page("case-ask-refused", street::ask("老板不发工资", Some("还没有同意。")).render()),
        page("case-ask-hostile", street::ask(desk::HOSTILE, Some(desk::HOSTILE)).render()),
        page("case-ask-stranger", street::ask_of_a_stranger().render()),
        page("case-arriving", street::arriving().render()),
        page("erase", street::erase(false).render()),
        page("erased", street::erase(true).render()),
        page("expired", street::expired().render()),
        page("cases", street::cases(3).render()),
        page("cases-0", street::cases(0).render()),
        page("unrecognized", street::unrecognized().render()),
        page("directory", street::directory(2, 3).render()),
        page("directory-200", street::directory(7, 29).render()),
        page("article", street::reading("老板拖欠工资，先做这三件事").render()),
        page("article-hostile", street::reading(desk::HOSTILE).render()),
        page("articles", street::readings(50, "老板拖欠工资，先做这三件事").render()),
        page("articles-0", street::readings(0, "").render()),
        page("articles-hostile", street::readings(2, desk::HOSTILE).render()),
        page("privacy", street::privacy().render()),
        page("privacy-own", street::own_privacy().render()),
        page("privacy-erase", street::erase_all(false).render()),
        page("privacy-erased", street::erase_all(true).render()),
        page("privacy-copy", street::copy("老板不发工资").render()),
        page("privacy-copy-hostile", street::copy(desk::HOSTILE).render()),
        page("public", street::public_home(6).render()),
        page("public-0", street::public_home(0).render()),
        page("problem-404", problem(404)),
        page("problem-500", problem(500)),
    ];
    pages.extend(quiz::pages().into_iter().map(|(name, html)| page(name, html)));
    pages
}

fn problem(status: u16) -> askama::Result<String> {
    ProblemPage::of(status, desk::site())
        .with_way_out("/console/inbox", "回到咨询")
        .with_reference("0193-5c1e")
        .render()
}

/// Calls `check` with every page and its elements, and names the page when something is wrong.
fn each_page(check: impl Fn(&Page, &[Tag]) -> Result<(), String>) {
    let wrong: Vec<String> = pages()
        .iter()
        .filter_map(|page| {
            let tags = match markup::read(&page.html) {
                Ok(tags) => tags,
                Err(wrong) => return Some(format!("{}: {wrong}", page.name)),
            };
            check(page, &tags).err().map(|wrong| format!("{}: {wrong}", page.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn must(holds: bool, rule: impl Fn() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(rule()) }
}

fn ids(tags: &[Tag]) -> HashSet<&str> {
    tags.iter().filter_map(|tag| tag.get("id")).collect()
}

#[test]
fn every_page_has_one_heading_a_title_a_main_part_and_a_way_to_skip_to_it() {
    each_page(|_, tags| {
        let named = |name| tags.iter().filter(move |tag: &&Tag| tag.is(name));
        let headings: Vec<_> = named("h1").map(|tag| tag.text.trim()).collect();
        must(headings.len() == 1 && !headings[0].is_empty(), || format!("h1 {headings:?}"))?;
        must(named("main").count() == 1, || "not one main".into())?;
        must(named("title").any(|tag| tag.text.chars().count() > 3), || "no title".into())?;
        must(named("html").all(|tag| tag.get("lang") == Some("zh-CN")), || "no language".into())?;
        let first = named("a").next().and_then(|tag| tag.get("href"));
        must(first == Some("#main"), || "the first link does not skip to the content".into())?;
        let zoom = named("meta").all(|tag| {
            !tag.get("content").unwrap_or("").contains("user-scalable")
                && !tag.get("content").unwrap_or("").contains("maximum-scale")
        });
        must(zoom, || "zooming is forbidden".into())
    });
}

#[test]
fn every_field_has_a_label_and_every_reference_a_target() {
    each_page(|_, tags| {
        let known = ids(tags);
        let all = tags.iter().filter(|tag| tag.get("id").is_some()).count();
        must(known.len() == all, || "an id is used twice".into())?;
        let labelled: HashSet<_> = tags.iter().filter_map(|tag| tag.get("for")).collect();
        for tag in tags {
            let field = ["input", "select", "textarea"].contains(&tag.name.as_str());
            let hidden = tag.get("type") == Some("hidden");
            let named = tag.get("id").is_some_and(|id| labelled.contains(id))
                || tag.get("aria-label").is_some()
                || tag.within.iter().any(|name| name == "label");
            must(!field || hidden || named, || format!("no label for {tag:?}"))?;
            for key in ["for", "aria-describedby", "aria-labelledby"] {
                let wanted = tag.get(key).unwrap_or("");
                let all = wanted.split_whitespace().all(|id| known.contains(id));
                must(all, || format!("{key}={wanted} leads nowhere"))?;
            }
            if let Some(target) = tag.get("href").and_then(|href| href.strip_prefix('#')) {
                must(known.contains(target), || format!("#{target} leads nowhere"))?;
            }
        }
        Ok(())
    });
}

#[test]
fn every_link_and_button_says_something_and_every_button_has_a_type() {
    each_page(|_, tags| {
        for tag in tags.iter().filter(|tag| tag.is("a") || tag.is("button")) {
            let words = !tag.text.trim().is_empty() || tag.get("aria-label").is_some();
            must(words, || format!("nothing to read: {tag:?}"))?;
            must(tag.is("a") || tag.get("type").is_some(), || format!("no type: {tag:?}"))?;
        }
        Ok(())
    });
}

#[test]
fn every_posting_form_carries_its_token_exactly_once() {
    each_page(|_, tags| {
        for (at, form) in tags.iter().enumerate().filter(|(_, tag)| tag.is("form")) {
            let count = tags
                .iter()
                .filter(|tag| tag.form == Some(at) && tag.get("name") == Some("once"))
                .count();
            let wanted = usize::from(form.get("method") == Some("post"));
            must(count == wanted, || format!("{count} tokens in {form:?}"))?;
        }
        Ok(())
    });
}

#[test]
fn no_page_contains_code_or_style_or_anything_from_another_host() {
    each_page(|_, tags| {
        for tag in tags {
            must(!tag.is("style"), || "a style element".into())?;
            must(!tag.is("script") || tag.text.is_empty(), || "code inside the page".into())?;
            for (key, value) in &tag.attributes {
                must(key != "style" && !key.starts_with("on"), || format!("{key} in {tag:?}"))?;
                if key == "src" || key == "href" || key == "action" || key == "formaction" {
                    let own = value.starts_with('/') && !value.starts_with("//");
                    let call = value.starts_with('#') || value.starts_with("tel:");
                    must(own || call, || format!("{key}={value} leaves the site"))?;
                }
            }
        }
        Ok(())
    });
}

#[test]
fn what_an_attacker_writes_stays_text() {
    let mut shown = 0;
    for page in pages().iter().filter(|page| page.name.ends_with("hostile")) {
        let own = |tag: &Tag| {
            tag.get("src").is_some_and(|src| {
                ["/console/media/", "/console/pictures/", "/c/pictures/"]
                    .iter()
                    .any(|own| src.starts_with(own))
            })
        };
        let tags = markup::read(&page.html).unwrap();
        assert!(tags.iter().filter(|tag| tag.is("img")).all(own), "{}", page.name);
        assert!(!page.html.contains("<script>"), "{}", page.name);
        assert!(page.html.contains("&#60;script&#62;"), "{} shows nothing hostile", page.name);
        assert!(tags.iter().all(|tag| tag.get("onerror").is_none()), "{}", page.name);
        shown += 1;
    }
    assert!(shown >= 6);
}

#[test]
fn every_page_stays_inside_its_byte_budget() {
    // Kilobytes of gzip, from the budgets per page; the first prefix that fits decides.
    const BUDGETS: [(&str, usize); 16] = [
        ("login", 4),
        ("inbox", 14),
        ("conversation", 20),
        ("conflict", 12),
        ("directory", 20),
        ("public", 20),
        ("case", 8),
        ("erase", 8),
        ("expired", 8),
        ("privacy", 8),
        ("problem", 4),
        ("organization", 14),
        ("person", 12),
        ("settings", 12),
        ("rule", 12),
        ("", 14),
    ];
    let mut wrong = vec![];
    for page in pages() {
        let kilobytes = BUDGETS.iter().find(|(start, _)| page.name.starts_with(start)).unwrap().1;
        let packed = gzip(page.html.as_bytes());
        println!("{:>7} of {:>6} bytes  {}", packed, kilobytes * 1024, page.name);
        if packed > kilobytes * 1024 {
            wrong.push(page.name);
        }
    }
    assert!(wrong.is_empty(), "too heavy: {wrong:?}");
}

fn gzip(bytes: &[u8]) -> usize {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap().len()
}

#[test]
fn a_live_block_is_the_same_bytes_as_in_its_page() {
    let (inbox, talk) = (desk::inbox(50), desk::conversation());
    let (queue, health) = (office::unmatched("问题"), office::health());
    let scanned = desk::wechat_login(Some(Stage::Scanned), None);
    let binding = desk::wechat_binding(Some(Stage::Open), None);
    let blocks = [
        (scanned.render(), scanned.as_step().render()),
        (binding.render(), binding.as_step().render()),
        (inbox.render(), inbox.as_list().render()),
        (talk.render(), talk.as_timeline().render()),
        (talk.render(), talk.as_status().render()),
        (queue.render(), queue.as_list().render()),
        (health.render(), health.as_list().render()),
    ];
    for (page, block) in blocks {
        let (page, block) = (page.unwrap(), block.unwrap());
        assert!(block.trim().len() > 100);
        assert!(page.contains(block.trim()), "{block}");
    }
}

#[test]
fn every_sample_page_renders_and_can_be_written_down_for_a_look() {
    let pages = pages();
    assert!(pages.iter().all(|page| page.html.ends_with("</html>")));
    let Some(folder) = std::env::var_os("PREVIEW_DIR") else { return };
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    for page in pages {
        let mut html = page.html;
        for name in ["app.css", "citizen.css", "app.js", "finding.js", "icon.svg"] {
            html = html.replace(pufa::platform::http::assets::url(name), name);
        }
        std::fs::write(folder.join(format!("{}.html", page.name)), html).unwrap();
    }
    for file in std::fs::read_dir("src/console/assets").unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
    }
}
