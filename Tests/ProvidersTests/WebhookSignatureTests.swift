import Foundation
import Testing
import Trading

@testable import Providers

/// The example that Standard Webhooks 1.0 publishes.
private enum Vector {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    static let timestamp: Int64 = 1_614_265_330
    static let body = Array(#"{"test": 2432232314}"#.utf8)
    static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    static let now = Timestamp(milliseconds: timestamp * 1000)
}

@Suite("Webhook signatures")
struct WebhookSignatureTests {
    private let old: WebhookSecret
    private let new: WebhookSecret

    init() throws {
        old = try #require(WebhookSecret(Vector.secret))
        new = try #require(WebhookSecret(bytes: Array(1...32)))
    }

    private func refusal(
        of signatures: String,
        by signature: WebhookSignature? = nil,
        id: String = Vector.id,
        timestamp: String = String(Vector.timestamp),
        body: [UInt8] = Vector.body,
        now: Timestamp = Vector.now
    ) -> NoticeRefusal? {
        do throws(NoticeRefusal) {
            try (signature ?? WebhookSignature(old)).verify(
                id: id,
                timestamp: timestamp,
                signatures: signatures,
                body: body,
                now: now
            )
            return nil
        } catch {
            return error
        }
    }

    @Test("the published example is signed and verified")
    func example() {
        let signed = WebhookSignature(old).sign(id: Vector.id, timestamp: Vector.timestamp, body: Vector.body)
        #expect(signed == Vector.signature)
        #expect(refusal(of: Vector.signature) == nil)
    }

    @Test("any change to id, time or body is a forgery")
    func forgery() {
        #expect(refusal(of: Vector.signature, id: "msg_other") == .forged)
        #expect(refusal(of: Vector.signature, timestamp: String(Vector.timestamp + 1)) == .forged)
        #expect(refusal(of: Vector.signature, body: Vector.body + [0x20]) == .forged)
        #expect(refusal(of: Vector.signature, by: WebhookSignature(new)) == .forged)
        #expect(refusal(of: "v1," + Data(repeating: 0, count: 32).base64EncodedString()) == .forged)
        #expect(refusal(of: "v1,AAAA") == .forged)
    }

    @Test(
        "a message is taken for five minutes either way",
        arguments: [
            (0, nil), (300, nil), (-300, nil), (301, .stale), (-301, .stale), (86_400, .stale),
        ] as [(Int64, NoticeRefusal?)]
    )
    func tolerance(shift: Int64, expected: NoticeRefusal?) {
        #expect(refusal(of: Vector.signature, now: Vector.now.adding(seconds: shift)) == expected)
    }

    @Test("what cannot be read is unsigned")
    func unsigned() {
        for signatures in ["", " ", "v2,g0hM", "g0hM9SsE", "v1,***"] {
            #expect(refusal(of: signatures) == .unsigned, "\(signatures)")
        }
        for timestamp in ["", "-1", "+5", " 5", "1e9", "9999999999999", "soon"] {
            #expect(refusal(of: Vector.signature, timestamp: timestamp) == .unsigned, "\(timestamp)")
        }
        #expect(refusal(of: Vector.signature, id: "") == .unsigned)
        #expect(refusal(of: Vector.signature, id: "msg.1") == .unsigned)
    }

    @Test("while a secret changes, both old and new are taken and given")
    func rotation() {
        let both = WebhookSignature(new, [old])
        let signed = both.sign(id: Vector.id, timestamp: Vector.timestamp, body: Vector.body)
        #expect(signed.hasSuffix(" " + Vector.signature))
        for signature in [both, WebhookSignature(old), WebhookSignature(new)] {
            #expect(refusal(of: signed, by: signature) == nil)
        }
        #expect(refusal(of: Vector.signature, by: both) == nil)
        #expect(refusal(of: "v1a,zzz v1,AAAA " + Vector.signature) == nil)
    }

    @Test("headers are found whatever their letter case")
    func headers() throws {
        let signature = WebhookSignature(old)
        let headers = signature.headers(id: Vector.id, timestamp: Vector.timestamp, body: Vector.body)
        let loud = headers.map { (name: $0.name.uppercased(), value: $0.value) }
        #expect(try signature.verify(headers: loud, body: Vector.body, now: Vector.now) == Vector.id)
        for missing in headers.indices {
            var fewer = loud
            fewer.remove(at: missing)
            #expect(throws: NoticeRefusal.unsigned) {
                try signature.verify(headers: fewer, body: Vector.body, now: Vector.now)
            }
        }
    }

    @Test("a secret is base64 of 24 to 64 bytes after its prefix, and is not printed")
    func secrets() {
        #expect(WebhookSecret(Vector.secret)?.text == Vector.secret)
        #expect("\(old)" == "whsec_…")
        for text in ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ", "whsec_!!!!"] {
            #expect(WebhookSecret(text) == nil, "\(text)")
        }
        #expect(WebhookSecret(bytes: Array(repeating: 0, count: 23)) == nil)
        #expect(WebhookSecret(bytes: Array(repeating: 0, count: 65)) == nil)
    }
}
