"""The whole product on this machine: a server with its agent, and an API in its catalog."""

import json
import os
import secrets
import urllib.error
import urllib.request

from support import cpu, processes
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
        self.stack = stack
        self.core = core
        self.port = processes.free_port()
        self.token = None
        self.state = state
        self.data = folder / "data"
        self.database = self.data / "claviger.db"
        self.password = secrets.token_urlsafe(18)
        self.password_file = folder / "password"
        self.password_file.write_text(self.password + "\n")
        self.start()

    def start(self):
        """Starts it, and signs its administrator in."""
        environment = {
            "CLAVIGER_BOOTSTRAP_EMAIL": EMAIL,
            "CLAVIGER_BOOTSTRAP_PASSWORD_FILE": str(self.password_file),
            "CLAVIGER__LIMITS__APPLICATIONS_PER_USER": "0",
            "CLAVIGER__LIMITS__KEYS_PER_APPLICATION": "0",
            "CLAVIGER__LIMITS__CHANGES_PER_MINUTE": "0",
            "CLAVIGER__LIMITS__SIGN_INS_PER_MINUTE": "0",
        }
        command = [BUILD / "bin" / "claviger", "serve", "--data-dir", self.data]
        command += ["--state-dir", self.state, "--listen", f"127.0.0.1:{self.port}"]
        command += ["--log-level", "warning"]
        self.process = processes.start(
            self.stack,
            "the server",
            command,
            self.port,
            core=self.core,
            env=os.environ | environment,
        )
        body = {"email": EMAIL, "password": self.password}
        self.token = None
        self.token = self.post("/v1/sessions", body)["accessToken"]

    def stop(self):
        """Ends it, for another start() on the same directories."""
        processes.stop(self.process)

    def pids(self):
        """Of its processes, as they are now."""
        return cpu.process_tree(self.process.pid)

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

    def token_of(self, role):
        """A session of a new user of the administrator's organization with that role."""
        body = {"email": "colleague@example.com", "password": self.password}
        self.post("/v1/users", body | {"name": "Colleague", "roles": [role]})
        return self.post("/v1/sessions", body)["accessToken"]

    def add_key(self, application):
        """A key that opens all of the API."""
        grants = [{"api": "fleet", "endpoints": ["*"], "scopes": ["*"]}]
        return self.post(f"/v1/applications/{application}/keys", {"name": "a", "grants": grants})
