//! The network in the language of Graphviz: processes are round, channels are boxes; where somebody waits the line is red;
//! a gray one is an end that was not seen in use, a dotted one a guess.

use std::fmt::Write as _;

use super::graph::{Graph, Kind, Look};
use crate::util::json::Quoted;

pub(super) fn write(graph: &Graph) -> String {
    let mut dot = String::from(
        "digraph csp {\n  rankdir=LR;\n  bgcolor=white;\n  node [fontname=\"Helvetica\", fontsize=11, margin=\"0.12,0.06\"];\n  \
         edge [fontname=\"Helvetica\", fontsize=10, color=gray35];\n",
    );
    for (index, node) in graph.nodes.iter().enumerate() {
        let mut lines = node.lines.clone();
        if node.count > 1 {
            lines[0] = format!("{} × {}", super::text::number(node.count as u64), lines[0]);
        }
        // A backslash and an n are a new line in the language; so the lines are quoted one by one.
        let quoted: Vec<String> = lines.iter().map(|line| Quoted(line).to_string()).collect();
        let label: Vec<&str> = quoted.iter().map(|line| &line[1..line.len() - 1]).collect();
        let look = match (node.kind, node.busy) {
            (Kind::Process, true) => "shape=box, style=\"rounded,filled\", fillcolor=\"#cfe8cf\"",
            (Kind::Process, false) => "shape=box, style=\"rounded,filled\", fillcolor=\"#e9eef6\"",
            (Kind::Channel, true) => "shape=box, style=filled, fillcolor=\"#fbe3b4\"",
            (Kind::Channel, false) => "shape=box, style=filled, fillcolor=\"#fdf7e7\"",
        };
        let more = if node.count > 1 { ", peripheries=2" } else { "" };
        let _ = writeln!(dot, "  n{index} [label=\"{}\", {look}{more}];", label.join("\\n"));
    }
    for edge in &graph.edges {
        let look = match edge.look {
            Look::Used => "",
            Look::Waits => ", color=\"#c0392b\", fontcolor=\"#c0392b\", penwidth=1.6",
            Look::Joins => ", color=\"#c0392b\", fontcolor=\"#c0392b\", style=dashed",
            Look::Held => ", color=gray70",
            Look::Guessed => ", color=gray60, style=dotted",
        };
        let _ = writeln!(dot, "  n{} -> n{} [label={}{look}];", edge.from, edge.to, Quoted(&edge.label));
    }
    dot.push_str("}\n");
    dot
}
