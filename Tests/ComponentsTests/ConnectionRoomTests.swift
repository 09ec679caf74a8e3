import Foundation
import Logging
import NIOCore
import NIOEmbedded
import Replicas
import Testing

@testable import API

@Suite("Room for connections")
struct ConnectionRoomTests {
    private static func address(_ text: String) throws -> PeerAddress { PeerAddress(try client(text)) }

    private static func client(_ text: String) throws -> ClientAddress {
        let socket = try SocketAddress(ipAddress: text, port: 1)
        var storage = sockaddr_storage()
        switch socket {
        case .v4(let v4): withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v4.address, as: sockaddr_in.self) }
        case .v6(let v6): withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: v6.address, as: sockaddr_in6.self) }
        case .unixDomainSocket: break
        }
        return try #require(ClientAddress(storage))
    }

    @Test("an address may have so many connections, and one more once one is lost; this machine any number")
    func ofAddress() throws {
        let connections = OpenConnections()
        let (one, other, own) = (
            try Self.address("192.0.2.1"), try Self.address("192.0.2.2"), try Self.address("127.0.0.1")
        )
        let first = try #require(connections.arriving(from: one, mostOfAddress: 2))
        #expect(connections.arriving(from: one, mostOfAddress: 2) != nil)
        #expect(connections.arriving(from: one, mostOfAddress: 2) == nil)
        #expect(connections.arriving(from: other, mostOfAddress: 2) != nil)
        for _ in 0..<10 { #expect(connections.arriving(from: own, mostOfAddress: 2) != nil) }
        connections.lost(first)
        #expect(connections.arriving(from: one, mostOfAddress: 2) != nil)
        #expect(connections.count == 13)
    }

    @Test("a named proxy may have any number of connections, and its neighbour so many")
    func proxies() throws {
        let named = try ["192.0.2.0/28", "2001:db8::5"].map { try #require(AddressRange($0)) }
        let door = FrontDoor(
            [],
            keyring: Keyring(),
            metrics: RequestMetrics(),
            proxies: TrustedProxies(named),
            logger: Logger(label: "test")
        )
        let connections = OpenConnections()
        /// How many of ten connections from the address are accepted.
        func taken(from text: String) throws -> Int {
            let peer = door.boundedPeer(try Self.client(text))
            return (0..<10).count { _ in connections.arriving(from: peer, mostOfAddress: 2) != nil }
        }
        #expect(try taken(from: "192.0.2.15") == 10)
        #expect(try taken(from: "192.0.2.16") == 2)
        #expect(try taken(from: "::ffff:192.0.2.1") == 10)
        // With a named address the bound applies to that address only, not to its network.
        #expect(try taken(from: "2001:db8::5") == 10)
        #expect(try taken(from: "2001:db8::6") == 2)
    }

    @Test("a client of IPv6 has all addresses of its network; one of IPv4 is the same in both forms")
    func networks() throws {
        #expect(try Self.address("2001:db8:1:2:3::4") == Self.address("2001:db8:1:2:ffff::1"))
        #expect(try Self.address("2001:db8:1:2::1") != Self.address("2001:db8:1:3::1"))
        #expect(try Self.address("::ffff:192.0.2.1") == Self.address("192.0.2.1"))
        #expect(try Self.address("::1").isLoopback)
        #expect(try Self.address("::ffff:127.0.0.9").isLoopback)
        #expect(try !Self.address("128.0.0.1").isLoopback)
    }

    @Test("whoever was waited for longest makes room, first at the address with most; what is worked on stays")
    func room() async throws {
        let connections = OpenConnections()
        var channels: [NIOAsyncTestingChannel] = []
        for text in ["192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.2"] {
            let channel = NIOAsyncTestingChannel()
            try await channel.connect(to: SocketAddress(ipAddress: text, port: 1))
            let number = try #require(connections.arriving(from: try Self.address(text)))
            connections.add(channel, number)
            channels.append(channel)
            try await Task.sleep(for: .milliseconds(2))
        }
        let busy = connections.activity(of: channels[1])
        busy.began()
        busy.received()
        /// Which channels are open once only `count` are left; each channel closes on its own event loop.
        func left(_ count: Int) async throws -> [Bool] {
            let until = ContinuousClock.now + .seconds(30)
            while channels.count(where: \.isActive) > count, ContinuousClock.now < until {
                try await Task.sleep(for: .milliseconds(1))
            }
            return channels.map(\.isActive)
        }
        connections.makeRoom(4)
        #expect(try await left(3) == [true, true, false, true])
        connections.makeRoom(4)
        #expect(try await left(2) == [true, true, false, false])
        connections.makeRoom(4)
        #expect(try await left(1) == [false, true, false, false])
        connections.makeRoom(4)
        #expect(try await left(1) == [false, true, false, false])
        busy.ended()
        connections.makeRoom(4)
        #expect(try await left(0) == [false, false, false, false])
    }

    @Test(
        "a limit on open files leaves a reserve and a tenth",
        arguments: [(1024, 200, 650), (20_000, 200, 16_800), (64, 96, 0)]
    )
    func files(_ limit: Int, _ reserve: Int, _ expected: Int) {
        #expect(OpenFiles.connections(within: limit, reserve: reserve) == expected)
    }
}
