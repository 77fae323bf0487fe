import Foundation

/// The user that functions' processes have instead of the engine's: `sluice up --function-user NAME`.
public struct FunctionUser: Sendable, Hashable {
    public let name: String
    public let id: UInt32
    /// Its primary group, the only one that the processes are in.
    public let groupID: UInt32

    /// Finds a user by name.
    ///
    /// - Throws: ``FunctionError`` with code `system` when there is none, when it is root, or when the engine may not give its
    ///   processes another user.
    public init(named name: String) throws {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        let size = 16_384
        var texts = [CChar](repeating: 0, count: size)
        guard getpwnam_r(name, &entry, &texts, size, &found) == 0, found != nil else {
            throw FunctionError(
                .system,
                "There is no user \(name) for --function-user; make it with useradd --system --no-create-home \(name).")
        }
        guard entry.pw_uid != 0 else {
            throw FunctionError(
                .system, "The user \(name) of --function-user is root, who may do everything; name one who may not.")
        }
        guard geteuid() == 0 else {
            throw FunctionError(
                .system,
                "Only root can give functions the user \(name); start sluice as root, or leave --function-user out.")
        }
        self.name = name
        id = entry.pw_uid
        groupID = entry.pw_gid
    }

    /// Gives the user a file or folder, which nobody else may open then.
    ///
    /// - Throws: ``FunctionError`` with code `system`.
    func take(_ path: String) throws {
        guard chown(path, id, groupID) == 0, chmod(path, 0o700) == 0 else {
            throw FunctionError(
                .system,
                "The folder \(path) cannot be given to the user \(name) (\(String(cString: strerror(errno)))); set TMPDIR to a folder where root may do so."
            )
        }
    }
}
