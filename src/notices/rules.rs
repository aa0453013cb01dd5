//! What fills the fields of a template, whether it fits, and which way is taken. Pure.

use std::collections::BTreeMap;

use super::{Chosen, Fields, Notice, NoticeKind, Purpose};
use crate::platform::clock::Moment;
use crate::text_enum;
use crate::wechat::template::fit_value;

text_enum!(
    /// What may stand in a field. Nothing of what citizens or staff wrote: notices show on locked
    /// phones.
    Filler {
        /// The inquiry's number.
        Number = "number", "咨询编号";
        /// Who answered, or where the person works.
        Organization = "organization", "单位";
        /// The legal field.
        Field = "field", "咨询类型（法律领域）";
        /// Day and time of the answer, or of the alert.
        AnsweredAt = "answered_at", "时间";
        /// Day of it.
        AnsweredOn = "answered_on", "日期";
        /// 已答复, or what waits.
        State = "state", "状态（已答复、新咨询待接等）";
        /// 点击查看答复全文, or where to go.
        Advice = "advice", "提示语（点击查看等）";
        /// The alliance's name.
        Alliance = "alliance", "联盟名称";
    }
);

/// What a notice tells.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// What it is for.
    pub purpose: Purpose,
    /// The inquiry's number.
    pub number: &'a str,
    /// Who answered, or where the person works.
    pub organization: &'a str,
    /// The legal field; empty when unknown.
    pub field: &'a str,
    /// When.
    pub at: Moment,
    /// How it stands, in a few words.
    pub state: &'a str,
    /// The alliance's name.
    pub alliance: &'a str,
}

/// How an inquiry stands that was answered.
pub const ANSWERED: &str = "已答复";

impl Facts<'static> {
    /// Ordinary facts, to try fields with.
    pub fn sample(purpose: Purpose) -> Self {
        let state = match purpose {
            Purpose::Answered => ANSWERED,
            Purpose::Staff => "新咨询待接",
        };
        Self {
            purpose,
            number: "2611-0837",
            organization: "武进区劳动者权益服务中心",
            field: "劳动人事",
            at: Moment(1_764_000_000_000),
            state,
            alliance: "常州微信普法联盟",
        }
    }
}

/// The words of a filler.
pub fn words(filler: Filler, facts: &Facts<'_>) -> String {
    let at = |format: &str| facts.at.in_shanghai().strftime(format).to_string();
    match filler {
        Filler::Number => facts.number.to_owned(),
        Filler::Organization => facts.organization.to_owned(),
        Filler::Field if facts.field.is_empty() => "法律咨询".to_owned(),
        Filler::Field => facts.field.to_owned(),
        Filler::AnsweredAt => at("%Y年%-m月%-d日 %H:%M"),
        Filler::AnsweredOn => at("%Y年%-m月%-d日"),
        Filler::State => facts.state.to_owned(),
        Filler::Advice => match facts.purpose {
            Purpose::Answered => "点击查看答复全文".to_owned(),
            Purpose::Staff => "点击打开工作台处理".to_owned(),
        },
        Filler::Alliance => facts.alliance.to_owned(),
    }
}

/// A field of a template: its key, and the words before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateField {
    /// `thing1`.
    pub key: String,
    /// `咨询编号`.
    pub label: String,
}

/// The fields of a template's content, in order: every `{{key.DATA}}`, also with stray spaces.
pub fn fields_of(content: &str) -> Vec<TemplateField> {
    let mut fields = Vec::new();
    for line in content.lines() {
        let plain: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        let mut rest = plain.as_str();
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((key, tail)) = after.split_once(".DATA}}") else { break };
            let label = before.trim_end_matches([':', '：']);
            let label = if label.is_empty() { key } else { label };
            fields.push(TemplateField { key: key.to_owned(), label: label.to_owned() });
            rest = tail;
        }
    }
    fields
}

/// Whether a filler's words may stand in a field: ordinary ones fit its kind uncut, and are one of
/// its values where those are given.
pub fn suits(
    key: &str,
    filler: Filler,
    purpose: Purpose,
    choices: &BTreeMap<String, Vec<String>>,
) -> bool {
    let words = words(filler, &Facts::sample(purpose));
    match choices.get(key) {
        Some(values) => values.contains(&words),
        None => fit_value(key, &words).is_some_and(|fitted| fitted == words),
    }
}

/// Why fields cannot be saved: one that is open, one that is not the template's, or one whose
/// words do not fit. The sentence says which and what to do.
pub fn refuse(
    content: &str,
    fields: &Fields,
    purpose: Purpose,
    choices: &BTreeMap<String, Vec<String>>,
) -> Option<String> {
    let wanted = fields_of(content);
    if wanted.is_empty() {
        return Some("这个模板没有可填写的字段，不能使用。请换一个模板。".to_owned());
    }
    for field in &wanted {
        let Some(filler) = fields.0.get(&field.key) else {
            return Some(format!("“{}”还没有选内容。请为每个字段选一项。", field.label));
        };
        if !suits(&field.key, *filler, purpose, choices) {
            return Some(format!(
                "“{}”（{}）放不下“{}”：微信只收这一类字段规定的内容。请换一项。",
                field.label,
                field.key,
                filler.name()
            ));
        }
    }
    let known = |key: &&String| wanted.iter().any(|field| field.key == **key);
    let stranger = fields.0.keys().find(|key| !known(key))?;
    Some(format!("模板里没有字段 {stranger}。请返回重新打开这个模板。"))
}

