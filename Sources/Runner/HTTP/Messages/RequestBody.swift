/// The body of a request, as its handler sees it.
enum RequestBody: Sendable {
  /// The whole body; empty where the route does not collect it.
  case whole([UInt8])
  /// Still on its way.
  case stream(BodyPipe)

  /// The whole body where it was collected; else empty.
  var bytes: [UInt8] {
    if case .whole(let bytes) = self { bytes } else { [] }
  }
}
