//! Verdicts with their causes and remedies. Pure.

use std::time::Duration;

use super::{Line, Probe, sentence};
use crate::accounts::Verdict::{Broken, Good, Unknown, Watch};
use crate::accounts::store::calls::TroubleRow;
use crate::accounts::store::figures::Gap;
use crate::platform::clock::Moment;
use crate::platform::config::{self, PushMode};
use crate::platform::http::when::{When, span};
use crate::wechat::client::CallError;
use crate::wechat::diagnostics::{CallbackCheck, Quota};
use crate::wechat::errcode;
use crate::wechat::shelf::{Failure, Shelf};

/// No push for this long is worth a look by day.
const QUIET: Duration = Duration::from_secs(6 * 3600);

/// Whether WeChat gives us a token.
pub fn token(result: &Result<(), CallError>) -> Line {
    const NAME: &str = "账号密钥与 IP 白名单";
    let error = match result {
        Ok(()) => return Line::good(NAME, "微信接受 AppID、AppSecret 和本服务器的 IP"),
        Err(error) => error,
    };
    let why = sentence(error);
    match error {
        CallError::Refused { errcode: 40164, ip, .. } => {
            let ip = ip.map_or_else(|| "（微信没有说明）".to_owned(), |ip| ip.to_string());
            let todo =
                format!("登录公众平台，在“设置与开发 → 开发接口管理”把 {ip} 加入 IP 白名单。");
            Line::new(NAME, Broken, format!("本服务器的 IP 是 {ip}，不在白名单"), why, todo)
        }
        CallError::Refused { errcode, .. } => {
            let todo = "登录公众平台核对 AppID 和 AppSecret，改好配置文件后重新启动。";
            Line::new(NAME, Broken, format!("微信拒绝，错误码 {errcode}"), why, todo)
        }
        _ => {
            let todo = "检查服务器能否访问 wechat.api_base_url；恢复后系统会自动继续。";
            Line::new(NAME, Broken, "没有换到访问令牌", why, todo)
        }
    }
}

/// Whether the account is verified: by whether it may list its followers.
pub fn verified(followers: &Result<(), CallError>) -> Line {
    const NAME: &str = "微信认证";
    match followers {
        Ok(()) => Line::good(NAME, "已认证"),
        Err(CallError::Refused { errcode: 48001, .. }) => Line::new(
            NAME,
            Broken,
            "未认证，或认证已过期",
            "未认证的公众号不能主动发客服消息、管理用户和查看数据。",
            "请公众号管理员在公众平台办理或续办微信认证。",
        ),
        Err(error) => Line::new(NAME, Unknown, "没有问到", sentence(error), ""),
    }
}

/// Which APIs answer. No menu (46003) is an answer too.
pub fn apis(results: &[(Probe, Result<(), CallError>)]) -> Line {
    const NAME: &str = "接口权限";
    let named = |wanted: fn(&Result<(), CallError>) -> bool| -> Vec<&str> {
        results.iter().filter(|(_, result)| wanted(result)).map(|(probe, _)| probe.name).collect()
    };
    let answers =
        named(|result| matches!(result, Ok(()) | Err(CallError::Refused { errcode: 46003, .. })));
    let barred = named(|result| {
        matches!(
            result,
            Err(CallError::Refused { errcode: 48001 | 48004 | 45102 | 43104 | 88000, .. })
        )
    });
    let seen = match (answers.is_empty(), barred.is_empty()) {
        (true, true) => "没有问到".to_owned(),
        (false, true) => format!("可用：{}", answers.join("、")),
        (true, false) => format!("不可用：{}", barred.join("、")),
        (false, false) => format!("可用：{}；不可用：{}", answers.join("、"), barred.join("、")),
    };
    let other: Vec<String> = results
        .iter()
        .filter(|(probe, _)| !answers.contains(&probe.name) && !barred.contains(&probe.name))
        .filter_map(|(probe, result)| {
            result.as_ref().err().map(|error| format!("{}：{}", probe.name, sentence(error)))
        })
        .collect();
    if !barred.is_empty() {
        let why = "公众号没有这些接口的权限，或接口被封禁。";
        let todo = "在公众平台“接口权限”中查看；订阅号没有模板消息和订阅通知，属正常情况。";
        return Line::new(NAME, Watch, seen, why, todo);
    }
    if other.is_empty() {
        return Line::new(NAME, Good, seen, "", "");
    }
    Line::new(NAME, Unknown, seen, other.join("；"), "稍后重新检查；多次如此请联系技术人员。")
}

