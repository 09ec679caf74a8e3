import HTTPTypes
import Hummingbird
import Resilience

extension Deadline {
    /// The moment at which the client of this request stops waiting; nil where it stated none.
    ///
    /// A task-local value, so that everything that the request waits for, such as its commit, ends with it.
    @TaskLocal public static var ofRequest: Deadline?

    /// The deadline in `X-Deadline-Ms`; nil where the field is missing.
    ///
    /// - Throws: 400 for a malformed field.
    static func said(by request: Request, at now: ContinuousClock.Instant) throws(Problem) -> Deadline? {
        guard let text = request.headers[.deadline] else { return nil }
        do {
            return try Deadline(text: text, at: now)
        } catch {
            throw .badParameter("header", textName, "the milliseconds that are left: 1 to \(maxDigits) digits")
        }
    }
}

extension HTTPField.Name {
    static var deadline: HTTPField.Name { deadlineName }
}

private let deadlineName: HTTPField.Name = {
    guard let name = HTTPField.Name(Deadline.textName) else { preconditionFailure("a header's name is a token") }
    return name
}()
