@testable import RunnerCore
@testable import RunnerHTTP
@testable import TextFormats

/// Request line, header fields and body of a request.
extension FuzzTarget {
  static let requests = [target, head, body]

  private static let messages = "Sources/Runner/HTTP/Messages/"
  private static let routes = "Sources/Runner/HTTP/Routes/"

  private static let target = FuzzTarget(
    "request-target",
    of: [
      "\(messages)RequestTarget.swift", "\(messages)Query.swift", "\(routes)RoutePath.swift",
      "\(routes)RouteTable.swift",
    ],
    seeds: [
      "/", "/jobs?state=queued&limit=10", "http://a.example:8000/queue?wait=1%20#b", "*",
      "/0123456789abcdef0123456789abcdef01234567/stdout?follow=1",
    ].map { Array($0.utf8) }
  ) { bytes in
    guard let target = try? RequestTarget(bytes.span, bytesMax: 200) else { return }
    hold(bytes.count <= 200, "no target is longer than its bound")
    let written = target.path + Array("?\(target.query)".utf8)
    // What has a scheme loses it, and may have another behind it.
    if target.path.first == UInt8(ascii: "/") {
      hold((try? RequestTarget(written.span, bytesMax: 400))?.path == target.path, "same path")
      hold((try? RequestTarget(written.span, bytesMax: 400))?.query == target.query, "same query")
    }
    for method in RequestHead.Method.allCases {
      guard case .found(let match) = RouteTable.service.find(target.path, method) else { continue }
      hold(match.route.methods.contains(method), "the route takes the method")
      _ = try? match.route.query.parse(target.query)
    }
    let names: Set<String> = ["a", "wait", "fail", "follow"]
    guard let strict = try? Query(target.query, known: names) else { return }
    let lenient = Query(lenient: target.query)
    for name in names {
      if let value = lenient[name] { hold(strict[name] == value, "both readings agree") }
    }
  }

  private static let head = FuzzTarget(
    "request-head",
    of: [
      "\(messages)RawHead.swift", "\(messages)HeaderFields.swift", "\(messages)FramingGuard.swift",
      "\(messages)OriginGuard.swift", "\(messages)HostNames.swift",
      "\(messages)RequestHead.swift",
    ],
    bytesMax: 1024,
    seeds: [
      "POST /\0HTTP/1.1\nHost: a.example\nContent-Length: 17\nOrigin: http://a.example\n",
      "GET\0/\0HTTP/1.1\0\0Host\0 [::1]:80\0\0Transfer-Encoding\0 chunked\0\0\0\0",
      "GET / HTTP/1.0\nHost: 127.0.0.1\nSec-Fetch-Site: cross-site\nExpect: 100-continue\n",
    ].map { Array($0.utf8) }
  ) { bytes in
    let isSound = RawHead.isSound(
      bytes.span, methodBytes: 3, targetBytes: 1, versionOffset: 6)
    var fields = HeaderFields()
    for line in bytes.split(separator: 0x0a) {
      let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
      let value = Array(parts.count > 1 ? parts[1].drop { $0 == 0x20 } : [])
      fields.add(name: Array(parts.first ?? []).span, value: value.span)
    }
    hold(fields.byteCount >= 0, "bytes are counted up")
    for method in RequestHead.Method.allCases {
      for version in [RequestHead.Version.http10, .http11, .other] {
        let head = RequestHead(method: method, version: version, fields: fields, isSound: isSound)
        guard FramingGuard.problem(with: head) == nil else { continue }
        hold(isSound && version != .other, "only a sound head passes")
        hold(version == .http10 || !fields.host.isEmpty, "HTTP/1.1 has a Host")
        hold(
          fields.contentLengthCount + fields.transferCodingCount <= 1,
          "one length, or one coding")
        hold(fields.contentLengthCount == 0 || fields.contentLength != nil, "a length is a number")
        let origins = OriginGuard(hostNames: HostNames(["a.example"], own: "b.example"))
        let isOwnPage = origins.isOwnPage(head)
        hold(
          !isOwnPage || origins.problem(with: head)?.reason != .otherSite,
          "a page of this service is none of another site")
        hold(
          !isOwnPage || method.isSafe || fields.originCount == 1 || fields.fetchSite == .sameOrigin,
          "what changes something says where it comes from")
      }
    }
  }

  private static let body = FuzzTarget(
    "request-body",
    of: [
      "\(routes)Submission.swift", "\(routes)SubmissionExtras.swift",
      "\(messages)JSONParser.swift", "\(messages)ForeignFormat.swift",
      "\(messages)BodyExcerpt.swift", "Sources/Runner/Core/Values/ArgumentSplitter.swift",
      "Sources/Runner/Core/Values/JobRequest.swift",
    ],
    bytesMax: 1024,
    seeds: [
      #"{"command": "/bin/a", "args": "-i b  'c d' ", "callback": "http://a.example/b?c"}"#,
      #"{"command": "a", "args": ["\u00e9", "b"], "timeout": 6e1, "limits": {"cpu": 1.0}}"#,
      #"{"command": "a", "argsBase64": ["/w=="], "stdinBase64": "AA==", "callbackOutput": false}"#,
      #"{"command": "a", "stdin": "b", "labels": {"c": "d"}, "priority": 10, "env": {"A": "b"}}"#,
      #"{"command": "a", "deadline": "2026-01-31T10:05:07+01:00", "unknown": null}"#,
      "command=a&args=b", "--a\r\nContent-Disposition: form-data", "{'command': 'a'}",
    ].map { Array($0.utf8) }
  ) { bytes in
    guard let reading = try? Submission.read(bytes) else { return }
    let request = reading.request
    hold((try? JSONReader.read(bytes, as: .json)) != nil, "what is read is JSON")
    hold(!request.argumentBytes.contains { $0.contains(0) }, "no argument has a NUL")
    hold(!request.command.utf8.contains(0), "no command has a NUL")
    hold(request.labels.count <= JobLabel.countMax, "labels are bounded")
    hold(JobRequest.priorities.contains(request.priority), "a priority is in its range")
    hold((request.callback?.utf8.count ?? 0) <= JobRequest.callbackBytesMax, "URLs are bounded")
    hold((try? Submission.read(bytes))?.request == request, "the same text is the same request")
  }
}
