//! The words of a source text, and the brackets that they stand in: as much of it as tells what stands around a
//! function.

use std::ops::Range;

/// A text, taken apart.
pub(crate) struct Source {
    text: String,
    /// All brackets, in the order in which they open; the first is the text as a whole.
    brackets: Vec<Bracket>,
    /// All words, in their order.
    words: Vec<Word>,
    /// Where lines begin.
    lines: Vec<usize>,
}

/// A pair of brackets.
struct Bracket {
    /// The brackets around it.
    around: usize,
    /// Where what is said before it begins: behind the last `;` or braces.
    header: usize,
    /// From behind the opening to before the closing one.
    inside: Range<usize>,
    /// The mark before the opening one.
    before: char,
}

/// A name or a keyword, without `r#`.
pub(crate) struct Word {
    pub(crate) place: Range<usize>,
    /// The brackets that it stands in.
    pub(crate) bracket: usize,
    /// Where the part of a list or the statement that it belongs to begins.
    pub(crate) part: usize,
    /// The mark before it, with nothing but white space and comments between: `{` for any bracket that opens, a space
    /// for a word.
    pub(crate) before: char,
}

impl Source {
    pub(crate) fn new(text: String) -> Self {
        Reader::read(text)
    }

    /// The word that begins at this line and column, both counted from one, the column in characters.
    pub(crate) fn word_at(&self, line: usize, column: usize) -> Option<usize> {
        let start = *self.lines.get(line.checked_sub(1)?)?;
        let line = self.text[start..].lines().next()?;
        let (column, _) = line.char_indices().nth(column.checked_sub(1)?)?;
        let place = start + column;
        let found = self.words.partition_point(|word| word.place.end <= place);
        let word = self.words.get(found)?;
        // Of `r#name` the place is that of the `r`.
        (word.place.start == place || self.text.get(place..word.place.start) == Some("r#")).then_some(found)
    }

    pub(crate) fn word(&self, number: usize) -> &Word {
        &self.words[number]
    }

    pub(crate) fn text(&self, place: Range<usize>) -> &str {
        &self.text[place]
    }

    pub(crate) fn is(&self, number: usize, text: &str) -> bool {
        self.words.get(number).is_some_and(|word| self.text[word.place.clone()] == *text)
    }

    /// The words that read so.
    pub(crate) fn all(&self, text: &str) -> impl Iterator<Item = usize> {
        let places = self.text.match_indices(text).map(|(place, _)| place);
        let number = |place| self.words.binary_search_by_key(&place, |word| word.place.start).ok();
        places.filter_map(number).filter(move |&number| self.is(number, text))
    }

    /// The text behind a word, comments left out.
    pub(crate) fn behind(&self, number: usize) -> &str {
        let mut rest = self.text[self.words[number].place.end..].trim_start();
        loop {
            let comment = match rest {
                _ if rest.starts_with("//") => rest.find('\n'),
                _ if rest.starts_with("/*") => Some(length_of_comment(rest)),
                _ => return rest,
            };
            rest = rest[comment.unwrap_or(rest.len())..].trim_start();
        }
    }

    /// The text before a pair of brackets, from the end of the last statement or block.
    pub(crate) fn header(&self, bracket: usize) -> Range<usize> {
        let Bracket { header, inside, .. } = &self.brackets[bracket];
        *header..inside.start.saturating_sub(1).max(*header)
    }

    /// The words of a header, without those in its own brackets.
    pub(crate) fn header_words(&self, bracket: usize) -> Range<usize> {
        let header = self.header(bracket);
        let number = |place| self.words.partition_point(|word| word.place.start < place);
        number(header.start)..number(header.end)
    }

    pub(crate) fn around(&self, bracket: usize) -> usize {
        self.brackets[bracket].around
    }

    /// The text between two brackets.
    pub(crate) fn inside(&self, bracket: usize) -> &str {
        &self.text[self.brackets[bracket].inside.clone()]
    }

    /// The opening bracket; the text as a whole has none.
    pub(crate) fn opening(&self, bracket: usize) -> Option<char> {
        self.text[..self.brackets[bracket].inside.start].chars().next_back()
    }

    /// Do braces follow that have the same header, as those of a function's body follow on its parameters?
    pub(crate) fn has_body(&self, bracket: usize) -> bool {
        let Bracket { around, header, .. } = self.brackets[bracket];
        let is_next = |next: &usize| self.brackets[*next].around == around && self.brackets[*next].header == header;
        (bracket + 1..self.brackets.len()).filter(is_next).any(|next| self.opening(next) == Some('{'))
    }

    /// The mark before the opening bracket.
    pub(crate) fn before(&self, bracket: usize) -> char {
        self.brackets[bracket].before
    }

    /// These brackets and those around them, from the inside.
    pub(crate) fn outwards(&self, bracket: usize) -> impl Iterator<Item = usize> {
        // The text as a whole stands in itself.
        std::iter::successors(Some(bracket), |&inner| (inner != 0).then(|| self.brackets[inner].around))
    }
}

