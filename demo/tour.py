"""The tour: the life of a key, from the administrator's first sign-in to the call that is refused.

People: an administrator, who owns the API, and Dana, a developer who calls it from a dashboard.
"""

ADMINISTRATOR = "admin@fleet.example"
DEVELOPER = "dana@fleet.example"

# What a step shows of an HTTP answer: its body, then its status.
CURL = r"curl -s -w 'HTTP %{http_code}\n'"

MOST_FOR_CONSUMERS = """\
claviger rest PUT '/v1/apis/{api}/consumption-settings?wait=applied' --data-file - <<'END'
{{"consumers": [
  {{"organizationId": "{organization}",
   "most": {{"endpoints": ["*"],
            "methods": ["GET", "POST"],
            "scopes": ["sites:read", "readings:read", "devices:read", "devices:write"]}}}}]}}
END"""

DASHBOARD_KEY = """\
claviger key create dashboard --app fleet-dashboard --api fleet \\
  --endpoint 'GET /devices' --endpoint 'GET /devices/{deviceId}' --scope devices:read \\
  --expires 30d --out-file dashboard.key &&
sed 's/^/Authorization: Bearer /' dashboard.key > dashboard.header"""

KEY_TO_TRY = """\
claviger key create try-it --app fleet-dashboard --api fleet --endpoint '*' --method GET \\
  --scope sites:read --scope devices:read --scope readings:read \\
  --expires 1d --out-file try-it.key &&
sed 's/^/Authorization: Bearer /' try-it.key > try-it.header"""


def carry_out(walk, place, server):
    """All steps, in order; `walk` remembers which failed. `server` is the server's process id."""
    prepare(walk, place)
    key = make_a_key(walk, place)
    call(walk, place)
    look_at_the_gateway(walk, place, server)
    revoke(walk, place, key)


def prepare(walk, place):
    """The administrator's part."""
    walk.step(
        "The administrator signs in",
        "The command line keeps the session and the server's address under the name \"admin\". "
        "Passwords come from a file or a prompt, never from the command itself.",
        f"claviger auth login --context admin --server {place.url('server')} \\\n"
        f"  --email {ADMINISTRATOR} --password-file admin.password",
    )
    api = walk.step(
        "The fleet API goes into the catalog",
        "Endpoints, and the scopes that each of them needs, come from the OpenAPI document.",
        f"claviger api import {place.source / 'fleet' / 'openapi.yaml'} \\\n"
        f"  --name fleet --upstream {place.url('fleet')}",
        fields={"STATUS": "active", "ENDPOINTS": "9"},
    ).id("api")
    dana = walk.step(
        "Dana gets an account",
        "Her role lets her make applications and keys of her own, and nothing else.",
        f"claviger user create {DEVELOPER} --name Dana --role 'Asset Consumer' \\\n"
        "  --password-file dana.password",
        fields={"ROLES": "Asset Consumer", "STATUS": "enabled"},
    )
    walk.step(
        "Her organization may consume the API",
        "This is the most that its users can give to a key: here nothing that deletes. The receipt "
        "says that the gateway has applied it.",
        MOST_FOR_CONSUMERS.format(api=api, organization=dana.id("org")),
        fields={"receipt.gateways.0.state": "applied"},
    )


def make_a_key(walk, place):
    """Dana's part. Returns the id of her key."""
    walk.step(
        "Dana signs in",
        "From here on, commands are hers.",
        f"claviger auth login --context dana --server {place.url('server')} \\\n"
        f"  --email {DEVELOPER} --password-file dana.password",
    )
    walk.step(
        "She makes an application",
        "Keys belong to an application; revoke it, and all of its keys stop.",
        "claviger app create fleet-dashboard",
        fields={"STATUS": "active", "ACTIVE KEYS": "0"},
    )
    walk.step(
        "A key that does more than she may is refused",
        "Nobody can give a key what they do not hold. Each excess is named.",
        "claviger key create cleaner --app fleet-dashboard --api fleet \\\n"
        "  --endpoint 'DELETE /devices/{deviceId}' --scope devices:write",
        exit_status=2,
        texts=["You do not hold", "DELETE /devices/{deviceId}"],
    )
    return walk.step(
        "She makes a key that reads devices, and does not write",
        "The secret is shown once. Here it goes into a file that she alone can read, and from "
        "there into a header for curl. Stored is its SHA-256.",
        DASHBOARD_KEY,
        fields={"STATUS": "active", "SECRET": None},
    ).id("key")


