internal import Glibc
internal import RunnerCore
internal import SandboxBase
internal import SandboxClient
internal import SystemBase

/// The core's `ResultPublisher` port over the sandbox's client.
struct LauncherResults: ResultPublisher {
  let client: LauncherClient
  let admission: CurrentAdmission

  func settle(_ order: ResultOrder) async -> ResultAnswer {
    guard let place = admission.place(of: order) else {
      return Self.failed(ENOENT, "The entry has no folder of `write` for it any more.")
    }
    let action: ResultRequest.Action =
      switch order.action {
      case .prepare: .prepare
      case .publish: .publish
      case .discard: .discard
      case .look: .look
      }
    let reply = await withCheckedContinuation { continuation in
      client.settle(action, place, of: order.entry) { continuation.resume(returning: $0) }
    }
    return reply.map(Self.answer) ?? .gone
  }

  private static func answer(_ reply: ResultReply) -> ResultAnswer {
    switch reply.state {
    case .absent: .absent
    case .exists: .exists
    case .published: .published(bytes: reply.bytes, note: note(of: reply))
    case .missing: .missing
    case .unusable: .unusable
    case .removed: .removed
    case .retired: .retired
    case .unanswered: .unanswered
    case .failed: failed(reply.code, why(reply.code))
    }
  }

  private static func failed(_ code: Int32, _ message: String) -> ResultAnswer {
    .failed(errno: code, name: ErrorCode.name(code), message: message)
  }

  private static func why(_ code: Int32) -> String {
    let reason = "\(ErrorCode.message(code)) (\(ErrorCode.name(code)))"
    return switch code {
    case ENOENT, ENOTDIR: "The folder is not there: \(reason)."
    case ELOOP, EXDEV: "A link leads out of the folder of `write`: \(reason)."
    case EACCES, EPERM: "The job's own ids may not do that there: \(reason)."
    case EIO: "The file system failed, as some do when they are full: \(reason)."
    default: "\(reason)."
    }
  }

  private static func note(of reply: ResultReply) -> String {
    var notes: [String] = []
    if !reply.isModeKept { notes.append("its file system did not take the mode") }
    if !reply.isGroupKept { notes.append("its file system did not take the group") }
    if reply.primitive == .claim {
      notes.append("its file system has no other way: the name was seen empty for a moment")
    }
    guard let first = notes.first else { return "" }
    let text = ([first.prefix(1).uppercased() + first.dropFirst()] + notes.dropFirst())
    return text.joined(separator: "; ") + "."
  }
}
