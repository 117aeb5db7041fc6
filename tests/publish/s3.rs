//! The server, and looking into it without any library of S3's.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// An object as a reader gets it: headers that were said along with it, and bytes.
pub type Object = (BTreeMap<String, String>, Vec<u8>);

/// A server with one bucket, `box`-like but long enough: `outlet`.
pub struct Server {
    child: Child,
    pub port: u16,
}

/// Headers that are the server's own and differ from answer to answer.
const TRANSPORT: &[&str] = &[
    "server",
    "date",
    "connection",
    "last-modified",
    "x-amzn-requestid",
    "x-amz-request-id",
    "accept-ranges",
    "access-control-allow-origin",
    "x-amz-content-sha256",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-checksum-crc32",
];

impl Server {
    /// Starts one; it ends with the test.
    pub fn start() -> Self {
        let home = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = home.join("target/publish/venv/bin/python");
        assert!(python.exists(), "run tests/publish/install first");
        let mut child = Command::new(python)
            .arg(home.join("tests/publish/server.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("its port");
        let server = Self { child, port: line.trim().parse().expect("a port") };
        assert_eq!(server.ask("PUT", "/outlet", &[], b"").0, 200, "the bucket is made");
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
        // The server asks who somebody is, and does not check.
        request += "Authorization: AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0\r\n";
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
        let headers =
            headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        (status.parse().expect("a number"), headers, answer[end + 4..].to_vec())
    }

    /// The keys below a prefix with the hashes of their bytes, Masthead's own things left out.
    pub fn list(&self, prefix: &str) -> BTreeMap<String, String> {
        let mut all = self.list_all(prefix);
        all.retain(|key, _| !key.starts_with("_masthead/"));
        all
    }

    /// The keys below a prefix with the hashes of their bytes.
    pub fn list_all(&self, prefix: &str) -> BTreeMap<String, String> {
        let path = format!("/outlet?list-type=2&prefix={prefix}/&max-keys=1000");
        let (status, _, body) = self.ask("GET", &path, &[], b"");
        assert_eq!(status, 200);
        let text = String::from_utf8(body).expect("XML");
        let xml = roxmltree::Document::parse(&text).expect("XML");
        let text_of = |node: roxmltree::Node<'_, '_>, name: &str| {
            let child = node.children().find(|child| {
                child.has_tag_name(("http://s3.amazonaws.com/doc/2006-03-01/", name))
                    || child.tag_name().name() == name
            });
            child.and_then(|child| child.text()).unwrap_or_default().to_owned()
        };
        assert_eq!(text_of(xml.root_element(), "IsTruncated"), "false", "the test's list is whole");
        let contents = xml.descendants().filter(|node| node.tag_name().name() == "Contents");
        contents
            .map(|node| {
                let key = text_of(node, "Key");
                let key = key.strip_prefix(&format!("{prefix}/")).unwrap_or(&key).to_owned();
                (key, text_of(node, "ETag"))
            })
            .collect()
    }

    /// An object.
    pub fn get(&self, prefix: &str, key: &str) -> Object {
        let path = percent_encoding::utf8_percent_encode(key, percent_encoding::NON_ALPHANUMERIC);
        let path = format!("/outlet/{prefix}/{}", path.to_string().replace("%2F", "/"));
        let (status, mut headers, body) = self.ask("GET", &path, &[], b"");
        assert_eq!(status, 200, "{path}");
        headers.retain(|name, _| !TRANSPORT.contains(&name.as_str()));
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

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
