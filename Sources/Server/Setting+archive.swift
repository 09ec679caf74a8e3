// The archive of closed orders.

extension Setting {
    /// The settings of the archive of closed orders, in the order of the table.
    static let archive: [Setting] = [.archiveAfter, .archiveInterval]

    static let archiveAfter = Setting(
        "archive.after",
        0,
        in: 0...36_500,
        "d",
        "how long an order is closed before it is moved into a file, where it can be read as before; 0 for never"
    )
    static let archiveInterval = Setting(
        "archive.interval",
        24,
        in: 1...8760,
        "h",
        "from the end of one such run to the next"
    )
}
