/// A request that goes no further, and the answer to it.
struct Refusal: Error {
  let answer: Response
  /// How long the answer is held back: a guess of a credential must not be cheap.
  let delay: Duration

  init(_ answer: Response, delay: Duration = .zero) {
    self.answer = answer
    self.delay = delay
  }
}
