//! Prints the artifact contract as JSON Schema: `make accept` writes it into `docs`.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

fn main() {
    println!("{:#}", psycheos_api::v1::artifact_schema());
}
