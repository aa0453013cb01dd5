use jiff::civil::{Date, date};

use super::{Atlas, TableError, TerritoryId, TerritoryKind, parse_tables};
use crate::territories::CHANGZHOU;

fn changzhou() -> Atlas {
    Atlas::new(parse_tables(&CHANGZHOU).unwrap())
}

fn id(text: &str) -> TerritoryId {
    TerritoryId::from(text)
}

fn count(atlas: &Atlas, day: Date, kind: TerritoryKind) -> usize {
    atlas.valid_on(day).filter(|row| row.kind == kind).count()
}

#[test]
fn changzhou_has_62_towns_and_streets_since_2020() {
    let atlas = changzhou();
    let today = date(2023, 6, 30);
    assert_eq!(count(&atlas, today, TerritoryKind::Street), 29);
    assert_eq!(count(&atlas, today, TerritoryKind::Town), 33);
    assert_eq!(count(&atlas, today, TerritoryKind::District), 6);
    assert_eq!(count(&atlas, today, TerritoryKind::FunctionalZone), 1);
}

#[test]
fn changzhou_had_61_towns_and_streets_in_2016() {
    let atlas = changzhou();
    let then = date(2016, 7, 31);
    assert_eq!(count(&atlas, then, TerritoryKind::Street), 25);
    assert_eq!(count(&atlas, then, TerritoryKind::Town), 36);
}

#[test]
fn an_ended_unit_is_valid_before_its_last_day_and_knows_its_heir() {
    let atlas = changzhou();
    let old = atlas.get(id("320411102")).unwrap();
    assert!(old.is_valid_on(date(2020, 6, 29)));
    assert!(!old.is_valid_on(date(2020, 6, 30)));
    let new = atlas.current(&old.id).unwrap();
    assert_eq!(new.name, "新桥街道");
    assert!(!new.is_valid_on(date(2020, 6, 29)) && new.is_valid_on(date(2020, 6, 30)));
    assert_eq!(atlas.current(id("320405")).unwrap().name, "武进区");
    let county = atlas.get(id("320421")).unwrap();
    assert!(county.is_valid_on(date(1994, 12, 31)) && !county.is_valid_on(date(1996, 1, 1)));
    assert_eq!(atlas.current(&county.id).unwrap().name, "武进区");
    let metropolis = atlas.get(id("320482")).unwrap();
    assert!(
        metropolis.is_valid_on(date(2015, 4, 27)) && !metropolis.is_valid_on(date(2015, 4, 28))
    );
}

#[test]
fn paths_and_districts_follow_who_runs_the_place() {
    let atlas = changzhou();
    assert_eq!(atlas.path_name(id("320412100")).unwrap(), "武进区 湖塘镇");
    assert_eq!(atlas.path_name(id("320412105")).unwrap(), "常州经济开发区 横林镇");
    assert_eq!(atlas.path_name(id("320400")).unwrap(), "常州市");
    assert_eq!(atlas.path_name(id("nowhere")), None);
    assert_eq!(atlas.district_of(id("320412105")), Some(&id("320400jk")));
    assert_eq!(atlas.district_of(id("320413")), Some(&id("320413")));
    assert_eq!(atlas.district_of(id("320400")), None);
    assert!(atlas.contains(id("320400"), id("320412100")));
    assert!(atlas.contains(id("320412"), id("320412")));
    assert!(!atlas.contains(id("320412"), id("320411")));
    assert_eq!(atlas.children(&id("320400jk")).count(), 6);
}

#[test]
fn the_nearest_town_is_found_and_nobody_far_away_gets_one() {
    let atlas = changzhou();
    assert_eq!(atlas.nearest(31.712, 119.951), Some(&id("320412100")));
    assert_eq!(atlas.nearest(31.33, 119.43), Some(&id("320481106")));
    assert_eq!(atlas.nearest(39.90, 116.40), None);
    assert_eq!(atlas.nearest(f64::NAN, 119.0), None);
}

