import Deployment
import Foundation
import Synchronization
import Testing

@Suite struct AWSCommandLineTests {
    private static func failure(_ errors: String, _ status: Int32 = 255) -> AWSFailure {
        AWSFailure(ProgramOutcome(status: status, errors: errors), command: ["s3api", "head-bucket", "--bucket", "b"])
    }

    @Test func everyCommandSaysWhereAndInWhatForm() {
        let aws = AWSCommandLine(
            region: "eu-central-1", profile: "shop", endpointURL: "http://localhost:1", environment: [:])
        #expect(
            aws.arguments(["sts", "get-caller-identity"]) == [
                "sts", "get-caller-identity", "--region", "eu-central-1", "--profile", "shop", "--endpoint-url",
                "http://localhost:1", "--output", "json",
            ])
    }

    @Test func theEnvironmentNamesWhatNobodyGives() {
        let environment = ["AWS_DEFAULT_REGION": "us-west-2", "AWS_REGION": "", "AWS_ENDPOINT_URL": "http://aws.test"]
        let aws = AWSCommandLine(environment: environment)
        #expect(aws.region == "us-west-2")
        #expect(aws.endpointURL == "http://aws.test")
        #expect(AWSCommandLine(region: "eu-west-1", environment: environment).region == "eu-west-1")
        #expect(AWSCommandLine(environment: ["AWS_REGION": "a-b-1", "AWS_DEFAULT_REGION": "c-d-2"]).region == "a-b-1")
    }

    @Test func whatRunsHereNeedsNoAccount() async throws {
        let seen = Mutex<[[String: String]]>([])
        func run(_ endpoint: String?, _ environment: [String: String]) async throws -> [String: String] {
            let aws = AWSCommandLine(endpointURL: endpoint, environment: environment) { _, environment in
                seen.withLock { $0.append(environment) }
                return ProgramOutcome(status: 0)
            }
            _ = try await aws.text(["dynamodb", "list-tables"])
            return seen.withLock { $0.last ?? [:] }
        }
        let here = try await run("http://127.0.0.1:4566", [:])
        #expect(here["AWS_ACCESS_KEY_ID"] == "sluice")
        // `cloudformation package` takes the endpoint from there only.
        #expect(here["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566")
        #expect(here["AWS_PAGER"] == "")
        #expect(try await run("http://127.0.0.1:4566", ["AWS_ACCESS_KEY_ID": "mine"])["AWS_ACCESS_KEY_ID"] == "mine")
        #expect(try await run("https://elsewhere.test", [:])["AWS_ACCESS_KEY_ID"] == nil)
        #expect(try await run("https://127.example.com", [:])["AWS_ACCESS_KEY_ID"] == nil)
        #expect(try await run("http://127.0.0.example", [:])["AWS_ACCESS_KEY_ID"] == nil)
        #expect(try await run("http://[::1]:4566", [:])["AWS_ACCESS_KEY_ID"] == "sluice")
        #expect(try await run(nil, [:])["AWS_ACCESS_KEY_ID"] == nil)
    }

    @Test func aLineCanBePastedIntoAShell() {
        let aws = AWSCommandLine(region: "eu-central-1", environment: [:])
        #expect(aws.line(["a", "it's", #"{"x": 1}"#]) == #"aws a 'it'\''s' '{"x": 1}' --region eu-central-1"#)
    }

    @Test func aServicesErrorIsToldWithItsCode() {
        let failure = Self.failure("\nAn error occurred (404) when calling the HeadBucket operation: Not Found\n")
        #expect(failure.code == "404")
        #expect(failure.description == "aws s3api head-bucket: 404: Not Found.")
    }

    @Test(arguments: [
        ("Unable to locate credentials. You can configure credentials by running \"aws configure\".", "--profile"),
        ("Error when retrieving token from sso: Token has expired and refresh failed", "aws sso login"),
        (
            "An error occurred (ExpiredToken) when calling the X operation: The security token is expired",
            "aws sso login"
        ),
        ("You must specify a region. You can also configure your region by running \"aws configure\".", "--region"),
        ("Could not connect to the endpoint URL: \"https://x/\"", "--endpoint-url"),
        ("An error occurred (AccessDenied) when calling the X operation: no", "needs that permission"),
    ])
    func theErrorsThatEverybodyMeetsComeWithTheirRemedy(errors: String, remedy: String) {
        #expect(Self.failure(errors).description.contains(remedy))
    }

    @Test func progressOfUploadsIsNoError() {
        let failure = Self.failure("Unable to upload x\nUploading to functions/a  1 / 2 (50%)\n")
        #expect(failure.message == "Unable to upload x")
    }

    @Test func aMissingRegionIsAskedOfTheAWSCLI() async throws {
        let set = AWSCommandLine(environment: [:]) { _, _ in ProgramOutcome(status: 0, output: "eu-west-3\n") }
        #expect(try await set.configuredRegion() == "eu-west-3")
        let unset = AWSCommandLine(environment: [:]) { _, _ in ProgramOutcome(status: 1) }
        await #expect(throws: DeploymentError.self) { try await unset.configuredRegion() }
    }

    @Test func aMissingProgramIsSaidWithHowToInstallIt() async throws {
        let folder = try Folder()
        let aws = AWSCommandLine(environment: ["PATH": folder.path])
        let error = try await #require(throws: DeploymentError.self) { try await aws.text(["sts"]) }
        #expect(
            error.description.contains("The AWS CLI is missing") && error.description.contains("pip install awscli"))
    }

    @Test func aProgramThatCannotBeStartedIsSaid() async throws {
        let folder = try Folder()
        let program = try folder.file("aws", "#!/nowhere\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let error = try await #require(throws: DeploymentError.self) {
            try await ProgramRun.finish("aws", [], environment: ["PATH": folder.path])
        }
        #expect(error.description.hasPrefix("\(program) cannot be started ("))
    }

    @Test func aRealProgramIsRunToItsEnd() async throws {
        let folder = try Folder()
        // More than a pipe holds on both sides at once, then an exit status.
        let program = try folder.file(
            "aws",
            "#!/bin/sh\nfor i in 1 2 3 4 5; do head -c 50000 /dev/zero; head -c 50000 /dev/zero >&2; done\nexit 7\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let outcome = try await ProgramRun.finish("aws", [], environment: ["PATH": "\(folder.path):/usr/bin:/bin"])
        #expect(outcome.status == 7)
        #expect(outcome.output.utf8.count == 250_000 && outcome.errors.utf8.count == 250_000)
    }
}
