"""requests: submits a job and reads it, by a token, by a client certificate, and by nothing."""

import os
import sys

import requests

URL, CA = os.environ["URL"], os.environ["CA"]
TOKEN, CERT, KEY = os.environ["TOKEN"], os.environ["CERT"], os.environ["KEY"]
JOB = {"command": "echo", "args": ["by", "requests"]}


def lives(**known):
    """A job from its submission to its output."""
    made = requests.post(URL + "/", params={"wait": "30"}, json=JOB, verify=CA, timeout=60, **known)
    assert made.status_code == 200, (made.status_code, made.text)
    output = requests.get(URL + "/" + made.json()["id"] + "/stdout", verify=CA, timeout=60, **known)
    assert output.text == "by requests\n", output.text


lives(headers={"Authorization": "Bearer " + TOKEN})
lives(auth=("any", TOKEN))
lives(cert=(CERT, KEY))
nothing = requests.post(URL + "/", json=JOB, verify=CA, timeout=60)
assert nothing.status_code == 401 and "Say who you are" in nothing.json()["error"], nothing.text
try:
    requests.get(URL + "/jobs", timeout=60)
    sys.exit("an authority that it does not know was believed")
except requests.exceptions.SSLError:
    pass
print("requests", requests.__version__)
