internal import Glibc

/// Names and sentences for errno values.
package enum ErrorCode {
  /// The symbol, for instance `ENOENT`; `E` and the number where it has none in the table.
  package static func name(_ code: Int32) -> String {
    names[code] ?? "E\(code)"
  }

  /// strerror(3)'s sentence.
  package static func message(_ code: Int32) -> String {
    var text = [CChar](repeating: 0, count: 128)
    let count = text.count
    // SAFETY: strerror_r(3) writes at most `count` bytes, its closing NUL included; the buffer has
    // as many, and is not used after the closure.
    let result = unsafe text.withUnsafeMutableBufferPointer { buffer in
      unsafe strerror_r(code, buffer.baseAddress!, count)
    }
    guard result == 0 else { return "error \(code)" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static let names: [Int32: String] = [
    EPERM: "EPERM", ENOENT: "ENOENT", ESRCH: "ESRCH", EINTR: "EINTR", EIO: "EIO", ENXIO: "ENXIO",
    E2BIG: "E2BIG", ENOEXEC: "ENOEXEC", EBADF: "EBADF", ECHILD: "ECHILD", EAGAIN: "EAGAIN",
    ENOMEM: "ENOMEM", EACCES: "EACCES", EFAULT: "EFAULT", EBUSY: "EBUSY", EEXIST: "EEXIST",
    EXDEV: "EXDEV", ENODEV: "ENODEV", ENOTDIR: "ENOTDIR", EISDIR: "EISDIR", EINVAL: "EINVAL",
    ENFILE: "ENFILE", EMFILE: "EMFILE", ENOTTY: "ENOTTY", ETXTBSY: "ETXTBSY", EFBIG: "EFBIG",
    ENOSPC: "ENOSPC", ESPIPE: "ESPIPE", EROFS: "EROFS", EMLINK: "EMLINK", EPIPE: "EPIPE",
    EDOM: "EDOM", ERANGE: "ERANGE", EDEADLK: "EDEADLK", ENAMETOOLONG: "ENAMETOOLONG",
    ENOLCK: "ENOLCK", ENOSYS: "ENOSYS", ENOTEMPTY: "ENOTEMPTY", ELOOP: "ELOOP",
    ENODATA: "ENODATA", ETIME: "ETIME", EPROTO: "EPROTO", EOVERFLOW: "EOVERFLOW",
    ELIBBAD: "ELIBBAD", EUSERS: "EUSERS", EMSGSIZE: "EMSGSIZE", EOPNOTSUPP: "EOPNOTSUPP",
    EPROTONOSUPPORT: "EPROTONOSUPPORT", EAFNOSUPPORT: "EAFNOSUPPORT", EADDRINUSE: "EADDRINUSE",
    EADDRNOTAVAIL: "EADDRNOTAVAIL",
    ENOBUFS: "ENOBUFS", ECONNRESET: "ECONNRESET", ETIMEDOUT: "ETIMEDOUT", ESTALE: "ESTALE",
    ENOTCONN: "ENOTCONN", EHOSTDOWN: "EHOSTDOWN", ENOMEDIUM: "ENOMEDIUM",
    EDQUOT: "EDQUOT", ECANCELED: "ECANCELED",
  ]
}
