import CCurl
import Glibc
import NetworkBase
import RunnerCore

/// One delivery attempt as a libcurl easy handle, and the memory that it points to.
///
/// Not Sendable: it belongs to the thread of `DeliveryLoop`. It must leave its multi handle before
/// it goes. SAFETY: it owns what its pointers point to, from `init` to `deinit`.
@safe final class DeliveryTransfer {
  let request: DeliveryRequest
  /// libcurl's handle, and the name of this transfer on its thread.
  let easy: UnsafeMutableRawPointer
  private var headers: UnsafeMutablePointer<curl_slist>?
  private let reason: UnsafeMutablePointer<CChar>
  private let body: DeliveryBody
  private var replyBytes = 0
  private let replyBytesMax: Int
  private let start = ContinuousClock.now
  /// Why the last address that was refused is.
  private var refusal: String?
  /// Whether there was an address that may be connected to.
  private var hasSocket = false

  /// Sets a transfer up; nothing is sent before it is added to a multi handle.
  ///
  /// - Throws: `CurlFailure` when libcurl refuses an option.
  init(of request: DeliveryRequest, limits: CallbackLimits) throws(CurlFailure) {
    guard let easy = unsafe curl_easy_init() else { throw CurlFailure("Out of memory") }
    unsafe self.easy = easy
    unsafe self.reason = .allocate(capacity: ccurl_error_bytes)
    unsafe reason.initialize(repeating: 0, count: ccurl_error_bytes)
    self.request = request
    self.body = DeliveryBody(request.content)
    self.replyBytesMax = limits.replyBytesMax
    try setDestination(limits)
    try setSocketCallback()
    try setHeaders()
    try setBody()
    try setReplyCallbacks()
  }

  deinit {
    unsafe curl_easy_cleanup(easy)
    unsafe curl_slist_free_all(headers)
    unsafe reason.deallocate()
  }

  /// What came of it.
  func outcome(_ code: CURLcode) -> CallbackOutcome {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    return CallbackOutcome(result(code), milliseconds: milliseconds)
  }

