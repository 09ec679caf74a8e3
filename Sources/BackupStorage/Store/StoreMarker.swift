/// What tells a place that was made one for backups from an empty one.
package enum StoreMarker {
    /// Its name, which no piece can have.
    package static let name = "tradewind-backup.txt"
    /// Its content.
    static let bytes = Array(
        "Backups of a shop, by tradewind. Without this file the place counts as not mounted.\n".utf8
    )

    /// Why a place without the marker is not taken, by the name of something there.
    static func refusal(_ place: String, _ other: String) -> String {
        "\(place) holds other things, such as \(other); if they are backups, create the file \(name) there"
    }
}
