import CSQLite
import Foundation
import Glibc
import TestSupport
import Testing

extension RealProcesses {
    /// A file that cannot be served is refused at the start with one clear line, and left as it was.
    @Suite struct BadFileTests {
        /// The damage that is done to a good file.
        enum Damage: String, CaseIterable {
            case header, schema, pages, halved, notADatabase, tiny, newer
        }

        @Test(
            "a file that is damaged, foreign or newer is refused and not touched",
            .timeLimit(.minutes(1)),
            arguments: Damage.allCases
        )
        func damaged(_ damage: Damage) async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                try await shop.withClient(of: server) { client in
                    for number in 0..<40 { try await client.stock("SKU-\(number)", 10) }
                    for number in 0..<40 { _ = try await client.post("/v1/orders", ShopClient.order("SKU-\(number)")) }
                }
                #expect(try await server.stop() == 0)
                let files = try FileManager.default.contentsOfDirectory(atPath: shop.data)
                let left = files.sorted()
                // Beside the database lie the empty lock file by which processes take turns, and the times of its checks.
                let turns = ["tradewind.db", "tradewind.db-checked", "tradewind.db-turns"]
                #expect(left == turns, "a server that was stopped leaves one file with data: \(left)")
                try Self.apply(damage, to: shop.database)
                let before = try Data(contentsOf: URL(fileURLWithPath: shop.database))
                let words = try await Self.refusal(shop, data: shop.data)
                switch damage {
                case .newer: #expect(words.contains("newer than this build"), "\(words)")
                case .notADatabase, .tiny, .header: #expect(words.contains("not a database"), "\(words)")
                default: #expect(words.contains("unreadable") || words.contains("malformed"), "\(words)")
                }
                #expect(try Data(contentsOf: URL(fileURLWithPath: shop.database)) == before, "the file was changed")
            }
        }

        @Test("a data directory that cannot be one is refused", .timeLimit(.minutes(1)))
        func badDirectory() async throws {
            try await withShop(hasKey: false) { shop in
                let file = shop.directory + "/file"
                try "not a directory".write(toFile: file, atomically: true, encoding: .utf8)
                var places = [file, file + "/below", "/proc/tradewind", "/sys"]
                if geteuid() != 0 {
                    let closed = shop.directory + "/closed"
                    try FileManager.default.createDirectory(
                        atPath: closed,
                        withIntermediateDirectories: true,
                        attributes: [.posixPermissions: 0o500]
                    )
                    places.append(closed)
                }
                for place in places {
                    let words = try await Self.refusal(shop, data: place)
                    #expect(words.contains(place), "the message does not name the place: \(words)")
                }
                #expect(try String(contentsOfFile: file, encoding: .utf8) == "not a directory")
            }
        }

        @Test("a port that is taken is refused", .timeLimit(.minutes(1)))
        func portTaken() async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                let other = shop.directory + "/other"
                let words = try await Self.refusal(shop, data: other, port: server.port)
                #expect(words.contains("port \(server.port) is taken"), "\(words)")
                #expect(try await server.ask("GET", "/livez").status == 200)
            }
        }

        /// Starts a server that must refuse, and returns its one line of output.
        private static func refusal(_ shop: TestShop, data: String, port: Int = 0) async throws -> String {
            let child = try await shop.run(["serve", "--data", data, "--port", String(port)], within: .seconds(8))
            #expect(child.exitStatus == 1, "\(child.errors)")
            let lines = child.errors.split(separator: "\n").filter { $0.hasPrefix("tradewind: ") }
            #expect(lines.count == 1, "one line tells why: \(child.errors)")
            for mark in ["Fatal", "Backtrace", "warning", "error"] {
                let others = child.errors.split(separator: "\n").filter { !$0.hasPrefix("tradewind: ") }
                #expect(!others.contains { $0.contains(mark) }, "\(child.errors)")
            }
            return lines.first.map(String.init) ?? ""
        }

        private static func apply(_ damage: Damage, to path: String) throws {
            let url = URL(fileURLWithPath: path)
            var bytes = try Data(contentsOf: url)
            let page = 4096
            try #require(bytes.count > 20 * page)
            var random = SeededGenerator(seed: 7)
            func overwrite(_ range: Range<Int>) {
                for index in range { bytes[index] = UInt8.random(in: 0...255, using: &random) }
            }
            switch damage {
            case .header: overwrite(0..<100)
            case .schema: overwrite(100..<page)
            case .pages: overwrite(page..<bytes.count)
            case .halved: bytes = bytes.prefix(bytes.count / 2 / page * page)
            case .notADatabase: bytes = Data(String(repeating: "sku,name,price\n", count: 1000).utf8)
            case .tiny: bytes = Data("hello".utf8)
            case .newer:
                try insertMigration(path)
                return
            }
            try bytes.write(to: url)
        }

        private static func insertMigration(_ path: String) throws {
            var handle: OpaquePointer?
            try #require(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK)
            defer { sqlite3_close_v2(handle) }
            let sql = "INSERT INTO migrations VALUES ('9999 from the future', 0)"
            try #require(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK)
        }
    }
}
