import Foundation
import Items
import Testing

@testable import Engine

/// What a record shows of its item is what a dead letter can be compared by.
@Suite struct RecordImagesTests {
    private func images(_ viewType: String, _ members: String = "") -> RecordImages {
        RecordImages(
            Data(#"{"dynamodb":{"Keys":{"pk":{"S":"A"}}\#(members),"StreamViewType":"\#(viewType)"}}"#.utf8))
    }

    @Test(arguments: [
        ("NEW_AND_OLD_IMAGES", true), ("NEW_IMAGE", true), ("OLD_IMAGE", false), ("KEYS_ONLY", false),
    ])
    func theViewTypeSaysWhetherTheNewImageIsShown(viewType: String, showsNew: Bool) {
        let images = images(viewType)
        #expect(images.showsNew == showsNew)
        #expect(images.keysText == "pk=A")
        // Of a removal, or of a stream that does not show it.
        #expect(images.new == nil)
    }

    @Test func theNewImageIsRead() {
        let images = images("NEW_IMAGE", #","NewImage":{"pk":{"S":"A"},"n":{"N":"1"}}"#)
        #expect(images.new == ["pk": .string("A"), "n": .number(1)])
    }

    @Test func whatIsNoRecordShowsNothing() {
        let images = RecordImages(Data("nothing".utf8))
        #expect(images.keys == nil)
        #expect(!images.showsNew)
    }
}
