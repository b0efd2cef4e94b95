#!/bin/sh
# A private PostgreSQL for tests.
#   tests/postgres.sh start DIR [setting=value ...]   makes a cluster under DIR where there is none, starts it, prints its connection string
#   tests/postgres.sh stop DIR                        stops it; DIR may then be removed
#   tests/postgres.sh resume DIR                      starts one that was stopped, on the same port
#   tests/postgres.sh restart DIR                     stops it at once, as a crash would, and starts it again on the same port
# It listens on a free port of the loopback interface and on a socket in DIR, with a password of its own.
set -eu

fail() { echo "postgres.sh: $*" >&2; exit 1; }
[ $# -ge 2 ] || fail "usage: postgres.sh start|stop|resume|restart DIR [setting=value ...]"
verb=$1
dir=$2
shift 2

bin=
for candidate in /usr/lib/postgresql/15/bin /usr/lib/postgresql/*/bin; do
  [ -z "$bin" ] && [ -x "$candidate/initdb" ] && bin=$candidate
done
[ -n "$bin" ] || fail "PostgreSQL is not installed: apt-get install postgresql"

# postgres refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

make_cluster() {
  mkdir -p "$dir"
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$dir/password"
  chmod 700 "$dir"
  [ "$(id -u)" != 0 ] || chown -R postgres "$dir"
  (cd "$dir" && as_postgres "$bin/initdb" -D "$dir/data" -U postgres -E UTF8 --no-locale -A scram-sha-256 --pwfile="$dir/password" >"$dir/initdb.log" 2>&1) ||
    { cat "$dir/initdb.log" >&2; fail "initdb failed"; }
  {
    echo "unix_socket_directories = '$dir'"
    echo "listen_addresses = '127.0.0.1'"
    for setting in "$@"; do echo "$setting"; done
  } >>"$dir/data/postgresql.conf"
}

try_start() {
  (cd "$dir" && as_postgres "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 30 -o "-p $(cat "$dir/port")" start >"$dir/pg_ctl.log" 2>&1 </dev/null)
}

start_cluster() {
  tries=0
  until
    echo $((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000)) >"$dir/port"
    try_start
  do
    tries=$((tries + 1))
    [ "$tries" -lt 10 ] || { tail -n 20 "$dir/log" >&2; fail "it does not start; see $dir/log"; }
  done
}

case $verb in
  start)
    [ -d "$dir/data" ] || make_cluster "$@"
    start_cluster
    echo "Host=127.0.0.1;Port=$(cat "$dir/port");Username=postgres;Password=$(cat "$dir/password");Database=postgres"
    ;;
  stop)
    (cd "$dir" && as_postgres "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null)
    ;;
  restart)
    (cd "$dir" && as_postgres "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null)
    try_start || { tail -n 20 "$dir/log" >&2; fail "it does not start again; see $dir/log"; }
    ;;
  resume)
    try_start || { tail -n 20 "$dir/log" >&2; fail "it does not start again; see $dir/log"; }
    ;;
  *) fail "unknown verb $verb" ;;
esac
