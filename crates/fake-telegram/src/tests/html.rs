//! The HTML parser, as a table.

use crate::html::{Entity, parse};

/// `kind offset+length`, with the link or language behind it.
fn shown(entities: &[Entity]) -> Vec<String> {
    let one = |e: &Entity| {
        let more = e.url.as_ref().or(e.language.as_ref());
        let more = more.map(|more| format!(" {more}")).unwrap_or_default();
        format!("{} {}+{}{more}", e.kind, e.offset, e.length)
    };
    entities.iter().map(one).collect()
}

#[test]
fn tags_become_entities_that_count_utf16_units() {
    let table: [(&str, &str, &[&str]); 20] = [
        ("plain", "plain", &[]),
        ("<b>a</b><strong>b</strong>", "ab", &["bold 0+1", "bold 1+1"]),
        ("<i>a</i> <em>b</em>", "a b", &["italic 0+1", "italic 2+1"]),
        ("<u>a</u><ins>b</ins>", "ab", &["underline 0+1", "underline 1+1"]),
        ("<s>a</s><del>b</del>", "ab", &["strikethrough 0+1", "strikethrough 1+1"]),
        ("<tg-spoiler>x</tg-spoiler>", "x", &["spoiler 0+1"]),
        ("<span class=\"tg-spoiler\">x</span>", "x", &["spoiler 0+1"]),
        ("🦊 <b>лиса</b>", "🦊 лиса", &["bold 3+4"]),
        ("<b>a <i>b</i></b>", "a b", &["bold 0+3", "italic 2+1"]),
        ("<B>x</b>", "x", &["bold 0+1"]),
        ("<code>x &lt; y</code>", "x < y", &["code 0+5"]),
        ("<pre>x</pre>", "x", &["pre 0+1"]),
        ("<pre><code class=\"language-rust\">x</code></pre>", "x", &["pre 0+1 rust"]),
        ("<a href=\"https://e.org/?a=1&amp;b=2\">x</a>", "x", &["text_link 0+1 https://e.org/?a=1&b=2"]),
        ("<a href='e.org'>x</a>", "x", &["text_link 0+1 http://e.org/"]),
        ("<a href=\"nonsense\">x</a>", "x", &[]),
        ("<blockquote>q</blockquote>", "q", &["blockquote 0+1"]),
        ("<blockquote expandable>q</blockquote>", "q", &["expandable_blockquote 0+1"]),
        ("&amp;&lt;&gt;&quot;&#65;&#x42; &nbsp; &", "&<>\"AB &nbsp; &", &[]),
        ("  <b></b>a<b> </b>\n", "a", &[]),
    ];
    for (source, text, entities) in table {
        let (plain, found) = parse(source).unwrap();
        assert_eq!((plain.as_str(), shown(&found)), (text, entities.iter().map(|e| (*e).to_owned()).collect()), "{source}");
    }
}

#[test]
fn broken_html_is_refused_with_telegrams_words() {
    let table = [
        ("a < b", "Unsupported start tag \"\" at byte offset 2"),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("é<p>x</p>", "Unsupported start tag \"p\" at byte offset 2"),
        ("<br>", "Unsupported start tag \"br\" at byte offset 0"),
        ("<b>x", "Can't find end tag corresponding to start tag \"b\""),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href=\"x>y</a>", "Unclosed start tag at byte offset 0"),
        ("<a href>y", "Can't find end tag corresponding to start tag \"a\""),
        ("<a =x>y</a>", "Empty attribute name in the tag \"a\" at byte offset 0"),
        ("<span class=\"big\">y</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
    ];
    for (source, why) in table {
        assert_eq!(parse(source).unwrap_err(), why, "{source}");
    }
}
