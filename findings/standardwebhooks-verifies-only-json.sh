#!/usr/bin/env bash
# Package: standardwebhooks 1.1.0 for Python.
#
# Guess, written down first: verify answers whether the signature holds; the signature is over
# bytes, and a body of text or an empty one is as good as JSON.
#
# Seen: after the signature it parses the body as JSON and returns that, so that a delivery with a
# body of text (a template for ntfy or a chat) or with none, rightly signed, raises JSONDecodeError.
# A receiver that answers 400 for whatever verify raises refuses such a delivery for ever, and the
# sender tries again and again.
# Remedy: catch ValueError behind the verification apart from WebhookVerificationError, or send
# JSON.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

pypi standardwebhooks==1.1.0
cat >try.py <<'PYTHON'
import base64, datetime
from standardwebhooks.webhooks import Webhook
webhook = Webhook("whsec_" + base64.b64encode(bytes(24)).decode())
now = datetime.datetime.now(datetime.timezone.utc)
seen = []
for body in ('{"outcome": "succeeded"}', "transcode has ended", ""):
    headers = {"webhook-id": "1", "webhook-timestamp": str(int(now.timestamp())),
               "webhook-signature": webhook.sign("1", now, body)}
    try:
        seen.append(webhook.verify(body, headers))
    except Exception as error:
        seen.append(type(error).__name__)
    print(repr(body), "->", seen[-1])
raise SystemExit(seen != [{"outcome": "succeeded"}, "JSONDecodeError", "JSONDecodeError"])
PYTHON
python3 try.py
