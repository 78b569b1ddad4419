//! A page in the terminal about the source files in a folder, made of cached functions that read inputs and show lines
//! and tables. Two users look at it, each in a session of their own.
//!
//! ```sh
//! cargo run --release --example notebook -- [DIR]
//! ```
//!
//! Type `zoom 2`, `filter rs`, `focus main.rs`, `user grace`, `rescan`, `clear`, `help` or `quit`; or send commands
//! through standard input. Each part of the page says whether its body ran, or was served and shown again.

#![expect(clippy::print_stderr, reason = "a program that talks to its terminal")]

mod command;
mod files;
mod page;

use std::env;
use std::error::Error;
use std::io::{self, BufRead, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cache_runtime::{CACHE_DATA, Session};

use crate::command::Command;
use crate::page::{FILTER, FOCUS, ZOOM};

const USERS: [&str; 2] = ["ada", "grace"];

fn main() -> ExitCode {
    match folder().and_then(|dir| Ok(converse(&dir, io::stdin().lock(), &mut io::stdout().lock())?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("notebook: {error}");
            ExitCode::FAILURE
        }
    }
}

fn folder() -> Result<PathBuf, Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let dir = arguments.next().map_or_else(|| env::current_dir().unwrap_or_default(), PathBuf::from);
    if arguments.next().is_some() {
        return Err("more than one folder; usage: notebook [DIR]".into());
    }
    if !dir.is_dir() {
        return Err(format!("{} is no folder; usage: notebook [DIR]", dir.display()).into());
    }
    Ok(dir)
}

/// Shows the page, and again after each command, until there is no more of them.
fn converse(dir: &Path, commands: impl BufRead, out: &mut impl Write) -> io::Result<()> {
    let sessions = USERS.map(|_| Session::new());
    let mut user = 0;
    let is_somebody_there = io::stdin().is_terminal();
    page::show(dir, USERS[user], &sessions[user], out)?;
    let mut commands = commands.lines();
    loop {
        if is_somebody_there {
            write!(out, "\n> ")?;
            out.flush()?;
        }
        let Some(line) = commands.next().transpose()? else { return Ok(()) };
        match line.parse() {
            Ok(Command::Nothing) => continue,
            Ok(Command::Quit) => return Ok(()),
            Ok(Command::Help) => {
                writeln!(out, "{}", command::HELP)?;
                continue;
            }
            Ok(Command::Zoom(zoom)) => sessions[user].enter(|| ZOOM.set(zoom)),
            Ok(Command::Filter(extension)) => sessions[user].enter(|| FILTER.set(extension)),
            Ok(Command::Focus(name)) => sessions[user].enter(|| FOCUS.set(name)),
            Ok(Command::User(name)) => {
                let Some(known) = USERS.iter().position(|known| *known == name) else {
                    writeln!(out, "the users are {}", USERS.join(" and "))?;
                    continue;
                };
                user = known;
            }
            Ok(Command::Rescan) => files::rescan(),
            Ok(Command::Clear) => CACHE_DATA.clear(),
            Err(error) => {
                writeln!(out, "{error}")?;
                continue;
            }
        }
        page::show(dir, USERS[user], &sessions[user], out)?;
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// How each part was answered, page by page.
    fn outcomes(shown: &str) -> Vec<Vec<&str>> {
        shown
            .split("══ ")
            .skip(1)
            .map(|page| {
                let parts = page.lines().filter_map(|line| line.strip_prefix("── "));
                parts.map(|part| if part.contains(" ran in ") { "ran" } else { "served" }).collect()
            })
            .collect()
    }

    fn script(dir: &Path, commands: &str) -> String {
        let mut shown = Vec::new();
        converse(dir, commands.as_bytes(), &mut shown).expect("a vector takes it all");
        String::from_utf8(shown).expect("it is text")
    }

    #[test]
    fn parts_run_when_what_they_read_is_new_and_are_served_when_it_is_not() {
        let dir = env::temp_dir().join(format!("notebook-{}", std::process::id()));
        fs::create_dir_all(dir.join("src")).expect("there is room");
        fs::write(dir.join("src/main.rs"), "fn main() {\n    let _ = 1;\n}\n").expect("it can be written");
        fs::write(dir.join("notes.md"), "# Notes\n").expect("it can be written");

        let shown = script(&dir, "filter rs\nfilter\nzoom 2\nfocus notes.md\nuser grace\nuser ada\nzoom 1\nrescan\n");
        let (ran, served) = ("ran", "served");
        assert_eq!(
            outcomes(&shown),
            [
                // greeting, kinds, largest, preview
                vec![ran, ran, ran, ran],
                // The filter is read by two of them.
                vec![served, ran, ran, served],
                vec![served, served, served, served],
                // Only when zoomed is the focus read, by the preview.
                vec![served, served, ran, ran],
                vec![served, served, served, ran],
                // Another session: her own greeting, and her inputs are as at the beginning.
                vec![ran, served, served, served],
                vec![served, served, served, served],
                vec![served, served, served, served],
                vec![served, ran, ran, served],
            ],
            "{shown}"
        );
        assert!(shown.contains("main.rs") && shown.contains("# Notes") && shown.contains("Hello grace"), "{shown}");
        fs::remove_dir_all(&dir).expect("it is ours");
    }

    #[test]
    fn what_is_no_command_is_said_and_shows_no_page() {
        let dir = env::temp_dir().join(format!("notebook-empty-{}", std::process::id()));
        fs::create_dir_all(&dir).expect("there is room");
        let shown = script(&dir, "zoom\nzom 3\nuser nobody\n\nquit\nzoom 2\n");
        assert_eq!(outcomes(&shown).len(), 1);
        assert!(shown.contains("`zoom` needs a number from 1 to 9"), "{shown}");
        assert!(shown.contains("no command `zom`"), "{shown}");
        assert!(shown.contains("the users are ada and grace"), "{shown}");
        fs::remove_dir_all(&dir).expect("it is ours");
    }
}