def call(walk, place):
    """Calls with and without the key, and what the gateway says to them."""
    gateway = place.url("gateway")
    with_key = f"{CURL} -H @dashboard.header"
    walk.step(
        "A call with the key passes",
        "Nginx judges it from the keyring in memory, without asking the server, and passes it on.",
        f"{with_key} {gateway}/devices/pump-1",
        http=200,
        fields={"id": "pump-1"},
    )
    walk.step(
        "A call without a key does not",
        "The answer is a problem document (RFC 9457).",
        f"{CURL} {gateway}/devices/pump-1",
        http=401,
        fields={"status": 401, "code": "credential-unknown", "decisionId": None},
    )
    walk.step(
        "Nor does a call with a wrong one",
        "Whoever holds no valid key gets the same answer, whatever was wrong with it.",
        f"{CURL} -H 'Authorization: Bearer clv_ak_guessed' {gateway}/devices/pump-1",
        http=401,
        fields={"status": 401, "code": "credential-unknown", "decisionId": None},
    )
    walk.step(
        "Another method is refused",
        "Whoever holds a valid key learns the reason, and an id to ask the operator about.",
        f"{with_key} -X POST -d '{{}}' {gateway}/devices",
        http=403,
        fields={"code": "endpoint-not-granted"},
        texts=["dec_"],
    )
    walk.step(
        "Another endpoint is refused",
        "The key grants two endpoints, and this is a third.",
        f"{with_key} {gateway}/devices/pump-1/readings",
        http=403,
        fields={"code": "endpoint-not-granted"},
    )
    walk.step(
        "A path that can be read in two ways is refused",
        "Some servers take %2f for a slash and some do not, so that nobody is asked to guess.",
        f"{with_key} {gateway}/devices/..%2fsites",
        http=400,
        fields={"code": "path-not-canonical"},
    )


def look_at_the_gateway(walk, place, server):
    """What the operator sees, and a gateway without its server."""
    walk.step(
        "The server is away, and calls go on",
        "The server is stopped for the time of this call. The gateway needs it only to hear of "
        "changes; how long it may go without is a setting of the API.",
        f"kill -STOP {server}\n"
        f"{CURL} -H @dashboard.header {place.url('gateway')}/devices/pump-2\n"
        f"kill -CONT {server}",
        fields={"id": "pump-2"},
        http=200,
    )
    walk.step(
        "The access log tells the operator why",
        "Also where the caller was told nothing.",
        "tail -n 7 gateway/access.log",
        texts=["reason=allowed", "reason=credential-missing", "reason=endpoint-not-granted"],
    )
    walk.step(
        "Two calls were passed on, and two were counted",
        "What the gateway holds, as its operator sees it.",
        "claviger agent inspect --state-dir state",
        fields={"usable": True, "countedCalls": 2, "undecidedRequests": 0},
    )


def revoke(walk, place, key):
    """The end of the key, and the proof of it."""
    walk.step(
        "She revokes the key, and waits for the receipt",
        "It names each gateway, and how long after the commit it had applied the change.",
        f"claviger key revoke {key} --reason leaked --yes --wait",
        fields={"STATUS": "revoked", "REASON": "compromised"},
        texts=["RECEIPT", "RECEIPT", " ms"],
    )
    walk.step(
        "The next call is refused",
        "After the receipt no gateway that it names accepts the key any more.",
        f"{CURL} -H @dashboard.header {place.url('gateway')}/devices/pump-1",
        http=401,
        fields={"code": "key-revoked"},
    )


def leave_something_to_try(walk, place):
    """One more key, which goes on working."""
    walk.step(
        "A key for you",
        "It reads everything of the fleet, for one day.",
        KEY_TO_TRY,
        fields={"STATUS": "active"},
    )
    print("\nTry it:")
    print(f"  curl -H @try-it.header {place.url('gateway')}/sites")
    print(f"  curl -i -H @try-it.header -X DELETE {place.url('gateway')}/devices/pump-2")
    print("  claviger key list")
    print("  claviger --context admin gateway list")
    print(f"\nPasswords: {place.folder}/admin.password ({ADMINISTRATOR}),")
    print(f"           {place.folder}/dana.password ({DEVELOPER})")
