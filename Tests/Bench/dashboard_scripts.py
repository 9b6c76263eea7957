"""What Tests/Bench/dashboard.py runs in the page."""

PAINT = """
  // Its background may be painted before it has content: another entry, and another time.
  await new Promise((done) => {
    new PerformanceObserver((list) => {
      if (list.getEntriesByName("first-contentful-paint").length > 0) done();
    }).observe({ type: "paint", buffered: true });
    setTimeout(done, 5000);
  });
  const [page] = performance.getEntriesByType("navigation");
  const painted = performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
  const resources = performance.getEntriesByType("resource").map((one) => ({
    name: new URL(one.name).pathname, start: one.startTime, end: one.responseEnd,
    blocking: one.renderBlockingStatus, bytes: one.transferSize }));
  return { document: page.responseEnd, painted, bytes: page.transferSize, resources };
"""
SCROLL = """
  performance.setResourceTimingBufferSize(5000);
  const list = document.querySelector(".rows");
  const rows = () => parseFloat(list.style.height) / document.querySelector(".row").offsetHeight;
  const scroller = document.querySelector(".scroller");
  const end = performance.now() + 10_000;
  while (rows() < given[0] && performance.now() < end) {
    scroller.scrollTop = scroller.scrollHeight;
    await new Promise((done) => requestAnimationFrame(done));
  }
  return { rows: rows(), elements: document.querySelectorAll(".row").length,
    times: performance.getEntriesByType("resource").filter((one) => one.name.includes("/jobs?"))
      .map((one) => [one.duration, one.responseEnd - one.requestStart]) };
"""
DRAWN = """
  const text = () => document.querySelector(".log")?.textContent ?? "";
  const begin = performance.now();
  if (given[0].startsWith("#")) location.hash = given[0];
  else [...document.querySelectorAll(".tools button")]
    .find((one) => one.textContent === given[0]).click();
  await new Promise((done, fail) => {
    const limit = setTimeout(() => fail("it was not drawn"), 20_000);
    const look = () => {
      if (!text().includes(given[1])) return requestAnimationFrame(look);
      clearTimeout(limit);
      done();
    };
    look();
  });
  return performance.now() - begin;
"""
PLACES = """
  const slider = document.querySelector(".tools input[type=range]");
  for (let step = 1; step <= 40; step += 1) {
    slider.value = String(Math.floor(slider.max * step / 41));
    slider.dispatchEvent(new Event("change"));
    await new Promise((done) => setTimeout(done, 50));
  }
"""
