//! Short exact texts that steer the conversation instead of asking something.

use super::normalize::normalize;

/// What a citizen tells the account to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Show my inquiries and where they stand.
    MyInquiries,
    /// I want to reach a person.
    Human,
    /// What can I do here?
    Help,
    /// Where is the quiz?
    Quiz,
    /// What follows is a new matter, not part of the open one.
    NewInquiry,
    /// A mark from 1 (bad) to 5 (very good).
    Rate(u8),
    /// The answer was good.
    Satisfied,
    /// The answer was not good.
    Unsatisfied,
    /// My problem is solved.
    Solved,
    /// My problem is not solved.
    NotSolved,
    /// Give me a piece of legal knowledge.
    Tip,
    /// I want to hear of some fields of law.
    Subscribe,
    /// I want to hear of none any more.
    Unsubscribe,
    /// Send me nothing more.
    Stop,
    /// Leave out the optional step I was asked about.
    Skip,
    /// Yes.
    Yes,
    /// No.
    No,
}

/// The longest command, in characters, after fillers are taken off.
const LONGEST: usize = 10;

const TABLE: &[(Command, &str)] = &[
    (
        Command::MyInquiries,
        "我的咨询 我的问题 咨询记录 查咨询 查询咨询 查进度 查询进度 进度 进度查询 我的进度 咨询进度 我的工单 查看咨询 查结果 我的回复 查回复",
    ),
    (
        Command::Human,
        "人工 转人工 人工服务 人工客服 找人工 要人工 转人工服务 我要人工 真人 找真人 接人工 人工咨询 转接人工 找律师 律师 找工作人员",
    ),
    (
        Command::Help,
        "帮助 菜单 说明 怎么用 如何使用 使用说明 功能 help h ? ?? 帮助菜单 你能做什么 怎么咨询 主菜单",
    ),
    (
        Command::NewInquiry,
        "新咨询 我要咨询 新问题 咨询 提问 我要提问 新的咨询 另一个问题 重新咨询 开始咨询 再咨询 还有个问题 新的问题 换个问题",
    ),
    (Command::Quiz, "答题 我要答题 普法答题 有奖答题 有奖竞答 竞答 知识竞赛"),
    (Command::Satisfied, "满意 很满意 非常满意 满意的 好评 比较满意"),
    (Command::Unsatisfied, "不满意 很不满意 非常不满意 差评 不太满意 没用 不好"),
    (Command::Solved, "已解决 解决了 问题解决了 已经解决 已经解决了 搞定了 搞定 处理好了 办好了"),
    (
        Command::NotSolved,
        "没解决 未解决 没有解决 还没解决 没解决问题 问题没解决 还是没解决 解决不了 没搞定 没处理好",
    ),
    (Command::Tip, "每日普法 普法小知识 小知识 今日普法 每日一法 普法知识 每日普法小知识"),
    (Command::Subscribe, "订阅 订阅普法 普法订阅 我要订阅 订阅领域"),
    (Command::Unsubscribe, "取消订阅 取消普法订阅 不订阅了 退订普法"),
    (Command::Stop, "退订 停止 不要发了 别发了 取消咨询 不咨询了 td t stop 撤回咨询 撤销咨询"),
    (Command::Skip, "跳过 略过 不填 不说 不想说 下一步 skip"),
    (Command::Yes, "是 是的 对 对的 确认 确定 没错 嗯 同意 好的 好 可以 yes y ok 正确"),
    (Command::No, "否 不是 不对 不 不同意 错了 不用 不用了 不需要 no n 不正确 改一下 修改"),
];

const MARKS: &[(u8, &str)] = &[
    (1, "1 1分 1星 一分 一星 打1分 评1分 1颗星"),
    (2, "2 2分 2星 二分 两分 二星 两星 打2分 评2分 2颗星"),
    (3, "3 3分 3星 三分 三星 打3分 评3分 3颗星"),
    (4, "4 4分 4星 四分 四星 打4分 评4分 4颗星"),
    (5, "5 5分 5星 五分 五星 打5分 评5分 5颗星 满分 五星好评"),
];

/// Words of courtesy around a command that change nothing.
const BEFORE: &[&str] = &["你好", "您好", "请", "我想", "麻烦", "帮我", "回复", "我选"];
const AFTER: &[&str] = &["谢谢", "一下", "吧", "啊", "呀", "了哦", "哦", "啦", "呢", "哈", "谢了"];

