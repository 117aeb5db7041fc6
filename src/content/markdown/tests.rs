//! Markdown in, HTML out; and both readers of a body agree.

use super::raw_html::{Kind, Reader};
use super::*;
use std::collections::BTreeSet;

const WORDS: Words = Words {
    footnotes: "Notes",
    back_to_text: "Back",
    table: "Table",
    digits: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
};

/// Finds everything but what is called `gone`, and writes down what it is asked for.
#[derive(Default)]
struct Desk {
    links: Vec<String>,
    pictures: Vec<String>,
}

impl Resolve for Desk {
    fn link(&mut self, target: &str) -> Href {
        self.links.push(target.to_owned());
        match target {
            "gone" => Href::Broken,
            "moved" => Href::To("/here/".to_owned()),
            _ if target.starts_with("http") => Href::External(target.to_owned()),
            _ => Href::To(target.to_owned()),
        }
    }

    fn picture(&mut self, target: &str) -> Option<Picture> {
        self.pictures.push(target.to_owned());
        let (width, height) = (Some(4), Some(3));
        match target {
            "gone.jpg" => None,
            "p.jpg" => Some(Picture { url: "/p.jpg".to_owned(), width, height }),
            _ => Some(Picture { url: target.to_owned(), width: None, height: None }),
        }
    }

    fn hides(&mut self, target: &str) -> bool {
        let hidden = target == "hidden.jpg";
        self.pictures.extend(hidden.then(|| target.to_owned()));
        hidden
    }
}

fn render(body: &str) -> (String, Desk) {
    let (mut out, mut desk) = (String::new(), Desk::default());
    html(body, &mut desk, &WORDS, &mut out);
    (out, desk)
}

/// Each body renders as its HTML, and scanning it agrees with that.
fn check(cases: &[(&str, &str)]) {
    for (body, expected) in cases {
        assert_eq!(render(body).0.trim_end(), *expected, "of {body:?}");
        agrees(body);
        ids_agree(body);
    }
}

fn targets<'a>(links: &'a [crate::content::Link]) -> Vec<&'a str> {
    links.iter().map(|link| &*link.target).collect()
}

/// What `scan` lists is what `html` asks for, and every place is one.
fn agrees(body: &str) -> Scan {
    let (_, desk) = render(body);
    let scan = scan(body, 0, true);
    assert_eq!(targets(&scan.inside.links), desk.links, "links of {body:?}");
    assert_eq!(targets(&scan.inside.pictures), desk.pictures, "pictures of {body:?}");
    for link in scan.inside.links.iter().chain(&scan.inside.pictures) {
        let place = body.get(link.at.0 as usize..link.at.1 as usize);
        assert!(place.is_some_and(|place| !place.is_empty()), "{:?} in {body:?}", link.at);
    }
    scan
}

/// The ids of the HTML are those of the outline and the anchors, each once.
fn ids_agree(body: &str) {
    let scan = scan(body, 0, false);
    let found = Reader::default().find(&render(body).0);
    let ids: Vec<&str> = found.iter().filter(|f| f.kind == Kind::Id).map(|f| &*f.text).collect();
    let headings = scan.inside.outline.iter().map(|heading| &*heading.id);
    let listed: Vec<&str> = headings.chain(scan.inside.anchors.iter().map(|id| &**id)).collect();
    let set: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(set.len(), listed.len(), "an id is listed twice: {listed:?} of {body:?}");
    assert_eq!(set, ids.iter().copied().collect(), "ids of {body:?}");
}

