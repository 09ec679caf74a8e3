import Testing

@testable import BackupStorage

@Suite("Answers of a store in XML")
struct PlainXMLTests {
    @Test("elements, attributes, prefixes, entities and empty elements are read")
    func reads() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/" a='>'>
              <Name>a&amp;b&#x41;&#66;&lt;&quot;&apos;&gt;</Name><Empty/><Empty ></Empty >
              <s:Contents xmlns:s="x"><Key>1</Key><Key>2</Key></s:Contents>
            </ListBucketResult>

            """
        let root = try #require(PlainXML(document: Array(text.utf8)))
        #expect(root.name == "ListBucketResult")
        #expect(root.text(of: "Name") == "a&bAB<\"'>")
        #expect(root.text(of: "Empty") == "")
        #expect(root.text(of: "None") == nil)
        #expect(root.elements.map(\.name) == ["Name", "Empty", "Empty", "Contents"])
        #expect(root.elements[3].elements.map(\.text) == ["1", "2"])
    }

    @Test(
        "what is not whole, or has more than stores answer, is refused",
        arguments: [
            "", "text", "<a>", "<a></b>", "<a><b></a></b>", "<a></a><b></b>", "<a></a>more", "</a>", "<a", "<a b>",
            "<a b=c></a>",
            "<a b=\"c></a>", "<a>&none;</a>", "<a>&amp</a>", "<a>&#xD800;</a>", "<a>&#;</a>", "<a>&#99999999999;</a>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<!DOCTYPE a><a></a>", "<a><!-- b --></a>",
            "<a><![CDATA[b]]></a>",
            "<?xml version=\"1.0\"><a></a>", "<a><?b?></a>", "< a></a>",
            String(repeating: "<a>", count: 17) + String(repeating: "</a>", count: 17),
        ]
    )
    func refuses(_ text: String) {
        #expect(PlainXML(document: Array(text.utf8)) == nil)
    }

    @Test("bytes that are no text are refused, and a document cut anywhere")
    func bytes() {
        #expect(PlainXML(document: Array("<a>".utf8) + [0xFF] + Array("</a>".utf8)) == nil)
        let whole = Array("<?xml version='1.0'?><a b='c'><d>e&amp;f</d><g/></a>".utf8)
        #expect(PlainXML(document: whole) != nil)
        for size in whole.indices { #expect(PlainXML(document: Array(whole[..<size])) == nil, "\(size)") }
    }

    @Test(
        "a page that does not say whether it is the last, or not where the next begins, is no page",
        arguments: [
            "<ListBucketResult></ListBucketResult>",
            "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
            "<ListBucketResult><IsTruncated>yes</IsTruncated></ListBucketResult>",
            "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken/></ListBucketResult>",
            "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents></ListBucketResult>",
            "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>",
            "<Other><IsTruncated>false</IsTruncated></Other>",
        ]
    )
    func pages(_ text: String) {
        #expect(S3Page(Array(text.utf8)) == nil)
    }
}
