//! What a phone's scan or tap comes to, and what people are told of a browser. Pure.

use std::net::IpAddr;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{Gesture, Purpose, Qualification, Qualified, ScreenCode, StaffMember, Stage};
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};

/// How long a code waits to be scanned, then for the tap, then for the browser.
pub const STEP: Duration = Duration::from_secs(120);
/// Codes that may wait at the same moment: WeChat makes 100 000 a day (wechat-protocol.md §4).
pub const MOST_WAITING: i64 = 100;
/// What the scenes of these codes begin with, so that no citizen's code is taken for one.
const PREFIX: &str = "staff-";

/// Longest number of a licence, in characters.
const LONGEST_LICENCE: usize = 24;

impl Qualified {
    /// A qualification as a form names it; none for an empty code.
    ///
    /// # Errors
    /// Invalid for an unknown code, or a licence that is missing or no number.
    pub fn read(code: &str, licence: &str) -> Result<Self> {
        use Qualification::{Lawyer, LegalWorker, Notary};
        let licence = licence.trim().to_owned();
        if code.is_empty() && licence.is_empty() {
            return Ok(Self::default());
        }
        let qualification = Qualification::from_code(code)
            .ok_or_else(|| Error::invalid("请从列表里选择执业身份。"))?;
        let licensed = matches!(qualification, Lawyer | LegalWorker | Notary);
        if licensed && licence.is_empty() {
            let name = qualification.name();
            return Err(Error::invalid(format!("{name}要填写执业证号。")));
        }
        let fits = licence.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !fits || licence.len() > LONGEST_LICENCE {
            let most = LONGEST_LICENCE;
            return Err(Error::invalid(format!("执业证号只有数字和字母，最多 {most} 位。")));
        }
        Ok(Self { qualification: Some(qualification), licence })
    }
}

/// The scene of a new code: 128 random bits.
pub fn scene(random: [u8; 16]) -> String {
    format!("{PREFIX}{:032x}", u128::from_be_bytes(random))
}

/// Whether a scene is of such a code, known or not.
pub fn is_ours(scene: &str) -> bool {
    let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    scene.strip_prefix(PREFIX).is_some_and(|rest| rest.len() == 32 && rest.bytes().all(digit))
}

/// What a phone is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Who signs in where, with a yes and a no to tap.
    Ask,
    /// The number to type into the page.
    Number,
    /// The browser is let in.
    Confirmed,
    /// The browser is kept out.
    Refused,
    /// One sentence for everything that does not fit, so that it tells nothing.
    Nothing,
}

/// What the gesture of the WeChat `openid` of an official account comes to. `code` is the one it
/// names, `member` whose WeChat it is.
pub fn judge(
    gesture: Gesture,
    code: Option<&ScreenCode>,
    member: Option<&StaffMember>,
    (account, openid): (&str, &str),
    now: Moment,
) -> Verdict {
    let Some(code) = code.filter(|c| c.account_id == account && now < c.ends_at) else {
        return Verdict::Nothing;
    };
    // The first WeChat has it; another one is told nothing.
    let free = code.stage == Stage::Open;
    let own = code.openid.as_deref() == Some(openid);
    let known = member.is_some_and(|member| member.active);
    match (code.purpose, gesture, code.stage) {
        (Purpose::Bind, Gesture::Scan, _) if free || own => Verdict::Number,
        _ if code.purpose == Purpose::Bind || !known || !(free || own) => Verdict::Nothing,
        (_, Gesture::Scan, Stage::Open | Stage::Scanned) => Verdict::Ask,
        // A tap may come before its scan is worked through; what counts is decided then.
        (_, Gesture::Confirm, Stage::Open | Stage::Scanned | Stage::Confirmed) => {
            Verdict::Confirmed
        }
        (_, Gesture::Refuse, _) => Verdict::Refused,
        _ => Verdict::Nothing,
    }
}

/// The four digits that only the phone that scanned a code is told: whoever types them into the
/// page holds that phone.
pub fn number(scene: &str, openid: &str) -> String {
    let digest = Sha256::new().chain_update(scene).chain_update(openid).finalize();
    let number = digest.iter().take(8).fold(0u64, |all, byte| all << 8 | u64::from(*byte));
    format!("{:04}", number % 10_000)
}

