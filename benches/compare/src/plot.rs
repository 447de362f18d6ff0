//! `--svg`: for each kernel how many times csp's figure everybody needs, on a scale of powers of two.

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::peers::Entry;
use crate::report::Row;

const WIDTH: u32 = 900;
/// Of a kernel, and of what is above and below them all.
const LINE: u32 = 22;
const AROUND: u32 = 110;
/// Where the legend begins, and from one peer of it to the next.
const LEGEND: i32 = 44;
const STEP: i32 = 16;

/// From a quarter to sixty-four times; what is outside stands at the edge.
const LOW: f64 = -2.0;
const HIGH: f64 = 6.0;

/// One colour for each peer that is not csp, told apart by those who see few colours too, as far as eleven can be.
const COLOURS: [RGBColor; 11] = [
    RGBColor(0, 173, 216),
    RGBColor(213, 94, 0),
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 60, 150),
    RGBColor(120, 120, 120),
    RGBColor(150, 90, 40),
    RGBColor(120, 170, 40),
    RGBColor(60, 60, 60),
];

/// One panel for each number of workers, one below the other.
pub fn draw(file: &str, rows: &[Row], entries: &[Entry]) -> Result<(), String> {
    let mut workers: Vec<usize> = rows.iter().map(|row| row.workers).collect();
    workers.dedup();
    workers.sort_unstable();
    workers.dedup();
    let panels: Vec<Vec<&Row>> =
        workers.iter().map(|&w| rows.iter().filter(|row| row.workers == w).collect()).collect();
    let lines = panels.iter().map(Vec::len).max().unwrap_or(0) as u32;
    let legend = LEGEND as u32 + STEP as u32 * (entries.len() as u32 + 1);
    let height = (AROUND + LINE * lines).max(legend);
    let root = SVGBackend::new(file, (WIDTH, height * panels.len() as u32)).into_drawing_area();
    let drawn = root.fill(&WHITE).and_then(|()| {
        let areas = root.split_evenly((panels.len(), 1));
        areas.iter().zip(&panels).try_for_each(|(area, rows)| panel(area, rows, entries))?;
        root.present()
    });
    drawn.map_err(|e| format!("{file}: {e}"))
}

type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

fn panel(area: &DrawingArea<SVGBackend, Shift>, rows: &[&Row], entries: &[Entry]) -> Drawn {
    let workers = rows.first().map_or(0, |row| row.workers);
    let title = match workers {
        1 => "1 worker: time (memory for parked) as a multiple of csp's".to_string(),
        n => format!("{n} workers: time (memory for parked) as a multiple of csp's"),
    };
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 16))
        .margin(10)
        .x_label_area_size(30)
        .y_label_area_size(100)
        .right_y_label_area_size(130)
        // The first kernel is at the top.
        .build_cartesian_2d(LOW..HIGH, (rows.len() as f64 - 0.5)..-0.5)?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .disable_y_axis()
        .light_line_style(TRANSPARENT)
        .x_labels(9)
        .x_label_formatter(&|power| match *power < 0.0 {
            true => format!("1/{}", (-power).exp2().round()),
            false => format!("{}", power.exp2().round()),
        })
        .label_style(("sans-serif", 12))
        .draw()?;
    let lines = (0..rows.len()).map(|line| line as f64);
    chart.draw_series(
        lines.clone().map(|y| PathElement::new([(LOW, y), (HIGH, y)], RGBColor(225, 225, 225))),
    )?;
    chart.draw_series([PathElement::new(
        [(0.0, -0.5), (0.0, rows.len() as f64 - 0.5)],
        BLACK.stroke_width(2),
    )])?;
    let (left, _) = chart.plotting_area().get_pixel_range();
    for (row, y) in rows.iter().zip(lines) {
        let (_, down) = chart.backend_coord(&(LOW, y));
        let place = (left.start - area.get_base_pixel().0 - 92, down - area.get_base_pixel().1 - 6);
        area.draw_text(row.kernel.name, &("sans-serif", 12).into_text_style(area), place)?;
    }
    for (i, entry) in entries.iter().enumerate().skip(1) {
        let colour = COLOURS[(i - 1) % COLOURS.len()];
        let points = rows.iter().enumerate().filter_map(|(y, row)| {
            let times = row.runs[i].median()? / row.csp()?;
            let marked = !entry.peer.mark(row.kernel).is_empty();
            Some((times.log2().clamp(LOW, HIGH), y as f64, marked))
        });
        chart.draw_series(points.map(|(x, y, marked)| {
            let style = if marked { colour.stroke_width(1) } else { colour.filled() };
            Circle::new((x, y), 4, style)
        }))?;
        let (x, y) = (left.end - area.get_base_pixel().0 + 24, LEGEND + STEP * (i as i32 - 1));
        area.draw(&Circle::new((x, y), 4, colour.filled()))?;
        area.draw_text(entry.peer.name, &("sans-serif", 12).into_text_style(area), (x + 10, y - 6))?;
    }
    let (x, y) = (left.end - area.get_base_pixel().0 + 24, LEGEND + STEP * (entries.len() as i32 - 1));
    area.draw(&Circle::new((x, y), 4, BLACK.stroke_width(1)))?;
    area.draw_text("no rendezvous", &("sans-serif", 12).into_text_style(area), (x + 10, y - 6))
}
