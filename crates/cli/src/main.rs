//! The program `fivetwenty`.

fn main() -> std::process::ExitCode {
    fivetwenty_cli::main()
}