#[test]
fn texts_name_places_the_way_people_talk() {
    let gazetteer = changzhou().gazetteer();
    for (text, expected) in [
        ("武进湖塘的厂子", vec!["320412100"]),
        ("常州市武进区湖塘镇", vec!["320412100"]),
        ("我们在新北区薛家", vec!["320411103"]),
        ("住钟楼区茶山街道", vec!["320404", "320402003"]),
        ("洛阳镇的厂", vec!["320412103"]),
        ("我老家洛阳", vec![]),
        ("武进横山桥的工地", vec!["320412106"]),
        ("横林镇", vec!["320412105"]),
        ("常州经开区", vec!["320400jk"]),
        ("武进经开区", vec!["320412"]),
        ("戚墅堰区", vec!["320400jk"]),
        ("新桥镇上", vec!["320411006"]),
        ("春江镇化工厂", vec!["320411004"]),
        ("河海街道", vec!["320411002"]),
        ("溧阳天目湖", vec!["320481106"]),
        ("金坛薛埠", vec!["320413109"]),
        ("在红梅公园那边", vec!["320402"]),
        ("武进县的老户口", vec!["320412"]),
        ("原来的金坛市", vec!["320413"]),
        ("溧阳县城", vec!["320481"]),
        ("恐龙园对面的酒店", vec!["320411"]),
        ("大学城那边兼职", vec![]),
        ("武进大学城那边兼职", vec!["320412"]),
        ("马杭的房子", vec!["320412100"]),
        ("湖塘桥那边的店", vec!["320412100"]),
        ("在新北万达上班", vec!["320411"]),
        ("去翠竹新村看房", vec![]),
        ("天宁翠竹新村的房子", vec!["320402"]),
        ("郑陆查家湾的民宿", vec!["320402109.chajia"]),
        ("住雪堰城西回民村", vec!["320412110.chengxi"]),
        ("溧阳戴埠李家园村的民宿", vec!["320481103.lijiayuan"]),
        ("去桂林村旅游被骗", vec![]),
        ("天目湖桂林村的地", vec!["320481106.guilin"]),
        ("常州钟楼区南大街买的手机", vec!["320404005"]),
        ("户口常州的,人在苏州昆山", vec!["320400"]),
        ("台湾新北市", vec![]),
        ("常州五星级酒店", vec!["320400"]),
        ("今天天气不错", vec![]),
    ] {
        let found: Vec<String> =
            gazetteer.find(text).into_iter().map(|mention| mention.key).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn every_living_unit_is_found_by_its_formal_name() {
    let atlas = changzhou();
    let gazetteer = atlas.gazetteer();
    for row in atlas.valid_on(date(2024, 1, 1)) {
        // A village's name needs its town's, a place is no unit.
        let town = match row.kind {
            TerritoryKind::Place => continue,
            TerritoryKind::Village => {
                atlas.get(row.parent.as_ref().unwrap()).unwrap().name.as_str()
            }
            _ => "",
        };
        let found = gazetteer.find(&format!("我住{town}{}", row.name));
        assert_eq!(found.len(), 1, "{}", row.name);
        assert_eq!(found[0].key, row.id.as_str(), "{}", row.name);
    }
}

#[test]
fn a_wrong_table_is_refused_with_the_row_that_is_wrong() {
    let row = |id: &str, more: &str| {
        format!("[[territory]]\nid = \"{id}\"\nname = \"某地\"\nkind = \"town\"\n{more}\n")
    };
    let refuse = |table: String| parse_tables(&[&table]).unwrap_err();
    assert_eq!(refuse(row("a", "") + &row("a", "")), TableError::Duplicate("a".into()));
    assert_eq!(
        refuse(row("a", "parent = \"b\"")),
        TableError::UnknownParent { id: "a".into(), parent: "b".into() }
    );
    assert_eq!(
        refuse(row("a", "parent = \"b\"") + &row("b", "parent = \"a\"")),
        TableError::Cycle("a".into())
    );
    assert_eq!(
        refuse(row("a", "successor = \"b\"") + &row("b", "")),
        TableError::BadSuccessor { id: "a".into(), successor: "b".into() }
    );
    for dates in [
        "valid_from = \"2020-13-01\"",
        "valid_from = \"2020-05-02\"\nvalid_to = \"2020-05-02\"",
        "valid_to = \"gestern\"",
        "valid_to = \"95\"",
    ] {
        assert!(matches!(refuse(row("a", dates)), TableError::BadDate { .. }), "{dates}");
    }
    assert_eq!(refuse(row("a", "latitude = 31.0")), TableError::BadPosition("a".into()));
    assert!(matches!(refuse(row("a", "colour = 1")), TableError::Syntax(_)));
}
