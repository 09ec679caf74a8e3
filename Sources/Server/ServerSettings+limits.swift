import API
import Resilience
import Trading

extension ServerSettings {
    /// The limits of unpaid units of clients without a key.
    var unpaidLimits: UnpaidLimits {
        let units = self(.guestUnits)
        return UnpaidLimits(unitsOfClient: units == 0 ? nil : Int64(units), shareOfSKU: Int64(self(.guestShare)))
    }

    /// The trusted proxies.
    var proxies: TrustedProxies {
        TrustedProxies(
            list(.trustedProxies).compactMap { AddressRange($0) },
            field: TrustedProxies.Field(rawValue: text(.forwardedField)) ?? .xForwardedFor
        )
    }

    /// The rate limits of clients; nil where there are none.
    var clientLimits: ClientLimits? {
        guard isOn(.rates) else { return nil }
        let perSecond: [RateTier: Int] = [
            .browse: self(.browseRate), .carts: self(.cartsRate), .newCarts: self(.newCartsRate),
            .checkout: self(.checkoutRate),
            .payments: self(.paymentsRate), .notices: self(.noticesRate), .other: self(.otherRate),
        ]
        var rates = perSecond.mapValues { Double($0) }
        rates[.proofs] = Double(self(.proofsRate)) / 60
        let factor = self(.keyFactor)
        return ClientLimits(
            ClientLimits.Rates(
                perSecond: rates,
                burstSeconds: Int64(self(.burst)),
                keyFactor: factor == 0 ? nil : Double(factor)
            ),
            limiter: BucketTable(bytes: self(.bucketMemory) << 10),
            exempt: list(.exempt).compactMap { AddressRange($0) }
        )
    }

    /// The faults that a drill injects.
    var drilledFaults: DrilledFaults {
        DrilledFaults(
            errorPercent: self(.faultErrors),
            delay: .milliseconds(self(.faultDelay)),
            poison: text(.faultPoison)
        )
    }
}