#[test]
fn text() {
    check(&[
        ("", ""),
        ("Hello.", "<p>Hello.</p>"),
        (
            "a *b* **c** ~~d~~ `e < f`",
            "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e &lt; f</code></p>",
        ),
        ("a\nb  \nc", "<p>a\nb<br>\nc</p>"),
        ("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
        ("\"a\" -- 'b'...", "<p>\"a\" -- 'b'...</p>"),
        ("a\n\n***\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        (
            "It is *so* cold here, he said.\n\n> “It is so cold here”\n>\n> — He",
            "<p>It is <em>so</em> cold here, he said.</p>\n<blockquote class=\"pull\" aria-hidden=\"true\">\n<p>“It is so cold here”</p>\n<p>— He</p>\n</blockquote>",
        ),
        (
            "It is\u{a0}so  cold\nhere, *they* said.\n\n> It is so cold here,\n> they  said",
            "<p>It is\u{a0}so  cold\nhere, <em>they</em> said.</p>\n<blockquote class=\"pull\" aria-hidden=\"true\">\n<p>It is so cold here,\nthey  said</p>\n</blockquote>",
        ),
        (
            "> It is so cold here\n\n> It is so cold here",
            "<blockquote>\n<p>It is so cold here</p>\n</blockquote>\n<blockquote>\n<p>It is so cold here</p>\n</blockquote>",
        ),
        (
            "It is so cold here.\n\n> It is so [cold](/a/) here",
            "<p>It is so cold here.</p>\n<blockquote>\n<p>It is so <a href=\"/a/\">cold</a> here</p>\n</blockquote>",
        ),
        ("> a\n> b", "<blockquote>\n<p>a\nb</p>\n</blockquote>"),
        (
            "> [!WARNING]\n> a",
            "<div class=\"alert alert-warning\" role=\"note\">\n<p>a</p>\n</div>",
        ),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("- a\n\n- b", "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>"),
        ("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("- a\n  - b", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>"),
    ]);
}

#[test]
fn template_syntax_is_text() {
    check(&[
        ("{{ site.title }}", "<p>{{ site.title }}</p>"),
        ("a {% raw %} b {% endraw %}", "<p>a {% raw %} b {% endraw %}</p>"),
        ("## A {% raw %}", "<h2 id=\"a-raw\">A {% raw %}</h2>"),
        ("## {% raw %}", "<h2 id=\"raw\">{% raw %}</h2>"),
        ("## A {{ b }}", "<h2 id=\"a-b\">A {{ b }}</h2>"),
        ("A {% b %}\n===", "<h2 id=\"a-b\">A {% b %}</h2>"),
        ("> ## A {% #b %} ##", "<blockquote>\n<h2 id=\"a-b\">A {% #b %}</h2>\n</blockquote>"),
        ("## A {}", "<h2 id=\"a\">A {}</h2>"),
        ("## A { }", "<h2 id=\"a\">A { }</h2>"),
        ("## Don’t {#}", "<h2 id=\"dont\">Don’t {#}</h2>"),
        ("## A {#}", "<h2 id=\"a\">A {#}</h2>"),
        ("## A {our #1 wish}", "<h2 id=\"a-our-1-wish\">A {our #1 wish}</h2>"),
        ("## *A* {<b>}", "<h2 id=\"a\"><em>A</em> {<b>}</h2>"),
    ]);
}

#[test]
fn headings() {
    check(&[
        ("## A b", "<h2 id=\"a-b\">A b</h2>"),
        ("# A\n\n## B", "<h2 id=\"a\">A</h2>\n<h3 id=\"b\">B</h3>"),
        ("### A\n\n##### B", "<h2 id=\"a\">A</h2>\n<h4 id=\"b\">B</h4>"),
        ("# A\n\n###### B", "<h2 id=\"a\">A</h2>\n<h6 id=\"b\">B</h6>"),
        ("### A\n\n## B", "<h3 id=\"a\">A</h3>\n<h2 id=\"b\">B</h2>"),
        ("## A {#b .c .d}", "<h2 id=\"b\" class=\"c d\">A</h2>"),
        ("## A {#\"b&c}", "<h2 id=\"&quot;b&amp;c\">A</h2>"),
        (
            "## A\n\n## A\n\n## A",
            "<h2 id=\"a\">A</h2>\n<h2 id=\"a-2\">A</h2>\n<h2 id=\"a-3\">A</h2>",
        ),
        ("## A\n\n## B {#a}", "<h2 id=\"a-2\">A</h2>\n<h2 id=\"a\">B</h2>"),
        ("## A {#x}\n\n## B {#x}", "<h2 id=\"x\">A</h2>\n<h2 id=\"x-2\">B</h2>"),
        (
            "## A 2\n\n## A\n\n## A",
            "<h2 id=\"a-2\">A 2</h2>\n<h2 id=\"a\">A</h2>\n<h2 id=\"a-3\">A</h2>",
        ),
        ("## A\n\n<i id=a>b</i>", "<h2 id=\"a-2\">A</h2>\n<p><i id=a>b</i></p>"),
        ("## !?", "<h2 id=\"section\">!?</h2>"),
        ("##", "<h2 id=\"section\"></h2>"),
        (
            "## `A` *b* ![c](p.jpg)",
            "<h2 id=\"a-b-c\"><code>A</code> <em>b</em> <img src=\"/p.jpg\" alt=\"c\" width=\"4\" height=\"3\" loading=\"lazy\" decoding=\"async\"></h2>",
        ),
        ("## هەواڵی ڕۆژ", "<h2 id=\"هەواڵی-ڕۆژ\">هەواڵی ڕۆژ</h2>"),
        ("## Ein Gruß: Ü", "<h2 id=\"ein-gruß-ü\">Ein Gruß: Ü</h2>"),
        ("## हिन्दी", "<h2 id=\"हिन्दी\">हिन्दी</h2>"),
        ("## U\u{308}", "<h2 id=\"ü\">U\u{308}</h2>"),
    ]);
}

#[test]
fn links() {
    check(&[
        ("[a](b)", "<p><a href=\"b\">a</a></p>"),
        ("[a](b 'c \"d\"')", "<p><a href=\"b\" title=\"c &quot;d&quot;\">a</a></p>"),
        ("[*a*](gone)", "<p><em>a</em></p>"),
        ("[a](moved)", "<p><a href=\"/here/\">a</a></p>"),
        (
            "[a](https://x.org/?b=1&c=2)",
            "<p><a href=\"https://x.org/?b=1&amp;c=2\" rel=\"noopener\">a</a></p>",
        ),
        (
            "<https://x.org/>",
            "<p><a href=\"https://x.org/\" rel=\"noopener\">https://x.org/</a></p>",
        ),
        ("<a@x.org>", "<p><a href=\"mailto:a@x.org\">a@x.org</a></p>"),
        ("[a](#b)", "<p><a href=\"#b\">a</a></p>"),
        ("[a](</b c \"d\">)", "<p><a href=\"/b%20c%20%22d%22\">a</a></p>"),
        ("[a](/هەواڵ/)", "<p><a href=\"/%D9%87%DB%95%D9%88%D8%A7%DA%B5/\">a</a></p>"),
        ("[a]\n\n[a]: b", "<p><a href=\"b\">a</a></p>"),
        ("[a] https://x.org", "<p>[a] https://x.org</p>"),
        ("[a]({{ site.url }}/b)", "<p>[a]({{ site.url }}/b)</p>"),
        ("[a]({{site.url}}/b)", "<p><a href=\"%7B%7Bsite.url%7D%7D/b\">a</a></p>"),
    ]);
}

#[test]
fn pictures() {
    let img = "<img src=\"/p.jpg\" alt=\"a\" width=\"4\" height=\"3\" loading=\"lazy\" decoding=\"async\">";
    let titled = "<img src=\"/p.jpg\" alt=\"a\" width=\"4\" height=\"3\" title=\"b\" loading=\"lazy\" decoding=\"async\">";
    for (body, expected) in [
        ("![a](p.jpg)", format!("<figure class=\"picture\">{img}</figure>")),
        (
            "![a](p.jpg 'b & c')",
            format!("<figure class=\"picture\">{img}<figcaption>b &amp; c</figcaption></figure>"),
        ),
        ("[![a](p.jpg)](b)", format!("<figure class=\"picture\"><a href=\"b\">{img}</a></figure>")),
        ("[![a](p.jpg)](gone)", format!("<figure class=\"picture\">{img}</figure>")),
        ("c ![a](p.jpg 'b')", format!("<p>c {titled}</p>")),
        ("![a](p.jpg) c", format!("<p>{img} c</p>")),
        ("[![a](p.jpg) c](d)", format!("<p><a href=\"d\">{img} c</a></p>")),
        ("![a](p.jpg)\n![a](p.jpg)", format!("<p>{img}\n{img}</p>")),
        ("- ![a](p.jpg)", format!("<ul>\n<li>{img}</li>\n</ul>")),
        (
            "> ![a](p.jpg)",
            format!("<blockquote>\n<figure class=\"picture\">{img}</figure>\n</blockquote>"),
        ),
        ("![*a*](p.jpg)", format!("<figure class=\"picture\">{img}</figure>")),
    ] {
        check(&[(body, &expected)]);
    }
    let bare = |src: &str, alt: &str| {
        format!(
            "<figure class=\"picture\"><img src=\"{src}\" alt=\"{alt}\" loading=\"lazy\" decoding=\"async\"></figure>"
        )
    };
    check(&[
        ("![a](gone.jpg)", &bare("gone.jpg", "a")),
        ("![](x.jpg)", &bare("x.jpg", "")),
        ("![a \"b\" <c>](x y.jpg)", "<p>![a \"b\" <c>](x y.jpg)</p>"),
        ("![a \"b\" &lt;](<x y.jpg>)", &bare("x%20y.jpg", "a &quot;b&quot; &lt;")),
        ("![a ![b](c) [d](e) `f`](x.jpg)", &bare("x.jpg", "a b d f")),
    ]);
}

#[test]
fn tables() {
    let open = "<div class=\"table-scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Table\">\n<table>\n";
    let close = "</tbody>\n</table>\n</div>";
    for (body, rows) in [
        (
            "|a|b|\n|-|-:|\n|c|*d*|",
            "<thead>\n<tr><th scope=\"col\">a</th><th scope=\"col\" class=\"align-right\">b</th></tr>\n</thead>\n<tbody>\n<tr><td>c</td><td class=\"align-right\"><em>d</em></td></tr>\n",
        ),
        (
            "|a|b|\n|:-|:-:|\n|c|",
            "<thead>\n<tr><th scope=\"col\" class=\"align-left\">a</th><th scope=\"col\" class=\"align-center\">b</th></tr>\n</thead>\n<tbody>\n<tr><td class=\"align-left\">c</td><td class=\"align-center\"></td></tr>\n",
        ),
        ("|a|\n|-|", "<thead>\n<tr><th scope=\"col\">a</th></tr>\n</thead>\n<tbody>\n"),
    ] {
        check(&[(body, &format!("{open}{rows}{close}"))]);
    }
}

#[test]
fn code() {
    check(&[
        ("```\na < b\n```", "<pre dir=\"ltr\"><code>a &lt; b\n</code></pre>"),
        (
            "```rust,ignore\na\n```",
            "<pre dir=\"ltr\"><code class=\"language-rust\">a\n</code></pre>",
        ),
        ("~~~ a\"b c\n~~~", "<pre dir=\"ltr\"><code class=\"language-a&quot;b\"></code></pre>"),
        (
            "    [a](b)\n    <a href=c>",
            "<pre dir=\"ltr\"><code>[a](b)\n&lt;a href=c&gt;</code></pre>",
        ),
    ]);
}

#[test]
fn footnotes() {
    let mark = |name: &str, number: u32| {
        format!(
            "<sup class=\"footnote-ref\"><a id=\"fnref-{name}\" href=\"#fn-{name}\" role=\"doc-noteref\">{number}</a></sup>"
        )
    };
    let back = |name: &str, more: &str| {
        let number = if more.is_empty() { "" } else { " 2" };
        format!(
            "<a href=\"#fnref-{name}\" role=\"doc-backlink\" aria-label=\"Back{number}\"><span aria-hidden=\"true\">↩\u{FE0E}</span>{more}</a>"
        )
    };
    let notes = |items: &str| {
        format!(
            "<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"Notes\">\n<ol>\n{items}</ol>\n</section>"
        )
    };
    let item = |name: &str, text: &str| {
        format!("<li id=\"fn-{name}\">\n<p>{text} {}</p>\n</li>\n", back(name, ""))
    };
    let again = mark("a", 1).replace("fnref-a", "fnref-a-2");
    let figure = "<figure class=\"picture\"><img src=\"c\" alt=\"b\" loading=\"lazy\" decoding=\"async\"></figure>";
    for (body, expected) in [
        ("A[^a].\n\n[^a]: B.", format!("<p>A{}.</p>\n{}", mark("a", 1), notes(&item("a", "B.")))),
        (
            "A[^b][^a]\n\n[^a]: A.\n[^b]: B.",
            format!(
                "<p>A{}{}</p>\n{}",
                mark("b", 1),
                mark("a", 2),
                notes(&(item("b", "B.") + &item("a", "A.")))
            ),
        ),
        (
            "A[^a] B[^a]\n\n[^a]: C",
            format!(
                "<p>A{} B{again}</p>\n{}",
                mark("a", 1),
                notes(&format!(
                    "<li id=\"fn-a\">\n<p>C {} {}</p>\n</li>\n",
                    back("a", ""),
                    back("a-2", "<sup>2</sup>")
                ))
            ),
        ),
        (
            "A[^a]\n\n[^a]: B[^c]\n\n[^c]: C",
            format!(
                "<p>A{}</p>\n{}",
                mark("a", 1),
                notes(&(item("a", &format!("B{}", mark("c", 2))) + &item("c", "C")))
            ),
        ),
        (
            "A[^a]\n\n[^a]: B\n\n[^a]: C",
            format!("<p>A{}</p>\n{}", mark("a", 1), notes(&item("a", "B"))),
        ),
        ("A[^X &]\n\n[^x &]: B", format!("<p>A{}</p>\n{}", mark("x", 1), notes(&item("x", "B")))),
        ("A[^!]\n\n[^!]: B", format!("<p>A{}</p>\n{}", mark("1", 1), notes(&item("1", "B")))),
        (
            "A[^a]\n\n[^a]:\n    - b",
            format!(
                "<p>A{}</p>\n{}",
                mark("a", 1),
                notes(&format!(
                    "<li id=\"fn-a\">\n<ul>\n<li>b</li>\n</ul>\n{}</li>\n",
                    back("a", "")
                ))
            ),
        ),
        (
            "A[^a]\n\n[^a]: ![b](c)",
            format!(
                "<p>A{}</p>\n{}",
                mark("a", 1),
                notes(&format!("<li id=\"fn-a\">\n{figure}\n{}</li>\n", back("a", "")))
            ),
        ),
        (
            "[A[^a]](b)\n\n[^a]: B",
            format!("<p>[A{}](b)</p>\n{}", mark("a", 1), notes(&item("a", "B"))),
        ),
        (
            "![A[^a]](b)\n\n[^a]: B",
            format!("<p>![A{}](b)</p>\n{}", mark("a", 1), notes(&item("a", "B"))),
        ),
        (
            "A[^a]\n\n# Fn a {#fn-a}\n\n[^a]: B",
            format!(
                "<p>A{}</p>\n<h2 id=\"fn-a\">Fn a</h2>\n{}",
                mark("a", 1).replace("#fn-a", "#fn-a-2"),
                notes(&item("a", "B").replace("id=\"fn-a\"", "id=\"fn-a-2\""))
            ),
        ),
        (
            "## A[^a]\n\n[^a]: B",
            format!("<h2 id=\"a\">A{}</h2>\n{}", mark("a", 1), notes(&item("a", "B"))),
        ),
    ] {
        check(&[(body, &expected)]);
    }
    check(&[("A[^a]", "<p>A[^a]</p>"), ("A\n\n[^a]: B [c](d) ![e](f)\n\n    ## G", "<p>A</p>")]);
}

#[test]
fn raw_html_is_left_alone() {
    for body in [
        "<div class='a'>\n*b* & {{ c }}\n</div>",
        "<!-- <a href=\"moved\"> -->",
        "<pre>\n<a href=\"moved\">b</a>\n</pre>",
        "<script>\n\"<a href='moved'>\"\n</script>",
        "<style>\n/* <a href=moved> */\n</style>",
        "<div><img src=gone.jpg></div>",
        "<div><a href=\"b?c&amp;d=1\">b</a><img src='x.jpg' srcset='y.jpg 2x'></div>",
        "<div\n  id=\"b\"\n  data-c='<a href=moved>'>\n</div>",
        "<div><a href=\"moved",
        "<div><code><a href=\"moved\">b</a></code></div>",
        "<div><custom-a href=moved>",
    ] {
        check(&[(body, body)]);
    }
}

#[test]
fn raw_html_leads_where_it_should() {
    check(&[
        (
            "<div><a href=\"moved\" class=b>c</a></div>",
            "<div><a href=\"/here/\" class=b>c</a></div>",
        ),
        ("<div><a\nHREF = 'moved'>c</a></div>", "<div><a\nHREF = '/here/'>c</a></div>"),
        ("<div><A href=moved>c</A></div>", "<div><A href=\"/here/\">c</A></div>"),
        ("a <a href=\"moved\">b</a>", "<p>a <a href=\"/here/\">b</a></p>"),
        ("<img src=\"p.jpg\" width=8>", "<img src=\"/p.jpg\" height=\"6\" width=8>"),
        ("<img src=\"p.jpg\" height=\"30\">", "<img src=\"/p.jpg\" width=\"40\" height=\"30\">"),
        ("<img src=\"p.jpg\" width=\"50%\">", "<img src=\"/p.jpg\" width=\"50%\">"),
        ("<img src=\"p.jpg\" width=1 height=1>", "<img src=\"/p.jpg\" width=1 height=1>"),
        ("<video src=\"moved\"></video>", "<p><video src=\"/here/\"></video></p>"),
        (
            "<div><img src=\"hidden.jpg\" alt=\"a\"><video poster=hidden.jpg src='moved'></video></div>",
            "<div><img alt=\"a\"><video src='/here/'></video></div>",
        ),
        (
            "<picture>\n<source srcset=\"p.jpg, hidden.jpg 2x,p.jpg 3x, hidden.jpg 4x\">\n<source srcset='hidden.jpg 1x'>\n<source srcset=hidden.jpg>\n</picture>",
            "<picture>\n<source srcset=\"/p.jpg, /p.jpg 3x, \">\n<source srcset=''>\n<source>\n</picture>",
        ),
        (
            "<div><video poster=p.jpg src='moved'></video></div>",
            "<div><video poster=\"/p.jpg\" src='/here/'></video></div>",
        ),
        (
            "<picture>\n<source srcset=\"p.jpg, gone.jpg 2x,p.jpg 3x\">\n<img srcset=p.jpg src=p.jpg width=1 height=1>\n</picture>",
            "<picture>\n<source srcset=\"/p.jpg, gone.jpg 2x,/p.jpg 3x\">\n<img srcset=\"/p.jpg\" src=\"/p.jpg\" width=1 height=1>\n</picture>",
        ),
        (
            "> <div>\n> <a href=\"moved\">b</a>\n> </div>",
            "<blockquote>\n<div>\n<a href=\"/here/\">b</a>\n</div>\n</blockquote>",
        ),
        (
            "`<a href=moved>` <code><a href=moved></code> <a href=moved>",
            "<p><code>&lt;a href=moved&gt;</code> <code><a href=moved></code> <a href=\"/here/\"></p>",
        ),
        ("<div><a class=b\n HREF = 'gone' id=d>c</a></div>", "<div><a class=b id=d>c</a></div>"),
        ("<div><a href=gone>c</a></div>", "<div><a>c</a></div>"),
        ("<div><!--> <a href=moved></div>", "<div><!--> <a href=\"/here/\"></div>"),
    ]);
}

#[test]
fn places_are_those_in_the_file() {
    for (body, places) in [
        ("a [b](c) d", vec!["[b](c)"]),
        ("> a\n> [b][c] d\n\n[c]: e", vec!["[b][c]"]),
        ("[![a](b)](c)", vec!["[![a](b)](c)", "![a](b)"]),
        (
            "> <div>\n>   <a\n>   href='b'>c</a>\n> <img src=d>",
            vec!["<a\n>   href='b'>", "<img src=d>"],
        ),
        ("- <div>\n  <a href='b'>c</a>", vec!["<a href='b'>"]),
        ("a <a href='b'>c</a>", vec!["<a href='b'>"]),
        ("<div>\r\n<a href='b'>\r\n</div>", vec!["<a href='b'>"]),
        ("ه <https://x.org>", vec!["<https://x.org>"]),
    ] {
        agrees(body);
        let scan = scan(body, 7, false);
        let at = |(from, to): (u32, u32)| &body[from as usize - 7..to as usize - 7];
        let all = scan.inside.links.iter().chain(&scan.inside.pictures);
        assert_eq!(all.map(|link| at(link.at)).collect::<Vec<_>>(), places, "{body:?}");
    }
}

#[test]
fn alternative_texts_are_noticed() {
    for (body, alt) in [
        ("![a](b)", true),
        ("![](b)", false),
        ("![ ](b)", false),
        ("<img src=b alt=a>", true),
        // Whoever writes this in HTML says that the picture is decoration.
        ("<img src=b alt=\"\">", true),
        ("<img src=b>", false),
    ] {
        assert_eq!(scan(body, 0, false).inside.pictures[0].alt, alt, "{body}");
    }
}

#[test]
fn words_are_counted() {
    for (body, words) in [
        ("", 0),
        ("one two", 2),
        ("one -- two", 2),
        ("o*n*e [two](x)three", 2),
        ("one\ntwo  \nthree", 3),
        ("# one\n\ntwo\n\n- three\n- four", 4),
        ("one `two three`\n\n```\nfour\n```\n\n    five", 3),
        ("![one](x) two", 1),
        ("one[^a]\n\n[^a]: two\n\n[^b]: three", 2),
        ("|a|b|\n|-|-|\n|c|d|", 4),
        ("<div><p>one <b>two</b> <!-- three --></p>\n<script>four</script></div>", 2),
        ("one<br>two", 2),
        ("ڕۆژنامەی کوردی ، لە هەولێر", 4),
        ("one\u{a0}two", 2),
        ("3.14 1,000", 2),
    ] {
        assert_eq!(scan(body, 0, false).words, words, "{body:?}");
    }
}

#[test]
fn excerpts() {
    let long = format!("{}end", "word ".repeat(60));
    let cut = format!("{}word…", "word ".repeat(47));
    let unbroken = "字".repeat(500);
    for (body, excerpt) in [
        ("", ""),
        (
            "# A\n\n|b|\n|-|\n\n![c](d)\n\nOne *two*\n`three`[^a] [four](x).\n\nFive.\n\n[^a]: x",
            "One two three four.",
        ),
        ("<div>a</div>\n\nb <b>c</b><br>d", "b c d"),
        ("> a\n\nb", "a"),
        ("A & B &lt;", "A & B <"),
        (&long, &cut),
        (&"a, ".repeat(100), &format!("{}a…", "a, ".repeat(79))),
        (&unbroken, &format!("{}…", "字".repeat(239))),
        (&"x".repeat(240), &"x".repeat(240)),
        (&format!("{} y", "x".repeat(240)), &format!("{}…", "x".repeat(239))),
        (&format!("{} yy", "x".repeat(239)), &format!("{}…", "x".repeat(239))),
    ] {
        let found = scan(body, 0, true).excerpt;
        assert_eq!(&*found, excerpt, "{body:?}");
        assert!(found.chars().count() <= 240);
    }
    assert_eq!(&*scan("a", 0, false).excerpt, "");
}

#[test]
fn the_outline_has_plain_text() {
    let scan = scan("# A *b* [c](d)\n\n### `E` &amp; <b>f</b> ![g](h)", 0, false);
    let outline: Vec<_> = scan.inside.outline.iter().map(|h| (h.level, &*h.id, &*h.text)).collect();
    assert_eq!(outline, [(2, "a-b-c", "A b c"), (4, "e-f-g", "E & f g")]);
}

#[test]
fn html_is_written_behind_what_is_there() {
    let mut out = String::from("<main>");
    html("a", &mut Desk::default(), &WORDS, &mut out);
    assert_eq!(out, "<main><p>a</p>\n");
}

#[test]
fn deep_and_long_bodies_take_no_more_than_their_time() {
    for body in [
        "# A\n\n".repeat(5_000),
        "[^a]".repeat(5_000) + "\n\n[^a]: b",
        (0..2_000).map(|n| format!("[^{n}] ")).collect::<String>()
            + "\n\n"
            + &(0..2_000).map(|n| format!("[^{n}]: x\n")).collect::<String>(),
        "> ".repeat(300) + "a",
        "<div><a href=b>".repeat(5_000),
        "<a ".repeat(5_000),
        "<!--".repeat(5_000),
        "<div></script".repeat(5_000),
        "<div><script></".repeat(5_000),
        "![".repeat(5_000),
        "> <div>\n".to_owned() + &"> <a href=b>\n".repeat(5_000),
    ] {
        agrees(&body);
    }
}

/// The bodies of a real archive, where it is there.
#[test]
fn a_real_archive() {
    let folder =
        std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/real-outlet/content"));
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    for file in files.filter(|file| file.path().extension().is_some_and(|end| end == "md")) {
        let text = std::fs::read_to_string(file.path()).expect("a story");
        let body = text.splitn(3, "---\n").nth(2).expect("front matter");
        agrees(body);
        ids_agree(body);
    }
}
