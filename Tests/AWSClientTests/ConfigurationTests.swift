import AWSSignature
import Testing

@testable import AWSClient

struct ConfigurationTests {
    private let complete = [
        "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
    ]

    @Test func theEnvironmentOfAFunctionIsEnough() throws {
        let configuration = try AWSConfiguration(environment: complete)
        #expect(configuration.region == "eu-west-1")
        #expect(configuration.credentials.accessKeyID == "id")
        #expect(configuration.credentials.secretAccessKey == "secret")
        #expect(configuration.credentials.sessionToken == "token")
        #expect(configuration.endpoints.isEmpty)
        #expect(configuration.endpoint(of: .sqs).url == "https://sqs.eu-west-1.amazonaws.com/")
        #expect(configuration.endpoint(of: .dynamoDB).url == "https://dynamodb.eu-west-1.amazonaws.com/")
    }

    @Test func aServicesOwnEndpointGoesBeforeTheCommonOne() throws {
        let environment = complete.merging(
            ["AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_ENDPOINT_URL_SQS": "https://queues.example/base"]
        ) { _, new in new }
        let configuration = try AWSConfiguration(environment: environment)
        #expect(configuration.endpoint(of: .dynamoDB).url == "http://127.0.0.1:4566/")
        #expect(configuration.endpoint(of: .sqs).url == "https://queues.example/base")
    }

    @Test(arguments: ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    func whatIsMissingIsNamed(_ name: String) {
        for value in [nil, ""] {
            var environment = complete
            environment[name] = value
            let error = #expect(throws: AWSError.self) { try AWSConfiguration(environment: environment) }
            #expect(error?.code == .configuration)
            #expect(error?.message.hasPrefix("\(name) is not set") == true, "\(error?.message ?? "")")
        }
    }

    @Test func theDefaultRegionIsTheSecondChoice() throws {
        var environment = complete
        environment["AWS_DEFAULT_REGION"] = "us-east-2"
        #expect(try AWSConfiguration(environment: environment).region == "eu-west-1")
        environment["AWS_REGION"] = nil
        #expect(try AWSConfiguration(environment: environment).region == "us-east-2")
    }

    @Test func anEndpointThatIsNoneIsRefusedWithItsVariable() {
        var environment = complete
        environment["AWS_ENDPOINT_URL_DYNAMODB"] = "127.0.0.1:4566"
        let error = #expect(throws: AWSError.self) { try AWSConfiguration(environment: environment) }
        #expect(error?.message.hasPrefix("AWS_ENDPOINT_URL_DYNAMODB is no address") == true)
    }

    @Test(arguments: [
        ("http://localhost", "localhost", "/"), ("http://localhost:80/", "localhost", "/"),
        ("https://x:443", "x", "/"), ("https://x:80", "x:80", "/"), ("http://[::1]:4566/a/b", "[::1]:4566", "/a/b"),
        ("http://[::1]", "[::1]", "/"),
    ]) func anAddressIsTakenApart(_ text: String, _ authority: String, _ path: String) throws {
        let endpoint = try #require(Endpoint(text))
        #expect(endpoint.authority == authority)
        #expect(endpoint.path == path)
    }

    @Test(arguments: [
        "", "localhost:4566", "ftp://x", "http://", "http:///path", "http://x:", "http://x:0", "http://x:99999",
        "http://x:y", "http://:80", "http://a b", "http://user@x", "http://x/?a", "http://x#a", "http://ö",
    ]) func anythingElseIsNone(_ text: String) { #expect(Endpoint(text) == nil) }
}
