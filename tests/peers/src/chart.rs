//! The cases as dots on one axis: those of a hot key and those that users have besides, which are a hundred times slower.
//!
//! The axis is logarithmic, so that equal distances are equal ratios and neither hides the others.

use crate::findings::{Line, Times, nanoseconds};
use crate::peers::names::{CACHED, CONCURRENT, DASH, MEMOIZE, MEMOIZE_SHARED, MOKA, OURS, QUICK, is_ours};

const LEFT: f64 = 220.0;
const WIDTH: f64 = 560.0;
/// For our time in parts of `cached`'s.
const RIGHT: f64 = 140.0;
const STEP: f64 = 17.0;
const HEADING: f64 = 34.0;
const TOP: f64 = 104.0;

/// The contenders with a colour of their own, which can be told apart by everyone; the others share one.
const COLOURED: [&str; 8] = [OURS, CACHED, CONCURRENT, MEMOIZE, MEMOIZE_SHARED, MOKA, QUICK, DASH];
const OTHERS: &str = "others";

/// The colours suit a light page; a dark one gets its own for what is black and grey.
const STYLE: &str = "<style>\
    text{font-family:system-ui,sans-serif;font-size:11px;fill:#24292f}\
    .title{font-size:16px;font-weight:600}.case{font-weight:600}.end{text-anchor:end}.middle{text-anchor:middle}\
    .grid{stroke:#d0d7de}.range{stroke:#8c959f}\
    .c0{fill:#0969da}.c1{fill:#d55e00}.c2{fill:#e69f00}.c3{fill:#009e73}.c4{fill:#56b4e9}.c5{fill:#cc79a7}.c6{fill:#8250df}\
    .c7{fill:#b8a800}.c8{fill:#8c959f}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.grid{stroke:#30363d}.range{stroke:#6e7681}}\
    </style>\n";

/// The sections one beneath the other, a line for each case and number of threads.
pub(crate) fn svg(sections: [(&str, &[Line]); 2]) -> String {
    let lines = || sections.iter().flat_map(|(_, lines)| *lines);
    let times = || lines().flat_map(|line| line.one.iter().chain(&line.two)).map(|(_, time)| *time);
    let first = times().fold(10.0, f64::min).log10().floor();
    let last = times().fold(10.0, f64::max).log10().ceil();
    let x = |time: f64| LEFT + (time.log10() - first) / (last - first) * WIDTH;

    let mut rows = Vec::new();
    let mut y = TOP;
    for (heading, lines) in sections {
        y += HEADING;
        rows.push(text("case", 16.0, y - 12.0, heading));
        for Line { case, one, two } in lines {
            for (label, times) in [(*case, one), ("two threads", two)] {
                if !times.is_empty() {
                    rows.push(row(label, times, y, x));
                    y += STEP;
                }
            }
        }
    }

    let mut axis = vec![text("end", LEFT + WIDTH + RIGHT, TOP - 8.0, "ours, ours / cached")];
    let mut power = first;
    while power <= last {
        let (time, x) = (10_f64.powf(power), x(10_f64.powf(power)));
        axis.push(format!("<path class=\"grid\" d=\"M{x:.1} {TOP}V{y:.0}\"/>\n"));
        axis.push(text("middle", x, TOP - 8.0, &format!("{time:.0} ns")));
        power += 1.0;
    }
    let (width, height) = (LEFT + WIDTH + RIGHT + 16.0, y + 16.0);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" role=\"img\" aria-label=\"Time of a call in nanoseconds, by case and contender\">\n\
         {STYLE}<text class=\"title\" x=\"16\" y=\"26\">Time of a call in nanoseconds, on a logarithmic scale (to the \
         left is better)</text>\n{legend}{axis}{rows}</svg>\n",
        legend = legend(),
        axis = axis.concat(),
        rows = rows.concat(),
    )
}

/// A dot for each contender, on a line as far as they are apart.
fn row(label: &str, times: &Times, y: f64, x: impl Fn(f64) -> f64) -> String {
    let ends = times.iter().map(|(_, time)| x(*time));
    let (from, to) = ends.fold((f64::MAX, f64::MIN), |(from, to), x| (from.min(x), to.max(x)));
    let mut row = vec![
        text("end", LEFT - 14.0, y + 4.0, label),
        format!("<path class=\"range\" d=\"M{from:.1} {y:.0}H{to:.1}\"/>\n"),
    ];
    // Ours last, so that it is covered by none.
    for (name, time) in times.iter().rev() {
        row.push(dot(name, x(*time), y, &format!("{name}: {} ns", nanoseconds(*time))));
    }
    let time = |wanted: &str| times.iter().find(|(name, _)| *name == wanted).map(|(_, time)| *time);
    if let (Some(ours), Some(cached)) = (time(OURS), time(CACHED)) {
        let told = format!("{}, {:.2}", nanoseconds(ours), ours / cached);
        row.push(text("end", LEFT + WIDTH + RIGHT, y + 4.0, &told));
    }
    row.concat()
}

fn legend() -> String {
    let mut legend = Vec::new();
    let mut x = 20.0;
    for name in COLOURED.into_iter().chain([OTHERS]) {
        legend.push(dot(name, x, 52.0, name));
        legend.push(text("", x + 8.0, 56.0, name));
        x += 32.0 + 5.8 * f64::from(u8::try_from(name.len()).unwrap_or(u8::MAX));
    }
    legend.concat()
}

fn dot(name: &str, x: f64, y: f64, told: &str) -> String {
    let class = COLOURED.iter().position(|known| *known == name).unwrap_or(COLOURED.len());
    let radius = if is_ours(name) { 5.0 } else { 3.5 };
    let told = escaped(told);
    format!("<circle class=\"c{class}\" cx=\"{x:.1}\" cy=\"{y:.0}\" r=\"{radius}\"><title>{told}</title></circle>\n")
}

fn text(class: &str, x: f64, y: f64, content: &str) -> String {
    format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>\n", escaped(content))
}

/// References and arrows would be taken for markup.
fn escaped(content: &str) -> String {
    content.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hot_key_and_misses_on_two_threads_are_in_one_picture() {
        let hot = Line { case: "u64 → u64", one: vec![(OURS, 3.5), (CACHED, 12.5)], two: Vec::new() };
        let miss = Line { case: "miss", one: vec![(OURS, 640.0)], two: vec![(OURS, 2_786.0), (CACHED, 45.0)] };
        let svg = svg([("Hits on one key", &[hot]), ("Mixed", &[miss])]);
        for told in ["cache-runtime: 3.5 ns", "cache-runtime: 640 ns", "cache-runtime: 2786 ns", "cached: 45.0 ns"] {
            assert!(svg.contains(&format!("<title>{told}</title>")), "{told} in {svg}");
        }
        assert!(svg.contains(">3.5, 0.28<") && svg.contains(">2786, 61.91<") && svg.contains(">10000 ns<"), "{svg}");
    }
}
