import Trading

/// Ids that the sandboxes give, in Tradewind's own form: a prefix and a UUIDv7.
enum SandboxID {
    /// Of charges.
    enum ChargeMark: Identified { static let idPrefix = "chg" }
    /// Of what is done to charges.
    enum ActionMark: Identified { static let idPrefix = "act" }
    /// Of bookings.
    enum BookingMark: Identified { static let idPrefix = "bkg" }

    /// A fresh id.
    static func fresh<Mark: Identified>(_ mark: Mark.Type, at time: Timestamp) -> String {
        "\(ID<Mark>(at: time, random: (.random(in: 0 ... .max), .random(in: 0 ... .max))))"
    }
}
