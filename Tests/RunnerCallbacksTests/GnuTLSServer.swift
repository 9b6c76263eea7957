import Glibc

/// The server side of TLS with a certificate that only it has signed, made afresh for each test.
///
/// libcurl has loaded GnuTLS already; its functions are looked up by name, so that no test needs
/// more packages than the product does, and no key lies in a file.
@safe final class GnuTLSServer {
  struct Failure: Error {
    let call: String
    let code: CInt
  }

  private typealias Handle = UnsafeMutableRawPointer
  private typealias Make = @convention(c) (UnsafeMutablePointer<Handle?>) -> CInt
  private typealias Number = @convention(c) (Handle, CUnsignedInt) -> CInt
  private typealias Time = @convention(c) (Handle, time_t) -> CInt
  private typealias Pair = @convention(c) (Handle, Handle) -> CInt
  private typealias Bytes = @convention(c) (Handle, UnsafeRawPointer, Int) -> CInt

  private static let ecdsa: CInt = 4
  private static let secp256r1 = CUnsignedInt(1 << 31) | 2
  private static let sha256: CInt = 6
  private static let addressName: CInt = 4
  private static let server: CUnsignedInt = 1
  private static let certificateCredentials: CInt = 1

  private let library: Handle
  private let key: Handle
  private let certificate: Handle
  private let credentials: Handle

  init() throws(Failure) {
    guard let library = unsafe dlopen("libgnutls.so.30", RTLD_NOW) else {
      throw Failure(call: "dlopen", code: 0)
    }
    unsafe self.library = library
    unsafe key = try Self.make("gnutls_x509_privkey_init", library)
    unsafe certificate = try Self.make("gnutls_x509_crt_init", library)
    unsafe credentials = try Self.make("gnutls_certificate_allocate_credentials", library)
    try sign()
  }

  deinit {
    typealias Free = @convention(c) (Handle) -> Void
    for unsafe(name, handle) in unsafe [
      ("gnutls_certificate_free_credentials", credentials),
      ("gnutls_x509_crt_deinit", certificate), ("gnutls_x509_privkey_deinit", key),
    ] {
      if let free = unsafe try? Self.function(name, library, as: Free.self) { unsafe free(handle) }
    }
    unsafe dlclose(library)
  }

  /// Speaks TLS on an accepted connection, and answers what it is asked with `answer`.
  ///
  /// - Returns: the first bytes that the client sent under TLS; nothing if it never got so far.
  func converse(on connection: CInt, answer: String) throws(Failure) -> [UInt8] {
    typealias Begin = @convention(c) (UnsafeMutablePointer<Handle?>, CUnsignedInt) -> CInt
    typealias Simple = @convention(c) (Handle) -> CInt
    typealias Transport = @convention(c) (Handle, CInt, CInt) -> Void
    typealias Read = @convention(c) (Handle, UnsafeMutableRawPointer, Int) -> Int
    typealias Write = @convention(c) (Handle, UnsafeRawPointer, Int) -> Int
    typealias Free = @convention(c) (Handle) -> Void
    typealias Credentials = @convention(c) (Handle, CInt, Handle) -> CInt
    var made: Handle?
    try check("gnutls_init", unsafe symbol("gnutls_init", Begin.self)(&made, Self.server))
    guard let session = unsafe made else { throw Failure(call: "gnutls_init", code: 0) }
    let end = unsafe try symbol("gnutls_deinit", Free.self)
    defer { unsafe end(session) }
    let priority = "gnutls_set_default_priority"
    try check(priority, unsafe symbol(priority, Simple.self)(session))
    let set = "gnutls_credentials_set"
    try check(
      set,
      unsafe symbol(set, Credentials.self)(session, Self.certificateCredentials, credentials))
    unsafe try symbol("gnutls_transport_set_int2", Transport.self)(session, connection, connection)
    guard unsafe try symbol("gnutls_handshake", Simple.self)(session) == 0 else { return [] }
    let read = unsafe try symbol("gnutls_record_recv", Read.self)
    let request = unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      count = unsafe max(0, read(session, start, buffer.count))
    }
    if !request.isEmpty {
      let write = unsafe try symbol("gnutls_record_send", Write.self)
      _ = unsafe Array(answer.utf8).withUnsafeBytes { bytes in
        unsafe bytes.baseAddress.map { unsafe write(session, $0, bytes.count) }
      }
    }
    return request
  }

  private func sign() throws(Failure) {
    typealias Generate = @convention(c) (Handle, CInt, CUnsignedInt, CUnsignedInt) -> CInt
    typealias Name =
      @convention(c) (Handle, CInt, UnsafeRawPointer, CUnsignedInt, CUnsignedInt)
      -> CInt
    typealias Sign = @convention(c) (Handle, Handle, Handle, CInt, CUnsignedInt) -> CInt
    typealias Use = @convention(c) (Handle, UnsafeMutablePointer<Handle>, CInt, Handle) -> CInt
    let address: [UInt8] = [127, 0, 0, 1]
    let serial: [UInt8] = [1]
    let call = "gnutls_x509_privkey_generate"
    try check(call, unsafe symbol(call, Generate.self)(key, Self.ecdsa, Self.secp256r1, 0))
    try check("version", unsafe symbol("gnutls_x509_crt_set_version", Number.self)(certificate, 3))
    try check(
      "serial", unsafe symbol("gnutls_x509_crt_set_serial", Bytes.self)(certificate, serial, 1))
    let now = time(nil)
    for (name, instant) in [("activation", now - 60), ("expiration", now + 3600)] {
      let call = "gnutls_x509_crt_set_\(name)_time"
      try check(call, unsafe symbol(call, Time.self)(certificate, instant))
    }
    try check("key", unsafe symbol("gnutls_x509_crt_set_key", Pair.self)(certificate, key))
    let name = "gnutls_x509_crt_set_subject_alt_name"
    try check(
      name, unsafe symbol(name, Name.self)(certificate, Self.addressName, address, 4, 0))
    let sign = unsafe try symbol("gnutls_x509_crt_sign2", Sign.self)
    try check("sign", unsafe sign(certificate, certificate, key, Self.sha256, 0))
    var chain = unsafe certificate
    let use = "gnutls_certificate_set_x509_key"
    try check(use, unsafe symbol(use, Use.self)(credentials, &chain, 1, key))
  }

  private func symbol<Function>(_ name: String, _ type: Function.Type) throws(Failure) -> Function {
    unsafe try Self.function(name, library, as: type)
  }

  private func check(_ call: String, _ code: CInt) throws(Failure) {
    guard code >= 0 else { throw Failure(call: call, code: code) }
  }

  private static func make(_ name: String, _ library: Handle) throws(Failure) -> Handle {
    var made: Handle?
    let code = unsafe try function(name, library, as: Make.self)(&made)
    guard code == 0, let made = unsafe made else { throw Failure(call: name, code: code) }
    return unsafe made
  }

  private static func function<Function>(
    _ name: String, _ library: Handle, as type: Function.Type
  ) throws(Failure) -> Function {
    guard let address = unsafe dlsym(library, name) else { throw Failure(call: name, code: 0) }
    return unsafe unsafeBitCast(address, to: type)
  }
}
