use super::{PrivateKind::*, mask};
use proptest::prelude::*;

#[test]
fn telephone_numbers_keep_their_ends() {
    for (text, expected) in [
        ("我电话13812345678", "我电话138****5678"),
        ("打138 1234 5678找我", "打138 **** 5678找我"),
        ("138-1234-5678", "138-****-5678"),
        ("+86 13912345678", "+86 139****5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("店里座机0519-86123456", "店里座机0519-*****456"),
        ("051986123456", "0519*****456"),
    ] {
        let masked = mask(text);
        assert_eq!(masked.text, expected);
        assert_eq!(masked.found, vec![Phone], "{text}");
    }
    assert_eq!(mask("(0519)86123456").found, vec![Phone]);
}

#[test]
fn identity_cards_need_a_right_check_digit() {
    let masked = mask("身份证11010519491231002X,请保密");
    assert_eq!(masked.text, "身份证1101************2X,请保密");
    assert_eq!(masked.found, vec![IdCard]);
    assert_eq!(mask("身份证 110105 19491231 002x").found, vec![IdCard]);
    assert!(mask("110105194912310021").found.is_empty());
    assert_eq!(mask("老身份证320402490101123").found, vec![IdCard]);
}

#[test]
fn bank_cards_need_a_right_luhn_sum() {
    assert_eq!(mask("卡号4111111111111111").text, "卡号4111********1111");
    assert_eq!(mask("卡号4111 1111 1111 1111").text, "卡号4111 **** **** 1111");
    assert!(mask("卡号4111111111111112").found.is_empty());
}

#[test]
fn plates_and_addresses_are_hidden() {
    assert_eq!(mask("苏D12345撞了我").text, "苏D***45撞了我");
    assert_eq!(mask("车牌苏D·A1234逃逸").text, "车牌苏D·***34逃逸");
    assert_eq!(mask("苏DF12345是辆电车").text, "苏D****45是辆电车");
    assert_eq!(mask("发到zhang.san@example.com").text, "发到z****.***@example.com");
}

#[test]
fn names_are_hidden_where_the_text_says_that_one_follows() {
    for (text, expected) in [
        ("我叫王小明，想问离婚", "我叫王**，想问离婚"),
        ("我叫张三", "我叫张*"),
        ("你好，我叫李建国今年45岁", "你好，我叫李**今年45岁"),
        ("姓名：欧阳修远 电话没有", "姓名：欧阳** 电话没有"),
        ("姓名是陈静，女", "姓名是陈*，女"),
        ("联系人赵敏，请回电", "联系人赵*，请回电"),
        ("原告：刘大力，被告：周扒皮", "原告：刘**，被告：周**"),
        ("我老公叫孙强，他打我", "我老公叫孙*，他打我"),
        ("老板叫马云飞，欠我工资", "老板叫马**，欠我工资"),
        ("我是吴小莉，身份证丢了", "我是吴**，身份证丢了"),
        ("本人郑成功，男，1980年生", "本人郑**，男，1980年生"),
        ("欠我钱的人名叫钱多多在武进", "欠我钱的人名叫钱**在武进"),
    ] {
        let masked = mask(text);
        assert_eq!(masked.text, expected);
        assert!(masked.found.iter().all(|kind| *kind == Name), "{text}");
    }
}

#[test]
fn words_that_only_look_like_names_stay() {
    for text in [
        "我是常州人，在武进上班",
        "我是高中生，想问兼职",
        "我是房东，租客不交租",
        "我叫车的时候被骗了钱",
        "我叫他还钱他不还",
        "被告方不肯出庭怎么办",
        "原告应当准备什么材料",
        "老板向我借钱不还",
        "老板马上要跑了",
        "我老公和我分居两年",
        "房东金额算错了",
        "儿子高考成绩被人改了",
        "本人于2020年入职",
        "法人应该承担什么责任",
        "我是单亲妈妈，孩子今年上学",
        "联系人是谁不知道",
        "姓名写错了能改吗",
    ] {
        assert_eq!(mask(text).text, text);
    }
}

#[test]
fn amounts_dates_and_file_numbers_stay() {
    for text in [
        "欠我120000元,2023-05-06借的,2024-05-06还",
        "共计13812345678元",
        "(2023)苏0412民初12345号",
        "苏0412民初字第13812345678号",
        "订单号13812345678",
        "打12348或者110,400-820-8820",
        "2023-05-06 12:30到2023-05-07 18:00",
        "月薪5000 6000 7000不等",
        "甲方@乙方",
        "工资5000,加班费3000.50",
        "统一社会信用代码91320412MA1ABCDE2X",
        "苏A级企业",
    ] {
        let masked = mask(text);
        assert_eq!(masked.text, text);
        assert!(masked.found.is_empty(), "{text}");
    }
}

#[test]
fn several_private_parts_are_found_in_reading_order() {
    let masked = mask("我叫老王,13812345678,车苏D12345,邮箱a@b.com");
    assert_eq!(masked.found, vec![Phone, Plate, Email]);
}

proptest! {
    #[test]
    fn masking_never_panics_and_keeps_the_length(text in "\\PC{0,80}") {
        prop_assert_eq!(mask(&text).text.chars().count(), text.chars().count());
    }

    #[test]
    fn masking_survives_every_mixture_of_digits_and_marks(
        text in "[0-9０-９xX苏D@.\\- 元()+a第号,]{0,60}"
    ) {
        let once = mask(&text);
        prop_assert_eq!(once.text.chars().count(), text.chars().count());
    }

    #[test]
    fn every_mobile_number_between_words_is_hidden(digits in "1[3-9][0-9]{9}") {
        let masked = mask(&format!("请打{digits}找我"));
        prop_assert!(!masked.text.contains(&digits));
    }
}
