import Glibc
@testable import SandboxBase
@testable import SandboxLauncher
import Testing

/// What is read of a process, from texts and from this very process.
struct ProcessSampleTests {
  @Test func `a name with spaces and brackets does not move the numbers`() throws {
    let line = Array("7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 250 150 0 0 20 0 9 0 5 6 7 8\n".utf8)
    let fields = try #require(ProcessSample.fields(ofStat: line))
    let sample = try #require(
      ProcessSample(pid: 7, stat: fields, statm: [100, 10, 5, 1, 0, 20, 0]))
    #expect(sample.threads == 9)
    #expect(sample.processorMicroseconds == 400 * 1_000_000 / UInt64(sysconf(CInt(_SC_CLK_TCK))))
    let page = UInt64(sysconf(CInt(_SC_PAGESIZE)))
    #expect(sample.residentBytes == 10 * page && sample.dataBytes == 20 * page)
    #expect(ProcessSample(pid: 7, stat: [1], statm: [1]) == nil)
  }

  @Test func `more pages than bytes can be counted are the most that can`() throws {
    let statm: [UInt64] = [0, .max, 0, 0, 0, 1 << 60, 0]
    let stat = [UInt64](repeating: 0, count: 22)
    let sample = try #require(ProcessSample(pid: 7, stat: stat, statm: statm))
    let page = UInt64(sysconf(CInt(_SC_PAGESIZE)))
    #expect(sample.residentBytes == .max / page * page)
    #expect(sample.dataBytes == sample.residentBytes)
  }

  @Test func `a line in kibibytes is found by its key`() {
    let text = Array("RssAnon:\t     100 kB\nRssFile:\t 7 kB\nRssShmem:\t   4 kB\n".utf8)
    #expect(ProcessSample.kibibytes("RssAnon:", in: text) == 100 << 10)
    #expect(ProcessSample.kibibytes("RssShmem:", in: text) == 4 << 10)
    #expect(ProcessSample.kibibytes("Pss_Anon:", in: text) == 0)
  }

  @Test func `this process can be sampled, and one that is gone cannot`() throws {
    let sample = try #require(ProcessSample(getpid()))
    #expect(sample.threads >= 1 && sample.residentBytes > 1 << 20)
    #expect(try #require(sample.memoryUsage(isProportional: false)).anonymous > 0)
    #expect(try #require(sample.memoryUsage(isProportional: true)).anonymous > 0)
    #expect(ProcessSample(Int32.max) == nil)
    #expect(try ProcessList.processes(of: getuid()).contains(getpid()))
  }

  @Test func `a limit on processor time is met when its last microsecond is used`() {
    var limits = ResourceLimits()
    #expect(!limits.isCPUSpent(microseconds: .max), "no limit")
    limits.cpuSeconds = 2
    #expect(limits.isCPUSpent(microseconds: 2_000_000) && limits.isCPUSpent(microseconds: .max))
    #expect(!limits.isCPUSpent(microseconds: 1_999_999) && !limits.isCPUSpent(microseconds: -3))
  }

  @Test func `limits are named by the keys of the configuration file, in their order`() {
    #expect(LimitsMet([]).keys == [])
    #expect(LimitsMet([.memory, .wallClock]).keys == ["wallClock", "memory"])
    #expect(LimitsMet(rawValue: .max).keys.count == 9)
  }
}
