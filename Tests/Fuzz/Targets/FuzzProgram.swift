import CFuzzer
import Glibc

/// `fuzz NAME [ARGUMENTS of libFuzzer]` runs one target, `fuzz --list` prints their names, and
/// `fuzz --seeds NAME FOLDER` writes the seeds of one into a folder.
///
/// SAFETY: libFuzzer hands bytes over that outlive the call, and they are copied. The target is
/// set once, before libFuzzer begins, and read on its one thread.
@main enum FuzzProgram {
  /// The target that runs, for the callback of C, which has no context.
  nonisolated(unsafe) private static var chosen: FuzzTarget?

  static func main() {
    let arguments = CommandLine.arguments
    switch (arguments.dropFirst().first, arguments.count) {
    case ("--list", 2):
      for target in FuzzTable.targets {
        write("\(target.name) \(target.bytesMax)\n", to: STDOUT_FILENO)
      }
    case ("--seeds", 4):
      write(found(arguments[2]).seeds, to: arguments[3])
    case (let name?, _) where !name.hasPrefix("-"):
      unsafe chosen = found(name)
      run()
    default: fail("usage: fuzz NAME [ARGUMENTS], fuzz --list, fuzz --seeds NAME FOLDER")
    }
  }

  private static func run() {
    // libFuzzer sees the arguments behind the target's name.
    var count = CommandLine.argc - 1
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? =
      unsafe CommandLine.unsafeArgv + 1
    let name = unsafe CommandLine.unsafeArgv[0]
    unsafe arguments?[0] = name
    let result = unsafe LLVMFuzzerRunDriver(&count, &arguments) { data, size in
      let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
      unsafe FuzzProgram.chosen?.run(bytes)
      return 0
    }
    exit(result)
  }

  private static func found(_ name: String) -> FuzzTarget {
    guard let target = FuzzTable.targets.first(where: { $0.name == name }) else {
      fail("there is no target \(name); fuzz --list names them")
    }
    return target
  }

  private static func write(_ seeds: [[UInt8]], to folder: String) {
    for (index, seed) in seeds.enumerated() {
      guard let file = unsafe fopen("\(folder)/seed-\(index)", "w") else {
        fail("\(folder) cannot be written")
      }
      let written = unsafe fwrite(seed, 1, seed.count, file)
      guard unsafe fclose(file) == 0, written == seed.count else {
        fail("\(folder) cannot be written")
      }
    }
  }

  private static func fail(_ text: String) -> Never {
    write("fuzz: \(text)\n", to: STDERR_FILENO)
    exit(64)
  }

  private static func write(_ text: String, to descriptor: CInt) {
    _ = unsafe Array(text.utf8).withUnsafeBytes {
      unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
    }
  }
}
