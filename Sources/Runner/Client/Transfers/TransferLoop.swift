import CCurl
import Glibc

/// All transfers of the client, on its one thread.
///
/// SAFETY: it owns its handle, from `init` to `deinit`; a transfer that is in it is retained.
@safe final class TransferLoop {
  private let multi: UnsafeMutableRawPointer
  private var transfers: [UInt: HTTPTransfer] = [:]

  /// What a turn waits for beside transfers.
  struct Interest {
    let fd: CInt
    /// Whether for writing; else for reading.
    let isWrite: Bool
  }

  /// - Throws: `ClientFailure` (configuration) without memory or descriptors.
  init() throws(ClientFailure) {
    guard curl_global_init(ccurl_global_default) == CURLE_OK, let multi = unsafe curl_multi_init()
    else { throw ClientFailure(.configuration, "libcurl does not start: no memory.") }
    unsafe self.multi = multi
  }

  deinit {
    for transfer in transfers.values { unsafe curl_multi_remove_handle(multi, transfer.easy) }
    unsafe curl_multi_cleanup(multi)
  }

  /// Begins a transfer.
  ///
  /// - Throws: `ClientFailure` (configuration) where libcurl does not take it.
  func add(_ transfer: HTTPTransfer) throws(ClientFailure) {
    guard unsafe curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
      throw ClientFailure(.configuration, "libcurl takes no further transfer.")
    }
    unsafe transfers[UInt(bitPattern: transfer.easy)] = transfer
  }

  /// Ends a transfer, if it still runs. Not to be called by a receiver.
  func remove(_ transfer: HTTPTransfer) {
    guard unsafe transfers.removeValue(forKey: UInt(bitPattern: transfer.easy)) != nil else {
      return
    }
    unsafe curl_multi_remove_handle(multi, transfer.easy)
  }

  /// Waits for a transfer, or for one of `interests`, and does what can be done. A transfer that is
  /// new or was resumed waits for nothing; nothing is done before the wait, since what is received
  /// may add to what the caller has to wait for.
  ///
  /// - Parameter milliseconds: at most.
  /// - Returns: for each of `interests` whether it is ready.
  func turn(_ interests: [Interest] = [], milliseconds: Int) -> [Bool] {
    var waits = interests.map { interest in
      curl_waitfd(
        fd: interest.fd, events: CShort(interest.isWrite ? CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN),
        revents: 0)
    }
    let count = CUnsignedInt(interests.count)
    let time = CInt(clamping: milliseconds)
    unsafe waits.withUnsafeMutableBufferPointer { buffer in
      _ = unsafe curl_multi_poll(multi, buffer.baseAddress, count, time, nil)
    }
    perform()
    return waits.map { $0.revents != 0 }
  }

  private func perform() {
    var running: CInt = 0
    _ = unsafe curl_multi_perform(multi, &running)
    var left: CInt = 0
    while let message = unsafe curl_multi_info_read(multi, &left) {
      guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
      let name = unsafe UInt(bitPattern: message.pointee.easy_handle)
      let code = unsafe message.pointee.data.result
      guard let transfer = transfers[name] else { continue }
      transfer.end(code)
      remove(transfer)
    }
  }
}
