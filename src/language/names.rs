//! Names of people where a text says that a name follows: 我叫王小明, 姓名：李四, 联系人张三.
//!
//! Only after such words, only with a listed family name, and only where the name ends plainly: a
//! mark, the end, or a word that follows names. 我叫车 and 我是常州人 name nobody.

use super::normalize::is_han;

/// Words after which a name stands; those that may stand with 是, 叫, 为 or a colon between.
const CUES: &[&str] = &[
    "我叫",
    "我的名字",
    "本人姓名",
    "姓名",
    "名字",
    "名叫",
    "联系人",
    "当事人",
    "受害人",
    "申请人",
    "被申请人",
    "原告",
    "被告",
    "债务人",
    "欠款人",
    "借款人",
    "担保人",
    "收款人",
    "户主",
    "法人",
    "法定代表人",
    "丈夫",
    "老公",
    "妻子",
    "老婆",
    "儿子",
    "女儿",
    "前夫",
    "前妻",
    "老板",
    "房东",
    "本人",
    "此人",
    "我是",
    "收件人",
    "户名",
    "对方",
    "男方",
    "女方",
    "孩子",
    "患者",
    "死者",
    "司机",
    "肇事者",
    "他",
    "她",
    "个",
    "的",
];
/// Cues after which a name needs a colon or one of 叫, 名叫, 是叫: they are also plain words.
const WEAK: &[&str] = &[
    "当事人",
    "受害人",
    "申请人",
    "被申请人",
    "原告",
    "被告",
    "债务人",
    "欠款人",
    "借款人",
    "担保人",
    "收款人",
    "户主",
    "法人",
    "法定代表人",
    "丈夫",
    "老公",
    "妻子",
    "老婆",
    "儿子",
    "女儿",
    "前夫",
    "前妻",
    "老板",
    "房东",
    "此人",
    "名字",
    "姓名",
    "收件人",
    "户名",
    "对方",
    "男方",
    "女方",
    "孩子",
    "患者",
    "死者",
    "司机",
    "肇事者",
];
/// Cues after which a name counts only behind 叫, and only before a mark: 大的叫王小明, but not
/// 叫高利贷的.
const CALLED_ONLY: &[&str] = &["他", "她", "个", "的"];
/// Cues after which a name counts only when what tells who somebody is follows it.
const TELLING_ONLY: &[&str] = &["我是", "本人"];
/// What may follow a name directly; the first group also tells that a name stood there.
const TELLING: &[&str] = &[
    "男",
    "女",
    "身份证",
    "电话",
    "手机",
    "今年",
    "年龄",
    "出生",
    "生于",
    "汉族",
    "回族",
    "住址",
    "微信",
    "联系",
];
const FOLLOWING: &[&str] = &[
    "现在", "住在", "住", "来自", "在", "是", "因", "于", "和", "与", "向", "欠", "借", "已", "被",
    "的",
];

/// No given name ends in one of these.
const PARTICLES: &str = "的了吗呢么啊吧着过";

const COMPOUND: &[&str] = &[
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "夏侯", "慕容", "令狐", "司徒",
    "长孙", "端木", "南宫",
];
const FAMILY: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜\
    苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱\
    严赖覃洪武莫孔汤向常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒\
    阮柯纪梅童凌毕单季裴霍涂成苗谷曲盛冉翁蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简\
    车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂佟臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲\
    虞敖巩明佘池查麻苑迟邝恽谈巢储承束眭蒯於";

/// A name: the family name's length and where the name stands, in characters.
pub(super) struct Name {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) family: usize,
}

/// Every name in a text whose marks are half-width.
pub(super) fn find(plain: &[char]) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    let begins = plain.iter().enumerate().filter(|(_, sign)| begins_a_cue(**sign));
    for at in begins.map(|(at, _)| at) {
        for cue in CUES.iter().filter(|cue| stands(plain, at, cue)) {
            if let Some(name) = after(plain, at + cue.chars().count(), cue)
                && names.last().is_none_or(|last| last.end <= name.start)
            {
                names.push(name);
            }
        }
    }
    names.extend(presented(plain));
    names
}

