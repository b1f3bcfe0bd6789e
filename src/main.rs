//! The page's program; natively there is nothing to make of it.

#[cfg(target_arch = "wasm32")]
fn main() {
    fivetwenty_page::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This is the page: `cargo xtask serve` builds it for the browser. The command line is `cargo run --package fivetwenty-cli`.");
}
