import Spelling

/// An invalid setting.
///
/// The same value fails again.
public struct SettingError: Error, Sendable, CustomStringConvertible {
    /// The reason, for people.
    public let description: String
}

extension SettingError {
    /// No setting has that name.
    ///
    /// - Parameter place: the file that names it; nil for a flag.
    static func unknown(_ name: String, in place: String? = nil) -> SettingError {
        let hint = SpellingSuggestion.closest(to: name, in: Setting.all.map(\.key)).map { "did you mean \($0)? " } ?? ""
        let place = place.map { "\($0): " } ?? ""
        return SettingError(
            description: "\(place)there is no setting \(name); \(hint)`tradewind config` lists them all"
        )
    }
}
