//! Telegram's HTML: text with tags in, plain text with entities out.
//!
//! The grammar and the error texts follow `parse_html` of tdlib/td
//! (td/telegram/MessageEntity.cpp): offsets of entities count UTF-16 units, offsets in error
//! texts count bytes of the text as it was sent.

use serde::Serialize;

/// One formatted span of a text; `offset` and `length` count UTF-16 units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entity {
    /// Bot API name of the kind: `bold`, `text_link`, `bot_command`.
    #[serde(rename = "type")]
    pub kind: String,
    /// First unit of the span.
    pub offset: usize,
    /// Units in the span, never 0.
    pub length: usize,
    /// Target of a `text_link`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Programming language of a `pre`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl Entity {
    /// A span without a link or a language.
    pub fn plain(kind: &str, offset: usize, length: usize) -> Self {
        Self { kind: kind.to_owned(), offset, length, url: None, language: None }
    }
}

/// Length of a text in UTF-16 units, the unit of all of Telegram's text limits.
pub fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Parses Telegram's HTML.
///
/// # Errors
/// The part of the description that follows `Bad Request: can't parse entities: `.
pub fn parse(source: &str) -> Result<(String, Vec<Entity>), String> {
    let mut parser =
        Parser { source, bytes: source.as_bytes(), at: 0, text: String::new(), units: 0, open: Vec::new(), entities: Vec::new() };
    parser.run()?;
    let Parser { text, mut entities, .. } = parser;
    for entity in &mut entities {
        if entity.kind == "code" {
            entity.language = None;
        }
    }
    entities.sort_by(|a, b| a.offset.cmp(&b.offset).then(b.length.cmp(&a.length)));
    Ok(trim(text, entities))
}

/// Cuts white space at both ends, as the server does before it stores a message; leading
/// white space inside an entity stays.
pub fn trim(mut text: String, mut entities: Vec<Entity>) -> (String, Vec<Entity>) {
    let blank = |c: char| c == ' ' || c == '\n';
    let kept = text.trim_end_matches(blank).len();
    text.truncate(kept);
    let end = utf16_len(&text);
    entities.retain_mut(|entity| {
        entity.length = entity.length.min(end.saturating_sub(entity.offset));
        entity.length > 0
    });
    let limit = entities.first().map_or(usize::MAX, |first| first.offset);
    let lead = text.chars().take_while(|c| blank(*c)).count().min(limit);
    text.drain(..lead);
    for entity in &mut entities {
        entity.offset -= lead;
    }
    (text, entities)
}

/// Tags the server knows, with the entity each one makes.
const TAGS: [(&str, &str); 16] = [
    ("a", "text_link"),
    ("b", "bold"),
    ("strong", "bold"),
    ("i", "italic"),
    ("em", "italic"),
    ("s", "strikethrough"),
    ("strike", "strikethrough"),
    ("del", "strikethrough"),
    ("u", "underline"),
    ("ins", "underline"),
    ("tg-spoiler", "spoiler"),
    ("span", "spoiler"),
    ("tg-emoji", "custom_emoji"),
    ("pre", "pre"),
    ("code", "code"),
    ("blockquote", "blockquote"),
];

struct Open {
    tag: String,
    argument: String,
    units: usize,
    text_at: usize,
}

