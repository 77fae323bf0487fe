import Testing

@testable import Console

/// The files that the program carries.
@Suite struct ConsolePagesTests {
    private let pages = ConsolePages(token: "abc")

    private func text(_ path: String) throws -> String {
        String(decoding: try #require(pages[path], "\(path) is missing").contents, as: UTF8.self)
    }

    @Test func thePageKnowsTheToken() throws {
        #expect(try text("/").contains(#"<meta name="sluice-token" content="abc">"#))
        #expect(pages["/index.html"] == nil)
        for path in pages.paths { #expect(try !text(path).contains(ConsolePages.tokenMark), "\(path)") }
    }

    /// A module that is asked for and not there is a page that stays empty.
    @Test func everyFileThatIsAskedForIsThere() throws {
        var asked: Set<String> = []
        for path in pages.paths {
            let text = try self.text(path)
            for match in text.matches(of: /from '\.\/([^']+)'/) { asked.insert("/\(match.1)") }
            if path == "/" {
                for match in text.matches(of: /(?:src|href)="([a-z.\-]+)"/) { asked.insert("/\(match.1)") }
            }
        }
        for path in asked { #expect(pages[path] != nil, "\(path) is not among the files") }
        #expect(asked.union(["/"]) == Set(pages.paths), "files that nothing asks for")
    }

    /// The policy of the pages allows neither, and there is no network.
    @Test func nothingIsInlineAndNothingComesFromElsewhere() throws {
        for path in pages.paths {
            let text = try self.text(path).replacing("http://www.w3.org/2000/svg", with: "")
            #expect(!text.contains(/https?:\/\//), "\(path) names another host")
        }
        let page = try text("/")
        #expect(!page.contains("<style") && !page.contains(" style=") && !page.contains(/\son[a-z]+=/))
        #expect(!page.contains(/<script[^>]*>[^<]/))
        #expect(pages.paths.allSatisfy { pages[$0]?.contentType.hasPrefix("text/plain") == false })
    }

    @Test func otherContentsHaveAnotherTag() throws {
        #expect(pages["/"]?.tag != ConsolePages(token: "abd")["/"]?.tag)
        #expect(pages["/main.js"]?.tag == ConsolePages(token: "abd")["/main.js"]?.tag)
    }
}
