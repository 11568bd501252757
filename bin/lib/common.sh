# shellcheck shell=bash
# Sourced by the other scripts: strict mode, the checkout as the working directory, and how to install a package.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH=$PATH:/usr/sbin:/sbin
# A command of a checkout starts as one of an installed package does, whose modules are compiled once.
unset PYTHONDONTWRITEBYTECODE

die() {
    echo "$0: $*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
    echo "Installing $* from the distribution" >&2
    as_root apt-get -qq update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq --yes -o DPkg::Lock::Timeout=120 \
        install --no-install-recommends "$@" > /dev/null
}
