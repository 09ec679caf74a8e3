/// The limits of a file, in bytes and counts.
///
/// Files come from outside: a megabyte may unpack to a gigabyte of one line.
package enum SourceBounds {
    /// Most bytes of a line, or of a row with the line breaks in its quotes.
    package static let lineBytesMax = 4 << 20
    /// Most bytes of one cell.
    package static let fieldBytesMax = 1 << 20
    /// Most cells of a row.
    package static let fieldsMax = 10_000
    /// Most bytes of a file, unpacked.
    package static let contentsBytesMax = 1 << 30
    /// Most rows of a file.
    package static let rowsMax = 2_000_000
    /// Most memory that unpacking may take, in MiB; `xz -9` needs 65.
    static let unpackingMebibytesMax = 256
}
