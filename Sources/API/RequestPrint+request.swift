import HTTPTypes
import Resilience

extension RequestPrint {
    /// That of a request: its method, its target and, where there is one, its body.
    init(_ request: HTTPRequest, body: [UInt8] = []) {
        self.init()
        add(request.method.rawValue)
        add(request.path ?? "")
        body.withUnsafeBytes { add($0) }
    }
}