/// The values of a notice, each made fit; nothing when one cannot be.
pub fn fill(chosen: &Chosen, facts: &Facts<'_>) -> Option<Notice> {
    let one = |(key, filler): (&String, &Filler)| {
        Some((key.clone(), fit_value(key, &words(*filler, facts))?))
    };
    let data: Option<Vec<_>> = chosen.fields.0.iter().map(one).collect();
    Some(Notice { kind: chosen.kind, template_id: chosen.template_id.clone(), data: data? })
}

/// The way to take: a subscription notification where there is consent, else a template message.
pub fn pick<'c>(chosen: &'c [Chosen], consents: &[String]) -> Option<&'c Chosen> {
    let consented =
        |c: &&Chosen| c.kind == NoticeKind::Subscription && consents.contains(&c.template_id);
    let plain = |c: &&Chosen| c.kind == NoticeKind::Template;
    chosen.iter().find(consented).or_else(|| chosen.iter().find(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: Purpose = Purpose::Answered;
    const CONTENT: &str = "咨询编号:{{character_string1.DATA}}\n答复单位:{{thing2.DATA}}\n\
        状态：{ {phrase3.DATA} }\n";

    fn fields(pairs: &[(&str, Filler)]) -> Fields {
        Fields(pairs.iter().map(|(key, filler)| ((*key).to_owned(), *filler)).collect())
    }

    fn full() -> Fields {
        fields(&[
            ("character_string1", Filler::Number),
            ("thing2", Filler::Organization),
            ("phrase3", Filler::State),
        ])
    }

    #[test]
    fn fields_are_found_with_their_labels_and_with_stray_spaces() {
        let found = fields_of(CONTENT);
        let pairs: Vec<_> = found.iter().map(|f| (f.key.as_str(), f.label.as_str())).collect();
        assert_eq!(
            pairs,
            [("character_string1", "咨询编号"), ("thing2", "答复单位"), ("phrase3", "状态")]
        );
        assert!(fields_of("{{broken").is_empty());
    }

    #[test]
    fn an_open_field_a_wrong_kind_and_a_strange_key_are_refused_by_name() {
        let none = BTreeMap::new();
        assert_eq!(refuse(CONTENT, &full(), ANSWER, &none), None);
        let mut open = full();
        open.0.remove("thing2");
        assert!(refuse(CONTENT, &open, ANSWER, &none).is_some_and(|why| why.contains("答复单位")));
        let mut wrong = full();
        wrong.0.insert("phrase3".into(), Filler::Number);
        assert!(refuse(CONTENT, &wrong, ANSWER, &none).is_some_and(|why| why.contains("phrase3")));
        let mut strange = full();
        strange.0.insert("thing9".into(), Filler::State);
        assert!(refuse(CONTENT, &strange, ANSWER, &none).is_some_and(|why| why.contains("thing9")));
    }

    #[test]
    fn an_enumerated_field_takes_only_its_values() {
        let choices = BTreeMap::from([("enum_string1".to_owned(), vec!["已答复".to_owned()])]);
        assert!(suits("enum_string1", Filler::State, ANSWER, &choices));
        assert!(!suits("enum_string1", Filler::Number, ANSWER, &choices));
    }

    #[test]
    fn a_long_name_is_cut_to_what_wechat_takes_and_the_hour_is_beijings() {
        let chosen = Chosen { kind: NoticeKind::Template, template_id: "t".into(), fields: full() };
        let facts = Facts {
            organization: "常州市武进区湖塘镇人民调解委员会劳动争议调解工作室",
            ..Facts::sample(ANSWER)
        };
        let notice = fill(&chosen, &facts).expect("a notice");
        let organization = &notice.data.iter().find(|(key, _)| key == "thing2").expect("it").1;
        assert_eq!(organization.chars().count(), 20);
        assert_eq!(words(Filler::AnsweredAt, &facts), "2025年11月25日 00:00");
    }

    #[test]
    fn consent_comes_first_and_without_it_the_template_message() {
        let chosen =
            |kind, id: &str| Chosen { kind, template_id: id.into(), fields: Fields::default() };
        let both = [chosen(NoticeKind::Template, "t"), chosen(NoticeKind::Subscription, "s")];
        let id = |consents: &[String]| pick(&both, consents).map(|c| c.template_id.as_str());
        assert_eq!(id(&["s".into()]), Some("s"));
        assert_eq!(id(&["other".into()]), Some("t"));
        assert_eq!(pick(&both[1..], &[]), None);
    }
}
