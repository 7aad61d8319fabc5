"""The generated Python package as a judge: a question a line, an answer a line."""

import json
import logging
import sys

from netra_protocol import Invalid, Legacy, parse_client_frame, parse_server_frame

PARSE = {"client": parse_client_frame, "server": parse_server_frame}

# Retired forms are what is asked for here.
logging.disable()
for line in sys.stdin:
    asked = json.loads(line)
    received = PARSE[asked["sender"]](asked["text"], received_at=asked["at"])
    issue = received.issue if isinstance(received, Invalid) else None
    form = getattr(received, "form", None)
    answer = {
        "outcome": type(received).__name__.lower(),
        "form": form and form.name,
        "code": issue and issue.code,
        "pointer": issue and issue.pointer,
        "converted": json.loads(received.frame.to_json()) if isinstance(received, Legacy) else None,
    }
    print(json.dumps(answer), flush=True)
