//! Messages: which of them steer the conversation, which ask something.

use super::phrases::{starters, tap};
use super::{Effect, Piece, Stepped, Turn, Words, dividing};
use crate::inquiries::actions::citizen::Word;
use crate::inquiries::{MessageKind, State};
use crate::language::commands::{self, Command};
use crate::language::{Chatter, Reading, privacy};
use crate::wechat::message::Message;

/// A message with its readable words.
pub(super) struct Heard {
    pub(super) words: Words,
    /// Whether there are words to understand.
    pub(super) readable: bool,
    /// Its problems, when it holds several.
    pub(super) problems: Vec<Piece>,
}

impl Turn<'_, '_, '_> {
    pub(super) fn heard(&mut self, message: &Message, reading: Option<&Reading>) -> Stepped {
        match message {
            Message::Text { content } => self.said(MessageKind::Text, content, None, reading),
            Message::Voice { media_id, recognition: Some(words), .. } => {
                self.said(MessageKind::Voice, words, Some(media_id), reading)
            }
            Message::Voice { media_id, recognition: None, .. } => self.speechless(
                MessageKind::Voice,
                "（语音，没有识别出文字）",
                media_id,
                "voice_unclear",
            ),
            Message::Image { media_id, .. } => {
                self.speechless(MessageKind::Image, "（图片）", media_id, "picture")
            }
            Message::Video { media_id, .. } | Message::ShortVideo { media_id, .. } => {
                self.speechless(MessageKind::Video, "（视频）", media_id, "picture")
            }
            Message::Link { title, url, .. } => {
                self.speechless(MessageKind::Link, &format!("（链接）{title} {url}"), "", "picture")
            }
            Message::Location { latitude, longitude, label, .. } => {
                self.located(*latitude, *longitude, label)
            }
        }
    }

    fn said(
        &mut self,
        kind: MessageKind,
        text: &str,
        media: Option<&str>,
        reading: Option<&Reading>,
    ) -> Stepped {
        if let Some(words) = commands::searched(text)
            && reading.is_none_or(|reading| reading.dangers.is_empty())
        {
            return self.looked_up(&words);
        }
        if let Some(command) = commands::parse(text)
            && let Some(stepped) = self.steered(command)
        {
            return stepped;
        }
        let words = self.words(kind, text, media);
        let problems = dividing::pieces(text, reading);
        let heard = Heard { words, readable: true, problems };
        if let Some(stepped) = self.chatted(reading) {
            return stepped;
        }
        self.asked(heard, reading)
    }

    pub(super) fn words(&self, kind: MessageKind, text: &str, media: Option<&str>) -> Words {
        let masked = privacy::mask(text);
        let id = self.mint.message();
        let original = (masked.text != text)
            .then(|| self.world.vault.seal(self.mint.entropy, id.0.as_bytes(), text))
            .flatten();
        Words {
            id,
            kind,
            body: masked.text,
            original,
            media: media.filter(|id| !id.is_empty()).map(str::to_owned),
        }
    }

    /// Commands that make sense only in some situations are left to be read as words.
    fn steered(&mut self, command: Command) -> Option<Stepped> {
        let answered = self.answered();
        match command {
            Command::NewInquiry
            | Command::MyInquiries
            | Command::Human
            | Command::Help
            | Command::Tip
            | Command::Subscribe
            | Command::Unsubscribe
            | Command::Quiz
            | Command::Stop => Some(self.command(command)),
            Command::Satisfied
            | Command::Unsatisfied
            | Command::Rate(_)
            | Command::Solved
            | Command::NotSolved => answered.then(|| self.command(command)),
            Command::Skip | Command::Yes | Command::No => None,
        }
    }

    /// Whether the current inquiry has an answer to speak about.
    fn answered(&self) -> bool {
        let current = self.standing.current.as_ref();
        current.and_then(|c| self.fact(c.id)).is_some_and(|fact| fact.answered_at.is_some())
    }

    pub(super) fn command(&mut self, command: Command) -> Stepped {
        match command {
            Command::NewInquiry => {
                self.standing.fresh = true;
                Stepped::say(self.say("ask", &[]))
            }
            Command::MyInquiries => Stepped::say(self.mine()),
            Command::Human => self.wants_human(),
            Command::Quiz => {
                let quizzes = self.world.links.site("/c/quiz");
                Stepped::say(self.say("quiz", &[("quizzes", &quizzes)]))
            }
            Command::Satisfied => self.rated(4),
            Command::Unsatisfied => self.rated(2),
            Command::Rate(stars) => self.rated(i64::from(stars)),
            Command::Solved => self.about_current("solved", Word::Solved),
            Command::NotSolved => self.unsolved(),
            Command::Tip => self.tip(),
            Command::Subscribe => self.topics(),
            Command::Unsubscribe => {
                Stepped::say(self.say("unsubscribed", &[])).with(Effect::Unsubscribe)
            }
            Command::Help | Command::Stop | Command::Skip | Command::Yes | Command::No => {
                let privacy = self.world.links.site("/c/privacy");
                Stepped::say(self.say("help", &[("links", &starters()), ("privacy", &privacy)]))
            }
        }
    }

    /// Wherever WeChat's own agents take over, the reply is the hand-over and says nothing.
    fn wants_human(&mut self) -> Stepped {
        let stepped = match self.standing.current.clone() {
            Some(current) => Stepped::say(self.about("human", &current, ""))
                .with(Effect::Said { inquiry: current.id, word: Word::Human }),
            None => Stepped::say(self.say("human_none", &[])),
        };
        Stepped { wants_person: true, ..stepped }
    }

    fn about_current(&mut self, key: &str, word: Word) -> Stepped {
        match self.standing.current.clone() {
            Some(current) => Stepped::say(self.about(key, &current, ""))
                .with(Effect::Said { inquiry: current.id, word }),
            None => Stepped::say(self.say("nothing_to_rate", &[])),
        }
    }

    pub(super) fn rated(&mut self, stars: i64) -> Stepped {
        let Some(current) = self.standing.current.clone().filter(|_| self.answered()) else {
            return Stepped::say(self.say("nothing_to_rate", &[]));
        };
        let links = match stars {
            ..=2 => format!(
                "一个工作日内会换一位人员再答复您。着急请点一下：{}。",
                tap("还没解决", &format!("unsolved:{}", current.number))
            ),
            _ => String::new(),
        };
        Stepped::say(self.about("rated", &current, &links))
            .with(Effect::Said { inquiry: current.id, word: Word::Rated(stars.clamp(1, 5)) })
    }

    pub(super) fn unsolved(&mut self) -> Stepped {
        let Some(mut current) = self.standing.current.clone().filter(|_| self.answered()) else {
            return Stepped::say(self.say("nothing_to_rate", &[]));
        };
        current.due_at = self.promise(&current);
        self.standing.current = Some(current.clone());
        Stepped::say(self.about("unsolved", &current, ""))
            .with(Effect::Said { inquiry: current.id, word: Word::Unsolved(current.due_at) })
    }

    /// Talk that asks nothing is answered by a stored text and opens no inquiry.
    fn chatted(&mut self, reading: Option<&Reading>) -> Option<Stepped> {
        let reading = reading.filter(|reading| reading.dangers.is_empty())?;
        let open = self.joins().is_some_and(|current| {
            self.fact(current.id)
                .is_none_or(|fact| !matches!(fact.state, State::Answered | State::Closed))
        });
        let asked_for_more = self.standing.fresh;
        match reading.chatter {
            Chatter::None => None,
            Chatter::Thanks => Some(Stepped::say(self.say("thanks", &[]))),
            Chatter::Greeting if open && !asked_for_more => Some(Stepped::say(self.mine())),
            // Within an open matter the responder judges; nothing said there is dropped.
            _ if self.joins().is_some() => None,
            Chatter::Advertising | Chatter::Abuse => {
                Some(Stepped::say(self.say("advertising", &[])))
            }
            Chatter::Greeting | Chatter::TooShort | Chatter::SmallTalk | Chatter::Probing => {
                Some(Stepped::say(self.say("hello", &[("links", &starters())])))
            }
        }
    }

    /// Something without words is kept with the inquiry, or opens one.
    fn speechless(&mut self, kind: MessageKind, body: &str, media: &str, key: &str) -> Stepped {
        let words = self.words(kind, body, Some(media));
        let heard = Heard { words, readable: false, problems: Vec::new() };
        let joined = self.joins().is_some();
        let mut stepped = self.asked(heard, None);
        if let Some(current) = self.standing.current.clone()
            && (kind == MessageKind::Voice || !stepped.text.is_empty())
        {
            let key = if joined || kind == MessageKind::Voice { key } else { "picture_first" };
            stepped.text = self.about(key, &current, "");
        }
        stepped
    }
}
