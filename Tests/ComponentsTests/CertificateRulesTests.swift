import Foundation
import Testing
import Time

@testable import API

@Suite("Which certificates may be served")
struct CertificateRulesTests {
    /// A certificate made on 30 November 2026 and its key, each in its own file.
    private static func files(_ pair: (String, String)) throws -> CertificateFiles {
        let path = NSTemporaryDirectory() + "tradewind-" + UUID().uuidString
        try Data(pair.0.utf8).write(to: URL(fileURLWithPath: path + ".crt"))
        try Data(pair.1.utf8).write(to: URL(fileURLWithPath: path + ".key"))
        return CertificateFiles(certificate: path + ".crt", key: path + ".key")
    }

    /// The fault found in a certificate at the start of a year; nil when it may be served.
    private static func fault(_ pair: (String, String), in year: Int = 2027) throws -> CertificateFault? {
        let files = try files(pair)
        defer {
            for path in [files.certificate, files.key] { try? FileManager.default.removeItem(atPath: path) }
        }
        let now = try #require(Timestamp("\(year)-06-01T00:00:00Z"))
        do throws(CertificateRefusal) {
            _ = try files.context(try files.read(), at: now)
            return nil
        } catch {
            guard case .bad(_, let fault) = error else { throw error }
            return fault
        }
    }

    @Test("one with a good key and digest is served from its first day to its last")
    func times() throws {
        #expect(try Self.fault(Self.good) == nil)
        guard case .notYetValid = try Self.fault(Self.good, in: 2026) else {
            Issue.record("it was served before its time")
            return
        }
        guard case .expired = try Self.fault(Self.good, in: 2037) else {
            Issue.record("it was served after its time")
            return
        }
    }

