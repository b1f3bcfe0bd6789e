//! One binary, three roles.

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    fivetwenty::cli::main()
}
