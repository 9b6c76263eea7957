internal import Glibc
package import RunnerConfiguration
internal import RunnerCore

/// Loads the configuration from the command line and the file that it names.
package enum ConfigurationLoader {
  /// Reads the configuration that the options name, or makes one of the options alone.
  ///
  /// - Throws: `ConfigurationRefusal` with every problem, or that the file cannot be read or that
  ///   others may write it.
  package static func load(_ options: Options) throws(ConfigurationRefusal) -> Configuration {
    guard let path = options.config else {
      return try ConfigurationReader.read(nil, commandLine: options.commandLine, host: host)
    }
    return try ConfigurationFile.read(path, mustBeSafe: true)
      .configuration(options.commandLine, host: host)
  }

  /// Loads the configuration and logs each problem as an error.
  ///
  /// - Throws: `StartFailure` where the configuration is refused.
  static func load(
    _ options: Options, _ log: ServiceLog
  ) throws(StartFailure) -> Configuration {
    do throws(ConfigurationRefusal) {
      return try load(options)
    } catch {
      let file = options.config ?? "the command line"
      for line in error.lines(file: file) {
        log.log(.error, "configuration.refused", line, ["file": .text(file)])
      }
      throw .configuration("\(file) is refused; nothing was started.")
    }
  }

  /// Processors and memory of this host (sysconf(3)), and its time zones.
  package static var host: HostInfo {
    let processors = sysconf(Int32(_SC_NPROCESSORS_CONF))
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let pageBytes = sysconf(Int32(_SC_PAGESIZE))
    return HostInfo(
      processorCount: max(processors, 1),
      memoryBytes: UInt64(max(pages, 1)) * UInt64(max(pageBytes, 1)),
      timeZoneFile: TimeZoneFolder.file)
  }
}

extension ConfigurationRefusal {
  /// A line for each problem, as compilers write them.
  package func lines(file: String) -> [String] {
    problems.map { $0.line(in: file) } + (more > 0 ? ["\(file): and \(more) more"] : [])
  }
}
