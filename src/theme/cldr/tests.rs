//! What readers of each language see. The dates are those measured in NEWSROOM.md, section 3.

use super::*;

const BAGHDAD: Tz = chrono_tz::Asia::Baghdad;

fn cldr(tag: &str) -> Cldr {
    Cldr::new(&Lang::parse(tag).expect("a language"))
}

/// 20 November 2021, 18:05 in Baghdad.
fn date(tag: &str, style: &str) -> String {
    let moment = Moment::parse("2021-11-20T18:05", BAGHDAD).expect("a moment");
    cldr(tag).date(moment, BAGHDAD, DateStyle::parse(style).expect("a style"))
}

#[test]
fn dates_are_written_as_the_language_writes_them() {
    for (tag, style, text) in [
        ("en", "full", "Saturday, November 20, 2021"),
        ("en", "long", "November 20, 2021"),
        ("en", "medium", "Nov 20, 2021"),
        ("en", "short", "11/20/2021"),
        ("en", "month", "November 2021"),
        ("en", "time", "6:05\u{202f}PM"),
        ("en", "datetime", "November 20, 2021 at 6:05\u{202f}PM"),
        ("en-GB", "full", "Saturday, 20 November 2021"),
        ("en-GB", "datetime", "20 November 2021 at 18:05"),
        ("ckb", "full", "شەممە، ٢٠ی تشرینی دووەمی ٢٠٢١"),
        ("ckb", "long", "٢٠ی تشرینی دووەمی ٢٠٢١"),
        ("ckb", "month", "تشرینی دووەمی ٢٠٢١"),
        ("ckb", "short", "٢٠/١١/٢٠٢١"),
        ("ckb", "datetime", "٢٠ی تشرینی دووەمی ٢٠٢١ ٦:٠٥ د.ن"),
        ("ku", "full", "şemî, 20ê mijdara 2021an"),
        ("ku", "long", "20ê mijdara 2021an"),
        ("ku", "month", "mijdara 2021an"),
        ("ku", "datetime", "20ê mijdara 2021an 18:05"),
        ("kmr", "long", "20ê mijdara 2021an"),
        ("kmr-TR", "long", "20ê mijdara 2021an"),
        ("ar", "long", "20 نوفمبر 2021"),
        ("ar-IQ", "long", "٢٠ تشرين الثاني ٢٠٢١"),
        ("ar-EG", "long", "٢٠ نوفمبر ٢٠٢١"),
        ("fa", "long", "۲۹ آبان ۱۴۰۰"),
        ("fa", "month", "آبان ۱۴۰۰"),
        ("fa", "time", "۱۸:۰۵"),
        ("fa-u-ca-gregory", "long", "۲۰ نوامبر ۲۰۲۱"),
        ("fa-u-ca-gregory", "month", "نوامبر ۲۰۲۱"),
        ("th", "long", "20 พฤศจิกายน 2564"),
        ("ar-SA", "long", "٢٠ نوفمبر ٢٠٢١"),
        ("tr", "full", "20 Kasım 2021 Cumartesi"),
        ("tr", "long", "20 Kasım 2021"),
        ("he", "long", "20 בנובמבר 2021"),
        ("he", "month", "נובמבר 2021"),
        ("fr", "full", "samedi 20 novembre 2021"),
        ("de", "datetime", "20. November 2021 um 18:05"),
        ("es", "long", "20 de noviembre de 2021"),
        ("ur", "medium", "20 نومبر، 2021"),
    ] {
        assert_eq!(date(tag, style), text, "{tag} {style}");
    }
}

#[test]
fn a_day_is_that_of_the_zone() {
    let moment = Moment::parse("2021-11-20T22:30:00Z", Tz::UTC).expect("a moment");
    for (zone, text) in [(Tz::UTC, "November 20, 2021"), (BAGHDAD, "November 21, 2021")] {
        assert_eq!(cldr("en").date(moment, zone, DateStyle::Long), text);
    }
}

#[test]
fn no_moment_is_too_far_away() {
    for seconds in [i64::MIN, -1, 0, 253_402_300_800, i64::MAX] {
        for (_, style) in DateStyle::ALL {
            assert!(!cldr("ku").date(Moment(seconds), BAGHDAD, style).is_empty());
        }
    }
}

#[test]
fn numbers_have_the_digits_of_the_language() {
    for (tag, number, digits) in [
        ("en", "1,234,567", "2026"),
        ("ckb", "١٬٢٣٤٬٥٦٧", "٢٠٢٦"),
        ("ku", "1.234.567", "2026"),
        ("ar", "1,234,567", "2026"),
        ("ar-IQ", "١٬٢٣٤٬٥٦٧", "٢٠٢٦"),
        ("fa", "۱٬۲۳۴٬۵۶۷", "۲۰۲۶"),
        ("fa-u-nu-latn", "1,234,567", "2026"),
        ("he", "1,234,567", "2026"),
        ("de", "1.234.567", "2026"),
        // No digits of that name: the language's own, and no failure.
        ("en-u-nu-roman", "1,234,567", "2026"),
        ("xx", "1,234,567", "2026"),
    ] {
        assert_eq!(cldr(tag).number(1_234_567), number, "{tag}");
        assert_eq!(cldr(tag).digits("2026"), digits, "{tag}");
    }
    assert_eq!(cldr("ckb").digits("90% of 7,5"), "٩٠% of ٧,٥");
}

