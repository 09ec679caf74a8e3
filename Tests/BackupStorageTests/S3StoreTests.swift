import Foundation
import Secrets
import Testing

@testable import BackupStorage

@Suite("Pieces in a bucket")
struct S3StoreTests {
    private static let bytes = Array("a piece".utf8)

    @Test("pieces are stored, read, listed in order over many pages, and removed")
    func pieces() async throws {
        let moto = try Moto.server()
        let store = try moto.store(pageObjects: 3)
        try await store.prepare()
        #expect(try await store.list("") == [])
        let names = ["journal/0002", "journal/0001", "journal-index", "a/b/c/d", "z"] + (0..<6).map { "many/\($0)" }
        for (index, name) in names.enumerated() { try await store.put(name, [UInt8](repeating: 1, count: index)) }
        #expect(try await store.list("").map(\.name) == names.sorted())
        #expect(try await store.list("journal/").map(\.name) == ["journal/0001", "journal/0002"])
        #expect(try await store.list("journal/0002") == [StoredObject(name: "journal/0002", size: 0)])
        #expect(try await store.list("none") == [])
        #expect(try await store.get("a/b/c/d") == [1, 1, 1])
        #expect(try await store.get("journal/0002") == [])
        try await store.remove("a/b/c/d")
        try await store.remove("a/b/c/d")
        #expect(await store.failure(getting: "a/b/c/d") == .missing("a/b/c/d"))
        #expect(try await store.list("a/") == [])
        // Other prefixes of the bucket are not seen.
        #expect(try await moto.store().list("") == [])
        await store.close()
    }

    @Test("a place is there where its marker is, which one request says")
    func probe() async throws {
        let store = try await ScriptedStore()
        let client = try store.client()
        await #expect(throws: StorageFailure.missing(StoreMarker.name)) { try await client.probe() }
        try await client.prepare()
        _ = store.requests()
        try await client.probe()
        store.expect(.refusal(503, "SlowDown"))
        await #expect(throws: StorageFailure.self) { try await client.probe() }
        #expect(store.requests() == Array(repeating: "GET /bucket/\(StoreMarker.name)", count: 2))
        await client.close()
    }

    @Test("a large sealed piece comes back as it was")
    func large() async throws {
        let repository = Repository(store: try Moto.server().store(), sealing: Sealing(keys: try .testing("01")))
        let plain = (0..<(6 << 20)).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        let size = try await repository.put("snapshot/1", plain)
        #expect(try await repository.put("snapshot/1", plain) == size)
        #expect(try await repository.get("snapshot/1") == plain)
    }

