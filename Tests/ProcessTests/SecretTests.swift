import CSQLite
import Foundation
import Testing

extension RealProcesses {
    /// Secrets appear in no log, on no command line and in no file that other users can read.
    @Suite struct SecretTests {
        private static let stripeKey = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"
        private static let stripeSecret = "whsec_0123456789abcdefghijklmnopqrstuv"

        @Test(
            "a server that logs everything prints no secret, from its start to a payment and a webhook",
            .timeLimit(.minutes(1)),
            arguments: ["debug", "trace"]
        )
        func logs(_ level: String) async throws {
            try await withShop { shop in
                let stripe = StripeStandIn()
                try await stripe.run { url in
                    try await Self.pay(shop, level, url)
                }
                #expect(stripe.authorizations.contains("Bearer \(Self.stripeKey)"))
            }
        }

        private static func pay(_ shop: TestShop, _ level: String, _ url: String) async throws {
            let files = ["key": stripeKey, "secret": stripeSecret]
            for (name, text) in files {
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(shop.directory)/\(name)"))
            }
            let server = try await shop.serve(
                [
                    "payments.providers=stripe", "payments.stripe.url=\(url)", "payments.capture=atOnce",
                    "payments.stripe.key=@\(shop.directory)/key",
                    "payments.stripe.webhook-secret=@\(shop.directory)/secret", "webhooks.allow-private=yes",
                ],
                options: ["--log-level", level]
            )
            var secrets = [stripeKey, stripeSecret, shop.key, "pm_card_visa_secret"]
            try await shop.withClient(of: server) { (client) async throws in
                try await client.stock("A", 10)
                let hook = try await client.post("/v1/webhooks", #"{"url":"\#(url)/hook","events":["*"]}"#, key: "w")
                secrets.append(try hook.decode(Shown.self).secret)
                let body =
                    ShopClient.order("A").dropLast()
                    + #","payment":{"method":"card","token":"pm_card_visa_secret"}}"#
                let placed = try await client.post("/v1/orders", String(body), key: "o").decode(PlacedOrder.self)
                secrets.append(placed.secret)
                try await eventually("the order is paid", within: .seconds(20)) {
                    try await client.order(placed.id).state == "confirmed"
                }
                let read = try await server.ask(
                    "GET",
                    "/v1/orders/\(placed.id)?secret=\(placed.secret)",
                    headers: "Referer: http://127.0.0.1/\r\n"
                )
                #expect(read.status == 200)
            }
            let line = try String(contentsOfFile: "/proc/\(server.child.pid)/cmdline", encoding: .utf8)
            try await server.stop()
            let log = server.child.errors + server.child.output
            #expect(log.contains("serving http://"))
            for secret in secrets {
                #expect(!secret.isEmpty)
                // Even a part of it must not appear.
                #expect(!log.contains(secret.suffix(12)), "\(secret) is in the log")
                #expect(!line.contains(secret), "\(secret) is on the command line")
            }
        }

        private struct Shown: Decodable { let secret: String }

        private struct PlacedOrder: Decodable {
            let id: String
            let secret: String
        }

        @Test(
            "with log.format=json every line is an object, and with log.access=yes every answer has one",
            .timeLimit(.minutes(1))
        )
        func json() async throws {
            try await withShop { shop in
                let server = try await shop.serve(
                    ["log.format=json", "log.access=yes"],
                    options: ["--log-level", "debug"]
                )
                try await shop.withClient(of: server) { client in try await client.stock("A", 10) }
                _ = try await server.ask(
                    "GET",
                    "/v1/orders/ord_1?secret=osk_hidden",
                    headers: "X-Request-Id: abc\r\n"
                )
                try await server.stop()
                let lines = server.child.errors.split(separator: "\n")
                let read = try lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
                #expect(read.contains { $0.message.hasPrefix("serving http://") && $0.level == "info" })
                let answers = read.filter { $0.message == "answered" }
                #expect(answers.contains { $0.with?["path"] == "/v1/products/A" && $0.with?["status"] == "201" })
                #expect(answers.contains { $0.with?["path"] == "/v1/orders/{id}" && $0.with?["key"] == nil })
                #expect(answers.allSatisfy { $0.with?["route"] != "readyz" })
                #expect(!server.child.errors.contains("hidden"))
                #expect(!server.child.errors.unicodeScalars.contains { $0.isControl && $0 != "\n" })
            }
        }

        private struct Line: Decodable {
            let time: String
            let level: String
            let message: String
            let with: [String: String]?
        }

        @Test("a secret on the command line ends a server at once, and is not repeated", .timeLimit(.minutes(1)))
        func commandLine() async throws {
            try await withShop { shop in
                let refused = try await shop.run([
                    "serve", "--data", shop.data, "--port", "0", "--set", "payments.stripe.key=\(Self.stripeKey)",
                ])
                #expect(refused.exitStatus == 1)
                #expect(refused.errors.contains("@FILE") && refused.errors.contains("TRADEWIND_PAYMENTS_STRIPE_KEY"))
                #expect(!refused.errors.contains(Self.stripeKey))
            }
        }

        @Test(
            "whatever a shop makes is its owner's alone, also in a directory that all can enter",
            .timeLimit(.minutes(1))
        )
        func files() async throws {
            try await withShop(hasKey: false) { shop in
                let open: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
                try FileManager.default.createDirectory(
                    atPath: shop.data,
                    withIntermediateDirectories: true,
                    attributes: open
                )
                try await shop.makeKey()
                let up = try await shop.up(["--probe", "--replicas", "1"])
                _ = try await up.steady(shop, 1)
                try await eventually("the prober has its key", within: .seconds(20)) {
                    FileManager.default.fileExists(atPath: shop.data + "/run/probe.key")
                }
                let names = try FileManager.default.subpathsOfDirectory(atPath: shop.data)
                #expect(names.contains("tradewind.db") && names.contains("tradewind.db-wal"))
                for name in names {
                    var status = stat()
                    guard lstat(shop.data + "/" + name, &status) == 0 else { continue }
                    #expect(status.st_mode & 0o077 == 0, "\(name) has \(String(status.st_mode & 0o777, radix: 8))")
                }
            }
        }

        @Test("words of strangers reach the terminal without what it would obey", .timeLimit(.minutes(1)))
        func terminal() async throws {
            try await withShop { shop in
                let refused = try await shop.run([
                    "keys", "create", "--data", shop.data, "--scope", "admin", "--name", "a\u{1B}[2Jb",
                ])
                #expect(refused.exitStatus == 64)
                // Values stored by an earlier version.
                try shop.write("UPDATE api_keys SET name = 'a' || char(27) || '[2Jb' || char(10) || 'c' || char(155)")
                for arguments in [
                    ["keys", "list", "--data", shop.data], ["keys", "list", "--data", shop.data, "--json"],
                ] {
                    let list = try await shop.run(arguments)
                    #expect(list.exitStatus == 0)
                    #expect(
                        list.output.split(separator: "\n").count == (arguments.contains("--json") ? 1 : 2),
                        "\(list.output)"
                    )
                    let isPlain = list.output.unicodeScalars.allSatisfy { $0 == "\n" || !$0.isControl }
                    #expect(isPlain && list.output.contains("[2Jb"), "\(list.output)")
                }
            }
        }
    }
}

extension TestShop {
    /// Changes the database bypassing every rule, as an earlier version may have.
    fileprivate func write(_ sql: String) throws {
        var handle: OpaquePointer?
        try #require(sqlite3_open_v2(database, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK)
        defer { sqlite3_close_v2(handle) }
        try #require(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK)
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { properties.generalCategory == .control }
}
