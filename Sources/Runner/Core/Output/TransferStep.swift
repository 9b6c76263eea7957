/// What became of one transfer from a file to a socket.
package enum TransferStep: Hashable, Sendable {
  /// So many bytes are in the buffer of the socket, at least 1; there may be room for more.
  case sent(Int)
  /// The buffer of the socket is full.
  case full
  /// The connection is lost, the disk fails, or the file is shorter than it was.
  case failed
}
