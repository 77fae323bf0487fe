import Testing

/// Tests that start the real programs. One after the other: each fills the machine, and a crowd of them would measure the
/// machine's patience instead of the program.
@Suite(.serialized) enum EndToEnd {}