/// Comments stand in comments.
fn length_of_comment(text: &str) -> usize {
    let (mut place, mut depth) = (0, 0_usize);
    while let Some(found) = text[place..].find(['/', '*']) {
        let mark = &text[place + found..];
        let length = match mark {
            _ if mark.starts_with("/*") => {
                depth += 1;
                2
            }
            _ if mark.starts_with("*/") => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        place += found + length;
        if depth == 0 {
            return place;
        }
    }
    text.len()
}

struct Reader {
    source: Source,
    place: usize,
    open: Vec<Open>,
    before: char,
}

struct Open {
    bracket: usize,
    statement: usize,
    part: usize,
}

impl Reader {
    fn read(text: String) -> Source {
        let whole = Bracket { around: 0, header: 0, inside: 0..text.len(), before: ' ' };
        let open = vec![Open { bracket: 0, statement: 0, part: 0 }];
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(end, _)| end + 1)).collect();
        let source = Source { text, brackets: vec![whole], words: Vec::new(), lines };
        let mut reader = Self { source, place: 0, open, before: ' ' };
        while let Some(next) = reader.rest().chars().next() {
            reader.step(next);
        }
        reader.source
    }

    fn rest(&self) -> &str {
        &self.source.text[self.place..]
    }

    /// Goes behind the next of these, or to the end.
    fn go_behind(&mut self, end: &str) {
        self.place += self.rest().find(end).map_or(self.rest().len(), |found| found + end.len());
    }

    fn step(&mut self, next: char) {
        match next {
            '/' if self.rest().starts_with("//") => self.go_behind("\n"),
            '/' if self.rest().starts_with("/*") => self.place += length_of_comment(self.rest()),
            '"' => self.text(),
            '\'' => self.character_or_lifetime(),
            '(' | '[' | '{' => self.opens(),
            ')' | ']' | '}' => self.closes(next),
            _ if next.is_alphabetic() || next == '_' => self.word(),
            _ if next.is_ascii_digit() => {
                self.place += self.length_of_word();
                self.before = ' ';
            }
            _ => {
                self.place += next.len_utf8();
                let place = self.place;
                let Some(open) = self.open.last_mut() else { return };
                match next {
                    ';' => (open.statement, open.part) = (place, place),
                    ',' => open.part = place,
                    _ => {}
                }
                if !next.is_whitespace() {
                    self.before = next;
                }
            }
        }
    }

    fn text(&mut self) {
        self.place += 1;
        self.go_behind_quote('"');
    }

    /// Goes behind the next quotation mark that no backslash stands before.
    fn go_behind_quote(&mut self, quote: char) {
        let mut is_escaped = false;
        let end = self.rest().char_indices().find(|&(_, c)| {
            let is_end = c == quote && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            is_end
        });
        self.place += end.map_or(self.rest().len(), |(end, _)| end + 1);
        self.before = quote;
    }

    fn character_or_lifetime(&mut self) {
        self.place += 1;
        let mut next = self.rest().chars();
        let (first, second) = (next.next(), next.next());
        if first == Some('\\') || second == Some('\'') {
            self.go_behind_quote('\'');
        } else {
            self.place += self.length_of_word();
            self.before = '\'';
        }
    }

    fn opens(&mut self) {
        let Some(open) = self.open.last() else { return };
        let (around, header) = (open.bracket, open.statement);
        self.place += 1;
        let bracket = self.source.brackets.len();
        let inside = self.place..self.source.text.len();
        self.source.brackets.push(Bracket { around, header, inside, before: self.before });
        self.open.push(Open { bracket, statement: self.place, part: self.place });
        self.before = '{';
    }

    fn closes(&mut self, mark: char) {
        self.place += 1;
        self.before = mark;
        // Behind a bracket that closes nothing there is no reading on.
        if self.open.len() == 1 {
            self.place = self.source.text.len();
            return;
        }
        let place = self.place;
        let Some(closed) = self.open.pop() else { return };
        self.source.brackets[closed.bracket].inside.end = place - 1;
        let is_inner_attribute = mark == ']' && {
            let inside = self.source.brackets[closed.bracket].inside.start;
            self.source.text[..inside - 1].trim_end().ends_with("#!")
        };
        if let Some(open) = self.open.last_mut().filter(|_| mark == '}' || is_inner_attribute) {
            (open.statement, open.part) = (place, place);
        }
    }

    fn length_of_word(&self) -> usize {
        self.rest().find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest().len())
    }

    fn word(&mut self) {
        let length = self.length_of_word();
        let (word, behind) = self.rest().split_at(length);
        if matches!(word, "r" | "br" | "cr") {
            let hashes = behind.len() - behind.trim_start_matches('#').len();
            if behind[hashes..].starts_with('"') {
                let end = format!("\"{}", "#".repeat(hashes));
                self.place += length + hashes + 1;
                self.go_behind(&end);
                self.before = '"';
                return;
            }
            if word == "r" && hashes == 1 {
                self.place += 2;
                return;
            }
        }
        let place = self.place..self.place + length;
        self.place = place.end;
        if let Some(open) = self.open.last() {
            let word = Word { place, bracket: open.bracket, part: open.part, before: self.before };
            self.source.words.push(word);
        }
        self.before = ' ';
    }
}
