//! How well private parts are found: in made-up numbers and names put into sentences as people write
//! them, and how often something is hidden in real questions, which name hardly anybody.

use std::collections::BTreeMap;

use pufa::language::privacy::{PrivateKind, mask};
use serde_json::Value;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");

/// Repeatable choices.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

fn mobile(chance: &mut Chance) -> String {
    let rest = chance.digits(8);
    let front = format!("1{}{}", chance.of(&["3", "5", "7", "8", "9"]), chance.below(10));
    let (a, b) = rest.split_at(4);
    match chance.below(8) {
        0 => format!("{front} {a} {b}"),
        1 => format!("{front}-{a}-{b}"),
        2 => format!("+86 {front}{rest}"),
        3 => format!("{front}.{a}.{b}"),
        4 => format!("{front}{a} {b}"),
        5 => format!("{front}{rest}")
            .chars()
            .map(|c| char::from_u32(c as u32 + 0xfee0).unwrap())
            .collect(),
        6 => format!("{front}{rest}").chars().map(spoken).collect(),
        _ => format!("{front}{rest}"),
    }
}

fn spoken(digit: char) -> char {
    ['零', '幺', '二', '三', '四', '五', '六', '七', '八', '九'][digit as usize - '0' as usize]
}

fn landline(chance: &mut Chance) -> String {
    let (area, number) = (chance.of(&["0519", "021", "025", "0510"]), chance.digits(7));
    match chance.below(5) {
        0 => format!("{area}-8{number}"),
        1 => format!("({area})8{number}"),
        2 => format!("{area}8{number}"),
        3 => format!("{area} 8{number}"),
        _ => format!("{area}-8{}-{}", &number[..3], &number[3..]),
    }
}

fn id_card(chance: &mut Chance) -> String {
    let region = chance.of(&["320402", "320404", "320411", "320412", "320481", "340123", "410122"]);
    let birth = format!(
        "{}{:02}{:02}",
        1950 + chance.below(55),
        1 + chance.below(12),
        1 + chance.below(28)
    );
    let body = format!("{region}{birth}{}", chance.digits(3));
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        body.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][(sum % 11) as usize];
    match chance.below(3) {
        0 => format!("{region} {birth} {}{check}", &body[14..]),
        1 => format!("{body}{}", check.to_lowercase()),
        _ => format!("{body}{check}"),
    }
}

fn bank_card(chance: &mut Chance) -> String {
    let length = chance.of(&["16", "19"]).parse::<usize>().unwrap();
    let body =
        format!("{}{}", chance.of(&["6222", "6217", "6228", "4367"]), chance.digits(length - 5));
    let check = (0..10u32).find(|last| luhn(&format!("{body}{last}"))).unwrap();
    let whole = format!("{body}{check}");
    if chance.below(2) == 0 {
        return whole;
    }
    let fours: Vec<&str> =
        (0..length.div_ceil(4)).map(|n| &whole[n * 4..(n * 4 + 4).min(length)]).collect();
    fours.join(" ")
}

