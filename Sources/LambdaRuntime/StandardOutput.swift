// A file of its own: `stdout` is a global variable, which an import of Foundation would forbid to read.
#if canImport(Glibc)
    @preconcurrency import Glibc
#else
    @preconcurrency import Darwin
#endif

/// The stream that `print` writes to.
enum StandardOutput {
    /// Lets each write through at once, so that what a function prints is in its log even when it dies the moment after.
    static func unbuffer() { setvbuf(stdout, nil, _IONBF, 0) }
}
