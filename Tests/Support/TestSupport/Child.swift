import CTestSpawn
import Glibc
import Synchronization

/// A process that a test started. It is killed and reaped when nobody holds it any more.
package final class Child: Sendable {
  /// How it ended.
  package enum Ending: Hashable, Sendable {
    case exited(Int32)
    case signaled(Int32)
  }

  package let id: Int32
  private let ending = Mutex<Ending?>(nil)

  /// - Parameter descriptors: what becomes 0, 1 and 2; -1 stands for /dev/null.
  package init(
    _ path: String, _ arguments: [String] = [], environment: [String: String] = ["PATH": plainPath],
    folder: String? = nil, descriptors: (Int32, Int32, Int32) = (-1, -1, -1)
  ) throws {
    var started: Int32 = 0
    let failure = unsafe withCStrings([path] + arguments) { argumentList in
      unsafe withCStrings(environment.map { "\($0)=\($1)" }) { environmentList in
        unsafe path.withCString { pathText in
          let start = { (folderText: UnsafePointer<CChar>?) in
            var request = unsafe test_spawn_request(
              path: pathText, arguments: argumentList, environment: environmentList,
              folder: folderText, descriptors: descriptors)
            return unsafe test_spawn(&request, &started)
          }
          guard let folder else { return start(nil) }
          return unsafe folder.withCString { unsafe start($0) }
        }
      }
    }
    guard failure == 0 else { throw TestFailure("posix_spawn", path, code: failure) }
    id = started
  }

  deinit {
    guard ending.withLock({ $0 == nil }) else { return }
    send(SIGKILL)
    _ = try? wait()
  }

  package static let plainPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// Sends a signal to this process alone. One that has ended takes none.
  package func send(_ signal: Int32) {
    ending.withLock { if $0 == nil { _ = kill(id, signal) } }
  }

  /// Waits for the end, and reaps. May be asked again.
  package func wait(seconds: Double = patienceSeconds) throws -> Ending {
    try ending.withLock { ending throws(TestFailure) in
      if let ending { return ending }
      var code: Int32 = 0
      var signal: Int32 = 0
      let failure = unsafe test_wait(id, Int32(seconds * 1000), &code, &signal)
      guard failure == 0 else {
        throw TestFailure("waiting \(seconds) s for the end of process", "\(id)", code: failure)
      }
      let found = signal == 0 ? Ending.exited(code) : .signaled(signal)
      ending = found
      return found
    }
  }
}

/// Lends `texts` as an array of C strings that ends with NULL.
private func withCStrings<Answer>(
  _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Answer
) -> Answer {
  var pointers = unsafe texts.map { unsafe strdup($0) }
  unsafe pointers.append(nil)
  defer { unsafe pointers.forEach { unsafe free($0) } }
  return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
}
