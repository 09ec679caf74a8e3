"""What the drills of a cluster break. Each drill is a function in two parts: up to its `yield` it breaks something while customers buy; after it, once
their notes were compared with the ledger, it checks its bounds.
"""

import calendar
import json
import signal
import time

from cluster import wait_until

DRILLS = {}


def drill(retries=1, machines=False, by_name=False):
    """Registers a drill; `retries` is how often its customers send an order again that failed, `machines` whether it needs a network of machines,
    and `by_name` whether it runs only where it is named.
    """

    def register(function):
        function.retries, function.machines, function.by_name = retries, machines, by_name
        DRILLS[function.__name__.replace("_", "-")] = function
        return function

    return register


@drill()
def kill_primary(course):
    """kill -9 of all processes of the primary's PostgreSQL, at a random moment of Patroni's rounds."""
    cluster = course.cluster
    for number in range(course.times(20)):
        cluster.wait_for_database()
        time.sleep(course.random.uniform(1, 6))
        old = cluster.leader()
        old.signal_postgres(signal.SIGKILL)
        at = course.fault()
        took = course.wait_for_orders(at)
        course.note(f"kill {number + 1}: {old.name} gave way to {cluster.leader().name}, orders again after {took:.2f} s")
    yield
    course.check_errors()
    course.check_resumed(10)


@drill()
def switch_primary(course):
    """The primary gives the lead to the synchronous standby, as asked, as before maintenance."""
    cluster = course.cluster
    for _ in range(course.times(5)):
        cluster.wait_for_database()
        old, (new, *_) = cluster.leader(), cluster.standbys()[0]
        time.sleep(course.random.uniform(1, 6))
        at = course.fault()
        cluster.switch(old, new)
        cluster.wait_for_database()
        gap = course.longest_gap(at, time.time())
        course.resumed.append(gap)
        course.note(f"{old.name} gave the lead to {cluster.leader().name}; the longest time without an order was {gap:.2f} s")
    yield
    course.check_errors()
    course.check_resumed(10)


@drill()
def lose_machine(course):
    """The primary's machine is gone: kill -9 of PostgreSQL, Patroni and the fence at once; back later."""
    cluster = course.cluster
    for number in range(course.times(5)):
        cluster.wait_for_database()
        time.sleep(course.random.uniform(1, 6))
        old = cluster.leader()
        old.kill_machine()
        at = course.fault()
        took = course.wait_for_orders(at)
        course.note(f"loss {number + 1}: {old.name} gave way to {cluster.leader().name}, orders again after {took:.2f} s")
        old.start_machine()
    yield
    course.check_errors()
    course.check_resumed(30)


@drill(machines=True)
def lose_network(course):
    """The primary's machine is cut off from everybody, in silence: no connection ends, nothing is refused; back after 60 s."""
    cluster = course.cluster
    everybody = [node.host for node in cluster.nodes] + [cluster.host, cluster.etcd_host]
    for _ in range(course.times(3)):
        cluster.wait_for_database()
        old = cluster.leader()
        cluster.network.cut(old.number, [host for host in everybody if host != old.host])
        at = course.fault()
        took = course.wait_for_orders(at)
        course.note(f"{old.name} gave way to {cluster.leader().name}, orders again after {took:.2f} s")
        time.sleep(max(0, at + 60 - time.time()))
        cluster.network.join(old.number, everybody)
    yield
    course.check_pages()
    course.check_resumed(30)


@drill(machines=True)
def strand_primary(course):
    """The primary is cut off from its standbys and etcd, in silence, for 60 s, with the whole shop on its side."""
    cluster = course.cluster
    for _ in range(course.times(3)):
        cluster.wait_for_database()
        old = cluster.leader()
        others = [node.host for node in cluster.nodes if node is not old] + [cluster.etcd_host]
        cluster.network.cut(old.number, others)
        at = course.fault()
        took = course.wait_for_orders(at)
        new = cluster.leader()
        course.note(f"{old.name} gave way to {new.name if new else 'nobody'}, orders again after {took:.2f} s")
        course.check("another node leads by then", new not in (None, old))
        time.sleep(max(0, at + 60 - time.time()))
        cluster.network.join(old.number, others)
    yield
    course.check_pages()
    course.check_resumed(30)


@drill(machines=True)
def lose_standbys(course):
    """The primary is cut off from its standbys alone, in silence, for 45 s: the shop and etcd still reach all."""
    cluster = course.cluster
    for _ in range(course.times(3)):
        cluster.wait_for_database()
        old = cluster.leader()
        standbys = [node.host for node in cluster.nodes if node is not old]
        cluster.network.cut(old.number, standbys)
        at = course.fault()
        time.sleep(45)
        leader, joined = cluster.leader(), time.time()
        cluster.network.join(old.number, standbys)
        # What was under way when the network was cut may still have been acknowledged by both.
        done = [one for one in course.customers.ended_since(at + 2, "buy") if one.is_done and one.ended < joined]
        course.check("nothing was acknowledged without a standby", not done or leader is not old, f"{len(done)} orders, led by {old.name}")
        course.wait_for_orders(joined)
        gap = course.longest_gap(at, joined)
        course.note(f"no order was acknowledged for {gap:.1f} of 45 s; again {course.resumed[-1]:.2f} s after the network was back, led by {cluster.leader().name}")
    yield
    words = sorted({attempt for one in course.customers.operations for attempt in one.attempts if one.kind == "buy" and not one.is_done})
    course.note(f"what the orders that failed were told: {', '.join(words)}")
    course.check_pages()