    @Test("a name is never overwritten, and of many writers one wins")
    func taken() async throws {
        let store = try Moto.server().store()
        try await store.put("piece", Self.bytes)
        try await store.put("piece", Self.bytes)
        #expect(await store.failure(putting: "piece", Self.bytes + [0]) == .taken("piece"))
        #expect(try await store.get("piece") == Self.bytes)
        let outcomes = await withTaskGroup(of: StorageFailure?.self) { group in
            for writer in 0..<6 {
                group.addTask { await store.failure(putting: "race", [UInt8](repeating: UInt8(writer), count: 9)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // moto looks and stores in two steps, so more than one may succeed with it; whoever does not is told so.
        #expect(outcomes.contains(nil))
        #expect(outcomes.allSatisfy { $0 == nil || $0 == .taken("race") })
    }

    @Test("a server that checks signatures accepts all kinds of requests, and none with a wrong secret")
    func signatures() async throws {
        let moto = try Moto.server(guarded: true)
        let store = try S3Store(bucket: Moto.bucket, prefix: "", moto.access)
        try await store.prepare()
        try await store.put("signed_piece-1.tw", Self.bytes)
        #expect(try await store.get("signed_piece-1.tw") == Self.bytes)
        #expect(try await store.list("signed_").map(\.name) == ["signed_piece-1.tw"])
        let wrong = S3Access(
            endpoint: moto.endpoint,
            region: "us-east-1",
            accessKey: moto.access.accessKey,
            secretKey: Secret("wrong")
        )
        let stranger = try S3Store(bucket: Moto.bucket, prefix: "", wrong)
        for failure in [
            await stranger.failure(putting: "piece", Self.bytes), await stranger.failure(getting: "signed_piece-1.tw"),
            await stranger.failure(listing: ""), await stranger.failure(removing: "signed_piece-1.tw"),
            await stranger.failureOfPreparing(),
        ] {
            guard case .denied(let words) = failure else {
                Issue.record("\(String(describing: failure))")
                continue
            }
            #expect(words.contains("SignatureDoesNotMatch"))
        }
        try await store.remove("signed_piece-1.tw")
        #expect(try await store.list("") == [])
    }

    @Test("a missing bucket is away, and a name that is none is denied")
    func failures() async throws {
        let moto = try Moto.server()
        let lost = try moto.store(bucket: "no-such-bucket")
        for failure in [
            await lost.failure(putting: "piece", Self.bytes), await lost.failure(getting: "piece"),
            await lost.failure(listing: ""), await lost.failureOfPreparing(),
        ] {
            guard case .away(let words) = failure else {
                Issue.record("\(String(describing: failure))")
                continue
            }
            #expect(words.contains("NoSuchBucket"))
        }
        let store = try moto.store()
        for name in ["", "../piece", "a//b", ".hidden", StoreMarker.name] {
            guard case .denied = await store.failure(putting: name, Self.bytes) else {
                Issue.record("\(name) was taken for a name")
                continue
            }
        }
    }

    @Test("preparing makes a new prefix a store, keeps an old one, and takes none with other things")
    func preparing() async throws {
        let server = try await ScriptedStore()
        let store = try server.client()
        try await store.prepare()
        try await store.put("piece", Self.bytes)
        try await store.prepare()
        #expect(server[StoreMarker.name] == StoreMarker.bytes)
        #expect(try await store.list("").map(\.name) == ["piece"])
        let used = try await ScriptedStore(objects: ["/bucket/letters/1": [1]])
        guard case .denied(let words) = try await used.client().failureOfPreparing() else {
            Issue.record("a bucket with letters was taken")
            return
        }
        #expect(words.contains("letters/1"))
        #expect(used[StoreMarker.name] == nil)
    }

    @Test("a store that asks to come again, or breaks off, is asked again")
    func repeated() async throws {
        let server = try await ScriptedStore()
        let store = try server.client()
        try await store.put("piece", Self.bytes)
        _ = server.requests()
        for trouble: ScriptedStore.Trouble in [
            .refusal(503, "SlowDown"), .refusal(500, "InternalError"), .refusal(502, ""),
            .refusal(400, "RequestTimeout"),
            .refusal(409, "OperationAborted"), .refusal(429, ""), .lost, .cut, .silence,
        ] {
            server.expect(trouble, trouble)
            #expect(try await store.get("piece") == Self.bytes, "\(trouble)")
            #expect(server.requests().count == 3)
        }
        server.expect(
            .refusal(503, "SlowDown"),
            .refusal(503, "SlowDown"),
            .refusal(503, "SlowDown"),
            .refusal(503, "SlowDown")
        )
        guard case .away(let words) = await store.failure(getting: "piece") else {
            Issue.record("a store that is always busy counts as something else")
            return
        }
        #expect(words.contains("SlowDown"))
        #expect(server.requests().count == 4)
    }

    @Test("what does not pass by itself is not tried again, and is told for what it is")
    func final() async throws {
        let server = try await ScriptedStore()
        let store = try server.client()
        try await store.put("piece", Self.bytes)
        _ = server.requests()
        for (status, code, expected) in [
            (507, "XMinioStorageFull", "full"), (403, "QuotaExceeded", "full"),
            (400, "XMinioAdminBucketQuotaExceeded", "full"),
            (403, "AccessDenied", "denied"), (403, "RequestTimeTooSkewed", "denied"), (400, "ExpiredToken", "denied"),
            (404, "NoSuchBucket", "away"), (301, "PermanentRedirect", "away"), (400, "InvalidRequest", "away"),
            (404, "", "away"),
        ] {
            server.expect(.refusal(status, code))
            let failure = await store.failure(putting: "other", Self.bytes)
            let kind =
                switch failure {
                case .full: "full"
                case .denied: "denied"
                case .away: "away"
                default: "\(String(describing: failure))"
                }
            #expect(kind == expected, "\(status) \(code)")
            #expect(code.isEmpty || failure?.description.contains(code) == true)
            #expect(server.requests().count == 1)
        }
        #expect(server["other"] == nil)
    }

    @Test("a piece whose answer was lost counts as stored, unless another stands there")
    func lostAnswer() async throws {
        let server = try await ScriptedStore()
        let store = try server.client()
        try await store.put("first", Self.bytes)
        server.expect(.lost)
        try await store.put("piece", Self.bytes)
        #expect(server["piece"] == Self.bytes)
        server.expect(.silence, .lost)
        #expect(await store.failure(putting: "piece", Self.bytes + [0]) == .taken("piece"))
        #expect(server["piece"] == Self.bytes)
    }

    @Test("a store that does not know the condition is found out, and nothing is overwritten all the same")
    func noCondition() async throws {
        let server = try await ScriptedStore(knowsCondition: false)
        let store = try server.client()
        try await store.put("piece", Self.bytes)
        try await store.put("piece", Self.bytes)
        #expect(await store.failure(putting: "piece", Self.bytes + [0]) == .taken("piece"))
        #expect(server["piece"] == Self.bytes)
        // One that says so.
        let honest = try await ScriptedStore()
        honest.expect(.refusal(501, "NotImplemented"))
        let other = try honest.client()
        try await other.put("piece", Self.bytes)
        #expect(honest["piece"] == Self.bytes && honest[StoreMarker.name] != nil)
        #expect(await other.failure(putting: "piece", Self.bytes + [0]) == .taken("piece"))
    }

    @Test("a list that is cut, or whose next page is not told or is the same again, is a failure and not a short list")
    func partialLists() async throws {
        let server = try await ScriptedStore()
        let store = try server.client()
        let object = "<Contents><Key>a</Key><Size>1</Size></Contents>"
        let first =
            "<ListBucketResult><IsTruncated>true</IsTruncated>\(object)<NextContinuationToken>t</NextContinuationToken></ListBucketResult>"
        for second in [
            first, "<ListBucketResult>", "", "<html></html>", String(first.dropLast(20)),
            "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
            "<ListBucketResult></ListBucketResult>",
        ] {
            server.expect(.body(first), .body(second))
            guard case .away = await store.failure(listing: "") else {
                Issue.record("a list was taken that goes on with \(second)")
                continue
            }
        }
        server.expect(.body(first), .refusal(403, "AccessDenied"))
        guard case .denied = await store.failure(listing: "") else {
            Issue.record("a list was taken whose second page is denied")
            return
        }
        let strange =
            "<Contents><Key>../a</Key><Size>1</Size></Contents><Contents><Key>b%20c</Key><Size>1</Size></Contents>"
        server.expect(
            .body(
                "<ListBucketResult><IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>\(object)\(strange)</ListBucketResult>"
            )
        )
        #expect(try await store.list("") == [StoredObject(name: "a", size: 1)])
    }

    @Test("a port without a server is away, after a bounded time")
    func noServer() async throws {
        let access = S3Access(
            endpoint: "http://127.0.0.1:9",
            region: "us-east-1",
            accessKey: Secret("key"),
            secretKey: Secret("s")
        )
        let store = try S3Store(
            bucket: "bucket",
            prefix: "",
            access,
            limits: S3Client.Limits(retries: .init(base: .milliseconds(1), cap: .milliseconds(5), retries: 2))
        )
        let begun = ContinuousClock.now
        guard case .away = await store.failure(getting: "piece") else {
            Issue.record("nothing listens, and something answered")
            return
        }
        #expect(begun.duration(to: .now) < .seconds(20))
    }
}
