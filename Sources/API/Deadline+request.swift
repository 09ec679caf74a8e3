import HTTPTypes
import Hummingbird
import Resilience

extension Deadline {
    /// The moment after which the client of this request does not wait any more; nil where it did not say.
    ///
    /// It travels with the task, so whatever the request waits for, such as its turn to be committed, ends with it.
    @TaskLocal public static var ofRequest: Deadline?

    /// What a request says in `X-Deadline-Ms`; nil where it says nothing.
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
