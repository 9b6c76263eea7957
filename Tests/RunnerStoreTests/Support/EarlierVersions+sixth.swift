/// Version 6, frozen: the request that submitted a job.
extension EarlierVersions {
  static let sixth = """
    ALTER TABLE job ADD COLUMN requestID TEXT;
    """
}
