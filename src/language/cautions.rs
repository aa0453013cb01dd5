//! What is better looked at again before an answer leaves: other people's data, promised outcomes,
//! advertising. Pure words; it warns and never forbids, because the writer may know better.

use std::sync::LazyLock;

use super::privacy::{self, PrivateKind};
use super::words::WordTable;

/// What somebody may not have meant to write to a citizen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caution {
    /// Numbers or names that identify a person.
    Private(PrivateKind),
    /// An outcome is promised (律师法 art. 40, 律师执业行为规范: no promise of a result).
    Promise,
    /// The writer's own business is offered.
    Advertising,
}

/// Words of certainty; beside a word of success they promise it.
const CERTAIN: &[&str] = &[
    "保证",
    "肯定能",
    "肯定会",
    "一定能",
    "一定会",
    "一定可以",
    "百分之百",
    "100%",
    "必定",
    "绝对能",
    "绝对会",
    "包您",
    "包你",
    "稳赢",
    "包赢",
    "必赢",
    "必胜",
];
/// What may not be promised.
const SUCCESS: &[&str] =
    &["胜诉", "赢", "打赢", "要回", "拿到", "追回", "判", "立案", "赔", "成功", "胜", "执行到位"];
/// A word before a word of certainty that turns it round.
const NOT: &[&str] =
    &["不", "不能", "无法", "难以", "没人能", "没有人能", "不敢", "别", "不要", "谁也不能", "勿"];
/// Characters between certainty and success that still belong together.
const NEAR: usize = 12;
/// The writer's own business.
const BUSINESS: &[&str] = &[
    "加我微信",
    "加我的微信",
    "加个微信",
    "私信我",
    "私下联系",
    "我的微信",
    "微信号",
    "联系我办理",
    "来我所",
    "来我们所",
    "我所代理",
    "收费标准",
    "代理费",
    "优惠价",
    "打折",
    "免费咨询热线",
    "专业团队",
    "全国律师",
    "委托我",
    "聘请我",
    "找我代理",
];

static CERTAIN_WORDS: LazyLock<WordTable> = LazyLock::new(|| WordTable::new(CERTAIN));
static SUCCESS_WORDS: LazyLock<WordTable> = LazyLock::new(|| WordTable::new(SUCCESS));
static BUSINESS_WORDS: LazyLock<WordTable> = LazyLock::new(|| WordTable::new(BUSINESS));

/// Everything in an answer that its writer should look at again, each kind once.
pub fn cautions(answer: &str) -> Vec<Caution> {
    let mut found: Vec<Caution> =
        privacy::mask(answer).found.into_iter().map(Caution::Private).collect();
    if promises(answer) {
        found.push(Caution::Promise);
    }
    if BUSINESS_WORDS.any(answer) {
        found.push(Caution::Advertising);
    }
    found.sort();
    found.dedup();
    found
}

fn promises(answer: &str) -> bool {
    let successes = SUCCESS_WORDS.all(answer);
    CERTAIN_WORDS.all(answer).into_iter().any(|certain| {
        let before = &answer[..certain.start];
        let denied = NOT.iter().any(|word| before.ends_with(word));
        let alone = answer[certain.start..certain.end].contains(['赢', '胜']);
        let beside = successes.iter().any(|success| {
            success.start >= certain.end
                && answer[certain.end..success.start].chars().count() <= NEAR
                && !answer[certain.end..success.start].contains(['。', '；', '！', '\n'])
        });
        !denied && (alone || beside)
    })
}

#[cfg(test)]
mod tests {
    use super::{Caution, cautions};
    use crate::language::privacy::PrivateKind;

    #[test]
    fn a_promised_outcome_is_noticed_and_its_denial_is_not() {
        for promise in [
            "您放心，这个官司保证能打赢。",
            "材料齐了一定能要回工资",
            "找劳动仲裁，包赢",
            "百分之百会判离",
        ] {
            assert_eq!(cautions(promise), [Caution::Promise], "{promise}");
        }
        for careful in [
            "谁也不能保证胜诉，要看证据。",
            "无法保证一定拿到",
            "单位保证书要保留好。",
            "请保证身份证在有效期内。以后再判断是否起诉。",
            "不一定会判离，第一次起诉多数调解。",
        ] {
            assert!(cautions(careful).is_empty(), "{careful}: {:?}", cautions(careful));
        }
    }

    #[test]
    fn other_peoples_numbers_and_the_writers_own_business_are_noticed() {
        let told = "对方电话13861234567，可以加我微信详谈";
        assert_eq!(cautions(told), [Caution::Private(PrivateKind::Phone), Caution::Advertising]);
        assert!(cautions("请拨打12348，或到武进区公共法律服务中心现场咨询。").is_empty());
    }
}
