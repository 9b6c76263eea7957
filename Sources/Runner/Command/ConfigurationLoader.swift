internal import Glibc
package import RunnerConfiguration

/// Makes a configuration of what the command line says and of the file that it names.
package enum ConfigurationLoader {
  /// - Throws: `ConfigurationRefusal` with everything that is wrong, or that the file cannot be
  /// read
  ///   or is not in safe hands.
  package static func load(_ options: Options) throws(ConfigurationRefusal) -> Configuration {
    guard let path = options.config else {
      return try ConfigurationReader.read(nil, commandLine: options.commandLine, host: host)
    }
    return try ConfigurationFile.read(path, mustBeSafe: true)
      .configuration(options.commandLine, host: host)
  }

  /// This machine.
  package static var host: HostFacts {
    let processors = sysconf(Int32(_SC_NPROCESSORS_CONF))
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let pageBytes = sysconf(Int32(_SC_PAGESIZE))
    return HostFacts(
      processorCount: max(processors, 1),
      memoryBytes: UInt64(max(pages, 1)) * UInt64(max(pageBytes, 1)))
  }
}

extension ConfigurationRefusal {
  /// A line for each problem, as compilers write them.
  package func lines(file: String) -> [String] {
    problems.map { $0.line(in: file) } + (more > 0 ? ["\(file): and \(more) more"] : [])
  }
}
