//! Why a question would go where it goes: what is read in it, which rules are asked, how the
//! organizations compare, what is decided.

use crate::console::state::Web;
use crate::language::Reading;
use crate::members::OrganizationKind;
use crate::routing::fit::Bar;
use crate::routing::rules::{Asked, Directory, Question};
use crate::routing::views::{CandidateRow, Verdict};

/// Decides as for a real question asked now from the `chosen` territory; an unknown one counts as
/// not chosen.
pub(super) fn verdict(web: &Web, text: &str, chosen: &str) -> Verdict {
    let directory = web.directory.current();
    let reading = web.triage.read(text, &directory.gazetteer);
    let named = reading.places.first().map(|place| place.key.as_str());
    let territory = Some(chosen).filter(|id| directory.atlas.get(id).is_some()).or(named);
    let danger = reading.dangers.iter().any(|danger| danger.is_crisis());
    let question = Question {
        field: reading.field.as_ref().map(|found| found.field),
        territory,
        station_of: None,
        urgent: reading.urgent || danger,
        words: text,
        passed: &[],
        stood_in_list: false,
    };
    let now = web.deps.clock.now();
    let decision = directory.decide(&question, now);
    let (candidates, elsewhere): (Vec<_>, Vec<_>) = directory
        .candidates(&question, now)
        .into_iter()
        .partition(|candidate| candidate.bar != Some(Bar::OutOfReach));
    let row = |candidate| {
        let row = CandidateRow::new(candidate, &directory);
        CandidateRow { chosen: Some(candidate.organization) == decision.organization, ..row }
    };
    let elsewhere: Vec<&str> =
        elsewhere.iter().map(|candidate| directory.short_name(candidate.organization)).collect();
    let name = decision.organization.map(|id| directory.organization_name(Some(id)).to_owned());
    Verdict {
        organization_name: name,
        listed_for: decision.listed_for.map(OrganizationKind::name),
        reading: read(&reading, &question, &directory),
        rules: rules(&directory, &question),
        candidates: candidates.iter().map(row).collect(),
        elsewhere: elsewhere.join("、"),
        steps: decision.reasons,
    }
}

fn read(reading: &Reading, question: &Question, directory: &Directory) -> Vec<String> {
    let mut sentences = vec![match &reading.field {
        Some(found) if found.words.is_empty() => format!("领域读作“{}”。", found.field.name()),
        Some(found) => {
            format!("领域读作“{}”，依据：{}。", found.field.name(), found.words.join("、"))
        }
        None => "看不出法律领域，会先请群众补充。".to_owned(),
    }];
    sentences.push(match question.territory {
        Some(id) => format!("地区是“{}”。", directory.atlas.place_name(id)),
        None => "没有说地区。".to_owned(),
    });
    let dangers = reading.dangers.iter();
    sentences.extend(dangers.map(|danger| format!("读出危险信号：{}。", danger.name())));
    if question.urgent {
        sentences.push("按紧急办理。".to_owned());
    }
    sentences
}

fn rules(directory: &Directory, question: &Question) -> Vec<(String, String)> {
    let asked = directory.ask_rules(&directory.rules, question);
    let row = |(rule, asked)| (directory.sentence(rule), outcome(asked));
    directory.rules.iter().zip(asked).map(row).collect()
}

fn outcome(asked: Asked) -> String {
    match asked {
        Asked::Inactive => "已停用".to_owned(),
        Asked::Differs => "条件不符合".to_owned(),
        Asked::Barred(bar) => format!("条件符合，但该单位{}，跳过", bar.name()),
        Asked::Decides => "符合，由它决定".to_owned(),
        Asked::TooLate => "也符合，但前面的规则已经决定".to_owned(),
    }
}
