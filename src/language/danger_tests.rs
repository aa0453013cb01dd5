use super::{Danger, Danger::*, find};
use crate::language::normalize;

fn kinds(text: &str) -> Vec<Danger> {
    let mut kinds: Vec<Danger> = find(&normalize(text)).into_iter().map(|sign| sign.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[test]
fn people_in_danger_are_heard_in_their_own_words() {
    for (text, expected) in [
        ("真的不想活了，活着太累", SelfHarm),
        ("欠这么多债，死了算了", SelfHarm),
        ("我妈被骗了养老钱，天天说要跳楼", SelfHarm),
        ("他再逼我我就跳楼", SelfHarm),
        ("已经买了安眠药，孩子托付给你们", SelfHarm),
        ("不给工资我就爬塔吊", SelfHarm),
        ("老板欠钱，工人闹着要自杀", SelfHarm),
        ("他又打我，这次打得眼睛都肿了", DomesticViolence),
        ("老公一喝酒就动手，我带孩子躲出来了", DomesticViolence),
        ("男朋友掐我脖子", DomesticViolence),
        ("我被家暴三年了", DomesticViolence),
        ("公公天天骂，前夫昨天来打我", DomesticViolence),
        ("儿子不成器，要钱不给就打我妈", DomesticViolence),
        ("他拿刀堵在门口", Violence),
        ("有人在砸门，说要弄死我", Violence),
        ("老板把我们身份证收了，不让我们走", Violence),
        ("被骗进传销，被关着出不来，救救我", Violence),
        ("他拿裸照威胁我，不给钱就发出去", Violence),
        ("隔壁天天打小孩，哭得很惨", MinorAtRisk),
        ("我女儿被老师猥亵了", MinorAtRisk),
        ("我今年14岁，网友威胁我拍照", MinorAtRisk),
        ("儿子在学校被同学欺负不敢上学", MinorAtRisk),
        ("孩子不见了，昨晚到现在没回来", MinorAtRisk),
        ("我们三十几个工人在工地门口，过年前不给钱就不走", GroupDispute),
        ("小区200多户业主一起要求退房", GroupDispute),
        ("工友说明天去堵路", GroupDispute),
    ] {
        assert!(kinds(text).contains(&expected), "{text}: {:?}", find(&normalize(text)));
    }
}

#[test]
fn everyday_words_that_only_sound_dangerous_raise_no_alarm() {
    for text in [
        "打电话给老板，他不接",
        "我在外面打工，想打官司",
        "商家说杀价就不卖",
        "跳楼价买的衣服有质量问题",
        "他没有打我，就是吵架",
        "我没想自杀，只是压力大想问问怎么还债",
        "我不想自杀，你们别担心",
        "没有打人，为什么拘留我",
        "对方先动手打我一拳，派出所说调解",
        "钱打我卡上之后公司又要回去",
        "他答应月底打我账户",
        "工资一直不打我银行卡里",
        "员工在宿舍自杀身亡，单位要不要赔",
        "父亲去世后房子怎么分",
        "合同打印出来没盖章",
        "死活不退押金",
        "救护车费谁出",
        "孩子抚养费怎么要",
        "联系不上老板，工资要不到",
        "三个人合伙开店",
    ] {
        assert!(kinds(text).is_empty(), "{text}: {:?}", find(&normalize(text)));
    }
}

#[test]
fn danger_under_way_is_heard_and_its_negation_is_not() {
    for (text, expected) in [
        ("楼下有人正在打我爸，报警还没人来", Violence),
        ("他们把我关着不让我走，手机快没电了", Violence),
        ("前夫撬门进来了，孩子在哭", Violence),
        ("我16岁，被几个同学围着要钱还拍视频", MinorAtRisk),
        ("全体业主明天去区政府门口拉横幅", GroupDispute),
        ("活着没意思，判决下来我就从楼上跳下去", SelfHarm),
    ] {
        assert!(kinds(text).contains(&expected), "{text}: {:?}", find(&normalize(text)));
    }
    for text in [
        "老公从来没有打我，就是不顾家",
        "我没想跳楼，就是压力大",
        "他没有威胁我，只是不还钱",
        "孩子没有被欺负，老师批评了几句",
        "业主没有人去堵路，物业却报警了",
        "别担心，我不会自杀",
    ] {
        assert!(kinds(text).is_empty(), "{text}: {:?}", find(&normalize(text)));
    }
}

#[test]
fn a_finished_crime_is_a_question_about_the_law_and_a_lasting_one_is_an_alarm() {
    assert!(kinds("持刀抢劫没伤人一般判几年").is_empty());
    assert!(kinds("他天天持刀来威胁，会判刑吗").contains(&Violence));
}

#[test]
fn the_words_that_raised_the_alarm_are_reported() {
    let signs = find("老公打我,我不想活了");
    assert!(signs.iter().any(|sign| sign.word == "不想活了" && sign.kind == SelfHarm));
    assert!(signs.iter().any(|sign| sign.word == "老公打我" && sign.kind == DomesticViolence));
}
