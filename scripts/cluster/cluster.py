"""A shop beyond one machine, on one machine: etcd, three PostgreSQL nodes under Patroni, two HAProxies and three replicas of Tradewind, configured by the
files of deploy/ as they are shipped. `run` keeps one for a person, `drill` breaks one.

Everything that it starts has no terminal, and its working directory in the cluster's directory: also PostgreSQL's processes, which detach
themselves from Patroni. So whatever is left over can be found, and is killed, even if this process is killed: a sweeper outlives it for that.
"""

import base64
import http.client
import json
import os
import pathlib
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NODES, REPLICAS, DOORS = 3, 3, 2
# What a slow machine may take for a step.
PATIENCE = 90


class ClusterError(Exception):
    """The cluster does not stand as it should, in words for people."""


def fetch(host, port, path, timeout=2, headers=None):
    """A GET: the status and the body; (0, b"") without an answer."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def wait_until(what, ready, within=PATIENCE, pause=0.05):
    """Waits until a question is answered by something true, which is returned.

    Raises a ClusterError that says what was waited for.
    """
    end = time.monotonic() + within
    while not (answer := ready()):
        if time.monotonic() > end:
            raise ClusterError(f"{what}: not within {within} s")
        time.sleep(pause)
    return answer


def find_program(name):
    """Where a program is; None where it is nowhere. Debian puts daemons where only root's PATH leads."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")


class Ports:
    """Free ports, each given once."""

    def __init__(self, host):
        self.host, self.given = host, set()

    def next(self):
        """A port on which nothing listens; not one that the kernel gives to outgoing connections."""
        while True:
            port = 20000 + secrets.randbelow(12000)
            if port in self.given:
                continue
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((self.host, port))
                except OSError:
                    continue
            self.given.add(port)
            return port


def processes_in(directory):
    """The processes without a terminal whose working directory is in a directory, except this one: a person's shell may be there, too."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            # state, parent, group, session, terminal: proc(5)
            state, _, _, _, terminal = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:5]
            place = os.readlink(entry / "cwd").removesuffix(" (deleted)")
        except OSError:
            continue
        if state != "Z" and terminal == "0" and (place == str(directory) or place.startswith(f"{directory}/")):
            found.append(int(entry.name))
    return found


def kill_all(directory):
    """Kills what runs in a directory, until nothing does; returns what was killed."""
    killed = set()
    end = time.monotonic() + 10
    while (left := processes_in(directory)) and time.monotonic() < end:
        for pid in left:
            send(pid, signal.SIGKILL)
        killed.update(left)
        time.sleep(0.02)
    return killed


def send(pid, number):
    """Sends a signal to a process that may be gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


class Network:
    """A network namespace for each node, as its machine, on a bridge of this one; for root alone. What is cut off gets no refusal, only silence."""

    # The address of no machine.
    NOWHERE = "02:00:00:00:00:fe"

    def __init__(self, identity=None):
        self.id = identity or secrets.token_hex(2)
        self.subnet = f"10.213.{secrets.randbelow(256)}"
        self.host = f"{self.subnet}.254"
        # Another address of the same machine, so that a node can be cut off from etcd and not from the shop.
        self.etcd_host = f"{self.subnet}.253"
        self.bridge = f"tw{self.id}"

    @staticmethod
    def ip(*words, check=True):
        """Runs `ip`."""
        subprocess.run(["ip", *words], check=check, capture_output=True)

    def space(self, number):
        """The name of a node's namespace."""
        return f"tw{self.id}-{number}"

    def address(self, number):
        """The address of a node."""
        return f"{self.subnet}.{number}"

    def make(self, count):
        """Makes it."""
        self.ip("link", "add", self.bridge, "type", "bridge")
        for address in self.host, self.etcd_host:
            self.ip("address", "add", f"{address}/24", "dev", self.bridge)
        self.ip("link", "set", self.bridge, "up")
        for number in range(1, count + 1):
            space, port = self.space(number), f"{self.bridge}p{number}"
            self.ip("netns", "add", space)
            self.ip("link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", space)
            self.ip("link", "set", port, "master", self.bridge, "up")
            self.ip("-n", space, "link", "set", "lo", "up")
            self.ip("-n", space, "address", "add", f"{self.address(number)}/24", "dev", "eth0")
            self.ip("-n", space, "link", "set", "eth0", "up")

    def remove(self, count):
        """Removes it."""
        for number in range(1, count + 1):
            # A namespace lives as long as something holds it, and its end of the wire with it.
            self.ip("link", "delete", f"{self.bridge}p{number}", check=False)
            self.ip("netns", "delete", self.space(number), check=False)
        self.ip("link", "delete", self.bridge, check=False)

    def cut(self, one, others):
        """Lets a node reach some others no more, nor they it: what it sends to them goes nowhere."""
        for other in others:
            self.ip("-n", self.space(one), "neighbour", "replace", other, "lladdr", self.NOWHERE, "nud", "permanent", "dev", "eth0")

    def join(self, one, others):
        """Ends that."""
        for other in others:
            self.ip("-n", self.space(one), "neighbour", "delete", other, "dev", "eth0", check=False)


