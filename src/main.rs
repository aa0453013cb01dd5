//! The `pufa` binary: reads the command line, runs it, gives the exit code.

/// A push is many short-lived pieces of text; this allocator takes less time over them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    pufa::cli::main()
}
