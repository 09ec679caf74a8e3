# shellcheck shell=bash
# Sourced by the scripts that start a server: test a port, find a free one, wait until the server is ready, stop it; and a database for it.
# bash can open TCP connections itself, so curl is not needed.

# The address to reach a server that listens on $1.
reachable_host() {
    case $1 in
    0.0.0.0 | '*' | '') echo 127.0.0.1 ;;
    :: | '[::]') echo ::1 ;;
    *) echo "$1" ;;
    esac
}

# port_open HOST PORT
port_open() {
    (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null
}

# A port of this machine on which nothing listens now.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        port_open 127.0.0.1 "$port" || break
    done
    echo "$port"
}

# http_status HOST PORT PATH: the status of a GET, or nothing without an answer within two seconds.
http_status() {
    (
        exec 3<>"/dev/tcp/$1/$2"
        printf 'GET %s HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\n\r\n' "$3" "$1" "$2" >&3
        read -r -t 2 _ status _ <&3
        echo "$status"
    ) 2>/dev/null || true
}

# wait_ready HOST PORT PID SECONDS: waits until /readyz answers 200. Fails when the process ends or the time is over.
wait_ready() {
    local until=$((SECONDS + $4))
    while ((SECONDS <= until)); do
        kill -0 "$3" 2>/dev/null || return 1
        [[ $(http_status "$1" "$2" /readyz) != 200 ]] || return 0
        sleep 0.05
    done
    return 1
}

# stop_server PID: asks the server to finish its requests, and waits for it. Returns its exit status.
stop_server() {
    local status=0
    kill -TERM "$1" 2>/dev/null || true
    wait "$1" || status=$?
    # A trapped signal interrupts `wait`, whose status is then not the server's.
    while kill -0 "$1" 2>/dev/null; do
        status=0
        wait "$1" || status=$?
    done
    return "$status"
}

# start_database DIR PORT [SETTING=VALUE...]: a PostgreSQL server (scripts/postgres/run) whose life ends with descriptor 9, so that everything which
# is to outlive it is started with 9>&-. Its process is in database_pid, and its log beside DIR. Fails where it does not start within a minute.
start_database() {
    exec 9>&- || true
    rm -f "$1.life"
    mkfifo "$1.life"
    : >"$1.said"
    scripts/postgres/run "$@" <"$1.life" >"$1.said" 2>>"$1.log" 9>&- &
    database_pid=$!
    exec 9>"$1.life"
    local until=$((SECONDS + 60))
    until grep -q ready "$1.said"; do
        kill -0 "$database_pid" 2>/dev/null || return 1
        ((SECONDS <= until)) || return 1
        sleep 0.05
    done
}