class Service:
    """A process that is started again a second after it ended, as a service manager does it, for as long as it is wanted."""

    def __init__(self, cluster, name, command, environment=None, user=None):
        self.cluster, self.name, self.user = cluster, name, user
        self.command = list(map(str, command))
        self.environment = {**os.environ, **(environment or {})}
        self.log = cluster.logs / f"{name}.log"
        self.process, self.is_wanted, self.ended = None, False, None
        # The keeper's thread starts it again, others kill it.
        self.lock = threading.RLock()

    def start(self):
        """Starts it, and has it started again whenever it ends."""
        with self.lock:
            self.is_wanted = True
            self.spawn()

    def spawn(self):
        """Starts the process."""
        account = pwd.getpwnam(self.user) if self.user else None
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.cluster.directory,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Patroni makes the data directory, which PostgreSQL wants for itself.
                umask=0o077,
                user=account and account.pw_uid,
                group=account and account.pw_gid,
                extra_groups=account and os.getgrouplist(self.user, account.pw_gid),
            )

    @property
    def pid(self):
        """The process now."""
        return self.process.pid

    def look(self):
        """Starts it again a second after it ended."""
        with self.lock:
            if not self.is_wanted or self.process.poll() is None:
                self.ended = None
            elif self.ended is None:
                self.ended = time.monotonic()
                self.cluster.say(f"{self.name} ended ({self.process.returncode}), and is started again")
            elif time.monotonic() - self.ended > 1:
                self.ended = None
                self.spawn()

    def kill(self):
        """Kills it, for good until it is started."""
        with self.lock:
            self.is_wanted = False
            if self.process:
                self.process.kill()
                self.process.wait()

    def stop(self, within=30):
        """Asks it to end, and waits; kills it where it does not."""
        with self.lock:
            self.is_wanted = False
        if not self.process:
            return
        self.process.terminate()
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.cluster.say(f"{self.name} did not end within {within} s")
            self.kill()


