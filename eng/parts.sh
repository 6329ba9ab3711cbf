# What ./test and ./cluster need from Debian's packages. Sourced, not run: whoever does that says what `say` and `stop` do, and whether to $install.

# $1: what it is for people; the rest: the Debian packages
install_packages() {
    local what=$1; shift
    $install || stop "$what is missing; install it ($*), or leave out --no-install"
    command -v apt-get >/dev/null || stop "$what is missing, and this is no Debian: install it by your system's own means (Debian calls it: $*)"
    local root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null && sudo -n true 2>/dev/null || stop "$what is missing: run 'sudo apt-get install $*' once, then try again"
        root=(sudo -n)
    fi
    say "Installing $what ($*)"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update </dev/null >/dev/null &&
        "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@" </dev/null >/dev/null ||
        stop "could not install $*"
}

has_icu() { compgen -G '/usr/lib/*/libicuuc.so.[0-9]*' || compgen -G '/usr/lib*/libicuuc.so.[0-9]*'; } >/dev/null
has_postgresql() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_node() { command -v node && command -v npm; } >/dev/null
has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null
has_nginx() { command -v nginx || [[ -x /usr/sbin/nginx ]]; } >/dev/null
has_prometheus() { command -v prometheus && command -v promtool; } >/dev/null
has_curl() { command -v curl >/dev/null; }
has_redis() { command -v redis-server >/dev/null; }
has_iproute() { command -v ip || [[ -x /usr/sbin/ip ]]; } >/dev/null
has_faketime() { compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' || compgen -G '/usr/lib*/faketime/libfaketimeMT.so.1'; } >/dev/null

# What a cluster consists of, on top of the .NET SDK.
install_cluster() {
    has_postgresql || install_packages PostgreSQL postgresql
    has_nginx || install_packages nginx nginx
    has_iproute || install_packages 'the ip command' iproute2
}
