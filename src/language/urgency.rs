//! Whether a text names a limit that runs out, or somebody already held.

use std::sync::LazyLock;

use super::words::WordTable;

/// Phrases that mean haste by themselves.
const ALONE: &str = "明天要开庭 明天开庭 后天开庭 今天开庭 下午开庭 马上开庭 快开庭 就要开庭 下周开庭 明天就开庭 后天就开庭 今天到期 明天到期 \
    后天到期 马上到期 快到期 就要到期 快要到期 即将到期 最后一天 最后两天 最后三天 最后期限 今天截止 明天截止 马上截止 快过时效 \
    时效快 时效就要 时效马上 时效到 期限快 期限到 期限马上 快过期限 最后日期 \
    让我再转 还让我转 叫我再转 让我继续转 正在转账 三天之内 三日内 三天内必须 24小时内 明天就要 明天要拆 今天要拆 要强拆 马上强拆 马上拆 正在拆 来拆 要来拆 \
    37天内 限我 勒令 停水停电 断水断电 断电断水 \
    明天拍卖 马上拍卖 要被拍卖 明天搬 马上搬走 赶我走 赶出去 等钱救命 救命钱 等钱做手术 病危 快不行 转移财产 要跑 快跑路 \
    人要跑 正在转移 急急 十万火急 加急 很急 着急等";

/// A time close at hand ...
const SOON: &str = "今天 明天 后天 今晚 明早 马上 就要 快要 立刻 快过 快到 再有 再过 来得及 差几天 这两天 只剩 还剩 还有一天 还有两天 还有三天 昨天 昨晚 刚刚 刚才 现在";

/// ... together with an act that cannot wait.
const ACTS: &str = "开庭 到期 截止 上诉 强拆 拍卖 拘留 期限 时效 签字 查封 执行局 离家出走 失踪 手术同意 被打 起诉期 传票 听证 庭审 \
    举证 答辩 拉走 搬走 往外搬 被骗 骗走 转账 转过去 撬锁 换锁";

/// What a limit runs for ...
const LIMITED: &str = "裁决 判决 裁定 决定书 通知书 认定书 复议 上诉 起诉 仲裁 时效 工伤 欠条 借条 借款 欠款 货款 离职 辞退 事故 认定";

/// Somebody close ...
const CLOSE: &str = "儿子 女儿 老公 老婆 丈夫 妻子 爱人 父亲 母亲 爸 妈 弟弟 哥哥 妹妹 姐姐 弟 哥 孩子 家人 家属 男朋友 女朋友 侄子 外甥 亲戚 朋友";

/// ... who is held: the days for a defence run.
const HELD: &str = "带走 抓走 被抓 抓了 抓进去 刑拘 刑事拘留 被拘留 拘留了 关进去 关起来 批捕 逮捕 能不能取保 能取保 取保候审吗 申请取保 办取保 人见不到 见不到人";

/// A suspect who asks for bail in the first person counts too.
const SUSPECT: &str = "涉嫌";

struct Tables {
    alone: WordTable,
    close: WordTable,
    held: WordTable,
    soon: WordTable,
    acts: WordTable,
    limited: WordTable,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    alone: table_of(ALONE),
    close: table_of(CLOSE),
    held: table_of(HELD),
    soon: table_of(SOON),
    acts: table_of(ACTS),
    limited: table_of(LIMITED),
});

fn table_of(words: &str) -> WordTable {
    WordTable::new(&words.split_whitespace().collect::<Vec<_>>())
}

/// Whether a normalized text should be looked at before others.
pub fn is_urgent(text: &str) -> bool {
    TABLES.alone.any(text)
        || (TABLES.held.any(text) && (text.contains(SUSPECT) || TABLES.close.any(text)))
        || (TABLES.limited.any(text) && runs_out(text))
        || (TABLES.acts.any(text) && TABLES.soon.any(text) && acts_soon(text))
}

