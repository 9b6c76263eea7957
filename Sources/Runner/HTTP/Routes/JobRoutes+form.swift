import RunnerAccess
import RunnerCore

/// `POST /` as a form: a job and its files in one request (RFC 7578).
extension JobRoutes {
  /// Why a form is not taken.
  private struct FormRefusal: Error {
    let response: Response
    /// Whether it is the answer of a request that came before under the same key: the job stays.
    var isOfEarlier = false
  }

  /// What of a form has come.
  private struct Form {
    var reader: IncomingForm
    var fields = FormFields()
    var warnings: [String] = []
    /// The job, once it has files.
    var job: JobSnapshot?
    var fileNames: Set<FileName> = []
    /// Bytes of all texts together.
    var textBytes = 0
  }

  /// A form whose parts are texts, and then files. The job is held while these come, and starts
  /// when all are whole; if they do not come, nothing of it stays. An error that comes before the
  /// body is whole closes the connection.
  func submitForm(_ request: Request, _ pipe: BodyPipe) async throws(Query.ParseError) -> Response {
    let query = try SubmissionQuery(request)
    guard let boundary = FormBoundary(contentType: request.fields.contentType) else {
      return Response.problem(.unsupportedMediaType, ForeignFormat.multipart.sentence).closing()
    }
    var form = Form(reader: IncomingForm(pipe, boundary))
    do throws(FormRefusal) {
      let key = try Self.key(of: request)
      while try await takePart(&form, request, key, query) {}
      return try await submit(form, request, key, query)
    } catch {
      if let job = form.job, !error.isOfEarlier { await engine.withdraw(job.id) }
      return error.response.closing()
    }
  }

  private static func key(of request: Request) throws(FormRefusal) -> String? {
    do throws(IdempotencyKey.ParseError) {
      return try IdempotencyKey.key(in: request.fields)
    } catch {
      throw FormRefusal(
        response: .problem(.badRequest, error.error, field: "Idempotency-Key"))
    }
  }

  /// - Returns: false at the end of the form.
  private func takePart(
    _ form: inout Form, _ request: Request, _ key: String?, _ query: SubmissionQuery
  ) async throws(FormRefusal) -> Bool {
    guard case .part(let head) = try await Self.next(&form) else { return false }
    guard let fileName = head.fileName, head.name != "job" else {
      try await takeText(head, &form)
      return true
    }
    let isNamed = head.name.hasPrefix("files.")
    guard isNamed || head.name == "files" else {
      throw FormRefusal(
        response: .problem(
          .badRequest,
          "A file of a form is in the field `files`, and has its own name then, or in "
            + "`files.NAME`.", field: Submission.shortened(head.name)))
    }
    if fileName.isEmpty {
      // A browser sends a field for files in which none was chosen.
      guard case .partEnd = try await Self.next(&form) else {
        throw FormRefusal(
          response: .problem(.badRequest, "A file of the form has no name.", field: "files"))
      }
      return true
    }
    let name = try Self.fileName(isNamed ? String(head.name.dropFirst(6)) : fileName)
    guard form.fileNames.insert(name).inserted else {
      throw FormRefusal(
        response: .problem(.badRequest, "Two files of the form have one name.", field: "files"))
    }
    if form.job == nil { try await hold(&form, request, key, query) }
    try await takeFile(name, head, &form)
    return true
  }

  private static func next(_ form: inout Form) async throws(FormRefusal) -> MultipartParser.Event {
    do throws(IncomingForm.ReadError) {
      return try await form.reader.next()
    } catch {
      switch error {
      case .incomplete:
        throw FormRefusal(response: .problem(.badRequest, "The form is not whole."))
      case .malformed(let sentence):
        throw FormRefusal(response: .problem(.badRequest, sentence))
      }
    }
  }

  private static func fileName(_ text: String) throws(FormRefusal) -> FileName {
    do throws(FileName.ParseError) {
      return try FileName(Array(text.utf8))
    } catch {
      throw FormRefusal(response: .problem(.badRequest, error.error, field: "files"))
    }
  }

  private func takeText(_ head: FormPartHead, _ form: inout Form) async throws(FormRefusal) {
    guard form.job == nil else {
      throw FormRefusal(
        response: .problem(
          .badRequest, "The fields of a form stand in front of its files.",
          field: Submission.shortened(head.name)))
    }
    var text: [UInt8] = []
    while case .bytes(let bytes) = try await Self.next(&form) {
      form.textBytes += bytes.count
      guard form.textBytes <= textBytesMax else {
        throw FormRefusal(
          response: .problem(
            .contentTooLarge, "All texts of a form have \(textBytesMax) bytes at most."))
      }
      if let refusal = form.reader.pipe.keep(bytes.count) { throw FormRefusal(response: refusal) }
      text += bytes
    }
    do throws(Submission.ParseError) {
      try form.fields.add(head.name, text)
    } catch {
      throw FormRefusal(response: error.response)
    }
  }

