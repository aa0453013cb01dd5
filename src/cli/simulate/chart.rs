//! The spread week by week as an SVG drawing: one line for each way of choosing.

use std::fmt::Write;

use crate::routing::simulation::{Outcome, Policy};

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 380.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 46.0;
/// Colours that also differ in brightness, and dashes, so that colour is never the only bearer of
/// meaning.
const STYLES: [(&str, &str); 3] = [("#0b57a4", ""), ("#b4530a", "7 4"), ("#4d7c0f", "2 3")];

/// Draws it.
pub fn spread(outcomes: &[(Policy, Outcome)]) -> String {
    let weeks = outcomes.iter().map(|(_, o)| o.weeks.len()).max().unwrap_or(0).max(2);
    let all = outcomes.iter().flat_map(|(_, o)| o.weeks.iter().map(|week| week.spread()));
    let top = all.fold(1.5, f64::max).ceil();
    let x = |week: usize| LEFT + (WIDTH - LEFT - RIGHT) * week as f64 / (weeks - 1) as f64;
    let y = |spread: f64| TOP + (HEIGHT - TOP - BOTTOM) * (top - spread) / (top - 1.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"13\"><title>Spread of work week by week</title>\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\
         <text x=\"{LEFT}\" y=\"24\" font-size=\"15\">Fullest desk against the mean of all on duty, \
         by week (1 = even)</text>"
    );
    let steps = (top - 1.0) as usize;
    for step in 0..=steps {
        let (value, height) = (1 + step, y((1 + step) as f64));
        put(
            &mut svg,
            format_args!(
                "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{height:.1}\" y2=\"{height:.1}\" stroke=\"#ddd\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>",
                WIDTH - RIGHT,
                LEFT - 8.0,
                height + 4.0
            ),
        );
    }
    let foot = HEIGHT - BOTTOM + 20.0;
    for week in (0..weeks).step_by((weeks / 10).max(1)) {
        let at = x(week);
        put(
            &mut svg,
            format_args!(
                "<text x=\"{at:.1}\" y=\"{foot}\" text-anchor=\"middle\">{}</text>",
                week + 1
            ),
        );
    }
    for ((nth, (policy, outcome)), (colour, dash)) in outcomes.iter().enumerate().zip(STYLES) {
        let points: Vec<String> = outcome
            .weeks
            .iter()
            .enumerate()
            .map(|(week, one)| format!("{:.1},{:.1}", x(week), y(one.spread())))
            .collect();
        let (from, height) = (WIDTH - RIGHT + 12.0, TOP + 14.0 + 24.0 * nth as f64);
        let line = format!(
            "fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\""
        );
        put(
            &mut svg,
            format_args!(
                "<polyline points=\"{}\" {line}/><path d=\"M{from} {height}h26\" {line}/>\
             <text x=\"{}\" y=\"{}\">{}</text>",
                points.join(" "),
                from + 32.0,
                height + 4.0,
                policy.name()
            ),
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn put(svg: &mut String, part: std::fmt::Arguments) {
    // Writing into a String cannot fail.
    let _ = svg.write_fmt(part);
}
