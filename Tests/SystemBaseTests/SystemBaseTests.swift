import Glibc
import Synchronization
import SystemBase
import Testing

/// What launcher and service share.
struct SystemBaseTests {
  @Test func `a separator separates whatever mark stands behind it`() {
    #expect("/a/../\u{301}b//c".fields(separatedBy: "/") == ["a", "..", "\u{301}b", "c"])
    #expect("a\r\nb\n".fields(separatedBy: "\n") == ["a\r", "b"])
    #expect("".fields(separatedBy: " ").isEmpty)
  }

  @Test func `what came first goes first, however long the line is`() {
    var line = FIFOQueue<Int>()
    var (added, taken) = (0, 0)
    for turn in 0..<2000 {
      for _ in 0..<(turn % 7) {
        line.append(added)
        added += 1
      }
      for _ in 0..<(turn % 5) where !line.isEmpty {
        #expect(line.popFirst() == taken)
        taken += 1
      }
      #expect(line.count == added - taken)
    }
    while let next = line.popFirst() {
      #expect(next == taken)
      taken += 1
    }
    #expect(taken == added && line.isEmpty)
  }

  @Test func `one is taken out of the middle and the rest keep their order`() {
    var line = FIFOQueue<Int>()
    for number in 0..<10 { line.append(number) }
    _ = line.popFirst()
    #expect(line.removeFirst { $0 == 0 } == nil, "it is gone")
    #expect(line.removeFirst { $0 == 5 } == 5)
    #expect(!line.contains { $0 == 5 } && line.contains { $0 == 9 })
    var rest: [Int] = []
    while let next = line.popFirst() { rest.append(next) }
    #expect(rest == [1, 2, 3, 4, 6, 7, 8, 9])
  }

  @Test func `a thread has run its body when it is joined`() throws {
    let flag = Flag()
    try DedicatedThread { flag.isSet.store(true, ordering: .relaxed) }.join()
    let wasSet = flag.isSet.load(ordering: .relaxed)
    #expect(wasSet)
  }

  @Test func `a descriptor is closed with its last holder`() throws {
    var ends: [CInt] = [-1, -1]
    #expect(unsafe pipe(&ends) == 0)
    let reading = SharedDescriptor(adopting: ends[0])
    var writing: [SharedDescriptor] = [SharedDescriptor(adopting: ends[1])]
    writing.append(writing[0])
    var entry = pollfd(fd: reading.fd, events: 0, revents: 0)
    writing.removeLast()
    #expect(unsafe poll(&entry, 1, 0) == 0, "one holder is left")
    writing.removeLast()
    #expect(unsafe poll(&entry, 1, 0) == 1 && entry.revents == Int16(POLLHUP))
  }

  @Test func `errno has a name and a sentence`() {
    #expect(ErrorCode.name(ENOENT) == "ENOENT")
    #expect(ErrorCode.name(9999) == "E9999")
    #expect(ErrorCode.message(ENOENT) == "No such file or directory")
  }

  private final class Flag: Sendable {
    let isSet = Atomic<Bool>(false)
  }
}
