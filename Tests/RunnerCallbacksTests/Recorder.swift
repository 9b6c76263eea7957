import RunnerCore
import Synchronization

/// Keeps what happens, and lets a test wait until enough has.
final class Recorder<Element: Sendable>: Sendable {
  private struct Waiter {
    let count: Int
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct Content {
    var elements: [Element] = []
    var waiters: [Int: Waiter] = [:]
    var lastWaiter = 0
  }

  private let content = Mutex<Content>(Content())

  var all: [Element] { content.withLock { $0.elements } }

  func record(_ element: Element) {
    let due = content.withLock { content in
      content.elements.append(element)
      let due = content.waiters.filter { $0.value.count <= content.elements.count }
      for name in due.keys { content.waiters[name] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in due { continuation.resume() }
  }

  /// The first `count` elements, as soon as there are so many.
  ///
  /// - Throws: `WaitTimeout` when there are not in time.
  func wait(for count: Int, within limit: Duration = .seconds(30)) async throws -> [Element] {
    let name = content.withLock { content in
      content.lastWaiter += 1
      return content.lastWaiter
    }
    let timer = Task {
      try await Task.sleep(for: limit)
      timeOut(name)
    }
    await withCheckedContinuation { continuation in
      let isDue = content.withLock { content in
        guard content.elements.count < count else { return true }
        content.waiters[name] = Waiter(count: count, continuation: continuation)
        return false
      }
      if isDue { continuation.resume() }
    }
    timer.cancel()
    let elements = all
    guard elements.count >= count else {
      throw WaitTimeout(wanted: count, seen: elements.count, limit: limit)
    }
    return Array(elements.prefix(count))
  }

  private func timeOut(_ name: Int) {
    content.withLock { $0.waiters.removeValue(forKey: name) }?.continuation.resume()
  }
}

/// What a test waited for did not come.
struct WaitTimeout: Error {
  let wanted: Int
  let seen: Int
  let limit: Duration
}

/// A log that tests can read and wait for.
struct RecordedLog: Logger {
  let lines = Recorder<String>()

  func log(_ event: LogEvent) {
    lines.record("\(event.level.rawValue): \(event.sentence)")
  }
}
