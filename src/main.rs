//! The `pufa` binary: reads the command line, runs it, gives the exit code.

fn main() -> std::process::ExitCode {
    pufa::cli::main()
}
