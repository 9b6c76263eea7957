/// The answers that are sent past the library, each a whole message.
struct ConnectionMessages: Sendable {
  let connectionLimit: [UInt8]
  let addressLimit: [UInt8]
  let stopping = HTTPService.stopping().message()
  let malformedLength = Response.problem(
    .badRequest, "Content-Length is not a number of at most 18 digits."
  ).message()
  let largeLength = Response.problem(.contentTooLarge, "Content-Length is too large.").message()
  let malformedChunk = Response.problem(
    .badRequest, "The chunked coding of the body is malformed (RFC 9112, section 7.1)."
  ).message()
  let largeChunk = Response.problem(.contentTooLarge, "A chunk of the body is too large.").message()
  let longChunkLine = Response.problem(
    .badRequest, "The size line of a chunk, with its extensions, is longer than fits."
  ).message()

  init(_ settings: HTTPSettings) {
    connectionLimit = Response.problem(
      .unavailable, "All \(settings.connectionsMax) connections are in use; try again later."
    ).message()
    addressLimit = Response.problem(
      .unavailable,
      "All \(settings.connectionsPerAddressMax) connections of this address are in use."
    ).message()
  }
}
