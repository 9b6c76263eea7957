import Glibc
import Synchronization

/// A small HTTP receiver on 127.0.0.1 that keeps every byte it is sent.
final class Receiver: Sendable {
  /// What it does once a request is complete.
  enum Behavior: Sendable {
    case answers(String)
    /// Never answers, and does not even read.
    case isSilent
  }

  struct Request: Sendable {
    /// The request line and the header lines, without the empty line.
    let lines: [String]
    let body: [UInt8]

    /// The values of all header lines called `name`.
    func values(of name: String) -> [String] {
      lines.dropFirst().compactMap { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == name.lowercased() else { return nil }
        return String(parts[1].drop { $0 == " " })
      }
    }
  }

  static let accepted = "HTTP/1.1 204 No Content\r\n\r\n"

  let port: UInt16
  let requests = Recorder<Request>()
  let connections = Recorder<Void>()
  private let behavior: Behavior
  private let listener: CInt
  private let open = Mutex<Set<CInt>>([])
  private let threads = Mutex<[@Sendable () -> Void]>([])

  /// - Parameter everywhere: on every address of this machine, instead of 127.0.0.1 alone.
  init(_ behavior: Behavior = .answers(accepted), everywhere: Bool = false) throws {
    self.behavior = behavior
    (listener, port) =
      try everywhere ? Socket.boundEverywhere() : Socket.bound(listening: true)
    let join = try Socket.thread { [self] in acceptAll() }
    threads.withLock { $0.append(join) }
  }

  func url(_ path: String = "/done") -> String { "http://127.0.0.1:\(port)\(path)" }

  /// Ends every connection and thread, and gives the port back.
  func close() {
    shutdown(listener, CInt(SHUT_RDWR))
    while let join = threads.withLock({ $0.popLast() }) {
      open.withLock { for connection in $0 { shutdown(connection, CInt(SHUT_RDWR)) } }
      join()
    }
    Glibc.close(listener)
  }

  private func acceptAll() {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { return }
      open.withLock { _ = $0.insert(connection) }
      connections.record(())
      do {
        let join = try Socket.thread { [self] in serve(connection) }
        threads.withLock { $0.append(join) }
      } catch {
        Glibc.close(connection)
      }
    }
  }

  private func serve(_ connection: CInt) {
    defer {
      open.withLock { _ = $0.remove(connection) }
      Glibc.close(connection)
    }
    switch behavior {
    case .isSilent:
      Socket.waitForEnd(connection)
    case .answers(let answer):
      guard let request = readRequest(connection) else { return }
      requests.record(request)
      Socket.write(answer, to: connection)
      Socket.waitForEnd(connection)
    }
  }

  private func readRequest(_ connection: CInt) -> Request? {
    var bytes: [UInt8] = []
    while true {
      if let request = Self.parse(bytes) { return request }
      let piece = Socket.read(connection)
      guard !piece.isEmpty else { return nil }
      bytes += piece
    }
  }

  private static func parse(_ bytes: [UInt8]) -> Request? {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
    let lines = head.split(separator: "\r\n").map { String($0) }
    let request = Request(lines: lines, body: Array(bytes[end.upperBound...]))
    let length = request.values(of: "Content-Length").first.flatMap { Int($0) } ?? 0
    return request.body.count >= length ? request : nil
  }
}
