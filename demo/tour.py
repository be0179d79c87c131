"""The tour: the life of a key, of the user behind it, and what Veeam's clients find.

People: an administrator, who owns the API; Dana, a developer who calls it from a dashboard; and
Erik, a colleague who comes and goes.
"""

ADMINISTRATOR = "admin@fleet.example"
DEVELOPER = "dana@fleet.example"
COLLEAGUE = "erik@fleet.example"
PEOPLE = ("admin", "dana", "erik")  # who has a password file

# What a step shows of an HTTP answer: its body, then its status.
CURL = r"curl -s -w 'HTTP %{http_code}\n'"
# The same of the server, whose JSON ends without a line break.
CURL_SERVER = r"curl -s -w '\nHTTP %{http_code}\n'"

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

COLLEAGUES_KEY = """\
claviger key create clean-up --app clean-up --api fleet \\
  --endpoint 'GET /devices' --endpoint 'DELETE /devices/{deviceId}' \\
  --scope devices:read --scope devices:write --expires 30d --out-file clean-up.key &&
sed 's/^/Authorization: Bearer /' clean-up.key > clean-up.header"""

# What a client of Veeam Service Provider Console sends, byte by byte; secrets come from files and
# go into files.
VEEAM_TOKEN = """\
tr -d '\\n' < dana.password | curl -s -o veeam.json -w 'HTTP %{{http_code}}\\n' \\
  --data 'grant_type=password' --data-urlencode 'username={email}' \\
  --data-urlencode password@- {server}/api/v3/token
sed -E 's/.*"access_token":"([^"]*)".*/Authorization: Bearer \\1/' veeam.json > veeam.header"""
VEEAM_KEY = """\
what='description=Portal+Operator+API+Key&scopes=integration&scopes=rest&isReadAccessOnly=true'
curl -s -X POST -H @veeam.header -o veeam-key.json -w 'HTTP %{{http_code}}\\n' \\
  "{logins}/apikey?$what"
sed -E 's/.*"parameters":"([^"]*)".*/Authorization: Bearer \\1/' veeam-key.json \\
  > veeam-key.header"""
VEEAM_PATCH = f"""\
{CURL_SERVER} -X PATCH -H @veeam.header \\
  -H 'Content-Type: application/json' \\
  --data '[{{"op": "replace", "value": "disabled", "path": "/status"}}]' """

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
    demote_and_delete(walk, place)
    speak_as_veeam_clients_do(walk, place)


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


def demote_and_delete(walk, place):
    """A key may never do more than the user who made it, and ends with that user."""
    gateway = place.url("gateway")
    with_key = f"{CURL} -H @clean-up.header"
    walk.step(
        "Erik may do everything with the fleet API",
        "He gets a role that manages the organization's APIs.",
        f"claviger --context admin user create {COLLEAGUE} --name Erik --role 'Asset Provider' \\\n"
        "  --password-file erik.password",
        fields={"ROLES": "Asset Provider", "STATUS": "enabled"},
    )
    walk.step(
        "So his key deletes devices",
        "He signs in, makes an application and a key.",
        f"claviger auth login --context erik --server {place.url('server')} \\\n"
        f"  --email {COLLEAGUE} --password-file erik.password &&\n"
        f"claviger app create clean-up >/dev/null &&\n{COLLEAGUES_KEY}",
        fields={"STATUS": "active"},
    )
    walk.step(
        "And the gateway lets it",
        "The key grants it, and its maker may do it.",
        f"{with_key} -X DELETE {gateway}/devices/pump-2",
        http=204,
    )
    walk.step(
        "Erik is demoted",
        "His role is now that of a consumer, who may not delete. No key is touched, and the "
        "receipt says that the gateway knows.",
        f"claviger --context admin user edit {COLLEAGUE} --role 'Asset Consumer' --wait",
        fields={"ROLES": "Asset Consumer"},
        texts=["RECEIPT", " ms"],
    )
    walk.step(
        "His key has shrunk at once",
        "What the key grants is held against what its maker may do, at every call.",
        f"{with_key} -X DELETE {gateway}/devices/pump-2",
        http=403,
        fields={"code": "maker-lacks-right"},
    )
    walk.step(
        "What he may still do, it may still do",
        "Consumers read devices, and so does the key.",
        f"{with_key} {gateway}/devices",
        http=200,
    )
    walk.step(
        "Erik leaves",
        "Before that, the administrator sees what would stop.",
        f"claviger --context admin user impact {COLLEAGUE} &&\n"
        f"claviger --context admin user delete {COLLEAGUE} --yes --wait",
        texts=["clean-up", "RECEIPT", " ms"],
    )
    walk.step(
        "His keys have stopped with him",
        "Deleting or disabling a user is one write at the gateway, however many keys there are.",
        f"{with_key} {gateway}/devices",
        http=401,
    )


def speak_as_veeam_clients_do(walk, place):
    """The façade /api/v3, which this server has switched on."""
    server = place.url("server")
    walk.step(
        "A client of Veeam Service Provider Console signs in",
        "A form with a password, and a token comes back: off unless compatibility.veeam says so.",
        VEEAM_TOKEN.format(email=DEVELOPER, server=server),
        http=200,
    )
    user = walk.step(
        "It asks who it is",
        "Ids are UUIDs there.",
        f"{CURL_SERVER} -H @veeam.header {server}/api/v3/users/me",
        http=200,
        fields={"data.userName": DEVELOPER},
    ).field("data.instanceUid")
    logins = f"{server}/api/v3/users/{user}/logins"
    walk.step(
        "It makes a key",
        "The key may read whatever Dana may, now and later, and goes into a file.",
        VEEAM_KEY.format(logins=logins),
        http=200,
    )
    login = walk.step(
        "The key calls that API in place of the token",
        "The key is a Bearer token there as well; what was shown once is not shown again.",
        f"{CURL_SERVER} -H @veeam-key.header {logins}",
        http=200,
        fields={
            "data.0.identityProviderName": "AK",
            "data.0.status": "enabled",
            "data.0.isReadAccessOnly": True,
        },
    ).field("data.0.id")
    walk.step(
        "And the fleet, through the gateway",
        "Its scope \"integration\" reaches the APIs behind gateways.",
        f"{CURL} -H @veeam-key.header {place.url('gateway')}/devices/pump-1",
        http=200,
        fields={"id": "pump-1"},
    )
    walk.step(
        "It is switched off",
        "By a JSON Patch, in the spelling of the clients.",
        VEEAM_PATCH + f"{logins}/{login}",
        http=200,
        fields={"data.status": "disabled"},
    )
    walk.step(
        "And deleted",
        "Revoked and removed in one.",
        f"{CURL_SERVER} -X DELETE -H @veeam.header {logins}/{login}",
        http=200,
        fields={"data": True},
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
