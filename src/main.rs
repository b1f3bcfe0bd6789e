//! The page in the browser, the command line elsewhere. What the page's workers run is `fivetwenty-workers`.

#[cfg(target_arch = "wasm32")]
fn main() {
    fivetwenty::web::start_page();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    fivetwenty::cli::main()
}
