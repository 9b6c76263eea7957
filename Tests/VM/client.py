"""A client of the packaged service, on the address that its package listens on."""

import http.client
import json
import ssl

from trial import PATIENCE_SECONDS, need, until

ADDRESS, PORT = "127.0.0.1", 9000


class Client:
    """One connection at a time, kept alive; counts how often it had to be made again."""

    def __init__(self, token=None, authority=None):
        self.context = authority and ssl.create_default_context(cafile=authority)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.connection = None
        self.connects = 0

    def connect(self):
        self.connects += 1
        if self.context:
            self.connection = http.client.HTTPSConnection(
                ADDRESS, PORT, timeout=PATIENCE_SECONDS, context=self.context)
        else:
            self.connection = http.client.HTTPConnection(
                ADDRESS, PORT, timeout=PATIENCE_SECONDS)
        self.connection.connect()

    def ask(self, path, body=None):
        """Status and document."""
        if self.connection is None:
            self.connect()
        data = None if body is None else json.dumps(body)
        try:
            self.connection.request("POST" if data else "GET", path, data, self.headers)
            reply = self.connection.getresponse()
            text = reply.read()
        except BaseException:
            self.close()
            raise
        if reply.will_close:
            self.close()
        return reply.status, json.loads(text)

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def job(self, script, entry="sh"):
        status, document = self.ask("/", {"command": entry, "args": ["-c", script]})
        need(status == 202, f"{status}: {document}")
        return document["id"]

    def end(self, job):
        def look():
            try:
                document = self.ask(f"/{job}")[1]
            except OSError:
                return None
            return document if document.get("outcome") else None
        return until(f"the end of job {job}", look)