/// Names that present somebody as forms do, at the beginning or behind a mark: 张三，男，1980年生.
fn presented(plain: &[char]) -> impl Iterator<Item = Name> {
    let marked = |at: usize| plain.get(at).is_some_and(|&sign| is_mark(sign));
    (0..plain.len()).filter(move |&at| at == 0 || marked(at - 1)).filter_map(move |start| {
        let compound = COMPOUND.iter().any(|family| stands(plain, start, family));
        let family = if compound { 2 } else { 1 };
        if !compound && !FAMILY.contains(plain[start]) {
            return None;
        }
        (1..=2).map(|given| start + family + given).find_map(|end| {
            let given = plain.get(start + family..end)?;
            let sexed = matches!(plain.get(end + 1), Some('男' | '女')) && marked(end + 2);
            let carded = stands(plain, end + 1, "身份证");
            let whole = given.iter().all(|&sign| is_han(sign)) && marked(end);
            (whole && (sexed || carded)).then_some(Name { start, end, family })
        })
    })
}

fn is_mark(sign: char) -> bool {
    matches!(sign, ',' | ' ' | '(' | ';' | '、' | '，' | '。' | ':' | '\n')
}

/// The first characters of [`CUES`]: most characters of a text need no further look.
fn begins_a_cue(sign: char) -> bool {
    matches!(
        sign,
        '我' | '本'
            | '姓'
            | '名'
            | '联'
            | '当'
            | '受'
            | '申'
            | '被'
            | '原'
            | '债'
            | '欠'
            | '借'
            | '担'
            | '收'
            | '户'
            | '法'
            | '丈'
            | '老'
            | '妻'
            | '儿'
            | '女'
            | '前'
            | '房'
            | '此'
            | '对'
            | '男'
            | '孩'
            | '患'
            | '死'
            | '司'
            | '肇'
            | '他'
            | '她'
            | '个'
            | '的'
    )
}

fn stands(plain: &[char], at: usize, word: &str) -> bool {
    let mut place = at;
    word.chars().all(|letter| {
        place += 1;
        plain.get(place - 1) == Some(&letter)
    })
}

fn after(plain: &[char], mut at: usize, cue: &str) -> Option<Name> {
    let mut said = false;
    let called_only = CALLED_ONLY.contains(&cue);
    if called_only && plain.get(at) != Some(&'叫') {
        return None;
    }
    while let Some(&sign) = plain.get(at) {
        match sign {
            ':' | '叫' | '为' => said = true,
            '是' => said |= cue == "姓名",
            ' ' => {}
            _ => break,
        }
        at += 1;
    }
    if WEAK.contains(&cue) && !said {
        return None;
    }
    let compound = COMPOUND.iter().any(|family| stands(plain, at, family));
    let family = if compound { 2 } else { 1 };
    if !compound && !plain.get(at).is_some_and(|&sign| FAMILY.contains(sign)) {
        return None;
    }
    let given = plain.iter().skip(at + family).take(2).take_while(|&&sign| is_han(sign)).count();
    (1..=given).rev().map(|given| at + family + given).find_map(|end| {
        let tells = TELLING.iter().any(|word| follows(plain, end, word));
        let ends = match plain.get(end) {
            None => true,
            Some(&sign) if !is_han(sign) => true,
            Some(_) => {
                tells || !called_only && FOLLOWING.iter().any(|word| stands(plain, end, word))
            }
        };
        let enough = tells || !TELLING_ONLY.contains(&cue);
        let particle = plain.get(end - 1).is_some_and(|&last| PARTICLES.contains(last));
        (ends && enough && !particle).then_some(Name { start: at, end, family })
    })
}

/// Whether `word` follows, with at most a mark between.
fn follows(plain: &[char], end: usize, word: &str) -> bool {
    let marked = matches!(plain.get(end), Some(',' | ' ' | '(' | ';' | '、' | '，'));
    stands(plain, end + usize::from(marked), word)
}
