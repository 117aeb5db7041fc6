//! CDNs, a hub and a search engine on this machine, as strict as their documentation: they refuse
//! what goes beyond their limits or is not signed, repeat the credentials they were given, and
//! answer in their own words. The tests of the drivers hear them, and those of whole runs.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Heard {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Heard {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    fn has(&self, name: &str, value: &str) -> bool {
        self.headers.get(name).is_some_and(|own| own == value)
    }
}

/// Status, further headers, body.
pub type Said = (u16, &'static str, String);

/// All the services under one address, and what they heard.
pub struct World {
    pub address: String,
    pub heard: Arc<Mutex<Vec<(Heard, u16)>>>,
}

impl World {
    /// Services for the outlet at an address. `first` hears each request before they do, by its
    /// number, and may answer in their place.
    pub fn new(
        home: &'static str,
        first: impl Fn(usize, &Heard) -> Option<Said> + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = heard.clone();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.expect("a connection");
                let request = read(&mut BufReader::new(stream.try_clone().expect("a stream")));
                let said = first(number, &request);
                let (status, headers, body) = said.unwrap_or_else(|| answer(home, &request));
                hears.lock().expect("nobody panics").push((request, status));
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        Self { address, heard }
    }

    /// What the environment says of them.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let own = [
            ("FASTLY_API_TOKEN", "canary-secret-fastly"),
            ("CLOUDFLARE_API_TOKEN", "canary-secret-cloudflare"),
            ("CLOUDFLARE_ZONE_ID", "zone1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "canary-secret-aws"),
            ("AWS_SESSION_TOKEN", "canary-secret-session"),
            ("MASTHEAD_PATIENCE_MS", "1"),
        ];
        let places =
            ["MASTHEAD_FASTLY_URL", "MASTHEAD_CLOUDFLARE_URL", "AWS_ENDPOINT_URL_CLOUDFRONT"];
        let places = places.map(|name| (name, self.address.clone()));
        own.map(|(name, value)| (name, value.to_owned())).into_iter().chain(places).collect()
    }

    /// The settings of the hub and the search engine.
    pub fn settings(&self) -> String {
        let at = &self.address;
        format!(
            "[feeds]\nhub = \"{at}/hub\"\n[indexnow]\nkey = \"12345678\"\nendpoint = \"{at}/indexnow\"\n"
        )
    }

    /// The paths that were asked for, each with the status that was answered.
    pub fn asked(&self) -> Vec<String> {
        let heard = self.heard.lock().expect("nobody panics");
        heard.iter().map(|(request, status)| format!("{} {status}", request.path)).collect()
    }
}

/// The CDNs' settings, for services that are called so.
pub const ALL: &str = "[purge]\nfastly = { service = \"abc\" }\ncloudflare = {}\ncloudfront = { distribution = \"E1\" }\n";

