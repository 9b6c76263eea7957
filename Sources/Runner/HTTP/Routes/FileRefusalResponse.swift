import RunnerCore

/// Maps refusals of files to HTTP responses.
enum FileRefusalResponse {
  static func response(to refusal: FileRefusal) -> Response {
    switch refusal {
    case .sealed:
      .problem(.conflict, "The job is not held any more: it takes no files.")
    case .busy:
      Response.problem(
        .conflict, "Another request sends this file, or the files of this job, at the moment."
      )
      .with("Retry-After", "1")
    case .existing:
      .problem(
        .preconditionFailed, "The file is whole already.", field: "If-None-Match")
    case .wrongOffset(let offset):
      Response.problem(
        .conflict, "The next piece begins at byte \(offset): GET /<id>/files/ says how far it is.",
        field: "Content-Range"
      ).with("X-Upload-Offset", "\(offset)")
    case .wrongLength:
      .problem(
        .badRequest, "The body has another length than Content-Range says; the piece is gone.",
        field: "Content-Range")
    case .wrongDigest:
      .problem(
        .badRequest, "The bytes have another digest; the piece is gone, send it again.",
        field: "Content-Digest")
    case .tooLong(let bytesMax):
      .problem(
        .contentTooLarge, "All files of a job of this command have \(bytesMax) bytes at most.")
    case .tooMany(let filesMax):
      .problem(.badRequest, "A job has \(filesMax) files at most.", field: "name")
    case .unfinished(let name, let offset):
      .problem(
        .conflict, "\(name) is not whole: its next piece begins at byte \(offset).", field: "name")
    case .full:
      .problem(.insufficientStorage, "The disk of the service is full; nothing of it was kept.")
    case .failed:
      .problem(.unavailable, "The disk of the service failed; nothing of it was kept.")
    }
  }
}
