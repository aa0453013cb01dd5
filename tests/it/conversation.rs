//! The conversation as a pure step: whatever comes in whatever order, it keeps its promises.

use std::path::Path;

use proptest::prelude::*;
use pufa::content::texts::Texts;
use pufa::inquiries::link::PageLinks;
use pufa::intake::conversation::{Effect, Mint, Standing, World, step};
use pufa::language;
use pufa::platform::clock::{Entropy, Moment};
use pufa::platform::config::Config;
use pufa::platform::secrets::Secret;
use pufa::platform::vault::Vault;
use pufa::routing::rules::Directory;
use pufa::territories::{Atlas, CHANGZHOU, parse_tables};
use pufa::wechat::message::{Content, Event, Message, Push};
use pufa::wechat::reply::TEXT_LIMIT_BYTES;

fn directory() -> Directory {
    Directory::of(Atlas::new(parse_tables(&CHANGZHOU).expect("the table")), Vec::new())
}

fn message(body: Message, menu_id: Option<String>) -> Content {
    Content::Message { id: Some(1), menu_id, body }
}

fn words(content: &str) -> Message {
    Message::Text { content: content.to_owned() }
}

fn contents() -> impl Strategy<Value = Content> {
    let said = prop_oneof![
        Just("老板拖欠我三个月工资，我在武进湖塘，怎么办？".to_owned()),
        Just("公司拖欠我两个月工资不发。另外，租房到期房东不退押金，怎么办".to_owned()),
        Just("房东还是不退押金".to_owned()),
        Just("我不想活了".to_owned()),
        Just("你好".to_owned()),
        Just("谢谢".to_owned()),
        Just("人工".to_owned()),
        Just("满意".to_owned()),
        Just("新咨询".to_owned()),
        "\\PC{0,400}",
    ];
    let tapped = prop_oneof![
        Just("rate:5:2611-0001".to_owned()),
        Just("new:2611-0001".to_owned()),
        Just("divide:2611-0001".to_owned()),
        Just("keep:2611-0001".to_owned()),
        Just("more:2611-0002".to_owned()),
        Just("field:labor:2611-0001".to_owned()),
        Just("place:320412:2611-0002".to_owned()),
        Just("unsolved:2611-0001".to_owned()),
        "[a-z:0-9-]{0,40}",
    ];
    prop_oneof![
        6 => said.prop_map(|text| message(words(&text), None)),
        3 => tapped.prop_map(|id| message(words("点了一下"), Some(id))),
        1 => (any::<f64>(), any::<f64>()).prop_map(|(latitude, longitude)| message(
            Message::Location { latitude, longitude, scale: 15, label: "某处".to_owned() }, None)),
        1 => Just(message(Message::Image { pic_url: String::new(), media_id: "m".to_owned() }, None)),
        1 => Just(Content::Event(Event::Subscribe { scene: Some("st-x".to_owned()), ticket: None, raw_key: None })),
        1 => Just(Content::Event(Event::Unsubscribe)),
        1 => "[A-Z]{0,8}".prop_map(|key| Content::Event(Event::Click { key })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_pushes_gets_short_replies_unique_numbers_and_loses_no_words(
        pushes in proptest::collection::vec((contents(), 0u64..200_000), 1..20),
    ) {
        let config = Config::load(None).expect("defaults");
        let (directory, texts) = (directory(), Texts::new([]));
        let deck = crate::cards::shipped_deck();
        let shelf = pufa::publishing::shelf::Shelf::default();
        let links = PageLinks::new("https://pufa.example", Secret::from("k".repeat(64)), 7);
        let entropy = Entropy::seeded(1);
        let vault = Vault::open_up(&Secret::from("k".repeat(64)), Path::new("")).expect("a vault");
        let mut standing = Standing::default();
        let (mut now, mut last) = (Moment::from_seconds(1_763_900_000), 0);
        let mut opened = Vec::new();
        for (content, pause) in pushes {
            now = now.plus(std::time::Duration::from_secs(pause));
            let reading = match &content {
                Content::Message { body: Message::Text { content }, .. } => {
                    Some(language::read(content, &directory.gazetteer))
                }
                _ => None,
            };
            let world = World {
                directory: &directory,
                texts: &texts,
                links: &links,
                deck: &deck,
                shelf: &shelf,
                alliance: "联盟",
                settings: &config.intake,
                vault: &vault,
                now,
            };
            let mut mint = Mint { entropy: &entropy, month: "2611", last, now };
            let push = Push { to: "gh".to_owned(), from: "o".to_owned(), created: now, content };
            let stepped = step(&world, &mut standing, &[], &mut mint, &push, reading.as_ref());
            last = mint.last;
            prop_assert!(stepped.text.len() <= TEXT_LIMIT_BYTES, "{} bytes", stepped.text.len());
            let open_place = ["{number}", "{links}", "{field}"].iter().any(|p| stepped.text.contains(p));
            prop_assert!(!open_place, "a place was left open");
            for effect in &stepped.effects {
                match effect {
                    Effect::Open { new }
                    | Effect::Separate { new, .. }
                    | Effect::Divide { new, .. } => {
                        prop_assert!(!opened.contains(&(new.id, new.number.clone())));
                        opened.push((new.id, new.number.clone()));
                    }
                    Effect::Wrote { inquiry, .. } | Effect::Said { inquiry, .. } | Effect::Place { inquiry, .. } => {
                        prop_assert!(opened.iter().any(|(id, _)| id == inquiry), "an effect on nothing");
                    }
                    _ => {}
                }
            }
        }
        prop_assert_eq!(opened.len() as i64, last, "numbers are handed out without gaps");
    }
}