class Node:
    """A machine of the database: PostgreSQL and the Patroni that looks after it."""

    def __init__(self, cluster, number):
        self.cluster, self.number, self.name = cluster, number, f"postgres{number}"
        self.host = cluster.network.address(number) if cluster.network else cluster.host
        self.port, self.rest_port = cluster.ports.next(), cluster.ports.next()
        self.place = cluster.directory / self.name
        self.data = self.place / "data"
        self.service = self.make_service(self.name, ["/usr/bin/patroni", self.place / "patroni.yml"], self.environment())
        witnesses = ",".join(f"{replica.host}:{replica.port}" for replica in cluster.replicas)
        environment = {**self.environment(), "TRADEWIND_REPLICAS": witnesses}
        self.fence = self.make_service(f"fence{number}", ["/usr/bin/python3", self.place / "fence"], environment)

    def make_service(self, name, command, environment):
        """A service of this machine, as PostgreSQL's user."""
        user = self.cluster.postgres_user
        if not self.cluster.network:
            return Service(self.cluster, name, command, environment, user)
        # Only root enters a namespace.
        enter = ["ip", "netns", "exec", self.cluster.network.space(self.number)]
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--"]
        return Service(self.cluster, name, [*enter, *become, *command], environment)

    def environment(self):
        """What deploy/postgres/README.md has an operator write into a node's environment file."""
        secret = self.cluster.secrets
        return {
            "PATRONI_NAME": self.name,
            "PATRONI_ETCD3_HOSTS": f"{self.cluster.etcd_host}:{self.cluster.etcd_port}",
            "PATRONI_RESTAPI_LISTEN": f"{self.host}:{self.rest_port}",
            "PATRONI_RESTAPI_CONNECT_ADDRESS": f"{self.host}:{self.rest_port}",
            "PATRONI_RESTAPI_USERNAME": "patroni",
            "PATRONI_RESTAPI_PASSWORD": secret["restapi"],
            "PATRONI_POSTGRESQL_LISTEN": f"{self.host}:{self.port}",
            "PATRONI_POSTGRESQL_CONNECT_ADDRESS": f"{self.host}:{self.port}",
            "PATRONI_POSTGRESQL_DATA_DIR": str(self.data),
            "PATRONI_POSTGRESQL_BIN_DIR": str(self.cluster.postgres_programs),
            "PATRONI_POSTGRESQL_PGPASS": str(self.place / "pgpass"),
            "PATRONI_SUPERUSER_USERNAME": "postgres",
            "PATRONI_SUPERUSER_PASSWORD": secret["superuser"],
            "PATRONI_REPLICATION_USERNAME": "replicator",
            "PATRONI_REPLICATION_PASSWORD": secret["replication"],
        }

    def start(self):
        """Starts Patroni, which starts PostgreSQL."""
        self.place.mkdir(mode=0o700, exist_ok=True)
        # Copies, since PostgreSQL's user may not be able to read the sources.
        for name in "patroni.yml", "fence":
            shutil.copy(ROOT / "deploy/postgres" / name, self.place)
        if self.cluster.postgres_user:
            for path in self.place, self.place / "patroni.yml", self.place / "fence":
                shutil.chown(path, self.cluster.postgres_user, self.cluster.postgres_user)
        self.service.start()

    def postmaster(self):
        """PostgreSQL's first process; None where it does not run."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            return pid if os.readlink(f"/proc/{pid}/cwd") == str(self.data) else None
        except (OSError, ValueError, IndexError):
            return None

    def processes(self):
        """All of PostgreSQL's processes."""
        return processes_in(self.data)

    def signal_postgres(self, number):
        """Sends a signal to all of PostgreSQL's processes, the first one first, so that it starts no others meanwhile."""
        first = self.postmaster()
        if first:
            send(first, number)
        for pid in self.processes():
            if pid != first:
                send(pid, number)

    def kill_machine(self):
        """Ends everything of this machine at once."""
        with self.service.lock:
            self.service.is_wanted = False
            for pid in [self.service.pid, *self.processes()]:
                send(pid, signal.SIGKILL)
            self.service.process.wait()
        self.fence.kill()

    def start_machine(self):
        """Starts everything of this machine."""
        self.start()
        self.fence.start()

    def patroni(self):
        """What its Patroni says of itself; {} without an answer."""
        status, body = fetch(self.host, self.rest_port, "/patroni")
        return json.loads(body) if status and body[:1] == b"{" else {}


