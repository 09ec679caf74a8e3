import Client
import Foundation
import Glibc
import Testing

extension RealProcesses {
    /// A full disk stops writes only, and only while it is full.
    @Suite(.enabled(if: SmallDisk.isPossible, "mounting a small disk needs root")) struct FullDiskTests {
        @Test("a full disk refuses orders cleanly, and takes them again once there is room", .timeLimit(.minutes(2)))
        func fillsUp() async throws {
            try await withSmallDisk { shop, disk in
                let server = try await shop.serve(["sqlite.wal=1"])
                var journal: [String] = []
                try await shop.withClient(of: server) { client in
                    try await client.stock("A", 1_000_000)
                    for number in 0..<200 { try await journal.append(Self.place(number, client)) }
                }
                try disk.fill()
                let full = try await shop.withClient(of: server) { client in
                    let refusals = try await Self.orderUntilRefused(client, from: 1000, into: &journal)
                    for refusal in refusals {
                        #expect([503, 507].contains(refusal.status))
                        #expect(["storage_full", "ledger_unavailable"].contains(refusal.problem?.code))
                        #expect(refusal.retryAfter != nil)
                    }
                    try await Self.readEverything(client, journal)
                    try await eventually("readiness tells of it", within: .seconds(10)) {
                        try await server.readiness().status == "degraded"
                    }
                    return refusals.count
                }
                try disk.free()
                let start = ContinuousClock.now
                try await shop.withClient(of: server) { client in
                    var number = 100_000
                    var answer = try await client.post("/v1/orders", ShopClient.order("A"), key: "order-\(number)")
                    while answer.status != 201 {
                        try #require(ContinuousClock.now - start < .seconds(10), "writing does not resume")
                        try await Task.sleep(for: .milliseconds(20))
                        number += 1
                        answer = try await client.post("/v1/orders", ShopClient.order("A"), key: "order-\(number)")
                    }
                    let resumed = ContinuousClock.now - start
                    print(
                        "full disk: \(full) orders refused, writing again \(resumed.milliseconds) ms after there was room"
                    )
                    try journal.append(answer.decode(OrderAnswer.self).id)
                    try await Self.readEverything(client, journal)
                    #expect(
                        try await client.orders().count == journal.count,
                        "an order was refused and placed all the same"
                    )
                    #expect(try await client.level("A").reserved == journal.count)
                }
                try await server.kill()
                let again = try await shop.serve()
                try await shop.withClient(of: again) { (client) async throws in
                    #expect(Set(try await client.orders().map(\.id)) == Set(journal))
                }
                let report = try await shop.audit()
                #expect(report.isClean, "\(report.text)")
            }
        }

        @Test(
            "a server that finds a full disk at its start says so, and starts once there is room",
            .timeLimit(.minutes(1))
        )
        func fullAtStart() async throws {
            try await withSmallDisk { shop, disk in
                var server = try await shop.serve()
                try await shop.withClient(of: server) { client in
                    try await client.stock("A", 100)
                    _ = try await Self.place(1, client)
                }
                try await server.stop()
                try disk.fill()
                let refused = try await shop.run(["serve", "--data", shop.data, "--port", "0"], within: .seconds(10))
                #expect(refused.exitStatus == 1)
                #expect(refused.errors.contains("tradewind: the disk is full"), "\(refused.errors)")
                #expect(!refused.errors.contains("Fatal"))
                try disk.free()
                server = try await shop.serve()
                try await shop.withClient(of: server) { (client) async throws in
                    #expect(try await client.orders().count == 1)
                    _ = try await Self.place(2, client)
                }
                let report = try await shop.audit()
                #expect(report.isClean, "\(report.text)")
            }
        }

        @Test("a new shop on a full disk is refused with a clear message", .timeLimit(.minutes(1)))
        func newOnFull() async throws {
            try await withSmallDisk(hasKey: false) { shop, disk in
                try disk.fill()
                let refused = try await shop.run(["serve", "--data", shop.data, "--port", "0"], within: .seconds(10))
                #expect(refused.exitStatus == 1)
                #expect(refused.errors.contains("tradewind: "))
                #expect(refused.errors.contains("full") || refused.errors.contains("space"), "\(refused.errors)")
                try disk.free()
                try await shop.makeKey()
                let server = try await shop.serve()
                try await shop.withClient(of: server) { client in try await client.stock("A", 1) }
            }
        }

