import Testing

@testable import RunnerClient

struct PathMapperTests {
  private let mapper = PathMapper(["/mnt/nas": "/srv/media", "/mnt/nas/tv": "/srv/tv/"])

  @Test(arguments: [
    ("/mnt/nas/a b.mkv", "/srv/media/a b.mkv"), ("/mnt/nas", "/srv/media"),
    ("/mnt/nas/tv/x", "/srv/tv/x"), ("file:/mnt/nas/a", "file:/srv/media/a"),
    ("subtitles='/mnt/nas/a.srt':x=1", "subtitles='/srv/media/a.srt':x=1"),
    ("concat:/mnt/nas/a|/mnt/nas/b", "concat:/srv/media/a|/srv/media/b"),
    ("/mnt/nas2/a", "/mnt/nas2/a"), ("/data/mnt/nas/a", "/data/mnt/nas/a"),
    ("mnt/nas/a", "mnt/nas/a"), ("/mnt/nas.old", "/mnt/nas.old"), ("", ""),
  ])
  func `a path is mapped at the border of its parts`(argument: String, mapped: String) {
    #expect(mapper.mapped(Array(argument.utf8)) == Array(mapped.utf8))
  }

  @Test(arguments: [
    ("/mnt/host/srv/a", "/srv/a"), ("/mnt/host", "/"), ("/mnt/host/", "/"),
    ("file:/mnt/host|x", "file:/|x"),
  ])
  func `the service's side may be the root`(argument: String, mapped: String) {
    let mapper = PathMapper(["/mnt/host": "/"])
    #expect(mapper.mapped(Array(argument.utf8)) == Array(mapped.utf8))
  }

  @Test func `bytes that are no UTF-8 stay`() {
    let tail: [UInt8] = [0x2f, 0xff, 0x80]
    #expect(mapper.mapped(Array("/mnt/nas".utf8) + tail) == Array("/srv/media".utf8) + tail)
  }
}
