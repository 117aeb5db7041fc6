"""Reads feeds back as a reader's program would: feedparser for Atom and RSS, the rules of JSON Feed 1.1
for JSON. Takes {dir, base, files} as JSON, gives findings as JSON.

A feed must be well formed, of a version that feedparser knows, with everything a reader needs; the feeds
beside one another (feed.xml, rss.xml, feed.json) must tell of the same stories in the same order."""

import json
import re
import sys
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import feedparser

task = json.load(sys.stdin)
root = Path(task["dir"])
base = task["base"]
findings = []
stories = {}  # folder → {file: [(title, link)]}

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
MARKUP = re.compile(r"<(script|b|i|em)\b|&(amp|lt|quot);")


def say(file, rule, text):
    findings.append({"file": file, "rule": rule, "text": str(text)})


def own_address(file, url, what):
    if unquote(url or "") != f"{base}/{unquote(file)}":
        say(file, "self", f"{what} is {url!r}")


def same_host(file, url, what):
    if not url or urlsplit(url).scheme != "https" or not url.startswith(f"{base}/"):
        say(file, "address", f"{what} is {url!r}")


def read_xml(file):
    raw = (root / file).read_bytes()
    # What a reader's program cleans away for its user's safety is no matter here: markup in titles is.
    feed = feedparser.parse(raw, sanitize_html=False, resolve_relative_uris=False)
    if feed.bozo:
        say(file, "not-well-formed", feed.bozo_exception)
    if feed.version not in ("atom10", "rss20"):
        say(file, "version", f"feedparser takes it for {feed.version!r}")
    head = feed.feed
    for key in ("title", "link", "language", "updated"):
        # In RSS the dates of a feed are those of its stories.
        dateless = key == "updated" and feed.version == "rss20" and not feed.entries
        if not head.get(key) and not dateless:
            say(file, "feed", f"has no {key}")
    if head.get("updated") and not head.get("updated_parsed"):
        say(file, "date", head.updated)
    own = [link.href for link in head.get("links", []) if link.rel == "self"]
    if len(own) == 1:
        own_address(file, own[0], "its self link")
    else:
        say(file, "self", f"{len(own)} self links")
    same_host(file, head.get("link"), "the feed's link")
    seen = set()
    for entry in feed.entries:
        name = entry.get("title", "?")
        for key in ("id", "title", "link", "published"):
            if not entry.get(key):
                say(file, "entry", f"{name} has no {key}")
        for key in ("published", "updated"):
            if entry.get(key) and not entry.get(f"{key}_parsed"):
                say(file, "date", f"{name}: {entry[key]}")
        if entry.get("id") in seen:
            say(file, "entry", f"two entries with the id {entry.id}")
        seen.add(entry.get("id"))
        same_host(file, entry.get("link"), f"the link of {name}")
        if not (entry.get("summary") or entry.get("content") or bare(entry)):
            say(file, "entry", f"{name} has neither summary nor content")
        for picture in entry.get("media_content", []):
            # An editor may show a picture from elsewhere, so its host is free.
            if urlsplit(picture.get("url") or "").scheme != "https":
                say(file, "address", f"the picture of {name} is {picture.get('url')!r}")
            if not picture.get("type") and not picture.get("medium"):
                say(file, "picture", f"{picture.get('url')} has no type and no medium")
    return [(entry.get("title"), entry.get("link")) for entry in feed.entries]


def bare(entry):
    """A story that holds nothing but its headline has nothing to summarise."""
    page = root / PurePosixPath(unquote(entry.link[len(base) + 1 :])) / "index.html"
    return page.exists() and 'name="description"' not in page.read_text()


def read_json(file):
    try:
        feed = json.loads((root / file).read_text())
    except ValueError as error:
        say(file, "not-well-formed", error)
        return []
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        say(file, "version", feed.get("version"))
    for key in ("title", "home_page_url", "feed_url", "language"):
        if not isinstance(feed.get(key), str) or not feed[key]:
            say(file, "feed", f"has no {key}")
    own_address(file, feed.get("feed_url"), "feed_url")
    same_host(file, feed.get("home_page_url"), "home_page_url")
    allowed = {"version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon",
               "favicon", "authors", "language", "expired", "hubs", "items"}
    for key in feed:
        if key not in allowed and not key.startswith("_"):
            say(file, "feed", f"JSON Feed 1.1 knows no {key}")
    seen = set()
    items = feed.get("items")
    if not isinstance(items, list):
        say(file, "feed", "has no items")
        return []
    of_item = {"id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image",
               "date_published", "date_modified", "authors", "tags", "language", "attachments"}
    for item in items:
        name = item.get("title", "?")
        if not isinstance(item.get("id"), str) or not item["id"] or item["id"] in seen:
            say(file, "entry", f"{name}: id {item.get('id')!r}")
        seen.add(item.get("id"))
        if "content_html" not in item and "content_text" not in item:
            say(file, "entry", f"{name} has neither content_html nor content_text")
        same_host(file, item.get("url"), f"the link of {name}")
        for key in ("date_published", "date_modified"):
            if key in item and not RFC3339.fullmatch(item[key]):
                say(file, "date", f"{name}: {item[key]}")
        if "date_published" not in item:
            say(file, "entry", f"{name} has no date_published")
        for key in item:
            if key not in of_item and not key.startswith("_"):
                say(file, "entry", f"JSON Feed 1.1 knows no {key}")
        if "author" in item or "author" in feed:
            say(file, "entry", "`author` was replaced by `authors` in 1.1")
    return [(item.get("title"), item.get("url")) for item in items]


for file in task["files"]:
    found = read_json(file) if file.endswith(".json") else read_xml(file)
    stories.setdefault(str(PurePosixPath(file).parent), {})[file] = found

for folder, files in stories.items():
    (first, expected), *others = files.items()
    for file, found in others:
        if [link for _, link in found] != [link for _, link in expected]:
            say(file, "differs", f"does not tell of the same stories as {first}")
        for (title, _), (other, _) in zip(found, expected):
            if MARKUP.sub("", title or "") != MARKUP.sub("", other or "") or title != other:
                say(file, "title", f"{title!r} here, {other!r} in {first}")
    # A headline is text: what an editor wrote comes back as it is on the page.
    for file, found in files.items():
        for title, link in found:
            page = root / unquote(link[len(base) + 1 :]) / "index.html" if link else None
            if page and page.exists() and "<h1" not in page.read_text():
                say(file, "address", f"{link} is no story")

json.dump(findings, sys.stdout)