fn luhn(number: &str) -> bool {
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') * if place % 2 == 1 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

fn plate(chance: &mut Chance) -> String {
    let front = format!(
        "{}{}",
        chance.of(&["苏", "沪", "皖", "浙", "豫"]),
        chance.of(&["D", "A", "B", "E"])
    );
    let dot = chance.of(&["", "", "·", " ", "-"]);
    let body = match chance.below(4) {
        0 => format!("D{}", chance.digits(5)),
        1 => format!("{}F", chance.digits(5)),
        2 => format!("{}K{}", chance.digits(2), chance.digits(2)),
        _ => chance.digits(5),
    };
    let whole = format!("{front}{dot}{body}");
    if chance.below(4) == 0 { whole.to_lowercase() } else { whole }
}

fn email(chance: &mut Chance) -> String {
    let host = chance.of(&["qq.com", "163.com", "126.com", "outlook.com", "czlaw.com.cn"]);
    format!("{}{}@{host}", chance.of(&["li_ming", "wang.fang", "zhangsan", "cz"]), chance.digits(3))
}

fn account(chance: &mut Chance) -> String {
    match chance.below(3) {
        0 => format!("微信号{}{}", chance.of(&["wx_", "lily", "czfy-"]), chance.digits(5)),
        1 => format!("QQ：{}", 10_000_000 + chance.below(900_000_000)),
        _ => format!("微信：{}{}", chance.of(&["abc", "xiao_", "cz"]), chance.digits(4)),
    }
}

fn name(chance: &mut Chance) -> String {
    let family = chance.of(&[
        "王", "李", "张", "陈", "蒋", "钱", "恽", "承", "史", "顾", "谈", "潘", "欧阳", "巢",
    ]);
    let given =
        chance.of(&["伟", "建国", "秀英", "小红", "志强", "丽", "国庆", "雨欣", "浩然", "阿大"]);
    format!("{family}{given}")
}

/// Sentences with a place for what is private, and how it is made.
type Case = (PrivateKind, fn(&mut Chance) -> String, &'static [&'static str]);

const CASES: &[Case] = &[
    (
        PrivateKind::Phone,
        mobile,
        &[
            "我电话{}，方便时回我",
            "老板手机{}打不通了",
            "中介姓王，{}，收了定金就不接电话",
            "请联系{}谢谢",
            "欠钱的人号码是{}，拉黑我了",
            "可以打给我{}",
            "我的号{}微信同号",
            "{} 我老公的电话，他一直骚扰我",
        ],
    ),
    (
        PrivateKind::Phone,
        landline,
        &["公司座机{}没人接", "前台电话：{}", "打{}说要下午来", "学校{}，班主任不管"],
    ),
    (
        PrivateKind::IdCard,
        id_card,
        &[
            "身份证{}，帮我查查有没有案底",
            "我的身份证号码是{}",
            "担保人{}，江苏常州人",
            "被人拿{}去贷款了",
        ],
    ),
    (
        PrivateKind::BankCard,
        bank_card,
        &[
            "把钱打到{}，户主是他老婆",
            "卡号{}被冻结了",
            "农行卡{}被人转走两万",
            "工资卡 {} 三个月没进账",
        ],
    ),
    (
        PrivateKind::Plate,
        plate,
        &["{}的车撞了我就跑", "对方车牌{}，全责", "肇事车辆是{}，保险过期", "我开{}在武进追尾了"],
    ),
    (
        PrivateKind::Email,
        email,
        &["材料发到{}", "邮箱{}，请回信", "合同从{}发来的", "请把判决书寄{}谢谢"],
    ),
    (
        PrivateKind::Account,
        account,
        &["加我{}详聊", "骗子的{}，已经删了我", "她{}，一直骂我", "客服{}不回"],
    ),
    (
        PrivateKind::Name,
        name,
        &[
            "我叫{}，想问离婚的事",
            "我老公叫{}，经常打我",
            "老板名叫{}，欠我工资",
            "姓名：{}",
            "联系人{}，请回电",
            "被告：{}，原告是我",
            "借款人叫{}，住武进",
            "大的叫{}，今年八岁",
            "肇事司机叫{}，酒驾",
            "{}，男，1980年生，常州人",
            "对方叫{}，不肯赔",
            "有个叫{}，骗了我两万",
            "{}，身份证丢了被人贷款",
            "他叫{}，三十岁左右",
            "孩子叫{}，在三年级",
        ],
    ),
];

