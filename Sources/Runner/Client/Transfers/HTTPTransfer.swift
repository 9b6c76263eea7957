import CCurl
import Glibc

/// One request and its answer as a libcurl easy handle, and the memory that it points to.
///
/// Not Sendable: it belongs to the thread of its `TransferLoop`. SAFETY: it owns what its pointers
/// point to, from `init` to `deinit`.
@safe final class HTTPTransfer {
  /// What a receiver does with a piece of the body.
  enum Verdict {
    case taken
    /// It comes again after `resume`.
    case paused
    /// The transfer ends.
    case stop
  }

  /// Gets the body piece by piece, of an answer of 200 to 299 and of any other.
  typealias Receiver = (_ head: ReplyHead, _ bytes: [UInt8]) -> Verdict

  /// How long one may be silent before it counts as broken. The service sends a heartbeat each ten
  /// seconds where there is nothing to tell.
  enum Timeout {
    /// From request to end of the answer, in seconds.
    case total(Int)
    /// Without a byte, in seconds.
    case idle(Int)
    /// As long as TCP holds the connection.
    case unlimited
  }

  /// libcurl's handle, and the name of this transfer on its thread.
  let easy: UnsafeMutableRawPointer
  private(set) var head = ReplyHead()
  /// nil while it runs.
  private(set) var code: CURLcode?
  private(set) var isPaused = false
  private var headers: UnsafeMutablePointer<curl_slist>?
  private let reason: UnsafeMutablePointer<CChar>
  private let receiver: Receiver

  /// Bytes that are read from the socket at once.
  private static let bufferBytes = 256 << 10
  /// Seconds until a connection counts as not to be had.
  private static let connectSeconds = 15

  /// Sets a transfer up; nothing is sent before a loop has it.
  ///
  /// - Throws: `ClientFailure` (configuration) when libcurl refuses an option.
  init(
    _ request: ServiceRequest, _ settings: ClientSettings, _ timeout: Timeout,
    _ receiver: @escaping Receiver
  ) throws(ClientFailure) {
    guard let easy = unsafe curl_easy_init() else {
      throw ClientFailure(.configuration, "There is no memory for a connection.")
    }
    unsafe self.easy = easy
    unsafe self.reason = .allocate(capacity: ccurl_error_bytes)
    unsafe reason.initialize(repeating: 0, count: ccurl_error_bytes)
    self.receiver = receiver
    try setDestination(request, settings)
    try setCredentials(settings)
    try setTimeout(timeout)
    try setRequest(request, settings)
    try setCallbacks()
  }

  deinit {
    unsafe curl_easy_cleanup(easy)
    unsafe curl_slist_free_all(headers)
    unsafe reason.deallocate()
  }

  /// Lets a paused transfer go on.
  func resume() {
    guard isPaused, code == nil else { return }
    isPaused = false
    _ = unsafe curl_easy_pause(easy, 0)
  }

  /// It has ended.
  func end(_ code: CURLcode) { self.code = code }

  /// Why there is no whole answer; nil where there is one. Whatever its status is.
  var failure: ClientFailure? {
    guard let code, code != CURLE_OK else { return nil }
    let detail = unsafe String(cString: reason)
    var text = detail.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : detail
    if text.hasSuffix(".") { text.removeLast() }
    switch code {
    case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CRL_BADFILE,
      CURLE_PEER_FAILED_VERIFICATION:
      return ClientFailure(.configuration, "\(text).")
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
      return ClientFailure(.protocolBroken, "What answers there is not http-runner: \(text).")
    default:
      // Until a byte of the request is sent no job can be there.
      var sentBytes = 0
      _ = unsafe ccurl_get_long(easy, CURLINFO_REQUEST_SIZE, &sentBytes)
      var failure = ClientFailure(kind: sentBytes == 0 ? .unreachable : .broken, "\(text).")
      var connectError = 0
      _ = unsafe ccurl_get_long(easy, CURLINFO_OS_ERRNO, &connectError)
      // Of a socket file also where it is gone.
      failure.isRefused =
        code == CURLE_COULDNT_CONNECT && [ECONNREFUSED, ENOENT].contains(CInt(connectError))
      return failure
    }
  }

