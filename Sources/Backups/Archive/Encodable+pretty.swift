import Foundation

extension Encodable {
    /// Its JSON for people and programs: a member on each line, in the order of their names.
    ///
    /// - Throws: what its encoding throws; numbers, texts and lists throw nothing.
    package func prettyJSON() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        return try encoder.encode(self)
    }
}