fn read(reader: &mut impl BufRead) -> Heard {
    let mut line = String::new();
    reader.read_line(&mut line).expect("a request");
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a header");
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(0, |n| n.parse().expect("a length"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    Heard { path, headers, body: String::from_utf8(body).expect("text") }
}

fn answer(home: &str, request: &Heard) -> Said {
    match request.path.split('/').nth(1) {
        Some("service") => fastly(request),
        Some("zones") => cloudflare(request),
        Some("2020-05-31") => cloudfront(request),
        Some("hub") => hub(request),
        _ => indexnow(home, request),
    }
}

/// `{"key": "id"}` for each key; 401 without a token, 400 beyond 256 keys.
fn fastly(request: &Heard) -> Said {
    let asked = request.json();
    let keys = asked["surrogate_keys"].as_array().cloned().unwrap_or_default();
    if !request.has("fastly-key", "canary-secret-fastly") {
        return (
            401,
            "",
            json!({ "msg": "Provided credentials are missing or invalid" }).to_string(),
        );
    }
    if request.path != "/service/abc/purge" || keys.is_empty() || keys.len() > 256 {
        return (400, "", json!({ "msg": "Too many surrogate keys" }).to_string());
    }
    let ids = keys.iter().filter_map(|key| Some((key.as_str()?.to_owned(), json!("108-1-2"))));
    (200, "", Value::Object(ids.collect()).to_string())
}

/// `success`, or errors with codes; at most 100 of one kind.
fn cloudflare(request: &Heard) -> Said {
    let fail = |status, code: u32, message: &str| -> Said {
        let errors = json!([{ "code": code, "message": message }]);
        (
            status,
            "",
            json!({ "success": false, "errors": errors, "messages": [], "result": null })
                .to_string(),
        )
    };
    if !request.has("authorization", "Bearer canary-secret-cloudflare") {
        return fail(403, 10000, "Authentication error");
    }
    let asked = request.json();
    let many = ["files", "tags"].iter().any(|kind| {
        asked[kind].as_array().is_some_and(|items| items.is_empty() || items.len() > 100)
    });
    if request.path != "/zones/zone1/purge_cache" || many {
        return fail(400, 1094, "Purge exceeded the limit of operations per request");
    }
    (
        200,
        "",
        json!({ "success": true, "errors": [], "messages": [], "result": { "id": "zone1" } })
            .to_string(),
    )
}

/// 201 for a signed batch whose quantity is right, of at most 3,000 paths.
fn cloudfront(request: &Heard) -> Said {
    let error = |status, code: &str| -> Said {
        (status, "", format!("<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>"))
    };
    let xml = roxmltree::Document::parse(&request.body).expect("XML");
    let paths = xml.descendants().filter(|node| node.has_tag_name((AWS, "Path"))).count();
    let text =
        |name| xml.descendants().find(|n| n.has_tag_name((AWS, name))).and_then(|n| n.text());
    if !is_signed(request) {
        return error(403, "SignatureDoesNotMatch");
    }
    if text("Quantity") != Some(&paths.to_string()) || text("CallerReference").is_none() {
        return error(400, "InconsistentQuantities");
    }
    if paths > 3000 {
        return error(413, "BatchTooLarge");
    }
    (201, "", "<Invalidation><Id>I1</Id><Status>InProgress</Status></Invalidation>".to_owned())
}

const AWS: &str = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

/// Reckons the signature as AWS does.
fn is_signed(request: &Heard) -> bool {
    let Some(header) = request.headers.get("authorization") else { return false };
    let field = |name: &str| {
        let rest = header.split(&format!("{name}=")).nth(1).unwrap_or_default();
        rest.split(',').next().unwrap_or_default().trim().to_owned()
    };
    let (scope, signed) = (field("Credential"), field("SignedHeaders"));
    let Some(scope) = scope.strip_prefix("AKIDEXAMPLE/") else { return false };
    let lines: String = signed
        .split(';')
        .map(|name| format!("{name}:{}\n", request.headers.get(name).map_or("", String::as_str)))
        .collect();
    let body = hex(&Sha256::digest(&request.body));
    let canonical = format!("POST\n{}\n\n{lines}\n{signed}\n{body}", request.path);
    let date = &request.headers["x-amz-date"];
    let words = hex(&Sha256::digest(canonical));
    let words = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{words}");
    let key =
        scope.split('/').fold(b"AWS4canary-secret-aws".to_vec(), |key, part| hmac(&key, part));
    let day =
        scope.starts_with(&date[..8]) && scope.ends_with("/us-east-1/cloudfront/aws4_request");
    day && request.has("x-amz-security-token", "canary-secret-session")
        && hex(&hmac(&key, &words)) == field("Signature")
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut block = key.to_vec();
    block.resize(64, 0);
    let pad = |with: u8| block.iter().map(|b| b ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([&pad(0x36)[..], text.as_bytes()].concat());
    Sha256::digest([&pad(0x5c)[..], &inner[..]].concat()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 204 for a form of one feed.
fn hub(request: &Heard) -> Said {
    let form: Vec<(String, String)> =
        url::form_urlencoded::parse(request.body.as_bytes()).into_owned().collect();
    match form.as_slice() {
        [(mode, publish), (url, _)]
            if mode == "hub.mode" && publish == "publish" && url == "hub.url" =>
        {
            (204, "", String::new())
        }
        _ => (400, "", "hub.mode and hub.url".to_owned()),
    }
}

/// 422 for what is of another host or no page, 403 for an unknown key.
fn indexnow(home: &str, request: &Heard) -> Said {
    let asked = request.json();
    let urls = asked["urlList"].as_array().cloned().unwrap_or_default();
    let of_host = |url: &Value| url.as_str().is_some_and(|u| u.starts_with(&format!("{home}/")));
    if asked["key"] != "12345678" || asked["keyLocation"] != format!("{home}/12345678.txt") {
        return (403, "", String::new());
    }
    let host = home.split('/').nth(2);
    if asked["host"].as_str() != host
        || urls.is_empty()
        || urls.len() > 10_000
        || !urls.iter().all(of_host)
    {
        return (422, "", String::new());
    }
    (202, "", String::new())
}
