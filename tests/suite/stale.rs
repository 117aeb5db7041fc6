//! One edit → the exact list of what is rendered again, and of what is written.
//!
//! Invariant: a row is an edit, what it makes stale, and which files came out with other bytes.
//! Each is tried on an outlet of its own, and must equal a clean build.

use crate::support::{TestSite, moment, site};

/// Seven stories, fragments fetched by script, lists of two.
const OUTLET: &str = r#"
-- site.toml --
title = "Proof Post"
base_url = "https://proof.example"
theme = "plain"
page_size = 2
fragments = "client"

-- content/authors/ann-ash.md --
+++
title = "Ann Ash"
summary = "Writes of water."
+++
Ann lives by the river.

-- content/pages/about.md --
+++
title = "About"
+++
Who we are.

-- content/politics/_index.md --
+++
title = "Politics"
summary = "Who decides."
+++

-- content/politics/a.md --
+++
title = "Alpha"
summary = "Of Alpha."
date = "2026-10-01"
authors = ["ann-ash"]
tags = ["water"]
series = "River Year"
+++
The first story.

-- content/politics/b.md --
+++
title = "Beta"
summary = "Of Beta."
date = "2026-10-02"
authors = ["ann-ash"]
tags = ["water"]
series = "River Year"
+++
It links to [what comes](@/sport/h.md).

-- content/politics/c.md --
+++
title = "Gamma"
summary = "Of Gamma."
date = "2026-10-03"
authors = ["Bo Birk"]
tags = ["budget"]
image = "c.png"
+++
It says [alpha](a.md).

-- content/politics/c.png --
not a picture that anybody could measure

-- content/politics/d.md --
+++
title = "Delta"
summary = "Of Delta."
date = "2026-11-04"
authors = ["Bo Birk"]
+++
Delta.

-- content/sport/f.md --
+++
title = "Zeta"
summary = "Of Zeta."
date = "2026-11-05"
aliases = ["/old/zeta/"]
+++
Zeta.

-- content/sport/g.md --
+++
title = "Eta"
summary = "Of Eta."
date = "2026-11-06"
+++
Eta.

-- content/sport/h.md --
+++
title = "Theta"
summary = "Of Theta."
date = "2026-11-07"
embargo = "2026-11-25T06:00:00Z"
+++
Theta.
"#;

struct Row {
    edit: fn(&mut TestSite),
    rendered: &'static [&'static str],
    written: &'static [&'static str],
    removed: &'static [&'static str],
}

fn outlet() -> TestSite {
    let mut outlet = site(OUTLET);
    outlet.build();
    outlet
}

fn check(row: Row) {
    let mut outlet = outlet();
    (row.edit)(&mut outlet);
    outlet.build().rendered(row.rendered).written(row.written).removed(row.removed);
    outlet.equals_clean();
}

/// A row: the edit; what it renders; and, where they are not all it renders, what it writes
/// and removes.
macro_rules! row {
    ($name:ident: $edit:expr => $rendered:expr) => {
        row!($name: $edit => $rendered, writes $rendered, removes []);
    };
    ($name:ident: $edit:expr => $rendered:expr, writes $written:expr) => {
        row!($name: $edit => $rendered, writes $written, removes []);
    };
    ($name:ident: $edit:expr => $rendered:expr, writes $written:expr, removes $removed:expr) => {
        #[test]
        fn $name() {
            check(Row { edit: $edit, rendered: &$rendered, written: &$written, removed: &$removed });
        }
    };
}

row!(nothing: |_| {} => []);

row!(a_body: |s| { s.edit("content/politics/b.md", "It links", "It always links"); }
    => ["/politics/b/"], writes ["/politics/b/"]);
