import RunnerAccess
import RunnerCore
import TextFormats

/// Handler of hooks: documents of senders that have a form of their own.
extension JobRoutes {
  /// Label of the jobs that a hook makes, with the hook's name.
  private static let label = "hook"

  /// `POST /hooks/<name>`: 202 with the job, or 204 for a document that the hook is not for. A hook
  /// of an entry whose jobs the caller may not make is not there.
  func callHook(_ name: String, _ request: Request) async -> Response {
    guard let row = engine.commands.current.hook(name) else { return .problem(.notFound, nil) }
    // Its proof needs the body: the gate let it pass with the grant of nothing.
    guard !request.caller.grant.allows(.submit) else {
      guard request.caller.grant.entries.contains(row.entry) else {
        return .problem(.notFound, nil)
      }
      return await call(row, request, of: request.caller, provenBy: nil)
    }
    do throws(AccessRefusal) {
      let sender = try login.sender(of: name, entry: row.entry, request)
      return await call(row, request, of: sender.caller, provenBy: sender)
        .on(behalfOf: sender.caller)
    } catch {
      return login.refusal(of: error, request)
    }
  }

  /// - Parameter sender: of a call that is proven by the secret; it reads no job, so that the
  ///   answer has no output, which a repetition could be after.
  private func call(
    _ row: CommandTable.HookRow, _ request: Request, of caller: Caller,
    provenBy sender: Authenticator.HookSender?
  ) async -> Response {
    let key: String?
    do throws(IdempotencyKey.ParseError) {
      // What is signed comes before what anyone who overheard the call can change.
      if let signed = sender?.repetitionKey {
        key = signed
      } else {
        key = try IdempotencyKey.key(in: request.fields) ?? request.fields.deliveryKey
      }
    } catch {
      return .problem(.badRequest, error.error, field: "Idempotency-Key")
    }
    let arguments: [String]
    do throws(Submission.ParseError) {
      let document = try HookBody.document(
        request.body.bytes, contentType: request.fields.contentType)
      guard row.hook.counts(document) else { return Response(.noContent, .bytes([])) }
      arguments = try Self.arguments(row, document)
    } catch {
      return error.response
    }
    do throws(JobRefusal) {
      let submission = try JobRequest(command: row.entry, arguments: arguments)
        .labelled([JobLabel(name: Self.label, value: row.hook.name)])
      let job = try await engine.submit(
        submission, from: caller.principal, key: key, requestID: request.id,
        mayRun: caller.grant.entries.contains, maySee: { caller.sees(jobsOf: $0) })
      let location = (request.endsInSlash ? "../../" : "../") + "\(job.id)"
      guard sender != nil else { return await accepted(job, at: location) }
      let document = JobDocument.withoutOutput(job.withCall(engine.commands.current))
      return Response(.accepted, .bytes(document)).with("Location", location)
    } catch {
      return RefusalResponse.response(to: error)
    }
  }

  private static func arguments(
    _ row: CommandTable.HookRow, _ document: JSONNode
  ) throws(Submission.ParseError) -> [String] {
    do throws(CommandFieldError) {
      return try row.hook.arguments(of: document, by: row.command)
    } catch {
      throw Submission.ParseError(
        error: "The document makes no job of the command \(row.command.name): "
          + "\(error.field): \(error.why)", field: error.field)
    }
  }
}
