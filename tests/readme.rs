//! The README's table from Go says what its programs do: each cell on the right is in one of them, as it stands.
//! The programs are doc tests of the facade.

const README: &str = include_str!("../README.md");

/// The inline code of a table's cell; `\|` is how a table writes `|`.
fn code(cell: &str) -> impl Iterator<Item = String> {
    cell.split('`').skip(1).step_by(2).map(|code| code.replace("\\|", "|"))
}

#[test]
fn the_table_is_made_of_what_is_tested() {
    let programs: String =
        README.split("```rust").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let table = README.split("## From Go").nth(1).and_then(|rest| rest.split("<details>").next()).unwrap();
    // A row's cells lie between `|`s that no backslash stands before.
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    let mut checked = 0;
    for row in rows {
        let cell = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        for code in code(cell).filter(|code| !code.starts_with("CSP_WORKERS")) {
            assert!(programs.contains(&code), "`{code}` is in the table, but in no program");
            checked += 1;
        }
    }
    assert!(checked >= 30, "only {checked} cells were found");
}

#[test]
fn the_first_program_is_the_sieve() {
    let first = README.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert!(include_str!("../examples/sieve.rs").ends_with(first));
}
