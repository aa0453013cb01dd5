//! A mail server on this machine that keeps what it takes, and can be told to misbehave.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What it does with the next message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// 550: for good.
    Refuses,
    /// 451: for now.
    IsBusy,
    /// Takes the message and hangs up before it says so.
    HangsUp,
}

#[derive(Clone)]
pub struct Postbox {
    pub address: SocketAddr,
    letters: Arc<Mutex<Vec<String>>>,
    moods: Arc<Mutex<VecDeque<Mood>>>,
}

impl Postbox {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let made = Self { address, letters: Arc::default(), moods: Arc::default() };
        let postbox = made.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(postbox.clone().talk(stream));
            }
        });
        made
    }

    /// The next messages are treated so, one by one.
    pub fn next(&self, moods: &[Mood]) {
        self.moods.lock().expect("moods").extend(moods);
    }

    /// Every message taken, decoded: headers and text.
    pub fn letters(&self) -> Vec<String> {
        self.letters.lock().expect("letters").iter().map(|raw| decoded(raw)).collect()
    }

    fn mood(&self, wanted: &[Mood]) -> Option<Mood> {
        let mut moods = self.moods.lock().expect("moods");
        match moods.front() {
            Some(mood) if wanted.contains(mood) => moods.pop_front(),
            _ => None,
        }
    }

    async fn talk(self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut say = "220 pufa.test\r\n";
        loop {
            if write.write_all(say.as_bytes()).await.is_err() {
                return;
            }
            let Ok(Some(line)) = lines.next_line().await else { return };
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            say = match verb.as_str() {
                "RCPT" => match self.mood(&[Mood::Refuses, Mood::IsBusy]) {
                    Some(Mood::Refuses) => "550 no such person\r\n",
                    Some(_) => "451 later\r\n",
                    None => "250 ok\r\n",
                },
                "DATA" => {
                    if write.write_all(b"354 go on\r\n").await.is_err() {
                        return;
                    }
                    let mut letter = String::new();
                    while let Ok(Some(line)) = lines.next_line().await {
                        if line == "." {
                            break;
                        }
                        letter.push_str(&line);
                        letter.push('\n');
                    }
                    self.letters.lock().expect("letters").push(letter);
                    if self.mood(&[Mood::HangsUp]).is_some() {
                        return;
                    }
                    "250 taken\r\n"
                }
                "QUIT" => {
                    let _ = write.write_all(b"221 bye\r\n").await;
                    return;
                }
                _ => "250 ok\r\n",
            };
        }
    }
}

/// The headers as they came and the text in plain.
fn decoded(raw: &str) -> String {
    let (head, body) = raw.split_once("\n\n").unwrap_or((raw, ""));
    let text = if head.contains("base64") {
        let letters: String = body.split_whitespace().collect();
        String::from_utf8(STANDARD.decode(letters).expect("base64")).expect("UTF-8")
    } else {
        quoted(body)
    };
    format!("{head}\n\n{text}")
}

fn quoted(body: &str) -> String {
    let body = body.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = body.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
        match (first, tail.get(..2).and_then(hex)) {
            (b'=', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}
