// How often a client may ask: by its key where it shows one, by its address where it does not. The fields are those of
// draft-ietf-httpapi-ratelimit-headers-10; they stand on an answer once half of a bucket is used, so that most answers do without.

import Bytes
import HTTPTypes
import Hummingbird
import Resilience
import SplitMix

/// The limits of clients.
public final class ClientLimits: Sendable {
    /// Requests a second; nil for no limit.
    public struct Rates: Sendable {
        /// Of one address, by tier.
        public var perSecond: [RateTier: Double]
        /// How many seconds' worth may be asked at once.
        public var burstSeconds: Int64
        /// How much more a key may; nil for as much as it likes.
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
        /// The policy as a field says it.
        let field: String
        /// From here down an answer tells what is left.
        let half: Int64
    }

    private let limiter: any RateLimiter
    private let exempt: [AddressRange]
    private let ofAddress: [Policy?]
    private let ofKey: [Policy?]
    private let proofs: Policy?

    /// Limits.
    ///
    /// - Parameter exempt: addresses that are never limited, as those of monitors.
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

    /// A request that was let in: what its answer says of the bucket, if anything.
    struct Pass {
        fileprivate let verdict: RateVerdict
        fileprivate let policy: Policy

        /// Says how much is left where that is not much.
        func tell(_ fields: inout HTTPFields) {
            if verdict.remaining < policy.half { policy.tell(verdict, &fields) }
        }
    }

    /// Lets a request in, or throws 429.
    ///
    /// A key that may run the shop is not limited: it could switch the limits off.
    func admit(_ tier: RateTier, _ principal: Principal, from client: ClientAddress?) throws(Problem) -> Pass? {
        if case .key(let id, _) = principal {
            guard !principal.may(.operatorWrite), let policy = ofKey[tier.rawValue] else { return nil }
            return try take(policy, Self.bits(id) ^ Self.salt(tier, isKey: true))
        }
        guard let client, let policy = ofAddress[tier.rawValue], !isExempt(client) else { return nil }
        return try take(policy, client.client ^ Self.salt(tier, isKey: false))
    }

    /// Refuses a secret, unread, from an address that has shown too many wrong ones.
    func checkProof(from client: ClientAddress?) throws(Problem) {
        guard let client, let proofs, !isExempt(client) else { return }
        let verdict = limiter.take(0, from: Self.proofKey(client), proofs.rate, isOwed: false)
        guard verdict.isAllowed else { throw proofs.refusal(verdict) }
    }

    /// Counts a key, a secret, a token or a code that was wrong; what the client is told where it has shown too many.
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

    /// Sets the buckets of one client apart.
    private static func salt(_ tier: RateTier, isKey: Bool) -> UInt64 {
        UInt64(tier.rawValue * 2 + (isKey ? 2 : 1)) &* SplitMix64.step
    }

    /// A key's id as bits; ids differ in every digit, and most in the last ones.
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
