internal import Glibc

/// A job's stdin, stdout and stderr on their way: ours until the job has its own.
final class JobDescriptors {
  let numbers: [CInt]

  /// Takes them over.
  init(adopting numbers: [CInt]) {
    self.numbers = numbers
  }

  deinit { for number in numbers { _ = Glibc.close(number) } }
}
