//! The guard at the door: who may ask.
//!
//! Invariant: a page of another origin gets nothing, whatever name it has its browser call us by.
//! A name that leads to this computer is not enough (DNS rebinding): it has to be one that we know.
//! Nobody changes anything: there is nothing but GET and HEAD.

use axum::http::{HeaderMap, Method, StatusCode, header, request::Parts};
use std::net::{IpAddr, SocketAddr, UdpSocket};

/// Why a request was turned away.
pub type Refusal = (StatusCode, String);

/// Knows the names under which the preview may be asked for.
#[derive(Clone, Debug)]
pub struct Guard {
    names: Vec<String>,
    port: u16,
}

impl Guard {
    /// A guard for a preview that listens here, with more names that are its own.
    #[must_use]
    pub fn new(address: SocketAddr, more: &[String]) -> Self {
        let mut names: Vec<String> =
            ["localhost", "127.0.0.1", "[::1]"].into_iter().map(str::to_owned).collect();
        names.push(host(address.ip()));
        if address.ip().is_unspecified() {
            names.extend(own_address(address.ip()).map(host));
        }
        names.extend(more.iter().map(|name| name.to_ascii_lowercase()));
        Self { names, port: address.port() }
    }

    /// Whether a request may be answered.
    ///
    /// # Errors
    /// Why not, in a sentence.
    pub fn admit(&self, request: &Parts) -> Result<(), Refusal> {
        if !matches!(request.method, Method::GET | Method::HEAD) {
            let why = "the preview can be read and not written: GET and HEAD are all it knows";
            return Err((StatusCode::METHOD_NOT_ALLOWED, why.to_owned()));
        }
        let host = self.host(request)?;
        self.check_origin(&request.headers, &host)
    }

    fn host(&self, request: &Parts) -> Result<String, Refusal> {
        let mut hosts = request.headers.get_all(header::HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host.to_str().unwrap_or_default().to_ascii_lowercase(),
            (_, Some(_)) | (None, None) => {
                return Err((StatusCode::BAD_REQUEST, "one `Host` is needed".to_owned()));
            }
        };
        // An absolute request target goes before `Host` (RFC 9112, section 3.2.2).
        let target = request.uri.authority().map(|target| target.as_str().to_ascii_lowercase());
        let known = |host: &str| self.knows(host);
        if known(&host) && target.as_deref().is_none_or(known) {
            return Ok(host);
        }
        let why =
            format!("`{host}` is no name of this preview; `--allow-host NAME` makes a name one");
        Err((StatusCode::FORBIDDEN, why))
    }

    fn knows(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') => (name, port.parse::<u16>().ok()),
            _ => (host, Some(80)),
        };
        // Behind a tunnel or another server the port is theirs; it is the name that tells.
        let any_port = !self.is_local(name);
        (any_port || port == Some(self.port)) && self.names.iter().any(|known| known == name)
    }

    fn is_local(&self, name: &str) -> bool {
        self.names.iter().take(4).any(|known| known == name)
    }

    fn check_origin(&self, headers: &HeaderMap, host: &str) -> Result<(), Refusal> {
        let refuse = |why: &str| Err((StatusCode::FORBIDDEN, why.to_owned()));
        let own = [format!("http://{host}"), format!("https://{host}")];
        for origin in headers.get_all(header::ORIGIN) {
            let origin = origin.to_str().unwrap_or_default().to_ascii_lowercase();
            if !own.contains(&origin) {
                return refuse("pages of other origins get nothing from the preview");
            }
        }
        let says = |name, value| headers.get(name).is_some_and(|said| said == value);
        if says("sec-fetch-site", "cross-site") && !says("sec-fetch-mode", "navigate") {
            return refuse("pages of other sites get nothing from the preview");
        }
        Ok(())
    }
}

/// An address as it stands in a `Host`.
fn host(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// The address by which this computer is known in its network: that from which it would speak to
/// the outside. Nothing is sent.
fn own_address(any: IpAddr) -> Option<IpAddr> {
    let outside = if any.is_ipv4() { "192.0.2.1:9" } else { "[2001:db8::1]:9" };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(outside).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn asked(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).expect("a request").into_parts().0
    }

    #[test]
    fn who_may_ask() {
        let here = SocketAddr::from(([127, 0, 0, 1], 1111));
        let guard = Guard::new(here, &["desk.example".to_owned()]);
        let own = ("host", "localhost:1111");
        for (method, uri, headers, status) in [
            ("GET", "/", vec![own], 200),
            ("HEAD", "/", vec![("host", "127.0.0.1:1111")], 200),
            ("GET", "/", vec![("host", "[::1]:1111")], 200),
            ("GET", "/", vec![("host", "LOCALHOST:1111")], 200),
            ("GET", "/", vec![("host", "desk.example")], 200),
            ("GET", "/", vec![("host", "desk.example:8443")], 200),
            ("GET", "/", vec![("host", "localhost")], 403),
            ("GET", "/", vec![("host", "localhost:1112")], 403),
            ("GET", "/", vec![("host", "evil.example:1111")], 403),
            ("GET", "/", vec![("host", "localhost.evil.example:1111")], 403),
            ("GET", "/", vec![("host", "127.0.0.1:1111@evil.example")], 403),
            ("GET", "/", vec![("host", "")], 403),
            ("GET", "/", vec![], 400),
            ("GET", "/", vec![own, ("host", "evil.example")], 400),
            ("GET", "http://evil.example/", vec![own], 403),
            ("GET", "http://localhost:1111/", vec![own], 200),
            ("GET", "/", vec![own, ("origin", "http://localhost:1111")], 200),
            ("GET", "/", vec![own, ("origin", "http://127.0.0.1:1111")], 403),
            ("GET", "/", vec![own, ("origin", "http://evil.example")], 403),
            ("GET", "/", vec![own, ("origin", "null")], 403),
            ("GET", "/", vec![own, ("sec-fetch-site", "cross-site")], 403),
            ("GET", "/", vec![own, ("sec-fetch-site", "same-origin")], 200),
            ("POST", "/", vec![own], 405),
            ("OPTIONS", "/", vec![own], 405),
            ("TRACE", "/", vec![own], 405),
            ("BREW", "/", vec![own], 405),
        ] {
            let answer = guard.admit(&asked(method, uri, &headers));
            let given = answer.map_or_else(|(status, _)| status.as_u16(), |()| 200);
            assert_eq!(given, status, "{method} {uri} {headers:?}");
        }
        let linked = [own, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
        assert!(guard.admit(&asked("GET", "/", &linked)).is_ok(), "a link may lead here");
    }
}
