/// The currencies that Stripe accepts from cards, and the least charge in some of them.
///
/// Source: docs.stripe.com/currencies, "Supported presentment currencies", "Three-decimal currencies" and "Minimum and maximum
/// charge amounts". An account may accept fewer: then Stripe refuses the charge.
enum StripeCurrencies {
    /// Their codes.
    static let taken: Set<String> = Set(
        """
        USD AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY COP CRC
        CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY KES KGS KHR
        KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN
        PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD STD STN SZL THB TJS TND TOP TRY TTD TWD TZS UAH UGX
        UYU UZS VND VUV WST XAF XCD XOF XPF YER ZAR ZMW
        """.split { $0 == " " || $0 == "\n" }.map(String.init)
    )

    /// The least charge in minor units.
    static let least: [String: Int64] = [
        "USD": 50, "AED": 200, "AUD": 50, "BGN": 100, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 1500, "DKK": 250,
        "EUR": 50, "GBP": 30,
        "HKD": 400, "HUF": 17_500, "INR": 50, "JPY": 50, "MXN": 1000, "MYR": 200, "NOK": 300, "NZD": 50, "PLN": 200,
        "RON": 200,
        "SEK": 300, "SGD": 50, "THB": 1000,
    ]
}
