//! What surrounds every page: the shell of the desk and of the citizens' pages, and the fixed
//! sentences that tell what has just been done.

use super::auth::SignedIn;
use super::form::Fields;
use super::pages::lending;
use super::state::Web;
use crate::alerts;
use crate::campaigns;
use crate::inquiries;
use crate::language::Danger;
use crate::members::OrgScope;
use crate::platform::clock::Moment;
use crate::platform::error::Result;
use crate::platform::http::shell::{
    Choice, CitizenShell, NavItem, Notice, NoticeKind, Shell, Site, Who,
};
use crate::platform::http::when::When;
use crate::publishing;
use crate::quiz;
use crate::referrals;
use crate::routing::actions::picking;
use crate::routing::rules::Directory;
use crate::staff::Role;
use crate::staff::policy::Right;
use crate::wording;

/// Alerts named above every page.
const ALERTS: i64 = 3;

/// Name and imprint of the installation.
pub fn site(web: &Web) -> Site {
    let alliance = &web.config.alliance;
    Site {
        name: alliance.name.clone(),
        support_phone: alliance.support_phone.clone(),
        ..Site::default()
    }
}

/// A fresh token for the forms of a page; also the id of what such a form writes.
pub fn once(web: &Web) -> String {
    web.deps.entropy.id_at(web.deps.clock.now()).to_string()
}

/// A moment for people, seen from now.
pub fn when(web: &Web, at: Moment) -> When {
    When::new(at, web.deps.clock.now())
}

/// The shell of a page of the desk; `at` is the entry of the navigation it belongs to.
pub async fn desk(
    web: &Web,
    signed: &SignedIn,
    title: &str,
    at: &str,
    asked: &Fields,
) -> Result<Shell> {
    let member = &signed.member;
    let directory = web.directory.current();
    let organization_name = match member.organization_id {
        Some(id) => directory.organization_name(Some(id)).to_owned(),
        None => web.config.alliance.name.clone(),
    };
    Ok(Shell {
        title: title.to_owned(),
        demo: web.installation.demo,
        who: Some(Who {
            name: member.name.clone(),
            role_name: member.role.name().to_owned(),
            organization_name,
        }),
        nav: navigation(web, signed, at).await?,
        notice: notice(asked.text("done")),
        alerts: alerts(web, signed).await?,
        tour: !member.toured,
        live: signed.may(Right::ReadInquiries),
        once: once(web),
        site: site(web),
    })
}

/// Dangers the person is alerted to and has not said to know of, one sentence each.
pub async fn alerts(web: &Web, signed: &SignedIn) -> Result<Vec<String>> {
    if !signed.may(Right::ReadInquiries) {
        return Ok(Vec::new());
    }
    let mut link = web.deps.db.read().await?;
    let unseen = alerts::store::dangers(&mut link, signed.member.id.0, ALERTS).await?;
    let line =
        |alert: alerts::Alert| format!("咨询 {}：{}", alert.number, danger_names(&alert.detail));
    Ok(unseen.into_iter().map(line).collect())
}

/// The names of dangers given by their codes, comma-separated.
pub fn danger_names(codes: &str) -> String {
    let names: Vec<&str> =
        codes.split(',').filter_map(Danger::from_code).map(Danger::name).collect();
    names.join("、")
}

/// The shell of a page for nobody in particular: the log-in.
pub fn doorstep(web: &Web, title: &str, asked: &Fields) -> Shell {
    Shell {
        title: title.to_owned(),
        demo: web.installation.demo,
        notice: notice(asked.text("done")),
        once: once(web),
        site: site(web),
        ..Shell::default()
    }
}

/// The shell of a citizens' page; `here` is its own address without a query.
pub fn street(web: &Web, title: &str, large: bool, here: &str, asked: &Fields) -> CitizenShell {
    let switch = if large { "0" } else { "1" };
    CitizenShell {
        title: title.to_owned(),
        demo: web.installation.demo,
        large,
        large_href: format!("{here}?large={switch}"),
        notice: notice(asked.text("done")),
        once: once(web),
        site: site(web),
    }
}

