//! What asks a site, in a module that comes when somebody wants to know.

#[cfg(target_arch = "wasm32")]
fn main() {
    fivetwenty_workers::web::start_probe();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This is a part of the page: `cargo xtask dist` builds it for the browser.");
}
