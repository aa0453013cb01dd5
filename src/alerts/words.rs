//! The words of a message. Pure. They are made of occasions, counts and numbers alone: nothing else
//! about an inquiry comes here, so nothing else can leave the house.

use super::Occasion;

/// Numbers named in one line.
const NAMED: usize = 5;

/// What a message tells of.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Item {
    /// What happened.
    pub occasion: Occasion,
    /// The inquiry's number; empty for anything else.
    pub number: String,
}

/// A message in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// In a few words, for a subject or a short field.
    pub subject: String,
    /// Everything.
    pub body: String,
}

/// A number as it may leave the house: digits and a dash, nothing else.
pub fn plain_number(number: &str) -> Option<&str> {
    let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    (plain && !number.is_empty() && number.len() <= 16).then_some(number)
}

/// The words of a message: for each occasion how often and which inquiries, what to do, and where.
pub fn compose(items: &[Item], alliance: &str, page: &str) -> Words {
    let mut lines = Vec::new();
    let mut first = None;
    for occasion in Occasion::ALL {
        let of = items.iter().filter(|item| item.occasion == *occasion);
        let count = of.clone().count();
        if count == 0 {
            continue;
        }
        first.get_or_insert(*occasion);
        let mut numbers: Vec<&str> = of.filter_map(|item| plain_number(&item.number)).collect();
        numbers.dedup();
        let more = if numbers.len() > NAMED { "等" } else { "" };
        numbers.truncate(NAMED);
        let named = match numbers.is_empty() {
            true => String::new(),
            false => format!("：咨询 {}{more}", numbers.join("、")),
        };
        lines.push(format!("{} {count} 件{named}。{}", occasion.name(), advice(*occasion)));
    }
    let subject = match (first, items.len()) {
        (Some(first), 1) => first.name().to_owned(),
        (Some(first), count) => format!("{}等 {count} 件", first.name()),
        (None, _) => String::new(),
    };
    let body = format!("【{alliance}】工作提醒\n{}\n登录工作台处理：{page}", lines.join("\n"));
    Words { subject, body }
}

fn advice(occasion: Occasion) -> &'static str {
    match occasion {
        Occasion::Danger => "请马上确认群众安全，必要时拨打 110。",
        Occasion::OfferNew => "请认领，或说明原因退回。",
        Occasion::OfferLapsing => "再不认领或退回，就会转给下一家。",
        Occasion::PromiseHalf => "承诺的时间已过一半，请安排答复。",
        Occasion::DeadlineNear => "请在承诺的时间前答复。",
        Occasion::DeadlinePassed => "已过承诺的时间，请马上答复或协调。",
        Occasion::ExtensionAsked => "请同意或不同意。",
        Occasion::ReviewWaits => "请复核后放行或退回，答复的时限照常计算。",
        Occasion::TakenOver => "由单位管理员接手，理由见咨询页。",
        Occasion::Mentioned => "内部备注里提到您，请打开看看。",
        Occasion::FollowUp => "群众又来信了，请查看。",
        Occasion::ArticleWaits | Occasion::TextWaits => "请阅读后通过或退回。",
        Occasion::ArticleDoubtful => "文章引用的法律变了，请修改、撤下或确认仍然适用。",
        Occasion::TaskDue => "请到“日历”办理，办完点“完成”。",
        Occasion::CampaignWaits => "请看过预览后通过或退回。",
        Occasion::CampaignCooling => "十分钟左右后发出，现在还能取消。",
        Occasion::CampaignTrouble => "推送停住了、没发出或结果不明，请到“推送”处理。",
        Occasion::Failure => "有后台工作多次失败，请到“健康”查看。",
        Occasion::Trial => "收到这条，说明提醒能送到您。",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_a_number_holds_only_digits_leave_the_house(number in "\\PC{0,20}") {
            let items = [Item { occasion: Occasion::FollowUp, number: number.clone() }];
            let words = compose(&items, "联盟", "https://x/console/alerts");
            let fixed = compose(
                &[Item { occasion: Occasion::FollowUp, number: String::new() }],
                "联盟",
                "https://x/console/alerts",
            );
            match plain_number(&number) {
                None => prop_assert_eq!(words, fixed),
                Some(plain) => prop_assert!(plain.bytes().all(|b| b.is_ascii_digit() || b == b'-')),
            }
        }
    }

    #[test]
    fn several_are_told_in_one_line_for_each_occasion_danger_first() {
        let item = |occasion, number: &str| Item { occasion, number: number.to_owned() };
        let mut items: Vec<Item> =
            (1..=7).map(|n| item(Occasion::OfferNew, &format!("2611-000{n}"))).collect();
        items.push(item(Occasion::Danger, "2611-0009"));
        let words = compose(&items, "联盟", "https://x/console/alerts");
        assert_eq!(words.subject, "人身危险等 8 件");
        let lines: Vec<&str> = words.body.lines().collect();
        assert!(lines[1].starts_with("人身危险 1 件：咨询 2611-0009。"), "{}", lines[1]);
        assert!(lines[2].contains("7 件") && lines[2].contains("2611-0005等"), "{}", lines[2]);
        assert!(!lines[2].contains("2611-0006"));
    }
}
