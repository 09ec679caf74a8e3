import API
import Hummingbird
import NIOCore

/// The API's own description: for machines at `/openapi.json`, for people at `/docs`.
public struct DescriptionRoutes {
    /// The routes of the description of other routes.
    public static func endpoints(
        describing others: [Endpoint],
        schemas: [String: String],
        version: String
    ) -> [Endpoint] {
        let own = endpoints(openAPI: ByteBuffer(), pages: [:])
        let all = others + own
        let openAPI = ByteBuffer(bytes: OpenAPIDocument(all, schemas: schemas).bytes(version: version))
        let pages = DocumentationPage(all, schemas: schemas).pages(version: version).mapValues { ByteBuffer(bytes: $0) }
        return endpoints(openAPI: openAPI, pages: pages)
    }

    private static func endpoints(openAPI: ByteBuffer, pages: [String: ByteBuffer]) -> [Endpoint] {
        [
            Endpoint(
                .get,
                "/openapi.json",
                id: "openapi",
                tag: "Description",
                "This API in OpenAPI 3.1",
                access: .anyone,
                responses: [ResponseKind(200, "OpenAPI", "The document.")]
            ) { (_) throws(Problem) in
                Response(
                    status: .ok,
                    headers: [.contentType: "application/json"],
                    body: ResponseBody(byteBuffer: openAPI)
                )
            },
            Endpoint(
                .get,
                "/",
                id: "root",
                tag: "Description",
                "Leads to the API's pages for people",
                access: .anyone,
                responses: [ResponseKind(302, nil, "`Location` is `/docs`.")]
            ) { (_) throws(Problem) in
                Response(status: .found, headers: [.location: "/docs"])
            },
            Endpoint(
                .get,
                "/docs",
                id: "docs",
                tag: "Description",
                "This API for people: conventions and problems",
                access: .anyone,
                responses: [ResponseKind(200, "Page", "The page.", mediaType: "text/html")]
            ) { (_) throws(Problem) in
                try page("", of: pages)
            },
            Endpoint(
                .get,
                "/docs/{part}",
                id: "docsPart",
                tag: "Description",
                "This API for people: one part of it, or `shapes`",
                access: .anyone,
                parameters: [
                    Parameter(
                        "part",
                        in: .path,
                        #"{"type":"string","examples":["orders"]}"#,
                        "The part, in small letters."
                    )
                ],
                responses: [ResponseKind(200, "Page", "The page.", mediaType: "text/html")]
            ) { (call) throws(Problem) in
                try page(try call.path("part"), of: pages)
            },
        ]
    }

    private static func page(_ name: String, of pages: [String: ByteBuffer]) throws(Problem) -> Response {
        guard let page = pages[name] else { throw .notFound("page") }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8",
                .contentSecurityPolicy: DocumentationPage.contentSecurityPolicy,
            ],
            body: ResponseBody(byteBuffer: page)
        )
    }
}
