import HTTPTypes
import Resilience

extension RequestPrint {
    /// The print of a request: its method, its target and its body, if any.
    init(_ request: HTTPRequest, body: [UInt8] = []) {
        self.init()
        add(request.method.rawValue)
        add(request.path ?? "")
        body.withUnsafeBytes { add($0) }
    }
}
