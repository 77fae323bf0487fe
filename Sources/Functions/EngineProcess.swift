import CProcessStart

/// The process that the engine runs in.
public enum EngineProcess {
    /// Keeps others of the same user, the functions above all, from reading this process's memory, variables and descriptors, and
    /// from tracing it; and its memory out of core files. Debuggers need root then.
    ///
    /// It keeps nobody of this user from its files and nobody from sending it a signal: that takes
    /// ``FunctionUser``.
    public static func hide() { _ = process_hide() }

    /// Whether ``hide()`` has been called, on Linux.
    public static var isHidden: Bool { process_is_hidden() != 0 }
}
