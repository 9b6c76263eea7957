#!/usr/bin/env bash
# Packages: opentelemetry-sdk and opentelemetry-exporter-otlp-proto-http 1.45.2 for Python.
#
# Guess, written down first: the variables of OpenTelemetry mean the same in each language: times
# are milliseconds, OTEL_EXPORTER_OTLP_TIMEOUT=10000 as well.
#
# Seen: Python's exporter reads OTEL_EXPORTER_OTLP_TIMEOUT as seconds: 1 gives up after a second,
# and 1000 waits for a collector that answers after three; 10000, right for the SDKs of other
# languages, waits almost three hours where the collector hangs, at the exit of the program too.
# OTEL_BSP_SCHEDULE_DELAY, of the same SDK, is milliseconds.
# Remedy: the argument timeout= of the exporter; no variable shared by services of several
# languages.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi opentelemetry-sdk==1.45.2 opentelemetry-exporter-otlp-proto-http==1.45.2
cat >server.py <<'PYTHON'
import http.server, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        time.sleep(float(sys.argv[1]))
        self.send_response(200)
        self.end_headers()
PYTHON
serve 3
cat >try.py <<'PYTHON'
import logging, os, sys, threading, time
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace import export
logging.disable()
results = []
class Exporter(OTLPSpanExporter):
    def export(self, spans):
        results.append(super().export(spans).name)
        return results[-1]
def send(seconds):
    os.environ["OTEL_EXPORTER_OTLP_TIMEOUT"] = seconds
    provider = TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(Exporter()))
    provider.get_tracer("films").start_span("encode").end()
    print(f"OTEL_EXPORTER_OTLP_TIMEOUT={seconds}, an answer after three seconds: {results[-1]}")
send("1")
send("1000")
os.environ["OTEL_BSP_SCHEDULE_DELAY"] = "200"
called = threading.Event()
class Signal(export.SpanExporter):
    def export(self, spans):
        called.set()
        return export.SpanExportResult.SUCCESS
provider = TracerProvider()
provider.add_span_processor(export.BatchSpanProcessor(Signal()))
provider.get_tracer("films").start_span("encode").end()
soon = called.wait(20)
print("OTEL_BSP_SCHEDULE_DELAY=200: a batch within 20 seconds:", soon)
raise SystemExit(results != ["FAILURE", "SUCCESS"] or not soon)
PYTHON
OTEL_EXPORTER_OTLP_ENDPOINT=$url python3 try.py
