/// Why a body is no form that is taken: a sentence for the client.
struct MultipartError: Error, Hashable, Sendable {
  let error: String

  init(_ error: String) {
    self.error = error
  }
}
