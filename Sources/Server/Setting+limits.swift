// Rate limits, limits of unpaid units, and trusted proxies.

extension Setting {
    /// The settings of limits, in the order of the table.
    static let limits: [Setting] = [
        .guestReservation, .guestUnits, .guestShare, .guestCart, .rates, .browseRate, .cartsRate, .newCartsRate,
        .checkoutRate, .paymentsRate,
        .noticesRate, .otherRate, .proofsRate, .burst, .keyFactor, .bucketMemory, .exempt, .trustedProxies,
        .forwardedField,
    ]

    static let guestReservation = Setting(
        "orders.guest-reservation",
        3600,
        in: 1...31_536_000,
        "s",
        "how long an unpaid order without a key holds its units"
    )
    static let guestUnits = Setting(
        "orders.guest-units",
        100,
        in: 0...1_000_000_000,
        "units",
        "the most that one client without a key holds unpaid (address, e-mail or customer); 0 for no bound"
    )
    static let guestShare = Setting(
        "orders.guest-share",
        50,
        in: 0...100,
        "%",
        "of a product's units on hand, the most that clients without a key hold unpaid; five in any case"
    )
    static let guestCart = Setting(
        "carts.guest-lifetime",
        604_800,
        in: 1...31_536_000,
        "s",
        "how long an unused cart is kept that is no customer's and was filled without a key; carts.lifetime at most"
    )
    static let rates = Setting("limits.rates", .flag(true), "whether it is bounded how often a client may ask")
    static let browseRate = rate("browse", 50, "looking at products and stock")
    static let cartsRate = rate("carts", 10, "changes of carts, and quotes")
    static let newCartsRate = rate("new-carts", 1, "new carts")
    static let checkoutRate = rate("checkout", 2, "placing and cancelling orders")
    static let paymentsRate = rate("payments", 1, "attempts to pay")
    static let noticesRate = rate("notices", 1000, "notices of providers and carriers")
    static let otherRate = rate("other", 20, "everything else")
    static let proofsRate = Setting(
        "limits.proofs",
        20,
        in: 0...1_000_000,
        "a minute",
        "of one address: keys, secrets and codes that are wrong; 0 for no bound"
    )
    static let burst = Setting(
        "limits.burst",
        30,
        in: 1...3600,
        "s",
        "for how long's worth of requests may be asked at once"
    )
    static let keyFactor = Setting(
        "limits.key-factor",
        500,
        in: 0...1_000_000,
        "times",
        "how much more often a key may ask than an address; 0 for as often as it likes"
    )
    static let bucketMemory = Setting(
        "limits.memory",
        4096,
        in: 64...1_048_576,
        "KiB",
        "for remembering how often clients asked"
    )
    static let exempt = Setting(
        "limits.exempt",
        .text("", .addresses),
        "addresses and networks that may ask as often as they like, as those of monitors"
    )
    static let trustedProxies = Setting(
        "http.trusted-proxies",
        .text("", .addresses),
        "addresses and networks of proxies that are believed in for whom they ask"
    )
    static let forwardedField = Setting(
        "http.forwarded-field",
        .choice("x-forwarded-for", of: ["x-forwarded-for", "forwarded"]),
        "where those proxies say it; they must take it out of what clients send"
    )

    private static func rate(_ name: String, _ fallback: Int, _ what: String) -> Setting {
        Setting(
            "limits.\(name)",
            fallback,
            in: 0...1_000_000,
            "a second",
            "of one address: \(what); 0 for no bound"
        )
    }
}
