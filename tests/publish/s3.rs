//! The server, and looking into it without any library of S3's.

use super::kinds::Kind;
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
    time::Duration,
};

/// An object as a reader gets it: headers that were said along with it, and bytes.
pub type Object = (BTreeMap<String, String>, Vec<u8>);

/// A server with one bucket, `box`-like but long enough: `outlet`.
pub struct Server {
    child: Child,
    pub port: u16,
    pub kind: Kind,
}

impl Server {
    /// Starts one that speaks as S3 does; it ends with the test.
    pub fn start() -> Self {
        Self::of(Kind::S3)
    }

    /// Starts one of a kind.
    pub fn of(kind: Kind) -> Self {
        let mut program = kind.program();
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = program.spawn().expect("the server starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("its port");
        let server = Self { child, port: line.trim().parse().expect("a port"), kind };
        if kind != Kind::Azure {
            assert_eq!(server.ask("PUT", "/outlet", &[], b"").0, 200, "the bucket is made");
        }
        server
    }

    /// Where it is.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// One request: status, headers, body.
    pub fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> (u16, BTreeMap<String, String>, Vec<u8>) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
        if self.kind == Kind::S3 {
            // The server asks who somebody is, and does not check.
            request += "Authorization: AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0\r\n";
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("Content-Length: {}\r\n\r\n", body.len());
        stream.write_all(request.as_bytes()).and_then(|()| stream.write_all(body)).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
        let headers = lines.filter_map(|line| line.split_once(": "));
        let mut headers: BTreeMap<String, String> =
            headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        let mut body = answer[end + 4..].to_vec();
        if headers.remove("transfer-encoding").is_some() {
            body = put_together(&body);
        }
        (status.parse().expect("a number"), headers, body)
    }

    /// The keys below a prefix with the hashes of their bytes, Masthead's own things left out.
    pub fn list(&self, prefix: &str) -> BTreeMap<String, String> {
        let mut all = self.list_all(prefix);
        all.retain(|key, _| !key.starts_with("_masthead/"));
        all
    }

    /// The keys below a prefix with the hashes of their bytes.
    pub fn list_all(&self, prefix: &str) -> BTreeMap<String, String> {
        let (status, _, body) = self.ask("GET", &self.kind.list(prefix), &[], b"");
        assert_eq!(status, 200);
        let text = String::from_utf8(body).expect("XML");
        let text = text.trim_start_matches('\u{feff}');
        let xml = roxmltree::Document::parse(text).expect("XML");
        let text_of = |node: roxmltree::Node<'_, '_>, name: &str| {
            let child = node.descendants().find(|child| child.tag_name().name() == name);
            child.and_then(|child| child.text()).unwrap_or_default().to_owned()
        };
        let root = xml.root_element();
        let more =
            text_of(root, "IsTruncated") == "true" || !text_of(root, "NextMarker").is_empty();
        assert!(!more, "the test's list is whole");
        let (object, key_of, tag_of) = self.kind.listed();
        let contents = xml.descendants().filter(|node| node.tag_name().name() == object);
        contents
            .map(|node| {
                let key = text_of(node, key_of);
                let key = key.strip_prefix(&format!("{prefix}/")).unwrap_or(&key).to_owned();
                (key, text_of(node, tag_of))
            })
            .collect()
    }

    /// An object.
    pub fn get(&self, prefix: &str, key: &str) -> Object {
        let path = percent_encoding::utf8_percent_encode(key, percent_encoding::NON_ALPHANUMERIC);
        let path = path.to_string().replace("%2F", "/");
        let path = format!("{}/{prefix}/{path}", self.kind.bucket());
        let packed = [("Accept-Encoding", "gzip, br")];
        let (status, mut headers, body) = self.ask("GET", &path, &packed, b"");
        assert_eq!(status, 200, "{path}");
        headers.retain(|name, _| !self.kind.is_transport(name));
        (headers, body)
    }

    /// Every object below a prefix but Masthead's own.
    pub fn objects(&self, prefix: &str) -> BTreeMap<String, Object> {
        let keys = self.list(prefix).into_keys();
        keys.map(|key| (key.clone(), self.get(prefix, &key))).collect()
    }

    /// Two prefixes hold the same, byte for byte.
    pub fn assert_same_bytes(&self, one: &str, other: &str, when: &str) {
        let (left, right) = (self.list(one), self.list(other));
        let differing = |a: &BTreeMap<String, String>, b: &BTreeMap<String, String>| {
            a.iter()
                .filter(|(k, v)| b.get(*k) != Some(v))
                .map(|(k, _)| k.clone())
                .collect::<Vec<_>>()
        };
        assert!(
            left == right,
            "{when}: {:?} / {:?}",
            differing(&left, &right),
            differing(&right, &left)
        );
    }

    /// Two prefixes hold the same, byte for byte and header for header.
    pub fn assert_same(&self, one: &str, other: &str, when: &str) {
        self.assert_same_bytes(one, other, when);
        let (left, right) = (self.objects(one), self.objects(other));
        for (key, (headers, _)) in &left {
            assert_eq!(headers, &right[key].0, "{when}: {key}");
        }
    }
}

/// A body that came in chunks (RFC 9112, 7.1).
fn put_together(mut chunks: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let line = chunks.windows(2).position(|w| w == b"\r\n").expect("a length");
        let length = std::str::from_utf8(&chunks[..line]).expect("a length");
        let length = usize::from_str_radix(length.trim(), 16).expect("a length");
        if length == 0 {
            return out;
        }
        out.extend_from_slice(&chunks[line + 2..][..length]);
        chunks = &chunks[line + 2 + length + 2..];
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
