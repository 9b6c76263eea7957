import TestSupport
import Testing

extension Confinement {
  @Suite struct LimitTests {
    static let defaults = [
      "cpu": "3600 3605", "file-size": "17179869184 17179869184", "data": "4294967296 4294967296",
      "stack": "8388608 8388608", "core": "0 0", "processes": "256 256", "open-files": "1024 1024",
      "locked-memory": "8388608 8388608", "pending-signals": "1024 1024", "message-queues": "0 0",
      "nice": "0 0", "real-time": "0 0",
    ]

    // Proves P-029.
    @Test(arguments: defaults.keys.sorted())
    func `a job has the documented limit`(_ limit: String) throws {
      #expect(try facts("limits")[limit] == Self.defaults[limit])
    }

    // Proves P-029, P-072.
    @Test(arguments: defaults.keys.sorted())
    func `a job cannot raise that limit`(_ limit: String) throws {
      #expect(try facts("limits")["raise-\(limit)"] == "EPERM")
    }

    // Twin of P-072.
    @Test(arguments: ["cpu", "file-size", "data", "core", "message-queues"])
    func `outside, the limit is another`(_ limit: String) throws {
      #expect(try bareFacts("limits")[limit] != Self.defaults[limit])
    }

    @Test func `address space is left alone, since Java and Go reserve much`() throws {
      #expect(try facts("limits")["address-space"] == bareFacts("limits")["address-space"])
    }
  }
}
