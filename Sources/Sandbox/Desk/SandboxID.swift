import Trading

/// Ids of the sandboxes, in Tradewind's own form: a prefix and a UUIDv7.
enum SandboxID {
    /// Ids of charges.
    enum ChargeMark: Identified { static let idPrefix = "chg" }
    /// Ids of actions on charges.
    enum ActionMark: Identified { static let idPrefix = "act" }
    /// Ids of bookings.
    enum BookingMark: Identified { static let idPrefix = "bkg" }

    /// A new id.
    static func fresh<Mark: Identified>(_ mark: Mark.Type, at time: Timestamp) -> String {
        "\(ID<Mark>(at: time, random: (.random(in: 0 ... .max), .random(in: 0 ... .max))))"
    }
}
