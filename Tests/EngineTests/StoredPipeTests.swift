import Clocks
import Foundation
import Pipes
import Stacks
import Testing

@testable import Engine

/// How long what the Pipes API has made of a pipe stands.
@Suite struct StoredPipeTests {
    private let start = Timestamp(seconds: 1_700_000_000)
    private let later = Timestamp(seconds: 1_700_000_100)

    private static func properties(_ target: String) throws -> PipeProperties {
        try JSONDecoder().decode(PipeProperties.self, from: Data(#"{"Target":"\#(target)"}"#.utf8))
    }

    private func stored(_ change: StoredPipe.Change?) -> StoredPipe {
        StoredPipe(createdAt: start, changedAt: start, desiredState: .stopped, change: change)
    }

    @Test func withoutAChangeTheTemplateHolds() throws {
        var pipe = stored(nil)
        let isNew = pipe.adopt(try Self.properties("a"), now: later)
        #expect(!isNew)
        #expect(pipe.properties(template: try Self.properties("a")) == (try Self.properties("a")))
        #expect(pipe.properties(template: nil) == nil)
    }

    @Test func anUpdateStandsUntilTheEntryChanges() throws {
        let (entry, update) = (try Self.properties("a"), try Self.properties("b"))
        var pipe = stored(.init(template: entry, properties: update))
        let isNew = pipe.adopt(entry, now: later)
        #expect(!isNew)
        #expect(pipe.properties(template: entry) == update)
        let new = try Self.properties("c")
        let isNewThen = pipe.adopt(new, now: later)
        #expect(!isNewThen)
        #expect(pipe.properties(template: new) == new)
        #expect(pipe.desiredState == .stopped)
        #expect(pipe.createdAt == start)
    }

    @Test func aDeletedPipeComesBackAsANewOneWhenItsEntryChanges() throws {
        let entry = try Self.properties("a")
        var pipe = stored(.init(template: entry))
        let isNew = pipe.adopt(entry, now: later)
        #expect(!isNew)
        #expect(pipe.properties(template: entry) == nil)
        let new = try Self.properties("c")
        let isNewThen = pipe.adopt(new, now: later)
        #expect(isNewThen)
        #expect(pipe.properties(template: new) == new)
        #expect(pipe.desiredState == nil)
        #expect(pipe.createdAt == later)
    }

    @Test func aChangeGoesWithItsEntry() throws {
        var pipe = stored(.init(template: try Self.properties("a"), properties: try Self.properties("b")))
        let isNew = pipe.adopt(nil, now: later)
        #expect(!isNew)
        #expect(pipe.properties(template: nil) == nil)
        #expect(pipe.change == nil)
    }

    @Test func aPipeOfTheAPIsOwnStaysUntilTheTemplateHasOneOfItsName() throws {
        let own = try Self.properties("a")
        var pipe = stored(.init(properties: own))
        let isNew = pipe.adopt(nil, now: later)
        #expect(!isNew)
        #expect(pipe.properties(template: nil) == own)
        let entry = try Self.properties("b")
        let isNewThen = pipe.adopt(entry, now: later)
        #expect(!isNewThen)
        #expect(pipe.properties(template: entry) == entry)
    }

    /// An entry from before pipes could be changed, as it lies in a data folder.
    @Test func anEntryWithoutAChangeIsRead() throws {
        let json = #"{"changedAt":1767323045000000,"createdAt":1767323000000000,"desiredState":"STOPPED"}"#
        let pipe = try JSONDecoder().decode(StoredPipe.self, from: Data(json.utf8))
        #expect(pipe.desiredState == .stopped)
        #expect(pipe.createdAt == Timestamp(seconds: 1_767_323_000))
        #expect(pipe.changedAt == Timestamp(seconds: 1_767_323_045))
        #expect(pipe.change == nil)
    }
}
