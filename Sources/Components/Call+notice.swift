import API
import HTTPTypes
import Providers

extension Call {
    /// The webhook in the body, once its sender's reader has believed its signature.
    ///
    /// - Throws: the problem of what the reader refuses, and of an id that cannot be kept.
    func notice(
        _ read: (_ headers: [(name: String, value: String)], _ body: [UInt8]) throws(NoticeRefusal) -> ProviderNotice
    ) async throws(Problem) -> ProviderNotice {
        let body = try await bytes()
        let headers = request.headers.map { (name: $0.name.rawName, value: $0.value) }
        let notice: ProviderNotice
        do throws(NoticeRefusal) {
            notice = try read(headers, body)
        } catch {
            throw error.problem
        }
        guard (1...Bounds.name).contains(notice.id.unicodeScalars.count) else { throw NoticeRefusal.malformed.problem }
        return notice
    }
}

extension NoticeRefusal: ProblemRefusal {
    var problem: Problem {
        switch self {
        case .unsigned: Problem(.unauthorized, "bad_signature", "there is no signature that can be read")
        case .stale: Problem(.unauthorized, "bad_signature", "it is too old, or from the future")
        case .forged: Problem(.unauthorized, "bad_signature", "the signature is not the sender's")
        case .malformed: Problem(.badRequest, "bad_request", "it is signed, and makes no sense")
        }
    }
}
