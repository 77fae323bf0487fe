import Foundation

/// What a folder holds, as far as the laws ask.
struct Contents: Codable {
    /// Why it could not be opened or read; then nothing else is said.
    var refused: String?
    /// The revision of each item.
    var items: [String: Int] = [:]
    /// The revisions that the stream tells of each item, a removal included, in the stream's order.
    var told: [String: [Int]] = [:]
    /// What each writer has noted without waiting for the disk: the item and the revision that it had been answered.
    var checkpoints: [String: String] = [:]
    /// The first damage that reading every block has found.
    var damage: String?
    /// What is wrong, a sentence each.
    var problems: [String] = []

    init(refused: String? = nil) { self.refused = refused }

    /// One line.
    var json: String { String(decoding: (try? JSONEncoder().encode(self)) ?? Data(), as: UTF8.self) }
}
