// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is written in Swift 6 language mode, and a warning is an error.
///
/// Release builds optimise across modules. The run-time check of exclusive access stays on: it costs 3 % of a checkout's processor time.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny"),
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

let package = Package(
    name: "tradewind",
    products: [.executable(name: "tradewind", targets: ["tradewind"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CEpoll"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CGatheredLog", dependencies: ["CSQLite"], cSettings: [.unsafeFlags(["-Wall", "-Werror"])]),
        .target(name: "Availability", dependencies: ["SplitMix", "Time"], swiftSettings: strict),
        .target(name: "Bytes", swiftSettings: strict),
        .target(name: "CProcess", cSettings: [.unsafeFlags(["-Wall", "-Werror"])]),
        .target(name: "PlainText", swiftSettings: strict),
        .target(name: "Zstandard", dependencies: ["CZstd"], swiftSettings: strict),
        .target(name: "CTurnstile", cSettings: [.unsafeFlags(["-Wall", "-Werror"])]),
        .target(name: "Ranges", swiftSettings: strict),
        .target(name: "Secrets", swiftSettings: strict),
        .target(name: "JSON", dependencies: ["Bytes", "PlainText"], swiftSettings: strict),
        .target(name: "Supervision", dependencies: ["JSON", "Ranges", "Time"], swiftSettings: strict),
        .target(name: "Spelling", swiftSettings: strict),
        .target(name: "SplitMix", swiftSettings: strict),
        .target(name: "Time", swiftSettings: strict),
        .target(name: "Trading", dependencies: ["Bytes", "PlainText", "SplitMix", "Time"], swiftSettings: strict),
        .target(name: "Resilience", dependencies: ["Ranges", "SplitMix", "Time"], swiftSettings: strict),
        .target(
            name: "Ledger",
            dependencies: ["Bytes", "JSON", "Secrets", "Trading"],
            swiftSettings: strict
        ),
        .target(
            name: "Providers",
            dependencies: ["Resilience", "Secrets", "Trading", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict
        ),
        .target(
            name: "ProviderClients",
            dependencies: [
                "Bytes", "JSON", "PlainText", "Providers", "Resilience", "Secrets", "Trading",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Simulation",
            dependencies: ["Ledger", "Providers", "SplitMix", "Trading"],
            swiftSettings: strict
        ),
        .target(
            name: "LedgerSQLite",
            dependencies: [
                "Bytes", "CGatheredLog", "CSQLite", "CTurnstile", "CZlib", "Ledger", "PlainText", "Trading",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "LedgerPostgres",
            dependencies: ["CPostgres", "Ledger", "Secrets", "Trading"],
            swiftSettings: strict
        ),
        .target(
            name: "OrderArchive",
            dependencies: [
                "Bytes", "CProcess", "Ledger", "Trading", "Zstandard",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "LedgerEngines",
            dependencies: [
                "Bytes", "CProcess", "JSON", "Ledger", "LedgerPostgres", "LedgerSQLite", "OrderArchive", "PlainText",
                "Trading",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "API",
            dependencies: [
                "Availability", "Bytes", "CZlib", "JSON", "Ledger", "PlainText", "Resilience", "Secrets", "SplitMix",
                "Time", "Trading",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Components",
            dependencies: [
                "API", "Availability", "JSON", "Ledger", "OrderArchive", "PlainText", "Providers", "Resilience",
                "Trading",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Replicas",
            dependencies: [
                "Availability", "CProcess", "JSON", "Resilience", "Supervision", "Time",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Sandbox",
            dependencies: [
                "API", "Bytes", "JSON", "Providers", "SplitMix", "Trading",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Server",
            dependencies: [
                "API", "Availability", "BackupStorage", "Backups", "Components", "JSON", "Ledger", "LedgerEngines",
                "LedgerPostgres", "LedgerSQLite", "PlainText", "ProviderClients", "Providers", "Replicas", "Resilience",
                "Secrets", "Spelling", "Supervision", "Trading",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Client",
            dependencies: [
                "JSON", "Resilience", "Secrets",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(name: "ForeignFiles", dependencies: ["Bytes", "Trading"], swiftSettings: strict),
        .target(
            name: "Exchange",
            dependencies: [
                "Bytes", "Client", "ForeignFiles", "JSON", "PlainText", "Spelling", "Time", "Trading",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Auditing",
            dependencies: ["JSON", "Ledger", "LedgerEngines", "PlainText", "Providers", "SplitMix", "Trading"],
            swiftSettings: strict
        ),
        .target(
            name: "BackupStorage",
            dependencies: [
                "Bytes", "PlainText", "Resilience", "Secrets", "Time", "Zstandard",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Backups",
            dependencies: [
                "Auditing", "BackupStorage", "Bytes", "Ledger", "LedgerEngines", "LedgerPostgres", "LedgerSQLite",
                "OrderArchive", "Time", "Trading",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Load",
            dependencies: ["CEpoll", "SplitMix", "Time", .product(name: "Histogram", package: "hdrhistogram-swift")],
            swiftSettings: strict
        ),
        .target(
            name: "Probe",
            dependencies: [
                "Availability", "Bytes", "Client", "JSON", "Ledger", "Trading",
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Drills",
            dependencies: [
                "Auditing", "Client", "JSON", "LedgerEngines", "Load", "Replicas", "Resilience", "SplitMix", "Time",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "CLI",
            dependencies: [
                "API", "Auditing", "Availability", "BackupStorage", "Backups", "Components", "Drills", "Exchange",
                "ForeignFiles", "JSON", "Ledger",
                "LedgerEngines", "LedgerPostgres", "Load", "OrderArchive", "PlainText", "Probe", "Providers",
                "Replicas", "Sandbox",
                "Secrets", "Server",
                "Simulation", "Spelling", "Supervision", "Trading",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(name: "tradewind", dependencies: ["CLI"], swiftSettings: strict),

        .target(name: "TestSupport", dependencies: ["SplitMix"], path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(
            name: "AvailabilityTests",
            dependencies: ["Availability", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "BackupStorageTests",
            dependencies: [
                "BackupStorage", "Bytes", "Resilience", "Secrets", "TestSupport", "Time",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "BackupsTests",
            dependencies: [
                "Auditing", "BackupStorage", "Backups", "CSQLite", "Ledger", "LedgerEngines", "LedgerSQLite",
                "OrderArchive", "TestSupport", "Trading",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "BytesTests", dependencies: ["Bytes"], swiftSettings: strict),
        .testTarget(name: "PlainTextTests", dependencies: ["PlainText"], swiftSettings: strict),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "SpellingTests", dependencies: ["Spelling"], swiftSettings: strict),
        .testTarget(name: "ResilienceTests", dependencies: ["Resilience", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "SupervisionTests",
            dependencies: ["JSON", "Supervision", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "TimeTests", dependencies: ["TestSupport", "Time"], swiftSettings: strict),
        .testTarget(name: "TradingTests", dependencies: ["TestSupport", "Trading"], swiftSettings: strict),
        .testTarget(
            name: "LedgerTests",
            dependencies: [
                "CSQLite", "JSON", "Ledger", "LedgerEngines", "LedgerPostgres", "LedgerSQLite", "Secrets",
                "TestSupport", "Trading",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LedgerEnginesTests",
            dependencies: ["CSQLite", "Ledger", "LedgerEngines", "Trading"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ProvidersTests",
            dependencies: [
                "JSON", "ProviderClients", "Providers", "Resilience", "Sandbox", "Secrets", "SplitMix", "TestSupport",
                "Trading",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ReplicasTests",
            dependencies: ["Availability", "Replicas", "Resilience"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ServerTests",
            dependencies: ["API", "Ledger", "Providers", "Secrets", "Server", "Trading"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AuditingTests",
            dependencies: [
                "Auditing", "CSQLite", "Ledger", "LedgerEngines", "LedgerSQLite", "OrderArchive", "TestSupport",
                "Trading",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AfterRestoreTests",
            dependencies: [
                "Auditing", "Components", "Ledger", "LedgerEngines", "LedgerSQLite", "OrderArchive", "ProviderClients",
                "Providers",
                "Sandbox",
                "Trading",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LoadTests",
            dependencies: [
                "Load",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "DrillsTests", dependencies: ["Drills"], swiftSettings: strict),
        .testTarget(name: "ForeignFilesTests", dependencies: ["ForeignFiles"], swiftSettings: strict),
        .testTarget(name: "ProbeTests", dependencies: ["Probe", "Trading"], swiftSettings: strict),
        .testTarget(
            name: "ExchangeTests",
            dependencies: [
                "Client", "Exchange", "ForeignFiles", "JSON", "Resilience", "TestSupport",
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ComponentsTests",
            dependencies: [
                "API", "Availability", "CZlib", "Components", "JSON", "Ledger", "LedgerSQLite", "OrderArchive",
                "Providers",
                "Replicas", "Resilience", "Trading",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Simulation"],
            resources: [.copy("seeds.txt")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ProcessTests",
            dependencies: [
                "Auditing", "Bytes", "CSQLite", "Client", "JSON", "Ledger", "LedgerEngines", "LedgerPostgres",
                "LedgerSQLite", "ProviderClients", "Providers", "Replicas", "Secrets", "TestSupport", "Trading",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
    ]
)
