/// The files of /sys by which programs count processors, for jobs that have a part of them
/// (Documentation/ABI/testing/sysfs-devices-system-cpu of the kernel).
enum ProcessorTree {
  private static let processorPath = "/sys/devices/system/cpu"
  private static let nodePath = "/sys/devices/system/node"
  /// The host's folder of so many processors is shown, with topology and caches; each is a mount,
  /// which each sandbox pays for. The others' folders are empty.
  private static let shownMax = 8

  /// - Parameter processors: numbers of the host, at least one.
  static func items(_ processors: [UInt32]) -> [TreeItem] {
    let sorted = Set(processors).sorted()
    let list = Self.list(sorted) + "\n"
    var items: [TreeItem] = [.folder(processorPath), .folder(nodePath)]
    items += ["online", "present", "possible"].map {
      .file("\(processorPath)/\($0)", text: list)
    }
    for (index, number) in sorted.enumerated() {
      let path = "\(processorPath)/cpu\(number)"
      items.append(
        index < shownMax ? .host(path, from: path, .data, isOptional: true) : .folder(path))
    }
    // One node, whatever the host has: which of them a processor is in does not show.
    items += ["online", "possible", "has_cpu", "has_memory"].map {
      .file("\(nodePath)/\($0)", text: "0\n")
    }
    items += [
      .file("\(nodePath)/node0/cpulist", text: list),
      .file("\(nodePath)/node0/cpumap", text: mask(sorted) + "\n"),
      .file("\(nodePath)/node0/distance", text: "10\n"),
    ]
    return items
  }

  /// `0-2,5`.
  static func list(_ sorted: [UInt32]) -> String {
    var ranges: [ClosedRange<UInt32>] = []
    for number in sorted {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { range in
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }.joined(separator: ",")
  }

  /// Words of 32 bits in hexadecimal, the highest first, with commas between them.
  static func mask(_ sorted: [UInt32]) -> String {
    var words = [UInt32](repeating: 0, count: Int(sorted.last ?? 0) / 32 + 1)
    for number in sorted { words[Int(number / 32)] |= 1 << (number % 32) }
    return words.reversed().map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined(separator: ",")
  }
}
