//! What a user may type.

use std::str::FromStr;

pub(crate) const HELP: &str = "\
zoom N         how much is shown, 1 to 9
filter EXT     only files with this extension; all without one
focus NAME     the file to look into, when zoomed
user NAME      look at the page as ada or grace
rescan         look at the folder again
clear          forget all results
quit           leave";

pub(crate) enum Command {
    Nothing,
    Zoom(u32),
    Filter(String),
    Focus(String),
    User(String),
    Rescan,
    Clear,
    Help,
    Quit,
}

impl FromStr for Command {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let mut words = line.split_whitespace();
        let Some(command) = words.next() else { return Ok(Self::Nothing) };
        let argument = words.next().unwrap_or_default();
        if words.next().is_some() {
            return Err(format!("`{command}` takes one word"));
        }
        Ok(match command {
            "zoom" => match argument.parse() {
                Ok(zoom @ 1..=9) => Self::Zoom(zoom),
                _ => return Err("`zoom` needs a number from 1 to 9".to_owned()),
            },
            "filter" => Self::Filter(argument.trim_start_matches('.').to_owned()),
            "focus" => Self::Focus(argument.to_owned()),
            "user" => Self::User(argument.to_owned()),
            "rescan" => Self::Rescan,
            "clear" => Self::Clear,
            "help" => Self::Help,
            "quit" | "exit" => Self::Quit,
            _ => return Err(format!("no command `{command}`; try `help`")),
        })
    }
}
