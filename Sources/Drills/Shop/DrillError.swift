/// Why a drill could not be run.
package struct DrillError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