def moment(text):
    """The time of time.time() of a line that a fence wrote, in UTC and with milliseconds."""
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")) + float(text[19:23])


def fence_steps(cluster, since):
    """The steps that fences recorded after a moment, with their times."""
    steps = []
    for node in cluster.nodes:
        for line in node.fence.log.read_text().splitlines():
            step = json.loads(line)
            at = moment(step["at"])
            if at > since:
                steps.append((at, step))
    return sorted(steps, key=lambda one: one[0])


@drill()
def stop_primary(course):
    """SIGSTOP of all processes of the primary's PostgreSQL for 60 s, which Patroni does not see; the fences look on."""
    cluster = course.cluster
    for _ in range(course.times(5)):
        cluster.wait_for_database()
        # Fences rest for a minute after any change of the lead.
        time.sleep(course.random.uniform(61, 66))
        old = cluster.leader()
        stopped = old.processes()
        old.signal_postgres(signal.SIGSTOP)
        at = course.fault()
        took = course.wait_for_orders(at)
        steps = fence_steps(cluster, at)
        fenced = [(moment - at, step) for moment, step in steps if step["step"] == "fenced"]
        course.check("the fence acted, once, on the stopped node's machine", [step["node"] for _, step in fenced] == [old.name], steps)
        if fenced:
            course.check(f"it was found after {fenced[0][0]:.1f} s, 10 s at most", fenced[0][0] <= 10, is_time=True)
        course.check("none of the stopped processes is left to wake up", not set(stopped) & set(old.processes()))
        course.note(f"{old.name} gave way to {cluster.leader().name}, orders again after {took:.2f} s")
    yield
    course.check_pages()
    course.check_resumed(30)


@drill(by_name=True)
def stop_primary_unfenced(course):
    """The same for 60 s with Patroni alone, which loses orders (Patroni 3.0.2): why there is a fence."""
    cluster = course.cluster
    for node in cluster.nodes:
        node.fence.kill()
    try:
        old = cluster.leader()
        old.signal_postgres(signal.SIGSTOP)
        at = course.fault()
        while time.time() < at + 60 and not course.first_order(at):
            time.sleep(0.05)
        order = course.first_order(at)
        told = f"orders again after {order.ended - at:.2f} s, led by {cluster.leader() and cluster.leader().name}" if order else "no order in 60 s"
        course.note(f"{old.name} was stopped: {told}")
        time.sleep(max(0, at + 60 - time.time()))
        woken = time.time()
        old.signal_postgres(signal.SIGCONT)
        course.note(f"it was woken up; orders {course.wait_for_orders(woken):.2f} s later")
        cluster.wait_for_database()
        course.note(f"all nodes have their parts {time.time() - woken:.1f} s after that, led by {cluster.leader().name}")
    finally:
        for node in cluster.nodes:
            node.fence.start()
    yield
    course.check_pages()


@drill()
def stop_primary_late(course):
    """The same, but the fences are there only after another node has taken over; then the stopped processes wake up."""
    cluster = course.cluster
    for node in cluster.nodes:
        node.fence.kill()
    old = cluster.leader()
    old.signal_postgres(signal.SIGSTOP)
    at = course.fault()
    took = course.wait_for_orders(at)
    course.note(f"{old.name} gave way to {cluster.leader().name}, orders again after {took:.2f} s")
    for node in cluster.nodes:
        node.fence.start()
    wait_until("the fence acts", lambda: [step for _, step in fence_steps(cluster, at) if step["step"] == "killed"])
    old.signal_postgres(signal.SIGCONT)
    cluster.wait_for_database()
    course.check("the old primary did not come back to lead", cluster.leader() is not old)
    yield
    course.check_pages()


@drill(retries=0)
def restart_replicas(course):
    """Each replica is ended (SIGTERM) and started again, one after the other."""
    cluster = course.cluster
    for _ in range(course.times(3)):
        for replica in cluster.replicas:
            at = course.fault()
            replica.service.stop()
            ended = time.time() - at
            replica.service.start()
            wait_until(f"{replica.name} is ready", replica.is_ready)
            course.note(f"{replica.name} ended after {ended:.2f} s, and was ready again {time.time() - at - ended:.2f} s later")
            time.sleep(2)
    yield
    course.check_errors()


