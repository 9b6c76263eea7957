import Synchronization

/// The first bytes that a check prints to either stream, for the sentence of a job that it rejects.
final class CheckOutput: OutputObserver {
  private static let bytesMax = 512

  private let bytes = Mutex<[UInt8]>([])

  /// Its first line that is not empty, without control characters.
  var line: String {
    let lines = bytes.withLock(\.self).split { $0 < 0x20 || $0 == 0x7f }
    return lines.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  func append(
    _ bytes: ArraySlice<UInt8>, of stream: OutputStreamName, whenRoom: (@Sendable () -> Void)?
  ) -> Bool {
    self.bytes.withLock { kept in
      if kept.count < Self.bytesMax { kept += bytes.prefix(Self.bytesMax - kept.count) }
    }
    return true
  }
}