/// Sentences in which nothing is private.
const NOTHING: &[&str] = &[
    "欠我138000元，分12期还",
    "2023年05月06日签的合同，2024.05.06到期",
    "判决书(2023)苏0412民初12345号",
    "每月15日发5000.00元",
    "面积120.5平米，单价13800元一平",
    "打12345、12348和110都没用",
    "订单号202311230001234567怎么退",
    "快递单号SF1234567890123没收到",
    "统一社会信用代码91320412MA1ABCDE2X",
    "合同编号13812345678",
    "热线400-820-8820打不通",
    "微信转账20000元给他",
    "支付宝账单里有3笔",
    "QQ群里有人骂我",
    "微信聊天记录能当证据吗",
    "身份证丢了怎么补办",
    "我叫他还钱他不还",
    "老板叫我们周末加班",
    "这叫高利贷，对吗",
    "他叫来几个人堵门",
    "孩子叫我不要离婚",
    "一个叫公司法务部的人打电话",
    "男，35岁，在武进上班",
    "女方要彩礼18.8万，男方不同意",
    "原告方要交多少诉讼费",
    "法人变更以后债务谁还",
    "金额，男方出一半，女方出一半",
    "车牌被套牌了怎么办",
    "苏A级企业能查吗",
    "新A4纸上写的借条有效吗",
    "三十八万五千六百二十一元",
    "一二三四楼都漏水",
    "工资从3000涨到3500又降到3200",
    "2019-2022年的社保没交",
    "学号20230518001",
    "高三，男生，被同学打了",
    "我是温州的，想在这边起诉",
];

/// A kind, how many were shown, how many of them were hidden whole.
type Tally = BTreeMap<String, (usize, usize)>;

#[test]
fn private_parts_are_hidden_in_sentences_as_people_write_them() {
    let mut chance = Chance(20_26);
    let mut tally = Tally::new();
    let mut missed = Vec::new();
    for (kind, make, sentences) in CASES {
        for sentence in sentences.iter().cycle().take(sentences.len() * 25) {
            let private = make(&mut chance);
            let text = sentence.replace("{}", &private);
            let found = mask(&text).found.contains(kind);
            let line = tally.entry(format!("{kind:?}")).or_default();
            line.0 += 1;
            line.1 += usize::from(found);
            if !found {
                missed.push(text);
            }
        }
    }
    let alarms: Vec<_> = NOTHING.iter().filter(|text| !mask(text).found.is_empty()).collect();
    for (kind, (shown, found)) in &tally {
        println!("{kind:9} {shown:4} shown, recall {:.3}", *found as f32 / *shown as f32);
    }
    println!("{} of {} sentences without anything private changed", alarms.len(), NOTHING.len());
    for (kind, (shown, found)) in &tally {
        let least = if kind == "Name" { 0.9 } else { 0.98 };
        assert!(*found as f32 >= least * *shown as f32, "{kind}: {:?}", &missed);
    }
    assert!(alarms.len() <= 1, "{alarms:?}");
}

#[test]
fn real_questions_which_hardly_name_anybody_stay_as_they_are() {
    let mut changed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut all = 0;
    for file in [
        "fields300",
        "llama_advice",
        "llama_family",
        "equals",
        "stard",
        "lawbench38",
        "lawbench24",
        "legalqa",
    ] {
        let Ok(text) = std::fs::read_to_string(format!("{DATA}/{file}.jsonl")) else {
            println!("skipped: {DATA}/{file}.jsonl is not there");
            return;
        };
        for line in text.lines() {
            let question: Value = serde_json::from_str(line).unwrap();
            let Some(asked) = question["query"].as_str() else { continue };
            all += 1;
            let masked = mask(asked);
            for kind in &masked.found {
                let around: String =
                    masked.text.chars().skip_while(|c| *c != '*').take(12).collect();
                changed.entry(format!("{kind:?}")).or_default().push(around);
            }
        }
    }
    for (kind, places) in &changed {
        println!("{kind}: {} places in {all} questions: {places:?}", places.len());
    }
    let places: usize = changed.values().map(Vec::len).sum();
    assert!(all > 1000 && places * 200 < all, "{places} of {all}");
}