class Replica:
    """A replica of Tradewind with an identity of its own, as a Pod has."""

    def __init__(self, cluster, number):
        self.cluster, self.name = cluster, f"replica{number}"
        self.host, self.port = cluster.host, cluster.ports.next()
        self.data = cluster.directory / self.name
        settings = ["http.trusted-proxies=127.0.0.0/8,10.213.0.0/16", *cluster.settings]
        words = [word for setting in settings for word in ("--set", setting)]
        command = [cluster.program, "serve", "--data", self.data, "--host", self.host, "--port", self.port, *words]
        self.service = Service(cluster, self.name, command)

    def is_ready(self):
        """Whether it can do work now."""
        return self.readiness()[0] == 200

    def readiness(self):
        """The status and the document of its readiness."""
        status, body = fetch(self.host, self.port, "/readyz", timeout=1)
        return status, json.loads(body) if body[:1] == b"{" else {}


class Door:
    """An HAProxy."""

    def __init__(self, cluster, number):
        self.name = f"haproxy{number}"
        self.host, self.port, self.figures = cluster.host, cluster.ports.next(), cluster.ports.next()
        environment = {f"TRADEWIND_REPLICA_{n}": f"{r.host}:{r.port}" for n, r in enumerate(cluster.replicas, 1)}
        environment["TRADEWIND_HAPROXY_BIND"] = f"{self.host}:{self.port}"
        environment["TRADEWIND_HAPROXY_FIGURES"] = f"{self.host}:{self.figures}"
        environment["TRADEWIND_HAPROXY_SOCKET"] = str(cluster.directory / f"{self.name}.sock")
        self.service = Service(cluster, self.name, [find_program("haproxy"), "-db", "-f", ROOT / "deploy/haproxy/haproxy.cfg"], environment)


