import RunnerAccess

/// A request that goes no further, and the answer to it.
struct Refusal: Error {
  let answer: Response
  /// How long the answer is held back: a guess of a credential must not be cheap.
  let delay: Duration
  /// Who made the request; nil where that is not known.
  let caller: Caller?
  /// Pattern of the route that was asked for; nil where there is none.
  let route: String?

  init(
    _ answer: Response, delay: Duration = .zero, caller: Caller? = nil, route: String? = nil
  ) {
    self.caller = caller
    self.route = route
    self.answer = answer
    self.delay = delay
  }

  /// The same with a further field of the answer.
  func with(_ name: String, _ value: String) -> Refusal {
    Refusal(answer.with(name, value), delay: delay, caller: caller, route: route)
  }
}