/// A browser's own name in the words of people: Chrome · Windows.
pub fn device(browser: &str) -> String {
    let find = |known: &[(&'static str, &'static str)], otherwise: &'static str| {
        let found = known.iter().find(|(mark, _)| browser.contains(mark));
        found.map_or(otherwise, |(_, name)| name)
    };
    // The order matters: most browsers also name those they descend from.
    let name = find(
        &[
            ("MicroMessenger", "微信"),
            ("Edg/", "Edge"),
            ("Firefox/", "Firefox"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ],
        "其他浏览器",
    );
    let system = find(
        &[
            ("Android", "安卓"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("Mac OS", "Mac"),
            ("Linux", "Linux"),
        ],
        "未知系统",
    );
    format!("{name} · {system}")
}

/// An address as it may stand in a message: nothing but an IP address.
pub fn place(address: &str) -> String {
    address.parse::<IpAddr>().map_or_else(|_| "未知".to_owned(), |ip| ip.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::{Role, StaffId};

    const NOW: Moment = Moment(1_763_900_000_000);

    fn code(purpose: Purpose, stage: Stage, openid: Option<&str>) -> ScreenCode {
        ScreenCode {
            scene: scene([7; 16]),
            account_id: "main".into(),
            purpose,
            stage,
            url: String::new(),
            browser: String::new(),
            address: String::new(),
            staff_id: None,
            openid: openid.map(str::to_owned),
            created_at: NOW,
            scanned_at: None,
            ends_at: NOW.plus(STEP),
        }
    }

    fn member(active: bool) -> StaffMember {
        StaffMember {
            id: StaffId(uuid::Uuid::nil()),
            username: "li".into(),
            name: "李答复".into(),
            role: Role::Responder,
            organization_id: None,
            active,
            version: 1,
            toured: true,
        }
    }

    #[test]
    fn licensed_professions_name_their_licence_and_others_need_none() {
        let lawyer = Qualified::read("lawyer", " 13204201510000001 ").expect("complete");
        assert_eq!(lawyer.qualification, Some(Qualification::Lawyer));
        assert_eq!(lawyer.licence, "13204201510000001");
        assert!(Qualified::read("volunteer", "").is_ok());
        assert_eq!(Qualified::read("", "").expect("none"), Qualified::default());
        for (code, licence) in [("lawyer", ""), ("judge", "1"), ("", "1"), ("notary", "第1号")] {
            assert!(Qualified::read(code, licence).is_err(), "{code} {licence}");
        }
    }

    #[test]
    fn only_the_first_wechat_that_is_bound_to_an_open_account_gets_on() {
        use Gesture::{Confirm, Refuse, Scan};
        let (li, closed) = (member(true), member(false));
        let open = code(Purpose::SignIn, Stage::Open, None);
        let scanned = code(Purpose::SignIn, Stage::Scanned, Some("o1"));
        let confirmed = code(Purpose::SignIn, Stage::Confirmed, Some("o1"));
        let refused = code(Purpose::SignIn, Stage::Refused, Some("o1"));
        for (gesture, code, member, openid, wanted) in [
            (Scan, &open, Some(&li), "o1", Verdict::Ask),
            (Scan, &open, None, "o1", Verdict::Nothing),
            (Scan, &open, Some(&closed), "o1", Verdict::Nothing),
            (Scan, &scanned, Some(&li), "o1", Verdict::Ask),
            (Scan, &scanned, Some(&li), "o2", Verdict::Nothing),
            (Confirm, &scanned, Some(&li), "o1", Verdict::Confirmed),
            (Confirm, &scanned, Some(&li), "o2", Verdict::Nothing),
            (Confirm, &scanned, Some(&closed), "o1", Verdict::Nothing),
            (Confirm, &refused, Some(&li), "o1", Verdict::Nothing),
            (Scan, &confirmed, Some(&li), "o1", Verdict::Nothing),
            (Refuse, &confirmed, Some(&li), "o1", Verdict::Refused),
            (Refuse, &scanned, Some(&li), "o2", Verdict::Nothing),
        ] {
            let given = judge(gesture, Some(code), member, ("main", openid), NOW);
            assert_eq!(given, wanted, "{gesture:?} {:?} {openid}", code.stage);
        }
        assert_eq!(judge(Scan, Some(&open), Some(&li), ("other", "o1"), NOW), Verdict::Nothing);
        let late = NOW.plus(STEP);
        assert_eq!(judge(Scan, Some(&open), Some(&li), ("main", "o1"), late), Verdict::Nothing);
        assert_eq!(judge(Scan, None, Some(&li), ("main", "o1"), NOW), Verdict::Nothing);
    }

    #[test]
    fn a_code_for_binding_gives_its_number_to_the_first_phone_and_cannot_be_tapped() {
        let open = code(Purpose::Bind, Stage::Open, None);
        let scanned = code(Purpose::Bind, Stage::Scanned, Some("o1"));
        let judged =
            |gesture, code, openid| judge(gesture, Some(code), None, ("main", openid), NOW);
        assert_eq!(judged(Gesture::Scan, &open, "o1"), Verdict::Number);
        assert_eq!(judged(Gesture::Scan, &scanned, "o1"), Verdict::Number);
        assert_eq!(judged(Gesture::Scan, &scanned, "o2"), Verdict::Nothing);
        assert_eq!(judged(Gesture::Confirm, &scanned, "o1"), Verdict::Nothing);
        let (one, other) = (number(&open.scene, "o1"), number(&open.scene, "o2"));
        assert!(one.len() == 4 && one != other, "{one} {other}");
    }

    #[test]
    fn scenes_of_staff_are_told_from_those_of_citizens() {
        let made = scene([255; 16]);
        assert!(is_ours(&made) && made.len() <= crate::wechat::qrcode::SCENE_LIMIT, "{made}");
        assert!(is_ours(&scene([0; 16])));
        for other in ["", "staff-", "staff-x", "st-0123abcd", &made[1..], &made.to_uppercase()] {
            assert!(!is_ours(other), "{other}");
        }
    }

    #[test]
    fn a_browser_is_named_as_people_know_it() {
        let edge =
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120";
        assert_eq!(device(edge), "Edge · Windows");
        assert_eq!(device("curl/8"), "其他浏览器 · 未知系统");
    }

    #[test]
    fn nothing_but_an_address_gets_into_a_message() {
        assert_eq!(place("203.0.113.7"), "203.0.113.7");
        assert_eq!(place("<a href=x>"), "未知");
    }
}
