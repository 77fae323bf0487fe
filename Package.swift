// swift-tools-version: 6.2
import PackageDescription

/// One set of language rules for every target: Swift 6 mode, and the upcoming features that make access and
/// existentials explicit.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let swiftASN1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let swiftCSV = Target.Dependency.product(name: "SwiftCSV", package: "SwiftCSV")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}
func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

// Dependencies point one way: a target uses only targets above it, but for `sluice`, which uses some of the functions' side below. Documentation/architecture.md has the picture.
let package = Package(
    name: "sluice",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "sluice", targets: ["sluice"]),
        .executable(name: "OrderProcessorFunction", targets: ["OrderProcessorFunction"]),
        .executable(name: "PremiumServiceFunction", targets: ["PremiumServiceFunction"]),
        .library(name: "EventPatterns", targets: ["EventPatterns"]),
        .library(name: "AWSClient", targets: ["AWSClient"]),
        .library(name: "Idempotency", targets: ["Idempotency"]),
        .library(name: "LambdaRuntime", targets: ["LambdaRuntime"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.10.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    ],
    targets: [
        // Values and rules: no input, no output.
        module("Clocks"),
        module("EventPatterns"),
        module("Items"),
        module("LogPatterns", ["Items"]),
        module("Orders", ["Items"]),
        module("Stacks", [yams]),
        // What IAM says to a call, and what the roles of a stack should allow.
        module("Permissions", ["Stacks"]),
        // What CloudWatch makes of metrics: expressions over them, alarms on them, pictures of them.
        module("MetricMath", ["Clocks"]),
        module("Alarms", ["Clocks", "Items", "MetricMath"]),
        module("Dashboards", ["Clocks", "MetricMath"]),
        // What all of it would cost on AWS.
        // Its prices are inside the program.
        .target(name: "Costs", resources: [.embedInCode("Prices")], swiftSettings: settings),
        module("Capacity", ["Costs", "Stacks"]),
        // Small files that are replaced as a whole.
        module("WholeFiles"),
        // Who may come in: signatures, and the keys that they are made with.
        module("AWSSignature", [crypto]),
        module("AccessKeys", ["AWSSignature", "Clocks", "WholeFiles"]),
        // What the endpoint shows that it is the one it is called.
        module("Certificates", ["Clocks", "WholeFiles", crypto, swiftASN1, x509]),
        // What goes wrong when, by a file; it names a stack's resources and knows nothing of what runs.
        module("Faults", ["Clocks", "Stacks", yams]),

        // Whether a stack is fit for production.
        module("Readiness", ["EventPatterns", "Permissions", "Stacks"]),

        // The engine.
        .systemLibrary(name: "CRocksDB", providers: [.apt(["librocksdb-dev"])]),
        module("Storage", ["CRocksDB"]),
        module("Tables", ["Clocks", "Items", "Storage"]),
        module("Queues", ["Clocks", "Storage", crypto]),
        module("Logs", ["Clocks", "LogPatterns", "Storage"]),
        module("Telemetry", ["Clocks", "Items", "MetricMath", "Storage", coreMetrics, histogram, logging]),
        module("Monitoring", ["Alarms", "Clocks", "MetricMath", "Storage", "Telemetry", logging]),
        module("HTTPServing", [nioCore, nioHTTP1, nioPosix, nioSSL, nioTLS]),
        .systemLibrary(name: "CArchive", providers: [.apt(["libarchive-dev"])]),
        // Linux's epoll.
        .target(name: "CEventPoll"),
        // What must be done between fork and exec.
        .target(name: "CProcessStart"),
        module(
            "Functions",
            [
                "CArchive", "CEventPoll", "CProcessStart", "Clocks", "HTTPServing", logging, nioCore, nioHTTP1,
                nioPosix, subprocess, systemPackage,
            ]),
        module("Pipes", ["Clocks", "EventPatterns", logging]),
        module(
            "Gateway",
            [
                "AWSSignature", "AccessKeys", "Alarms", "CArchive", "Clocks", "Dashboards", "HTTPServing", "Items",
                "LogPatterns", "Logs", "MetricMath", "Monitoring", "Queues", "Storage", "Tables", "Telemetry",
                logging, nioCore, nioHTTP1, nioPosix,
            ]),
        // The web console; the files of its pages are inside the program.
        .target(
            name: "Console",
            dependencies: ["AccessKeys", "Clocks", "Gateway", "HTTPServing", logging, nioCore, nioHTTP1],
            resources: [.embedInCode("Pages")], swiftSettings: settings),
        module(
            "Engine",
            [
                "AccessKeys", "Alarms", "Certificates", "Clocks", "Console", "Costs", "Dashboards", "EventPatterns",
                "Faults", "Functions", "Gateway", "HTTPServing", "Items", "Logs", "MetricMath", "Monitoring",
                "Permissions", "Pipes", "Queues", "Readiness", "Stacks", "Storage", "Tables", "Telemetry",
                asyncHTTPClient, crypto, logging, nioCore, nioHTTP1, serviceLifecycle,
            ]),
        module("Replay", ["Orders", swiftCSV]),
        // Load offered to a table, and what came of it.
        module("Load", ["CEventPoll", "Items", "Orders", histogram]),
        // Functions' programs as zips for AWS.
        module("Packaging", ["CArchive"]),
        // The same template on AWS, through the AWS CLI.
        module("Deployment", ["Items", "Orders", "Stacks"]),
        program(
            "sluice",
            [
                "AWSClient", "AWSSignature", "AccessKeys", "Capacity", "Clocks", "Console", "Costs", "Deployment",
                "Engine", "EventPatterns", "Functions", "Idempotency", "Items", "Load", "OrderFunctions", "Orders",
                "Packaging", "Queues", "Readiness", "Replay", "ShopSystems", "Stacks", "Tables", argumentParser,
                asyncHTTPClient, crypto, logging, nioCore, nioHTTP1, nioSSL, serviceLifecycle, unixSignals,
            ]),

        // The functions' side: what they can reach on AWS is all they can reach here.
        // Lets a program that was built on a newer system start on Amazon Linux 2023.
        .target(name: "CGlibcCompatibility"),
        module("AWSClient", ["AWSSignature", "Clocks", "Items", asyncHTTPClient, nioCore, nioHTTP1, nioSSL]),
        module(
            "LambdaRuntime", ["CGlibcCompatibility", "Clocks", "Items", logging, nioCore, nioHTTP1, nioPosix]),
        module("Idempotency", ["AWSClient", "Clocks", "Items", "LambdaRuntime", crypto]),
        module("OrderFunctions", ["AWSClient", "Idempotency", "Items", "LambdaRuntime", "Orders", logging]),
        program("OrderProcessorFunction", ["AWSClient", "Items", "LambdaRuntime", "OrderFunctions", "Orders"]),
        program(
            "PremiumServiceFunction",
            ["AWSClient", "Idempotency", "Items", "LambdaRuntime", "OrderFunctions", "Orders"]),

        // The systems that the functions tell something: an example, and what makes the demo live.
        .target(
            name: "ShopSystems",
            dependencies: ["AWSClient", "Clocks", "Items", "OrderFunctions", "Orders", logging, serviceLifecycle],
            path: "Examples/shop/Systems", swiftSettings: settings),
        .executableTarget(
            name: "shop",
            dependencies: [
                "AWSClient", "OrderFunctions", "Orders", "ShopSystems", logging, serviceLifecycle, unixSignals,
            ],
            path: "Examples/shop/Program", swiftSettings: settings),

        // What tests and benchmarks share, and the benchmarks.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .target(name: "TestTraits", path: "Tests/TestTraits", swiftSettings: settings),
        // The template as bills are worked out for it.
        .target(
            name: "ProjectPipeline", dependencies: ["Costs"], path: "Tests/ProjectPipeline", swiftSettings: settings),
        .executableTarget(
            name: "RuntimeProbe", dependencies: ["LambdaRuntime", logging], path: "Tests/RuntimeProbe",
            swiftSettings: settings),
        // What lives on a disk that misbehaves.
        .executableTarget(
            name: "DiskWork", dependencies: ["Clocks", "Items", "Storage", "Tables", "TestSupport"],
            path: "Tests/DiskWork", swiftSettings: settings),
        .target(name: "CAllocationCount", path: "Benchmarks/CAllocationCount"),
        .target(
            name: "OrderRecords", dependencies: ["TestSupport"], path: "Benchmarks/OrderRecords",
            swiftSettings: settings),
        .target(name: "CSyncCount", path: "Benchmarks/CSyncCount"),
        .target(
            name: "BenchmarkSupport", dependencies: ["CEventPoll", "CSyncCount", "Items", "TestSupport"],
            path: "Benchmarks/BenchmarkSupport", swiftSettings: settings),
        .executableTarget(
            name: "BenchmarkFunction", dependencies: ["LambdaRuntime"], path: "Benchmarks/BenchmarkFunction",
            swiftSettings: settings),
        .executableTarget(
            name: "FunctionBenchmark",
            dependencies: ["BenchmarkSupport", "Clocks", "Functions", logging, argumentParser],
            path: "Benchmarks/FunctionBenchmark", swiftSettings: settings),
        .executableTarget(
            name: "PipeBenchmark", dependencies: ["BenchmarkSupport", argumentParser],
            path: "Benchmarks/PipeBenchmark", swiftSettings: settings),
        .executableTarget(
            name: "TableBenchmark",
            dependencies: [
                "BenchmarkSupport", "CAllocationCount", "CRocksDB", "Clocks", "Items", "Storage", "Tables",
                "TestSupport", argumentParser,
            ],
            path: "Benchmarks/TableBenchmark", swiftSettings: settings),
        .executableTarget(
            name: "TelemetryBenchmark",
            dependencies: [
                "BenchmarkSupport", "CAllocationCount", "Clocks", "MetricMath", "Storage", "Telemetry", "TestSupport",
                argumentParser, logging,
            ],
            path: "Benchmarks/TelemetryBenchmark", swiftSettings: settings),
        // The page that all of them fill, and what says whether two commits differ.
        .target(name: "BenchmarkPage", path: "Benchmarks/BenchmarkPage", swiftSettings: settings),
        .executableTarget(
            name: "PerformanceBenchmark",
            dependencies: [
                "BenchmarkPage", "BenchmarkSupport", argumentParser, nioCore, nioHTTP1, nioPosix,
            ],
            path: "Benchmarks/PerformanceBenchmark", swiftSettings: settings),
        .executableTarget(
            name: "FilterBenchmark",
            dependencies: ["CAllocationCount", "EventPatterns", "OrderRecords", "TestSupport", argumentParser],
            path: "Benchmarks/FilterBenchmark", swiftSettings: settings),

        tests("BenchmarkPageTests", ["BenchmarkPage"]),
        tests("ClocksTests", ["Clocks", "TestSupport"]),
        tests(
            "EventPatternsTests", ["CAllocationCount", "EventPatterns", "OrderRecords", "TestSupport"],
            exclude: ["Vectors"]),
        tests("ItemsTests", ["Items", "TestSupport"]),
        tests(
            "SluiceTests",
            [
                "AWSClient", "AWSSignature", "Capacity", "Certificates", "Clocks", "Costs", "Engine", "HTTPServing",
                "Items", "Load", "sluice", "TestTraits", argumentParser, nioCore, nioHTTP1,
            ]),
        tests("LogPatternsTests", ["LogPatterns", "TestSupport"]),
        tests("OrdersTests", ["Items", "Orders"]),
        tests("StacksTests", ["Stacks", "TestTraits"]),
        tests("PermissionsTests", ["Permissions", "Stacks"]),
        tests("ReadinessTests", ["Readiness", "Stacks"], exclude: ["Fixtures"]),
        tests("FaultsTests", ["Clocks", "Faults", "Stacks"]),
        tests("MetricMathTests", ["Clocks", "MetricMath"]),
        tests("AlarmsTests", ["Alarms", "Clocks", "MetricMath"]),
        tests("DashboardsTests", ["Clocks", "Dashboards", "MetricMath"]),
        tests("CostsTests", ["Costs", "ProjectPipeline", "TestSupport"]),
        tests("CapacityTests", ["Capacity", "Costs", "ProjectPipeline", "Stacks", "TestSupport"]),
        tests("StorageTests", ["Storage", "TestSupport", "TestTraits"]),
        tests("TablesTests", ["Clocks", "Items", "Storage", "Tables", "TestSupport"], exclude: ["Fixtures"]),
        tests("QueuesTests", ["Clocks", "Queues", "Storage", "TestSupport"], exclude: ["Fixtures"]),
        tests("LogsTests", ["Clocks", "LogPatterns", "Logs", "Storage", "TestSupport"]),
        tests(
            "TelemetryTests",
            ["CAllocationCount", "Clocks", "MetricMath", "Storage", "Telemetry", "TestSupport", coreMetrics, logging]),
        tests(
            "MonitoringTests",
            ["Alarms", "Clocks", "MetricMath", "Monitoring", "Storage", "Telemetry", "TestSupport", logging]),
        tests("PipesTests", ["Clocks", "EventPatterns", "Pipes", logging, "TestSupport"]),
        tests("PackagingTests", ["Packaging"]),
        tests("DeploymentTests", ["Deployment", "Items", "Orders", "Stacks"]),
        tests("ReplayTests", ["Orders", "Replay"]),
        tests("LoadTests", ["Items", "Load", "Orders"]),
        tests("CertificatesTests", ["Certificates", "Clocks", crypto]),
        tests(
            "HTTPServingTests",
            [
                "Certificates", "Clocks", "HTTPServing", "TestSupport", nioCore, nioEmbedded, nioHTTP1, nioPosix,
                nioSSL, nioTLS,
            ]),
        tests(
            "GatewayTests",
            [
                "AWSSignature", "AccessKeys", "Clocks", "Gateway", "HTTPServing", "Items", "Logs", "Monitoring",
                "Queues", "Storage", "Tables", "Telemetry", "TestSupport", logging, nioCore, nioHTTP1,
            ]),
        tests(
            "ConsoleTests",
            [
                "AccessKeys", "Clocks", "Console", "Gateway", "HTTPServing", "TestSupport", logging, nioCore,
                nioHTTP1, nioPosix,
            ]),
        tests(
            "EngineTests",
            [
                "AccessKeys", "Alarms", "Certificates", "Clocks", "Dashboards", "Engine", "EventPatterns",
                "Functions", "Gateway", "Items", "MetricMath", "Monitoring", "Permissions", "Pipes", "Queues",
                "Stacks", "Storage", "Tables", "Telemetry", "TestSupport", logging,
            ]),
        tests("AWSSignatureTests", ["AWSSignature", "TestSupport"]),
        tests("WholeFilesTests", ["WholeFiles"]),
        tests("AccessKeysTests", ["AWSSignature", "AccessKeys", "Clocks"]),
        tests(
            "AWSClientTests",
            ["AWSClient", "AWSSignature", "Clocks", "HTTPServing", "Items", "TestSupport", nioCore, nioHTTP1]),
        tests("IdempotencyTests", ["AWSClient", "Clocks", "Idempotency", "Items", "LambdaRuntime", logging]),
        tests(
            "LambdaRuntimeTests",
            [
                "Clocks", "HTTPServing", "Items", "LambdaRuntime", "RuntimeProbe", "TestSupport", logging, nioCore,
                nioHTTP1,
            ]),
        tests("OrderFunctionsTests", ["Clocks", "Items", "LambdaRuntime", "OrderFunctions", "Orders", logging]),
        tests("ShopSystemsTests", ["Orders", "ShopSystems"]),
        tests("FunctionsTests", ["Clocks", "Functions", "TestSupport", "TestTraits", logging]),
        tests(
            "EndToEndTests",
            [
                "AWSClient", "Certificates", "Clocks", "DiskWork", "Idempotency", "Items", "LambdaRuntime", "Orders",
                "Replay", "Storage", "sluice", "OrderProcessorFunction", "PremiumServiceFunction", "shop",
                "TestSupport", "TestTraits", logging,
            ], exclude: ["Fixtures"]),
    ]
)
