import Foundation

/// The files of the pages, which the program carries in itself.
struct ConsolePages: Sendable {
    /// A file as a browser gets it.
    struct File: Sendable, Hashable {
        var contents: [UInt8]
        var contentType: String
        /// In quotes; another one for other contents.
        var tag: String
    }

    /// In place of this the pages get the token of this run.
    static let tokenMark = "{{token}}"
    /// In place of this, what kind of login there is: `none`, `password`, `link` or `keys`.
    static let loginMark = "{{login}}"

    private let files: [String: File]

    init(token: String, login: ConsoleLogin) {
        var files: [String: File] = [:]
        for (name, contents) in Self.contents { files["/\(name)"] = File(name, contents) }
        for (path, name, contents) in [
            ("/", "index.html", PackageResources.index_html),
            (LoginPage.path, "login.html", PackageResources.login_html),
        ] {
            let text = String(decoding: contents, as: UTF8.self).replacing(Self.tokenMark, with: token)
                .replacing(Self.loginMark, with: login.kind)
            files[path] = File(name, Array(text.utf8))
        }
        self.files = files
    }

    /// The file at a path; nil when there is none.
    subscript(_ path: String) -> File? { files[path] }

    /// The paths of all files.
    var paths: [String] { files.keys.sorted() }

    /// All but the pages themselves, which are not the same in every run.
    private static var contents: [(name: String, contents: [UInt8])] {
        [
            ("alarms.js", PackageResources.alarms_js),
            ("api.js", PackageResources.api_js),
            ("chart.js", PackageResources.chart_js),
            ("cost.js", PackageResources.cost_js),
            ("dashboards.js", PackageResources.dashboards_js),
            ("dead-letters.js", PackageResources.dead_letters_js),
            ("dom.js", PackageResources.dom_js),
            ("filters.js", PackageResources.filters_js),
            ("flow-plan.js", PackageResources.flow_plan_js),
            ("flow.js", PackageResources.flow_js),
            ("format.js", PackageResources.format_js),
            ("functions.js", PackageResources.functions_js),
            ("icon.svg", PackageResources.icon_svg),
            ("login.js", PackageResources.login_js),
            ("main.js", PackageResources.main_js),
            ("markdown.js", PackageResources.markdown_js),
            ("orders.js", PackageResources.orders_js),
            ("pictures.js", PackageResources.pictures_js),
            ("pipes.js", PackageResources.pipes_js),
            ("queues.js", PackageResources.queues_js),
            ("standing.js", PackageResources.standing_js),
            ("style.css", PackageResources.style_css),
            ("trace.js", PackageResources.trace_js),
        ]
    }
}

extension ConsolePages.File {
    fileprivate init(_ name: String, _ contents: [UInt8]) {
        let types = [
            "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
            "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
        ]
        // FNV-1a: a tag tells versions of a file apart and keeps nobody out.
        let hash = contents.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        self.init(
            contents: contents, contentType: types[String(name.split(separator: ".").last ?? "")] ?? "text/plain",
            tag: "\"\(String(hash, radix: 16))\"")
    }
}

extension ConsoleLogin {
    /// As pages know it.
    fileprivate var kind: String {
        switch self {
        case .none: "none"
        case .password: "password"
        case .link: "link"
        case .keys: "keys"
        }
    }
}
