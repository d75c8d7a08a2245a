//! Text for Telegram's HTML mode. What is not markup of ours is escaped by the type, so neither a person's nor a model's
//! text can become markup (S14).
use std::fmt;

use serde::{Deserialize, Serialize};

/// Markup that is safe to send: literals of ours with escaped arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Html(String);

impl Html {
    /// Markup written by us. Only for literals: a person's text goes through [`Html::text`] or an argument of [`html!`](crate::html).
    #[must_use]
    pub fn literal(markup: &'static str) -> Self {
        Self(markup.to_owned())
    }

    /// Plain text, escaped; bidirectional controls are dropped.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self(Escaped(text).to_string())
    }

    /// What [`html!`](crate::html) makes. Not for direct use: `markup` must already be safe.
    #[doc(hidden)]
    #[must_use]
    pub fn from_escaped(markup: String) -> Self {
        Self(markup)
    }

    /// The markup.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing would be shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// With `other` right behind it.
    #[must_use]
    pub fn then(mut self, other: &Html) -> Self {
        self.0.push_str(&other.0);
        self
    }

    /// Appends `other` as a paragraph of its own.
    #[must_use]
    pub fn paragraph(mut self, other: &Html) -> Self {
        if !self.0.is_empty() {
            self.0.push_str("\n\n");
        }
        self.0.push_str(&other.0);
        self
    }

    /// Appends `other` on a line of its own.
    #[must_use]
    pub fn line(mut self, other: &Html) -> Self {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(&other.0);
        self
    }

    /// The text a person sees: without tags, entities resolved.
    #[must_use]
    pub fn visible(&self) -> String {
        let mut out = String::with_capacity(self.0.len());
        let mut in_tag = false;
        for c in self.0.chars() {
            match c {
                '<' => in_tag = true,
                '>' if in_tag => in_tag = false,
                _ if in_tag => {}
                _ => out.push(c),
            }
        }
        out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An argument of [`html!`](crate::html): text is escaped, [`Html`] is taken as it is.
pub trait HtmlArg {
    /// Writes the argument so that it is safe inside markup.
    fn push_into(&self, out: &mut String);
}

impl HtmlArg for Html {
    fn push_into(&self, out: &mut String) {
        out.push_str(&self.0);
    }
}

impl HtmlArg for str {
    fn push_into(&self, out: &mut String) {
        use fmt::Write;
        // Writing to a String cannot fail.
        let _ = write!(out, "{}", Escaped(self));
    }
}

impl HtmlArg for String {
    fn push_into(&self, out: &mut String) {
        self.as_str().push_into(out);
    }
}

impl<T: HtmlArg + ?Sized> HtmlArg for &T {
    fn push_into(&self, out: &mut String) {
        (**self).push_into(out);
    }
}

macro_rules! plain_arg {
    ($($t:ty),*) => {$(
        impl HtmlArg for $t {
            fn push_into(&self, out: &mut String) {
                self.to_string().push_into(out);
            }
        }
    )*};
}
plain_arg!(i32, i64, u8, u16, u32, u64, usize, char, domain::Stars);

/// Joins literal pieces and arguments. Not for direct use: see [`html!`](crate::html).
#[doc(hidden)]
#[must_use]
pub fn assemble(template: &'static str, args: &[&dyn HtmlArg]) -> Html {
    let mut out = String::with_capacity(template.len() + 64);
    let mut args = args.iter();
    let mut pieces = template.split("{}");
    if let Some(first) = pieces.next() {
        out.push_str(first);
    }
    for piece in pieces {
        if let Some(arg) = args.next() {
            arg.push_into(&mut out);
        }
        out.push_str(piece);
    }
    Html::from_escaped(out)
}

/// Markup from a literal with `{}` for each argument, in order; texts are escaped, [`Html`] is taken as it is.
/// Braces with a name inside are left as they are: there is no way to put an unescaped variable in.
///
/// ```
/// use psycheos_bot_kit::html;
/// assert_eq!(html!("<b>{}</b>, {} ★", "a<b", 5).as_str(), "<b>a&lt;b</b>, 5 ★");
/// ```
#[macro_export]
macro_rules! html {
    ($template:literal $(, $arg:expr)* $(,)?) => {
        $crate::assemble($template, &[$(&$arg as &dyn $crate::HtmlArg),*])
    };
}

struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\0' => {}
                _ => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_persons_text_never_becomes_markup() {
        let name = "<a href=\"x\">Анна & Ко</a>\u{202E}";
        assert_eq!(html!("<b>{}</b>", name).as_str(), "<b>&lt;a href=&quot;x&quot;&gt;Анна &amp; Ко&lt;/a&gt;</b>");
        assert_eq!(html!("<b>{}</b>", name).visible(), "<a href=\"x\">Анна & Ко</a>");
    }

    #[test]
    fn markup_of_ours_is_not_escaped_twice() {
        let inner = html!("<i>{}</i>", "a&b");
        assert_eq!(html!("{} и {}", inner, 3).as_str(), "<i>a&amp;b</i> и 3");
    }
}