  private func result(_ code: CURLcode) -> CallbackResult {
    let status = status(code)
    if status >= 200 {
      var seconds: curl_off_t = 0
      _ = unsafe ccurl_get_size(easy, CURLINFO_RETRY_AFTER, &seconds)
      return .answered(status: status, retryAfterSeconds: seconds > 0 ? Int(seconds) : nil)
    }
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: return .failed(.name)
    case CURLE_OPERATION_TIMEDOUT: return .failed(.timeout)
    case CURLE_COULDNT_CONNECT: return .failed(isRefused ? .address : .connection)
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ISSUER_ERROR:
      return .failed(.tls)
    default: return .failed(.reply)
    }
  }

  /// Of all addresses that a name has none may be connected to.
  private var isRefused: Bool { refusal != nil && !hasSocket }

  /// What the receiver answered; 0 for nothing.
  private func status(_ code: CURLcode) -> Int {
    var status = 0
    // A reply over its bound ends the transfer; what it said before that still counts.
    if code == CURLE_OK || code == CURLE_WRITE_ERROR {
      _ = unsafe ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    }
    return status
  }

  /// What went wrong, in one line; nil for a delivery that was taken.
  func failure(_ code: CURLcode) -> String? {
    let status = status(code)
    switch status {
    case 200..<300: return nil
    case 300..<400: return "the receiver answered \(status); redirects are not followed"
    case 400...: return "the receiver answered \(status)"
    default: break
    }
    if isRefused, let refusal { return "\(refusal); nothing was sent" }
    let detail = unsafe String(cString: reason)
    let text = detail.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : detail
    // libcurl may quote the receiver: a log line stays one line.
    return String(text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
  }

  /// Where to, over what, and for how long.
  private func setDestination(_ limits: CallbackLimits) throws(CurlFailure) {
    try set(CURLOPT_URL, request.target.url)
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_FOLLOWLOCATION, 0)
    // An empty proxy and all hosts excepted: http_proxy and its like are not even read.
    try set(CURLOPT_PROXY, "")
    try set(CURLOPT_NOPROXY, "*")
    try set(CURLOPT_NETRC, 0)
    try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
    try set(CURLOPT_FRESH_CONNECT, 1)
    try set(CURLOPT_FORBID_REUSE, 1)
    // No signals for time-outs: this is one thread of several.
    try set(CURLOPT_NOSIGNAL, 1)
    // Does not wait for the thread of a name lookup that hangs: others are being delivered to.
    try set(CURLOPT_QUICK_EXIT, 1)
    try set(CURLOPT_CONNECTTIMEOUT_MS, limits.connectMilliseconds)
    try set(CURLOPT_TIMEOUT_MS, limits.totalMilliseconds)
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    try set(CURLOPT_SSLVERSION, ccurl_sslversion_tls_1_2)
    if AuthorityBundle.isReadable {
      try set(CURLOPT_CAINFO, AuthorityBundle.path)
      try CurlFailure.check(unsafe ccurl_clear_text(easy, CURLOPT_CAPATH))
    }
    try set(CURLOPT_HTTP_VERSION, ccurl_http_version_1_1)
    try CurlFailure.check(unsafe ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, reason))
  }

  /// Every connection begins with a socket that is asked for here, with the address as it is.
  private func setSocketCallback() throws(CurlFailure) {
    // SAFETY: libcurl calls this only within curl_multi_perform, and `self` owns the handle.
    let pointer = unsafe Unmanaged.passUnretained(self).toOpaque()
    try CurlFailure.check(unsafe ccurl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, pointer))
    let code = unsafe ccurl_set_opensocket(easy) { transfer, purpose, socketAddress in
      guard let transfer = unsafe transfer, let socketAddress = unsafe socketAddress else {
        return -1
      }
      let owner = unsafe Unmanaged<DeliveryTransfer>.fromOpaque(transfer)
      return unsafe owner.takeUnretainedValue().socket(for: socketAddress)
    }
    try CurlFailure.check(code)
  }

  /// Opens the socket of a connection, where the address rules allow the address.
  ///
  /// - Returns: a socket, or -1 where nothing may be sent.
  private func socket(for socketAddress: UnsafePointer<curl_sockaddr>) -> CInt {
    let raw = unsafe ccurl_address(socketAddress)
    // SAFETY: libcurl passes a whole sockaddr of `addrlen` bytes (CURLOPT_OPENSOCKETFUNCTION(3)),
    // and they are copied.
    let bytes = unsafe Array(
      UnsafeRawBufferPointer(start: raw, count: Int(socketAddress.pointee.addrlen)))
    guard let found = SocketAddress(bytes: bytes) else {
      refusal = "it is no address of the Internet"
      return -1
    }
    var isKnown = true
    let why = request.addresses.refusal(of: found.address, port: found.port) { address in
      let isOwn = LocalAddresses.contain(address)
      isKnown = isOwn != nil
      return isOwn ?? true
    }
    if let why {
      // What is not known now is for a later try to find out; until then nothing is sent.
      if isKnown { refusal = why }
      return -1
    }
    hasSocket = true
    let kind = unsafe socketAddress.pointee.socktype | CInt(SOCK_CLOEXEC.rawValue)
    return unsafe Glibc.socket(socketAddress.pointee.family, kind, socketAddress.pointee.protocol)
  }

  private func setHeaders() throws(CurlFailure) {
    for line in request.headers {
      guard let longer = unsafe curl_slist_append(headers, line) else {
        throw CurlFailure("Out of memory")
      }
      unsafe headers = longer
    }
    if let headers = unsafe headers {
      try CurlFailure.check(unsafe ccurl_set_headers(easy, headers))
    }
    try set(CURLOPT_USERAGENT, "http-runner")
  }

  private func setBody() throws(CurlFailure) {
    try set(CURLOPT_POST, 1)
    let size = unsafe ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.byteCount))
    try CurlFailure.check(size)
    // SAFETY: libcurl calls these only within curl_multi_perform, and `self` owns both the handle
    // and the body.
    let pointer = unsafe Unmanaged.passUnretained(body).toOpaque()
    try CurlFailure.check(unsafe ccurl_set_pointer(easy, CURLOPT_READDATA, pointer))
    try CurlFailure.check(unsafe ccurl_set_pointer(easy, CURLOPT_SEEKDATA, pointer))
    let read = unsafe ccurl_set_read(easy) { buffer, size, count, body in
      guard let buffer = unsafe buffer, let body = unsafe body else {
        return ccurl_readfunc_abort
      }
      let room = unsafe UnsafeMutableRawBufferPointer(start: buffer, count: size * count)
      let source = unsafe Unmanaged<DeliveryBody>.fromOpaque(body).takeUnretainedValue()
      let count = unsafe source.read(into: room)
      return count > 0 || source.isAtEnd ? count : Int(CURL_READFUNC_ABORT)
    }
    try CurlFailure.check(read)
    let seek = unsafe ccurl_set_seek(easy) { body, offset, origin in
      guard let body = unsafe body, origin == 0 else { return ccurl_seekfunc_cantseek }
      let found = unsafe Unmanaged<DeliveryBody>.fromOpaque(body).takeUnretainedValue()
        .seek(to: Int(offset))
      return found ? ccurl_seekfunc_ok : ccurl_seekfunc_fail
    }
    try CurlFailure.check(seek)
  }

  /// The reply is counted and thrown away: the submitter must not read other hosts through us.
  private func setReplyCallbacks() throws(CurlFailure) {
    // SAFETY: as above; the handle ends in `deinit`, and calls nothing after that.
    let pointer = unsafe Unmanaged.passUnretained(self).toOpaque()
    try CurlFailure.check(unsafe ccurl_set_pointer(easy, CURLOPT_WRITEDATA, pointer))
    try CurlFailure.check(unsafe ccurl_set_pointer(easy, CURLOPT_HEADERDATA, pointer))
    for option in [CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION] {
      let code = unsafe ccurl_set_write(easy, option) { _, size, count, transfer in
        guard let transfer = unsafe transfer else { return 0 }
        let owner = unsafe Unmanaged<DeliveryTransfer>.fromOpaque(transfer)
        return unsafe owner.takeUnretainedValue().countReply(size * count)
      }
      try CurlFailure.check(code)
    }
  }

  /// Counts bytes of the reply.
  ///
  /// - Returns: how many bytes were taken; fewer than `count` makes libcurl hang up.
  private func countReply(_ count: Int) -> Int {
    replyBytes += count
    return replyBytes <= replyBytesMax ? count : 0
  }

  private func set(_ option: CURLoption, _ value: Int) throws(CurlFailure) {
    try CurlFailure.check(unsafe ccurl_set_long(easy, option, value))
  }

  private func set(_ option: CURLoption, _ value: String) throws(CurlFailure) {
    try CurlFailure.check(unsafe ccurl_set_text(easy, option, value))
  }
}