class Cluster:
    """The whole of it, in a directory; with the directory's data of an earlier time, if it has some."""

    def __init__(self, program, directory=None, settings=(), machines=False, say=print):
        self.program, self.say, self.settings = pathlib.Path(program).resolve(), say, list(settings)
        if machines and os.geteuid() != 0:
            raise ClusterError("only root makes a network of machines")
        self.network = Network() if machines else None
        self.host = self.network.host if machines else "127.0.0.1"
        self.etcd_host = self.network.etcd_host if machines else self.host
        self.postgres_user = "postgres" if os.geteuid() == 0 else None
        self.postgres_programs = self.find_postgres()
        self.check_programs()
        self.is_temporary = directory is None
        if directory is not None:
            self.check_directory(pathlib.Path(directory).resolve())
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="tradewind-cluster-")).resolve()
        self.directory.mkdir(parents=True, exist_ok=True)
        # By the passwords it is known as a cluster's.
        self.secrets = self.kept_secrets()
        # PostgreSQL's user has to get to its own directories; what is secret has stricter rights of its own.
        self.directory.chmod(0o755)
        self.logs = self.directory / "logs"
        self.logs.mkdir(exist_ok=True)
        self.ports = Ports("0.0.0.0")
        self.etcd_port, self.etcd_peer_port = self.ports.next(), self.ports.next()
        self.etcd = Service(self, "etcd", self.etcd_command())
        self.replicas = [Replica(self, number) for number in range(1, REPLICAS + 1)]
        self.nodes = [Node(self, number) for number in range(1, NODES + 1)]
        # It names the nodes, whose fences name the replicas.
        for replica in self.replicas:
            # The name is that of its sessions, too.
            replica.service.environment.update(TRADEWIND_POSTGRES_URL=self.url, PGAPPNAME=replica.name)
        self.doors = [Door(self, number) for number in range(1, DOORS + 1)]
        self.is_closing = threading.Event()
        self.keeper = self.sweeper = None
        # The keeper and whoever starts the cluster both write the description.
        self.description_lock = threading.Lock()

    @staticmethod
    def check_directory(directory):
        """Raises a ClusterError for a directory that is not a cluster's: whatever works below it would be killed, and its rights changed."""
        if (directory / "passwords.json").is_file() or not directory.exists():
            return
        if not directory.is_dir() or any(directory.iterdir()):
            raise ClusterError(f"{directory} is not a cluster's: name a new directory, an empty one, or a cluster's")
        if processes_in(directory):
            raise ClusterError(f"{directory} is some process's working directory: name another")

    @staticmethod
    def find_postgres():
        """The directory of PostgreSQL's programs, of the newest release."""
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
        if not found:
            raise ClusterError("PostgreSQL was not found: scripts/install-deps test installs it")
        return found[-1].parent

    def check_programs(self):
        """Raises a ClusterError that names what is missing."""
        missing = [name for name in ("/usr/bin/patroni", "etcd", "haproxy", "psql", self.program) if not find_program(name)]
        if missing:
            raise ClusterError(f"not found: {', '.join(map(str, missing))}: run  make cluster")

    def kept_secrets(self):
        """The passwords of the database, made at the first time."""
        file = self.directory / "passwords.json"
        kept = json.loads(file.read_text()) if file.exists() else {}
        made = {name: secrets.token_hex(16) for name in ("superuser", "replication", "restapi", "keeper", "shop") if name not in kept}
        if made:
            self.write_secret(file, json.dumps({**kept, **made}))
        return {**kept, **made}

    @staticmethod
    def write_secret(file, text):
        """Writes a file that only its owner can read."""
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            out.write(text)

    def etcd_command(self):
        """One etcd: enough to try Patroni with. A shop has three, on three machines."""
        client, peer = (f"http://{self.etcd_host}:{port}" for port in (self.etcd_port, self.etcd_peer_port))
        options = {
            "name": "etcd",
            "data-dir": self.directory / "etcd",
            "listen-client-urls": client,
            "advertise-client-urls": client,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": f"etcd={peer}",
        }
        return [find_program("etcd"), *(f"--{name}={value}" for name, value in options.items())]

    @property
    def url(self):
        """The address of the database for a replica."""
        return self.url_of("tradewind", "shop")

    def url_of(self, role, password):
        """The address of the database for a role: every node, and libpq takes the one that accepts changes."""
        hosts = ",".join(f"{node.host}:{node.port}" for node in self.nodes)
        return f"postgres://{role}:{self.secrets[password]}@{hosts}/shop?target_session_attrs=read-write"

    @property
    def services(self):
        """Everything, in the order of starting."""
        parts = [*self.nodes, *self.replicas, *self.doors]
        return [self.etcd, *(part.service for part in parts), *(node.fence for node in self.nodes)]

    # Starting and stopping

    def start(self):
        """Starts everything, and waits until the shop is open."""
        if left := kill_all(self.directory):
            self.say(f"killed {len(left)} processes that an earlier cluster had left here")
        sweeper = [sys.executable, __file__, "--sweep", str(self.directory), self.network.id if self.network else ""]
        self.sweeper = subprocess.Popen(sweeper, cwd="/", stdin=subprocess.PIPE, start_new_session=True)
        if self.network:
            self.network.make(NODES)
        self.keeper = threading.Thread(target=self.keep, daemon=True)
        self.keeper.start()
        self.etcd.start()
        wait_until("etcd answers", lambda: fetch(self.etcd_host, self.etcd_port, "/health")[0] == 200)
        for node in self.nodes:
            node.start()
        self.wait_for_database()
        self.make_database()
        for replica in self.replicas:
            replica.service.start()
        self.wait_for_replicas()
        for door in self.doors:
            door.service.start()
        for door in self.doors:
            wait_until(f"{door.name} answers", lambda door=door: fetch(door.host, door.port, "/readyz")[0] == 200)
        for node in self.nodes:
            node.fence.start()
        self.write_description()

    def keep(self):
        """Starts services again until the end."""
        while not self.is_closing.wait(0.1):
            for service in self.services:
                service.look()
            self.write_description()

    def mend(self):
        """Wakes up and starts again whatever a drill left stopped."""
        for pid in processes_in(self.directory):
            send(pid, signal.SIGCONT)
        if self.network:
            for node in self.nodes:
                self.network.join(node.number, [other.host for other in self.nodes] + [self.host, self.etcd_host])
        for service in self.services:
            if not service.is_wanted:
                service.start()

    def stop(self):
        """Ends everything, from the outside in, and leaves nothing running."""
        self.is_closing.set()
        if self.keeper:
            self.keeper.join()
        for service in self.services:
            service.is_wanted = False
        for node in self.nodes:
            node.fence.kill()
        for group in (self.doors, self.replicas, self.nodes):
            for part in group:
                if part.service.process:
                    part.service.process.terminate()
            for part in group:
                part.service.stop()
        self.etcd.stop()
        if left := kill_all(self.directory):
            self.say(f"killed {len(left)} processes that did not end")
        if self.sweeper:
            self.sweeper.stdin.close()
            self.sweeper.wait()
        if self.is_temporary:
            shutil.rmtree(self.directory)

    # The database

    def members(self):
        """Patroni's list of members, the newest of those that nodes have: one that is cut off knows an old one. [] where none answers."""
        lists = []
        for node in self.nodes:
            status, body = fetch(node.host, node.rest_port, "/cluster")
            if status == 200:
                lists.append(json.loads(body).get("members", []))
        return max(lists, key=lambda members: max((member.get("timeline") or 0 for member in members), default=0), default=[])

    def leader(self):
        """The node that accepts changes, as Patroni says; None where none does."""
        names = [member["name"] for member in self.members() if member["role"] == "leader" and member["state"] == "running"]
        return next((node for node in self.nodes if node.name in names), None)

    def standbys(self):
        """The synchronous standby, and the other one."""
        roles = {member["name"]: member["role"] for member in self.members()}
        synchronous = [node for node in self.nodes if roles.get(node.name) == "sync_standby"]
        others = [node for node in self.nodes if roles.get(node.name) == "replica"]
        return synchronous, others

    def is_whole(self):
        """Whether there are a primary, a synchronous standby and another standby that follows."""
        members = self.members()
        roles = sorted(member["role"] for member in members)
        is_running = all(member["state"] in ("running", "streaming") for member in members)
        lines = {member.get("timeline") for member in members}
        return roles == ["leader", "replica", "sync_standby"] and is_running and len(lines) == 1

    def wait_for_database(self, within=PATIENCE):
        """Waits until every node has its part."""
        wait_until("the database has a primary and two standbys", self.is_whole, within, pause=0.2)

    def switch(self, old, new):
        """Has one node give the lead to another, as `patronictl switchover` does; raises a ClusterError where Patroni refuses."""
        connection = http.client.HTTPConnection(old.host, old.rest_port, timeout=60)
        token = base64.b64encode(f"patroni:{self.secrets['restapi']}".encode()).decode()
        body = json.dumps({"leader": old.name, "candidate": new.name})
        connection.request("POST", "/switchover", body, {"Authorization": f"Basic {token}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        words = answer.read().decode()
        connection.close()
        if answer.status != 200:
            raise ClusterError(f"switchover from {old.name} to {new.name}: {answer.status} {words}")

    def psql(self, node, *statements, database="postgres", timeout=30):
        """Runs SQL on a node as superuser; returns what it printed."""
        environment = {**os.environ, "PGPASSWORD": self.secrets["superuser"], "PGCONNECT_TIMEOUT": "5"}
        words = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", node.host, "-p", str(node.port), "-U", "postgres", database]
        # On standard input, since a command line can be read by others.
        done = subprocess.run(words, env=environment, input="\n".join(statements), capture_output=True, text=True, timeout=timeout, check=False)
        if done.returncode:
            raise ClusterError(f"psql at {node.name}: {done.stderr.strip()}")
        return done.stdout.strip()

    def make_database(self):
        """Makes the shop's roles, database and tables where they are missing: the replicas' role only uses their rows."""
        node = self.leader()
        # pg_monitor lets `tradewind doctor` see the standbys.
        for role, password, rights in (("keeper", "keeper", ""), ("tradewind", "shop", "IN ROLE pg_monitor")):
            if not self.psql(node, f"SELECT 1 FROM pg_roles WHERE rolname = '{role}';"):
                self.psql(node, f"CREATE ROLE {role} LOGIN PASSWORD '{self.secrets[password]}' {rights};")
        there = "SELECT 1 FROM pg_database WHERE datname = 'shop';"
        if not self.psql(node, there):
            self.psql(node, "CREATE DATABASE shop OWNER keeper;")
        # libpq asks no further node once one says that it has no such database, as a standby does that is a moment behind.
        wait_until("every node has the database", lambda: all(self.psql(one, there) for one in self.nodes))
        self.command("migrate-schema", "--runtime-role", "tradewind", check=True, TRADEWIND_POSTGRES_URL=self.url_of("keeper", "keeper"))
        self.write_secret(self.directory / "shop.url", self.url)

    # The shop

    def wait_for_replicas(self, within=PATIENCE):
        """Waits until all replicas are ready, and makes the operator's key at the first time."""
        for replica in self.replicas:
            wait_until(f"{replica.name} is ready", replica.is_ready, within)
        file = self.directory / "admin.key"
        if not file.exists():
            words = ["keys", "create", "--data", self.replicas[0].data, "--scope", "admin", "--name", "cluster"]
            self.write_secret(file, self.command(*words, check=True).stdout.split()[-1])

    @property
    def key(self):
        """The operator's key."""
        return (self.directory / "admin.key").read_text()

    def command(self, *words, check=False, timeout=120, **environment):
        """Runs a command of the program with the address of the database."""
        done = subprocess.run(
            [str(self.program), *map(str, words)],
            env={**os.environ, "TRADEWIND_POSTGRES_URL": self.url, **environment},
            cwd=self.directory,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if check and done.returncode:
            raise ClusterError(f"tradewind {words[0]}: {done.stderr.strip() or done.stdout.strip()}")
        return done

    # What scripts read

    def description(self):
        """Where everything is."""

        def pid(service):
            return service.process.pid if service.process and service.process.poll() is None else None

        return {
            "directory": str(self.directory),
            "logs": str(self.logs),
            "databaseURLFile": str(self.directory / "shop.url"),
            "keyFile": str(self.directory / "admin.key"),
            "etcd": {"host": self.etcd_host, "port": self.etcd_port, "pid": pid(self.etcd)},
            "postgres": [
                {
                    "name": node.name,
                    "host": node.host,
                    "port": node.port,
                    "restPort": node.rest_port,
                    "data": str(node.data),
                    "patroniPid": pid(node.service),
                    "postmasterPid": node.postmaster(),
                    "fencePid": pid(node.fence),
                }
                for node in self.nodes
            ],
            "replicas": [
                {"name": one.name, "host": one.host, "port": one.port, "data": str(one.data), "pid": pid(one.service)} for one in self.replicas
            ],
            "doors": [
                {"name": door.name, "host": door.host, "port": door.port, "figuresPort": door.figures, "pid": pid(door.service)}
                for door in self.doors
            ],
        }

    def write_description(self):
        """Writes cluster.json where it changed; a reader sees the old one or the new one."""
        with self.description_lock:
            file, text = self.directory / "cluster.json", json.dumps(self.description(), indent=2) + "\n"
            if not file.exists() or file.read_text() != text:
                fresh = file.with_suffix(".new")
                fresh.write_text(text)
                fresh.replace(file)


def sweep(directory, network):
    """Waits until standard input ends, as it does when the cluster's process ends in whatever way; then kills what is left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while sys.stdin.buffer.read(1):
        pass
    kill_all(directory)
    if network:
        Network(network).remove(NODES)


if __name__ == "__main__":
    if sys.argv[1:2] != ["--sweep"] or len(sys.argv) != 4:
        sys.exit(__doc__)
    sweep(*sys.argv[2:])