@drill()
def lose_both(course):
    """The synchronous standby's machine is gone, and then the primary's; the standby's comes back, then the primary's."""
    cluster = course.cluster
    for number in range(course.times(3)):
        cluster.wait_for_database()
        (standby, *_), primary = cluster.standbys()[0], cluster.leader()
        standby.kill_machine()
        at = course.fault()
        took = course.wait_for_orders(at)
        course.note(f"round {number + 1}: without {standby.name} orders again after {took:.2f} s")
        # Until that is written down in etcd, nobody but the primary may lead.
        wait_until("there is another synchronous standby", lambda: cluster.standbys()[0] not in ([], [standby]))
        primary.kill_machine()
        at = course.fault()
        # The last node leads, and has nobody to confirm a commit; so nothing may be acknowledged before one is back.
        wait_until("the last node leads", lambda: cluster.leader() not in (None, primary, standby))
        led = time.time()
        time.sleep(5)
        early = course.first_order(at)
        course.check(f"the last node led after {led - at:.1f} s and acknowledged nothing alone", early is None, early)
        back = time.time()
        standby.start_machine()
        course.wait_for_orders(back)
        course.note(f"orders again {course.resumed[-1]:.2f} s after {standby.name} came back")
        primary.start_machine()
    yield
    course.check_pages()


@drill()
def lose_etcd(course):
    """etcd is gone for 40 s, twice as long as a leader's key lasts, and back."""
    cluster = course.cluster
    for _ in range(course.times(2)):
        cluster.wait_for_database()
        old, at = cluster.leader(), course.fault()
        cluster.etcd.kill()
        time.sleep(40)
        back = time.time()
        cluster.etcd.start()
        cluster.wait_for_database()
        course.note(f"the longest time without an order was {course.longest_gap(at, back):.2f} s; {old.name} led, {cluster.leader().name} leads")
        course.check("the same node leads", cluster.leader() is old)
    yield
    course.check_errors()


@drill()
def lock_table(course):
    """Somebody holds an ACCESS EXCLUSIVE lock on the orders for 30 s."""
    cluster = course.cluster
    at = course.fault()
    cluster.psql(cluster.leader(), "BEGIN;", "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;", "SELECT pg_sleep(30);", "COMMIT;", database="shop", timeout=60)
    released = time.time()
    course.wait_for_orders(released)
    course.note(f"orders again {course.resumed[-1]:.2f} s after it was released")
    course.check("no fence acted", not [step for _, step in fence_steps(cluster, at) if step["step"] == "fenced"])
    yield
    refused = sorted({attempt for one in course.errors["buy"] for attempt in one.attempts})
    course.note(f"{len(course.errors['buy'])} orders were refused: {', '.join(refused) or 'none'}")
    course.check("each failed order was refused with a word", all(word.startswith("503 ") for word in refused), refused)
    course.check_pages()
    course.check_resumed(10)


@drill()
def exhaust_connections(course):
    """The shop's connections are ended, and the server has no place for any of the shop's (53300) for 10 s."""
    cluster = course.cluster
    for _ in range(course.times(2)):
        node, at = cluster.leader(), course.fault()
        cluster.psql(node, "ALTER ROLE tradewind CONNECTION LIMIT 0;")
        ended = cluster.psql(node, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'tradewind';")
        time.sleep(10)
        course.check("no order was acknowledged meanwhile", course.longest_gap(at, time.time()) > 9)
        cluster.psql(node, "ALTER ROLE tradewind CONNECTION LIMIT -1;")
        free = time.time()
        course.wait_for_orders(free)
        course.note(f"{ended} connections were ended; orders again {course.resumed[-1]:.2f} s after there was place")
    yield
    course.check_errors()


def stop_in_turn(cluster, replica):
    """Stops a replica, and lets it go on if it has no turn, or has told the server all of it already; returns whether it stays stopped."""
    replica.service.process.send_signal(signal.SIGSTOP)
    # The lock is that of PostgresLock.turn; a session that waits for its client has not sent its commit.
    turn = f"""SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted AND classid = x'74726164'::int
        AND objid = x'65770001'::int::oid AND application_name = '{replica.name}' AND state = 'idle in transaction';"""
    if cluster.psql(cluster.leader(), turn):
        return True
    replica.service.process.send_signal(signal.SIGCONT)
    return False


@drill()
def pause_replica(course):
    """SIGSTOP of a replica for 8 s, in its turn; the others go on."""
    cluster = course.cluster
    longest = 0.0
    for number in range(course.times(10)):
        replica = cluster.replicas[number % len(cluster.replicas)]
        wait_until(f"{replica.name} is stopped in its turn", lambda replica=replica: stop_in_turn(cluster, replica), 60)
        at = course.fault()
        time.sleep(8)
        longest = max(longest, course.longest_gap(at, time.time()))
        replica.service.process.send_signal(signal.SIGCONT)
        wait_until(f"{replica.name} is ready", replica.is_ready)
        time.sleep(2)
    course.check(f"the longest time without an order was {longest:.2f} s, 3 s at most", longest <= 3, is_time=True)
    yield
    course.check_errors()
