import Secrets
import Testing

@testable import BackupStorage

@Suite("The place of a store")
struct StorageLocationTests {
    @Test("paths and buckets are read, and written as they are read")
    func reads() throws {
        let known: [(String, StorageLocation)] = [
            ("/mnt/backups", .directory("/mnt/backups")), ("../backups", .directory("../backups")),
            ("s3", .directory("s3")), ("a b", .directory("a b")), ("s3:/a", .directory("s3:/a")),
            ("s3://shop", .bucket("shop", prefix: "")), ("s3://my.shop-1/a/b", .bucket("my.shop-1", prefix: "a/b")),
        ]
        for (text, location) in known {
            #expect(try StorageLocation.parse(text) == location)
            #expect(location.description == text)
        }
        #expect(try StorageLocation.parse("s3://shop/") == .bucket("shop", prefix: ""))
        #expect(try StorageLocation.parse("s3://shop/a/") == .bucket("shop", prefix: "a"))
    }

    @Test(
        "what is neither is refused",
        arguments: [
            "", "a\nb", "a\0b", "file:///a", "http://host/a", "S3://shop", "s3://", "s3:///a", "s3://ab", "s3://Shop",
            "s3://shop_1",
            "s3://a..b", "s3://-ab", "s3://ab-", "s3://shop//a", "s3://shop/..", "s3://shop/a/../b", "s3://shop/.a",
            "s3://shop/a b",
            "s3://shop/a?b", "s3://key:secret@shop/a", "s3://" + String(repeating: "a", count: 64),
        ]
    )
    func refuses(_ text: String) {
        let failure = #expect(throws: StorageFailure.self) { try StorageLocation.parse(text) }
        guard case .denied = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test("a directory opens without any access, and a bucket not")
    func opens() async throws {
        let none = S3Access(region: "", accessKey: nil, secretKey: nil)
        let directory = try StorageLocation.parse("/none").open(none)
        #expect(directory.store is DirectoryStore)
        await directory.close()
        #expect(throws: StorageFailure.self) { try StorageLocation.parse("s3://shop").open(none) }
        let access = S3Access(region: "us-east-1", accessKey: Secret("key"), secretKey: Secret("secret"))
        let bucket = try StorageLocation.parse("s3://shop").open(access)
        #expect(bucket.store is S3Store)
        await bucket.close()
    }
}
