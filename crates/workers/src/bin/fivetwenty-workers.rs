//! What the workers run: everything that reads, compares and explains, in a module that the first load does without.

#[cfg(target_arch = "wasm32")]
fn main() {
    fivetwenty_workers::web::start_worker();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This is a part of the page: `cargo xtask dist` builds it for the browser.");
}
