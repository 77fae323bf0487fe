import Foundation
import FoundationNetworking
import TestSupport
import Testing

extension EndToEnd {
    /// Functions that the Lambda API has made, changed and deleted, and processes, when the engine is killed.
    @Suite struct CreatedFunctionsTests {
        private let scratch: Scratch

        init() throws {
            scratch = try Scratch()
            let functions = scratch.path("functions")
            for name in ["Kept", "Lost"] { _ = try PythonFunction(name, in: functions, body: #"answer = "template""#) }
            let template =
                "Resources:\n" + PythonFunction.resource("Kept", named: "Kept")
                + "\n" + PythonFunction.resource("Lost", named: "Lost")
            try template.write(toFile: scratch.path("template.yaml"), atomically: true, encoding: .utf8)
        }

        private func start() async throws -> RunningSluice {
            try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch,
                arguments: ["--template", scratch.path("template.yaml"), "--functions", scratch.path("functions")])
        }

        /// A zip, in Base64, of a function that answers what a Python expression gives.
        private func zip(_ expression: String) throws -> String {
            _ = try PythonFunction("zipped", in: scratch.path("other"), body: "answer = \(expression)")
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            let code = """
                import sys, zipfile
                with zipfile.ZipFile(sys.argv[1], "w") as zip: zip.write(sys.argv[2], "bootstrap")
                """
            process.arguments = ["python3", "-c", code, scratch.path("zip"), scratch.path("other/zipped/bootstrap")]
            try process.run()
            process.waitUntilExit()
            return try Data(contentsOf: URL(fileURLWithPath: scratch.path("zip"))).base64EncodedString()
        }

        @discardableResult
        private func ask(
            _ engine: RunningSluice, _ method: String, _ path: String, _ body: String = ""
        ) async throws -> (status: Int, body: String) {
            var request = URLRequest(url: URL(string: "\(engine.url)/2015-03-31/functions\(path)")!)
            request.httpMethod = method
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = Data(body.utf8)
            let (data, response) = try await URLSession.shared.data(for: request)
            return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
        }

        private func call(_ engine: RunningSluice, _ name: String) async throws -> String {
            try await ask(engine, "POST", "/\(name)/invocations", "{}").body
        }

        @Test func whatTheAPIHasMadeOutlivesAKillAndTheProcessesDoNot() async throws {
            var engine = try await start()
            let settings =
                #""Runtime":"provided.al2023","Handler":"bootstrap","Role":"arn:aws:iam::000000000000:role/all""#
            let code = try zip(#"[os.environ["STAGE"], os.getpid()]"#)
            let made = try await ask(
                engine, "POST", "",
                #"{"FunctionName":"Made",\#(settings),"Environment":{"Variables":{"STAGE":"one"}},"#
                    + #""Code":{"ZipFile":"\#(code)"}}"#)
            try #require(made.status == 201, "\(made.body)")
            try await ask(engine, "PUT", "/Kept/code", #"{"ZipFile":"\#(try zip(#""changed""#))"}"#)
            try await ask(engine, "DELETE", "/Lost")
            let answer = try await call(engine, "Made")
            #expect(answer.hasPrefix(#"["one", "#), "\(answer)")
            let process = try #require(Int32(answer.split(whereSeparator: { ",] ".contains($0) }).last ?? ""))

            _ = await engine.stop(SIGKILL)
            #expect(await comesTrue { kill(process, 0) != 0 })
            engine = try await start()
            #expect(try await call(engine, "Made").hasPrefix(#"["one", "#))
            #expect(try await call(engine, "Kept") == #""changed""#)
            #expect(try await ask(engine, "GET", "/Lost").status == 404)
            try await ask(engine, "DELETE", "/Kept")
            try await ask(engine, "DELETE", "/Made")
            _ = await engine.stop()

            // An entry that has changed since holds again.
            let template = try String(contentsOfFile: scratch.path("template.yaml"), encoding: .utf8)
            try template.replacing("Code: {", with: "Timeout: 5\n      Code: {")
                .write(toFile: scratch.path("template.yaml"), atomically: true, encoding: .utf8)
            engine = try await start()
            #expect(try await call(engine, "Kept") == #""template""#)
            #expect(try await call(engine, "Lost") == #""template""#)
            #expect(try await ask(engine, "GET", "/Made").status == 404)
            let end = await engine.stop()
            #expect(end.status == 0, "\(end.errors)")
        }
    }
}