async fn navigation(web: &Web, signed: &SignedIn, at: &str) -> Result<Vec<NavItem>> {
    let item = |label: &str, href: String, icon: &'static str, count: Option<i64>| NavItem {
        label: label.to_owned(),
        current: href.split('?').next() == Some(at),
        href,
        icon,
        count,
    };
    let member = &signed.member;
    let mut nav = Vec::new();
    if signed.may(Right::ReadInquiries) {
        let (scope, now) = (signed.member.scope(), web.deps.clock.now());
        let mut link = web.deps.db.read().await?;
        let counts = inquiries::store::counts(&mut link, scope, signed.member.id, now).await?;
        let waiting = Some(counts.unclaimed);
        if scope == OrgScope::Unmatched {
            nav.push(item("待分派", "/console/unmatched".into(), "queue", waiting));
            nav.push(item("咨询", "/console/inbox?tab=organization".into(), "inbox", None));
        } else {
            let waiting = waiting.filter(|_| signed.may(Right::Answer));
            nav.push(item("咨询", "/console/inbox".into(), "inbox", waiting));
        }
    }
    if picking::picker(&web.directory.current(), &signed.member).is_some() {
        nav.push(item("自选", "/console/pick".into(), "queue", None));
    }
    if !alerts::rules::concerns(member.role).is_empty() {
        let mut link = web.deps.db.read().await?;
        let unseen = alerts::store::unseen(&mut link, member.id.0).await?;
        nav.push(item("提醒", "/console/alerts".into(), "alert", Some(unseen)));
    }
    if signed.may(Right::ReadInquiries) {
        nav.push(item("搜索", "/console/search".into(), "search", None));
        nav.push(item("法条", "/console/knowledge".into(), "content", None));
    }
    if signed.may(Right::Answer) {
        let waiting = reviews_waiting(web, signed).await?;
        nav.push(item("复核", "/console/reviews".into(), "audit", Some(waiting)));
    }
    if signed.may(Right::Answer) {
        let (scope, now) = (signed.member.scope(), web.deps.clock.now());
        let mut link = web.deps.db.read().await?;
        let waiting = referrals::store::count_waiting(&mut link, scope, now).await?;
        nav.push(item("转介", "/console/referrals".into(), "move", Some(waiting)));
    }
    if signed.may(Right::Answer) || signed.may(Right::ManageMembers) {
        nav.push(item("质量", "/console/quality".into(), "star", None));
    }
    if signed.may(Right::Balance) {
        nav.push(item("统筹", "/console/hub".into(), "queue", None));
    }
    if signed.may(Right::SeeMembers) {
        nav.push(item("单位", "/console/members".into(), "members", None));
    }
    if signed.may(Right::ManageAllStaff) && web.directory.current().organizations.is_empty() {
        nav.push(item("开始", "/console/start".into(), "check", None));
    }
    if signed.may(Right::ManageAllStaff) {
        nav.push(item("人员", "/console/staff".into(), "people", None));
    } else if let (true, Some(own)) =
        (signed.may(Right::ManageOwnStaff), signed.member.organization_id)
    {
        nav.push(item("人员", format!("/console/members/{own}/staff"), "people", None));
        nav.push(item("工作时间", format!("/console/members/{own}/hours"), "clock", None));
    }
    if signed.may(Right::SeeRoster) {
        let own = signed.member.organization_id;
        let href =
            own.map_or("/console/roster".into(), |own| format!("/console/members/{own}/roster"));
        nav.push(NavItem {
            current: at == "/console/roster",
            ..item("值班", href, "roster", None)
        });
    }
    if signed.may(Right::ManageCodes) {
        nav.push(item("二维码", "/console/codes".into(), "picture", None));
    }
    if signed.may(Right::ManageRules) {
        nav.push(item("规则", "/console/rules".into(), "rules", None));
    }
    if signed.may(Right::ManageAccount) {
        nav.push(item("公众号", "/console/menu".into(), "menu", None));
    }
    if signed.may(Right::SeeCalendar) {
        nav.push(item("日历", "/console/calendar".into(), "roster", None));
    }
    if signed.may(Right::ManageTexts) || signed.may(Right::Approve) {
        let waiting = articles_waiting(web, signed).await?;
        nav.push(item("文章", "/console/content".into(), "content", waiting));
    }
    if signed.may(Right::ManageCampaigns) || signed.may(Right::Approve) {
        let mut link = web.deps.db.read().await?;
        let waiting = campaigns::store::count_waiting(&mut link, member.id.0).await?;
        let waiting = Some(waiting).filter(|_| signed.may(Right::Approve));
        nav.push(item("推送", "/console/campaigns".into(), "move", waiting));
    }
    if signed.may(Right::ManageTexts) || signed.may(Right::Approve) {
        let waiting = questions_waiting(web, signed).await?;
        nav.push(item("答题", "/console/quiz".into(), "check", waiting));
    }
    if signed.may(Right::ManageTexts) || signed.may(Right::Approve) {
        let waiting = texts_waiting(web, signed).await?;
        nav.push(item("设置", "/console/settings".into(), "settings", waiting));
    }
    if signed.may(Right::SeeHealth) {
        nav.push(item("健康", "/console/health".into(), "health", None));
    }
    if nav.is_empty() {
        nav.push(item("账号", "/console/account".into(), "user", None));
    }
    Ok(nav)
}