/// Whether WeChat reaches our server.
pub fn callback(result: &Result<CallbackCheck, CallError>) -> Line {
    const NAME: &str = "微信访问本系统";
    let check = match result {
        Ok(check) => check,
        Err(CallError::Refused { errcode: 40201, .. }) => {
            let why = "公众平台没有设置服务器地址，群众的消息不会推送到本系统。";
            let todo = "在公众平台“基本配置”填写服务器地址并启用。";
            return Line::new(NAME, Broken, "没有设置服务器地址", why, todo);
        }
        Err(error) => return Line::new(NAME, Unknown, "没有问到", sentence(error), ""),
    };
    let addresses: Vec<&str> = check.dns.iter().map(|found| found.ip.as_str()).collect();
    let worst = check.ping.iter().filter_map(|ping| ping.loss_percent()).fold(0.0, f64::max);
    let seen = format!("域名指向 {}，丢包最多 {worst}%", addresses.join("、"));
    let todo = "请检查域名解析、防火墙和服务器网络；微信 5 秒内收不到应答，群众会看到故障提示。";
    match worst {
        _ if check.dns.is_empty() => {
            Line::new(NAME, Broken, "域名无法解析", "微信找不到本系统的域名。", todo)
        }
        loss if loss >= 50.0 => Line::new(NAME, Broken, seen, "从微信到本系统大量丢包。", todo),
        loss if loss > 0.0 => Line::new(NAME, Watch, seen, "从微信到本系统有丢包。", todo),
        _ => Line::good(NAME, seen),
    }
}

/// Where WeChat's servers are; firewalls and proxies may need it.
pub fn addresses(api: usize, pushes: usize) -> Line {
    Line::good("微信服务器地址", format!("接口 {api} 个地址，推送来源 {pushes} 个地址或网段"))
}

/// How much of today's calls is left, by API.
pub fn quota(quotas: &[(String, Quota)]) -> Line {
    const NAME: &str = "今日接口额度";
    let limited = quotas.iter().filter(|(_, quota)| quota.daily_limit > 0);
    let tightest = limited.min_by_key(|(_, quota)| quota.remain * 1000 / quota.daily_limit.max(1));
    let Some((path, quota)) = tightest else {
        return Line::new(NAME, Unknown, "微信没有告知", "", "");
    };
    let Quota { daily_limit, remain, .. } = *quota;
    let seen = format!("最紧的 {path} 剩 {remain} / {daily_limit} 次");
    let todo = "北京时间零点恢复；确有必要可在“公众号明细”清零，每月最多 10 次。";
    if remain <= 0 {
        Line::new(NAME, Broken, seen, "今天的调用次数已用完，系统等到零点再试。", todo)
    } else if remain * 10 < daily_limit {
        Line::new(NAME, Watch, seen, "今天的调用次数快用完了。", todo)
    } else {
        Line::good(NAME, seen)
    }
}

/// Whether our clock agrees with WeChat's; `replay_window` is the difference from which pushes are
/// refused.
pub fn clock(ahead_ms: Option<i64>, replay_window: Duration) -> Line {
    const NAME: &str = "时钟";
    let Some(ahead) = ahead_ms else {
        return Line::new(NAME, Unknown, "还没有收到微信的应答", "", "");
    };
    let off = Duration::from_millis(ahead.unsigned_abs());
    let direction = if ahead > 0 { "慢" } else { "快" };
    let seen = format!("本服务器比微信{direction}约 {} 秒", off.as_secs());
    let why = format!("相差超过 {} 秒时，微信的推送会被当作过期而拒收。", replay_window.as_secs());
    let todo = "请在服务器上启用时间同步（NTP）。";
    if off < Duration::from_secs(5) {
        Line::good(NAME, "与微信一致")
    } else if off * 2 < replay_window {
        Line::new(NAME, Watch, seen, why, todo)
    } else {
        Line::new(NAME, Broken, seen, why, todo)
    }
}

/// Who holds the access token, and whether somebody else keeps replacing it.
pub fn owner(shelf: Option<&Shelf>, now: Moment) -> Line {
    const NAME: &str = "访问令牌";
    let Some(shelf) = shelf.filter(|shelf| shelf.fetched > Moment(0) || shelf.failed.is_some())
    else {
        return Line::new(NAME, Unknown, "还没有换取过", "", "");
    };
    let by: String =
        shelf.fetched_by.chars().rev().take(6).collect::<Vec<_>>().iter().rev().collect();
    let seen = format!(
        "{}由本系统进程 …{by} 换取，有效至 {}",
        When::new(shelf.fetched, now).absolute,
        When::new(shelf.expires, now).absolute,
    );
    let died =
        shelf.died_early.iter().filter(|at| now.since(**at) < Duration::from_secs(600)).count();
    if shelf.is_contested(now) {
        let why = format!(
            "十分钟内有 {died} 个令牌提前失效：另有程序在用同一个 AppSecret 强制更换令牌。"
        );
        let todo = "停用那个程序，或在公众平台重置 AppSecret 并更新配置；在此之前本系统每分钟最多换取一次。";
        return Line::new(NAME, Broken, seen, why, todo);
    }
    match &shelf.failed {
        Some((failure, _)) => {
            let why = sentence(&failure.clone().into_error());
            let verdict = if now < shelf.expires { Watch } else { Broken };
            let todo = match failure {
                Failure::Unreached(_) => "检查服务器网络；恢复后自动继续。",
                _ => "按原因处理；系统每分钟自动再试一次。",
            };
            Line::new(NAME, verdict, "换取新令牌失败", why, todo)
        }
        None if died > 0 => {
            let why = "有令牌提前失效，可能另有程序在用同一个 AppSecret。";
            Line::new(NAME, Watch, seen, why, "若反复出现，请查找还有哪个程序使用这个公众号。")
        }
        None => Line::good(NAME, seen),
    }
}

