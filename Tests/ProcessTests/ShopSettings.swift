/// What the shops of these tests are started with: their clients all come from one address and ask as often as they can.
enum ShopSettings {
    /// No bound on how often clients ask or on what they hold unpaid, and every way to pay.
    static let unlimited = [
        "limits.rates=no", "orders.guest-units=0", "orders.guest-share=100", "payments.cash-on-delivery=yes",
    ]

    /// The options that say so, but for what a test says otherwise.
    static func options(_ settings: [String]) -> [String] {
        let said = Set(settings.map { $0.prefix { $0 != "=" } })
        let rest = unlimited.filter { !said.contains($0.prefix { $0 != "=" }) }
        return (rest + settings).flatMap { ["--set", $0] }
    }
}
