internal import SystemBase

/// Why a file is not read, or not taken.
package enum RegularFileFailure: Error, Hashable, Sendable {
  /// There is none of that name.
  case absent
  /// It cannot be opened, looked at or read; which of them, and the errno.
  case call(String, Int32)
  /// It is a folder, a device, a FIFO or a socket.
  case notRegular
  /// Another user than root and the one who reads owns it.
  case foreign(owner: UInt32)
  /// Group or others may write it.
  case writable
  /// Group or others may do something with it, and it is to be a secret.
  case notSecret

  /// What is wrong, as the end of a sentence whose subject is the file.
  package var text: String {
    switch self {
    case .absent: "is not there"
    case .call(let what, let code): "cannot be \(what): \(ErrorCode.message(code))"
    case .notRegular: "is no regular file"
    case .foreign(let owner): "belongs to user \(owner)"
    case .writable: "can be written by its group or by others"
    case .notSecret: "can be reached by its group or by others"
    }
  }
}
