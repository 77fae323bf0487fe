import Testing

@testable import sluice

@Suite struct EndpointArgumentsTests {
    @Test func anEmptyAddressInTheEnvironmentIsNone() {
        #expect(EndpointArguments.url(nil, environment: ["AWS_ENDPOINT_URL": ""]) == "http://127.0.0.1:4566")
        #expect(EndpointArguments.url(nil, environment: ["AWS_ENDPOINT_URL": "http://here.test"]) == "http://here.test")
        #expect(
            EndpointArguments.url("http://given.test", environment: ["AWS_ENDPOINT_URL": ""]) == "http://given.test")
        #expect(EndpointArguments.url(nil, environment: [:]) == "http://127.0.0.1:4566")
    }
}
