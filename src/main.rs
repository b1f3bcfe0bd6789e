//! One binary, three roles: the page and its workers in the browser, the command line elsewhere.

#[cfg(target_arch = "wasm32")]
fn main() {
    fivetwenty::web::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    fivetwenty::cli::main()
}