/// Whether one clause holds both an act and that it is close at hand.
fn acts_soon(text: &str) -> bool {
    text.split([',', '.', '!', '?', ';', '。'])
        .any(|clause| TABLES.acts.any(clause) && TABLES.soon.any(clause))
}

/// ... and how people count that it runs out: 第13天, 马上三年了, 快满一年, 离职十一个月了.
fn runs_out(text: &str) -> bool {
    let mut at = 0;
    while let Some(from) = text[at..].find(numeral).map(|found| at + found) {
        let length = text[from..].find(|sign| !numeral(sign)).unwrap_or(text.len() - from);
        let end = from + length;
        if counts_down(&text[..from], &text[from..end], &text[end..]) {
            return true;
        }
        at = end;
    }
    false
}

fn counts_down(before: &str, number: &str, after: &str) -> bool {
    let ends = |words: &[&str]| words.iter().any(|word| before.ends_with(word));
    let nearly = || ends(&["马上", "快", "快满", "快要", "就要", "就满", "将近", "快到", "差不多"]);
    match after.chars().next() {
        // The first day of work is no deadline.
        Some('天') if ends(&["第"]) => number.chars().count() > 1 || number == "十",
        Some('天' | '年') => nearly() || ends(&["只剩", "还剩", "剩下"]),
        Some('个') => {
            let months = matches!(number, "十一" | "11" | "三十五" | "35" | "二十三" | "23");
            after.starts_with("个月") && (months || nearly())
        }
        _ => false,
    }
}

fn numeral(character: char) -> bool {
    character.is_ascii_digit() || "一二两三四五六七八九十".contains(character)
}

#[cfg(test)]
mod tests {
    use super::is_urgent;

    #[test]
    fn limits_that_run_out_and_arrests_are_urgent() {
        for text in [
            "明天开庭我还没请律师",
            "仲裁裁决书今天最后一天还能起诉吗",
            "判决书快过上诉期了",
            "儿子昨天晚上被派出所带走了",
            "他们说明天来强拆我家房子",
            "三年的时效马上就要到了",
        ] {
            assert!(is_urgent(text), "{text}");
        }
    }

    #[test]
    fn limits_counted_in_days_and_crimes_under_way_are_urgent() {
        let missed: Vec<_> = [
            "收到裁决书第十四天了，还能起诉吗",
            "欠条是2022年12月写的，马上三年了",
            "工伤快满一年了还没申请认定",
            "判决下来第13天，想上诉",
            "明早九点开庭",
            "行政处罚决定书给了60天，今天第59天",
            "15天的上诉时间只剩两天",
            "仲裁时效一年，我离职十一个月了",
            "法院传票写的后天上午",
            "他们今晚就要把设备拉走了",
            "刚刚被骗了五万块，能追回来吗",
            "骗子还在跟我视频，让我再转十万",
            "后天就是举证的最后日期了",
            "中介现在正在往外搬我的东西",
            "再有一个星期就过了起诉的期限",
        ]
        .into_iter()
        .filter(|text| !is_urgent(text))
        .collect();
        assert!(missed.is_empty(), "{missed:#?}");
        let alarms: Vec<_> = [
            "工伤认定的一年怎么算",
            "上诉期一般多长",
            "借条没写还款日期，时效怎么算",
            "离职一年多了还能补社保吗",
            "开庭一般要等多久",
            "结婚满三年了想离婚",
            "试用期快满三个月了能转正吗",
            "明天去民政局要带什么",
            "去年被骗了五万块",
            "第十四条怎么理解",
        ]
        .into_iter()
        .filter(|text| is_urgent(text))
        .collect();
        assert!(alarms.is_empty(), "{alarms:#?}");
    }

    #[test]
    fn questions_about_limits_in_general_are_not() {
        for text in ["诉讼时效一般是几年", "合同期限怎么写", "开庭要带什么材料", "离婚要多长时间"]
        {
            assert!(!is_urgent(text), "{text}");
        }
    }
}
