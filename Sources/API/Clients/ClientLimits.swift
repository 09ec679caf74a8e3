// How often a client may send requests: by its key if it has one, else by its address. The header fields are those of
// draft-ietf-httpapi-ratelimit-headers-10; they are added once half of a bucket is used, so most answers do without.

import Bytes
import HTTPTypes
import Hummingbird
import Resilience
import SplitMix

/// The rate limits of clients.
///
/// Thread-safe; a request costs one short lock.
public final class ClientLimits: Sendable {
    /// The rates; nil for no limit.
    public struct Rates: Sendable {
        /// Requests a second of one address, by tier.
        public var perSecond: [RateTier: Double]
        /// The size of a bucket, as seconds of its rate.
        public var burstSeconds: Int64
        /// The factor for a key; nil for no limit.
        public var keyFactor: Double?

        /// Rates.
        public init(perSecond: [RateTier: Double], burstSeconds: Int64, keyFactor: Double?) {
            self.perSecond = perSecond
            self.burstSeconds = burstSeconds
            self.keyFactor = keyFactor
        }
    }

    fileprivate struct Policy: Sendable {
        let rate: RatePolicy
        /// The policy, as the header field has it.
        let field: String
        /// The remaining tokens from which on the answer shows them.
        let half: Int64
    }

    private let limiter: any RateLimiter
    private let exempt: [AddressRange]
    private let ofAddress: [Policy?]
    private let ofKey: [Policy?]
    private let proofs: Policy?

    /// Rate limits.
    ///
    /// - Parameter exempt: addresses without limits, such as those of monitors.
    public init(_ rates: Rates, limiter: any RateLimiter, exempt: [AddressRange] = []) {
        self.limiter = limiter
        self.exempt = exempt
        let factor = rates.keyFactor
        func policies(_ factor: Double?) -> [Policy?] {
            RateTier.allCases.map { tier in
                guard let factor, let rate = rates.perSecond[tier], rate > 0 else { return nil }
                let policy = RatePolicy(tier.name, perSecond: rate * factor, burstSeconds: rates.burstSeconds)
                return Policy(
                    rate: policy,
                    field: "\"\(tier.name)\";q=\(policy.burst);w=\(policy.window)",
                    half: policy.burst / 2
                )
            }
        }
        let ofAddress = policies(1)
        self.ofAddress = ofAddress
        ofKey = policies(factor)
        proofs = ofAddress[RateTier.proofs.rawValue]
    }

    /// An admitted request, with the state of its bucket if the answer has to show it.
    struct Pass {
        fileprivate let verdict: RateVerdict
        fileprivate let policy: Policy

        /// Adds the remaining tokens to the answer, if they are few.
        func tell(_ fields: inout HTTPFields) {
            if verdict.remaining < policy.half { policy.tell(verdict, &fields) }
        }
    }

    /// Takes a token for a request.
    ///
    /// A key with the scope `operator:write` is not limited: it could switch the limits off.
    ///
    /// - Throws: 429 with `Retry-After`.
    func admit(_ tier: RateTier, _ principal: Principal, from client: ClientAddress?) throws(Problem) -> Pass? {
        if case .key(let id, _) = principal {
            guard !principal.may(.operatorWrite), let policy = ofKey[tier.rawValue] else { return nil }
            return try take(policy, Self.bits(id) ^ Self.salt(tier, isKey: true))
        }
        guard let client, let policy = ofAddress[tier.rawValue], !isExempt(client) else { return nil }
        return try take(policy, client.client ^ Self.salt(tier, isKey: false))
    }

    /// Refuses to check a secret from an address that sent too many wrong ones.
    ///
    /// - Throws: 429 with `Retry-After`.
    func checkProof(from client: ClientAddress?) throws(Problem) {
        guard let client, let proofs, !isExempt(client) else { return }
        let verdict = limiter.take(0, from: Self.proofKey(client), proofs.rate, isOwed: false)
        guard verdict.isAllowed else { throw proofs.refusal(verdict) }
    }

    /// Counts a wrong key, secret, token or code; returns the problem if the client has sent too many.
    func countFailedProof(from client: ClientAddress?) -> Problem? {
        guard let client, let proofs, !isExempt(client) else { return nil }
        let verdict = limiter.take(1, from: Self.proofKey(client), proofs.rate, isOwed: true)
        return verdict.isAllowed ? nil : proofs.refusal(verdict)
    }

    private func take(_ policy: Policy, _ key: UInt64) throws(Problem) -> Pass {
        let verdict = limiter.take(1, from: key, policy.rate, isOwed: false)
        guard verdict.isAllowed else { throw policy.refusal(verdict) }
        return Pass(verdict: verdict, policy: policy)
    }

    private func isExempt(_ client: ClientAddress) -> Bool {
        !exempt.isEmpty && exempt.contains { $0.contains(client) }
    }

    private static func proofKey(_ client: ClientAddress) -> UInt64 {
        client.client ^ salt(.proofs, isKey: false)
    }

    /// Separates the buckets of one client by tier.
    private static func salt(_ tier: RateTier, isKey: Bool) -> UInt64 {
        UInt64(tier.rawValue * 2 + (isKey ? 2 : 1)) &* SplitMix64.step
    }

    /// A key's id as bits: ids differ most in the last digits.
    private static func bits(_ id: String) -> UInt64 {
        FNV1a(id.utf8).value
    }
}

extension ClientLimits.Policy {
    func tell(_ verdict: RateVerdict, _ fields: inout HTTPFields) {
        fields[.rateLimitPolicy] = field
        fields[.rateLimit] = "\"\(rate.name)\";r=\(verdict.remaining);t=\(verdict.fullAfter)"
    }

    func refusal(_ verdict: RateVerdict) -> Problem {
        var problem = Problem(
            .tooManyRequests,
            "rate_limited",
            rate.name == RateTier.proofs.name
                ? "too many wrong keys, secrets or codes; nothing was changed"
                : "more than \(rate.burst) requests of this kind in \(rate.window) seconds; nothing was changed",
            retryAfter: Int(verdict.retryAfter)
        )
        tell(verdict, &problem.headers)
        return problem
    }
}

extension HTTPField.Name {
    static let rateLimit = HTTPField.Name("RateLimit").unsafelyNamed
    static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy").unsafelyNamed
}
