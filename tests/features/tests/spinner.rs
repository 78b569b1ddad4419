//! What somebody at a terminal sees while a body runs, and what a pipe does not.

use std::fs::File;
use std::io::Read;
use std::process::{Command, Stdio};

use nix::pty::openpty;

fn spin() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spin"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).env("TERM", "xterm-256color").env_remove("NO_COLOR");
    command
}

/// What a terminal at standard error is sent.
fn seen_at_a_terminal() -> String {
    let pty = openpty(None, None).expect("a pseudo-terminal can be opened");
    let mut child = {
        let mut command = spin();
        command.stderr(pty.slave);
        command.spawn().expect("the program can be run")
        // Here the command is dropped, and with it this side's end of the terminal: the program's is the last.
    };
    let mut terminal = File::from(pty.master);
    let mut seen = Vec::new();
    let mut part = [0; 4096];
    // A terminal whose other end is closed reports an error, not an end.
    while let Ok(length @ 1..) = terminal.read(&mut part) {
        seen.extend_from_slice(&part[..length]);
    }
    assert!(child.wait().expect("it ends").success());
    String::from_utf8_lossy(&seen).into_owned()
}

#[test]
fn it_is_shown_at_a_terminal_for_the_outermost_call_while_its_body_runs() {
    const CLEARS_THE_LINE: &str = "\u{1b}[2K";
    let seen = seen_at_a_terminal();
    let shown = ["Running `slow(…)`.", "Reading the files (", "Until it panics", "Waiting", "Until it is cancelled"];
    let mut from = 0;
    for text in shown {
        let at = seen[from..].find(text).unwrap_or_else(|| panic!("{text:?} does not follow in {seen:?}"));
        // Gone before the next one is shown.
        assert!(from == 0 || seen[from..from + at].contains(CLEARS_THE_LINE), "{seen:?}");
        from += at + text.len();
    }
    assert!(seen[from..].contains(CLEARS_THE_LINE), "{seen:?}");
    assert!(seen.contains("Reading the files (0s)"), "{seen:?}");
    assert!(!seen.contains("nested") && !seen.contains("quiet"), "{seen:?}");
    let last_line = seen.rsplit(CLEARS_THE_LINE).next().unwrap_or_default();
    assert!(!last_line.contains("cancelled"), "{last_line:?}");
}

#[test]
fn a_pipe_sees_nothing_of_it() {
    let output = spin().stderr(Stdio::piped()).output().expect("the program can be run");
    assert!(output.status.success());
    assert_eq!(
        (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout)),
        ("".into(), "done\n".into())
    );
}
