//! The page: cached functions that read inputs and show lines and tables.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use cache_runtime::{Input, Outcome, Session, cache_data, emit, observe, trace};

use crate::files::{File, files};

/// How much is shown.
pub(crate) static ZOOM: Input<u32> = Input::new(|| 1);
/// The extension of the files to show, all if empty.
pub(crate) static FILTER: Input<String> = Input::new(String::new);
/// The file to look into.
pub(crate) static FOCUS: Input<String> = Input::new(String::new);

struct Line(String);

struct Table {
    columns: [&'static str; 3],
    rows: Vec<[String; 3]>,
}

fn line(text: impl Into<String>) {
    emit(Line(text.into()));
}

#[cache_data(scope = "session")]
fn greeting(user: &str) {
    line(format!("Hello {user}. `help` tells what you can type."));
}

/// What kinds of files there are.
#[cache_data]
fn kinds(dir: &Path) {
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for file in shown(dir) {
        let (files, lines) = kinds.entry(file.extension).or_default();
        *files += 1;
        *lines += file.lines;
    }
    let rows = kinds.into_iter().map(|(kind, (files, lines))| [kind, files.to_string(), lines.to_string()]);
    emit(Table { columns: ["kind", "files", "lines"], rows: rows.collect() });
}

/// The largest files, five for each step of the zoom.
#[cache_data]
fn largest(dir: &Path) {
    let count = ZOOM.get() as usize * 5;
    let rows = shown(dir).into_iter().take(count).map(|file| {
        let folder = file.path.parent().and_then(|folder| folder.strip_prefix(dir).ok()).unwrap_or(dir);
        [file.name, file.lines.to_string(), folder.display().to_string()]
    });
    emit(Table { columns: ["largest", "lines", "folder"], rows: rows.collect() });
}

/// The first lines of the file in focus. Only when zoomed is there room for them, so only then does the focus count.
#[cache_data]
fn preview(dir: &Path) {
    let zoom = ZOOM.get();
    if zoom == 1 {
        line("zoom in to look into a file");
        return;
    }
    let focus = FOCUS.get();
    let Some(file) = files(dir).iter().find(|file| file.name == focus).cloned() else {
        line(format!("no file is called {focus:?}; choose one with `focus NAME`"));
        return;
    };
    line(file.path.display().to_string());
    let text = fs::read_to_string(&file.path).unwrap_or_default();
    text.lines().take(zoom as usize * 2).for_each(|text| line(format!("  {text}")));
}

/// The files that the filter lets through.
fn shown(dir: &Path) -> Vec<File> {
    let filter = FILTER.get();
    files(dir).iter().filter(|file| filter.is_empty() || file.extension == filter).cloned().collect()
}

/// Shows the page as it is for a user.
pub(crate) fn show(dir: &Path, user: &str, session: &Session, out: &mut impl Write) -> io::Result<()> {
    session.enter(|| {
        writeln!(out, "\n══ {user} · zoom {} · filter {:?} · focus {:?}", ZOOM.get(), FILTER.get(), FOCUS.get())?;
        part("greeting", out, || greeting(user))?;
        part("kinds", out, || kinds(dir))?;
        part("largest", out, || largest(dir))?;
        part("preview", out, || preview(dir))
    })
}

/// Shows one part, and how it was come by.
fn part(title: &str, out: &mut impl Write, show: impl FnOnce()) -> io::Result<()> {
    // Both observers write; what they meet with is looked at in the end.
    let written = RefCell::new((Vec::new(), Ok(())));
    let write = |event: &dyn Fn(&mut Vec<u8>) -> io::Result<()>| {
        let (text, result) = &mut *written.borrow_mut();
        *result = std::mem::replace(result, Ok(())).and_then(|()| event(text));
    };
    let began = Instant::now();
    let ((), calls) = observe(
        |Line(text): &Line| write(&|out| writeln!(out, "   {text}")),
        || observe(|table: &Table| write(&|out| table.write(out)), || trace(show)),
    );
    let time = began.elapsed();
    let (text, result) = written.into_inner();
    result?;
    let how = match calls.first().map(|call| call.outcome) {
        Some(Outcome::Hit) if text.is_empty() => "was served in",
        Some(Outcome::Hit) => "was served and shown again in",
        _ => "ran in",
    };
    writeln!(out, "── {title} {how} {time:.1?}")?;
    out.write_all(&text)
}

impl Table {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { columns, rows } = self;
        let width = |column: usize| {
            let widths = rows.iter().map(|row| row[column].chars().count());
            widths.chain([columns[column].len()]).max().unwrap_or_default()
        };
        let widths = [0, 1, 2].map(width);
        let mut row = |cells: [&str; 3]| {
            let [first, number, last] = cells;
            let line = format!("   {first:<0$}  {number:>1$}  {last:<2$}", widths[0], widths[1], widths[2]);
            writeln!(out, "{}", line.trim_end())
        };
        row(*columns)?;
        rows.iter().try_for_each(|[first, number, last]| row([first, number, last]))
    }
}