/// The command a message consists of; `None` for anything that says more than a command.
///
/// `text` may be raw: case, width, marks, emoji and words of courtesy do not matter.
pub fn parse(text: &str) -> Option<Command> {
    if text.chars().count() > LONGEST * 3 {
        return None;
    }
    // Judged before the marks go: a lone question mark asks for help.
    let plain = normalize(text);
    let bare: String = plain.chars().filter(|sign| sign.is_alphanumeric()).collect();
    if bare.is_empty() {
        return plain.starts_with('?').then_some(Command::Help);
    }
    lookup(&bare).or_else(|| lookup(without_courtesy(&bare)))
}

/// What somebody looks for who writes 法律知识 and, apart from it, some words; empty when there are none.
pub fn searched(text: &str) -> Option<String> {
    const MOST: usize = 30;
    // As it was typed: the shape words are read in has no blanks between Chinese characters.
    let typed = text.trim();
    let rest = ["法律知识", "法律知識"].iter().find_map(|word| typed.strip_prefix(word))?;
    let apart = rest.chars().next().is_none_or(|sign| !sign.is_alphanumeric());
    let words = rest.trim_matches(|sign: char| !sign.is_alphanumeric());
    (apart && words.chars().count() <= MOST).then(|| words.to_owned())
}

fn lookup(words: &str) -> Option<Command> {
    if words.is_empty() || words.chars().count() > LONGEST {
        return None;
    }
    let listed = |list: &str| list.split_whitespace().any(|command| command == words);
    MARKS
        .iter()
        .find(|(_, list)| listed(list))
        .map(|&(mark, _)| Command::Rate(mark))
        .or_else(|| TABLE.iter().find(|(_, list)| listed(list)).map(|&(command, _)| command))
}

fn without_courtesy(words: &str) -> &str {
    let mut rest = words;
    loop {
        let before = BEFORE.iter().find_map(|filler| rest.strip_prefix(filler));
        let after = AFTER.iter().find_map(|filler| rest.strip_suffix(filler));
        match before.or(after) {
            Some(shorter) if !shorter.is_empty() => rest = shorter,
            _ => return rest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, parse, searched};

    #[test]
    fn commands_are_understood_however_they_are_typed() {
        for (text, expected) in [
            ("我的咨询", Command::MyInquiries),
            (" 我的咨询。", Command::MyInquiries),
            ("帮我查进度", Command::MyInquiries),
            ("人工", Command::Human),
            ("转人工！！！", Command::Human),
            ("请转人工谢谢", Command::Human),
            ("帮助", Command::Help),
            ("？", Command::Help),
            ("HELP", Command::Help),
            ("新咨询", Command::NewInquiry),
            ("我要咨询", Command::NewInquiry),
            ("满意", Command::Satisfied),
            ("非常满意👍", Command::Satisfied),
            ("不满意", Command::Unsatisfied),
            ("沒解決", Command::NotSolved),
            ("已解决", Command::Solved),
            ("５分", Command::Rate(5)),
            ("五星", Command::Rate(5)),
            ("1", Command::Rate(1)),
            ("退订", Command::Stop),
            ("每日普法", Command::Tip),
            ("取消订阅", Command::Unsubscribe),
            ("我要订阅", Command::Subscribe),
            ("是的", Command::Yes),
            ("不是", Command::No),
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_looked_for_stands_apart_from_the_word_that_asks_for_it() {
        for (text, words) in [
            ("法律知识 欠薪", "欠薪"),
            ("法律知识：退 押金。", "退 押金"),
            ("法律知识", ""),
            ("法律知识？", ""),
        ] {
            assert_eq!(searched(text).as_deref(), Some(words), "{text}");
        }
        for text in ["法律知识产权被侵犯了怎么办", "我想学法律知识 欠薪", "欠薪"]
        {
            assert_eq!(searched(text), None, "{text}");
        }
    }

    #[test]
    fn a_sentence_that_contains_a_command_is_no_command() {
        for text in [
            "人工费不给我结怎么办",
            "我的咨询为什么还没有人回",
            "6",
            "0分",
            "公司说满意才发工资",
            "",
            "。。。",
            "50",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
