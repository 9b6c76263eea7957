import RunnerCore

/// The answers that are sent past the library, each as a whole message (`Response.message(of:)`).
struct ConnectionMessages: Sendable {
  let connectionLimit: Response
  let addressLimit: Response
  let stopping = HTTPService.stopping()
  let malformedLength = Response.problem(
    .badRequest, "Content-Length is not a number of at most 18 digits."
  )
  let largeLength = Response.problem(.contentTooLarge, "Content-Length is too large.")
  let malformedChunk = Response.problem(
    .badRequest, "The chunked coding of the body is malformed (RFC 9112, section 7.1)."
  )
  let largeChunk = Response.problem(.contentTooLarge, "A chunk of the body is too large.")
  let longChunkLine = Response.problem(
    .badRequest, "The size line of a chunk, with its extensions, is longer than fits."
  )

  init(_ settings: HTTPSettings) {
    connectionLimit = Response.problem(
      .unavailable, "All \(settings.connectionsMax) connections are in use; try again later.")
    addressLimit = Response.problem(
      .unavailable,
      "All \(settings.connectionsPerAddressMax) connections of this address are in use.")
  }
}