struct Parser<'a> {
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    text: String,
    units: usize,
    open: Vec<Open>,
    entities: Vec<Entity>,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(c) = self.source.get(self.at..).and_then(|s| s.chars().next()) {
            if c == '&'
                && let Some(decoded) = self.reference()
            {
                self.push(decoded);
                continue;
            }
            if c != '<' {
                self.push(c);
                self.at += c.len_utf8();
                continue;
            }
            let begin = self.at;
            self.at += 1;
            if self.peek() == b'/' {
                self.end_tag(begin)?;
            } else {
                self.start_tag(begin)?;
            }
        }
        match self.open.last() {
            Some(open) => Err(format!("Can't find end tag corresponding to start tag \"{}\"", open.tag)),
            None => Ok(()),
        }
    }

    fn push(&mut self, c: char) {
        self.text.push(c);
        self.units += c.len_utf16();
    }

    /// The byte under the cursor; 0 stands for the end of the text.
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek() != 0 && wanted(self.peek()) {
            self.at += 1;
        }
    }

    fn slice(&self, from: usize, to: usize) -> &str {
        self.source.get(from..to).unwrap_or_default()
    }

    /// Decodes the character reference under the cursor and moves behind it; leaves the
    /// cursor alone where there is none.
    fn reference(&mut self) -> Option<char> {
        let rest = self.slice(self.at, self.source.len());
        let body = rest.strip_prefix('&')?;
        let (decoded, used) = if let Some(number) = body.strip_prefix('#') {
            let (digits, radix, skipped) = match number.strip_prefix('x') {
                Some(hex) => (hex, 16, 2),
                None => (number, 10, 1),
            };
            let count = digits.bytes().take_while(|b| (*b as char).is_digit(radix));
            let count = count.count();
            if count + skipped + 1 >= 10 {
                return None;
            }
            let code = u32::from_str_radix(digits.get(..count)?, radix).ok()?;
            let decoded = char::from_u32(code).filter(|c| *c != '\0')?;
            (decoded, skipped + count)
        } else {
            let count = body.bytes().take_while(u8::is_ascii_alphabetic).count();
            let decoded = match body.get(..count)? {
                "lt" => '<',
                "gt" => '>',
                "amp" => '&',
                "quot" => '"',
                _ => return None,
            };
            (decoded, count)
        };
        let semicolon = usize::from(body.as_bytes().get(used) == Some(&b';'));
        self.at += 1 + used + semicolon;
        Some(decoded)
    }

    fn start_tag(&mut self, begin: usize) -> Result<(), String> {
        self.skip_while(|b| !is_space(b) && b != b'>');
        if self.peek() == 0 {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        let tag = self.slice(begin + 1, self.at).to_lowercase();
        if !TAGS.iter().any(|(name, _)| *name == tag) {
            return Err(format!("Unsupported start tag \"{tag}\" at byte offset {begin}"));
        }
        let mut argument = String::new();
        loop {
            self.skip_while(is_space);
            match self.peek() {
                0 => return Err(format!("Unclosed start tag at byte offset {begin}")),
                b'>' => break,
                _ => self.attribute(begin, &tag, &mut argument)?,
            }
        }
        self.at += 1;
        if tag == "span" && argument != "spoiler" {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"));
        }
        self.open.push(Open { tag, argument, units: self.units, text_at: self.text.len() });
        Ok(())
    }

    fn attribute(&mut self, begin: usize, tag: &str, argument: &mut String) -> Result<(), String> {
        let name_at = self.at;
        self.skip_while(|b| !is_space(b) && !matches!(b, b'=' | b'>' | b'/' | b'"' | b'\''));
        let name = self.slice(name_at, self.at).to_owned();
        if name.is_empty() {
            return Err(format!("Empty attribute name in the tag \"{tag}\" at byte offset {begin}"));
        }
        let unclosed = || format!("Unclosed start tag \"{tag}\" at byte offset {begin}");
        self.skip_while(is_space);
        if self.peek() != b'=' {
            if self.peek() == 0 {
                return Err(unclosed());
            }
            if tag == "blockquote" && name == "expandable" {
                "1".clone_into(argument);
            }
            return Ok(());
        }
        self.at += 1;
        self.skip_while(is_space);
        if self.peek() == 0 {
            return Err(unclosed());
        }
        let value = self.attribute_value()?;
        if self.peek() == 0 {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        match (tag, name.as_str()) {
            ("a", "href") | ("tg-emoji", "emoji-id") => *argument = value,
            ("code", "class") => {
                if let Some(language) = value.strip_prefix("language-") {
                    language.clone_into(argument);
                }
            }
            ("span", "class") => {
                if let Some(class) = value.strip_prefix("tg-") {
                    class.clone_into(argument);
                }
            }
            ("blockquote", "expandable") => "1".clone_into(argument),
            _ => {}
        }
        Ok(())
    }

    fn attribute_value(&mut self) -> Result<String, String> {
        let quote = self.peek();
        if quote != b'"' && quote != b'\'' {
            let begin = self.at;
            self.skip_while(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
            if !is_space(self.peek()) && self.peek() != b'>' {
                return Err(format!("Unexpected end of name token at byte offset {begin}"));
            }
            return Ok(self.slice(begin, self.at).to_lowercase());
        }
        self.at += 1;
        let mut value = String::new();
        while let Some(c) = self.source.get(self.at..).and_then(|s| s.chars().next()) {
            if c == char::from(quote) {
                self.at += 1;
                break;
            }
            match (c == '&').then(|| self.reference()).flatten() {
                Some(decoded) => value.push(decoded),
                None => {
                    value.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
        Ok(value)
    }

    fn end_tag(&mut self, begin: usize) -> Result<(), String> {
        let Some(open) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        self.skip_while(|b| !is_space(b) && b != b'>');
        let found = self.slice(begin + 2, self.at).to_owned();
        self.skip_while(is_space);
        if self.peek() != b'>' {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        if !found.is_empty() && found != open.tag {
            return Err(format!("Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{found}>\"", open.tag));
        }
        self.at += 1;
        if self.units > open.units {
            self.close(open);
        }
        Ok(())
    }

    fn close(&mut self, open: Open) {
        let kind = TAGS.iter().find(|(name, _)| *name == open.tag);
        let mut kind = kind.map_or("bold", |(_, kind)| *kind);
        let (offset, length) = (open.units, self.units - open.units);
        let mut entity = Entity::plain(kind, offset, length);
        let twin = self.entities.last_mut();
        let twin = twin.filter(|last| last.offset == offset && last.length == length);
        match kind {
            // `<pre><code class="language-x">` in either order is one entity.
            "pre" => {
                if let Some(code) = twin.filter(|t| t.kind == "code" && t.language.is_some()) {
                    "pre".clone_into(&mut code.kind);
                    return;
                }
            }
            "code" => {
                let language = (!open.argument.is_empty()).then_some(open.argument);
                if let (Some(pre), true) = (twin.filter(|t| t.kind == "pre"), language.is_some()) {
                    pre.language = language;
                    return;
                }
                entity.language = language;
            }
            "text_link" => {
                let shown = self.text.get(open.text_at..).unwrap_or_default();
                let target = if open.argument.is_empty() { shown } else { &open.argument };
                // A target that is no link leaves plain text behind.
                let Some(url) = checked_link(target) else {
                    return;
                };
                entity.url = Some(url);
            }
            "blockquote" if open.argument == "1" => {
                kind = "expandable_blockquote";
                kind.clone_into(&mut entity.kind);
            }
            "custom_emoji" => return,
            _ => {}
        }
        self.entities.push(entity);
    }
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x0b)
}

/// A link the server accepts, completed to `http://host/`; `None` for anything else.
pub fn checked_link(target: &str) -> Option<String> {
    let target = target.trim();
    let (scheme, rest) = target.split_once("://").unwrap_or(("http", target));
    let scheme = scheme.to_lowercase();
    if scheme == "tg" || scheme == "ton" {
        return Some(format!("{scheme}://{rest}"));
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let bare = host.split(':').next().unwrap_or_default();
    let known = matches!(scheme.as_str(), "http" | "https") && !bare.is_empty();
    let valid = bare.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    if !known || !valid || !(bare.contains('.') || bare == "localhost") {
        return None;
    }
    let path = if rest.len() == host.len() { "/" } else { "" };
    Some(format!("{scheme}://{rest}{path}"))
}
