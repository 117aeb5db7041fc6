//! The program: arguments in, exit code out. Everything else is in the library.

use std::process::ExitCode;

/// Rendering allocates many short-lived strings on all threads at once; the system's allocator
/// spends a tenth of a build on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    masthead::cli::run()
}
