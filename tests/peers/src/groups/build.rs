//! What annotated functions cost to compile.

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io};

use crate::alternation::{Effort, median};
use crate::check::Check;
use crate::findings::Findings;
use crate::peers::names::{CACHED, OURS};
use crate::table::Table;

const FUNCTIONS: u32 = 300;
const REPETITIONS: usize = 5;

/// A crate with so many functions, and nothing else.
struct Crate {
    name: &'static str,
    folder: PathBuf,
}

pub(crate) fn run(effort: Effort, findings: &mut Findings) {
    let repetitions = if effort.is_quick() { 1 } else { REPETITIONS };
    let note = format!(
        "a crate of {FUNCTIONS} functions, half of them `(u64, u64) -> u64`, half `&str -> String`, that are all called. \
         From nothing: `cargo build` with all dependencies, once; the others are of the crate alone, the median of \
         {repetitions}, in turns. The machine code is what the stripped program has more than the one without a cache, \
         library included"
    );
    let header = ["", "from nothing", "check", "debug build", "release build", "KB of code", "bytes per function"];
    let mut table = Table::new("Build", &note, header);
    match measured(repetitions) {
        Ok(costs) => {
            if let [_, ours, cached] = &costs[..] {
                let code = ours.code / cached.code;
                findings.check_everyday(Check::ratio("machine code of a function", 1.5, code));
                let release = ours.release / cached.release;
                findings.check_everyday(Check::ratio("release build of 300 functions", 1.3, release));
            }
            for cost in &costs {
                table.row(cost.row());
            }
        }
        Err(error) => table.row([format!("not measured: {error}")]),
    }
    findings.tables.push(table);
}

/// The cost of a crate's functions: seconds, and bytes of machine code.
struct Cost {
    name: &'static str,
    from_nothing: f64,
    check: f64,
    debug: f64,
    release: f64,
    code: f64,
}

impl Cost {
    fn row(&self) -> [String; 7] {
        let Self { name, from_nothing, check, debug, release, code } = self;
        let [from_nothing, check, debug, release] =
            [from_nothing, check, debug, release].map(|time| format!("{time:.2} s"));
        let (kilobytes, per_function) =
            (format!("{:.0}", code / 1024.0), format!("{:.0}", code / f64::from(FUNCTIONS)));
        [(*name).to_owned(), from_nothing, check, debug, release, kilobytes, per_function]
    }
}

/// Without a cache, ours, and `cached`.
fn measured(repetitions: usize) -> io::Result<Vec<Cost>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ours = format!("cache-runtime = {{ path = '{}' }}", here.join("../../cache-runtime").display());
    let crates = [
        Crate::write("no cache", "", "")?,
        Crate::write(OURS, &ours, "#[cache_runtime::cache_data]")?,
        Crate::write(CACHED, "cached = \"4.1\"", "#[cached::macros::cached]")?,
    ];
    let mut from_nothing = Vec::new();
    for each in &crates {
        from_nothing.push(each.cargo("build", &[])?);
        // So that only the crate itself is left for what follows.
        each.cargo("check", &[])?;
        each.cargo("build", &["--release"])?;
    }
    let mut alone = vec![[const { Vec::new() }; 3]; crates.len()];
    for _ in 0..repetitions {
        for (each, times) in crates.iter().zip(&mut alone) {
            for (times, (command, flags)) in
                times.iter_mut().zip([("check", &[][..]), ("build", &[][..]), ("build", &["--release"][..])])
            {
                each.touch()?;
                times.push(each.cargo(command, flags)?.as_secs_f64());
            }
        }
    }
    let without = crates[0].size()?;
    let mut costs = Vec::new();
    for ((each, from_nothing), times) in crates.iter().zip(from_nothing).zip(alone) {
        let [check, debug, release] = times.map(|times| median(&times));
        let code = each.size()? - without;
        let from_nothing = from_nothing.as_secs_f64();
        costs.push(Cost { name: each.name, from_nothing, check, debug, release, code });
    }
    Ok(costs)
}

impl Crate {
    fn write(name: &'static str, dependency: &str, attribute: &str) -> io::Result<Self> {
        let folder = env::temp_dir().join("cache-runtime-peers").join(name.replace(' ', "-"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(folder.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"many\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n{dependency}\n\
             [profile.dev]\nincremental = false\n[profile.release]\nstrip = true\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("src/main.rs"), source(attribute).map_err(io::Error::other)?)?;
        Ok(Self { name, folder })
    }

    fn touch(&self) -> io::Result<()> {
        let main = self.folder.join("src/main.rs");
        let source = fs::read(&main)?;
        fs::write(main, source)
    }

    fn cargo(&self, command: &str, flags: &[&str]) -> io::Result<Duration> {
        let start = Instant::now();
        let status = Command::new("cargo")
            .arg(command)
            .args(flags)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        let took = start.elapsed();
        if status.success() { Ok(took) } else { Err(io::Error::other(format!("cargo {command} of `{}`", self.name))) }
    }

    /// In bytes, of the program.
    fn size(&self) -> io::Result<f64> {
        let program = self.folder.join("target/release").join(format!("many{}", env::consts::EXE_SUFFIX));
        let bytes = fs::metadata(program)?.len();
        Ok(f64::from(u32::try_from(bytes).map_err(io::Error::other)?))
    }
}

fn source(attribute: &str) -> Result<String, fmt::Error> {
    let mut functions = String::new();
    let mut calls = String::new();
    for number in 0..FUNCTIONS {
        let (signature, body, call) = if number % 2 == 0 {
            ("(a: u64, b: u64) -> u64", format!("a.wrapping_mul(b) ^ {number}"), "black_box(2), black_box(3)")
        } else {
            ("(a: &str) -> String", format!("a.repeat({number})"), "black_box(\"ab\")")
        };
        writeln!(functions, "{attribute}\nfn f{number}{signature} {{ {body} }}")?;
        writeln!(calls, "    black_box(f{number}({call}));")?;
    }
    Ok(format!("use std::hint::black_box;\n\n{functions}\nfn main() {{\n{calls}}}\n"))
}