/// Held answers that this person can do something about.
async fn reviews_waiting(web: &Web, signed: &SignedIn) -> Result<i64> {
    let lent = i64::try_from(lending::passes(web, signed).await?.len()).unwrap_or(i64::MAX);
    let (member, mut link) = (&signed.member, web.deps.db.read().await?);
    let own = inquiries::reviewing::store::count(&mut link, member.scope(), member.id).await?;
    Ok(own + lent)
}

/// Articles that this person may approve and that wait.
async fn articles_waiting(web: &Web, signed: &SignedIn) -> Result<Option<i64>> {
    if !signed.may(Right::Approve) {
        return Ok(None);
    }
    let mut link = web.deps.db.read().await?;
    publishing::store::reviews::waiting_for(&mut link, signed.member.id.0).await.map(Some)
}

/// Changed texts that this person may approve and that wait.
async fn texts_waiting(web: &Web, signed: &SignedIn) -> Result<Option<i64>> {
    if !signed.may(Right::Approve) {
        return Ok(None);
    }
    let mut link = web.deps.db.read().await?;
    wording::store::waiting_for(&mut link, signed.member.id).await.map(Some)
}

/// Quiz questions that this person may check and that wait.
async fn questions_waiting(web: &Web, signed: &SignedIn) -> Result<Option<i64>> {
    if !signed.may(Right::Approve) {
        return Ok(None);
    }
    let mut link = web.deps.db.read().await?;
    quiz::store::bank::waiting_for(&mut link, signed.member.id).await.map(Some)
}

/// The first page of a role after the log-in.
pub fn home(role: Role) -> &'static str {
    match role {
        Role::Responder | Role::OrgManager | Role::Operator | Role::Supervisor => "/console/inbox",
        Role::HubManager => "/console/hub",
        Role::Auditor => "/console/members",
        Role::Approver => "/console/content",
        Role::Secadmin => "/console/staff",
        Role::Sysadmin => "/console/health",
    }
}

