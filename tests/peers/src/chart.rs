//! The main cases as a bar chart.

use crate::findings::{Bars, nanoseconds};
use crate::peers::names::is_ours;

const LEFT: f64 = 150.0;
const WIDTH: f64 = 560.0;
const BAR: f64 = 11.0;
const STEP: f64 = 14.0;
/// The height of a case's heading.
const HEADING: f64 = 28.0;
const TOP: f64 = 64.0;

/// The colours suit a light page; a dark one gets its own.
const STYLE: &str = "<style>\
    text{font-family:system-ui,sans-serif;font-size:11px;fill:#24292f}\
    .title{font-size:16px;font-weight:600}.case{font-weight:600}.end{text-anchor:end}.middle{text-anchor:middle}\
    .bar{fill:#8c959f}.ours{fill:#0969da}.grid{stroke:#d0d7de}\
    @media(prefers-color-scheme:dark){text{fill:#e6edf3}.bar{fill:#6e7681}.ours{fill:#58a6ff}.grid{stroke:#30363d}}\
    </style>\n";

/// Bars on one linear scale from zero.
pub(crate) fn svg(cases: &[Bars]) -> String {
    let longest = cases.iter().flat_map(|case| &case.times).map(|(_, time)| *time).fold(1.0, f64::max);
    let tick = tick(longest);
    let end = (longest / tick).ceil() * tick;
    let x = |time: f64| LEFT + time / end * WIDTH;

    let mut bars = Vec::new();
    let mut y = TOP;
    for Bars { case, times } in cases {
        y += HEADING;
        bars.push(text("case", LEFT, y - 6.0, case));
        for (name, time) in times {
            let class = if is_ours(name) { "bar ours" } else { "bar" };
            let (width, middle) = (x(*time) - LEFT, y + BAR - 1.5);
            bars.push(text("end", LEFT - 8.0, middle, name));
            bars.push(format!(
                "<rect class=\"{class}\" x=\"{LEFT}\" y=\"{y:.0}\" width=\"{width:.1}\" height=\"{BAR}\" rx=\"2\"/>\n"
            ));
            bars.push(text("", x(*time) + 6.0, middle, &nanoseconds(*time)));
            y += STEP;
        }
    }

    let mut axis = Vec::new();
    let mut at = 0.0;
    while at <= end {
        let x = x(at);
        axis.push(format!("<path class=\"grid\" d=\"M{x:.1} {TOP}V{y:.0}\"/>\n"));
        axis.push(text("middle", x, TOP - 8.0, &format!("{at:.0} ns")));
        at += tick;
    }
    let (width, height) = (LEFT + WIDTH + 60.0, y + 16.0);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" role=\"img\" aria-label=\"Time of a hit in nanoseconds, by case and contender\">\n\
         {STYLE}<text class=\"title\" x=\"16\" y=\"26\">Time of a hit, in nanoseconds (shorter is better)</text>\n\
         {axis}{bars}</svg>\n",
        axis = axis.concat(),
        bars = bars.concat(),
    )
}

fn text(class: &str, x: f64, y: f64, content: &str) -> String {
    // References would be taken for markup.
    let content = content.replace('&', "&amp;");
    format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{content}</text>\n")
}

/// A round distance that divides the axis into at most eight.
fn tick(longest: f64) -> f64 {
    let steps = [1.0, 2.0, 5.0];
    let tens = (0..6).map(|power| 10_f64.powi(power));
    tens.flat_map(|ten| steps.map(|step| step * ten)).find(|tick| longest / tick <= 8.0).unwrap_or(longest)
}
