import RunnerCore
import TextFormats

/// Files that go with jobs.
extension JobRoutes {
  /// `POST /<id>/start`.
  func start(_ id: JobID, _ request: Request) async -> Response {
    do throws(JobRefusal) {
      switch try await engine.start(id) {
      case .unknown:
        return .problem(.notFound, nil)
      case .started(let job):
        return await accepted(job, at: (request.endsInSlash ? "../../" : "../") + "\(id)")
      case .notHeld(let job) where job.outcome == nil:
        // The answer to an earlier request may have been lost.
        return await accepted(job, at: (request.endsInSlash ? "../../" : "../") + "\(id)")
      case .elsewhere:
        return Self.heldElsewhere
      case .notHeld:
        return .problem(.conflict, "The job has ended: submit another one.")
      }
    } catch {
      return RefusalResponse.response(to: error)
    }
  }

  private static var heldElsewhere: Response {
    .problem(.conflict, "The job is held on another node, where its files are: ask there.")
  }

  /// `GET /<id>/files/`.
  func listFiles(_ id: JobID) async -> Response {
    await answer { () throws(StoreFailure) in
      guard let job = try await engine.find(id) else { return .problem(.notFound, nil) }
      var writer = JSONWriter()
      writer.beginObject()
      writer.key("files")
      if job.heldUntil != nil, let files = engine.files {
        JobFileDocument.write(await files.uploads(for: id), to: &writer)
      } else {
        JobFileDocument.write(job.accounting.files, to: &writer)
      }
      writer.endObject()
      return Response(.ok, .bytes(writer.bytes))
    }
  }

  /// `GET /<id>/files/NAME`.
  func readFile(_ id: JobID, _ name: FileName, _ request: Request) async -> Response {
    await answer { () throws(StoreFailure) in
      guard let job = try await engine.find(id) else { return .problem(.notFound, nil) }
      guard let file = job.accounting.files.first(where: { $0.name == name }),
        let opened = await engine.files?.open(file, of: id)
      else { return .problem(.notFound, nil) }
      let bytes = CapturedBytes(
        file: opened, keptBytes: file.byteCount, totalBytes: UInt64(file.byteCount))
      return OutputResponse(bytes, EntityTag(file)).bytes(request)
        .with("Repr-Digest", DigestField.text(file))
        // What a job made is never a page of this service.
        .with("Content-Disposition", "attachment")
    }
  }

  /// `PUT /<id>/files/NAME`. An error that comes before the body is whole closes the connection.
  func putFile(_ id: JobID, _ name: FileName, _ request: Request) async -> Response {
    guard case .stream(let body) = request.body, let files = engine.files,
      let rules = await engine.fileRules(ofHeld: id), rules.inBytesMax > 0
    else { return await refuseFiles(of: id).closing() }
    guard await !engine.isBeingFilled(id) else {
      return FileRefusalResponse.response(to: .busy).closing()
    }
    guard let piece = Self.piece(of: name, request.fields) else {
      return Response.problem(
        .badRequest,
        "Content-Range must be `bytes FIRST-LAST/TOTAL`, and Content-Digest and Repr-Digest as RFC "
          + "9530 has them.", field: "Content-Range"
      ).closing()
    }
    do throws(FileRefusal) {
      let file = try await receive(piece, for: id, body, files, bytesMax: rules.inBytesMax)
      var writer = JSONWriter()
      JobFileDocument.write(file, to: &writer)
      return Response(file.isWhole ? .created : .accepted, .bytes(writer.bytes))
        .with("X-Upload-Offset", "\(file.byteCount)")
    } catch {
      return FileRefusalResponse.response(to: error).closing()
    }
  }

  private func refuseFiles(of id: JobID) async -> Response {
    await answer { () throws(StoreFailure) in
      guard let job = try await engine.find(id) else { return .problem(.notFound, nil) }
      guard !engine.isHeldElsewhere(job) else { return Self.heldElsewhere }
      return .problem(
        .conflict,
        "The job takes no files: it is not held (POST /?hold=1), or its command has no files.in.")
    }
  }

  /// The piece that the fields of a request announce; nil for fields that are malformed.
  static func piece(of name: FileName, _ fields: HeaderFields) -> UploadPiece? {
    guard let content = DigestField.digests(in: fields.contentDigest),
      let whole = DigestField.digests(in: fields.representationDigest)
    else { return nil }
    var piece: UploadPiece
    if let field = fields.contentRange {
      guard let range = ContentRange(field) else { return nil }
      piece = UploadPiece(
        name: name, offset: range.offset, byteCount: range.byteCount, isLast: range.isLast)
    } else {
      piece = UploadPiece(
        name: name, offset: 0, byteCount: fields.contentLength.map(Int.init), isLast: true)
    }
    // RFC 9110, section 13.1.2. A file on its way has no tag, so that others match nothing.
    piece.replacesNothing = fields.ifNoneMatch == "*"
    piece.contentDigests = content
    piece.fileDigests = whole
    return piece
  }

  /// Whether a job is over for certain, so that nothing else removes what is made for it from now
  /// on. One that was started has files that are its own.
  private func hasEnded(_ id: JobID) async -> Bool {
    do throws(StoreFailure) {
      guard let job = try await engine.find(id) else { return true }
      return job.outcome != nil
    } catch {
      return false
    }
  }

  private func receive(
    _ piece: UploadPiece, for id: JobID, _ body: BodyPipe, _ files: any JobFileStorage,
    bytesMax: Int
  ) async throws(FileRefusal) -> UploadedFile {
    let upload: any FileUpload
    do throws(FileRefusal) {
      upload = try await files.beginUpload(piece, for: id, bytesMax: bytesMax)
    } catch {
      if await hasEnded(id) { await files.discardUploads(for: id) }
      throw error
    }
    // It may have ended while the folder was made: then nothing would remove it.
    guard await engine.fileRules(ofHeld: id) != nil else {
      await upload.abort()
      await files.discardUploads(for: id)
      throw .sealed
    }
    while true {
      let next: [UInt8]?
      do throws(BodyPipe.IncompleteError) {
        next = try await body.next()
      } catch {
        await upload.abort()
        throw .wrongLength
      }
      guard let next else { return try await upload.finish() }
      try await upload.append(next)
    }
  }
}
