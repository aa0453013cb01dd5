//! The 21 first-level legal fields and what is said about one after reading a text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A first-level legal field. Stored, sent and configured by its [`code`](Field::code).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// Marriage, custody, support of relatives, domestic violence.
    Family,
    /// Succession with and without a will.
    Inheritance,
    /// Employment, work injury, social insurance.
    Labor,
    /// Road accidents, vehicles, driving penalties.
    Traffic,
    /// Loans, guarantees, collection of debts.
    Debt,
    /// Contracts that no other field claims.
    Contract,
    /// Homes: purchase, renting, property management, neighbours.
    Housing,
    /// Expropriation, rural land, homesteads, village income.
    Land,
    /// Building works between the parties of a works contract.
    Construction,
    /// Injury, reputation, privacy, personal data.
    Tort,
    /// Disputes with hospitals and doctors.
    Medical,
    /// Consumers, products, travel, prepaid cards.
    Consumer,
    /// Crimes and public-order offences.
    Criminal,
    /// Authorities: penalties, papers, schooling, tax, petitions.
    Admin,
    /// Companies, partnerships, sole traders, insolvency.
    Company,
    /// Trade marks, copyright, patents, secrets.
    Ip,
    /// Insurance, securities, banking products.
    Insurance,
    /// Minors, women, elders, disabled people, soldiers' families.
    Protection,
    /// Courts, arbitration, enforcement, evidence, lawyers, legal aid.
    Procedure,
    /// Noise, water, air, waste, nature.
    Environment,
    /// Anything else, also what is not a legal question.
    Other,
}

/// How many fields there are.
pub const FIELD_COUNT: usize = 21;

const ALL: [Field; FIELD_COUNT] = [
    Field::Family,
    Field::Inheritance,
    Field::Labor,
    Field::Traffic,
    Field::Debt,
    Field::Contract,
    Field::Housing,
    Field::Land,
    Field::Construction,
    Field::Tort,
    Field::Medical,
    Field::Consumer,
    Field::Criminal,
    Field::Admin,
    Field::Company,
    Field::Ip,
    Field::Insurance,
    Field::Protection,
    Field::Procedure,
    Field::Environment,
    Field::Other,
];

impl Field {
    /// Every field, in the order used by menus and reports.
    pub fn all() -> &'static [Field; FIELD_COUNT] {
        &ALL
    }

    /// The stable code kept in the database, the API and configuration.
    pub fn code(self) -> &'static str {
        match self {
            Field::Family => "family",
            Field::Inheritance => "inheritance",
            Field::Labor => "labor",
            Field::Traffic => "traffic",
            Field::Debt => "debt",
            Field::Contract => "contract",
            Field::Housing => "housing",
            Field::Land => "land",
            Field::Construction => "construction",
            Field::Tort => "tort",
            Field::Medical => "medical",
            Field::Consumer => "consumer",
            Field::Criminal => "criminal",
            Field::Admin => "admin",
            Field::Company => "company",
            Field::Ip => "ip",
            Field::Insurance => "insurance",
            Field::Protection => "protection",
            Field::Procedure => "procedure",
            Field::Environment => "environment",
            Field::Other => "other",
        }
    }

    /// The name people read.
    pub fn name(self) -> &'static str {
        match self {
            Field::Family => "婚姻家庭",
            Field::Inheritance => "继承",
            Field::Labor => "劳动人事",
            Field::Traffic => "交通事故",
            Field::Debt => "债权债务",
            Field::Contract => "合同纠纷",
            Field::Housing => "房产物业相邻",
            Field::Land => "征收与农村土地",
            Field::Construction => "建设工程",
            Field::Tort => "侵权与人格权",
            Field::Medical => "医疗纠纷",
            Field::Consumer => "消费者权益",
            Field::Criminal => "刑事治安",
            Field::Admin => "行政事务",
            Field::Company => "公司经营",
            Field::Ip => "知识产权",
            Field::Insurance => "保险金融",
            Field::Protection => "特定群体保护",
            Field::Procedure => "诉讼与公共法律服务",
            Field::Environment => "环境保护",
            Field::Other => "其他",
        }
    }

    /// The field with this code; `None` for any other text.
    pub fn from_code(code: &str) -> Option<Field> {
        ALL.iter().copied().find(|field| field.code() == code)
    }

    /// Position in [`Field::all`], for tables indexed by field.
    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// The text is no field's code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the code of a legal field")]
pub struct UnknownField(pub String);

impl FromStr for Field {
    type Err = UnknownField;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Field::from_code(code).ok_or_else(|| UnknownField(code.to_owned()))
    }
}

/// What the classifier thinks a text is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldReading {
    /// The best field.
    pub field: Field,
    /// 0 (a guess) to 1 (certain).
    pub confidence: f32,
    /// The words that decided, strongest first; shown to staff as the reason.
    pub words: Vec<String>,
    /// The second best field, when anything at all spoke for it.
    pub runner_up: Option<Field>,
}

#[cfg(test)]
mod tests {
    use super::Field;

    #[test]
    fn every_field_is_found_again_by_its_code_and_by_its_place() {
        for (place, &field) in Field::all().iter().enumerate() {
            assert_eq!(Field::from_code(field.code()), Some(field));
            assert_eq!(field.index(), place);
            assert_eq!(serde_json::to_string(&field).unwrap(), format!("\"{field}\""));
        }
        assert_eq!(Field::from_code("Labor"), None);
    }
}
