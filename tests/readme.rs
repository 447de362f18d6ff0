//! The tables from Go, in the README and in `docs/from-go.md`: each cell on the right is in one of the programs of that page, as it stands.
//! The programs are doc tests of the facade.

const README: &str = include_str!("../README.md");
const FROM_GO: &str = include_str!("../docs/from-go.md");

/// What stands in a cell beside its code.
const NOT_CODE: &[&str] =
    &["CSP_WORKERS=4", "f", "#[process] fn", "#[process]", "go! { .. }", "\":8080\"", "signal"];

/// The inline code of a table's cell; `\|` is how a table writes `|`.
fn code(cell: &str) -> impl Iterator<Item = String> {
    cell.split('`').skip(1).step_by(2).map(|code| code.replace("\\|", "|"))
}

/// The programs of a page.
fn programs(page: &str) -> String {
    page.split("```rust").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// Asserts that each cell on the right of the tables under "From Go" is in the programs, and returns how many there are.
fn checked(page: &str, programs: &str) -> usize {
    let section = page.split("## From Go\n").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
    // A row's cells lie between `|`s that no backslash stands before.
    let rows = section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Go |"));
    let mut checked = 0;
    for row in rows {
        let cell = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        for code in code(cell).filter(|code| !NOT_CODE.contains(&code.as_str())) {
            assert!(programs.contains(&code), "`{code}` is in the table, but in no program");
            checked += 1;
        }
    }
    checked
}

#[test]
fn the_tables_are_made_of_what_is_tested() {
    let programs = programs(FROM_GO);
    assert!(checked(FROM_GO, &programs) >= 45);
    assert!(checked(README, &programs) >= 18);
}

#[test]
fn the_first_program_is_the_sieve() {
    let first = README.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert!(include_str!("../examples/sieve.rs").ends_with(first));
}