        private static func place(_ number: Int, _ client: ShopClient) async throws -> String {
            let answer = try await client.post("/v1/orders", ShopClient.order("A"), key: "order-\(number)")
            try #require(answer.status == 201)
            return try answer.decode(OrderAnswer.self).id
        }

        /// Places orders until fifty in a row are refused, and returns all refusals.
        ///
        /// A success may follow the first refusal: after a checkpoint the write-ahead log can reuse the space its file already
        /// has.
        private static func orderUntilRefused(
            _ client: ShopClient,
            from first: Int,
            into journal: inout [String]
        ) async throws -> [ClientResponse] {
            var refusals: [ClientResponse] = []
            var inRow = 0
            for number in first..<(first + 20_000) {
                let answer = try await client.post("/v1/orders", ShopClient.order("A"), key: "order-\(number)")
                if answer.status == 201 {
                    try journal.append(answer.decode(OrderAnswer.self).id)
                    inRow = 0
                } else {
                    refusals.append(answer)
                    inRow += 1
                    if inRow == 50 { return refusals }
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            throw ProcessFailure("twenty thousand orders fit on a full disk")
        }

        private static func readEverything(_ client: ShopClient, _ journal: [String]) async throws {
            var paths = [
                "/v1/products/A", "/v1/products", "/v1/stock/A", "/livez", "/readyz", "/v1/events", "/metrics",
            ]
            paths += journal.suffix(100).map { "/v1/orders/\($0)" }
            paths += journal.prefix(100).map { "/v1/orders/\($0)" }
            for path in paths {
                let status = try await client.get(path).status
                #expect(status == 200, "\(path)")
            }
        }
    }
}

/// An empty disk of 24 MiB.
struct SmallDisk {
    let path: String

    /// Whether this process may mount one.
    static let isPossible = geteuid() == 0 && mountsHere()

    private static func mountsHere() -> Bool {
        let path = NSTemporaryDirectory() + "/tradewind-probe-\(getpid())"
        guard mkdir(path, 0o700) == 0 else { return false }
        defer { rmdir(path) }
        guard mount("tmpfs", path, "tmpfs", 0, "size=1m") == 0 else { return false }
        return umount2(path, Int32(MNT_DETACH)) == 0
    }

    init() throws {
        path = NSTemporaryDirectory() + "/tradewind-disk-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=24m") == 0 else {
            throw ProcessFailure("cannot mount a small disk: \(String(cString: strerror(errno)))")
        }
    }

    func remove() {
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }

    /// Fills the disk.
    func fill() throws {
        let file = open(ballast, O_WRONLY | O_CREAT, 0o600)
        guard file >= 0 else { throw ProcessFailure("cannot fill the disk") }
        defer { close(file) }
        lseek(file, 0, Int32(SEEK_END))
        let page = [UInt8](repeating: 7, count: 4096)
        while write(file, page, page.count) == page.count {}
        guard errno == ENOSPC else { throw ProcessFailure("cannot fill the disk: \(String(cString: strerror(errno)))") }
    }

    /// The used share.
    var used: Double {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return 0 }
        return 1 - Double(status.f_bavail) / Double(status.f_blocks)
    }

    /// Fills the disk up to a share.
    func fill(to share: Double) throws {
        let file = open(ballast, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard file >= 0 else { throw ProcessFailure("cannot fill the disk") }
        defer { close(file) }
        let page = [UInt8](repeating: 7, count: 4096)
        while used < share, write(file, page, page.count) == page.count {}
    }

    /// Frees the space again.
    func free() throws {
        try FileManager.default.removeItem(atPath: ballast)
    }

    private var ballast: String { path + "/ballast" }
}

/// Runs `body` with a shop on a small disk.
func withSmallDisk(hasKey: Bool = true, _ body: (TestShop, SmallDisk) async throws -> Void) async throws {
    let disk = try SmallDisk()
    defer { disk.remove() }
    try await withShop(data: disk.path + "/data", hasKey: hasKey) { shop in try await body(shop, disk) }
}