  private func setDestination(
    _ request: ServiceRequest, _ settings: ClientSettings
  ) throws(ClientFailure) {
    try set(CURLOPT_URL, settings.address.url + request.target)
    if let path = settings.address.socketPath { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_FOLLOWLOCATION, 0)
    // The service is named by the one who starts this; a proxy of the environment is not asked.
    try set(CURLOPT_PROXY, "")
    try set(CURLOPT_NOPROXY, "*")
    try set(CURLOPT_NETRC, 0)
    try set(CURLOPT_NOSIGNAL, 1)
    try set(CURLOPT_TCP_KEEPALIVE, 1)
    try set(CURLOPT_BUFFERSIZE, Self.bufferBytes)
    try set(CURLOPT_HTTP_VERSION, ccurl_http_version_1_1)
    try set(CURLOPT_USERAGENT, "http-runner")
    try check(unsafe ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, reason))
  }

  private func setCredentials(_ settings: ClientSettings) throws(ClientFailure) {
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    try set(CURLOPT_SSLVERSION, ccurl_sslversion_tls_1_2)
    if let path = settings.ca {
      try set(CURLOPT_CAINFO, path)
      try check(unsafe ccurl_clear_text(easy, CURLOPT_CAPATH))
    }
    if let path = settings.certificate { try set(CURLOPT_SSLCERT, path) }
    if let path = settings.key { try set(CURLOPT_SSLKEY, path) }
  }

  private func setTimeout(_ timeout: Timeout) throws(ClientFailure) {
    try set(CURLOPT_CONNECTTIMEOUT, Self.connectSeconds)
    switch timeout {
    case .total(let seconds): try set(CURLOPT_TIMEOUT, seconds)
    case .idle(let seconds):
      try set(CURLOPT_LOW_SPEED_LIMIT, 1)
      try set(CURLOPT_LOW_SPEED_TIME, seconds)
    case .unlimited: break
    }
  }

  private func setRequest(
    _ request: ServiceRequest, _ settings: ClientSettings
  ) throws(ClientFailure) {
    var fields = request.fields
    if let token = settings.token { fields.append("Authorization: Bearer \(token)") }
    if let body = request.body {
      let type = request.isUpload ? "application/octet-stream" : "application/json"
      fields.append("Content-Type: \(type)")
      if request.isUpload { try set(CURLOPT_CUSTOMREQUEST, "PUT") }
      // No round trip before a body: the service says what is too long without it.
      fields.append("Expect:")
      try set(CURLOPT_POST, 1)
      try check(unsafe ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
      // It copies as many bytes as it was told, whatever they are.
      let code = unsafe (body + [0]).withUnsafeBytes { bytes in
        unsafe ccurl_set_text(
          easy, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress!.assumingMemoryBound(to: CChar.self))
      }
      try check(code)
    }
    for field in fields {
      guard let longer = unsafe curl_slist_append(headers, field) else {
        throw ClientFailure(.configuration, "There is no memory for a request.")
      }
      unsafe headers = longer
    }
    if let headers = unsafe headers { try check(unsafe ccurl_set_headers(easy, headers)) }
  }

  private func setCallbacks() throws(ClientFailure) {
    // SAFETY: libcurl calls these only within a call of the loop, and `self` owns the handle.
    let pointer = unsafe Unmanaged.passUnretained(self).toOpaque()
    try check(unsafe ccurl_set_pointer(easy, CURLOPT_WRITEDATA, pointer))
    try check(unsafe ccurl_set_pointer(easy, CURLOPT_HEADERDATA, pointer))
    let body = unsafe ccurl_set_write(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, transfer in
      guard let bytes = unsafe bytes, let transfer = unsafe transfer else { return 0 }
      let owner = unsafe Unmanaged<HTTPTransfer>.fromOpaque(transfer).takeUnretainedValue()
      return unsafe owner.receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    try check(body)
    let line = unsafe ccurl_set_write(easy, CURLOPT_HEADERFUNCTION) {
      bytes, size, count, transfer in
      guard let bytes = unsafe bytes, let transfer = unsafe transfer else { return 0 }
      let owner = unsafe Unmanaged<HTTPTransfer>.fromOpaque(transfer).takeUnretainedValue()
      let raw = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
      owner.head.read(unsafe String(decoding: raw, as: UTF8.self))
      return size * count
    }
    try check(line)
  }

  /// - Returns: what libcurl is to take as written (CURLOPT_WRITEFUNCTION(3)).
  private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    switch unsafe receiver(head, Array(bytes)) {
    case .taken: return bytes.count
    case .stop: return 0
    case .paused:
      isPaused = true
      return Int(CURL_WRITEFUNC_PAUSE)
    }
  }

  private func set(_ option: CURLoption, _ value: Int) throws(ClientFailure) {
    try check(unsafe ccurl_set_long(easy, option, value))
  }

  private func set(_ option: CURLoption, _ value: String) throws(ClientFailure) {
    try check(unsafe ccurl_set_text(easy, option, value))
  }

  private func check(_ code: CURLcode) throws(ClientFailure) {
    guard code != CURLE_OK else { return }
    let text = unsafe String(cString: curl_easy_strerror(code))
    throw ClientFailure(.configuration, "libcurl refuses a setting: \(text).")
  }
}