    @Test("RSA of less than 2048 bits, unusual curves and SHA-1 are refused")
    func weakness() throws {
        #expect(try Self.fault(Self.short) == .weakKey("RSA of 1024 bits, where 2048 are needed"))
        #expect(try Self.fault(Self.digest) == .weakSignature("SHA-1"))
        #expect(throws: (any Error).self) {
            if let fault = try Self.fault(Self.curve) { throw CertificateRefusal.bad("", fault) }
        }
        #expect(try Self.fault(Self.ed) == nil)
    }

    @Test("a key that its group or all may read is noticed")
    func openKey() throws {
        let files = try Self.files(Self.good)
        defer {
            for path in [files.certificate, files.key] { try? FileManager.default.removeItem(atPath: path) }
        }
        for (mode, isOpen) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: files.key)
            #expect(files.isKeyOpen == isOpen)
        }
    }

    private static let good = (
        """
        -----BEGIN CERTIFICATE-----
        MIIBhDCCASmgAwIBAgIUV8FS6zcQfOWeRjuqYP7D8okCeIUwCgYIKoZIzj0EAwIw
        FzEVMBMGA1UEAwwMc2hvcC5leGFtcGxlMB4XDTI2MTEzMDA2MTgzNloXDTM2MTEy
        NzA2MTgzNlowFzEVMBMGA1UEAwwMc2hvcC5leGFtcGxlMFkwEwYHKoZIzj0CAQYI
        KoZIzj0DAQcDQgAEZw4EjSD1YxXf5+LWWtT6qiDWbwTImNCxhC2UKIKwMndYQaPY
        eo5jBjhZUAAqTI8dGNoTNpBXoFYoUTJ62qhgGqNTMFEwHQYDVR0OBBYEFBmBQU7W
        nEQJxewjn+N1NYgtL4D+MB8GA1UdIwQYMBaAFBmBQU7WnEQJxewjn+N1NYgtL4D+
        MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAP2Mv5TMq9ev7+4o
        zFrpDVsR43QDcJS0rJpsHiwFbf3BAiEAsuDZGYso5/qN6KwvKX2qdmxCiDkaOtDf
        OvzkgSiszWo=
        -----END CERTIFICATE-----
        """,
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRwR7EXqWp25nLVfz
        4rX5QwuRIZgRvfBNAXWQ8y+MQ9uhRANCAARnDgSNIPVjFd/n4tZa1PqqINZvBMiY
        0LGELZQogrAyd1hBo9h6jmMGOFlQACpMjx0Y2hM2kFegVihRMnraqGAa
        -----END PRIVATE KEY-----
        """
    )
    private static let short = (
        """
        -----BEGIN CERTIFICATE-----
        MIICCjCCAXOgAwIBAgIUC2n2S/Rpn6R0aBs4Q1a/EA6oDMkwDQYJKoZIhvcNAQEL
        BQAwFzEVMBMGA1UEAwwMc2hvcC5leGFtcGxlMB4XDTI2MTEzMDA2MTgzNloXDTM2
        MTEyNzA2MTgzNlowFzEVMBMGA1UEAwwMc2hvcC5leGFtcGxlMIGfMA0GCSqGSIb3
        DQEBAQUAA4GNADCBiQKBgQCig9roGckAVfJyt2N92vYqTNUabFwvXjGf7eD2UvaB
        VdqNCBv1Vy0bIJLWcKGsaeRq5dX+FpwwtxMEIklHGx9G1TzeOM9GWsFfxD1BR5F1
        z+xSI+f723MWcTsd5Ra2cShUy0NOaawWACNmR29pEsS52rjKhaYj6KOHwIBbDO7W
        dwIDAQABo1MwUTAdBgNVHQ4EFgQUf2WWyOZQvPN59DfL2GqnHdSG5uowHwYDVR0j
        BBgwFoAUf2WWyOZQvPN59DfL2GqnHdSG5uowDwYDVR0TAQH/BAUwAwEB/zANBgkq
        hkiG9w0BAQsFAAOBgQAAMCSp6ujDDfq+lfJmDQZqAQKDsCreWCtH141Bj1yGmFR3
        n2AglI65NNOi9nHY3a4bleYZL9KRrJoj5lfwsG1bA1QbzZsurOpDRuXyCxj6y2GF
        1oHwPP5GOFRVmPC6UbFxcWD9Xg3NCqKz3uqVrA1hOb5+H1UCpfXzSb82wnu/Bg==
        -----END CERTIFICATE-----
        """,
        """
        -----BEGIN PRIVATE KEY-----
        MIICeAIBADANBgkqhkiG9w0BAQEFAASCAmIwggJeAgEAAoGBAKKD2ugZyQBV8nK3
        Y33a9ipM1RpsXC9eMZ/t4PZS9oFV2o0IG/VXLRsgktZwoaxp5Grl1f4WnDC3EwQi
        SUcbH0bVPN44z0ZawV/EPUFHkXXP7FIj5/vbcxZxOx3lFrZxKFTLQ05prBYAI2ZH
        b2kSxLnauMqFpiPoo4fAgFsM7tZ3AgMBAAECgYAw9chdZGdJ0prYNKekovLGi58n
        9r1PB/GrXN8JVrUtAdB17Jt/rmPIaGfUctpCNyS5j8SIaAdmJcF03V92LJWfJnee
        cQ9lrxysu5mDKE2Ot01749ks/EaYAqqwnYfWieMHp1QT8hNvHJldvJl8VeKgE9Gc
        Ye7ygvw9XV8HHTRSAQJBAM1qowERdTKqdi8lj+4abzczm3fUUQevt8ChfFm+fMYK
        EsW4u1IJ+If9xAGNylBdOYB6KKVIPeHMa4ZS+6wtTzkCQQDKiLp7m3/aeHhpcijR
        /L5WzMubn0YkAIN/MNLP5xv63U3rdQ98XGUKgChrVk080QTVPmwZekMmLqbj7Cxk
        jKMvAkEAkb6eZuyfDdK6RdtN0q94x17baNsAnwaCxq8NDpPD7bNJ/HWEmsGuT7ay
        cjPLHtf2K30BB7xJA8NJayXHoTMIqQJBAKLQP3lWi/VImyPJTd9g2nJUt+kmpPAU
        KaF50j6nfuqwNQ9vTz+d1uwWEmgXPIgDT2tNfwEMNCbhoe/fz+AU3qkCQQC4fVvg
        dbPhEvrmS0GQbamSVGQLnb74rxBAAdXSQQa47s0e3ea9t6eeJ42cBQQpIrJ03w/v
        9FtRsMUq18oO+wwC
        -----END PRIVATE KEY-----
        """
    )
    private static let digest = (
        """
        -----BEGIN CERTIFICATE-----
        MIIBgTCCASigAwIBAgIUKrLsbEO7Ja189Eo2nhtqff4yUIUwCQYHKoZIzj0EATAX
        MRUwEwYDVQQDDAxzaG9wLmV4YW1wbGUwHhcNMjYxMTMwMDYxODM2WhcNMzYxMTI3
        MDYxODM2WjAXMRUwEwYDVQQDDAxzaG9wLmV4YW1wbGUwWTATBgcqhkjOPQIBBggq
        hkjOPQMBBwNCAAQPGgqkxb5F1JDzOAwbN5PE488e8MOULWdlQbajS0s9qMNZ2py5
        rAsgJ2tdhQ/hVg/TvHPv6Bc/kjIgs/oHwn4lo1MwUTAdBgNVHQ4EFgQUCYtj6t3A
        JFFd/6F4+BI8gHJJlWowHwYDVR0jBBgwFoAUCYtj6t3AJFFd/6F4+BI8gHJJlWow
        DwYDVR0TAQH/BAUwAwEB/zAJBgcqhkjOPQQBA0gAMEUCIQCRgWzDVh6Dzdu5e8pI
        1RQnMBPqZuIVj7nsYYS34Hf/BQIgTahktOQ2DvOkeuBR8xSDRdx5HIiqFClbfkjx
        cOrYhh0=
        -----END CERTIFICATE-----
        """,
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgetoW/fvYTTwb//zh
        9eWyIkMJspizZlqBrp0uXWNuqyOhRANCAAQPGgqkxb5F1JDzOAwbN5PE488e8MOU
        LWdlQbajS0s9qMNZ2py5rAsgJ2tdhQ/hVg/TvHPv6Bc/kjIgs/oHwn4l
        -----END PRIVATE KEY-----
        """
    )
    private static let curve = (
        """
        -----BEGIN CERTIFICATE-----
        MIIBgDCCASagAwIBAgIUEpl9fsbc5NyG8Fm0uQf3SbG0tNQwCgYIKoZIzj0EAwIw
        FzEVMBMGA1UEAwwMc2hvcC5leGFtcGxlMB4XDTI2MTEzMDA2MTgzNloXDTM2MTEy
        NzA2MTgzNlowFzEVMBMGA1UEAwwMc2hvcC5leGFtcGxlMFYwEAYHKoZIzj0CAQYF
        K4EEAAoDQgAEEm7ygR9xLTNDD1uTuZ6md1xVGu74QJzH0tClpEdXR3pymt0Gsa8O
        itMyEjvBr0rWQGdLkHOO51getSBSnnvooKNTMFEwHQYDVR0OBBYEFL0c8pO9J6we
        9g9G+76wIYoHr9NjMB8GA1UdIwQYMBaAFL0c8pO9J6we9g9G+76wIYoHr9NjMA8G
        A1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAKgYDAGGqg0QBTUteCF7
        BAzLCPiIEmBKMlXozBrKUuPSAiAN7hBixh12ZlpXyH5Dn2Zb0eznkwasG7o1JEOx
        bYPtAw==
        -----END CERTIFICATE-----
        """,
        """
        -----BEGIN PRIVATE KEY-----
        MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgoxZhQJ6RSdl+A+q9lkxf
        beLUmubMjRK1wy1fF2UEDgqhRANCAAQSbvKBH3EtM0MPW5O5nqZ3XFUa7vhAnMfS
        0KWkR1dHenKa3Qaxrw6K0zISO8GvStZAZ0uQc47nWB61IFKee+ig
        -----END PRIVATE KEY-----
        """
    )
    private static let ed = (
        """
        -----BEGIN CERTIFICATE-----
        MIIBQjCB9aADAgECAhQHMNI223ufgDEvSzUXhpG95KBblTAFBgMrZXAwFzEVMBMG
        A1UEAwwMc2hvcC5leGFtcGxlMB4XDTI2MTEzMDA2MTgzNloXDTM2MTEyNzA2MTgz
        NlowFzEVMBMGA1UEAwwMc2hvcC5leGFtcGxlMCowBQYDK2VwAyEAKsM9J93hawsP
        jDFg124Sv8vAjhtlBkOHEC4EpN7m3rmjUzBRMB0GA1UdDgQWBBTdkjYS5Xe11Ecc
        Q48+sFIMNG8pGjAfBgNVHSMEGDAWgBTdkjYS5Xe11EccQ48+sFIMNG8pGjAPBgNV
        HRMBAf8EBTADAQH/MAUGAytlcANBACZcBbJHnG1EW8RRSP/J45pjBAHFVzdXQscp
        +qEfi9PPA7K0qlo1DY1H7TdtICeuzDXjDaIG0K+604+H1TcgpQw=
        -----END CERTIFICATE-----
        """,
        """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIGFoCXyu3/owJaaeRQ64hHBqTADQRsHQxQujwOKnoF+M
        -----END PRIVATE KEY-----
        """
    )
}
