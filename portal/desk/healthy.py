"""Asks the web server of this machine whether it can serve; the exit code says it, for those who watch containers."""

import http.client
import os
import sys


def healthy(port: int = 8000) -> bool:
    """Is the portal on this port ready? It is asked by the first of its own names, since it answers to no other."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/healthz/ready", headers={"Host": host})
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if healthy(int(sys.argv[1]) if sys.argv[1:] else 8000) else 1)
