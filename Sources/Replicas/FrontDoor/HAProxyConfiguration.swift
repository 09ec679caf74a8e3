/// HAProxy's configuration for a shop: the public address, and the ports of replicas.
///
/// A replica listens on the first free port of the list, so a port belongs to one replica as long as that lives, and refuses
/// connections at once when it is gone. HAProxy then sends an unanswered request to another replica, where sending it twice does
/// no harm.
struct HAProxyConfiguration: Sendable {
    /// The address that customers connect to.
    var host: String
    /// The port that customers connect to.
    var port: Int
    /// The ports on which replicas may listen.
    var replicaPorts: [Int]

    /// The text of the configuration file.
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
