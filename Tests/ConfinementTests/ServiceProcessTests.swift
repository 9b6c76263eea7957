import TestSupport
import Testing

extension Confinement {
  /// The service's own processes, read from /proc while it serves.
  @Suite struct ServiceProcessTests {
    // Proves P-047.
    @Test func `the process that listens has no privilege`() throws {
      let server = try server()
      let processes = server.process.processes(of: "http-runner")
      #expect(!processes.isEmpty)
      for id in processes {
        let status = try #require(ProcessTable.status(id))
        for kind in ["Uid", "Gid"] {
          let ids = try #require(status[kind]).split(separator: " ").compactMap { UInt32($0) }
          #expect(Set(ids).count == 1 && server.process.users.contains(ids[0]), "\(kind) \(ids)")
        }
        #expect(status["Groups"] == "")
        for set in IdentityTests.capabilitySets {
          #expect(status[set] == IdentityTests.noCapability, "\(set)")
        }
        #expect(status["NoNewPrivs"] == "1")
      }
    }

    // Twin of P-047.
    @Test func `outside, a process of root shows privilege in the same places`() throws {
      let child = try Child(Probe.path(), ["sleeper"])
      let status = try #require(ProcessTable.status(child.id))
      #expect(status["Uid"] == "0 0 0 0" && status["NoNewPrivs"] == "0")
      #expect(status["CapEff"] != IdentityTests.noCapability)
    }

    // Proves P-049.
    @Test func `every process with privilege has one thread and runs the launcher alone`() throws {
      let server = try server()
      let privileged = ProcessTable.family(of: server.process.child.id).filter {
        ProcessTable.status($0)?["Uid"]?.hasPrefix("0 ") == true
      }
      #expect(!privileged.isEmpty)
      for id in privileged {
        #expect(ProcessTable.program(of: id) == "http-runner-launcher")
        #expect(ProcessTable.status(id)?["Threads"] == "1")
      }
    }

    // Twin of P-049.
    @Test func `outside, the listening process shows more than one thread`() throws {
      let server = try server()
      let threads = server.process.processes(of: "http-runner").map {
        ProcessTable.status($0)?["Threads"].flatMap { Int($0) } ?? 0
      }
      #expect((threads.max() ?? 0) > 1)
    }

    @Test func `the launcher holds no socket but the pair's`() throws {
      let server = try server()
      let listeners = try CommandRun("/bin/cat", ["/proc/net/tcp"]).stdout
      for id in server.process.processes(of: "http-runner-launcher") {
        let sockets = (Files.entries(of: "/proc/\(id)/fd") ?? [])
          .compactMap { Files.target(ofLink: "/proc/\(id)/fd/\($0)") }
          .filter { $0.hasPrefix("socket:[") }
        for socket in sockets {
          #expect(!listeners.contains(" \(socket.dropFirst(8).dropLast()) "), "\(socket)")
        }
      }
    }
  }
}
