import RunnerCore
import Testing

@testable import RunnerCallbacks

/// The body as libcurl reads it: any size at a time, and again from any place.
struct DeliveryBodyTests {
  private func rest(of body: DeliveryBody, at most: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
        count = unsafe body.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      guard !piece.isEmpty else { return bytes }
      bytes += piece
    }
  }

  @Test(arguments: [1, 7, 4096, 1 << 20])
  func `any size of reads gives the same bytes`(size: Int) async throws {
    let text = String(repeating: "é\n", count: 5000)
    let job = try await FinishedJobs.job("http://127.0.0.1:9/", stdout: Array(text.utf8))
    let body = DeliveryBody(JobDocument(job), byteCount: JobDocument(job).byteCount())
    #expect(rest(of: body, at: size) == JobDocument(job).bytes())
  }

  @Test func `the body can be read again from any place`() async throws {
    let job = try await FinishedJobs.job("http://127.0.0.1:9/")
    let expected = JobDocument(job).bytes()
    let body = DeliveryBody(JobDocument(job), byteCount: JobDocument(job).byteCount())
    #expect(body.byteCount == expected.count)
    for offset in 0...expected.count {
      #expect(body.seek(to: offset))
      #expect(rest(of: body, at: 16) == Array(expected[offset...]))
    }
    #expect(!body.seek(to: -1))
    #expect(!body.seek(to: expected.count + 1))
  }
}
