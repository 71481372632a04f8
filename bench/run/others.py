# SPDX-License-Identifier: MIT
"""What our server is compared with: a relay that forwards bytes, Prosody and ejabberd.

Each runs alone from a directory of its own, on loopback, with the modules that its Debian
package loads, except that

- limits of rate are off: they would be what is measured;
- archives are off, and services for others than clients are not started;
- clients may log in without TLS, for the figures without it;
- all have the same certificate.

Accounts and contacts are written as the server's own store holds them, before it starts; all
accounts share one salt, so the generator computes keys once.
"""

import base64
import hashlib
import hmac
import os
import subprocess

from server import HOST, PASSWORD, Endpoint, Failure, Server, contacts, free_port, package_version

SALT = b"a salt for all of them"
ITERATIONS = 4096


def scram_keys():
    """StoredKey and ServerKey (RFC 5802) of the password that all accounts have."""
    salted = hashlib.pbkdf2_hmac("sha1", PASSWORD.encode(), SALT, ITERATIONS)
    client = hmac.new(salted, b"Client Key", "sha1").digest()
    return hashlib.sha1(client).digest(), hmac.new(salted, b"Server Key", "sha1").digest()


class Relay(Server):
    """One process without TLS and one with it."""

    name = "relay"
    bare = True
    program = None  # set before the first is started

    def start(self):
        self.plain, self.plain_ready = self.spawn_ready([self.program])
        self.secure, self.secure_ready = self.spawn_ready(
            [self.program, "--certificate", self.certificate, "--key", self.key])

    def endpoint(self, work):
        if work.tls:
            return Endpoint(self.secure_ready["port"], "direct", self.secure.pid)
        return Endpoint(self.plain_ready["port"], "none", self.plain.pid)

    @classmethod
    def version(cls):
        return "forwards bytes and does nothing else"


PROSODY_CONFIG = """
run_as_root = true
pidfile = "{directory}/prosody.pid"
data_path = "{directory}/data"
modules_enabled = {{
    -- the package's own, except limits, dialback, and what needs a terminal
    "disco"; "roster"; "saslauth"; "tls"; "blocklist"; "bookmarks"; "carbons"; "pep"; "private";
    "smacks"; "vcard4"; "vcard_legacy"; "csi_simple"; "invites"; "invites_adhoc";
    "invites_register"; "ping"; "register"; "time"; "uptime"; "version"; "admin_adhoc"; "posix";
}}
modules_disabled = {{ "s2s" }}
authentication = "internal_hashed"
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
c2s_direct_tls_ports = {{ }}
c2s_require_encryption = false
ssl = {{ certificate = "{certificate}"; key = "{key}" }}
log = {{ warn = "{directory}/log" }}
VirtualHost "{host}"
Component "rooms.{host}" "muc"
"""


class Prosody(Server):
    name = "prosody"

    def start(self):
        self.port = free_port()
        config = self.write("prosody.cfg.lua", PROSODY_CONFIG.format(
            directory=self.directory, host=HOST, port=self.port,
            certificate=self.certificate, key=self.key))
        self.write_accounts()
        self.write_rosters()
        self.spawn(["prosody", "-F", "--config", config])
        self.wait_for_port(self.port)

    def endpoint(self, work):
        return Endpoint(self.port, "starttls" if work.tls else "none", self.processes[0].pid)

    def write_store(self, store, user, content):
        directory = self.path("data", HOST.replace(".", "%2e"), store)
        os.makedirs(directory, exist_ok=True)
        with open(os.path.join(directory, user + ".dat"), "w", encoding="ascii") as f:
            f.write(f"return {{ {content} }};\n")

    def write_accounts(self):
        stored, server = scram_keys()
        for i in range(self.population.accounts):
            self.write_store("accounts", f"u{i}", f'["stored_key"] = "{stored.hex()}"; '
                             f'["server_key"] = "{server.hex()}"; '
                             f'["salt"] = "{SALT.decode()}"; '
                             f'["iteration_count"] = {ITERATIONS};')

    def write_rosters(self):
        for i in range(self.population.friends):
            items = "".join(f'["u{j}@{HOST}"] = {{ ["subscription"] = "both"; '
                            '["groups"] = {}; }; ' for j in contacts(self.population, i))
            self.write_store("roster", f"u{i}", '[false] = { ["version"] = 1; }; ' + items)

    @classmethod
    def version(cls):
        return package_version("prosody")