/// When a push was last heard, and how pushes travel.
pub fn pushes(account: &config::Account, last: Option<Moment>, now: Moment) -> Line {
    const NAME: &str = "微信推送";
    let check = "登录公众平台，检查“服务器配置”是否已启用、地址是否能从外网打开、加解密方式是否与配置一致。";
    let mode = match account.mode {
        PushMode::Safe => "安全模式",
        PushMode::Compatible => "兼容模式",
        PushMode::Plain => "明文模式",
    };
    let Some(last) = last else {
        return Line::new(NAME, Unknown, format!("从未收到（{mode}）"), "还没有收到过推送", check);
    };
    let seen = format!("最近一次 {}前，{mode}", span(now.since(last)));
    match account.mode {
        PushMode::Plain => {
            let why = "明文推送可以伪造，也会被旁人看到内容。";
            let todo = "在公众平台把消息加解密方式改为安全模式，并把配置 mode 改为 safe。";
            Line::new(NAME, Broken, seen, why, todo)
        }
        _ if now.since(last) > QUIET => {
            Line::new(NAME, Watch, seen, "很久没有收到群众的消息", check)
        }
        PushMode::Compatible => {
            let why = "兼容模式下，微信把明文和密文一起发来。";
            Line::new(NAME, Watch, seen, why, "确认收发正常后，在公众平台改为安全模式。")
        }
        PushMode::Safe => Line::good(NAME, format!("{seen}，推送均已加密")),
    }
}

/// Whether mass sends wait for an administrator's confirmation. WeChat tells only when one is
/// tried.
pub fn protection(troubles: &[TroubleRow]) -> Line {
    const NAME: &str = "群发保护";
    let waiting = |trouble: &&TroubleRow| (89501..=89505).contains(&trouble.errcode);
    match troubles.iter().find(waiting) {
        Some(trouble) => {
            let hint = errcode::meaning(trouble.errcode).operator_hint;
            let todo = "请公众号管理员在微信里确认；也可在公众平台“安全中心”调整保护。";
            Line::new(NAME, Watch, "群发正在等管理员确认", hint, todo)
        }
        None => Line::new(
            NAME,
            Unknown,
            "微信只在群发时才告知",
            "",
            "在公众平台“安全中心”查看；开启时，每次群发都要管理员在微信里确认。",
        ),
    }
}

/// A refusal that a person must look into.
pub fn trouble(trouble: &TroubleRow, now: Moment) -> Line {
    let TroubleRow { path, errcode, rid, ip, times, last_at, .. } = trouble;
    let mut seen = format!("{} 次，最近 {}", times, When::new(*last_at, now).relative);
    if let Some(ip) = ip {
        seen.push_str(&format!("，本服务器的 IP 是 {ip}"));
    }
    let rid = rid.as_ref().map(|rid| format!("，rid {rid}")).unwrap_or_default();
    let why = format!("微信拒绝了 {path}（错误码 {errcode}{rid}）。");
    Line::new("接口被拒", Broken, seen, why, errcode::meaning(*errcode).operator_hint)
}

/// Messages that WeChat counted but that never reached us; nothing when WeChat's figures of the
/// days were not fetched.
pub fn missing(gaps: &[Gap], compared_days: usize) -> Line {
    const NAME: &str = "来信是否有遗漏";
    if compared_days == 0 {
        return Line::new(
            NAME,
            Unknown,
            "还没有微信的统计可以比对",
            "",
            "每天早晨自动比对前一天。",
        );
    }
    let lost: i64 = gaps.iter().map(|gap| gap.missing).sum();
    let Some(newest) = gaps.first() else {
        return Line::good(NAME, format!("近 {compared_days} 天与微信的统计一致"));
    };
    let seen = format!("可能丢失 {lost} 条，最近在 {} {} 时", newest.day, newest.hour);
    let why = "微信统计到的来信比本系统收到的多：那段时间三次推送都没有得到应答。";
    let todo =
        "查看那段时间服务器是否停机或过慢；群众当时看到的是微信的故障提示，可发公告请其重新发送。";
    Line::new(NAME, Broken, seen, why, todo)
}

/// When the rules of WeChat that this version follows were last held against WeChat's pages.
pub fn contract(checked: &str) -> Line {
    Line::good("微信接口约定", format!("{checked} 对照微信官方文档核对"))
}
