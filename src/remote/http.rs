//! Calls to other people's services: one POST at a time, with patience.
//!
//! Invariant: a call ends. It is tried a few times, with growing pauses or those that the service
//! asks for, each of them bounded. What goes wrong is told without the words that must stay
//! secret, even where a service repeats them.

pub mod sign;

use crate::base::Fingerprint;
use std::{io, time::Duration};
use tokio::runtime::Runtime;

/// How often and how long a call is tried.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Tries in all.
    pub tries: u32,
    /// The first pause; each later one is twice as long.
    pub pause: Duration,
    /// The longest pause that a service may ask for (`Retry-After`, RFC 9110, section 10.2.3).
    pub longest: Duration,
    /// How long one try may take.
    pub timeout: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            tries: 5,
            pause: Duration::from_millis(500),
            longest: Duration::from_secs(60),
            timeout: Duration::from_secs(30),
        }
    }
}

/// A POST.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Where to.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// What is sent.
    pub body: Vec<u8>,
    /// What must not be repeated in any message.
    pub secrets: Vec<String>,
    /// What a refusal says that is only for now, besides the usual status codes.
    pub only_for_now: Option<&'static str>,
}

/// What a service answered: a success.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The status, from 200 to 299.
    pub status: u16,
    /// The text.
    pub body: String,
}

/// How much of a refusal is repeated, in characters.
const REPEATED: usize = 300;

/// Makes calls.
#[derive(Debug)]
pub struct Client {
    runtime: Runtime,
    http: reqwest::Client,
    patience: Patience,
}

/// What became of one try.
enum Try {
    Done(Answer),
    Again { why: String, asked: Option<Duration> },
    Refused(String),
}

impl Client {
    /// A client with so much patience.
    ///
    /// # Errors
    /// What the system says where no client can be made.
    pub fn new(patience: Patience) -> io::Result<Self> {
        // Whoever comes second finds it installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let http = reqwest::Client::builder()
            .user_agent(concat!("masthead/", env!("CARGO_PKG_VERSION")))
            .timeout(patience.timeout)
            .connect_timeout(patience.timeout.min(Duration::from_secs(10)))
            // What is called has to be where it is called; credentials follow nobody.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(io::Error::other)?;
        Ok(Self { runtime, http, patience })
    }

    /// Makes a call until it succeeds, is refused for good, or patience ends.
    ///
    /// # Errors
    /// A sentence without secrets.
    pub fn post(&self, call: &Call) -> Result<Answer, String> {
        self.runtime.block_on(self.patiently(call)).map_err(|why| discreet(&why, &call.secrets))
    }

    async fn patiently(&self, call: &Call) -> Result<Answer, String> {
        let mut pause = self.patience.pause;
        let mut tries = 1;
        loop {
            match self.once(call).await {
                Try::Done(answer) => return Ok(answer),
                Try::Refused(why) => return Err(why),
                Try::Again { why, .. } if tries >= self.patience.tries => {
                    return Err(format!("{why} (tried {tries} times)"));
                }
                Try::Again { why, asked: Some(asked) } if asked > self.patience.longest => {
                    return Err(format!(
                        "{why}, and wants to be left alone for {} s",
                        asked.as_secs()
                    ));
                }
                Try::Again { asked, .. } => {
                    let wait = asked.unwrap_or_else(|| uneven(pause, call, tries));
                    tokio::time::sleep(wait).await;
                    pause *= 2;
                    tries += 1;
                }
            }
        }
    }

    async fn once(&self, call: &Call) -> Try {
        let mut request = self.http.post(&call.url).body(call.body.clone());
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        match request.send().await {
            Ok(response) => read(response, call).await,
            Err(error) => Try::Again { why: in_words(&error), asked: None },
        }
    }
}

async fn read(response: reqwest::Response, call: &Call) -> Try {
    let status = response.status().as_u16();
    let asked = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let asked = asked.and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
    let body = match response.text().await {
        Ok(body) => body,
        Err(error) => return Try::Again { why: in_words(&error), asked: None },
    };
    if (200..300).contains(&status) {
        return Try::Done(Answer { status, body });
    }
    let start: String = body.split_whitespace().collect::<Vec<_>>().join(" ");
    let start: String = start.chars().take(REPEATED).collect();
    let why = format!("the answer was {status}: {start}");
    let for_now = matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
        || call.only_for_now.is_some_and(|word| body.contains(word));
    if for_now { Try::Again { why, asked } } else { Try::Refused(why) }
}

/// Two who were turned away at once should not come back at once.
fn uneven(pause: Duration, call: &Call, tries: u32) -> Duration {
    let spread = Fingerprint::of_value(&(&call.url, &call.body, tries, std::process::id())).short();
    pause + pause.mul_f64((spread % 1000) as f64 / 2000.0)
}

/// The whole chain of causes; the first alone says little.
fn in_words(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    words
}

fn discreet(text: &str, secrets: &[String]) -> String {
    let secrets = secrets.iter().filter(|secret| secret.len() > 3);
    secrets.fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "…"))
}

#[cfg(test)]
mod tests;