EJABBERD_CONFIG = """
loglevel: warning
hosts: [{host}]
certfiles: ["{directory}/both.pem"]
listen:
  - port: {port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    max_stanza_size: 262144
    shaper: none
    access: all
    backlog: 1000
    starttls: true
    protocol_options: [no_sslv3, no_tlsv1, no_tlsv1_1, cipher_server_preference, no_compression]
disable_sasl_mechanisms: [digest-md5, X-OAUTH2]
auth_password_format: scram
shaper_rules:
  max_user_sessions: 10
  max_user_offline_messages: 100
modules:
  # the package's own, except those for other services, and fail2ban
  mod_adhoc: {{}}
  mod_admin_extra: {{}}
  mod_avatar: {{}}
  mod_blocking: {{}}
  mod_caps: {{}}
  mod_carboncopy: {{}}
  mod_client_state: {{}}
  mod_configure: {{}}
  mod_disco: {{}}
  mod_last: {{}}
  mod_muc:
    host: rooms.@HOST@
  mod_offline:
    access_max_user_messages: max_user_offline_messages
  mod_ping: {{}}
  mod_privacy: {{}}
  mod_private: {{}}
  mod_pubsub:
    plugins: [flat, pep]
    force_node_config:
      "eu.siacs.conversations.axolotl.*":
        access_model: open
      storage:bookmarks:
        access_model: whitelist
  mod_push: {{}}
  mod_push_keepalive: {{}}
  mod_roster:
    versioning: true
  mod_shared_roster: {{}}
  mod_stream_mgmt:
    resend_on_timeout: if_offline
  mod_vcard:
    search: false
  mod_vcard_xupdate: {{}}
  mod_version: {{}}
"""

# Writes accounts and contacts as ejabberd's Mnesia tables hold them.
EJABBERD_POPULATION = """
    Name = fun(I) -> list_to_binary("u" ++ integer_to_list(I)) end,
    H = <<"{host}">>,
    mnesia:create_schema([node()]), mnesia:start(),
    mnesia:create_table(passwd, [{{disc_copies, [node()]}}, {{attributes, [us, password]}}]),
    mnesia:create_table(roster, [{{disc_copies, [node()]}}, {{attributes,
        [usj, us, jid, name, subscription, ask, groups, askmessage, xs]}}, {{index, [us]}}]),
    mnesia:transaction(fun() -> [mnesia:write({{passwd, {{Name(I), H}},
        {{scram, <<"{stored}">>, <<"{server}">>, <<"{salt}">>, sha, {iterations}}}}})
        || I <- lists:seq(0, {accounts} - 1)] end),
    mnesia:transaction(fun() -> [begin J = {{Name(I - I rem {group} + K), H, <<>>}},
        mnesia:write({{roster, {{Name(I), H, J}}, {{Name(I), H}}, J,
            <<>>, both, none, [], <<>>, []}}) end
        || I <- lists:seq(0, {friends} - 1), K <- lists:seq(0, {group} - 1), K =/= I rem {group}]
        end),
    mnesia:stop(), halt().
"""


class Ejabberd(Server):
    name = "ejabberd"

    def start(self):
        self.port = free_port()
        os.makedirs(self.path("mnesia"))
        with open(self.path("both.pem"), "w", encoding="ascii") as both:
            for name in self.certificate, self.key:
                with open(name, encoding="ascii") as part:
                    both.write(part.read())
        config = self.write("ejabberd.yml", EJABBERD_CONFIG.format(
            directory=self.directory, host=HOST, port=self.port))
        environment = dict(os.environ, ERL_LIBS="/usr/lib/x86_64-linux-gnu",
                           ERL_MAX_PORTS="32000", ERL_MAX_ETS_TABLES="1400",
                           ERL_CRASH_DUMP=self.path("crash"), EJABBERD_CONFIG_PATH=config,
                           EJABBERD_LOG_PATH=self.path("log"), HOME=self.directory)
        self.write_population(environment)
        self.spawn(self.erl("-s", "ejabberd"), env=environment)
        self.wait_for_port(self.port)

    def endpoint(self, work):
        return Endpoint(self.port, "starttls" if work.tls else "none", self.processes[0].pid)

    def erl(self, *arguments):
        """One Erlang node, not distributed: it opens no port of its own."""
        return ["erl", "+K", "true", "+P", "250000", "-noinput", "-mnesia", "dir",
                f'"{self.path("mnesia")}"', *arguments]

    def write_population(self, environment):
        stored, server, salt = (base64.b64encode(b).decode() for b in (*scram_keys(), SALT))
        code = EJABBERD_POPULATION.format(
            host=HOST, stored=stored, server=server, salt=salt, iterations=ITERATIONS,
            **self.population._asdict())
        done = subprocess.run(self.erl("-eval", code), env=environment, capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise Failure("ejabberd: no accounts\n" + done.stdout + done.stderr)

    @classmethod
    def version(cls):
        return package_version("ejabberd")
