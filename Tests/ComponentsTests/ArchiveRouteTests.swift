import API
import Foundation
import HTTPTypes
import Ledger
import Testing
import Trading

@testable import Components
@testable import OrderArchive

@Suite("Archived orders through the API")
struct ArchiveRouteTests {
    private static let mark = HTTPField.Name.orderArchived

    @Test("everything of an archived order is answered as before, and marked")
    func reads() async throws {
        let here = try await ArchivedShop()
        defer { here.end() }
        try await here.shop.serve { client in
            let secret = here.shop.shop.secrets.text(for: here.order)
            var before: [String: [UInt8]] = [:]
            for path in here.paths {
                let reply = try await client.ask(.get, path)
                #expect(reply.status == 200 && reply.headers[Self.mark] == nil, "\(path)")
                before[path] = reply.bytes
            }
            try await here.move()
            for path in here.paths {
                let reply = try await client.ask(.get, path)
                #expect(reply.status == 200 && reply.headers[Self.mark] == "true", "\(path)")
                #expect(reply.bytes == before[path], "\(path)")
            }
            for path in here.paths.prefix(4) + [here.paths[5]] {
                let reply = try await client.ask(.get, path, key: secret)
                #expect(reply.status == 200 && reply.bytes == before[path], "\(path)")
            }
            let list = try await client.ask(.get, "/v1/orders")
            #expect(list.list("items").isEmpty)
            for path in ["orders/\(ID<Order>(high: 1, low: 1))", "payments/\(ID<Payment>(high: 1, low: 1))"] {
                #expect(try await client.ask(.get, "/v1/\(path)").status == 404, "\(path)")
            }
            let other = here.shop.shop.secrets.text(for: ID(high: 1, low: 1))
            #expect(try await client.ask(.get, here.paths[0], key: other).status == 401)
            #expect(try await client.ask(.get, here.paths[0], key: "").status == 401)
        }
    }

    @Test("a change of an archived order is refused and changes nothing, until the order is brought back")
    func refusesChanges() async throws {
        let here = try await ArchivedShop()
        defer { here.end() }
        try await here.shop.serve { client in
            try await here.move()
            let whole = WholeLedger(here.shop.shop.ledger, here.archive)
            let before = try await ArchiveDigest.read(whole)
            let changes = [
                ("orders/\(here.order)/cancel", "{}"), ("orders/\(here.order)/pay", "{}"),
                ("orders/\(here.order)/extend", #"{"seconds":60}"#), ("orders/\(here.order)/fulfilments", "{}"),
                ("orders/\(here.order)/complete", "{}"), ("orders/\(here.order)/shipments", "{}"),
                ("orders/\(here.order)/returns", #"{"lines":[{"line":1,"quantity":1}],"reason":"r"}"#),
                ("orders/\(here.order)/payments", #"{"method":"card","token":"tok_1"}"#),
                ("payments/\(here.payment)/refund", #"{"amount":{"amount":1,"currency":"GBP"}}"#),
                ("shipments/\(here.parcel)/hand-over", "{}"), ("shipments/\(here.parcel)/cancel", "{}"),
                ("shipments/\(here.parcel)/correct", #"{"state":"lost","note":"n"}"#),
                ("shipments/\(here.parcel)/events", #"{"events":[{"code":"delivered"}]}"#),
                ("returns/\(here.taken)/cancel", "{}"),
                ("credits", #"{"amount":{"amount":1,"currency":"GBP"},"reason":"r","order":"\#(here.order)"}"#),
            ]
            for (path, body) in changes {
                let reply = try await client.ask(.post, "/v1/\(path)", body, headers: ["Idempotency-Key": path])
                #expect(reply.status == 409 && reply.text("code") == "order_archived", "\(path): \(reply.json)")
                #expect(reply.text("order") == "\(here.order)", "\(path)")
            }
            #expect(try await ArchiveDigest.read(whole) == before)
            #expect(try await here.archiver.bringBack(here.order))
            let reply = try await client.ask(.get, here.paths[0])
            #expect(reply.status == 200 && reply.headers[Self.mark] == nil)
            let credit = try #require(changes.last)
            let given = try await client.ask(.post, "/v1/credits", credit.1, headers: ["Idempotency-Key": credit.0])
            #expect(given.status == 201)
        }
    }

    @Test(
        "an archived order whose file is missing, cut or changed is answered with 503 and never with 404; all others are answered",
        arguments: ["missing", "cut", "changed"]
    )
    func unreadable(how: String) async throws {
        let here = try await ArchivedShop()
        defer { here.end() }
        try await here.shop.serve { client in
            try await here.move()
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: here.archive.path).first)
            let file = URL(fileURLWithPath: "\(here.archive.path)/\(name)")
            let sound = try Data(contentsOf: file)
            switch how {
            case "missing": try FileManager.default.removeItem(at: file)
            case "cut": try sound.prefix(sound.count / 2).write(to: file)
            default: try Data(sound.map { $0 ^ 0x20 }).write(to: file)
            }
            here.archive.keepOnly([])
            for path in here.paths {
                let reply = try await client.ask(.get, path)
                #expect(reply.status == 503 && reply.text("code") == "archived_unreadable", "\(path): \(reply.json)")
            }
            let change = try await client.ask(.post, "/v1/orders/\(here.order)/cancel", "{}")
            #expect(change.status == 503 && change.text("code") == "archived_unreadable")
            #expect(try await client.ask(.get, "/v1/orders/\(ID<Order>(high: 1, low: 1))").status == 404)
            #expect(try await client.ask(.get, "/v1/orders").status == 200)
            try sound.write(to: file)
            here.archive.keepOnly([])
            #expect(try await client.ask(.get, here.paths[0]).status == 200)
        }
    }

    @Test("routes that may answer from the archive say so, and those that refuse a change too")
    func describes() async throws {
        let here = try await PaymentShop([])
        let reading = here.endpoints.filter(\.readsArchive).map(\.id)
        #expect(Set(["getOrder", "getPayment", "getShipment", "getReturn", "getCredit"]).isSubset(of: reading))
        let refusing = here.endpoints.filter { $0.refusals.contains(Endpoint.orderArchived) }
        #expect(refusing.count >= 15 && refusing.allSatisfy { $0.method != .get })
        here.shop.committer.close()
    }
}
