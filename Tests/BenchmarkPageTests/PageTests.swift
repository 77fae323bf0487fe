import BenchmarkPage
import Testing

@Suite struct PageTests {
    private static let text = """
        # Performance

        <!-- figures: pipes -->

        | old |

        <!-- end of figures -->
        Prose between.
        <!-- figures: filters --><!-- end of figures -->
        Prose below.

        """

    @Test func whatStandsBetweenAMarkAndItsEndIsReplacedAndAllElseStays() throws {
        var page = Page(Self.text)
        try page.replace("pipes", with: "\n| new |\n\n| newer |\n")
        #expect(page.text == Self.text.replacing("| old |", with: "| new |\n\n| newer |"))
        try page.replace("filters", with: "| 0.7 |")
        #expect(page.text.contains("<!-- figures: filters -->\n\n| 0.7 |\n\n<!-- end of figures -->\nProse below.\n"))
        #expect(try page.figures("filters") == "| 0.7 |")
    }

    @Test func replacingAgainChangesNothing() throws {
        var page = Page(Self.text)
        try page.replace("pipes", with: "| new |")
        let once = page
        try page.replace("pipes", with: "| new |")
        #expect(page == once)
    }

    @Test func noFiguresLeaveTheMarksAlone() throws {
        var page = Page(Self.text)
        try page.replace("pipes", with: " \n")
        #expect(page.text.contains("<!-- figures: pipes -->\n<!-- end of figures -->\nProse between."))
        try page.replace("pipes", with: "| old |")
        #expect(page.text == Self.text)
    }

    @Test func aMissingMarkIsAnErrorOfOneSentence() {
        expect(
            "queues", in: Self.text,
            "The page has no mark <!-- figures: queues -->; put it, and <!-- end of figures --> below it, where the figures "
                + "belong.")
    }

    @Test func aMarkThatIsThereTwiceIsAnError() {
        expect(
            "pipes", in: Self.text + Self.text,
            "The page has the mark <!-- figures: pipes --> 2 times; leave it where the figures belong.")
    }

    @Test(arguments: [
        "<!-- figures: pipes -->\nProse.\n",
        "<!-- end of figures -->\n<!-- figures: pipes -->\n",
        // The end is the one of the next section.
        "<!-- figures: pipes -->\nProse.\n<!-- figures: filters -->\n<!-- end of figures -->\n",
    ])
    func aMarkWithoutAnEndIsAnError(_ text: String) {
        expect(
            "pipes", in: text,
            "The page has no <!-- end of figures --> below <!-- figures: pipes -->; put it where the figures end.")
    }

    @Test func theNameOfASectionIsNoPartOfAnother() throws {
        var page = Page("<!-- figures: pipes-many -->\na\n<!-- end of figures -->\n")
        #expect(throws: PageError.self) { try page.replace("pipes", with: "b") }
    }

    private func expect(_ section: String, in text: String, _ sentence: String) {
        var page = Page(text)
        #expect { try page.check(section) } throws: { "\($0)" == sentence }
        #expect { try page.replace(section, with: "new") } throws: { "\($0)" == sentence }
        #expect(page.text == text)
    }
}
