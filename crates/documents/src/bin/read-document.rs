//! The child alone, for the tests: the worker is its own child by the same call.
fn main() {
    documents::run_child_if_asked();
}