  /// Submits the job of a form whose first file is next.
  private func hold(
    _ form: inout Form, _ request: Request, _ key: String?, _ query: SubmissionQuery
  ) async throws(FormRefusal) {
    let submission = try submission(of: form, request)
    let job = try await submit(submission, request, key, isHeld: query.isHeld, isFilled: true)
    switch await engine.beginFilling(job) {
    case .own: form.job = job
    case .complete:
      // The answer may wait for the job: the rest of the body is thrown away meanwhile.
      form.reader.pipe.close()
      throw FormRefusal(
        response: await answer(to: job, query, submission.warnings), isOfEarlier: true)
    case .ofAnother:
      throw FormRefusal(
        response: .problem(
          .conflict, "Another request under this key sends the files; try again when it has ended.",
          field: "Idempotency-Key"), isOfEarlier: true)
    }
    form.warnings = submission.warnings
    guard await engine.fileRules(ofHeld: job.id).map({ $0.inBytesMax > 0 }) ?? false else {
      throw FormRefusal(
        response: .problem(
          .badRequest, "The command takes no files: it has no files.in.", field: "files"))
    }
  }

  private func submission(
    of form: Form, _ request: Request
  ) throws(FormRefusal) -> Submission.Reading {
    do throws(Submission.ParseError) {
      return try form.fields.submission(
        engine.commands.current, mayRun: request.caller.grant.entries.contains)
    } catch {
      throw FormRefusal(response: error.response)
    }
  }

  private func submit(
    _ submission: Submission.Reading, _ request: Request, _ key: String?, isHeld: Bool,
    isFilled: Bool
  ) async throws(FormRefusal) -> JobSnapshot {
    do throws(JobRefusal) {
      return try await engine.submit(
        submission.request, from: request.principal, key: key, requestID: request.id,
        isHeld: isHeld, isFilled: isFilled, mayRun: request.caller.grant.entries.contains,
        maySee: { request.caller.sees(jobsOf: $0) })
    } catch {
      throw FormRefusal(response: RefusalResponse.response(to: error))
    }
  }

  private func takeFile(
    _ name: FileName, _ head: FormPartHead, _ form: inout Form
  ) async throws(FormRefusal) {
    guard let id = form.job?.id, let files = engine.files else {
      throw FormRefusal(response: FileRefusalResponse.response(to: .sealed))
    }
    var upload: (any FileUpload)?
    do throws(FileRefusal) {
      guard let rules = await engine.fileRules(ofHeld: id) else { throw .sealed }
      var piece = UploadPiece(name: name, offset: 0, byteCount: nil, isLast: true)
      piece.contentDigests = head.digests
      let begun = try await files.beginUpload(piece, for: id, bytesMax: rules.inBytesMax)
      upload = begun
      // It may have ended while the folder was made: then nothing would remove it.
      guard await engine.fileRules(ofHeld: id) != nil else {
        await begun.abort()
        await files.discardUploads(for: id)
        throw .sealed
      }
    } catch {
      throw FormRefusal(response: FileRefusalResponse.response(to: error))
    }
    guard let upload else { return }
    do throws(FormRefusal) {
      while case .bytes(let bytes) = try await Self.next(&form) {
        try await Self.mapped { () throws(FileRefusal) in try await upload.append(bytes) }
      }
      try await Self.mapped { () throws(FileRefusal) in _ = try await upload.finish() }
    } catch {
      await upload.abort()
      throw error
    }
  }

  private static func mapped(
    _ body: () async throws(FileRefusal) -> Void
  ) async throws(FormRefusal) {
    do throws(FileRefusal) {
      try await body()
    } catch {
      throw FormRefusal(response: FileRefusalResponse.response(to: error))
    }
  }

  /// The form is whole.
  private func submit(
    _ form: Form, _ request: Request, _ key: String?, _ query: SubmissionQuery
  ) async throws(FormRefusal) -> Response {
    guard let held = form.job else {
      let submission = try submission(of: form, request)
      let job = try await submit(
        submission, request, key, isHeld: query.isHeld, isFilled: false)
      return await answer(to: job, query, submission.warnings)
    }
    guard !query.isHeld else {
      return await answer(to: try await endFilling(held), query, form.warnings)
    }
    let started: JobEngine.StartResult
    do throws(JobRefusal) {
      started = try await engine.start(held.id, isFilling: true)
    } catch {
      throw FormRefusal(response: RefusalResponse.response(to: error))
    }
    switch started {
    case .started(let job), .notHeld(let job):
      return await answer(to: job, query, form.warnings)
    case .unknown, .elsewhere:
      throw FormRefusal(response: FileRefusalResponse.response(to: .sealed))
    }
  }

  private func endFilling(_ job: JobSnapshot) async throws(FormRefusal) -> JobSnapshot {
    do throws(JobRefusal) {
      if let held = try await engine.endFilling(job.id) { return held }
    } catch {
      throw FormRefusal(response: RefusalResponse.response(to: error))
    }
    throw FormRefusal(response: FileRefusalResponse.response(to: .sealed))
  }
}
