/// What HAProxy is told of a shop: where customers come in, and where replicas may be.
///
/// A replica takes the first of the ports that is free, so that a port is its own as long as it lives, and refuses connections at once
/// when it is gone. A request that has no answer then is sent to another replica, where sending it twice does no harm.
struct HAProxyConfiguration: Sendable {
    /// The address that customers connect to.
    var host: String
    /// The port that customers connect to.
    var port: Int
    /// Where replicas may listen.
    var replicaPorts: [Int]

    /// The file that HAProxy reads.
    var text: String {
        let servers = replicaPorts.enumerated().map { index, port in
            "    server slot\(index + 1) 127.0.0.1:\(port)"
        }
        return """
            # Written by `tradewind up --front-door haproxy`, anew at each start.

            global
                # As many connections as the limit of open files allows, up to this.
                fd-hard-limit 40000
                # A request must fit to be sent again.
                tune.bufsize 65536
                hard-stop-after 30s

            defaults
                mode http
                timeout connect 1s
                timeout client 75s
                timeout server 30s
                timeout http-request 15s
                timeout http-keep-alive 75s
                timeout queue 5s
                timeout check 1s
                retries 3
                option redispatch 1
                option http-keep-alive
                option forwardfor

            frontend customers
                bind \(host):\(port)
                default_backend replicas

            backend replicas
                balance leastconn
                option httpchk GET /readyz
                http-check expect status 200
                # Tried again at another replica: what has no effect, and what has a key by which its effect is one.
                retry-on conn-failure empty-response response-timeout
                http-request disable-l7-retry unless METH_GET or { req.hdr(Idempotency-Key) -m found }
                default-server check inter 500ms fastinter 100ms downinter 100ms fall 2 rise 1
            \(servers.joined(separator: "\n"))

            """
    }
}
