import Testing

@testable import Console

/// The files that the program carries.
@Suite struct ConsolePagesTests {
    private let pages = ConsolePages(token: "abc", login: .none)

    private func text(_ path: String) throws -> String {
        String(decoding: try #require(pages[path], "\(path) is missing").contents, as: UTF8.self)
    }

    @Test func thePageKnowsTheToken() throws {
        #expect(try text("/").contains(#"<meta name="sluice-token" content="abc">"#))
        #expect(pages["/index.html"] == nil)
        #expect(try !text("/login").contains("abc"))
        for path in pages.paths {
            #expect(try !text(path).contains(ConsolePages.tokenMark), "\(path)")
            #expect(try !text(path).contains(ConsolePages.loginMark), "\(path)")
        }
    }

    @Test(
        arguments: [(.none, "none"), (.password("open sesame"), "password"), (.link, "link")]
            as [(ConsoleLogin, String)])
    func thePagesKnowWhatLoginThereIsAndNotTheSecret(login: ConsoleLogin, kind: String) throws {
        let pages = ConsolePages(token: "abc", login: login)
        for path in ["/", "/login"] {
            let text = String(decoding: try #require(pages[path]).contents, as: UTF8.self)
            #expect(text.contains(#"<meta name="sluice-login" content="\#(kind)">"#))
            #expect(!text.contains("sesame"))
        }
    }

    /// A module that is asked for and not there is a page that stays empty.
    @Test func everyFileThatIsAskedForIsThere() throws {
        var asked: Set<String> = []
        for path in pages.paths {
            let text = try self.text(path)
            for match in text.matches(of: /from '\.\/([^']+)'/) { asked.insert("/\(match.1)") }
            if path == "/" || path == "/login" {
                for match in text.matches(of: /(?:src|href)="([a-z.\-]+)"/) { asked.insert("/\(match.1)") }
            }
        }
        for path in asked { #expect(pages[path] != nil, "\(path) is not among the files") }
        #expect(asked.union(["/", "/login"]) == Set(pages.paths), "files that nothing asks for")
    }

    /// The policy of the pages allows neither, and there is no network.
    @Test func nothingIsInlineAndNothingComesFromElsewhere() throws {
        for path in pages.paths {
            let text = try self.text(path).replacing("http://www.w3.org/2000/svg", with: "")
            #expect(!text.contains(/https?:\/\//), "\(path) names another host")
        }
        for page in [try text("/"), try text("/login")] {
            #expect(!page.contains("<style") && !page.contains(" style=") && !page.contains(/\son[a-z]+=/))
            #expect(!page.contains(/<script[^>]*>[^<]/))
        }
        #expect(pages.paths.allSatisfy { pages[$0]?.contentType.hasPrefix("text/plain") == false })
    }

    @Test func otherContentsHaveAnotherTag() throws {
        #expect(pages["/"]?.tag != ConsolePages(token: "abd", login: .none)["/"]?.tag)
        #expect(pages["/main.js"]?.tag == ConsolePages(token: "abd", login: .none)["/main.js"]?.tag)
    }
}