/// The sentence for what was done, by the code in the address; unknown codes say nothing.
fn notice(code: &str) -> Option<Notice> {
    use NoticeKind::{Done, Info};
    let (kind, text) = match code {
        "answered" => (Done, "答复已写好，正在送给群众。送达情况显示在答复下面。"),
        "leaving" => (Done, "答复几秒后发出。看到不妥可以马上撤回。"),
        "attached" => (Done, "文件已添加，随这条答复一起发出。写了一半的内容在草稿里。"),
        "detached" => (Done, "文件已去掉。写了一半的内容在草稿里。"),
        "recalled" => (Done, "已撤回，内容在下面的草稿里，没有发送。"),
        "held" => (Done, "答复已写好，正等同事复核。放行以后才会送给群众。"),
        "let-go" => (Done, "已放行，正在送给群众。送达情况显示在答复下面。"),
        "taken-back" => (Done, "已撤回，内容在您的草稿里，没有发送。"),
        "proposed" => (Done, "已发起转介，正在请群众逐项确认。同意以前什么都不会转出。"),
        "drawn" => (Done, "已抽样，别的单位可以开始评议。"),
        "read" => (Done, "评议已提交，谢谢。被评单位看不到是谁评的。"),
        "corrected-answer" => (Done, "更正已写好，正在送给群众。"),
        "noted" => (Done, "内部备注已保存，群众看不到。"),
        "draft" => (Done, "草稿已保存，只有您自己看得到。"),
        "discarded" => (Done, "草稿已删除，没有发送任何内容。"),
        "claimed" => (Done, "已由您认领。"),
        "picked" => (Done, "已领取，由您办理。办不了时请写明原因放回。"),
        "released" => (Done, "已放回待认领。"),
        "balanced" => (Done, "已转给所选单位，对群众的承诺时限不变。"),
        "declined" => (Done, "已退回。系统正在询问下一家单位；没有合适的会交联盟运营。"),
        "paused" => (Done, "已暂停计时，并发消息告诉群众。群众来信会自动恢复。"),
        "resumed" => (Done, "已恢复计时，新的时限见页面上方。"),
        "extension" => (Done, "延期申请已提交，等单位管理员审批。"),
        "granted" => (Done, "已同意延期，并发消息告诉群众新的时限。"),
        "not-extended" => (Done, "没有同意延期，原来的时限不变。"),
        "closed" => (Done, "已办结。群众再来信会自动重新打开。"),
        "merged" => (Done, "两件已合并成一件。原来的链接和群众以后的来信都到这里。"),
        "was-merged" => (Info, "您打开的那件咨询已经并入这一件。"),
        "assigned" => (Done, "已转给所选单位。"),
        "returned" => (Done, "已退回联盟运营，由他们重新分派。"),
        "corrected" => (Done, "领域已更正。需要换单位时请再转派。"),
        "learning" => (Info, "已经开始学习，来信照常处理。刷新本页看进度。"),
        "activated" => (Done, "已启用，从现在起的来信都用它归类。"),
        "removed" => (Done, "已移出，以后的学习不再使用。"),
        "code" => (Done, "已向微信申请，结果见下面的列表。"),
        "checking" => (Done, "已开始检查，约半分钟后刷新本页查看结果。"),
        "checked" => (Done, "已问过微信，结果见下面。"),
        "cleared" => (Done, "微信已把今天的接口调用次数清零。"),
        "saved" => (Done, "已保存。"),
        "trial" => (Done, "已经开始发送，几秒后刷新本页看结果。"),
        "listing" => (Info, "正在从微信读取模板，几秒后刷新本页就能看到结果。"),
        "submitted" => (Done, "已提交审批。法律审核和宣传审核都通过后就可以发布。"),
        "text-submitted" => (Done, "已提交审批。另一位同事通过后马上使用。"),
        "text-approved" => (Done, "已通过，新的文字开始使用。"),
        "text-taken-back" => (Done, "已撤回，文字还是原来的。"),
        "approved" => (Done, "已通过。法律审核和宣传审核都通过的，可以发布到微信了。"),
        "shown-on-phones" => (Info, "正在发到同事的手机，几秒后刷新看结果。"),
        "campaign-submitted" => (Done, "已送审。另一位同事通过后就可以排期。"),
        "campaign-approved" => (Done, "已通过。现在可以排期了。"),
        "scheduled" => (Done, "已排期。到时间先倒计时，倒计时里随时能取消。"),
        "unscheduled" => (Done, "已取消发送，什么都没有发出。"),
        "cancelled" => (Done, "已放弃，没发的部分不会再发。"),
        "going-on" => (Info, "正在继续发送，稍后刷新看结果。"),
        "stopped" => (Done, "紧急停止已按下，还没交给微信的都不会发。"),
        "lifted" => (Done, "紧急停止已解除。停住的推送要逐个处理。"),
        "sent-back" => (Done, "已退回，作者会看到您写的原因。"),
        "publishing" => (Info, "正在提交给微信。稍后刷新，看审核结果。"),
        "withdrawing" => (Info, "正在从微信撤下。稍后刷新，看结果。"),
        "added" => (Done, "已添加。"),
        "question-added" => (Done, "已保存。另一位同事校核通过后才能进活动。"),
        "question-approved" => (Done, "已通过，这道题可以进活动了。"),
        "round-submitted" => (Done, "已提交审核。另一位同事看过就能发布。"),
        "round-open" => (Done, "已发布。规则从此不变，抽奖种子已封存。"),
        "round-drawn" => (Done, "已开奖并公示，人人可以重新计算。"),
        "flags-looked" => (Done, "检查完了，结果见下面。"),
        "objected" => (Done, "申诉已收到，由另一位工作人员复核。"),
        "surveyed" => (Done, "谢谢您的意见。"),
        "question-retired" => (Done, "已停用，不会再被抽到。"),
        "menu" => (Info, "正在送往微信，几秒后刷新本页看结果。"),
        "reading" => (Info, "正在读取微信上的菜单，几秒后刷新本页看草稿。"),
        "syncing" => (Info, "已经开始核对，刷新本页看进度。"),
        "tagged" => (Done, "微信已接受，标签已贴上。"),
        "untagged" => (Done, "微信已接受，标签已去掉。"),
        "tagged-partly" => {
            (Info, "微信只接受了一部分，其余的人没有改。请在名单里核对，只对没改的人再做一次。")
        }
        "blocked" => (Done, "微信已接受，已加入黑名单。"),
        "unblocked" => (Done, "微信已接受，已移出黑名单。"),
        "deleted" => (Done, "已删除。"),
        "invited" => (Done, "邀请已发出，请对方 24 小时内在微信里接受。"),
        "session" => (Done, "那里的登录已经结束。"),
        "sessions" => (Done, "其他地方的登录都已经结束，只剩这里。"),
        "second-off" => (Done, "动态码已关闭，以后登录只要密码。"),
        "second-reset" => (Done, "动态码已重置，此人的登录已全部结束。"),
        "password" => (Done, "密码已修改，请用新密码登录。"),
        "unconfirmed" => {
            (Info, "还没有收到手机上的确认。请扫码，在手机上点“确认登录”，再点一次“我已确认”。")
        }
        "bound" => (Done, "微信已绑定，以后可以扫码登录。"),
        "unbound" => (Done, "微信已解除绑定，不能再用它扫码登录。"),
        "voided" => (Done, "二维码已作废，没有绑定任何微信。"),
        "signed" => (Done, "已署名，群众看到的卡片会写明审核人和日期。"),
        "fits" => (Done, "已记住，类似的问题马上会优先想到这一条。"),
        "fits_not" => (Done, "已记下，这一条排到这件咨询的最后。"),
        "back" => (Done, "已收回，检索不再参考。"),
        "forgotten" => (Done, "已移出，检索不再参考，其中的文字已清空。"),
        "learned" => (Done, "已记住，以后类似问题会优先想到这一条。"),
        "out" => (Done, "已安全退出。"),
        "withdrawn" => (Done, "已取消，不会再提醒您。"),
        "consented" => (Done, "已同意。只转出您勾选的内容，有了结果会告诉您。"),
        "refused" => (Done, "好的，什么都不会转出，我们继续在这里答复您。"),
        "taken-from" => (Done, "已撤回同意，您填的联系方式已经删去。"),
        "rated" => (Done, "谢谢您的评价。"),
        "consent-back" => (Done, "已撤回同意。下次提问会重新问您。"),
        "rated-low" => (Done, "谢谢您说实话。会换一位人员再答复您一次，请留意微信。"),
        "solved" => (Done, "很高兴帮到您。以后有事，随时再来问。"),
        "unsolved" => (Done, "已收到，会尽快再答复您。"),
        "asked" => {
            (Done, "问题已收到，编号和答复时间见下面。答复会送到您的微信里，也会显示在这一页。")
        }
        "sent" => (Done, "已发给答复人员，请等待答复。"),
        "danger" => (Info, "如果有人身危险，请马上拨打 110。您的话已经转给答复人员。"),
        _ => return None,
    };
    Some(Notice::new(kind, text))
}

/// The legal fields to choose from.
pub fn field_choices(chosen: &[&str]) -> Vec<Choice> {
    crate::language::Field::all()
        .iter()
        .map(|field| Choice::new(field.code(), field.name(), chosen.contains(&field.code())))
        .collect()
}

/// The living districts to choose from.
pub fn district_choices(directory: &Directory, chosen: &str) -> Vec<Choice> {
    let districts = directory.atlas.districts();
    districts.map(|d| Choice::new(d.id.as_str(), &d.name, d.id.as_str() == chosen)).collect()
}

/// Districts and, after each, its towns and streets, to choose one from.
pub fn place_choices(directory: &Directory, chosen: &str) -> Vec<Choice> {
    let mut choices = Vec::new();
    for district in directory.atlas.districts() {
        let id = district.id.as_str();
        choices.push(Choice::new(id, &district.name, id == chosen));
        let towns = directory.atlas.towns(&district.id);
        choices.extend(towns.map(|town| {
            let label = format!("{} {}", district.name, town.name);
            Choice::new(town.id.as_str(), label, town.id.as_str() == chosen)
        }));
    }
    choices
}
