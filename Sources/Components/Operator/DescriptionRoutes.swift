import API
import Hummingbird
import NIOCore

/// The API's own description: for machines at `/openapi.json`, for people at `/docs`.
public struct DescriptionRoutes {
    /// The routes, over the routes that they describe.
    public static func endpoints(
        describing others: [Endpoint],
        schemas: [String: String],
        version: String
    ) -> [Endpoint] {
        let own = endpoints(openAPI: ByteBuffer(), page: ByteBuffer())
        let all = others + own
        let openAPI = ByteBuffer(bytes: OpenAPIDocument(all, schemas: schemas).bytes(version: version))
        let page = ByteBuffer(bytes: DocumentationPage(all, schemas: schemas).html(version: version))
        return endpoints(openAPI: openAPI, page: page)
    }

    private static func endpoints(openAPI: ByteBuffer, page: ByteBuffer) -> [Endpoint] {
        [
            Endpoint(
                .get,
                "/openapi.json",
                id: "openapi",
                tag: "Description",
                "This API in OpenAPI 3.1",
                access: .anyone,
                outcomes: [Outcome(200, "OpenAPI", "The document.")]
            ) { (_) throws(Problem) in
                Response(
                    status: .ok,
                    headers: [.contentType: "application/json"],
                    body: ResponseBody(byteBuffer: openAPI)
                )
            },
            Endpoint(
                .get,
                "/docs",
                id: "docs",
                tag: "Description",
                "This API for people",
                access: .anyone,
                outcomes: [Outcome(200, "Page", "The page.", mediaType: "text/html")]
            ) { (_) throws(Problem) in
                Response(
                    status: .ok,
                    headers: [
                        .contentType: "text/html; charset=utf-8",
                        .contentSecurityPolicy:
                            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
                    ],
                    body: ResponseBody(byteBuffer: page)
                )
            },
        ]
    }
}
