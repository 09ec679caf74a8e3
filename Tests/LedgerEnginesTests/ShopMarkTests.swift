import Foundation
import Ledger
import Testing

@testable import LedgerEngines

/// A data directory is bound to the shop that it served first.
@Suite struct ShopMarkTests {
    private static let (mine, other) = ([UInt8](repeating: 7, count: 32), [UInt8](repeating: 8, count: 32))

    private static func withMark(_ body: (ShopMark, String) throws -> Void) throws {
        let directory = NSTemporaryDirectory() + "/shop-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(ShopMark(of: directory + "/ledger.db"), directory)
    }

    private static func check(_ mark: ShopMark, _ secret: [UInt8]?, file: [UInt8]? = nil) -> LedgerFailure? {
        do throws(LedgerFailure) {
            try mark.check(secret) { () throws(LedgerFailure) in file }
            return nil
        } catch {
            return error
        }
    }

    @Test("a new directory takes any shop, and from then on that one alone")
    func bound() throws {
        try Self.withMark { mark, _ in
            #expect(
                Self.check(mark, nil) == nil && Self.check(mark, Self.mine) == nil
                    && Self.check(mark, Self.other) == nil
            )
            try mark.bind(toShopWith: Self.mine)
            #expect(Self.check(mark, Self.mine) == nil)
            for wrong in [Self.other, nil] {
                let failure = Self.check(mark, wrong)
                #expect(failure?.code == .unsuitable && failure?.retry == .never)
                #expect(failure?.detail.contains("remove \(mark.path)") == true)
            }
            try mark.bind(toShopWith: Self.other)
            #expect(Self.check(mark, Self.mine) == nil, "the first one stays")
            let text = try String(contentsOfFile: mark.path, encoding: .utf8)
            #expect(text == ShopMark.name(ofShopWith: Self.mine) + "\n")
            try FileManager.default.removeItem(atPath: mark.path)
            #expect(Self.check(mark, Self.other) == nil, "the way out that the message names")
        }
    }

    @Test("a directory with a shop in a file takes that shop alone")
    func file() throws {
        try Self.withMark { mark, _ in
            #expect(Self.check(mark, Self.mine, file: Self.mine) == nil)
            #expect(Self.check(mark, Self.other, file: Self.mine)?.code == .unsuitable)
            #expect(Self.check(mark, nil, file: Self.mine)?.code == .unsuitable)
        }
    }

    @Test(
        "a mark that cannot be read binds all the same",
        arguments: ["", "x", "8DE2522229cf840b8af101f19f2bde08", "\u{0}"]
    )
    func unreadable(_ text: String) throws {
        try Self.withMark { mark, _ in
            try text.write(toFile: mark.path, atomically: true, encoding: .utf8)
            #expect(Self.check(mark, Self.mine)?.detail.contains("remove it") == true)
            #expect(throws: LedgerFailure.self) { try mark.bind(toShopWith: Self.mine) }
        }
    }

    @Test("names differ between shops, and tell nothing of the secret")
    func names() {
        let (one, two) = (ShopMark.name(ofShopWith: Self.mine), ShopMark.name(ofShopWith: Self.other))
        #expect(one != two && one.count == 32 && !one.contains("0707"))
    }
}
