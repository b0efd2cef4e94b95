#!/bin/sh
# Installs the npm packages that tests and benchmarks use, where they are not there yet: sh tests/npm.sh FOLDER [PACKAGE@VERSION...]
# Nothing of them is run while they are installed.
set -eu
folder=$1
shift
[ $# -gt 0 ] || set -- @octokit/webhooks-examples@7.6.1
mkdir -p "$folder"
cd "$folder"
missing=''
for package in "$@"; do
  name=${package%@*}
  case " $(sed -n 's/^ *"version": "\(.*\)",*$/\1/p' "node_modules/$name/package.json" 2>/dev/null | head -n 1) " in
    " ${package##*@}"*) ;;
    *) missing="$missing $package" ;;
  esac
done
[ -z "$missing" ] && exit 0
[ -f package.json ] || echo '{"private":true}' >package.json
exec npm install --ignore-scripts --no-audit --no-fund --loglevel=error --save-exact $missing >/dev/null
