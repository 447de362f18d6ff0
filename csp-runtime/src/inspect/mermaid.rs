//! The network as a Mermaid flowchart: processes are round, channels are boxes; a thick line says that somebody waits,
//! a dotted one that it is for the end of a process, or a guess; one that ends in a ring is an end that was not seen in use.

use std::fmt::Write as _;

use super::graph::{Graph, Kind, Look};

pub(super) fn write(graph: &Graph) -> String {
    let mut chart = String::from("flowchart LR\n");
    for (index, node) in graph.nodes.iter().enumerate() {
        let mut lines: Vec<String> = node.lines.iter().map(|line| escape(line)).collect();
        if node.count > 1 {
            lines[0] = format!("{} × {}", super::text::number(node.count as u64), lines[0]);
        }
        let text = lines.join("<br>");
        let _ = match node.kind {
            Kind::Process => writeln!(chart, "  n{index}([\"{text}\"])"),
            Kind::Channel => writeln!(chart, "  n{index}[\"{text}\"]"),
        };
    }
    for edge in &graph.edges {
        let label =
            if edge.label.is_empty() { String::new() } else { format!("|\"{}\"|", escape(&edge.label)) };
        let line = match edge.look {
            Look::Waits => "==>",
            Look::Used => "-->",
            Look::Held => "--o",
            Look::Joins | Look::Guessed => "-.->",
        };
        let _ = writeln!(chart, "  n{} {line}{label} n{}", edge.from, edge.to);
    }
    for (kind, busy, fill) in [
        (Kind::Process, true, "#cfe8cf"),
        (Kind::Process, false, "#e9eef6"),
        (Kind::Channel, true, "#fbe3b4"),
        (Kind::Channel, false, "#fdf7e7"),
    ] {
        let alike = graph.nodes.iter().enumerate().filter(|(_, node)| node.kind == kind && node.busy == busy);
        for (index, _) in alike {
            let _ = writeln!(chart, "  style n{index} fill:{fill}");
        }
    }
    chart
}

/// What would be taken for the language's own.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '<' | '>' | '&' | '#' | ';' => {
                let _ = write!(escaped, "#{};", u32::from(c));
            }
            c if c < ' ' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
