/// The settings of the shops in these tests, whose clients all come from one address and send as fast as they can.
enum ShopSettings {
    /// No bounds on request rates or unpaid units, and every payment method.
    static let unlimited = [
        "limits.rates=no", "orders.guest-units=0", "orders.guest-share=100", "payments.cash-on-delivery=yes",
    ]

    /// The command line options for these settings, unless a test overrides them.
    static func options(_ settings: [String]) -> [String] {
        let said = Set(settings.map { $0.prefix { $0 != "=" } })
        let rest = unlimited.filter { !said.contains($0.prefix { $0 != "=" }) }
        return (rest + settings).flatMap { ["--set", $0] }
    }
}
