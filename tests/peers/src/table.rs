//! A table as aligned text and as Markdown.

use std::fmt;

pub(crate) struct Table {
    title: String,
    note: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(title: &str, note: &str, header: impl IntoIterator<Item = impl ToString>) -> Self {
        let header = header.into_iter().map(|name| name.to_string()).collect();
        Self { title: title.to_owned(), note: note.to_owned(), header, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    fn widths(&self) -> Vec<usize> {
        let lines = || self.rows.iter().chain([&self.header]);
        let width = |column: usize| lines().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max();
        (0..self.header.len()).map(|column| width(column).unwrap_or_default()).collect()
    }

    /// The cells of a line filled up to the columns' widths: what is named on the left, numbers on the right.
    fn filled<'a>(line: &'a [String], widths: &'a [usize]) -> impl Iterator<Item = String> + 'a {
        line.iter().zip(widths).enumerate().map(|(column, (cell, &width))| {
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        })
    }

    pub(crate) fn markdown(&self) -> String {
        let widths = self.widths();
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let rule = widths.iter().enumerate().map(|(column, &width)| {
            if column == 0 { "-".repeat(width) } else { format!("{}:", "-".repeat(width.saturating_sub(1))) }
        });
        let mut page = format!("## {}\n\n{}\n\n", self.title, self.note);
        page.push_str(&line(Self::filled(&self.header, &widths).collect()));
        page.push_str(&line(rule.collect()));
        for row in &self.rows {
            page.push_str(&line(Self::filled(row, &widths).collect()));
        }
        page
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        writeln!(f, "{}: {}", self.title, self.note)?;
        for line in [&self.header].into_iter().chain(&self.rows) {
            let cells: Vec<_> = Self::filled(line, &widths).collect();
            writeln!(f, "  {}", cells.join("  ").trim_end())?;
        }
        Ok(())
    }
}