#[test]
fn each_language_has_its_plural_categories() {
    for (tag, categories) in [
        ("en", "one other"),
        ("ckb", "one other"),
        ("ku", "one other"),
        ("kmr", "one other"),
        ("ar", "zero one two few many other"),
        ("tr", "one other"),
        ("fa", "one other"),
        ("he", "one two other"),
        ("fr", "one many other"),
        ("de", "one other"),
        ("es", "one many other"),
    ] {
        assert_eq!(cldr(tag).plurals().join(" "), categories, "{tag}");
    }
}

#[test]
fn counts_fall_into_categories() {
    for (tag, n, category) in [
        ("en", 0, "other"),
        ("en", 1, "one"),
        ("en", -1, "one"),
        ("fr", 0, "one"),
        ("fr", 1_000_000, "many"),
        ("fa", 0, "one"),
        ("he", 2, "two"),
        ("he", 20, "other"),
        ("ckb", 1, "one"),
        ("ckb", 2, "other"),
        ("ar", 0, "zero"),
        ("ar", 1, "one"),
        ("ar", 2, "two"),
        ("ar", 3, "few"),
        ("ar", 11, "many"),
        ("ar", 100, "other"),
        ("ar", 103, "few"),
    ] {
        assert_eq!(cldr(tag).plural(n), category, "{tag} {n}");
    }
}

#[test]
fn names_are_joined() {
    for (tag, two, three) in [
        ("en", "A and B", "A, B, and C"),
        ("en-GB", "A and B", "A, B and C"),
        ("ckb", "A و B", "A، B و C"),
        ("ku", "A û B", "A, B û C"),
        ("ar", "A وB", "A وB وC"),
        ("tr", "A ve B", "A, B ve C"),
        ("fa", "A و B", "A،\u{200f} B، و C"),
        ("fr", "A et B", "A, B et C"),
        ("de", "A und B", "A, B und C"),
        ("es", "A y B", "A, B y C"),
    ] {
        assert_eq!(cldr(tag).list_and(&["A", "B"]), two, "{tag}");
        assert_eq!(cldr(tag).list_and(&["A", "B", "C"]), three, "{tag}");
        assert_eq!(cldr(tag).list_and(&["A"]), "A", "{tag}");
        assert_eq!(cldr(tag).list_and::<&str>(&[]), "", "{tag}");
    }
    assert_eq!(cldr("es").list_and(&["Juan", "Inés"]), "Juan e Inés");
}

#[test]
fn capitals_follow_the_language() {
    for (tag, small, capital) in [
        ("en", "istanbul", "ISTANBUL"),
        ("tr", "istanbul ılık", "İSTANBUL ILIK"),
        ("az", "istanbul", "İSTANBUL"),
        ("ku", "istanbul", "ISTANBUL"),
        ("kmr", "istanbul", "ISTANBUL"),
        ("ckb", "هەولێر", "هەولێر"),
    ] {
        assert_eq!(cldr(tag).upper(small), capital, "{tag}");
        assert_eq!(cldr(tag).lower(capital), small, "{tag}");
    }
}

#[test]
fn names_are_sorted_by_the_alphabet() {
    for (tag, sorted) in [
        ("en", ["Adam", "Çelik", "Dara", "Zana"]),
        ("tr", ["Cem", "Çelik", "Dara", "Şerif"]),
        ("de", ["Ärzte", "Bonn", "Österreich", "Zoo"]),
        ("fa", ["آبان", "بهار", "پارس", "تهران"]),
        ("ku", ["Cano", "Çiya", "Evîn", "Êvar"]),
    ] {
        let cldr = cldr(tag);
        let mut names = sorted;
        names.reverse();
        names.sort_by(|a, b| cldr.compare(a, b));
        assert_eq!(names, sorted, "{tag}");
    }
}

#[test]
fn texts_are_inherited_within_a_script() {
    for (tag, line) in [
        ("en", "en"),
        ("pt-BR", "pt-BR pt"),
        ("es-MX", "es-MX es-419 es"),
        ("kmr", "kmr ku"),
        ("ckb", "ckb"),
        ("ku-Arab", "ku-Arab"),
        ("sr-Latn", "sr-Latn"),
        ("fa-u-ca-persian", "fa-u-ca-persian fa"),
    ] {
        let found = lineage(&Lang::parse(tag).expect("a language"));
        let found: Vec<&str> = found.iter().map(Lang::as_str).collect();
        assert_eq!(found.join(" "), line, "{tag}");
    }
}

#[test]
fn threads_share_one() {
    fn shared<T: Send + Sync>() {}
    shared::<Cldr>();
}
