import CCurl

/// The transfers of one thread. Every call is made on that thread.
///
/// SAFETY: it owns its handle, from `init` to `deinit`.
@safe struct CurlMulti: ~Copyable {
  private let handle: UnsafeMutableRawPointer

  /// Makes a multi handle.
  ///
  /// - Throws: `CurlFailure` when there is no memory or no descriptor left.
  init() throws(CurlFailure) {
    guard let handle = unsafe curl_multi_init() else {
      throw CurlFailure("Out of memory or descriptors")
    }
    // Without descriptors for its wake-up pipe libcurl makes the handle all the same, and a poll on
    // it could not be interrupted. The check makes the first `poll` return at once.
    let code = unsafe ccurl_wake(ccurl_waker(multi: handle))
    guard code == CURLM_OK else {
      unsafe curl_multi_cleanup(handle)
      throw CurlFailure("No descriptors to be woken through")
    }
    unsafe self.handle = handle
  }

  deinit {
    unsafe curl_multi_cleanup(handle)
  }

  /// What other threads may wake `poll` with. It must be gone before this is.
  var waker: ccurl_waker { unsafe ccurl_waker(multi: handle) }

  func add(_ transfer: DeliveryTransfer) throws(CurlFailure) {
    try CurlFailure.check(unsafe curl_multi_add_handle(handle, transfer.easy))
  }

  /// Ends the transfer if it still runs.
  func remove(_ transfer: DeliveryTransfer) throws(CurlFailure) {
    try CurlFailure.check(unsafe curl_multi_remove_handle(handle, transfer.easy))
  }

  /// Does what can be done without waiting.
  func perform() throws(CurlFailure) {
    var stillRunning: CInt = 0
    try CurlFailure.check(unsafe curl_multi_perform(handle, &stillRunning))
  }

  /// Waits for a transfer, a wake-up, or `milliseconds`, whichever comes first.
  func poll(milliseconds: CInt) throws(CurlFailure) {
    try CurlFailure.check(unsafe curl_multi_poll(handle, nil, 0, milliseconds, nil))
  }

  /// A transfer that ended since this was last asked: its name and how it went. Nil if none did.
  func nextEnded() -> (transfer: UInt, code: CURLcode)? {
    var left: CInt = 0
    while let message = unsafe curl_multi_info_read(handle, &left) {
      guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
      return unsafe (UInt(bitPattern: message.pointee.easy_handle), message.pointee.data.result)
    }
    return nil
  }
}
