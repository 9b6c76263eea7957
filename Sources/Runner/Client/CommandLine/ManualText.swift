/// Longer passages of help and manual.
enum ManualText {
  /// How a command of the service is called.
  static let fields =
    "ENTRY may be a named command of the service (`http-runner commands`). Its fields are options "
    + "behind its name then, and there are no arguments: run h265 --input /srv/media/a.mkv "
    + "--output /srv/media/b.mkv --quality 22. A path that does not begin with a slash is one of "
    + "the current folder; paths of the configuration say where the service has it."

  static let run = [
    "Submits a job of ENTRY with the arguments behind `--`, relays its standard output and "
      + "standard error byte by byte, each in its order, and ends with its code.",
    fields,
    "Standard input is read to its end and sent with the job, unless it is a terminal or "
      + "--no-stdin is given; the service bounds how long it may be (http.body).",
    "A connection that breaks, and a service that starts anew, are met by going on at the same "
      + "byte. A job whose entry is restartable begins again after a crash, which is said. The job "
      + "is submitted under an Idempotency-Key: an answer that is lost starts no second one.",
    "Files of --in are sent before the job starts, and lie in its working folder; what it makes "
      + "there, and its entry keeps, is got by --out when it has succeeded. Both go on where a "
      + "connection broke, and are held against their digests. Files here are replaced with "
      + "--force alone, and are whole or not there.",
    "Ctrl-C on a terminal says what the job does; again within two seconds it cancels the job; a "
      + "third time it leaves at once. Where standard input is no terminal the first cancels, as "
      + "do SIGTERM and SIGHUP.",
  ]

  /// Exit codes of what ends with the code of a job, in the order of the numbers.
  static let jobCodes: [(code: String, meaning: String)] = [
    ("0-255", "the program's own"),
    ("128+N", "signal N ended the program"),
    ("1", "the job was rejected, or a file of --out was not kept"),
    ("64", "the command line, or the request, is wrong"),
    ("75", "queue, disk or quota is full, after --retry"),
    ("77", "the service refuses the client"),
    ("78", "a file of the client's configuration cannot be used"),
    ("124", "time-out, deadline, or nothing done for --stall-after"),
    (
      "125",
      "service or connection was lost for good, the service ended the job, or a file of --out "
        + "could not be written"
    ),
    ("126", "the program could not be started, or a job of --after did not succeed"),
    ("127", "the service has no such entry"),
    ("130", "cancelled, or left, from here"),
    ("137", "the memory limit"),
    ("141", "what read the output has closed it"),
    ("143", "cancelled by another client"),
  ]

  /// Exit codes of all other commands.
  static let codes: [(code: String, meaning: String)] = [
    ("0", "done"), ("1", "not in the state that things are in"),
    ("64", "the command line, or the request, is wrong"), ("66", "there is no such job"),
    ("69", "the service cannot be reached"), ("75", "full; later it may go"),
    ("76", "what answers is not this service"), ("77", "the service refuses the client"),
    ("78", "a file of the client's configuration cannot be used"),
    ("130", "left by a signal; submit cancels the job"),
    ("141", "what read the output has closed it"),
  ]

  /// The environment, in the order in which it is looked at.
  static let variables: [(name: String, meaning: String)] = [
    ("HTTP_RUNNER_SERVER", "the service, where --server is not given"),
    ("HTTP_RUNNER_TOKEN_FILE", "file that holds the token; mode 600"),
    ("HTTP_RUNNER_TOKEN", "the token"),
    ("CREDENTIALS_DIRECTORY", "folder of systemd's credentials: http-runner-token"),
    ("XDG_CONFIG_HOME", "folder of http-runner/client.json5; else ~/.config"),
  ]
}
