"""The whole product on this machine: a server with its agent, and an API in its catalog."""

import json
import os
import secrets
import urllib.error
import urllib.request

from support import processes
from support.processes import BUILD, Invalid

EMAIL = "bench@example.com"
API = {
    "openapi": "3.1.0",
    "info": {"title": "Fleet", "version": "1"},
    "servers": [{"url": "/v1"}],
    "paths": {
        "/devices/{id}/events": {
            "get": {
                "summary": "Events of a device",
                "security": [{"oauth": ["events:read"]}],
                "responses": {"200": {"description": "Events"}},
            }
        }
    },
    "components": {
        "securitySchemes": {
            "oauth": {
                "type": "oauth2",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "/oauth/token",
                        "scopes": {"events:read": "Read events"},
                    }
                },
            }
        }
    },
}


class Server:
    """`claviger serve`, with limits on numbers off, and its administrator signed in."""

    def __init__(self, stack, folder, state, core):
        """Starts it: data in `folder`, on the disk; state directory `state`, in memory."""
        self.port = processes.free_port()
        self.token = None
        self.state = state
        self.data = folder / "data"
        self.database = self.data / "claviger.db"
        password = folder / "password"
        password.write_text(secrets.token_urlsafe(18) + "\n")
        environment = {
            "CLAVIGER_BOOTSTRAP_EMAIL": EMAIL,
            "CLAVIGER_BOOTSTRAP_PASSWORD_FILE": str(password),
            "CLAVIGER__LIMITS__APPLICATIONS_PER_USER": "0",
            "CLAVIGER__LIMITS__KEYS_PER_APPLICATION": "0",
            "CLAVIGER__LIMITS__CHANGES_PER_MINUTE": "0",
        }
        command = [BUILD / "bin" / "claviger", "serve", "--data-dir", self.data]
        command += ["--state-dir", state, "--listen", f"127.0.0.1:{self.port}"]
        command += ["--log-level", "warning"]
        processes.start(
            stack, "the server", command, self.port, core=core, env=os.environ | environment
        )
        body = {"email": EMAIL, "password": password.read_text().strip()}
        self.token = self.post("/v1/sessions", body)["accessToken"]

    def environment(self):
        """For a program that uses the server as its administrator."""
        return os.environ | {"CLAVIGER_BENCH_TOKEN": self.token}

    def post(self, path, body):
        """The answer's JSON. Raises Invalid unless it is a success."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")
            raise Invalid(f"POST {path} gave {error.code}: {said}") from None

    def add_api(self, upstream_port):
        """Puts the API into the catalog that the programs of this folder call."""
        self.post(f"/v1/apis/import?name=fleet&upstream=http://127.0.0.1:{upstream_port}", API)

    def add_application(self, name):
        """Returns the new application's id."""
        return self.post("/v1/applications", {"name": name, "description": ""})["id"]
