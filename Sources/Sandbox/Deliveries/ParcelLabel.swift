/// A parcel's label as a PDF of one page: A6, with its number as bar code and text, and its address.
///
/// Source: ISO 32000-1 (PDF 1.4 as written here), Code 39 for the bars.
enum ParcelLabel {
    /// The bytes of the document.
    static func pdf(_ parcel: Parcel) -> [UInt8] {
        let content = bars(parcel.trackingNumber) + text(parcel)
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 298 420] /Contents 4 0 R "
                + "/Resources << /Font << /F1 5 0 R >> >> >>",
            "<< /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
        var document = "%PDF-1.4\n"
        var offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(document.utf8.count)
            document += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = document.utf8.count
        document += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for offset in offsets { document += padded(offset) + " 00000 n \n" }
        document += "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n"
        return Array(document.utf8)
    }

    private static func text(_ parcel: Parcel) -> String {
        var lines = [parcel.trackingNumber, "\(parcel.service), \(parcel.grams) g, from \(parcel.from)", ""]
        lines += parcel.to.sorted { $0.key < $1.key }.map(\.value)
        let shown = lines.prefix(14).map { "(\(escaped($0))) Tj T*" }
        return "BT /F1 12 Tf 16 TL 20 330 Td \(shown.joined(separator: " ")) ET"
    }

    /// The text for a PDF string: printable ASCII, with a question mark for anything else.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(60) {
            switch scalar {
            case "(", ")", "\\": result += "\\\(scalar)"
            case " "..."~": result.unicodeScalars.append(scalar)
            default: result += "?"
            }
        }
        return result
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 10 - digits.utf8.count)) + digits
    }

    /// Filled rectangles for a number of digits and upper-case letters, between the start and stop signs.
    private static func bars(_ number: String) -> String {
        var x = 20.0
        var rectangles = ""
        for character in "*\(number)*" {
            for (index, width) in (code39[character] ?? "").enumerated() {
                let points = width == "w" ? 1.6 : 0.65
                if index.isMultiple(of: 2) { rectangles += "\(x) 350 \(points) 50 re " }
                x = ((x + points) * 100).rounded() / 100
            }
            x += 0.65
        }
        return rectangles + "f "
    }

    /// Bars and spaces in turn, narrow or wide.
    private static let code39: [Character: String] = [
        "0": "nnnwwnwnn", "1": "wnnwnnnnw", "2": "nnwwnnnnw", "3": "wnwwnnnnn", "4": "nnnwwnnnw", "5": "wnnwwnnnn",
        "6": "nnwwwnnnn", "7": "nnnwnnwnw", "8": "wnnwnnwnn", "9": "nnwwnnwnn", "S": "nnwnnnwwn",
        "B": "nnwnnwnnw", "X": "nwnnwnnnw", "*": "nwnnwnwnn",
    ]
}
