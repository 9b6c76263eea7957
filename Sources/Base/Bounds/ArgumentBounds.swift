/// How much a request may give a program as arguments: the one place for service and launcher.
package enum ArgumentBounds {
  /// Arguments at most.
  package static let countMax = 4096
  /// Bytes of all arguments at most, each with the NUL that ends it: 128 KiB, which is what the
  /// kernel takes for one of them (MAX_ARG_STRLEN, execve(2)).
  package static let bytesMax = 128 << 10
}
